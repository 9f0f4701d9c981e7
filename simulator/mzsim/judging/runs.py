"""The prestatierecords of a verzekerde judged in one go, where nothing but what stands in each of them can be wrong.

Of most verzekerden that is so: what their records have in common is looked at once, and the verdict on each is looked up,
with hardly a step of Python per record. Where anything else may speak against one, `judge` says nothing, and they are
judged one by one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple, cast

from mzsim.checks.known_verdicts import PrestatieExamination
from mzsim.checks.performing import IN_ORDER, Verdict
from mzsim.checks.surroundings import Surroundings
from mzsim.common.duplicate_keys import DuplicateKeys
from mzsim.judging.repeats import Repeats
from mzsim.standard.layout import layouts

_LAYOUT = layouts("mz301")[b"04"]
cut = _LAYOUT.cutter(
    ("0403", "0405"), ("0406", "0407"), ("0408", "0408"), ("0409", "0431"), ("0432", "0432"), ("0433", "0433")
)
"""What a prestatierecord is looked at in; slices take twice as long."""
NO_PREVIOUS = b" " * _LAYOUT["0433"].length
_BEHIND_SPACE = b"!"
_ENDS_VERZEKERDE = (b"02", b"99")


class Piece(NamedTuple):
    """Some records in a row: one that is no prestatierecord, if any, and the prestatierecords behind it.

    `whole` says that it is a verzekerdenrecord with all that is below it.
    """

    first: bytes | None
    prestaties: tuple[bytes, ...]
    whole: bool


def pieces(group: tuple[bytes, ...]) -> Iterator[Piece]:
    """A group of records as they follow each other."""
    kenmerken = [heen[:2] for heen in group]
    begins = [place for place, kenmerk in enumerate(kenmerken) if kenmerk != b"04"]
    if not begins or begins[0]:
        yield Piece(None, group[: begins[0] if begins else len(group)], whole=False)
    for begin, end in pairwise((*begins, len(group))):
        whole = kenmerken[begin] == b"02" and end < len(group) and kenmerken[end] in _ENDS_VERZEKERDE
        yield Piece(group[begin], group[begin + 1 : end], whole)


class Run(NamedTuple):
    """All prestatierecords of a verzekerde with what is known of each: rubrieken 0408, 0409-0431 and 0432, the tijdvak of its
    day, and its verdict. The dekkingsvak is the same for all."""

    line: int
    records: tuple[bytes, ...]
    dates: tuple[bytes, ...]
    contents: tuple[bytes, ...]
    references: tuple[bytes, ...]
    stretches: list[int]
    cover_stretch: int
    verdicts: list[Verdict]

    @property
    def in_order(self) -> bool:
        """Whether nothing speaks against any of them."""
        return self.verdicts.count(IN_ORDER) == len(self.verdicts)


class RunExamination:
    """Judges the prestatierecords of a verzekerde in one go; `references` are the 0432 of the file."""

    __slots__ = ("_examination", "_references", "_repeats", "_stretch_of")

    def __init__(
        self,
        examination: PrestatieExamination,
        repeats: Repeats | None,
        stretches: Mapping[bytes, int | None],
        references: DuplicateKeys,
    ) -> None:
        self._examination = examination
        self._repeats = repeats
        self._stretch_of: Callable[[bytes], int | None] = stretches.__getitem__
        self._references = references

    def judge(
        self, line: int, records: tuple[bytes, ...], surroundings: Surroundings, cover_stretches: list[bytes]
    ) -> Run | None:
        """What is known of these records, of which the first stands on this line; None where one wants a closer look."""
        o = surroundings
        keys, manners, dates, contents, references, previous = zip(*map(cut, records), strict=True)
        cover_stretch = bisect_right(cover_stretches, min(dates))
        stretches = list(map(self._stretch_of, dates))
        if not (
            keys.count(keys[0]) == len(keys)
            and previous.count(NO_PREVIOUS) == len(previous)
            and cover_stretch == bisect_right(cover_stretches, max(dates))
            and min(references) >= _BEHIND_SPACE
            and (self._references.suspect.isdisjoint(references) or self._all_first(references, line))
            and not (o.used_references and any(map(o.used_references.__contains__, references)))
            and not (o.record_sets and any(map(o.record_sets.__contains__, range(line, line + len(records)))))
            and (self._repeats is None or self._repeats.all_differ(dates, contents))
        ):
            return None
        wholes = list(zip(contents, manners, stretches, strict=True))
        verdicts = self._examination.of_contents(wholes, records, keys[0], cover_stretch, o)
        if verdicts is None:
            return None
        days = cast(list[int], stretches)
        return Run(line, records, dates, contents, references, days, cover_stretch, verdicts)

    def _all_first(self, references: Sequence[bytes], line: int) -> bool:
        """Whether each of these stands for the first time in the file; that of the first record stands on this line."""
        return all(self._references.first(number, place) == place for place, number in enumerate(references, line))

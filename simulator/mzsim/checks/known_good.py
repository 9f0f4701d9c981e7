"""The short way for prestatierecords that are in order: what was found in order before is not judged again.

It stays because most of what stands in a prestatierecord stands in thousands of others: switched off, a dry run of the
benchmark's declaration takes 63 µs a prestatierecord instead of 23. `Examination`, which is plain and slow, alone says what is
wrong; all that is said here is that nothing is, and only where each check would see what it has seen before:

- a check `per` inhoud: those of rubrieken 0406-0407 and 0409-0431 that `_looks_at` names, 0408 by its tijdvak, and what
  is fixed for the message;
- a check `per` sleutel or datum: 0403-0405, 0408 by its dekkingsvak, and what belongs to the verzekerde;
- a check `per` referentie or reeks: nothing but what `Surroundings.nothing_elsewhere` tells;
- a check `per` credit: 0431, which says that it is none;
- a check `per` record: anything, for it is performed each time.

`SURROUNDINGS` has the fields of `Surroundings` that belong to each. The tests prove of every check that it reads no more, and
that the verdicts are the same without this way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from mzsim.checks.performing import IN_ORDER, NO, Examination, Verdict, examination
from mzsim.checks.surroundings import Surroundings
from mzsim.domain.check import Check, Per
from mzsim.standard.layout import layouts
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import CREDIT

_LAYOUT = layouts("mz301")[b"04"]


def _record_set(*limits: tuple[str, str]) -> frozenset[str]:
    return frozenset(r.nummer for r in _LAYOUT.rubrieken for of, until in limits if of <= r.nummer <= until)


# Rubrieken of which few combinations occur, so that one look covers all checks of them: what was done and what it
# costs, where in the mouth, by whom and on what grounds, what was done when, and
# what lists that are not public say of it.
_TOGETHER = (
    _record_set(("0409", "0413"), ("0424", "0431")),
    _record_set(("0414", "0416")),
    _record_set(("0406", "0407"), ("0410", "0410"), ("0417", "0423")),
    _record_set(("0408", "0409"), ("0412", "0414"), ("0416", "0416"), ("0431", "0431")),
    _record_set(("0408", "0408"), ("0411", "0411"), ("0418", "0418"), ("0421", "0421"), ("0423", "0423")),
)
_OF_VERZEKERDE: tuple[Per, ...] = ("sleutel", "datum")
_MOST = 20_000

KeyOf = Callable[[bytes], Any]


class _Group(NamedTuple):
    """Checks that look at the same rubrieken: how to take these from a record, and the values found in order before."""

    key: KeyOf
    good: set[Any]
    functions: list[Callable[..., bool]]


def _looks_at(c: Check) -> frozenset[str]:
    """The rubrieken of the prestatierecord that decide the verdict of a check."""
    if c.per == "credit":
        return _TOGETHER[0]
    own = frozenset(r.nummer for r in _LAYOUT.rubrieken) & c.reads
    return next((together for together in _TOGETHER if own <= together), own)


def _key(rubrieken: frozenset[str]) -> KeyOf:
    places: list[slice] = []
    for place in sorted((_LAYOUT[number].plaats for number in rubrieken), key=lambda place: place.start):
        if places and places[-1].stop == place.start:
            place = slice(places.pop().start, place.stop)
        places.append(place)
    return itemgetter(*places)


def is_credit(p: Prestatierecord, o: Surroundings) -> bool:
    """Whether a record is a credit: then no look at a part of it is enough."""
    return p.debet_credit_02 == CREDIT


class PrestatieExamination:
    """The checks of prestatierecords, with a short way for those that are in order.

    Most of what stands in a prestatierecord stands in thousands of others. What was found in order before, in this
    message or for this verzekerde, is not judged again: first as a whole, then by the rubrieken that belong together.
    Anything else goes through `Examination`, which alone says what is wrong.
    """

    __slots__ = (
        "_elsewhere",
        "_examination",
        "_good",
        "_good_for_verzekerde",
        "_groups",
        "_of_verzekerde",
        "_per_record",
    )

    def __init__(self, by: str, excluding: str, off: frozenset[str]) -> None:
        how = _how(by, excluding, off)
        self._examination = how.examination
        self._elsewhere = NO
        self._groups = [_Group(key, set(), functions) for key, functions in how.looks]
        self._good: set[tuple[bytes, bytes, int | None]] = set()
        self._of_verzekerde = how.of_verzekerde
        self._good_for_verzekerde: set[tuple[bytes, int]] = set()
        self._per_record = how.per_record

    def new_verzekerde(self, elsewhere: frozenset[str]) -> None:
        """From here on the records of another verzekerde; `elsewhere` are rubrieken of his that can't be judged by."""
        self._elsewhere = elsewhere
        self._good_for_verzekerde.clear()

    def __call__(self, heen: bytes, surroundings: Surroundings) -> Verdict:
        """Judges a prestatierecord."""
        if self._in_order(heen, surroundings):
            return IN_ORDER
        return self._examination(Prestatierecord(heen), surroundings, self._elsewhere)

    def _in_order(self, heen: bytes, surroundings: Surroundings) -> bool:
        if not surroundings.nothing_elsewhere or self._elsewhere:
            return False
        # With the tijdvak of the day, which is as good as the day itself, this is all that these checks look at.
        whole = (surroundings.content, surroundings.manner, surroundings.stretch)
        if whole not in self._good:
            if surroundings.stretch is None or not _all_good(self._groups, heen, surroundings):
                return False
            if len(self._good) >= _MOST:
                self._good.clear()
            self._good.add(whole)
        of_verzekerde = (surroundings.key, surroundings.cover_stretch)
        if of_verzekerde not in self._good_for_verzekerde:
            if _objection(self._of_verzekerde, heen, surroundings):
                return False
            self._good_for_verzekerde.add(of_verzekerde)
        return not self._per_record or not _objection(self._per_record, heen, surroundings)


class _How(NamedTuple):
    """What is the same for all messages: which checks, and how those that look at the same rubrieken are grouped."""

    examination: Examination
    looks: list[tuple[KeyOf, list[Callable[..., bool]]]]
    of_verzekerde: list[Callable[..., bool]]
    per_record: list[Callable[..., bool]]


@lru_cache(maxsize=256)
def _how(by: str, excluding: str, off: frozenset[str]) -> _How:
    plain = examination("prestatie", by, excluding, off)
    choice = plain.checks
    return _How(
        plain,
        _grouped(c for c in choice if c.per in ("inhoud", "credit")),
        [c.function for c in choice if c.per in _OF_VERZEKERDE],
        [c.function for c in choice if c.per == "record"],
    )


def _grouped(chosen: Iterable[Check]) -> list[tuple[KeyOf, list[Callable[..., bool]]]]:
    per_look: dict[frozenset[str], list[Callable[..., bool]]] = {}
    for c in chosen:
        per_look.setdefault(_looks_at(c), []).append(is_credit if c.per == "credit" else c.function)
    return [(_key(look), functions) for look, functions in per_look.items()]


def _objection(functions: list[Callable[..., bool]], heen: bytes, surroundings: Surroundings) -> bool:
    p = Prestatierecord(heen)
    return any(function(p, surroundings) for function in functions)


def _all_good(groups: list[_Group], heen: bytes, surroundings: Surroundings) -> bool:
    """Whether no check of these groups objects."""
    for key, good, functions in groups:
        value = key(heen)
        if value not in good:
            if _objection(functions, heen, surroundings):
                return False
            if len(good) >= _MOST:
                good.clear()
            good.add(value)
    return True

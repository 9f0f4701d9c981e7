"""Whether an earlier record of a verzekerde is the same as the one at hand: in all, or in all but how often (0425).

A prestatie that was done more than once on a day is one record with the number in 0425 (INV 2.3.18), however it was split.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter

from mzsim.domain.sets import REISKOSTEN_CODES, TIME_CODES
from mzsim.domain.tariffs import HONORARIUM
from mzsim.standard.layout import layouts
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import DEBET, filled

_LAYOUT = layouts("mz301")[b"04"]
_BEFORE = b" " * _LAYOUT.piece("0409", "0431").start
_cut = _LAYOUT.cutter(("0409", "0424"), ("0427", "0429"))
_JUDGED_OTHERWISE = TIME_CODES | REISKOSTEN_CODES
"""Prestatiecodes of the Wlz with rules of their own for a second record (0413-5, 0413-6)."""
_MOST = 20_000
_LIKE = itemgetter(0)

_Counted = tuple[int, int, bytes]
"""Of rubrieken 0409-0431: a hash of those that a part of a prestatie has alike (not 0425, 0426 and 0430), a hash of the whole,
and 0425. The first is that of the whole too where a record is no part of another, so that nothing but its equal is like it."""


class Repeats:
    """The prestatierecords of one verzekerde so far, as hashes: a verzekerde may have a million."""

    __slots__ = ("_by_content", "_first", "_others")

    def __init__(self) -> None:
        self._first: dict[int, _Counted] = {}
        """The first of the records that are alike, by a hash of that."""
        self._others: set[int] = set()
        """Hashes of records that are like an earlier one."""
        self._by_content = _ByContent()

    def new_verzekerde(self) -> None:
        """From here on the records of another verzekerdenrecord."""
        self._first.clear()
        self._others.clear()

    def look(self, key: bytes, manner: bytes, date: bytes, content: bytes, previous: bytes) -> tuple[bool, bool]:
        """Whether an earlier record is the same as this one (rubrieken 0403-0405, 0406-0407, 0408, 0409-0431 and 0433), and
        whether none is, but one with another 0425 is."""
        counted = self._by_content[content]
        rest, whole, count = counted
        like = hash((key, manner, date, previous, rest))
        first = self._first.get(like)
        if first is None:
            self._first[like] = counted
            return False, False
        other = hash((like, whole))
        if first[1] == whole or other in self._others:
            return True, False
        self._others.add(other)
        return False, first[2] != count

    def all_differ(self, dates: Sequence[bytes], contents: Sequence[bytes]) -> bool:
        """Whether of records of one verzekerde, by rubrieken 0408 and 0409-0431, surely none is the same as another, nor a part
        of the same prestatie."""
        like = map(_LIKE, map(self._by_content.__getitem__, contents))
        return len({*zip(dates, like, strict=True)}) == len(dates)


class _ByContent(dict[bytes, _Counted]):
    """Thousands of records have rubrieken 0409-0431 alike."""

    def __missing__(self, content: bytes) -> _Counted:
        if len(self) >= _MOST:
            self.clear()
        counted = self[content] = _counted(content)
        return counted


def _counted(content: bytes) -> _Counted:
    p = Prestatierecord(_BEFORE + content)
    part = (
        p.soort == HONORARIUM
        and p.debet_credit_02 == DEBET
        and p.prestatiecode.rstrip(b" ") not in _JUDGED_OTHERWISE
        and p.declaratiebedrag == p.berekend_bedrag
        and p.berekend_bedrag.isdigit()
        and p.aantal.isdigit()
        and filled(p.aantal)
    )
    whole = hash(content)
    return hash(_cut(p)) if part else whole, whole, p.aantal

"""Whether an earlier record of a verzekerde is the same as the one at hand: in all, or in all but how often (0425).

A prestatie that was done more than once on a day is one record with the number in 0425 (INV 2.3.18), however it was split.
"""

from __future__ import annotations

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

_Counted = tuple[int, bytes] | None
"""A hash of rubrieken 0409-0431 but for 0425, 0426 and 0430, and 0425; None of a record that is no part of another."""


class Repeats:
    """The prestatierecords of one verzekerde so far, as hashes: a verzekerde may have a million."""

    __slots__ = ("_by_content", "_counts", "_seen")

    def __init__(self) -> None:
        self._seen: set[int] = set()
        """Records without 0402 and 0432."""
        self._counts: dict[int, bytes] = {}
        """By record without 0402, 0432, 0425 and the amounts that follow from it: the 0425 that it had first."""
        self._by_content: dict[bytes, _Counted] = {}

    def new_verzekerde(self) -> None:
        """From here on the records of another verzekerdenrecord."""
        self._seen.clear()
        self._counts.clear()

    def look(self, key: bytes, manner: bytes, date: bytes, content: bytes, previous: bytes) -> tuple[bool, bool]:
        """Whether an earlier record is the same as this one (rubrieken 0403-0405, 0406-0407, 0408, 0409-0431 and 0433), and
        whether none is, but one with another 0425 is."""
        around = hash((key, manner, date, previous))
        whole = hash((around, content))
        equal = whole in self._seen
        self._seen.add(whole)
        try:
            counted = self._by_content[content]
        except KeyError:
            counted = self._of_content(content)
        if counted is None:
            return equal, False
        rest, count = counted
        first = self._counts.setdefault(hash((around, rest)), count)
        return equal, first != count and not equal

    def _of_content(self, content: bytes) -> _Counted:
        if len(self._by_content) >= _MOST:
            self._by_content.clear()
        counted = self._by_content[content] = _counted(Prestatierecord(_BEFORE + content))
        return counted


def _counted(p: Prestatierecord) -> _Counted:
    whole = (
        p.soort == HONORARIUM
        and p.debet_credit_02 == DEBET
        and p.prestatiecode.rstrip(b" ") not in _JUDGED_OTHERWISE
        and p.declaratiebedrag == p.berekend_bedrag
        and p.berekend_bedrag.isdigit()
        and p.aantal.isdigit()
        and filled(p.aantal)
    )
    return (hash(_cut(p)), p.aantal) if whole else None

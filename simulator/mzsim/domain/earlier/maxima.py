"""What an insurer granted before to a verzekerde: for the same prestatie, and what that took of each maximum.

Both count what stands in the store and what was granted earlier in the message at hand; credits give back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from mzsim.domain.covers import Chosen, DekkingKey, Room
from mzsim.domain.earlier.credits import EarlierRecord, with_debet
from mzsim.domain.earlier.prestatie import HONORARIUM, PrestatieKey, jaw
from mzsim.domain.teeth import jaw_of
from mzsim.standard.values import as_bytes

Shares = tuple[tuple[DekkingKey, int, int], ...]
"""What dekkingen with a maximum paid, and what was used of an authorisation with one: each with cents and aantal."""


# The same few tariffs come back in thousands of records.


@lru_cache(maxsize=4096)
def write_shares(shares: Shares) -> str:
    """As the store keeps them."""
    return json.dumps([[*key, amount, count] for key, amount, count in shares])


@lru_cache(maxsize=4096)
def read_shares(stored: str | None) -> Shares:
    """As `write_shares` wrote them."""
    if stored is None:
        return ()
    return tuple(((u, p, n), amount, count) for u, p, n, amount, count in json.loads(stored))


Place = tuple[DekkingKey, str]
"""A maximum in one of its periods."""
Usage = Mapping[DekkingKey, tuple[int, int]]
"""What was taken of the maxima of dekkingen: cents and aantal."""


class _Granted:
    """What was granted for one prestatie."""

    __slots__ = ("amount", "usage")

    def __init__(self) -> None:
        self.amount = 0
        self.usage: dict[DekkingKey, tuple[int, int]] = {}


_NOTHING = _Granted()


def period(per: str | None, date: str, of_jaw: str) -> str:
    """In which period a prestatie counts, by its day (EEJJMMDD) and jaw: the year, the year and the jaw, or the whole
    insurance. Equal for those that count together to a maximum, or to what asks for an authorisation."""
    if per == "kalenderjaar":
        return date[:4]
    return date[:4] + of_jaw if per == "kaak_per_kalenderjaar" else ""


class GrantedBefore:
    """What one verzekerde was granted before. `per` are the periods of the maxima, by dekking."""

    __slots__ = ("_entries", "_per", "_rows", "days", "used")

    def __init__(self, rows: Sequence[EarlierRecord], per: Mapping[DekkingKey, str | None]) -> None:
        self._per = per
        self._rows = list(with_debet(rows))
        """What is not yet in `_entries`, which few verzekerden are asked for."""
        self._entries: dict[tuple[str, PrestatieKey], _Granted] = {}
        self.days: set[bytes] = set()
        """The days (EEJJMMDD) on which anything was granted before."""
        self.used: dict[Place, tuple[int, int]] = {}
        """What dekkingen with a maximum paid, in cents and in number, by period."""
        for r, debet in self._rows:
            self.days.add(as_bytes(r.datum))
            if r.aandelen:
                self._usage(r.datum, jaw_of(debet.kaak, debet.gebitselement), read_shares(r.aandelen))

    def add(self, date: str, prestatie: PrestatieKey, amount: int, shares: Shares = ()) -> None:
        """A grant, or with negative amounts what a credit takes back."""
        self.remember(date, prestatie, amount, shares)
        self._usage(date, jaw(prestatie), shares)

    def remember(self, date: str, prestatie: PrestatieKey, amount: int, shares: Shares) -> None:
        """What was granted for a prestatie, of which the maxima know already."""
        self.days.add(as_bytes(date))
        self._book(date, prestatie, amount, shares)

    def _book(self, date: str, prestatie: PrestatieKey, amount: int, shares: Shares) -> None:
        entry = self._entries.get((date, prestatie))
        if entry is None:
            entry = self._entries[date, prestatie] = _Granted()
        entry.amount += amount
        for key, cent, count in shares:
            entry.usage[key] = _plus(entry.usage.get(key), cent, count)

    def _usage(self, date: str, of_jaw: str, shares: Shares) -> None:
        """What maxima are used up by."""
        for key, cent, count in shares:
            place = (key, period(self._per.get(key), date, of_jaw))
            self.used[place] = _plus(self.used.get(place), cent, count)

    def amount(self, date: str, prestatie: PrestatieKey) -> int:
        """What was granted for this prestatie, in cents."""
        return self._entry(date, prestatie).amount

    def of_prestatie(self, date: str, prestatie: PrestatieKey) -> Usage:
        """What this prestatie took of the maxima of dekkingen."""
        return self._entry(date, prestatie).usage

    def _entry(self, date: str, prestatie: PrestatieKey) -> _Granted:
        rows, self._rows = self._rows, []
        for r, debet in rows:
            self._book(r.datum, debet.prestatie, r.toegekend_bedrag, read_shares(r.aandelen))
        return self._entries.get((date, prestatie), _NOTHING)

    def room(
        self, date: str, prestatie: PrestatieKey, chosen: Iterable[Chosen], itself: Usage
    ) -> dict[DekkingKey, Room]:
        """What the maxima of dekkingen leave. `itself` is not counted: what this prestatie took and is subtracted apart."""
        found = {}
        for key, _, d in chosen:
            if not d.limited:
                continue
            amount, count = self.used.get((key, period(d.per, date, jaw(prestatie))), (0, 0))
            own_amount, own_count = itself.get(key, (0, 0))
            found[key] = Room(
                None if d.maximum_bedrag is None else max(0, d.maximum_bedrag - amount + own_amount),
                None
                if d.maximum_aantal is None or prestatie.kind != HONORARIUM
                else max(0, d.maximum_aantal - count + own_count),
            )
        return found


def _plus(earlier: tuple[int, int] | None, amount: int, count: int) -> tuple[int, int]:
    return (amount, count) if earlier is None else (earlier[0] + amount, earlier[1] + count)

"""Under what cover a prestatie falls, as a number: alike for all verzekerden and days on which the same dekkingen count."""

from __future__ import annotations

from collections.abc import Mapping

from mzsim.domain.covers import UNINSURED, Ground, Pakket, PakketKey, age, ground
from mzsim.domain.facts import PolisFact

_MOST = 20_000


class Grounds:
    """Numbers the gronden of one message."""

    def __init__(self, pakketten: Mapping[PakketKey, Pakket]) -> None:
        self._pakketten = pakketten
        dekkingen = [d for pakket in pakketten.values() for d in pakket.dekkingen]
        self._counts_age = any(d.leeftijd_vanaf is not None or d.leeftijd_tot is not None for d in dekkingen)
        self._counts_waiting_time = any(d.wachttijd_maanden is not None for d in dekkingen)
        self._numbers: dict[Ground, int] = {}
        self._kinds: dict[tuple[object, ...], int] = {}
        """Numbers, by what decides them."""
        self.per_number: list[Ground] = []

    def number(self, polissen: tuple[PolisFact, ...], date: bytes) -> int:
        """That of the grond for a verzekerde with these polissen, on a day."""
        polis = valid_polis(polissen, date)
        # Only with its check switched off a day can be no number; nobody has an age then.
        if polis is None or not date.isdigit():
            return self._of(UNINSURED)
        kind = (
            polis.pakketten,
            age(polis.geboortedatum, date) if self._counts_age else 0,
            (polis.start, date) if self._counts_waiting_time else None,
        )
        number = self._kinds.get(kind)
        if number is None:
            if len(self._kinds) >= _MOST:
                self._kinds.clear()
            number = self._kinds[kind] = self._of(ground(polis, date, self._pakketten))
        return number

    def _of(self, found: Ground) -> int:
        number = self._numbers.get(found)
        if number is None:
            number = self._numbers[found] = len(self.per_number)
            self.per_number.append(found)
        return number


def valid_polis(polissen: tuple[PolisFact, ...], date: bytes) -> PolisFact | None:
    """The polis in force on a day; the newest where there are several."""
    for polis in reversed(polissen):
        if polis.in_force(date):
            return polis
    return None

"""Under what cover a prestatie falls, as a number: alike for all verzekerden and days on which the same dekkingen count."""

from __future__ import annotations

from collections.abc import Mapping

from mzsim.domain.covers import ONVERZEKERD, Grond, Pakket, Pakketsleutel, grond, leeftijd
from mzsim.domain.facts import PolisFeit

_MEESTE = 20_000


class Gronden:
    """Numbers the gronden of one message."""

    def __init__(self, pakketten: Mapping[Pakketsleutel, Pakket]) -> None:
        self._pakketten = pakketten
        dekkingen = [d for pakket in pakketten.values() for d in pakket.dekkingen]
        self._telt_leeftijd = any(d.leeftijd_vanaf is not None or d.leeftijd_tot is not None for d in dekkingen)
        self._telt_wachttijd = any(d.wachttijd_maanden is not None for d in dekkingen)
        self._nummers: dict[Grond, int] = {}
        self._soorten: dict[tuple[object, ...], int] = {}
        """Numbers, by what decides them."""
        self.per_nummer: list[Grond] = []

    def nummer(self, polissen: tuple[PolisFeit, ...], datum: bytes) -> int:
        """That of the grond for a verzekerde with these polissen, on a day."""
        polis = geldende_polis(polissen, datum)
        # Only with its check switched off a day can be no number; nobody has an age then.
        if polis is None or not datum.isdigit():
            return self._van(ONVERZEKERD)
        soort = (
            polis.pakketten,
            leeftijd(polis.geboortedatum, datum) if self._telt_leeftijd else 0,
            (polis.ingang, datum) if self._telt_wachttijd else None,
        )
        nummer = self._soorten.get(soort)
        if nummer is None:
            if len(self._soorten) >= _MEESTE:
                self._soorten.clear()
            nummer = self._soorten[soort] = self._van(grond(polis, datum, self._pakketten))
        return nummer

    def _van(self, gevonden: Grond) -> int:
        nummer = self._nummers.get(gevonden)
        if nummer is None:
            nummer = self._nummers[gevonden] = len(self.per_nummer)
            self.per_nummer.append(gevonden)
        return nummer


def geldende_polis(polissen: tuple[PolisFeit, ...], datum: bytes) -> PolisFeit | None:
    """The polis in force on a day; the newest where there are several."""
    for polis in reversed(polissen):
        if polis.in_kracht(datum):
            return polis
    return None

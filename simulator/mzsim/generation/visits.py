"""What happens to one verzekerde: his visits, day by day, as prestaties with their place in the mouth and their amounts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from mzsim.domain.teeth import BOVEN, GEEN_ELEMENT, GEEN_KAAK, ONDER, kaak_van
from mzsim.generation.chance import Kans
from mzsim.generation.persons import Persoon
from mzsim.generation.profiles.shape import Bezoek, Gebit, Plek, Profiel, Regel

_KWADRANTEN = (1, 2, 3, 4)
_BLIJVEND = {
    Gebit.ALLE: tuple(f"{k}{n}" for k in _KWADRANTEN for n in range(1, 8)),
    Gebit.FRONT: tuple(f"{k}{n}" for k in _KWADRANTEN for n in range(1, 4)),
    Gebit.KIEZEN: tuple(f"{k}{n}" for k in _KWADRANTEN for n in range(6, 8)),
    Gebit.ONDER_FRONT: ("33", "43"),
}
_MELK = tuple(f"{k}{n}" for k in (5, 6, 7, 8) for n in range(1, 6))
_WISSEL = 7
"""From this age a patient's permanent teeth are treated."""
_VLAKKEN = "MODBP"


class Prestatie(NamedTuple):
    """A prestatierecord to be: tarief in cents, `bijzonder` is rubriek 0411, `machtiging` the codes it is for."""

    datum: dt.date
    soort: str
    code: str
    tarief: int
    aantal: int
    element: str
    kaak: str
    vlak: str
    behandelaar: str
    bijzonder: str | None
    machtiging: tuple[str, ...] | None

    @property
    def bedrag(self) -> int:
        """Tarief × aantal in cents."""
        return self.tarief * self.aantal


class Verloop:
    """The visits of one verzekerde after another; remembers who travelled where, and which teeth are done."""

    def __init__(self, kans: Kans, profiel: Profiel, tarieven: Mapping[str, int], dagen: Sequence[dt.date]) -> None:
        self.kans = kans
        self.profiel = profiel
        self.tarieven = tarieven
        self._dagen = dagen
        self.bezocht: set[tuple[str, dt.date]] = set()
        """The behandelaars and days of which a cliënt stands in the file already (INV 4.8)."""

    def van(self, persoon: Persoon, aantal: int) -> list[Prestatie]:
        """So many prestaties of a person, in order of their days; there are no fewer days than that."""
        gedaan: list[Prestatie] = []
        geweest: set[str] = set()
        behandeld: set[str] = set()
        dag = -1
        while over := aantal - len(gedaan):
            speling = len(self._dagen) - 1 - dag - over
            dag += 1 + self.kans.tot(speling + 1)
            datum = self._dagen[dag]
            bezoek = self._kies(persoon.leeftijd(datum), over, geweest)
            if bezoek.eens:
                geweest.add(bezoek.eens)
            gedaan += _Zitting(self, bezoek, datum, persoon.leeftijd(datum), behandeld).prestaties(over)
        return gedaan

    def _kies(self, leeftijd: int, over: int, geweest: set[str]) -> Bezoek:
        kan = [
            bezoek
            for bezoek in self.profiel.bezoeken
            if bezoek.minst <= over
            and bezoek.leeftijd[0] <= leeftijd < bezoek.leeftijd[1]
            and bezoek.eens not in geweest
        ]
        return self.kans.gewogen(kan, [bezoek.gewicht for bezoek in kan])


class _Zitting:
    """One visit in the making."""

    def __init__(self, verloop: Verloop, bezoek: Bezoek, datum: dt.date, leeftijd: int, behandeld: set[str]) -> None:
        self._verloop = verloop
        self._kans = verloop.kans
        self._bezoek = bezoek
        self._datum = datum
        self._behandeld = behandeld
        soort = [a.agb for a in verloop.profiel.aanbieders if a.agb.startswith(bezoek.door)]
        self._behandelaar = self._kans.een(soort)
        self._elementen = _MELK if leeftijd < _WISSEL else _BLIJVEND[bezoek.gebit]
        self._element = ""
        self._kaak = bezoek.kaak or self._kans.een((BOVEN, ONDER))

    def prestaties(self, hoogstens: int) -> list[Prestatie]:
        """The records of the visit: what it can't do without, and the rest by chance, as far as there is room."""
        ruimte = hoogstens - self._bezoek.minst
        gedaan: list[Prestatie] = []
        wachtend: list[Prestatie] = []
        # Costs stand behind their 01; in the A-variant of the Wlz behind the last 03 (INV 4.7.1 A6).
        for regel in self._bezoek.regels:
            nodig = 1 + (regel.kosten is not None)
            if regel.kans < 100:
                if ruimte < nodig or not self._kans.procent(regel.kans):
                    continue
                ruimte -= nodig
            if regel.soort != "03":
                gedaan += wachtend
                wachtend = []
            honorarium = self._prestatie(regel)
            gedaan.append(honorarium)
            wachtend += self._kosten(regel, honorarium)
            if regel.soort != "03":
                gedaan += wachtend
                wachtend = []
        return gedaan + wachtend + list(self._reizen(ruimte))

    def _prestatie(self, regel: Regel) -> Prestatie:
        element = self._kies_element(regel.plek)
        kaak = self._kaak if regel.plek is Plek.KAAK else kaak_van(GEEN_KAAK, element)
        tarief = 0 if regel.soort == "03" else regel.tarief or self._verloop.tarieven[regel.code]
        vlakken = sorted(self._kans.enkele(_VLAKKEN, regel.vlakken), key=_VLAKKEN.index)
        return Prestatie(
            datum=self._datum,
            soort=regel.soort,
            code=regel.code,
            tarief=tarief,
            aantal=self._kans.tussen(*regel.aantal),
            element=element,
            kaak=kaak,
            vlak="".join(vlakken),
            behandelaar=self._behandelaar,
            bijzonder=self._bezoek.bijzonder,
            machtiging=self._bezoek.machtiging,
        )

    def _kosten(self, regel: Regel, honorarium: Prestatie) -> Iterator[Prestatie]:
        """02 or 04, the same for the whole day (INV 4.4.1): techniek bought, or in own management."""
        if regel.kosten is not None:
            soort = "04" if self._datum.toordinal() % 3 == 0 else "02"
            yield honorarium._replace(soort=soort, tarief=self._kans.tussen(*regel.kosten), aantal=1)

    def _kies_element(self, plek: Plek) -> str:
        if plek in (Plek.GEEN, Plek.KAAK):
            return GEEN_ELEMENT
        if plek is not Plek.ZELFDE:
            ander = [e for e in self._elementen if e != self._element]
            vrij = [e for e in ander if e not in self._behandeld] or ander
            if plek is Plek.VOLGEND:
                naast = [e for e in ander if e[0] == self._element[0]]
                vrij = [e for e in naast if e in vrij] or naast or vrij
            self._element = self._kans.een(vrij)
            self._behandeld.add(self._element)
        return self._element

    def _reizen(self, ruimte: int) -> Iterator[Prestatie]:
        """Travelling expenses, at the first cliënt of a behandelaar and day in the file (INV 4.8)."""
        eerste = (self._behandelaar, self._datum) not in self._verloop.bezocht
        self._verloop.bezocht.add((self._behandelaar, self._datum))
        for regel in self._verloop.profiel.reizen if eerste else ():
            if ruimte and self._kans.procent(50):
                ruimte -= 1
                yield self._prestatie(regel)._replace(bijzonder=None)

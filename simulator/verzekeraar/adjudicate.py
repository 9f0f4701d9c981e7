"""From findings and cover to a decision: the only place that grants an amount.

Source: INV 2.3.13-2.3.16, BER 0481, 0483, in a first form: cover by share. Maxima, tariffs,
authorisations and earlier grants are not weighed here yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from simulator.controles.omgeving import Omgeving
from simulator.controles.register import REGISTER, Controle, controle, controles
from simulator.ei.layout import layouts
from simulator.ei.records import Prestatierecord
from simulator.ei.waarden import CREDIT, centen
from simulator.feiten import PolisFeit
from simulator.verleden import Eerdere
from simulator.verzekeraar.dekking import (
    Dekking,
    Pakket,
    leeftijd,
    passende_dekking,
    vergoeding,
)

_LAYOUT = layouts("mz301")[b"04"]
_DATUM = _LAYOUT["0408"].plaats

TOEGEWEZEN, DEELS, AFGEWEZEN = "toegewezen", "deels", "afgewezen"


class Besluit(NamedTuple):
    """What becomes of a record; amounts in cents, a credit negative.

    `bezwaren` is empty for an approved record. `berekend` is rubriek 0481, `toegekend` 0483: both 0 for a rejected one.
    """

    bezwaren: tuple[Controle, ...]
    berekend: int
    toegekend: int
    uitkomst: str

    def zonder_toekenning(self) -> Besluit:
        """The same where the file as a whole is rejected."""
        return self if self.uitkomst == AFGEWEZEN else self._replace(toegekend=0, uitkomst=AFGEWEZEN)


NIET_BEOORDEELD = Besluit((), 0, 0, AFGEWEZEN)
"""Of a prestatierecord in a file, or under a verzekerdenrecord, that was rejected."""


class Rekening(NamedTuple):
    """The amounts that a decision weighs, in cents: rubriek 0430, B, and what the dekkingen pay of B."""

    declaratiebedrag: int
    berekend: int
    vergoeding: int

    @property
    def toegekend(self) -> int:
        """What is granted."""
        return max(0, min(self.declaratiebedrag, self.vergoeding))


@controle(
    "0430-5", 7, "toekenning", "0613", "Z",
    bron="COD954 0613",
    herstel="Charge the rest to the patient; the polis covers less than was declared (in the store: dekkingen).",
)  # fmt: skip
def dekking_schiet_tekort(r: Rekening) -> bool:
    """The cover of the polis falls short of the declaratiebedrag."""
    return r.vergoeding < r.declaratiebedrag


_MEESTE = 20_000


class Beoordelaar:
    """Decides on the prestatierecords of one message, by the pakketten of its insurer."""

    def __init__(self, pakketten: Mapping[tuple[str, str], Pakket]) -> None:
        self._pakketten = pakketten
        self._regels = [(c.functie, c) for c in controles("toekenning")]
        dekkingen = [d for pakket in pakketten.values() for d in pakket.dekkingen]
        self._telt_leeftijd = any(d.leeftijd_vanaf is not None or d.leeftijd_tot is not None for d in dekkingen)
        self._telt_ingang = any(d.wachttijd_maanden is not None for d in dekkingen)
        self._besluiten: dict[tuple[object, ...], Besluit] = {}

    def __call__(self, heen: bytes, bezwaren: tuple[Controle, ...], omgeving: Omgeving) -> Besluit:
        """The decision on a record with these findings."""
        if bezwaren:
            return Besluit(bezwaren, 0, 0, AFGEWEZEN)
        if omgeving.terugblik is not None and omgeving.terugblik.debet is not None:
            return _crediteer(Prestatierecord(heen), omgeving.terugblik.debet)
        datum = heen[_DATUM]
        polis = geldende_polis(omgeving.polissen, datum)
        # The same prestatie under the same cover is decided once.
        sleutel = (
            omgeving.inhoud,
            polis and polis.pakketten,
            leeftijd(polis.geboortedatum, datum) if polis and self._telt_leeftijd else None,
            (polis.ingang, datum) if polis and self._telt_ingang else None,
        )
        besluit = self._besluiten.get(sleutel)
        if besluit is None:
            if len(self._besluiten) >= _MEESTE:
                self._besluiten.clear()
            besluit = self._besluiten[sleutel] = self._beslis(Prestatierecord(heen), polis)
        return besluit

    def _beslis(self, p: Prestatierecord, polis: PolisFeit | None) -> Besluit:
        declaratiebedrag = centen(p.declaratiebedrag)
        if p.debet_credit_02 == CREDIT:
            return Besluit((), 0, -declaratiebedrag, TOEGEWEZEN)
        berekend = berekend_bedrag(p)
        rekening = Rekening(declaratiebedrag, berekend, vergoeding(berekend, self._dekkingen(p, polis)))
        tekort = tuple(c for functie, c in self._regels if functie(rekening))
        if not tekort:
            return Besluit((), berekend, declaratiebedrag, TOEGEWEZEN)
        toegekend = rekening.toegekend
        return Besluit(tekort, berekend, toegekend, DEELS if toegekend else AFGEWEZEN)

    def _dekkingen(self, p: Prestatierecord, polis: PolisFeit | None) -> list[tuple[Pakket, Dekking]]:
        if polis is None:
            return []
        jaren = leeftijd(polis.geboortedatum, p.datum)
        pakketten = [self._pakketten[sleutel] for sleutel in polis.pakketten]
        gevonden = ((pakket, passende_dekking(pakket, p, jaren, polis.ingang)) for pakket in pakketten)
        return [(pakket, dekking) for pakket, dekking in gevonden if dekking is not None]


def _crediteer(p: Prestatierecord, debet: Eerdere) -> Besluit:
    """A credit takes back what its debet record was granted, and says so where that was a part."""
    toegekend = debet.toegekend_bedrag
    if toegekend == centen(p.declaratiebedrag):
        return Besluit((), 0, -toegekend, TOEGEWEZEN)
    return Besluit((REGISTER["0430-5"],), -berekend_bedrag(p), -toegekend, DEELS)


def geldende_polis(polissen: tuple[PolisFeit, ...], datum: bytes) -> PolisFeit | None:
    """The polis in force on a day; the newest where there are several."""
    for polis in reversed(polissen):
        if polis.in_kracht(datum):
            return polis
    return None


def berekend_bedrag(p: Prestatierecord) -> int:
    """B in cents: tarief x aantal less 0428; by the hour where only that fits 0426 (BER 0425, 0430)."""
    tarief, aantal = centen(p.tarief), centen(p.aantal)
    gedeclareerd, vermindering = centen(p.berekend_bedrag), centen(p.vermindering)
    per_stuk = tarief * aantal - vermindering
    per_uur = (tarief * aantal + 6) // 12 - vermindering
    if abs(per_stuk - gedeclareerd) > 1 and abs(per_uur - gedeclareerd) <= 1:
        return max(0, per_uur)
    return max(0, per_stuk)

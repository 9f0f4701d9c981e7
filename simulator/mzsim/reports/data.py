"""What the reports judge by: what the store holds of one practice, put together by insurer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mzsim.common.errors import ReportError
from mzsim.domain.earlier.credits import Eerdere, standing
from mzsim.reports.behandelindex import Kenmerken, Telling, leeftijdsgroepen
from mzsim.reports.implantologiecodes import codes_van, implantologiecodes
from mzsim.reports.periods import een_jaar_voor, maanden_eerder
from mzsim.reports.practice import (
    MACHTIGINGSVRIJ,
    STANDAARD,
    Aanvraag,
    Contract,
    Praktijk,
    Prestatie,
)
from mzsim.standard.values import lees_datum, schrijf_datum
from mzsim.store.practice import ContractRow, MachtigingRow, PracticeSource
from mzsim.store.session import Connection


class Verzekeraar(NamedTuple):
    """An insurer; its labels count with it. `machtigingsplichtig` is None where the store doesn't say it of the insurer."""

    uzovi: str
    naam: str
    nummers: frozenset[str]
    machtigingsplichtig: tuple[str, ...] | None


class Rapportbron:
    """Answers the questions of the reports on one practice (the party that is paid)."""

    def __init__(self, verbinding: Connection, agb: str) -> None:
        self._store = PracticeSource(verbinding, agb)
        self._agb = agb

    def verzekeraars(self, uzovi: str | None = None) -> list[Verzekeraar]:
        """The insurers that know the practice, or the one with this number (of its own or of a label).

        Raises ReportError where the store knows nobody, not this practice, or not this insurer.
        """
        if not self._store.holds_anything():
            raise ReportError("the store holds no declarations and no machtigingen; replay or load some first")
        bekend = self._store.known_to()
        if not bekend:
            raise ReportError(f"the store holds no contract, machtiging or declaration of AGB-code {self._agb}")
        alle = self._verzekeraars()
        gekozen = [v for v in alle if (uzovi in v.nummers if uzovi else v.nummers & bekend)]
        if not gekozen:
            raise ReportError(f"the store holds no insurer with UZOVI-nummer {uzovi}")
        return gekozen

    def _verzekeraars(self) -> Iterator[Verzekeraar]:
        rijen = self._store.insurers()
        patronen = [(rij.uzovi, rij.prestaties) for rij in self._store.demands()]
        for rij in rijen:
            patronen += [(rij.nummer, plicht["prestaties"]) for plicht in rij.beleid.get("machtigingsplichtig", ())]
        for rij in rijen:
            if rij.label_van is None:
                nummers = frozenset(r.nummer for r in rijen if rij.nummer in (r.nummer, r.label_van))
                alle = {patroon for uzovi, lijst in patronen if uzovi in nummers for patroon in lijst}
                # One for every prestatie ("above 1,400 euro", "bijzondere tandheelkunde") says nothing of implantology.
                plichtig = {patroon for patroon in alle if not patroon.startswith("*")}
                yield Verzekeraar(rij.nummer, rij.naam, nummers, tuple(sorted(plichtig)) or None)

    def praktijken(self, verzekeraars: list[Verzekeraar], tot: dt.date) -> Iterator[Praktijk]:
        """The practice as each of these insurers knows it, with what was done before a day."""
        prestaties = self._store.honoraria(implantologiecodes(), _eejjmmdd(tot))
        machtigingen, contracten = self._store.machtigingen(), self._store.contracten()
        for v in verzekeraars:
            aanvragen = (_aanvraag(rij) for rij in machtigingen if rij.uzovi in v.nummers)
            yield Praktijk(
                self._agb,
                v.uzovi,
                v.naam,
                tuple(_staande(eerdere for uzovi, eerdere in prestaties if uzovi in v.nummers)),
                tuple(aanvraag for aanvraag in aanvragen if aanvraag.codes),
                tuple(_contract(rij) for rij in contracten if rij.uzovi in v.nummers),
                v.machtigingsplichtig,
            )

    def tellingen(self, tot: dt.date) -> list[Telling]:
        """The patients of every contracted practice and of this one, over the 12 months before a day."""
        van = een_jaar_voor(tot)
        geboren = {groep.vanaf: _laatste_geboortedag(tot, groep.vanaf) for groep in leeftijdsgroepen()}
        return [
            Telling(rij.agb, Kenmerken(rij.vanaf, rij.soort), rij.patienten, int(rij.behandelingen))
            for rij in self._store.counts((van, _eejjmmdd(van)), (tot, _eejjmmdd(tot)), geboren)
        ]


def _staande(rijen: Iterable[Eerdere]) -> Iterator[Prestatie]:
    """The prestaties that no credit takes back, of days that exist."""
    for rij in standing(rijen):
        dag = lees_datum(rij.datum.encode("ascii", "replace"))
        if dag is not None:
            yield Prestatie(rij.persoon, dag, rij.prestatiecode, rij.gebitselement, rij.kaak, rij.aantal)


def _aanvraag(rij: MachtigingRow) -> Aanvraag:
    return Aanvraag(rij.nummer, rij.bsn, codes_van(rij.prestaties), rij.ingang, rij.einde, rij.status)


def _contract(rij: ContractRow) -> Contract:
    vrij = rij.modules.get("implantologie") == MACHTIGINGSVRIJ
    return Contract(rij.ingang, rij.einde, MACHTIGINGSVRIJ if vrij else STANDAARD)


def _laatste_geboortedag(dag: dt.date, leeftijd: int) -> dt.date:
    """The last day of birth of who has an age by a day; who was born on 29 February is older from 1 March on."""
    eerste = maanden_eerder(dag, 12 * leeftijd)
    return eerste if eerste.day == dag.day or eerste == dt.date.min else eerste - dt.timedelta(days=1)


def _eejjmmdd(dag: dt.date) -> str:
    return schrijf_datum(dag).decode("ascii")

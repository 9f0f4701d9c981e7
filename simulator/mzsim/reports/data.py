"""What the reports ask of the store. Plain SQL, as in `simulator/mzsim/store/facts.py`; counted where the rows are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mzsim.common.errors import ReportError
from mzsim.domain.declared import Eerdere, Verleden
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

_AGB = sa.bindparam("agb", type_=sa.String)
_UZOVI = sa.text("SELECT nummer, naam, label_van, beleid FROM uzovi ORDER BY nummer").columns(
    sa.column("nummer", sa.String),
    sa.column("naam", sa.String),
    sa.column("label_van", sa.String),
    sa.column("beleid", sa.JSON),
)
_BIJ_VERZEKERAARS = sa.text(
    "SELECT uzovi FROM contracten WHERE agb = :agb UNION SELECT uzovi FROM machtigingen WHERE agb = :agb"
    " UNION SELECT uzovi FROM berichten WHERE agb = :agb"
).bindparams(_AGB)
_IETS_TE_MELDEN = sa.text("SELECT EXISTS (SELECT 1 FROM prestaties) OR EXISTS (SELECT 1 FROM machtigingen)")
_CONTRACTEN = (
    sa.text("SELECT uzovi, ingang, einde, modules FROM contracten WHERE agb = :agb ORDER BY ingang, uzovi")
    .bindparams(_AGB)
    .columns(
        sa.column("uzovi", sa.String),
        sa.column("ingang", sa.Date),
        sa.column("einde", sa.Date),
        sa.column("modules", sa.JSON),
    )
)
_MACHTIGINGEN = (
    sa.text(
        "SELECT uzovi, nummer, bsn, prestaties, ingang, einde, status FROM machtigingen WHERE agb = :agb"
        " ORDER BY ingang, uzovi, nummer"
    )
    .bindparams(_AGB)
    .columns(
        sa.column("uzovi", sa.String),
        sa.column("nummer", sa.String),
        sa.column("bsn", sa.String),
        sa.column("prestaties", sa.JSON),
        sa.column("ingang", sa.Date),
        sa.column("einde", sa.Date),
        sa.column("status", sa.String),
    )
)
_MACHTIGING_BIJ_DEKKING = sa.text("SELECT uzovi, prestaties FROM dekkingen WHERE machtiging ORDER BY uzovi").columns(
    sa.column("uzovi", sa.String), sa.column("prestaties", sa.JSON)
)
_PRESTATIES = sa.text(
    f"SELECT {', '.join(f'p.{kolom}' for kolom in Eerdere._fields)}, b.uzovi, p.gebitselement, p.kaak, p.aantal"
    " FROM prestaties p JOIN berichten b ON b.id = p.bericht_id"
    " WHERE p.prestatiecode IN :codes AND p.soort = '01' AND p.uitkomst <> 'afgewezen' AND p.datum < :tot"
    " AND b.agb = :agb ORDER BY p.id"
).bindparams(_AGB, sa.bindparam("codes", expanding=True))

# A credit as `Eerdere.credit` has it.
_EEN_OF_MIN_EEN = (
    "CASE WHEN p.declaratiebedrag < 0 OR (p.declaratiebedrag = 0 AND p.vorig_referentienummer <> '') THEN -1 ELSE 1 END"
)
# Not the column: SQLite would read every row by the index of persons, one here and one there, to have them in order.
_PERSOON = "p.persoon || ''"
# A person without a BSN is known by a number of the insurer.
_NUMMER_VAN = "CASE WHEN {0} LIKE 'V%' THEN COALESCE(u.label_van, u.nummer) ELSE '' END"
_TELT_MEE = (
    "b.agb = :agb OR NOT EXISTS (SELECT 1 FROM contracten c WHERE c.uzovi = b.uzovi) OR EXISTS (SELECT 1 FROM contracten c"
    " WHERE c.uzovi = b.uzovi AND c.agb = b.agb AND c.ingang < :dag AND (c.einde IS NULL OR c.einde >= :eerste))"
)


def _tellingen(leeftijden: list[int]) -> sa.TextClause:
    """Patients and treatments by practice, band of ages and kind of insurer; a band has its first age."""
    banden = " ".join(f"WHEN g.geboren <= :vanaf_{vanaf} THEN {vanaf}" for vanaf in reversed(leeftijden))
    vraag = sa.text(
        "WITH meetellend AS MATERIALIZED ("
        f"SELECT b.id, b.agb, u.nummer, u.label_van, u.soort FROM berichten b JOIN uzovi u ON u.nummer = b.uzovi"
        f" WHERE {_TELT_MEE}"
        "), gehonoreerd AS ("
        f"SELECT u.agb AS agb, {_PERSOON} AS persoon, {_NUMMER_VAN.format('p.persoon')} AS van, MIN(u.soort) AS soort,"
        f" SUM({_EEN_OF_MIN_EEN}) AS aantal FROM prestaties p JOIN meetellend u ON u.id = p.bericht_id"
        " WHERE p.datum >= :van AND p.datum < :tot AND p.soort = '01' AND p.uitkomst <> 'afgewezen' GROUP BY 1, 2, 3"
        "), geborenen AS ("
        f"SELECT o.persoon AS persoon, {_NUMMER_VAN.format('o.persoon')} AS van, MIN(o.geboortedatum) AS geboren"
        " FROM polissen o JOIN uzovi u ON u.nummer = o.uzovi GROUP BY 1, 2)"
        f" SELECT h.agb AS agb, CASE {banden} END AS vanaf, h.soort AS soort, COUNT(*) AS patienten,"
        " SUM(h.aantal) AS behandelingen FROM gehonoreerd h"
        " LEFT JOIN geborenen g ON g.persoon = h.persoon AND g.van = h.van WHERE h.aantal > 0"
        " GROUP BY 1, 2, 3 ORDER BY 1, 3, 2"
    )
    dagen = ["eerste", "dag", *(f"vanaf_{vanaf}" for vanaf in leeftijden)]
    return vraag.bindparams(_AGB, *(sa.bindparam(naam, type_=sa.Date) for naam in dagen))


class Verzekeraar(NamedTuple):
    """An insurer; its labels count with it. `machtigingsplichtig` is None where the store doesn't say it of the insurer."""

    uzovi: str
    naam: str
    nummers: frozenset[str]
    machtigingsplichtig: tuple[str, ...] | None


class Rapportbron:
    """Answers the questions of the reports on one practice (the party that is paid)."""

    def __init__(self, verbinding: Connection, agb: str) -> None:
        self._verbinding = verbinding
        self._agb = agb

    def verzekeraars(self, uzovi: str | None = None) -> list[Verzekeraar]:
        """The insurers that know the practice, or the one with this number (of its own or of a label).

        Raises ReportError where the store knows nobody, not this practice, or not this insurer.
        """
        if not self._verbinding.scalar(_IETS_TE_MELDEN):
            raise ReportError("the store holds no declarations and no machtigingen; replay or load some first")
        bekend = frozenset(self._verbinding.scalars(_BIJ_VERZEKERAARS, {"agb": self._agb}))
        if not bekend:
            raise ReportError(f"the store holds no contract, machtiging or declaration of AGB-code {self._agb}")
        alle = self._verzekeraars()
        gekozen = [v for v in alle if (uzovi in v.nummers if uzovi else v.nummers & bekend)]
        if not gekozen:
            raise ReportError(f"the store holds no insurer with UZOVI-nummer {uzovi}")
        return gekozen

    def _verzekeraars(self) -> Iterator[Verzekeraar]:
        rijen = self._verbinding.execute(_UZOVI).all()
        patronen = [(rij.uzovi, rij.prestaties) for rij in self._verbinding.execute(_MACHTIGING_BIJ_DEKKING)]
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
        waarden = {"agb": self._agb, "codes": sorted(implantologiecodes()), "tot": _eejjmmdd(tot)}
        prestaties = self._verbinding.execute(_PRESTATIES, waarden).all()
        machtigingen = self._verbinding.execute(_MACHTIGINGEN, waarden).all()
        contracten = self._verbinding.execute(_CONTRACTEN, waarden).all()
        for v in verzekeraars:
            aanvragen = (_aanvraag(rij) for rij in machtigingen if rij.uzovi in v.nummers)
            yield Praktijk(
                self._agb,
                v.uzovi,
                v.naam,
                tuple(_staande([rij for rij in prestaties if rij.uzovi in v.nummers])),
                tuple(aanvraag for aanvraag in aanvragen if aanvraag.codes),
                tuple(_contract(rij) for rij in contracten if rij.uzovi in v.nummers),
                v.machtigingsplichtig,
            )

    def tellingen(self, tot: dt.date) -> list[Telling]:
        """The patients of every contracted practice and of this one, over the 12 months before a day."""
        van, leeftijden = een_jaar_voor(tot), [groep.vanaf for groep in leeftijdsgroepen()]
        waarden = {"agb": self._agb, "van": _eejjmmdd(van), "tot": _eejjmmdd(tot), "eerste": van, "dag": tot}
        grenzen = {f"vanaf_{vanaf}": _laatste_geboortedag(tot, vanaf) for vanaf in leeftijden}
        return [
            Telling(rij.agb, Kenmerken(rij.vanaf, rij.soort), rij.patienten, int(rij.behandelingen))
            for rij in self._verbinding.execute(_tellingen(leeftijden), waarden | grenzen)
        ]


def _staande(rijen: list[Any]) -> Iterator[Prestatie]:
    """The prestaties that no credit takes back, of days that exist."""
    per_id = {rij.id: rij for rij in rijen}
    aantal = len(Eerdere._fields)
    for eerdere in sorted(Verleden(Eerdere(*rij[:aantal]) for rij in rijen).toegekend()):
        dag = lees_datum(eerdere.datum.encode("ascii", "replace"))
        if dag is not None:
            rij = per_id[eerdere.id]
            yield Prestatie(rij.persoon, dag, rij.prestatiecode, rij.gebitselement, rij.kaak, rij.aantal)


def _aanvraag(rij: Any) -> Aanvraag:
    return Aanvraag(rij.nummer, rij.bsn, codes_van(rij.prestaties), rij.ingang, rij.einde, rij.status)


def _contract(rij: Any) -> Contract:
    vrij = rij.modules.get("implantologie") == MACHTIGINGSVRIJ
    return Contract(rij.ingang, rij.einde, MACHTIGINGSVRIJ if vrij else STANDAARD)


def _laatste_geboortedag(dag: dt.date, leeftijd: int) -> dt.date:
    """The last day of birth of who has an age by a day; who was born on 29 February is older from 1 March on."""
    eerste = maanden_eerder(dag, 12 * leeftijd)
    return eerste if eerste.day == dag.day or eerste == dt.date.min else eerste - dt.timedelta(days=1)


def _eejjmmdd(dag: dt.date) -> str:
    return schrijf_datum(dag).decode("ascii")

"""What the reports ask of the store about one practice. Plain SQL, as in `facts.py`; counted where the rows are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from mzsim.domain.earlier.credits import EarlierRecord
from mzsim.store.columns import PRESTATIES, WAS_CREDIT, Selection, of_prestaties
from mzsim.store.connection import Connection


class InsurerRow(NamedTuple):
    """A row of uzovi; `beleid` as it was loaded."""

    nummer: str
    naam: str
    label_van: str | None
    beleid: dict[str, Any]


class ContractRow(NamedTuple):
    """A contract with the practice; `einde` is its last day (None: open)."""

    uzovi: str
    ingang: dt.date
    einde: dt.date | None
    modules: dict[str, str]


class MachtigingRow(NamedTuple):
    """A machtiging of the practice; `prestaties` are codes with * as wildcard."""

    uzovi: str
    nummer: str
    bsn: str
    prestaties: list[str]
    ingang: dt.date
    einde: dt.date | None
    status: str


class DemandRow(NamedTuple):
    """A dekking that asks for a machtiging: whose, and for which prestaties."""

    uzovi: str
    prestaties: list[str]


class CountRow(NamedTuple):
    """Patients and treatments of a practice in a band of ages (its first age; None: unknown) at a kind of insurer."""

    agb: str
    vanaf: int | None
    soort: str
    patienten: int
    behandelingen: int


_UZOVI = Selection(InsurerRow, "FROM uzovi ORDER BY nummer")
_TO_INSURERS = (
    "SELECT uzovi FROM contracten WHERE agb = :agb UNION SELECT uzovi FROM machtigingen WHERE agb = :agb"
    " UNION SELECT uzovi FROM berichten WHERE agb = :agb"
)
_SOMETHING_TO_REPORT = "SELECT EXISTS (SELECT 1 FROM prestaties) OR EXISTS (SELECT 1 FROM machtigingen)"
_CONTRACTEN = Selection(ContractRow, "FROM contracten WHERE agb = :agb ORDER BY ingang, uzovi")
_MACHTIGINGEN = Selection(MachtigingRow, "FROM machtigingen WHERE agb = :agb ORDER BY ingang, uzovi, nummer")
_MACHTIGING_OF_DEKKING = Selection(DemandRow, "FROM dekkingen WHERE machtiging ORDER BY uzovi")
_PRESTATIES = (
    f"SELECT b.uzovi, {of_prestaties(EarlierRecord._fields)} FROM {PRESTATIES}"
    " WHERE p.prestatiecode IN :codes AND p.soort = '01' AND p.uitkomst <> 'afgewezen' AND p.datum < :tot"
    " AND b.agb = :agb ORDER BY p.id"
)

# Not the column: SQLite would read every row by the index of persons, one here and one there, to have them in order.
_PERSON = "p.persoon || ''"
# A person without a BSN is known by a number of the insurer.
_NUMBER_OF = "CASE WHEN {0} LIKE 'V%' THEN COALESCE(u.label_van, u.nummer) ELSE '' END"
_COUNTS_TOO = (
    "b.agb = :agb OR NOT EXISTS (SELECT 1 FROM contracten c WHERE c.uzovi = b.uzovi) OR EXISTS (SELECT 1 FROM contracten c"
    " WHERE c.uzovi = b.uzovi AND c.agb = b.agb AND c.ingang < :dag AND (c.einde IS NULL OR c.einde >= :eerste))"
)


def _tallies(ages: Collection[int]) -> str:
    """Patients and treatments by practice, band of ages and kind of insurer; a band has its first age."""
    bands = " ".join(f"WHEN g.geboren <= :vanaf_{since} THEN {since}" for since in sorted(ages, reverse=True))
    asked = {
        "agb": "h.agb",
        "vanaf": f"CASE {bands} END",
        "soort": "h.soort",
        "patienten": "COUNT(*)",
        "behandelingen": "SUM(h.aantal)",
    }
    return (
        "WITH meetellend AS MATERIALIZED ("
        f"SELECT b.id, b.agb, u.nummer, u.label_van, u.soort FROM berichten b JOIN uzovi u ON u.nummer = b.uzovi"
        f" WHERE {_COUNTS_TOO}"
        "), gehonoreerd AS ("
        f"SELECT u.agb AS agb, {_PERSON} AS persoon, {_NUMBER_OF.format('p.persoon')} AS van, MIN(u.soort) AS soort,"
        f" SUM(CASE WHEN {WAS_CREDIT} THEN -1 ELSE 1 END) AS aantal"
        " FROM prestaties p JOIN meetellend u ON u.id = p.bericht_id"
        " WHERE p.datum >= :van AND p.datum < :tot AND p.soort = '01' AND p.uitkomst <> 'afgewezen' GROUP BY 1, 2, 3"
        "), geborenen AS ("
        f"SELECT o.persoon AS persoon, {_NUMBER_OF.format('o.persoon')} AS van, MIN(o.geboortedatum) AS geboren"
        " FROM polissen o JOIN uzovi u ON u.nummer = o.uzovi GROUP BY 1, 2)"
        f" SELECT {', '.join(f'{asked[field]} AS {field}' for field in CountRow._fields)} FROM gehonoreerd h"
        " LEFT JOIN geborenen g ON g.persoon = h.persoon AND g.van = h.van WHERE h.aantal > 0"
        " GROUP BY 1, 2, 3 ORDER BY 1, 3, 2"
    )


class PracticeSource:
    """Answers what the store holds of one practice (AGB-code of the party that is paid), or of what it is compared with."""

    def __init__(self, connection: Connection, agb: str) -> None:
        self._connection = connection
        self._agb = agb

    def holds_anything(self) -> bool:
        """Whether the store holds a prestatie or a machtiging at all."""
        return bool(self._connection.scalar(_SOMETHING_TO_REPORT))

    def known_to(self) -> frozenset[str]:
        """The insurers (UZOVI-nummers) that have a contract, a machtiging or a declaration of the practice."""
        return frozenset(self._connection.scalars(_TO_INSURERS, {"agb": self._agb}))

    def insurers(self) -> list[InsurerRow]:
        """Every insurer, by number."""
        return _UZOVI.rows(self._connection)

    def demands(self) -> list[DemandRow]:
        """The dekkingen of any insurer that ask for a machtiging."""
        return _MACHTIGING_OF_DEKKING.rows(self._connection)

    def contracten(self) -> list[ContractRow]:
        """Its contracten, oldest first."""
        return _CONTRACTEN.rows(self._connection, {"agb": self._agb})

    def machtigingen(self) -> list[MachtigingRow]:
        """Its machtigingen, oldest first."""
        return _MACHTIGINGEN.rows(self._connection, {"agb": self._agb})

    def honoraria(self, codes: Collection[str], until: str) -> list[tuple[str, EarlierRecord]]:
        """Its granted records 01 with these codes and a datum prestatie (EEJJMMDD) before `until`, credits among them, oldest
        first; each with the UZOVI-nummer of its insurer."""
        values = {"agb": self._agb, "codes": sorted(codes), "tot": until}
        return [(uzovi, EarlierRecord(*row)) for uzovi, *row in self._connection.rows(_PRESTATIES, values)]

    def counts(
        self, of: tuple[dt.date, str], until: tuple[dt.date, str], born_by: Mapping[int, dt.date]
    ) -> Sequence[CountRow]:
        """Of every contracted practice and of this one, over a period; both ends as a day and as EEJJMMDD, `until` exclusive.

        `born_by` has for the first age of each band the last day of birth of who has that age.
        """
        values = {"agb": self._agb, "eerste": of[0], "van": of[1], "dag": until[0], "tot": until[1]}
        limits = {f"vanaf_{since}": day for since, day in born_by.items()}
        return [CountRow(*row) for row in self._connection.rows(_tallies(born_by), values | limits)]

"""Authorisations, and what was granted before where their need depends on it; fetched for a group of records at a time.
Plain SQL, as in `facts.py`."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Hashable
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection

from mzsim.domain.facts import MachtigingFeit
from mzsim.standard.layout import TEKENSET, layouts
from mzsim.store.many_values import dag, zoek

_UIT = "SELECT uzovi, nummer, bsn, agb, CAST(prestaties AS TEXT), ingang, einde, status FROM machtigingen WHERE"
_MET_NUMMER = f"{_UIT} nummer IN :nummers AND uzovi IN :uzovi"
# By BSN alone: asked for the insurer as well, SQLite would go through all that the insurer ever gave.
_VAN_VERZEKERDEN = f"{_UIT} bsn IN :bsns AND status = 'afgegeven'"
# Of a credit without an amount only its reference to another record tells.
_CREDIT = "p.declaratiebedrag < 0 OR (p.declaratiebedrag = 0 AND p.vorig_referentienummer <> '')"
_TOEGEKEND = (
    "SELECT b.agb, p.persoon, p.datum, p.soort, p.prestatiecode, p.kaak, p.gebitselement,"
    f" CASE WHEN {_CREDIT} THEN -p.aantal ELSE p.aantal END, p.declaratiebedrag, p.referentienummer,"
    " p.vorig_referentienummer"
    " FROM prestaties p JOIN berichten b ON b.id = p.bericht_id WHERE p.persoon IN :personen"
    " AND p.datum >= :van AND p.datum <= :tot AND p.uitkomst <> 'afgewezen' AND b.uzovi = :uzovi AND p.bericht_id < :eigen"
)
_Dag = str | dt.date
"""A day as the driver gives it."""
_LENGTE_CODE = layouts("mz301")[b"04"]["0413"].lengte


class Toegekende(NamedTuple):
    """A prestatierecord that was granted before, in whole or in part; soort and prestatiecode as a record holds them.

    Of a credit the aantal and the declaratiebedrag (cents) are negative. `partij` is who was paid, `nummer` its 0432,
    `vorig` its 0433, both as they are compared.
    """

    partij: str
    persoon: str
    datum: str
    soort: bytes
    prestatiecode: bytes
    kaak: str
    gebitselement: str
    aantal: int
    declaratiebedrag: int
    nummer: str
    vorig: str

    @property
    def credit(self) -> bool:
        """Whether it takes another back."""
        return self.declaratiebedrag < 0 or self.aantal < 0

    @property
    def post(self) -> Hashable:
        """What it has in common with the credit that takes it back, or the debet record that it takes back."""
        nummer = self.vorig if self.credit else self.nummer
        return self.partij, self.persoon, self.datum, self.soort, self.prestatiecode, nummer, abs(self.declaratiebedrag)


class Machtigingsbron:
    """Answers questions about the authorisations of an insurer (UZOVI-nummer) and its labels."""

    def __init__(self, verbinding: Connection, uzovi: str, zoek_in: Collection[str], eigen_bericht: int) -> None:
        self._verbinding = verbinding
        self._uzovi = uzovi
        self._zoek_in = list(zoek_in)
        self._eigen_bericht = eigen_bericht

    def met_nummer(self, nummers: Collection[str]) -> dict[tuple[str, str], MachtigingFeit]:
        """Those with one of these numbers, by (UZOVI-nummer, number)."""
        return {
            (uzovi, nummer): _feit(*rest)
            for uzovi, nummer, *rest in zoek(self._verbinding, _MET_NUMMER, {}, nummers=nummers, uzovi=self._zoek_in)
        }

    def van_verzekerden(self, bsns: Collection[str]) -> dict[tuple[str, str], list[MachtigingFeit]]:
        """Those of these verzekerden that were given and have not lapsed, by (UZOVI-nummer, BSN)."""
        gevonden: dict[tuple[str, str], list[MachtigingFeit]] = {}
        for uzovi, _, bsn, *rest in zoek(self._verbinding, _VAN_VERZEKERDEN, {}, bsns=bsns):
            if uzovi in self._zoek_in:
                gevonden.setdefault((uzovi, bsn), []).append(_feit(bsn, *rest))
        return gevonden

    def toegekend(self, personen: Collection[str], van: str, tot: str) -> list[Toegekende]:
        """What the insurer granted these persons before, from day to day (EEJJMMDD), whoever was paid for it."""
        vast = {"van": van, "tot": tot, "uzovi": self._uzovi, "eigen": self._eigen_bericht}
        return [_toegekende(*rij) for rij in zoek(self._verbinding, _TOEGEKEND, vast, personen=personen)]


def _feit(bsn: str, agb: str, prestaties: str, ingang: _Dag, einde: _Dag | None, status: str) -> MachtigingFeit:
    return MachtigingFeit(
        bsn.encode(TEKENSET),
        agb.encode(TEKENSET),
        _lijst(prestaties),
        _dag(ingang),
        _dag(einde) if einde else None,
        status == "afgegeven",
    )


# The same few lists and days stand in thousands of rows.


@lru_cache(maxsize=4096)
def _lijst(opgeslagen: str) -> tuple[str, ...]:
    return tuple(json.loads(opgeslagen))


_dag = lru_cache(maxsize=4096)(dag)


def _toegekende(partij: str, persoon: str, datum: str, soort: str, code: str, *rest: Any) -> Toegekende:
    return Toegekende(partij, persoon, datum, _rubriek(soort), _rubriek(code.ljust(_LENGTE_CODE)), *rest)


def _rubriek(waarde: str) -> bytes:
    # What a message has no place for stands for a NUL, see `waarden.tekst`.
    return waarde.encode(TEKENSET, "replace")

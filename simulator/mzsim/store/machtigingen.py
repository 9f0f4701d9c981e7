"""Authorisations, fetched for a group of records at a time. Plain SQL, as in `facts.py`."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy.engine import Connection

from mzsim.domain.facts import MachtigingFeit
from mzsim.standard.layout import TEKENSET
from mzsim.store.many_values import dag, zoek

_Dag = str | dt.date
"""A day as the driver gives it."""


class _Machtigingrij(NamedTuple):
    """A row of machtigingen, as the driver gives it."""

    uzovi: str
    nummer: str
    bsn: str
    agb: str
    prestaties: str
    ingang: _Dag
    einde: _Dag | None
    status: str


# PostgreSQL's driver would make a list of them, SQLite's would not.
_AS_TEXT = {"prestaties": "CAST(prestaties AS TEXT)"}
_UIT = f"SELECT {', '.join(_AS_TEXT.get(field, field) for field in _Machtigingrij._fields)} FROM machtigingen WHERE"
_MET_NUMMER = f"{_UIT} nummer IN :nummers AND uzovi IN :uzovi"
# By BSN alone: asked for the insurer as well, SQLite would go through all that the insurer ever gave.
_VAN_VERZEKERDEN = f"{_UIT} bsn IN :bsns AND status = 'afgegeven'"


class Machtigingsbron:
    """Answers questions about the authorisations of an insurer and its labels (UZOVI-nummers)."""

    def __init__(self, verbinding: Connection, zoek_in: Collection[str]) -> None:
        self._verbinding = verbinding
        self._zoek_in = list(zoek_in)

    def met_nummer(self, nummers: Collection[str]) -> dict[tuple[str, str], MachtigingFeit]:
        """Those with one of these numbers, by (UZOVI-nummer, number)."""
        gevonden = zoek(self._verbinding, _MET_NUMMER, {}, nummers=nummers, uzovi=self._zoek_in)
        return {(rij.uzovi, rij.nummer): _feit(rij) for rij in map(_Machtigingrij._make, gevonden)}

    def van_verzekerden(self, bsns: Collection[str]) -> dict[tuple[str, str], list[MachtigingFeit]]:
        """Those of these verzekerden that were given and have not lapsed, by (UZOVI-nummer, BSN)."""
        gevonden: dict[tuple[str, str], list[MachtigingFeit]] = {}
        for rij in map(_Machtigingrij._make, zoek(self._verbinding, _VAN_VERZEKERDEN, {}, bsns=bsns)):
            if rij.uzovi in self._zoek_in:
                gevonden.setdefault((rij.uzovi, rij.bsn), []).append(_feit(rij))
        return gevonden


def _feit(rij: _Machtigingrij) -> MachtigingFeit:
    return MachtigingFeit(
        rij.bsn.encode(TEKENSET),
        rij.agb.encode(TEKENSET),
        _lijst(rij.prestaties),
        _dag(rij.ingang),
        _dag(rij.einde) if rij.einde else None,
        rij.status == "afgegeven",
    )


# The same few lists and days stand in thousands of rows.


@lru_cache(maxsize=4096)
def _lijst(opgeslagen: str) -> tuple[str, ...]:
    return tuple(json.loads(opgeslagen))


_dag = lru_cache(maxsize=4096)(dag)

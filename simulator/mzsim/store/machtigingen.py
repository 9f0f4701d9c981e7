"""Authorisations, fetched for a group of records at a time. Plain SQL, as in `facts.py`."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection
from functools import lru_cache
from typing import NamedTuple

from mzsim.domain.facts import MachtigingFact
from mzsim.standard.values import as_bytes
from mzsim.store.columns import day
from mzsim.store.connection import Connection
from mzsim.store.many_values import find

_Day = str | dt.date
"""A day as the driver gives it."""


class _Machtigingrij(NamedTuple):
    """A row of machtigingen, as the driver gives it."""

    uzovi: str
    nummer: str
    bsn: str
    agb: str
    prestaties: str
    ingang: _Day
    einde: _Day | None
    status: str
    aantal: int | None
    bedrag: int | None


# PostgreSQL's driver would make a list of them, SQLite's would not.
_AS_TEXT = {"prestaties": "CAST(prestaties AS TEXT)"}
_OUT = f"SELECT {', '.join(_AS_TEXT.get(field, field) for field in _Machtigingrij._fields)} FROM machtigingen WHERE"
_WITH_NUMBER = f"{_OUT} nummer IN :nummers AND uzovi IN :uzovi"
# By BSN alone: asked for the insurer as well, SQLite would go through all that the insurer ever gave.
_OF_VERZEKERDEN = f"{_OUT} bsn IN :bsns AND status = 'afgegeven'"
_LIMITED = "(aantal IS NOT NULL OR bedrag IS NOT NULL)"
_SOMETHING_LIMITED = f"SELECT EXISTS (SELECT 1 FROM machtigingen WHERE {_LIMITED})"
_WITH_LIMITED = f"SELECT DISTINCT bsn FROM machtigingen WHERE bsn IN :bsns AND {_LIMITED}"


class MachtigingSource:
    """Answers questions about the authorisations of an insurer and its labels (UZOVI-nummers)."""

    def __init__(self, connection: Connection, search_in: Collection[str]) -> None:
        self._connection = connection
        self._search_in = list(search_in)

    def with_number(self, numbers: Collection[str]) -> dict[tuple[str, str], MachtigingFact]:
        """Those with one of these numbers, by (UZOVI-nummer, number)."""
        found = find(self._connection, _WITH_NUMBER, {}, nummers=numbers, uzovi=self._search_in)
        return {(row.uzovi, row.nummer): _fact(row) for row in map(_Machtigingrij._make, found)}

    def of_verzekerden(self, bsns: Collection[str]) -> dict[tuple[str, str], list[MachtigingFact]]:
        """Those of these verzekerden that were given and have not lapsed, by (UZOVI-nummer, BSN)."""
        found: dict[tuple[str, str], list[MachtigingFact]] = {}
        for row in map(_Machtigingrij._make, find(self._connection, _OF_VERZEKERDEN, {}, bsns=bsns)):
            if row.uzovi in self._search_in:
                found.setdefault((row.uzovi, row.bsn), []).append(_fact(row))
        return found

    def has_limited(self) -> bool:
        """Whether the store holds any authorisation for a number or an amount at all."""
        return bool(self._connection.scalar(_SOMETHING_LIMITED))

    def with_limited(self, bsns: Collection[str]) -> set[str]:
        """Those of these verzekerden (BSN) who may have such an authorisation."""
        return {bsn for (bsn,) in find(self._connection, _WITH_LIMITED, {}, bsns=bsns)}


def _fact(row: _Machtigingrij) -> MachtigingFact:
    return MachtigingFact(
        row.uzovi,
        row.nummer,
        as_bytes(row.bsn),
        as_bytes(row.agb),
        _listing(row.prestaties),
        _day(row.ingang),
        _day(row.einde) if row.einde else None,
        row.status == "afgegeven",
        row.aantal,
        row.bedrag,
    )


# The same few lists and days stand in thousands of rows.


@lru_cache(maxsize=4096)
def _listing(stored: str) -> tuple[str, ...]:
    return tuple(json.loads(stored))


_day = lru_cache(maxsize=4096)(day)

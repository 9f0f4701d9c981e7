"""How many values are asked for in one statement, and how that is done where they are many."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from simulator.ei.layout import TEKENSET

T = TypeVar("T")

# SQLite takes 32,766 parameters in one statement, PostgreSQL 65,535; a few hundred are as fast.
_PER_KEER = 500
# A list is filled up to one of these with its last value, a longer one to a multiple of the last: few statements differ.
_PLAATSEN = (0, 1, 5, 25, 100, 200, 300, 400, _PER_KEER)


def groepen(waarden: Iterable[T]) -> Iterator[list[T]]:
    """The values in lists that fit in one statement: for those whose rows SQLAlchemy has to make dates and lists of."""
    rest = iter(waarden)
    while groep := list(islice(rest, _PER_KEER)):
        yield groep


def dag(opgeslagen: str | dt.date) -> bytes:
    """A day as the driver gives it, as EEJJMMDD."""
    iso = opgeslagen if isinstance(opgeslagen, str) else opgeslagen.isoformat()
    return iso.replace("-", "").encode(TEKENSET)


def zoek(
    verbinding: Connection, opdracht: str, vast: Mapping[str, Any], /, **lijsten: Collection[str]
) -> Iterator[Any]:
    """The rows of a statement with `IN :name` for each of these lists, and `vast` for its other names; types as the
    driver's.

    The first list is asked for in parts, so its condition must hold for every row (AND); the others are asked for as a
    whole. SQLAlchemy's own way writes the statement out anew each time, which takes as long as the answer.
    """
    (eerste, lang), *andere = lijsten.items()
    waarden = dict(vast)
    plaatsen = tuple((naam, _vul(waarden, naam, list(lijst))) for naam, lijst in andere)
    for groep in groepen(lang):
        gevraagd = ((eerste, _vul(waarden, eerste, groep)), *plaatsen)
        tekst, namen = _uitgeschreven(opdracht, gevraagd, verbinding.dialect)
        gegeven: Any = tuple([waarden[naam] for naam in namen]) if verbinding.dialect.positional else waarden
        yield from verbinding.exec_driver_sql(tekst, gegeven).all()


def _vul(waarden: dict[str, Any], naam: str, lijst: list[str]) -> int:
    """Enters the values of a list, and says how many places it has in the statement."""
    aantal = len(lijst)
    plaatsen = -(-aantal // _PER_KEER) * _PER_KEER
    if aantal < _PER_KEER:
        plaatsen = _PLAATSEN[bisect_left(_PLAATSEN, aantal)]
    waarden.update(zip(_namen(naam, plaatsen), lijst + lijst[-1:] * (plaatsen - aantal), strict=True))
    return plaatsen


@lru_cache(maxsize=64)
def _namen(naam: str, plaatsen: int) -> tuple[str, ...]:
    return tuple(f"{naam}_{nummer}" for nummer in range(plaatsen))


@lru_cache(maxsize=128)
def _uitgeschreven(
    opdracht: str, lijsten: tuple[tuple[str, int], ...], dialect: sa.Dialect
) -> tuple[str, tuple[str, ...]]:
    """The statement for a driver with so many places in each list, and the names of its values in order."""
    for naam, plaatsen in lijsten:
        lijst = ", ".join(f":{een}" for een in _namen(naam, plaatsen))
        opdracht = re.sub(rf":{naam}\b", f"({lijst or 'NULL'})", opdracht)
    gemaakt = sa.text(opdracht).compile(dialect=dialect)
    return str(gemaakt), tuple(getattr(gemaakt, "positiontup", None) or gemaakt.params)

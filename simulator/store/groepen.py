"""How many values are asked for in one statement, and how that is done where they are many."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

T = TypeVar("T")

# SQLite takes 32,766 parameters in one statement, PostgreSQL 65,535; a few hundred are as fast.
_PER_KEER = 500


def groepen(waarden: Iterable[T]) -> Iterator[list[T]]:
    """The values in lists that fit in one statement."""
    rest = iter(waarden)
    while groep := list(islice(rest, _PER_KEER)):
        yield groep


def zoek(
    verbinding: Connection, opdracht: str, naam: str, waarden: Collection[str], vast: Mapping[str, Any]
) -> Iterator[sa.Row[Any]]:
    """The rows of a statement with `IN :naam` for these values, and `vast` for its other names; types as the driver's.

    For tens of thousands of values: SQLAlchemy's own way writes the statement out anew for every five hundred.
    """
    for groep in groepen(waarden):
        tekst, namen = _uitgeschreven(opdracht, naam, len(groep), verbinding.dialect)
        alle = {**vast, **{f"{naam}_{nummer}": waarde for nummer, waarde in enumerate(groep)}}
        gegeven: Any = tuple(alle[n] for n in namen) if verbinding.dialect.positional else alle
        yield from verbinding.exec_driver_sql(tekst, gegeven)


@cache
def _uitgeschreven(opdracht: str, naam: str, aantal: int, dialect: sa.Dialect) -> tuple[str, tuple[str, ...]]:
    """The statement for a driver, and its names in order."""
    lijst = ", ".join(f":{naam}_{nummer}" for nummer in range(aantal))
    gemaakt = sa.text(opdracht.replace(f":{naam}", f"({lijst})")).compile(dialect=dialect)
    return str(gemaakt), tuple(getattr(gemaakt, "positiontup", None) or gemaakt.params)

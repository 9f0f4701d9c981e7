"""How many values are asked for in one statement, and how that is done where they are many."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing
from functools import lru_cache
from itertools import count, islice
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mzsim.standard.values import as_bytes, write_date

T = TypeVar("T")

# SQLite takes 32,766 parameters in one statement, PostgreSQL 65,535; a few hundred are as fast.
_PER_TIME = 500
# A list is filled up to one of these with its last value, a longer one to a multiple of the last: few statements differ.
_PLACES = (0, 1, 5, 25, 100, 200, 300, 400, _PER_TIME)


def groups(values: Iterable[T]) -> Iterator[list[T]]:
    """The values in lists that fit in one statement: for those whose rows SQLAlchemy has to make dates and lists of."""
    rest = iter(values)
    while group := list(islice(rest, _PER_TIME)):
        yield group


def day(stored: str | dt.date) -> bytes:
    """A day as the driver gives it, as EEJJMMDD."""
    return as_bytes(stored.replace("-", "")) if isinstance(stored, str) else write_date(stored)


def find(
    connection: Connection, order: str, fixed: Mapping[str, Any], /, **lists: Collection[str] | Collection[int]
) -> Iterator[Any]:
    """The rows of a statement with `IN :name` for each of these lists, and `fixed` for its other names; types as the
    driver's.

    The first list is asked for in parts, so its condition must hold for every row (AND); the others are asked for as a
    whole. SQLAlchemy's own way writes the statement out anew each time, which takes as long as the answer.
    """
    (first, long), *other = lists.items()
    values = {**fixed, **{name: _fill(list(listing)) for name, listing in other}}
    for group in groups(long):
        values[first] = _fill(group)
        places = tuple((name, len(values[name])) for name in lists)
        text, names = _written_out(order, places, connection.dialect)
        given = [one for name in names for one in (values[name] if name in lists else (values[name],))]
        positional = connection.dialect.positional
        parameters: Any = tuple(given) if positional else {f"p{n}": one for n, one in enumerate(given)}
        with closing(connection.exec_driver_sql(text, parameters)) as found:
            # What the driver makes of it is enough: a Row of SQLAlchemy around each takes as long again.
            assert found.cursor is not None
            yield from found.cursor.fetchall()


def _fill(listing: list[Any]) -> list[Any]:
    """A list with as many values as it has places in the statement."""
    count = len(listing)
    places = -(-count // _PER_TIME) * _PER_TIME
    if count < _PER_TIME:
        places = _PLACES[bisect_left(_PLACES, count)]
    return listing + listing[-1:] * (places - count)


_NAME = re.compile(r":(\w+)")


@lru_cache(maxsize=128)
def _written_out(order: str, lists: tuple[tuple[str, int], ...], dialect: sa.Dialect) -> tuple[str, tuple[str, ...]]:
    """The statement for a driver with so many places in each list, and the names of its values in order.

    Where its places have names, these are p0, p1 and so on.
    """
    long = dict(lists)
    numbers = count()

    def places(name: re.Match[str]) -> str:
        if name[1] not in long:
            return f":p{next(numbers)}"
        return f"({', '.join(f':p{next(numbers)}' for _ in range(long[name[1]])) or 'NULL'})"

    names = tuple(_NAME.findall(order))
    off = _NAME.sub(places, order)
    if dialect.paramstyle == "qmark":  # hundreds of names take milliseconds to compile
        return _NAME.sub("?", off), names
    return str(sa.text(off).compile(dialect=dialect)), names

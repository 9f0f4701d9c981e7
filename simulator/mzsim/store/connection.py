"""A connection to a store: the few things that the program asks of a database, in one way whichever it is.

A statement is one text for every database. `:name` in it stands for a value, and `IN :name` for a list of them. A date may be
given as one, and goes to the database as text, which each of them compares with its dates. Rows come back as tuples of what
the driver makes of them: SQLite keeps a date and JSON as text and a bool as a number (see `columns.py`).
"""

from __future__ import annotations

import datetime as dt
import re
from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import lru_cache
from itertools import chain, repeat
from types import MappingProxyType
from typing import Any, Protocol

Values = Mapping[str, Any]
Row = tuple[Any, ...]
NOTHING: Values = MappingProxyType({})

PER_TIME = 500
"""Values of a list in one statement: SQLite takes 32,766, PostgreSQL 65,535; a few hundred are as fast."""
# A list is filled up to one of these with its last value, a longer one to a multiple of the last: few statements differ.
_PLACES = (0, 1, 5, 25, 100, 200, 300, 400, PER_TIME)
_PER_INSERT = 60
"""Rows in one statement: they take a third less time so than one at a time."""
PER_FETCH = 5_000
"""Rows that are fetched at once, where all of them together may be many."""


class DatabaseError(Exception):
    """What a database says is wrong, in its own words."""

    lost = False
    """Whether it fell silent, so that nobody knows whether it did what was asked."""


class OperationalError(DatabaseError):
    """The same where the statement is not to blame: a lock, a disk, a server that is not there."""


class Connection(ABC):
    """To ask a store and to change it. What is wrong is raised as a DatabaseError."""

    kind: str
    """Which database: sqlite or postgresql, or as SQLAlchemy calls it."""
    mark: str
    """What stands for a value to the driver."""
    place: str | None = None
    """The file of the store, where it is one."""

    @abstractmethod
    def rows(self, order: str, values: Values = NOTHING) -> list[Row]:
        """All rows that a statement gives."""

    @abstractmethod
    def stream(self, order: str, values: Values = NOTHING) -> Iterator[Row]:
        """The same, so that memory doesn't grow with them. The next statement may wait until all of them are read."""

    @abstractmethod
    def execute(self, order: str, values: Values = NOTHING) -> int:
        """Carries out a statement that changes rows, and says how many it changed."""

    @abstractmethod
    def _execute_each(self, text: str, values: list[Row]) -> None:
        """Carries out a statement of the driver's own, once for each of these lists of values."""

    def copy(self, table: str, columns: Sequence[str], text: Iterator[str]) -> bool:
        """Adds rows written out as PostgreSQL copies them in. False, and nothing is read or done, where that can't be."""
        return False

    def commit(self) -> None:
        """Keeps what was changed."""
        self._commit()

    @abstractmethod
    def _commit(self) -> None:
        """The same, by the driver."""

    @abstractmethod
    def wait_at_most(self, seconds: float) -> None:
        """How long the statements wait for others: of SQLite from now on, of PostgreSQL in this transaction."""

    @abstractmethod
    def begin_reading(self, seconds: float) -> None:
        """From the next question on all is read as it is then, whatever others change meanwhile; who has to wait for them does
        so at most so long."""

    @abstractmethod
    def attempt(self) -> AbstractContextManager[object]:
        """What fails within can be tried again in the same transaction."""

    @abstractmethod
    def columns(self, table: str) -> dict[str, str]:
        """The columns of a table in order, each with the kind of its values in lower case: `date`, `json`, `boolean`, …"""

    @abstractmethod
    def key(self, table: str) -> list[str]:
        """The columns of its primary key, in order."""

    @abstractmethod
    def tables(self) -> list[str]:
        """The tables that are there."""

    def first(self, order: str, values: Values = NOTHING) -> Row | None:
        """The first row, if any."""
        found = self.rows(order, values)
        return found[0] if found else None

    def scalar(self, order: str, values: Values = NOTHING) -> Any:
        """The first value of the first row; None where there is none."""
        found = self.rows(order, values)
        return found[0][0] if found else None

    def scalars(self, order: str, values: Values = NOTHING) -> list[Any]:
        """The first value of every row."""
        return [row[0] for row in self.rows(order, values)]

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Adds rows, with values as the driver takes them in the order of these columns."""
        self.spread(f"INSERT INTO {table} ({', '.join(columns)}) VALUES {{}}", rows)

    def spread(self, order: str, rows: Sequence[Row], at_a_time: int = _PER_INSERT, *, counted: bool = False) -> None:
        """Carries out a statement with a place `{}` for rows, so many at a time, with values as the driver takes them. With
        `counted` the place of a row among these stands before its values."""
        whole = len(rows) - len(rows) % at_a_time
        for count, part in ((at_a_time, rows[:whole]), (1, rows[whole:])):
            if part:
                groups = (part[place : place + count] for place in range(0, len(part), count))
                values = [tuple(chain.from_iterable(group)) for group in groups]
                self._execute_each(_with_rows(order, len(part[0]), count, self.mark, counted=counted), values)


class Connections(Protocol):
    """How a store is connected to."""

    one_writer: bool
    """Whether who changes anything waits for all others who do, as in SQLite, and not just for who changes the same."""

    def connect(self) -> AbstractContextManager[Connection]:
        """A connection; what was not committed is undone at its end. Raises DatabaseError."""

    def close(self) -> None:
        """Lets go of the connections; who still has one may go on with it."""


@lru_cache(maxsize=64)
def _with_rows(order: str, width: int, rows: int, mark: str, *, counted: bool) -> str:
    values = ", ".join(repeat(mark, width))
    return order.format(", ".join(f"({number}, {values})" if counted else f"({values})" for number in range(rows)))


_AS_THEY_ARE = frozenset({str, int, bool, bytes, type(None)})


def written_out(order: str, values: Values, mark: str) -> tuple[str, list[Any]]:
    """A statement as a driver takes it that has `mark` for a value, and the values in the order of these."""
    names = _names(order)
    given: list[Any] = [values[name] for name in names]
    if _AS_THEY_ARE.issuperset(map(type, given)):
        return _text(order, (), mark), given
    given, lists = [], []
    for name in names:
        value = values[name]
        if isinstance(value, list):
            filled = _filled(value)
            given += filled
            lists.append((name, len(filled)))
        else:
            given.append(value.isoformat() if isinstance(value, dt.date) else value)
    return _text(order, tuple(lists), mark), given


def _filled(listing: list[Any]) -> list[Any]:
    """A list with as many values as it has places in the statement."""
    count = len(listing)
    places = -(-count // PER_TIME) * PER_TIME if count >= PER_TIME else _PLACES[bisect_left(_PLACES, count)]
    return listing + listing[-1:] * (places - count)


_NAME = re.compile(r"(?<!:):(\w+)")


@lru_cache(maxsize=512)
def _names(order: str) -> tuple[str, ...]:
    """The names of the values of a statement, in order."""
    return tuple(_NAME.findall(order))


@lru_cache(maxsize=512)
def _text(order: str, lists: tuple[tuple[str, int], ...], mark: str) -> str:
    """The statement with so many places in each list."""
    long = dict(lists)

    def places(name: re.Match[str]) -> str:
        return f"({', '.join(repeat(mark, long[name[1]])) or 'NULL'})" if name[1] in long else mark

    return _NAME.sub(places, order.replace("%", "%%") if mark == "%s" else order)

"""A store in a portable form: its tables as rows of text, whole numbers and bytes, whichever database they come from.

SQLite keeps them so: a date as text, JSON as the text that was written, a bool as 0 or 1. So a file of SQLite can hold any store,
and be one that every command opens.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa

from mzsim.common.errors import OutputError
from mzsim.store.connection import Connection, Row
from mzsim.store.models import Model
from mzsim.store.portal_models import PortalTable as PortalTable  # so that the tables of the portal are among them
from mzsim.store.session import REVISION
from mzsim.store.sqlite import empty_store

_KINDS: tuple[tuple[type[Any], str], ...] = (
    (sa.Boolean, "boolean"),
    (sa.Integer, "integer"),
    (sa.LargeBinary, "bytes"),
    (sa.String, "text"),
    (sa.Date, "text"),
    (sa.JSON, "text"),
)
_ABOUT = "archief"
_MAKE_ABOUT = f"CREATE TABLE {_ABOUT} (sleutel TEXT NOT NULL PRIMARY KEY, waarde TEXT NOT NULL)"
_TELL = f"INSERT INTO {_ABOUT} (sleutel, waarde) VALUES (?, ?)"
_CONTENTS, _REVISION = "inhoud", "versie"
_ROUND = 1 << 256
_INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"


class PortableTable(NamedTuple):
    """A table of every store: its columns in order, each with the kind of its values (text, integer, boolean, bytes), and those
    of its primary key."""

    name: str
    columns: tuple[tuple[str, str], ...]
    key: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(name for name, _ in self.columns)


@cache
def tables() -> tuple[PortableTable, ...]:
    """The tables of a store, those that are referred to before what refers to them."""
    return tuple(
        PortableTable(
            table.name,
            tuple((column.name, _kind(column.type)) for column in table.columns),
            tuple(column.name for column in table.primary_key),
        )
        for table in Model.metadata.sorted_tables
    )


def _kind(kind: Any) -> str:
    return next(name for one, name in _KINDS if isinstance(kind, one))


class Content:
    """How many rows were seen, and a checksum of them: the SHA-256 of each, added up, so that their order doesn't count."""

    def __init__(self) -> None:
        self._rows = self._total = 0

    def counted(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The same rows, counted as they pass."""
        for row in rows:
            self._rows += 1
            self._total += int.from_bytes(sha256(repr(tuple(row)).encode()).digest())
            yield row

    def as_dict(self) -> dict[str, Any]:
        """Of what passed so far, as the archive keeps it."""
        return {"rijen": self._rows, "sha256": f"{self._total % _ROUND:064x}"}


Contents = Mapping[str, Mapping[str, Any]]
"""Of each table how many rows it holds, and their checksum; see `Content.as_dict`."""


def count_rows(contents: Contents) -> int:
    """The rows of all tables."""
    return sum(int(one["rijen"]) for one in contents.values())


def contents_by(rows: Callable[[PortableTable], Iterable[Row]]) -> Contents:
    """What a store holds, of which this gives the rows of a table."""
    found = {}
    for table in tables():
        content = Content()
        for _ in content.counted(rows(table)):
            pass
        found[table.name] = content.as_dict()
    return found


class ArchiveFile:
    """A file of SQLite that is being filled, to be a store."""

    def __init__(self, driver: sqlite3.Connection) -> None:
        self._driver = driver

    def fill(self, table: PortableTable, rows: Iterable[Row]) -> None:
        """Adds rows of a table."""
        places = ", ".join("?" * len(table.columns))
        self._driver.executemany(f"INSERT INTO {table.name} ({', '.join(table.names)}) VALUES ({places})", rows)

    def describe(self, about: Mapping[str, str], contents: Contents) -> None:
        """Says what it was made of, in a table of its own."""
        self._driver.execute(_MAKE_ABOUT)
        told = {**about, _REVISION: REVISION, _CONTENTS: json.dumps(contents)}
        self._driver.executemany(_TELL, told.items())


@contextmanager
def archive_file(place: Path) -> Iterator[ArchiveFile]:
    """A file that holds the tables of a store without a row, to be filled; complete at the end. Raises OutputError."""
    try:
        place.write_bytes(empty_store())
        with closing(sqlite3.connect(place, isolation_level=None)) as driver:
            # One that is half done is thrown away, so that nothing is ever undone; what refers to what is looked at in the end.
            for setting in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -64000", "foreign_keys = OFF"):
                driver.execute(f"PRAGMA {setting}")
            driver.execute("BEGIN")
            for table in tables():
                driver.execute(f"DELETE FROM {table.name}")
            indexes = driver.execute(_INDEXES).fetchall()
            for name, _ in indexes:
                driver.execute(f"DROP INDEX {name}")
            yield ArchiveFile(driver)
            for _, order in indexes:  # sorted at once: one row at a time they would soon be read from disk for each
                driver.execute(order)
            driver.execute("COMMIT")
            if lost := driver.execute("PRAGMA foreign_key_check").fetchone():
                raise OutputError(f"{place}: a row of {lost[0]} refers to one that isn't there")
    except sqlite3.Error as error:
        raise OutputError(f"{place}: can't be written: {error}") from None


def rows_in_file(connection: Connection, table: PortableTable) -> Generator[Row, None, None]:
    """The rows of a table in a file of SQLite."""
    yield from connection.stream(f"SELECT {', '.join(table.names)} FROM {table.name}")


def contents_as_archived(connection: Connection) -> Contents | None:
    """What a file of SQLite held when it was archived; None where it never was, or had another form then."""
    if _ABOUT not in connection.tables():
        return None
    told: dict[str, str] = dict(connection.rows(f"SELECT sleutel, waarde FROM {_ABOUT}"))
    if told.get(_REVISION) != REVISION:
        return None
    found: Contents = json.loads(told[_CONTENTS])
    return found

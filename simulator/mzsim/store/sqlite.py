"""Stores in SQLite, by the driver that comes with Python: files, and databases in memory."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from functools import cache
from pathlib import Path

from mzsim.store.connection import (
    NOTHING,
    PER_FETCH,
    Connection,
    DatabaseError,
    OperationalError,
    Row,
    Values,
    written_out,
)

SCHEMA = Path(__file__).with_name("empty_store.sql")
"""What the migrations make of an empty file, as SQL: a thousand times as quick as they. `python -m tests.make_empty_store`
writes it."""
_WRONG = (sqlite3.Error, OverflowError, UnicodeError)
"""What the driver raises: the last two for a number or a text that no database can hold."""


class SqliteConnection(Connection):
    """A connection of the driver. A transaction begins with the first statement that changes anything, unless one is open."""

    kind = "sqlite"
    mark = "?"

    def __init__(self, driver: sqlite3.Connection, place: str | None) -> None:
        self.driver = driver
        self.place = place

    def rows(self, order: str, values: Values = NOTHING) -> list[Row]:
        try:
            return self.driver.execute(*written_out(order, values, "?")).fetchall()
        except _WRONG as error:
            raise told(error) from None

    def stream(self, order: str, values: Values = NOTHING) -> Iterator[Row]:
        try:
            with closing(self.driver.execute(*written_out(order, values, "?"))) as found:
                while rows := found.fetchmany(PER_FETCH):
                    yield from rows
        except _WRONG as error:
            raise told(error) from None

    def execute(self, order: str, values: Values = NOTHING) -> int:
        try:
            return self.driver.execute(*written_out(order, values, "?")).rowcount
        except _WRONG as error:
            raise told(error) from None

    def _execute_each(self, text: str, values: list[Row]) -> None:
        try:
            self.driver.executemany(text, values)
        except _WRONG as error:
            raise told(error) from None

    def _commit(self) -> None:
        try:
            self.driver.commit()
        except _WRONG as error:
            raise told(error) from None

    def wait_at_most(self, seconds: float) -> None:
        if self.place is not None:  # in memory nobody is waited for
            self.execute(f"PRAGMA busy_timeout = {max(1, round(seconds * 1000))}")

    def begin_reading(self, seconds: float) -> None:
        self.wait_at_most(seconds)
        self.execute("BEGIN")

    def attempt(self) -> AbstractContextManager[object]:
        return nullcontext()

    def columns(self, table: str) -> dict[str, str]:
        return {name: kind.partition("(")[0].lower() for _, name, kind, *_ in self._described(table)}

    def key(self, table: str) -> list[str]:
        return [name for place, name in sorted((row[5], row[1]) for row in self._described(table)) if place]

    def tables(self) -> list[str]:
        return self.scalars(
            r"SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"
        )

    def _described(self, table: str) -> list[Row]:
        """Number, name, kind, whether it is filled, default and place in the primary key of each column."""
        return self.rows(f'PRAGMA table_info("{table}")')


def told(error: Exception) -> DatabaseError:
    """What is wrong, as this program knows it."""
    kind = OperationalError if isinstance(error, sqlite3.OperationalError) else DatabaseError
    return kind(str(error))


class SqliteFile:
    """The connections to a file. One that is given back is used again: its statements stay compiled."""

    one_writer = True

    def __init__(self, place: str, seconds: float) -> None:
        self._closed = False
        self._place = os.path.abspath(place)  # noqa: PTH100 - a path of pathlib loses what a link means
        self._seconds = seconds
        self._free: list[sqlite3.Connection] = []

    @contextmanager
    def connect(self) -> Iterator[SqliteConnection]:
        """A connection; what was not committed is undone at its end."""
        try:
            driver = self._free.pop()
        except IndexError:
            driver = self._new()
        try:
            yield SqliteConnection(driver, self._place)
        finally:
            try:
                driver.rollback()
                self._free.append(driver)
            except sqlite3.Error:  # who knows what state it is in
                driver.close()
            if self._closed:
                self._close_free()

    def _new(self) -> sqlite3.Connection:
        try:
            if _stands_still(Path(self._place)):
                return _prepared(f"{Path(self._place).as_uri()}?immutable=1", uri=True)
            return _prepared(self._place, timeout=self._seconds)
        except sqlite3.Error as error:
            raise told(error) from None

    def close(self) -> None:
        """Lets go of all connections; of one that is in use when it is given back."""
        self._closed = True
        self._close_free()

    def _close_free(self) -> None:
        with suppress(IndexError):  # another thread may take the last
            while True:
                self._free.pop().close()


class SqliteInMemory:
    """A database in memory. It is its one connection: whoever comes second, another thread, waits until it is free."""

    one_writer = True

    def __init__(self) -> None:
        self._driver = _prepared(":memory:")
        self._in_use = threading.Lock()
        _empty_into(self._driver)

    def fill(self, content: bytes) -> None:
        """Makes it a copy of a database (`content` gives one). It takes at most a gigabyte from then on."""
        with self._in_use:
            self._driver.deserialize(content)

    @contextmanager
    def connect(self) -> Iterator[SqliteConnection]:
        """Its connection; what was not committed is undone at its end."""
        with self._in_use:
            try:
                yield SqliteConnection(self._driver, None)
            finally:
                self._driver.rollback()

    def content(self) -> bytes:
        """The database as it is now."""
        with self._in_use:
            return self._driver.serialize()

    def close(self) -> None:
        """Nothing is left of it."""
        self._driver.close()


def _prepared(place: str, *, uri: bool = False, timeout: float = 5.0) -> sqlite3.Connection:
    """A new connection, as this program uses one; threads take turns with it."""
    driver = sqlite3.connect(place, uri=uri, timeout=timeout, check_same_thread=False)
    driver.execute("PRAGMA foreign_keys = ON")
    # Beside WAL more pages in memory save no time: 900,000 records took as long with 8 MB as with 32.
    driver.execute("PRAGMA cache_size = -16000")
    return driver


def _stands_still(place: Path) -> bool:
    """Whether nobody is writing to a file, and this program may not. Its readers make files beside it, to know of a
    writer; where they can't it is read as it stands."""
    beside = place.with_name(f"{place.name}-wal")
    return place.is_file() and not os.access(place.parent, os.W_OK) and not beside.exists()


@cache
def empty_store() -> bytes:
    """A store that holds nothing, to copy."""
    with closing(sqlite3.connect(":memory:")) as driver:
        driver.executescript(SCHEMA.read_text("utf-8"))
        return driver.serialize()


def make_empty(place: Path) -> None:
    """Makes an empty store of a file that holds nothing. Raises DatabaseError."""
    store = SqliteFile(str(place), seconds=0)
    try:
        with store.connect() as connection:
            _empty_into(connection.driver)
            let_read_while_written(connection)
    except sqlite3.Error as error:
        raise told(error) from None
    finally:
        store.close()


def let_read_while_written(connection: Connection) -> None:
    """Readers of a file and its writer needn't wait for one another, where its disk can do that; it stays so."""
    connection.execute("PRAGMA journal_mode = WAL")


def _empty_into(driver: sqlite3.Connection) -> None:
    with closing(sqlite3.connect(":memory:")) as empty:
        empty.deserialize(empty_store())
        empty.backup(driver)

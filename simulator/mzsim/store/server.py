"""Stores on a server, by SQLAlchemy and the driver that their URL names: PostgreSQL."""

from __future__ import annotations

import os
import platform
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError

from mzsim.common.errors import StoreError
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
from mzsim.store.url import StoreUrl

if TYPE_CHECKING:
    import psycopg
    from sqlalchemy.engine.interfaces import DBAPICursor, DBAPIModule


class ServerConnection(Connection):
    """A connection of SQLAlchemy's pool. What is asked goes to the driver as it is, and rows come back as the driver gives them:
    what SQLAlchemy makes of a statement and of a row takes as long as the driver does."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._dialect = connection.dialect
        self.kind = connection.dialect.name
        self.mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"

    def _cursor(self) -> DBAPICursor:
        if not self._connection.in_transaction():
            self._connection.begin()  # the driver has begun by itself; SQLAlchemy is to know that there is something to end
        return self._connection.connection.cursor()

    def _run(self, cursor: DBAPICursor, order: str, values: Values) -> None:
        text, given = written_out(order, values, self.mark)
        cursor.execute(text, tuple(given) or None)

    def rows(self, order: str, values: Values = NOTHING) -> list[Row]:
        with self._told(), closing(self._cursor()) as cursor:
            self._run(cursor, order, values)
            return list(cursor.fetchall()) if cursor.description is not None else []

    def stream(self, order: str, values: Values = NOTHING) -> Iterator[Row]:
        text, given = written_out(order, values, self.mark)
        asked = partial(self._connection.exec_driver_sql, text, tuple(given) or None, {"stream_results": True})
        with self._told(), closing(asked()) as found:
            assert found.cursor is not None
            while rows := found.cursor.fetchmany(PER_FETCH):
                yield from rows

    def execute(self, order: str, values: Values = NOTHING) -> int:
        with self._told(), closing(self._cursor()) as cursor:
            self._run(cursor, order, values)
            return cursor.rowcount

    def _execute_each(self, text: str, values: list[Row]) -> None:
        with self._told(), closing(self._cursor()) as cursor:
            cursor.executemany(text, values)

    def copy(self, table: str, columns: Sequence[str], text: Iterator[str]) -> bool:
        if self._dialect.driver != "psycopg":  # others copy in a way of their own
            return False
        order = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
        with self._told(), closing(self._cursor()) as cursor, cast("psycopg.Cursor", cursor).copy(order) as copying:
            for piece in text:
                copying.write(piece)
        return True

    def _commit(self) -> None:
        with told():
            self._connection.commit()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What the driver raises, as this program knows it; SQLAlchemy lets go of a connection that is lost."""
        driver = self._dialect.loaded_dbapi
        try:
            with told():
                yield
        except driver.Error as error:
            raise self._as_known(error, driver) from None

    def _as_known(self, error: DBAPIModule.Error, driver: DBAPIModule) -> DatabaseError:
        known = (OperationalError if isinstance(error, driver.OperationalError) else DatabaseError)(str(error))
        known.lost = self._dialect.is_disconnect(error, self._connection.connection, None)
        if known.lost:
            self._connection.invalidate(error)
        return known

    def wait_at_most(self, seconds: float) -> None:
        if self.kind == "postgresql":
            self.execute(f"SET LOCAL lock_timeout = {max(1, round(seconds * 1000))}")  # 0 is for ever

    def begin_reading(self, seconds: float) -> None:
        with told():
            self._connection.execution_options(isolation_level="REPEATABLE READ")

    def attempt(self) -> AbstractContextManager[object]:
        return self._connection.begin_nested()

    def columns(self, table: str) -> dict[str, str]:
        with told():
            return {
                one["name"]: type(one["type"]).__name__.lower()
                for one in sa.inspect(self._connection).get_columns(table)
            }

    def key(self, table: str) -> list[str]:
        with told():
            return sa.inspect(self._connection).get_pk_constraint(table)["constrained_columns"]

    def tables(self) -> list[str]:
        with told():
            return sa.inspect(self._connection).get_table_names()


@contextmanager
def told() -> Iterator[None]:
    """What SQLAlchemy raises, as this program knows it: the driver's words alone, as the rest may hold rows of the store."""
    try:
        yield
    except DBAPIError as error:
        told = (OperationalError if isinstance(error, sa.exc.OperationalError) else DatabaseError)(str(error.orig))
        told.lost = error.connection_invalidated
        raise told from None
    except (SQLAlchemyError, OverflowError, UnicodeError) as error:
        raise DatabaseError(str(error)) from None


class Server:
    """The connections to a database on a server."""

    one_writer = False

    def __init__(self, url: StoreUrl, seconds: float) -> None:
        """`seconds` is how long a statement waits for another process. Raises StoreError where there is no such driver."""
        self._schema = url.schema
        self.engine = engine_of(url, seconds)

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """A connection; what was not committed is undone at its end."""
        pool = self.engine.pool
        try:
            with told():
                connection = self.engine.connect()
            with connection:
                self._require_schema()
                yield ServerConnection(connection)
        finally:
            if self.engine.pool is not pool:  # closed meanwhile: it went back to where nobody takes it from
                pool.dispose()
            _AT_REST.came_back(self)

    def _require_schema(self) -> None:
        """Raises DatabaseError where another schema answers than was asked for; one that isn't there is none."""
        found = self.engine.dialect.default_schema_name
        if self._schema is not None and found not in (None, self._schema):
            raise DatabaseError(
                f"schema {found} answers in its place: what stands before the server, as PgBouncer, must pass on search_path"
            )

    def close(self) -> None:
        """Lets go of the connections; of one that is in use when it is given back."""
        pool = self.engine.pool
        self.engine.dispose(close=False)  # first: who gives one back after that sees it
        pool.dispose()

    @property
    def at_rest(self) -> int:
        """How many connections are open and not in use."""
        pool = self.engine.pool
        return pool.checkedin() if isinstance(pool, sa.QueuePool) else 0


_MOST_AT_REST = 20
"""Connections of a process that are kept for who comes next: a server has a hundred or so for all who ask it."""


class _AtRest:
    """Which stores have connections at rest: those that were asked last. Where there are too many, the store that nobody
    asked for the longest time lets go of its own."""

    def __init__(self) -> None:
        self._servers: dict[Server, None] = {}
        self._lock = threading.Lock()

    def came_back(self, server: Server) -> None:
        """A connection of a store was given back."""
        with self._lock:
            self._servers.pop(server, None)
            self._servers[server] = None
            over = sum(each.at_rest for each in self._servers) - _MOST_AT_REST
            while over > 0 and len(self._servers) > 1:
                longest = next(iter(self._servers))
                del self._servers[longest]
                over -= longest.at_rest
                longest.close()


_AT_REST = _AtRest()


def engine_of(url: StoreUrl, seconds: float, **options: Any) -> sa.Engine:
    """The engine for a store on a server, whose statements wait so long for another process. Raises StoreError where there
    is no such driver."""
    server = url.server
    assert server is not None
    if server.get_backend_name() == "postgresql":
        if server.drivername == "postgresql":
            server = server.set(drivername=f"postgresql+{_DRIVER}")
        options["connect_args"] = {
            "options": " ".join([*given(server, "options"), *_settings(url, seconds)]),
            "application_name": f"mzsim (process {os.getpid()} on {platform.node()})",
        }
    return engine(server, **options)


_DRIVER = "psycopg"
"""Of PostgreSQL, where a URL names none; SQLAlchemy would take psycopg2."""


def given(server: sa.URL, argument: str) -> Sequence[str]:
    """The values of an argument of a URL, which may stand there more than once."""
    value = server.query.get(argument, ())
    return [value] if isinstance(value, str) else value


def reached_by(server: sa.URL) -> dict[str, Any]:
    """What a URL of PostgreSQL tells its driver, each argument by its name. Raises DatabaseError for what makes no sense."""
    try:
        (_, arguments) = server.set(drivername=f"postgresql+{_DRIVER}").get_dialect()().create_connect_args(server)
    except (SQLAlchemyError, ValueError) as error:
        raise DatabaseError(str(error)) from None
    return dict(arguments)


def _settings(url: StoreUrl, seconds: float) -> Iterator[str]:
    yield f"-c lock_timeout={max(1, round(seconds * 1000))}"  # 0 is for ever
    if url.schema is not None:
        yield f"-c search_path={url.schema}"


def engine(url: sa.URL, **options: Any) -> sa.Engine:
    """The engine for a URL. Raises StoreError where there is no such driver."""
    try:
        return sa.create_engine(url, hide_parameters=True, **options)
    except (NoSuchModuleError, ImportError) as error:
        raise StoreError(f"no driver for {url.drivername}: {error}; install one or use sqlite:///FILE") from None

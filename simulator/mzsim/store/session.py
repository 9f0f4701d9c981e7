"""Opening a store, bringing it up to date, and transactions on it. Errors of the database become `StoreError`."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.engine import Connection as Connection  # what a store gives to ask by, for whoever passes it on
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from mzsim.common.errors import StoreError
from mzsim.common.names import typed
from mzsim.common.shipped import shipped
from mzsim.store.place import WAITING_TIME, Patience, take_place, wait_at_most
from mzsim.store.url import shown, store_url, without_secrets

REVISION = "0012"
"""The schema that this program works with: the newest migration (a test compares)."""
EARLIER_REVISIONS: frozenset[str] = frozenset(f"{number:04}" for number in range(1, int(REVISION)))


class Database:
    """A store that is up to date. `read` and `change` give connections; a change is all or nothing."""

    def __init__(self, engine: Engine, patience: Patience | None = None) -> None:
        self.engine = engine
        self.patience = patience or Patience()
        self._one_writer = engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection to read by, all of it as it is now, whatever others change meanwhile."""
        with db_errors(self.engine.url), self.engine.connect() as connection:
            if self._one_writer:
                wait_at_most(connection, self.patience.seconds)
                connection.exec_driver_sql("BEGIN")
            else:
                connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    @contextmanager
    def change(self, before: Callable[[Connection], None] = lambda _: None) -> Iterator[Connection]:
        """A transaction that has the store to itself; nothing is kept unless the caller commits.

        `before` is what it writes that takes long and that nobody else has to wait for, where the database lets him: it is
        done first, except in SQLite, which has one writer at a time.
        """
        with db_errors(self.engine.url), self.engine.connect() as connection:
            if not self._one_writer:
                before(connection)
            take_place(connection, self.patience)
            if self._one_writer:
                before(connection)
            yield connection

    def close(self) -> None:
        self.engine.dispose()


def files_of(text: str) -> list[Path]:
    """The files of the store at a URL: that of SQLite, and those that SQLite keeps beside it. Raises StoreError."""
    url = store_url(text)
    if url.get_backend_name() != "sqlite" or _in_memory(url) or url.database is None:
        return []
    return [Path(url.database + ending) for ending in ("", "-journal", "-wal", "-shm")]


def is_in_memory(text: str) -> bool:
    """Whether a URL names a database in memory. Raises StoreError where it is no URL of a store."""
    return _in_memory(store_url(text))


def _in_memory(url: URL) -> bool:
    return url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:")


def _engine(url: URL, seconds: float = WAITING_TIME) -> Engine:
    """`seconds` is how long a statement waits for another process."""
    options: dict[str, Any] = {}
    if _in_memory(url):
        # The database is its one connection: whoever comes second, another thread, waits until it is free.
        options = {"poolclass": QueuePool, "pool_size": 1, "max_overflow": 0, "pool_timeout": None}
        options["connect_args"] = {"check_same_thread": False}
    elif url.get_backend_name() == "sqlite":
        options["connect_args"] = {"timeout": seconds}
        if _stands_still(url):
            place = f"{Path(url.database or '').absolute().as_uri()}?immutable=1"
            options["creator"] = lambda: sqlite3.connect(place, uri=True, check_same_thread=False)
    elif url.get_backend_name() == "postgresql":
        options["connect_args"] = {
            "options": f"-c lock_timeout={max(1, round(seconds * 1000))}",
            "application_name": f"mzsim (process {os.getpid()} on {platform.node()})",
        }
    try:
        engine = sa.create_engine(url, hide_parameters=True, **options)
    except (NoSuchModuleError, ImportError) as error:
        raise StoreError(f"no driver for {url.drivername}: {error}; install one or use sqlite:///FILE") from None
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", sqlite_connection)
    return engine


def _stands_still(url: URL) -> bool:
    """Whether nobody is writing to a SQLite file, and this program may not. Its readers make files beside it, to know of a
    writer; where they can't it is read as it stands."""
    place = Path(url.database or "")
    beside = place.with_name(f"{place.name}-wal")
    return place.is_file() and not os.access(place.parent, os.W_OK) and not beside.exists()


def sqlite_connection(connection: Any, _: Any) -> None:
    """How this program uses a new connection to SQLite (a listener of `connect`)."""
    connection.execute("PRAGMA foreign_keys = ON")
    # Beside WAL more pages in memory save no time: 900,000 records took as long with 8 MB as with 32.
    connection.execute("PRAGMA cache_size = -16000")


@contextmanager
def db_errors(url: URL) -> Iterator[None]:
    """Turns errors of the database into one clear line."""
    try:
        yield
    except DBAPIError as error:
        raise _store_error(url, str(error.orig)) from None
    except SQLAlchemyError as error:
        raise _store_error(url, str(error)) from None


def _store_error(url: URL, message: str) -> StoreError:
    """The error alone: what it came from may name a password, and rows of the store."""
    return StoreError(f"{name(url)}: {without_secrets(_reason(message), url)}")


def name(url: URL) -> str:
    """The store as a person calls it."""
    return f"store {shown(url)}"


_EXPLANATION = {
    "database is locked": "is locked by another process; try again when it is done",
    "file is not a database": "is not a store (no SQLite database)",
    "unable to open database file": "can't be opened; does its folder exist, and may you write there?",
    "attempt to write a readonly database": "can't be written; check its permissions",
    "database or disk is full": "can't be written: the disk is full",
    "disk i/o error": "can't be written or read: disk I/O error (is the disk full?)",
    "database disk image is malformed": "is damaged",
    "lock timeout": "is locked by another process; try again when it is done",
}


def _reason(melding: str) -> str:
    for fragment, explanation in _EXPLANATION.items():
        if fragment in melding.lower():
            return explanation
    return " ".join(melding.split())


def open_store(
    text: str, *, read_only: bool = False, existing: bool = False, patience: Patience | None = None
) -> Database:
    """The store at a URL. A SQLite file that is new is made; any other must have been brought up to date.

    With `read_only` a file that is new is not made: the store is an empty one in memory. With `existing` it is refused.
    `patience` is how long to wait for others, each time.
    """
    patience = patience or Patience()
    url = store_url(text)
    new = _is_new(url)
    if new and existing:
        raise StoreError(f"{name(url)} is not there")
    if new and read_only:
        _engine(url).dispose()  # that there is no such driver is said all the same
        url = make_url("sqlite://")
    store = Database(_engine(url, patience.seconds), patience)
    with ExitStack() as otherwise, db_errors(url):
        otherwise.callback(store.close)
        if new and url.database:
            _make_sqlite(url)
        elif new:
            upgrade(store.engine)
        else:
            _require_revision(store.engine)
        otherwise.pop_all()
    return store


def open_in_memory() -> Database:
    """A new store in memory, gone when it is closed. Threads may share it; each waits for the others."""
    engine = _engine(make_url("sqlite://"))
    with engine.connect() as connection, closing(sqlite3.connect(":memory:")) as template:
        template.deserialize(empty_store())
        template.backup(sqlite_of(connection))
    return Database(engine)


def sqlite_of(connection: Connection) -> sqlite3.Connection:
    """What the driver of SQLite knows a connection as."""
    return cast(sqlite3.Connection, connection.connection.driver_connection)


@cache
def empty_store() -> bytes:
    """A SQLite store that holds nothing, to copy: the migrations take a thousand times as long."""
    engine = _engine(make_url("sqlite://"))
    upgrade(engine)
    with engine.connect() as connection:
        content = sqlite_of(connection).serialize()
    engine.dispose()
    return content


def upgrade_store(text: str) -> None:
    """Brings the schema of a store up to date, and makes it where there is none."""
    url = store_url(text)
    engine = _engine(url)
    with ExitStack() as at_the_end, db_errors(url):
        at_the_end.callback(engine.dispose)
        revision = None if _is_new(url) else _revision(engine)
        if revision is not None and revision not in EARLIER_REVISIONS | {REVISION}:
            raise StoreError(_too_new(url))
        if revision is None and url.database and _is_new(url):
            _make_sqlite(url)
        elif revision is None and sa.inspect(engine).get_table_names():
            raise StoreError(f"{name(url)} holds other tables; a store needs a database of its own")
        else:
            upgrade(engine)
            if revision != REVISION:
                _let_read_while_written(engine)


def named(text: str) -> str:
    """The store at a URL as a person calls it. Raises StoreError where it is no URL of a store."""
    return name(store_url(text))


def is_missing(text: str) -> bool:
    """Whether a URL names a SQLite file that is not there yet. Raises StoreError where it is no URL of a store."""
    url = store_url(text)
    return _is_new(url) and not _in_memory(url)


def _is_new(url: URL) -> bool:
    if url.get_backend_name() != "sqlite":
        return False
    if _in_memory(url):
        return True
    file = Path(url.database or "")
    return not file.exists() or (file.is_file() and file.stat().st_size == 0)


def _make_sqlite(url: URL) -> None:
    """Makes a new SQLite store beside its place and puts it there whole; another process may have been first."""
    assert url.database
    place = Path(url.database)
    if place.exists():
        place = place.resolve()
    part = place.with_name(f".{place.name}.{os.getpid()}.deel")
    try:
        part.unlink(missing_ok=True)  # of a run that was killed; in a container the next may have its number
        part.touch(0o600, exist_ok=False)  # for its maker alone, as is what SQLite makes beside it
        engine = _engine(make_url("sqlite://").set(database=str(part)))
        upgrade(engine)
        _let_read_while_written(engine)
        engine.dispose()
        if place.exists() and not place.stat().st_size:  # not the store that another process has put there
            part.replace(place)
        else:
            with suppress(FileExistsError):
                os.link(part, place)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        raise _store_error(url, "unable to open database file") from None
    except OSError as error:
        raise StoreError(f"{name(url)}: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


def _let_read_while_written(engine: Engine) -> None:
    """Readers of a SQLite file and its writer needn't wait for one another, where its disk can do that; it stays so."""
    if engine.dialect.name == "sqlite" and not _in_memory(engine.url):
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        revision: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
        return revision


def _too_new(url: URL) -> str:
    return f"{name(url)} was made by a newer mzsim; upgrade the program, or use another store"


def _require_revision(engine: Engine) -> None:
    revision = _revision(engine)
    if revision == REVISION:
        return
    if revision is None:
        raise StoreError(f"{name(engine.url)} is not a store; a new one is made by: mzsim db upgrade --store URL")
    if revision in EARLIER_REVISIONS:
        store = typed(engine.url.render_as_string() if engine.dialect.name == "sqlite" else shown(engine.url))
        raise StoreError(f"{name(engine.url)} was made by an older mzsim; run: mzsim db upgrade --store {store}")
    raise StoreError(_too_new(engine.url))


def upgrade(engine: Engine) -> None:
    """Runs the migrations on an engine."""
    # Imported here: alembic takes longer to import than a small declaration to answer.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(shipped("migrations")))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

"""Opening a store, bringing it up to date, and transactions on it. Errors of the database become `StoreError`."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.engine import Connection as Connection  # what a store gives to ask by, for whoever passes it on
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from mzsim.common.errors import StoreError
from mzsim.common.shipped import shipped

REVISIE = "0003"
"""The schema that this program works with: the newest migration (a test compares)."""
EERDERE_REVISIES: frozenset[str] = frozenset({"0001", "0002"})

WACHTTIJD = 10
"""Seconds to wait for another process that is changing the store."""


class Database:
    """A store that is up to date. `lezen` and `wijzigen` give connections; a change is all or nothing."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def lezen(self) -> Iterator[Connection]:
        """A connection to read by; what is written through it is undone."""
        with db_fouten(self.engine.url), self.engine.connect() as verbinding:
            yield verbinding

    @contextmanager
    def wijzigen(self) -> Iterator[Connection]:
        """A transaction that has the store to itself; nothing is kept unless the caller commits."""
        with db_fouten(self.engine.url), self.engine.connect() as verbinding:
            # Whoever changes the store locks this row first, in SQLite with it the file: facts that were read stay true.
            verbinding.execute(sa.text("UPDATE stand SET revisie = revisie + 1"))
            yield verbinding

    def sluit(self) -> None:
        self.engine.dispose()


def _url(tekst: str) -> URL:
    try:
        url = make_url(tekst)
    except (ArgumentError, ValueError):  # ValueError: a port that is no number
        raise StoreError(f"{tekst!r} is no store URL; an example is sqlite:///mzsim.db") from None
    if "\0" in (url.database or ""):
        raise StoreError(f"{tekst!r} is no store URL: no file has such a name")
    return url


def is_in_memory(tekst: str) -> bool:
    """Whether a URL names a database in memory. Raises StoreError where it is no URL of a store."""
    return _in_memory(_url(tekst))


def _in_memory(url: URL) -> bool:
    return url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:")


def _engine(url: URL) -> Engine:
    opties: dict[str, Any] = {}
    if _in_memory(url):
        # The database is its one connection: whoever comes second, another thread, waits until it is free.
        opties = {"poolclass": QueuePool, "pool_size": 1, "max_overflow": 0, "pool_timeout": None}
        opties["connect_args"] = {"check_same_thread": False}
    elif url.get_backend_name() == "sqlite":
        opties["connect_args"] = {"timeout": WACHTTIJD}
    elif url.get_backend_name() == "postgresql":
        opties["connect_args"] = {"options": f"-c lock_timeout={WACHTTIJD * 1000}"}
    try:
        engine = sa.create_engine(url, **opties)
    except (NoSuchModuleError, ImportError) as fout:
        raise StoreError(f"no driver for {url.drivername}: {fout}; install one or use sqlite:///FILE") from None
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", sqlite_verbinding)
    return engine


def sqlite_verbinding(verbinding: Any, _: Any) -> None:
    """How this program uses a new connection to SQLite (a listener of `connect`)."""
    verbinding.execute("PRAGMA foreign_keys = ON")
    # One page cache for a large declaration: 32 MB saves a third of the time that its indexes take.
    verbinding.execute("PRAGMA cache_size = -32000")


@contextmanager
def db_fouten(url: URL) -> Iterator[None]:
    """Turns errors of the database into one clear line."""
    try:
        yield
    except DBAPIError as fout:
        raise StoreError(f"{naam(url)}: {_reden(str(fout.orig))}") from fout
    except SQLAlchemyError as fout:
        raise StoreError(f"{naam(url)}: {_reden(str(fout))}") from fout


def naam(url: URL) -> str:
    """The store as a person calls it: the file, or the URL without its password."""
    if url.get_backend_name() == "sqlite":
        return f"store {url.database or 'in memory'}"
    return f"store {url.render_as_string(hide_password=True)}"


_UITLEG = {
    "database is locked": "is locked by another process; try again when it is done",
    "file is not a database": "is not a store (no SQLite database)",
    "unable to open database file": "can't be opened; does its folder exist, and may you write there?",
    "attempt to write a readonly database": "can't be written; check its permissions",
    "database or disk is full": "can't be written: the disk is full",
    "disk i/o error": "can't be written or read: disk I/O error (is the disk full?)",
    "database disk image is malformed": "is damaged",
    "lock timeout": "is locked by another process; try again when it is done",
}


def _reden(melding: str) -> str:
    for fragment, uitleg in _UITLEG.items():
        if fragment in melding.lower():
            return uitleg
    return " ".join(melding.split())


def open_store(tekst: str, *, alleen_lezen: bool = False, bestaand: bool = False) -> Database:
    """The store at a URL. A SQLite file that is new is made; any other must have been brought up to date.

    With `alleen_lezen` a file that is new is not made: the store is an empty one in memory. With `bestaand` it is refused.
    """
    url = _url(tekst)
    nieuw = _is_nieuw(url)
    if nieuw and bestaand:
        raise StoreError(f"{naam(url)} is not there")
    if nieuw and alleen_lezen:
        url = make_url("sqlite://")
    store = Database(_engine(url))
    with ExitStack() as anders, db_fouten(url):
        anders.callback(store.sluit)
        if nieuw and url.database:
            _maak_sqlite(url)
        elif nieuw:
            upgrade(store.engine)
        else:
            _eis_revisie(store.engine)
        anders.pop_all()
    return store


def open_in_memory() -> Database:
    """A new store in memory, gone when it is closed. Threads may share it; each waits for the others."""
    engine = _engine(make_url("sqlite://"))
    template, one_at_a_time = _template()
    with engine.connect() as verbinding, one_at_a_time:
        template.backup(cast(sqlite3.Connection, verbinding.connection.driver_connection))
    return Database(engine)


@cache
def _template() -> tuple[sqlite3.Connection, threading.Lock]:
    """An empty store in memory, to copy: the migrations take a hundred times as long."""
    template = sqlite3.connect(":memory:", check_same_thread=False)
    engine = _engine(make_url("sqlite://"))
    upgrade(engine)
    with engine.connect() as verbinding:
        cast(sqlite3.Connection, verbinding.connection.driver_connection).backup(template)
    engine.dispose()
    return template, threading.Lock()


def upgrade_store(tekst: str) -> None:
    """Brings the schema of a store up to date, and makes it where there is none."""
    url = _url(tekst)
    engine = _engine(url)
    with ExitStack() as tot_slot, db_fouten(url):
        tot_slot.callback(engine.dispose)
        revisie = None if _is_nieuw(url) else _revisie(engine)
        if revisie is not None and revisie not in EERDERE_REVISIES | {REVISIE}:
            raise StoreError(_te_nieuw(url))
        if revisie is None and url.database and _is_nieuw(url):
            _maak_sqlite(url)
        elif revisie is None and sa.inspect(engine).get_table_names():
            raise StoreError(f"{naam(url)} holds other tables; a store needs a database of its own")
        else:
            upgrade(engine)


def _is_nieuw(url: URL) -> bool:
    if url.get_backend_name() != "sqlite":
        return False
    if _in_memory(url):
        return True
    bestand = Path(url.database or "")
    return not bestand.exists() or (bestand.is_file() and bestand.stat().st_size == 0)


def _maak_sqlite(url: URL) -> None:
    """Makes a new SQLite store beside its place and puts it there whole; another process may have been first."""
    assert url.database
    plaats = Path(url.database)
    if plaats.exists():
        plaats = plaats.resolve()
    deel = plaats.with_name(f".{plaats.name}.{os.getpid()}.deel")
    try:
        deel.unlink(missing_ok=True)  # of a run that was killed; in a container the next may have its number
        engine = _engine(make_url("sqlite://").set(database=str(deel)))
        upgrade(engine)
        engine.dispose()
        if plaats.exists() and not plaats.stat().st_size:  # not the store that another process has put there
            deel.replace(plaats)
        else:
            with suppress(FileExistsError):
                os.link(deel, plaats)
    except OSError as fout:
        raise StoreError(f"{naam(url)}: {fout.strerror}") from fout
    finally:
        deel.unlink(missing_ok=True)


def _revisie(engine: Engine) -> str | None:
    with engine.connect() as verbinding:
        if not sa.inspect(verbinding).has_table("alembic_version"):
            return None
        revisie: str | None = verbinding.scalar(sa.text("SELECT version_num FROM alembic_version"))
        return revisie


def _te_nieuw(url: URL) -> str:
    return f"{naam(url)} was made by a newer mzsim; upgrade the program, or use another store"


def _eis_revisie(engine: Engine) -> None:
    revisie = _revisie(engine)
    if revisie == REVISIE:
        return
    if revisie is None:
        raise StoreError(f"{naam(engine.url)} is not a store; a new one is made by: mzsim db upgrade --store URL")
    if revisie in EERDERE_REVISIES:
        raise StoreError(f"{naam(engine.url)} was made by an older mzsim; run: mzsim db upgrade")
    raise StoreError(_te_nieuw(engine.url))


def upgrade(engine: Engine) -> None:
    """Runs the migrations on an engine."""
    # Imported here: alembic takes longer to import than a small declaration to answer.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(shipped("migrations")))
    with engine.begin() as verbinding:
        config.attributes["connection"] = verbinding
        command.upgrade(config, "head")

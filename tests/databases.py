"""The databases that the store's tests run on: SQLite, and PostgreSQL where MZSIM_TEST_POSTGRES is the URL of a server.

A PostgreSQL test gets a database of its own, a copy of one that was prepared once in this process. With `everywhere` a test
also runs on a store that has a schema of a database to itself.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa

from mzsim.store.migrating import engine_for
from mzsim.store.place import WAITING_TIME
from mzsim.store.portal_models import Model
from mzsim.store.session import Database
from mzsim.store.url import store_url

SERVER = os.environ.get("MZSIM_TEST_POSTGRES")
_THROWN_AWAY = "MZSIM_TEST_POSTGRES_THROWN_AWAY" in os.environ
"""Whether the server is gone after the tests: to drop hundreds of databases takes it half a minute."""
_NUMBERS = count()
DATABASES = ("sqlite", "postgresql") if SERVER else ("sqlite",)
IN_A_SCHEMA = "schema"
everywhere = pytest.mark.parametrize(
    "database", (*DATABASES, IN_A_SCHEMA) if SERVER else DATABASES, indirect=True, scope="session"
)
"""For a test that has the fixture `database`."""

Preparation = Callable[[str], None]
Maker = Callable[[], str]


@contextmanager
def databases(kind: str, folder: Path, prefetch: Preparation) -> Iterator[Maker]:
    """Gives a function that makes a database and says its URL; `prefetch` is done once, on the one they are copies of."""
    if kind == "sqlite":
        made = _sqlite(folder, prefetch)
    else:
        made = _postgresql(folder, prefetch, {"schema": "user"} if kind == IN_A_SCHEMA else {})
    with made as maker:
        yield maker


def make_empty(url: str) -> None:
    """Empties every table of a store on PostgreSQL: quicker than another database, and than TRUNCATE, which makes new files."""
    with _engine(url).begin() as connection:
        for table in reversed(Model.metadata.sorted_tables):
            connection.execute(table.delete())
        connection.execute(sa.text("SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'"))
        connection.execute(sa.text("INSERT INTO stand (id, revisie) VALUES (1, 0)"))


@cache
def _engine(url: str) -> sa.Engine:
    return engine_to(url)


def engine_to(url: str) -> sa.Engine:
    """An engine for a database, or for a schema of one; it keeps no connection open."""
    return engine_for(store_url(url), WAITING_TIME)


@contextmanager
def by_models(store: Database) -> Iterator[sa.Connection]:
    """A connection of SQLAlchemy to a store, for what a test asks or writes by its models; kept at the end."""
    with engine_for(store.url, WAITING_TIME).begin() as connection:
        yield connection


@contextmanager
def _sqlite(folder: Path, prefetch: Preparation) -> Iterator[Maker]:
    original = folder / "origineel.db"
    prefetch(f"sqlite:///{original}")
    numbers = count()

    def make() -> str:
        copy = folder / f"{next(numbers)}.db"
        if original.exists():
            shutil.copy(original, copy)
        return f"sqlite:///{copy}"

    yield make


@contextmanager
def _postgresql(folder: Path, prefetch: Preparation, arguments: dict[str, str]) -> Iterator[Maker]:
    assert SERVER is not None
    url = sa.make_url(SERVER)
    server = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    name = f"mzsim_{os.getpid()}_{next(_NUMBERS)}_{folder.name}".lower().replace("-", "_")
    made: list[str] = []

    def run_sql(order: str) -> None:
        with server.connect() as connection:
            connection.execute(sa.text(order))

    def new(database: str, copy_of: str) -> str:
        run_sql(f'CREATE DATABASE "{database}" TEMPLATE "{copy_of}"')
        made.append(database)
        return url.set(database=database).update_query_dict(arguments).render_as_string(hide_password=False)

    try:
        prefetch(new(name, "template0"))
        yield lambda: new(f"{name}_{len(made)}", name)
    finally:
        for database in () if _THROWN_AWAY else made:
            run_sql(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        server.dispose()

"""Stores for the tests that run on every database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mzsim.store.loading import load_file
from mzsim.store.session import Database, open_store, upgrade_store
from tests.check_cases import STORE
from tests.databases import DATABASES, Maker, databases, make_empty


@pytest.fixture(scope="session", params=DATABASES)
def database(request: pytest.FixtureRequest) -> str:
    """The kind of database."""
    return str(request.param)


@pytest.fixture(scope="session")
def _bare(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Maker]:
    with databases(database, tmp_path_factory.mktemp("kaal"), lambda _: None) as maker:
        yield maker


@pytest.fixture(scope="session")
def _empty(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Maker]:
    with databases(database, tmp_path_factory.mktemp("leeg"), upgrade_store) as maker:
        if database == "sqlite":
            yield maker
            return
        url = maker()

        def empty_same() -> str:
            make_empty(url)
            return url

        yield empty_same


@pytest.fixture(scope="session")
def _inv(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Maker]:
    def prefetch(url: str) -> None:
        upgrade_store(url)
        store = open_store(url)
        load_file(store, STORE)
        store.close()

    with databases(database, tmp_path_factory.mktemp("inv"), prefetch) as maker:
        yield maker


@pytest.fixture
def bare_url(_bare: Maker) -> str:
    """A database without any table."""
    return _bare()


@pytest.fixture
def inv_url(_inv: Maker) -> str:
    """A store with the insurer of INV chapter 3."""
    return _inv()


@pytest.fixture
def store(_empty: Maker) -> Iterator[Database]:
    """An empty store."""
    opened = open_store(_empty())
    yield opened
    opened.close()

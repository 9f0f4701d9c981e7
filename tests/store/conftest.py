"""Stores for the tests that run on every database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mzsim.store.loading import laad_bestand
from mzsim.store.session import Database, open_store, upgrade_store
from tests.check_cases import STORE
from tests.databases import DATABASES, Maker, databases, maak_leeg


@pytest.fixture(scope="session", params=DATABASES)
def database(request: pytest.FixtureRequest) -> str:
    """The kind of database."""
    return str(request.param)


@pytest.fixture(scope="session")
def _kaal(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Maker]:
    with databases(database, tmp_path_factory.mktemp("kaal"), lambda _: None) as maker:
        yield maker


@pytest.fixture(scope="session")
def _leeg(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Maker]:
    with databases(database, tmp_path_factory.mktemp("leeg"), upgrade_store) as maker:
        if database == "sqlite":
            yield maker
            return
        url = maker()

        def leeg_dezelfde() -> str:
            maak_leeg(url)
            return url

        yield leeg_dezelfde


@pytest.fixture(scope="session")
def _inv(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Maker]:
    def bereid_voor(url: str) -> None:
        upgrade_store(url)
        store = open_store(url)
        laad_bestand(store, STORE)
        store.sluit()

    with databases(database, tmp_path_factory.mktemp("inv"), bereid_voor) as maker:
        yield maker


@pytest.fixture
def kale_url(_kaal: Maker) -> str:
    """A database without any table."""
    return _kaal()


@pytest.fixture
def inv_url(_inv: Maker) -> str:
    """A store with the insurer of INV chapter 3."""
    return _inv()


@pytest.fixture
def store(_leeg: Maker) -> Iterator[Database]:
    """An empty store."""
    geopend = open_store(_leeg())
    yield geopend
    geopend.sluit()

"""The databases that the store's tests run on: SQLite, and PostgreSQL where MZSIM_TEST_POSTGRES is the URL of a server.

A PostgreSQL test gets a database of its own, a copy of one that was prepared once in this process.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import sqlalchemy as sa

from mzsim.store.models import Basis

SERVER = os.environ.get("MZSIM_TEST_POSTGRES")
DATABASES = ("sqlite", "postgresql") if SERVER else ("sqlite",)

Voorbereiding = Callable[[str], None]
Maker = Callable[[], str]


@contextmanager
def databases(soort: str, map_: Path, bereid_voor: Voorbereiding) -> Iterator[Maker]:
    """Gives a function that makes a database and says its URL; `bereid_voor` is done once, on the one they are copies of."""
    with (_postgresql if soort == "postgresql" else _sqlite)(map_, bereid_voor) as maker:
        yield maker


def maak_leeg(url: str) -> None:
    """Empties every table of a store: quicker than another database where that takes long."""
    engine = sa.create_engine(url)
    with engine.begin() as verbinding:
        verbinding.execute(sa.text(f"TRUNCATE {', '.join(Basis.metadata.tables)} RESTART IDENTITY CASCADE"))
        verbinding.execute(sa.text("INSERT INTO stand (id, revisie) VALUES (1, 0)"))
    engine.dispose()


@contextmanager
def _sqlite(map_: Path, bereid_voor: Voorbereiding) -> Iterator[Maker]:
    origineel = map_ / "origineel.db"
    bereid_voor(f"sqlite:///{origineel}")
    nummers = count()

    def maak() -> str:
        kopie = map_ / f"{next(nummers)}.db"
        if origineel.exists():
            shutil.copy(origineel, kopie)
        return f"sqlite:///{kopie}"

    yield maak


@contextmanager
def _postgresql(map_: Path, bereid_voor: Voorbereiding) -> Iterator[Maker]:
    assert SERVER is not None
    url = sa.make_url(SERVER)
    server = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    naam = f"mzsim_{os.getpid()}_{map_.name}".lower().replace("-", "_")
    gemaakt: list[str] = []

    def voer_uit(opdracht: str) -> None:
        with server.connect() as verbinding:
            verbinding.execute(sa.text(opdracht))

    def nieuw(database: str, kopie_van: str) -> str:
        voer_uit(f'CREATE DATABASE "{database}" TEMPLATE "{kopie_van}"')
        gemaakt.append(database)
        return url.set(database=database).render_as_string(hide_password=False)

    try:
        bereid_voor(nieuw(naam, "template0"))
        yield lambda: nieuw(f"{naam}_{len(gemaakt)}", naam)
    finally:
        for database in gemaakt:
            voer_uit(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        server.dispose()

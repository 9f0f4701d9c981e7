"""A cluster for each test, in a database of its own on the server of MZSIM_TEST_POSTGRES; without one they are skipped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from psycopg import sql

from mzsim.cluster import schema
from mzsim.cluster.database import Cluster
from mzsim.cluster.stores import url_of
from mzsim.server.portal import Portal
from mzsim.server.portal_store import PortalStore
from mzsim.store.session import upgrade_store
from tests.databases import SERVER, databases
from tests.make_inv3 import STORE

_HERE = Path(__file__).parent
_KEPT = {"mzsim_a": "a", "mzsim_b": "b"}
"""Schemas of stores that are made once, and the names of these."""
_OTHERS = "SELECT schema FROM winkels WHERE NOT schema = ANY(%s)"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Nothing is tried of a cluster without a server."""
    if SERVER is None:
        for item in items:
            if _HERE in item.path.parents:
                item.add_marker(pytest.mark.skip(reason="MZSIM_TEST_POSTGRES names no server"))


@pytest.fixture(scope="session")
def made_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with databases("postgresql", tmp_path_factory.mktemp("cluster"), _init) as make:
        yield make()


@pytest.fixture
def cluster_url(made_cluster: str) -> str:
    """The URL of a cluster in which nothing waits and no store is: made once, as a database takes its time, and emptied."""
    with closing(Cluster(made_cluster)) as cluster, cluster.connection() as connection:
        for (schema_of_store,) in connection.execute(_OTHERS, [list(_KEPT)]).fetchall():
            connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(str(schema_of_store))))
        connection.execute(
            "TRUNCATE procrastinate_jobs, procrastinate_workers, cluster, winkels, runs, archieven, uitslagen CASCADE"
        )
    _init(made_cluster)
    return made_cluster


@pytest.fixture
def cluster(cluster_url: str) -> Iterator[Cluster]:
    """A cluster in which nothing waits."""
    with closing(Cluster(cluster_url)) as found:
        yield found


Shops = Mapping[str, PortalStore]


@pytest.fixture(scope="session")
def _shops(made_cluster: str) -> Iterator[Shops]:
    """Two stores, made once: the migrations take a second."""
    with ExitStack() as at_the_end, closing(Cluster(made_cluster)) as cluster, cluster.connection() as connection:
        found = {}
        for schema_of_store, name in _KEPT.items():
            connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema_of_store)))
            url = url_of(cluster, schema_of_store).text
            upgrade_store(url)
            portal = at_the_end.enter_context(Portal(url=url, workers=False))
            found[name] = portal.store("proef")
            found[name].load(STORE.read_text())
        yield found


@pytest.fixture
def shops(cluster: Cluster, _shops: Shops) -> Shops:
    """The stores `a` and `b` of the cluster, with the insurer of INV chapter 3; nothing was submitted to them."""
    with cluster.connection() as connection:
        for schema_of_store, name in _KEPT.items():
            connection.execute("INSERT INTO winkels (naam, schema) VALUES (%s, %s)", [name, schema_of_store])
            for table in ("portaalinzendingen", "berichten"):
                order = sql.SQL("DELETE FROM {}").format(sql.Identifier(schema_of_store, table))
                connection.execute(order)
    return _shops


def _init(url: str) -> None:
    with closing(Cluster(url)) as cluster:
        schema.init(cluster)

"""A cluster for each test, in a database of its own on the server of MZSIM_TEST_POSTGRES; without one they are skipped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from psycopg import sql

from mzsim.cluster import schema
from mzsim.cluster.database import Cluster
from tests.databases import SERVER, databases

_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Nothing is tried of a cluster without a server."""
    if SERVER is None:
        for item in items:
            if _HERE in item.path.parents:
                item.add_marker(pytest.mark.skip(reason="MZSIM_TEST_POSTGRES names no server"))


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with databases("postgresql", tmp_path_factory.mktemp("cluster"), _init) as make:
        yield make()


@pytest.fixture
def cluster_url(_made: str) -> str:
    """The URL of a cluster in which nothing waits and no store is: made once, as a database takes its time, and emptied."""
    with closing(Cluster(_made)) as cluster, cluster.connection() as connection:
        for (schema_of_store,) in connection.execute("SELECT schema FROM winkels").fetchall():
            connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(str(schema_of_store))))
        connection.execute(
            "TRUNCATE procrastinate_jobs, procrastinate_workers, cluster, winkels, runs, archieven, uitslagen CASCADE"
        )
    _init(_made)
    return _made


@pytest.fixture
def cluster(cluster_url: str) -> Iterator[Cluster]:
    """A cluster in which nothing waits."""
    with closing(Cluster(cluster_url)) as found:
        yield found


def _init(url: str) -> None:
    with closing(Cluster(url)) as cluster:
        schema.init(cluster)

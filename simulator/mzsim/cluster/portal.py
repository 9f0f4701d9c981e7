"""What a portal is handed that serves the stores of a cluster: which there are, who answers them, and the clock.

Any number of portals may serve one cluster at once. All that one of them has to know of another stands in the database.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

from mzsim.cluster.app import ask_for_answers
from mzsim.cluster.database import Cluster
from mzsim.cluster.errors import ClusterError
from mzsim.cluster.schema import require_rules
from mzsim.cluster.stores import ClusterStores, as_portal_says_it
from mzsim.server.moments import as_moment
from mzsim.server.portal import Shared
from mzsim.server.stores import StoreEntry
from mzsim.server.tallying import Tally, tally
from mzsim.store.connection import Connection as OfStore
from mzsim.store.connection import DatabaseError
from mzsim.store.server import Server
from mzsim.store.session import db_errors
from mzsim.store.url import store_url

_log = logging.getLogger("mzsim.server")
_PATIENCE = 1.0
"""Seconds to wait for who changes the tables of a store."""
_PART = "SELECT deel FROM werkers WHERE winkel = %s AND inzending = %s"


@contextmanager
def opened(url: str) -> Iterator[Shared | None]:
    """The stores of the cluster at a URL, for a portal to serve; None where a store is there, and no cluster.

    Raises ClusterError where it is one that this program can't serve.
    """
    if store_url(url).schema is not None:
        yield None
        return
    with closing(Cluster(url)) as cluster, closing(Server(cluster.url, _PATIENCE)) as server:
        yield shared(cluster, server) if _is_one(cluster) else None


def _is_one(cluster: Cluster) -> bool:
    with cluster.connection() as connection:
        return connection.execute("SELECT to_regclass('cluster') IS NOT NULL").fetchone() == (True,)


def shared(cluster: Cluster, server: Server) -> Shared:
    """The stores of a cluster, which stand on this server. Raises ClusterError where it runs on other rules than this program."""
    require_rules(cluster)
    stores = ClusterStores(cluster)
    return Shared(
        stores,
        lambda entry: _Workers(cluster, entry.name),
        lambda: _now(cluster),
        lambda: _require_ready(cluster),
        lambda: _tallies(stores.entries(), server, cluster),
    )


def _tallies(stores: list[StoreEntry], server: Server, cluster: Cluster) -> Iterator[tuple[str, Tally | None]]:
    """What the ledgers of stores say, asked one after another on one connection: there may be thousands."""
    moment = as_moment(_now(cluster))
    with db_errors(cluster.url), server.connect() as connection:
        for entry in stores:
            yield entry.name, _tally(connection, store_url(entry.url).schema, moment)


def _tally(connection: OfStore, schema: str | None, moment: int) -> Tally | None:
    try:
        connection.execute(f'SET LOCAL search_path TO "{schema}"')
        return tally(connection, moment)
    except DatabaseError:  # it was dropped meanwhile, or has tables of another version
        return None
    finally:
        connection.commit()


def _require_ready(cluster: Cluster) -> None:
    with as_portal_says_it():
        require_rules(cluster)


def _now(cluster: Cluster) -> dt.datetime:
    with as_portal_says_it():
        return cluster.now()


class _Workers:
    """The workers of a cluster, as they answer one store. An `Answerer`."""

    def __init__(self, cluster: Cluster, store: str) -> None:
        self._cluster, self._store = cluster, store

    def wake(self) -> None:
        """Asks for a worker. Where that fails nothing is lost: workers look for what waits themselves, every few seconds."""
        try:
            with self._cluster.connection() as connection:
                ask_for_answers(connection, self._store)
        except ClusterError as error:
            _log.warning("%s: no worker could be asked yet: %s", self._store, error)

    def stop(self) -> None:
        """Nothing: what a worker is at is not recorded any more once it waits no longer."""

    def resume(self) -> None:
        """Nothing: workers go on by themselves."""

    def part(self, id: int) -> float:
        """Which part of the work on a submission is done, as its worker wrote down last; none where nobody can be asked."""
        row = None
        with suppress(ClusterError), self._cluster.connection() as connection:
            row = connection.execute(_PART, [self._store, id]).fetchone()
        return 0.0 if row is None else float(str(row[0]))

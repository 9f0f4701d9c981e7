"""Making the stores of a cluster, and bringing them up to date."""

from __future__ import annotations

from mzsim.cluster import stores
from mzsim.cluster.database import Cluster
from mzsim.cluster.errors import ClusterError
from mzsim.server.stores import hashed
from mzsim.store.place import WAITING_TIME
from mzsim.store.session import REVISION, upgrade_store


def make(cluster: Cluster, name: str, token: str) -> None:
    """Another store, that holds nothing; `token` opens it. Raises PortalError where there can't be one of that name."""
    with cluster.connection() as connection, connection.transaction():
        store = stores.add(connection, name, hashed(token))
    try:
        upgrade_store(stores.url_of(cluster, store.schema).text)
    except BaseException:
        stores.drop(cluster, name)
        raise


def migrate(cluster: Cluster, name: str, seconds: float = WAITING_TIME) -> str | None:
    """Brings a store up to date, and makes it where nobody came to that; gives the revision that it had.

    Raises UnknownStoreError, StoreClosedError, StoreError, and ClusterError for one that was archived or dropped.
    """
    with stores.closing(cluster, name, seconds) as connection:
        store = stores.tenant(connection, name)
        if not store.open:
            raise ClusterError(f"the store {name} {stores.GONE}")
        before = stores.revision_of(connection, store.schema)
        if before != REVISION:
            upgrade_store(stores.url_of(cluster, store.schema).text)
    return before

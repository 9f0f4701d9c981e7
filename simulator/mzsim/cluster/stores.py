"""The stores of a cluster, by name: each in a schema of its own, beside one another in one database.

What is known of them stands in a table of the cluster, which any number of portals and workers read. Of a token only its SHA-256
is kept.

A store is closed for as long as somebody makes, migrates, archives or drops it: a lock by its name says so to all others, and is
gone with whoever holds it. Who was let in before waits for the writer's place of the store (`store/place.py`). When a store ends
that is taken away in the transaction that says so: who waited for it changes nothing any more.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import LiteralString, NamedTuple

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from mzsim.cluster.database import Cluster, Connection
from mzsim.cluster.errors import ClusterError, StoreClosedError
from mzsim.cluster.schema import require_rules
from mzsim.common.errors import StoreError
from mzsim.server.errors import PortalError, UnknownStoreError
from mzsim.server.stores import StoreEntry, hashed, new_token, opened_by, require_name
from mzsim.store.place import WAITING_TIME
from mzsim.store.url import StoreUrl

GONE = "was archived, or is half made or half dropped; mzsim stores list says which"
"""What to say of a store that is not open."""
_PREFIX = "mzsim_"
_CLOSING = 301_303
"""The first number of the locks by which stores are closed; `schema.sql` has it too. The second is the hash of a name."""
_KEPT_FOR = 1.0
"""Seconds after which a process looks again which stores there are."""


class Tenant(NamedTuple):
    """A store as the cluster has it. One that was archived, or is half made or half dropped, is not `open`; one that somebody
    makes, migrates, archives or drops is `closed` for the moment."""

    name: str
    schema: str
    token: str
    unmasked: bool
    open: bool
    half: bool
    closed: bool


_TENANTS = (
    "SELECT naam AS name, schema, token, ongemaskerd AS unmasked, gearchiveerd IS NULL AS open, half, dicht AS closed"
    " FROM winkels_nu"
)
_ALL = f"{_TENANTS} ORDER BY naam"
_ONE = f"{_TENANTS} WHERE naam = %s"
_ADD = "INSERT INTO winkels (naam, schema, token) VALUES (%s, %s, %s) ON CONFLICT (naam) DO NOTHING"
_IS_THERE = "SELECT 1 FROM pg_namespace WHERE nspname = %s"
_CHANGE = (
    "UPDATE winkels SET token = coalesce(%(token)s, token), ongemaskerd = coalesce(%(unmasked)s, ongemaskerd)"
    " WHERE naam = %(name)s"
)
_NO_MORE = "UPDATE winkels SET gearchiveerd = now(), half = %s WHERE naam = %s"
_OPEN = "UPDATE winkels SET gearchiveerd = NULL, half = false WHERE naam = %s"
_FORGET = "DELETE FROM winkels WHERE naam = %s"


def tenants(cluster: Cluster) -> list[Tenant]:
    """All stores, by name, also those that were archived."""
    with cluster.connection() as connection, connection.cursor(row_factory=class_row(Tenant)) as cursor:
        return cursor.execute(_ALL).fetchall()


def find(connection: Connection, name: str) -> Tenant | None:
    """A store by its name; None where there is none."""
    with connection.cursor(row_factory=class_row(Tenant)) as cursor:
        return cursor.execute(_ONE, [name]).fetchone()


def tenant(connection: Connection, name: str) -> Tenant:
    """A store by its name. Raises UnknownStoreError."""
    found = find(connection, name)
    if found is None:
        raise UnknownStoreError(f"there is no store {name[:50]!r}")
    return found


def revision_of(connection: Connection, schema: str) -> str | None:
    """The revision of the tables of a store, by its schema; None where it has none."""
    if not _has_table(connection, schema, "alembic_version"):
        return None
    order = sql.SQL("SELECT version_num FROM {}.alembic_version").format(sql.Identifier(schema))
    row = connection.execute(order).fetchone()
    return None if row is None else str(row[0])


def url_of(cluster: Cluster, schema: str) -> StoreUrl:
    """Where a store stands, by its schema."""
    return StoreUrl(None, cluster.url.server, schema)


def add(connection: Connection, name: str, token: str) -> Tenant:
    """Another store, of which nothing is made yet; `token` is what is kept of its token. Raises PortalError where there can't
    be one of that name."""
    require_name(name)
    schema = _PREFIX + name.replace("-", "_")
    if not connection.execute(_ADD, [name, schema, token]).rowcount:
        gone = "" if tenant(connection, name).open else f", which {GONE}"
        raise PortalError(f"there is a store {name} already{gone}")
    if connection.execute(_IS_THERE, [schema]).fetchone() is not None:
        raise PortalError(f"there is a schema {schema} already, and it belongs to no store of this cluster")
    return tenant(connection, name)


@contextmanager
def closing(cluster: Cluster, name: str, seconds: float = WAITING_TIME) -> Iterator[Connection]:
    """A transaction in which a store is closed to all others, whether it is there or not; it is kept at its end.

    A statement in it waits at most so many seconds for others. Raises StoreClosedError where somebody else has closed it.
    """
    with cluster.connection() as connection, connection.transaction():
        (taken,) = (
            connection.execute("SELECT pg_try_advisory_xact_lock(%s, hashtext(%s))", [_CLOSING, name]).fetchone() or ()
        )
        if not taken:
            raise _closed(name)
        _wait_at_most(connection, seconds)
        yield connection


def take_place(connection: Connection, store: Tenant) -> None:
    """Waits until nobody changes a store any more, until the end of this transaction. Raises StoreClosedError where that takes
    too long."""
    try:
        _of_place(connection, store, "UPDATE {}.stand SET revisie = revisie")
    except psycopg.errors.LockNotAvailable:
        raise StoreClosedError(f"the store {store.name} is being changed; try again when that is done") from None


def end(connection: Connection, store: Tenant, *, half: bool) -> None:
    """A store is no more, for everybody, once this transaction is kept; `clear_away` takes away what it held. Asked by who has
    its place. With `half` it was not archived."""
    _of_place(connection, store, "DELETE FROM {}.stand")
    connection.execute(_NO_MORE, [half, store.name])


def _of_place(connection: Connection, store: Tenant, order: LiteralString) -> None:
    """Carries out something with the writer's place of a store, where it has one."""
    if _has_table(connection, store.schema, "stand"):
        connection.execute(sql.SQL(order).format(sql.Identifier(store.schema)))


def _has_table(connection: Connection, schema: str, table: str) -> bool:
    return connection.execute("SELECT to_regclass(%s)", [f"{schema}.{table}"]).fetchone() != (None,)


def clear_away(cluster: Cluster, name: str, *, forget: bool, seconds: float = WAITING_TIME) -> None:
    """Takes away the schema of a store that is no more, and with `forget` its name.

    In a transaction after that of `end`: who waited for the place of the store has its tables until he is told.
    """
    with closing(cluster, name, seconds) as connection:
        store = tenant(connection, name)
        if store.open:  # it was restored meanwhile
            return
        connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(store.schema)))
        if forget:
            connection.execute(_FORGET, [name])


def reopen(connection: Connection, store: Tenant) -> None:
    """A store is there for everybody, once this transaction is kept."""
    connection.execute(_OPEN, [store.name])


def drop(cluster: Cluster, name: str, seconds: float = WAITING_TIME) -> None:
    """A store is no more, nor what it held, nor its name. Raises UnknownStoreError, and StoreClosedError where somebody else is
    changing it."""
    with closing(cluster, name, seconds) as connection:
        store = tenant(connection, name)
        take_place(connection, store)
        end(connection, store, half=True)
    clear_away(cluster, name, forget=True, seconds=seconds)


def renew_token(connection: Connection, name: str) -> str:
    """Another token for a store, in place of the one that it had. Raises UnknownStoreError."""
    tenant(connection, name)
    token = new_token()
    connection.execute(_CHANGE, {"name": name, "token": hashed(token), "unmasked": None})
    return token


def _wait_at_most(connection: Connection, seconds: float) -> None:
    milliseconds = max(1, round(seconds * 1000))  # 0 is for ever
    connection.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(sql.Literal(milliseconds)))


def _closed(name: str) -> StoreClosedError:
    return StoreClosedError(
        f"the store {name} is being made, migrated, archived or dropped; try again when that is done"
    )


class ClusterStores:
    """The stores of a cluster, for a portal. Others may change them meanwhile: it looks again every second.

    There are none to be used, which is a StoreError, for as long as the cluster runs on other rules than this program.
    """

    def __init__(self, cluster: Cluster, passing: Callable[[], float] = time.monotonic) -> None:
        self._cluster, self._passing = cluster, passing
        self._lock = threading.Lock()
        self._known: dict[str, Tenant] = {}
        self._looked = float("-inf")

    def entries(self) -> list[StoreEntry]:
        return [self._entry(store) for store in self._tenants().values()]

    def entry(self, name: str) -> StoreEntry | None:
        """One of them; None where there is none of this name. Raises StoreError for one that is closed at this moment."""
        store = self._tenants().get(name) or self._tenants(anew=True).get(name)
        if store is not None and store.closed:
            raise _closed(name)
        return None if store is None else self._entry(store)

    def opened_by(self, token: str) -> frozenset[str]:
        return opened_by(self.entries(), token) or opened_by(map(self._entry, self._tenants(anew=True).values()), token)

    def add(self, name: str, token: str, url: str | None) -> StoreEntry:
        if url is not None:
            raise PortalError("the stores of a cluster stand in its database, and nowhere else")
        with self._changing(), self._cluster.connection() as connection, connection.transaction():
            return self._entry(add(connection, name, hashed(token) if token else ""))

    def replace(self, entry: StoreEntry) -> None:
        """Changes what differs from what was known here: another process may have changed the rest."""
        known = self._tenants().get(entry.name)
        changed = {
            "name": entry.name,
            "token": None if known is not None and known.token == entry.token else entry.token,
            "unmasked": None if known is not None and known.unmasked == entry.unmasked else entry.unmasked,
        }
        with self._changing(), self._cluster.connection() as connection:
            if not connection.execute(_CHANGE, changed).rowcount:
                raise UnknownStoreError(f"there is no store {entry.name[:50]!r} any more")

    def require_droppable(self) -> None:
        pass

    def drop(self, name: str) -> None:
        with self._changing():
            drop(self._cluster, name)

    def _entry(self, store: Tenant) -> StoreEntry:
        return StoreEntry(store.name, url_of(self._cluster, store.schema).text, store.token, store.unmasked)

    def _tenants(self, *, anew: bool = False) -> dict[str, Tenant]:
        """Those that are open, by name. With `anew` as they are now: what is not known here may have been made elsewhere."""
        with self._lock, as_portal_says_it():
            if anew or self._passing() - self._looked >= _KEPT_FOR:
                require_rules(self._cluster)
                self._known = {store.name: store for store in tenants(self._cluster) if store.open}
                self._looked = self._passing()
            return self._known

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Looks again after this."""
        try:
            with as_portal_says_it():
                yield
        finally:
            with self._lock:
                self._looked = float("-inf")


@contextmanager
def as_portal_says_it() -> Iterator[None]:
    """A cluster that can't be asked is a store that can't be used: who asks may come again."""
    try:
        yield
    except ClusterError as error:
        raise StoreError(str(error)) from None

"""A store of the cluster as one file, and back: so that an old year can be looked into without a server, and be taken away.

The file is a store of SQLite, which every command opens. It says in a table of its own, `archief`, what it was made of, with the
number of rows and a checksum of each table.
"""

from __future__ import annotations

import datetime as dt
from contextlib import ExitStack, closing, suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

from mzsim.cluster import copying, stores
from mzsim.cluster.database import Cluster, Connection
from mzsim.cluster.errors import ClusterError
from mzsim.cluster.stores import Tenant
from mzsim.common.errors import InputError, MzsimError, OutputError
from mzsim.common.version import __version__
from mzsim.common.whole_file import RetourFile, clear_half_done, schrijffout
from mzsim.program import rules_of_this_program
from mzsim.server.errors import PortalError
from mzsim.store.connection import Connection as StoreConnection
from mzsim.store.place import WAITING_TIME
from mzsim.store.portable import (
    Content,
    Contents,
    archive_file,
    contents_as_archived,
    contents_by,
    count_rows,
    rows_in_file,
    tables,
)
from mzsim.store.session import REVISION, Database, open_store, upgrade_store
from mzsim.store.url import StoreUrl


class Moved(NamedTuple):
    """How much went from a store to a file, or back: rows, and the bytes of the file. `token` is that of a store that is new."""

    rows: int
    size: int
    token: str | None = None


def archive(
    cluster: Cluster, name: str, place: Path, now: dt.datetime, *, drop: bool = False, seconds: float = WAITING_TIME
) -> Moved:
    """Writes a store to a file, which is not there yet, and reads it back; then, with `drop`, the store is no more.

    Nothing is changed in the store meanwhile: who would waits, each statement at most so many `seconds`, as this does for them.
    Raises OutputError, UnknownStoreError, StoreClosedError, and ClusterError for a store that was archived or is older.
    """
    if place.exists():
        raise OutputError(f"{place}: is there already; choose another place with --out")
    clear_half_done(place.absolute().parent)
    with RetourFile(place) as file, stores.closing(cluster, name, seconds) as connection:
        store = stores.tenant(connection, name)
        _require_open(connection, store)
        stores.take_place(connection, store)
        with schrijffout(place):
            contents = _write(connection, store, file.part, now)
            file.complete()
            if _read(file.part) != contents:
                raise OutputError(f"{place}: did not hold what was written to it; the store is as it was")
            size = file.part.stat().st_size
        file.put_in_free_place()
        if drop:
            stores.end(connection, store, half=False)
    if drop:
        stores.clear_away(cluster, name, forget=False, seconds=seconds)
    return Moved(count_rows(contents), size)


def _require_open(connection: Connection, store: Tenant) -> None:
    if not store.open:
        raise ClusterError(f"the store {store.name} {stores.GONE}")
    if stores.revision_of(connection, store.schema) != REVISION:
        raise ClusterError(
            f"the store {store.name} was made by another mzsim; first run: mzsim stores migrate {store.name}"
        )


def _write(connection: Connection, store: Tenant, place: Path, now: dt.datetime) -> Contents:
    contents = {}
    with archive_file(place) as file:
        for table in tables():
            content = Content()
            with closing(copying.rows_in_schema(connection, store.schema, table)) as rows:
                file.fill(table, content.counted(rows))
            contents[table.name] = content.as_dict()
        about = {
            "winkel": store.name,
            "gearchiveerd": f"{now.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}",
            "programma": __version__,
            "regels": rules_of_this_program(),
        }
        file.describe(about, contents)
    return contents


def _read(place: Path) -> Contents:
    with closing(_opened(place)) as store, store.read() as connection:
        return contents_by(partial(rows_in_file, connection))


def _opened(place: Path) -> Database:
    return open_store(StoreUrl(str(place)).text, existing=True)


def restore(cluster: Cluster, place: Path, name: str, *, changed: bool = False, seconds: float = WAITING_TIME) -> Moved:
    """Makes a store of a file: one that is new, with a token, or one that was archived, which keeps its own.

    A file that was archived must hold what it held then, unless it may be `changed`. All of it is there in the end, or nothing.
    Raises StoreError and InputError for the file, PortalError where there is a store of that name.
    """
    with closing(_opened(place)) as store, store.read() as source:
        contents = contents_by(partial(rows_in_file, source))
        before = contents_as_archived(source)
        if before is not None and before != contents and not changed:
            raise InputError(f"{place}: is not as it was archived; to restore it as it is now give --changed")
        token = _begin(cluster, name, seconds)
        with ExitStack() as otherwise:
            otherwise.callback(_give_up, cluster, name, new=token is not None)
            with stores.closing(cluster, name, seconds) as connection:
                _fill(cluster, connection, stores.tenant(connection, name), source, contents)
            otherwise.pop_all()
    return Moved(count_rows(contents), place.stat().st_size, token)


def _give_up(cluster: Cluster, name: str, *, new: bool) -> None:
    with suppress(MzsimError):  # what matters was raised before; the next who restores it begins with this
        stores.clear_away(cluster, name, forget=new)


def _begin(cluster: Cluster, name: str, seconds: float) -> str | None:
    """Has a store of which nothing is there, and that nobody sees; gives the token of one that is new."""
    token = None
    with stores.closing(cluster, name, seconds) as connection:
        store = stores.find(connection, name)
        if store is not None and store.open:
            raise PortalError(f"there is a store {name} already; give another name, or archive or drop that one first")
        if store is None:
            stores.end(connection, stores.add(connection, name, ""), half=True)
        if store is None or store.half:  # whoever began with it may not have come to showing the token
            token = stores.renew_token(connection, name)
    stores.clear_away(cluster, name, forget=False, seconds=seconds)
    return token


def _fill(cluster: Cluster, connection: Connection, store: Tenant, source: StoreConnection, contents: Contents) -> None:
    """Makes the tables of a store and fills them; it is open when this transaction is kept."""
    if store.open:
        raise PortalError(f"there is a store {store.name} already: it was restored meanwhile")
    upgrade_store(stores.url_of(cluster, store.schema).text)
    copying.empty_tables(connection, store.schema)
    for table in tables():
        with closing(rows_in_file(source, table)) as rows:
            copying.fill_table(connection, store.schema, table, rows)
    if contents_by(partial(copying.rows_in_schema, connection, store.schema)) != contents:
        raise ClusterError(f"the store {store.name} did not hold what was written to it; nothing was restored")
    copying.complete_tables(connection, store.schema)
    stores.reopen(connection, store)

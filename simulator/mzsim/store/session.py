"""Opening a store, bringing it up to date, and transactions on it. Errors of the database become `StoreError`."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from mzsim.common.errors import StoreError
from mzsim.common.names import typed
from mzsim.store.connection import Connection as Connection  # what a store gives to ask by, for whoever passes it on
from mzsim.store.connection import Connections, DatabaseError
from mzsim.store.place import WAITING_TIME, Patience, take_place
from mzsim.store.sqlite import SqliteFile, SqliteInMemory, let_read_while_written, make_empty
from mzsim.store.url import IN_MEMORY, StoreUrl, shown, store_url, without_secrets

REVISION = "0012"
"""The schema that this program works with: the newest migration (a test compares)."""
EARLIER_REVISIONS: frozenset[str] = frozenset(f"{number:04}" for number in range(1, int(REVISION)))


class Database:
    """A store that is up to date. `read` and `change` give connections; a change is all or nothing."""

    def __init__(self, url: StoreUrl, connections: Connections, patience: Patience | None = None) -> None:
        self.url = url
        self.connections = connections
        self.patience = patience or Patience()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection to read by, all of it as it is at the first question, whatever others change meanwhile."""
        with db_errors(self.url), self.connections.connect() as connection:
            connection.begin_reading(self.patience.seconds)
            yield connection

    @contextmanager
    def change(self, before: Callable[[Connection], None] = lambda _: None) -> Iterator[Connection]:
        """A transaction that has the store to itself; nothing is kept unless the caller commits.

        `before` is what it writes that takes long and that nobody else has to wait for, where the database lets him: it is
        done first, except in SQLite, which has one writer at a time.
        """
        with db_errors(self.url), self.connections.connect() as connection:
            if not self.connections.one_writer:
                before(connection)
            self.wait_for_place(connection)
            if self.connections.one_writer:
                before(connection)
            yield connection

    def wait_for_place(self, connection: Connection) -> None:
        """Waits until the transaction of this connection has the store to itself."""
        take_place(connection, self.patience)

    def close(self) -> None:
        self.connections.close()


def files_of(text: str) -> list[Path]:
    """The files of the store at a URL: that of SQLite, and those that SQLite keeps beside it. Raises StoreError."""
    url = store_url(text)
    if url.in_memory or url.file is None:
        return []
    return [Path(url.file + ending) for ending in ("", "-journal", "-wal", "-shm")]


def is_in_memory(text: str) -> bool:
    """Whether a URL names a database in memory. Raises StoreError where it is no URL of a store."""
    return store_url(text).in_memory


def _connections(url: StoreUrl, seconds: float) -> Connections:
    """`seconds` is how long a statement waits for another process."""
    if url.server is not None:
        from mzsim.store.server import Server  # SQLAlchemy takes longer to import than a small declaration to answer

        return Server(url, seconds)
    return SqliteInMemory() if url.in_memory else SqliteFile(url.file or "", seconds)


@contextmanager
def db_errors(url: StoreUrl) -> Iterator[None]:
    """Turns errors of the database into one clear line."""
    try:
        yield
    except DatabaseError as error:
        raise _store_error(url, str(error)) from None


def _store_error(url: StoreUrl, message: str) -> StoreError:
    """The error alone: what it came from may name a password, and rows of the store."""
    return StoreError(f"{name(url)}: {without_secrets(_reason(message), url)}")


def name(url: StoreUrl) -> str:
    """The store as a person calls it."""
    return f"store {shown(url)}"


_EXPLANATION = {
    "database is locked": "is locked by another process; try again when it is done",
    "file is not a database": "is not a store (no SQLite database)",
    "unable to open database file": "can't be opened; does its folder exist, and may you write there?",
    "attempt to write a readonly database": "can't be written; check its permissions",
    "database or disk is full": "can't be written: the disk is full",
    "disk i/o error": "can't be written or read: disk I/O error (is the disk full?)",
    "database disk image is malformed": "is damaged",
    "no schema has been selected to create in": "can't be made in its schema; its user needs USAGE and CREATE there",
    "lock timeout": "is locked by another process; try again when it is done",
}


_ROWS = re.compile(r"\n(?:DETAIL|CONTEXT):")
"""From where PostgreSQL tells of rows of the store, and of what it was given: these may be of a person."""


def _reason(melding: str) -> str:
    for fragment, explanation in _EXPLANATION.items():
        if fragment in melding.lower():
            return explanation
    return " ".join(_ROWS.split(melding)[0].split())


def open_store(
    text: str, *, read_only: bool = False, existing: bool = False, patience: Patience | None = None
) -> Database:
    """The store at a URL. A SQLite file that is new is made; any other must have been brought up to date.

    With `read_only` a file that is new is not made: the store is an empty one in memory. With `existing` it is refused.
    `patience` is how long to wait for others, each time.
    """
    patience = patience or Patience()
    url = store_url(text)
    new = _is_new(url)
    if new and existing:
        raise StoreError(f"{name(url)} is not there")
    if new and read_only:
        url = IN_MEMORY
    with ExitStack() as otherwise, db_errors(url):
        if new and not url.in_memory:
            _make_sqlite(url)
        store = Database(url, _connections(url, patience.seconds), patience)
        otherwise.callback(store.close)
        if not new:
            _require_revision(store)
        otherwise.pop_all()
    return store


def open_in_memory() -> Database:
    """A new store in memory, gone when it is closed. Threads may share it; each waits for the others."""
    return Database(IN_MEMORY, SqliteInMemory())


def upgrade_store(text: str) -> None:
    """Brings the schema of a store up to date, and makes it where there is none."""
    url = store_url(text)
    if url.in_memory:
        return
    with ExitStack() as at_the_end, db_errors(url):
        if _is_new(url):
            _make_sqlite(url)
            return
        connections = _connections(url, WAITING_TIME)
        at_the_end.callback(connections.close)
        with connections.connect() as connection:
            revision, tables = _revision(connection), connection.tables()
            cluster = url.schema is None and _holds_cluster(connection)
        if revision is None and cluster:
            raise StoreError(f"{name(url)} is a cluster; a store in it needs ?schema=NAME behind its URL")
        if revision is None and tables:
            raise StoreError(f"{name(url)} holds other tables; {_own_place(url)}")
        if revision not in EARLIER_REVISIONS | {REVISION, None}:
            raise StoreError(_too_new(url))
        if revision != REVISION:
            _migrate(url, connections)


def is_cluster(text: str) -> bool:
    """Whether a URL names the database of a cluster, and no store in it; it takes none of the packages of a cluster to see."""
    url = store_url(text)
    with ExitStack() as at_the_end, db_errors(url):
        connections = _connections(url, WAITING_TIME)
        at_the_end.callback(connections.close)
        with connections.connect() as connection:
            return url.schema is None and _holds_cluster(connection)


_CLUSTER = "SELECT count(*) FROM pg_tables WHERE schemaname = 'mzsim' AND tablename = 'cluster'"


def _holds_cluster(connection: Connection) -> bool:
    return connection.kind == "postgresql" and bool(connection.scalar(_CLUSTER))


def _own_place(url: StoreUrl) -> str:
    if url.server is None or url.server.get_backend_name() != "postgresql":
        return "a store needs a database of its own"
    return "a store needs a database of its own, or a schema: ?schema=NAME behind its URL"


def _migrate(url: StoreUrl, connections: Connections) -> None:
    from mzsim.store.migrating import migrate  # Alembic takes longer still

    migrate(url, WAITING_TIME)
    if url.file is not None:
        with connections.connect() as connection:
            let_read_while_written(connection)


def named(text: str) -> str:
    """The store at a URL as a person calls it. Raises StoreError where it is no URL of a store."""
    return name(store_url(text))


def is_missing(text: str) -> bool:
    """Whether a URL names a SQLite file that is not there yet. Raises StoreError where it is no URL of a store."""
    url = store_url(text)
    return _is_new(url) and not url.in_memory


def _is_new(url: StoreUrl) -> bool:
    if url.server is not None:
        return False
    if url.in_memory:
        return True
    file = Path(url.file or "")
    return not file.exists() or (file.is_file() and file.stat().st_size == 0)


def _make_sqlite(url: StoreUrl) -> None:
    """Makes a new SQLite store beside its place and puts it there whole; another process may have been first."""
    assert url.file
    place = Path(url.file)
    if place.exists():
        place = place.resolve()
    part = place.with_name(f".{place.name}.{os.getpid()}.deel")
    try:
        part.unlink(missing_ok=True)  # of a run that was killed; in a container the next may have its number
        part.touch(0o600, exist_ok=False)  # for its maker alone, as is what SQLite makes beside it
        make_empty(part)
        if place.exists() and not place.stat().st_size:  # not the store that another process has put there
            part.replace(place)
        else:
            with suppress(FileExistsError):
                os.link(part, place)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        raise _store_error(url, "unable to open database file") from None
    except OSError as error:
        raise StoreError(f"{name(url)}: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


def _revision(connection: Connection) -> str | None:
    if "alembic_version" not in connection.tables():
        return None
    revision: str | None = connection.scalar("SELECT version_num FROM alembic_version")
    return revision


def _too_new(url: StoreUrl) -> str:
    return f"{name(url)} was made by a newer mzsim; upgrade the program, or use another store"


def _require_revision(store: Database) -> None:
    with store.connections.connect() as connection:
        revision = _revision(connection)
    url = store.url
    if revision == REVISION:
        return
    if revision is None:
        raise StoreError(f"{name(url)} is not a store; a new one is made by: mzsim db upgrade --store URL")
    if revision in EARLIER_REVISIONS:
        to_type = typed(url.text if url.server is None else shown(url))
        raise StoreError(f"{name(url)} was made by an older mzsim; run: mzsim db upgrade --store {to_type}")
    raise StoreError(_too_new(url))

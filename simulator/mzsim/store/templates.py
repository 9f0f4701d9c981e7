"""Fresh stores by the hundred: a combination of verzekeraarsbestanden is loaded once, and copied for each who asks.

A fresh store is a SQLite database in memory. What is loaded is kept as a file in a folder that processes may share.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import StaticPool

from mzsim.common.errors import StoreFileError
from mzsim.store.loading import load_file
from mzsim.store.session import Database, sqlite_connection, upgrade


@contextmanager
def fresh_store(files: Sequence[Path], folder_: Path) -> Iterator[Database]:
    """A new store that holds these files, loaded in order; it is gone at the end. Raises StoreFileError.

    `folder_` keeps what was loaded for whoever asks for the same files; a file that has changed is loaded again. One at a
    time in a process: the stores share an engine, whose statements stay compiled.
    """
    engine = _engine()
    try:
        yield _fill(engine, _template(tuple(files), folder_))
    finally:
        engine.dispose()  # the database is its connection


@cache
def _engine() -> Engine:
    engine = sa.create_engine("sqlite://", poolclass=StaticPool)
    sa.event.listen(engine, "connect", sqlite_connection)
    return engine


def _sqlite(connection: Connection) -> sqlite3.Connection:
    return cast(sqlite3.Connection, connection.connection.driver_connection)


def _fill(engine: Engine, template: Path) -> Database:
    with engine.connect() as connection, closing(sqlite3.connect(template)) as source:
        source.backup(_sqlite(connection))
    return Database(engine)


def _template(files: tuple[Path, ...], folder_: Path) -> Path:
    """The file of a combination; made from that of all but the last file, where it isn't there yet."""
    place = folder_ / f"{_kenmerk(files)}.sjabloon"
    if place.exists():
        return place
    earlier = _template(files[:-1], folder_) if files else None
    engine = _engine()
    try:
        if earlier is None:
            upgrade(engine)
        else:
            load_file(_fill(engine, earlier), files[-1])
        _keep(engine, place)
    finally:
        engine.dispose()
    return place


def _keep(engine: Engine, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_suffix(f".{os.getpid()}")
    with engine.connect() as connection, closing(sqlite3.connect(part)) as target:
        target.execute("PRAGMA synchronous = OFF")
        _sqlite(connection).backup(target)
    try:
        part.replace(place)
    except PermissionError:  # Windows, where another process has put it there and is reading it
        part.unlink()


def _kenmerk(files: tuple[Path, ...]) -> str:
    total = sha256()
    for file in files:
        try:
            state = file.stat()
        except OSError as error:
            raise StoreFileError(f"{file}: can't be read: {error.strerror}") from None
        total.update(f"{file.resolve()}\0{state.st_size}\0{state.st_mtime_ns}\0".encode())
    return total.hexdigest()[:32]

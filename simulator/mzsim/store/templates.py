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
from mzsim.store.loading import laad_bestand
from mzsim.store.session import Database, sqlite_verbinding, upgrade


@contextmanager
def verse_store(bestanden: Sequence[Path], map_: Path) -> Iterator[Database]:
    """A new store that holds these files, loaded in order; it is gone at the end. Raises StoreFileError.

    `map_` keeps what was loaded for whoever asks for the same files; a file that has changed is loaded again. One at a
    time in a process: the stores share an engine, whose statements stay compiled.
    """
    engine = _engine()
    try:
        yield _vul(engine, _sjabloon(tuple(bestanden), map_))
    finally:
        engine.dispose()  # the database is its connection


@cache
def _engine() -> Engine:
    engine = sa.create_engine("sqlite://", poolclass=StaticPool)
    sa.event.listen(engine, "connect", sqlite_verbinding)
    return engine


def _sqlite(verbinding: Connection) -> sqlite3.Connection:
    return cast(sqlite3.Connection, verbinding.connection.driver_connection)


def _vul(engine: Engine, sjabloon: Path) -> Database:
    with engine.connect() as verbinding, closing(sqlite3.connect(sjabloon)) as bron:
        bron.backup(_sqlite(verbinding))
    return Database(engine)


def _sjabloon(bestanden: tuple[Path, ...], map_: Path) -> Path:
    """The file of a combination; made from that of all but the last file, where it isn't there yet."""
    plaats = map_ / f"{_kenmerk(bestanden)}.sjabloon"
    if plaats.exists():
        return plaats
    eerder = _sjabloon(bestanden[:-1], map_) if bestanden else None
    engine = _engine()
    try:
        if eerder is None:
            upgrade(engine)
        else:
            laad_bestand(_vul(engine, eerder), bestanden[-1])
        _bewaar(engine, plaats)
    finally:
        engine.dispose()
    return plaats


def _bewaar(engine: Engine, plaats: Path) -> None:
    plaats.parent.mkdir(parents=True, exist_ok=True)
    deel = plaats.with_suffix(f".{os.getpid()}")
    with engine.connect() as verbinding, closing(sqlite3.connect(deel)) as doel:
        doel.execute("PRAGMA synchronous = OFF")
        _sqlite(verbinding).backup(doel)
    try:
        deel.replace(plaats)
    except PermissionError:  # Windows, where another process has put it there and is reading it
        deel.unlink()


def _kenmerk(bestanden: tuple[Path, ...]) -> str:
    som = sha256()
    for bestand in bestanden:
        try:
            stand = bestand.stat()
        except OSError as fout:
            raise StoreFileError(f"{bestand}: can't be read: {fout.strerror}") from None
        som.update(f"{bestand.resolve()}\0{stand.st_size}\0{stand.st_mtime_ns}\0".encode())
    return som.hexdigest()[:32]

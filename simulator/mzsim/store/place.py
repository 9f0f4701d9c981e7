"""The writer's place: who changes the store has it to himself for a moment, and others wait for it in order."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from mzsim.store.connection import Connection, DatabaseError, OperationalError

WAITING_TIME = 300.0
"""Seconds to wait for others, where nothing else is asked."""
NOTICE_AFTER = 2.0
"""Seconds of waiting after which it is told."""


class Patience(NamedTuple):
    """How many seconds to wait for who is changing the store, and who is told, in a sentence, what is waited for."""

    seconds: float = WAITING_TIME
    tell: Callable[[str], None] = lambda _: None


# Who changes the store counts so in this row, and locks it; in SQLite with it the file. Who closes a store takes it away.
_TAKE = "UPDATE stand SET revisie = revisie + 1"
_HOLDER = (
    "SELECT a.pid, a.application_name FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"
    # Another database, made of the same template, may have a table of this number.
    " WHERE l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND l.relation = 'stand'::regclass AND l.mode = 'RowExclusiveLock' AND l.granted AND a.pid <> pg_backend_pid()"
    " AND a.wait_event_type IS DISTINCT FROM 'Lock' ORDER BY a.xact_start LIMIT 1"
)
_BUSY = ("database is locked", "lock timeout")


def take_place(connection: Connection, patience: Patience) -> None:
    """Waits until the transaction of this connection has the store to itself. Raises what the database raises where that takes
    too long."""
    first = min(NOTICE_AFTER, patience.seconds)
    try:
        _take(connection, first)
    except OperationalError as error:
        if patience.seconds <= first or not any(words in str(error) for words in _BUSY):
            raise
        patience.tell(f"waits for {_holder(connection)}")
        _take(connection, patience.seconds - first)


def _take(connection: Connection, seconds: float) -> None:
    with connection.attempt():
        connection.wait_at_most(seconds)
        if not connection.execute(_TAKE):
            raise DatabaseError("takes nothing in any more: it was archived or dropped")


def _holder(connection: Connection) -> str:
    """Who has the store, as far as that can be told: of SQLite only Linux knows."""
    if connection.kind == "postgresql":
        row = connection.first(_HOLDER)
        return "another process" if row is None else f"{row[1] or 'another program'}, {row[0]} on the server"
    process = None if connection.place is None else _writer(Path(connection.place))
    return "another process" if process is None else f"process {process}"


# The first byte of what SQLite locks to write: in the file itself, and in that with the ending -shm.
_WRITER_AT = {"": range(0x40000000, 0x40000002), "-shm": range(120, 121)}


def _writer(place: Path) -> int | None:
    """The process that is writing to a SQLite file. Linux lists every lock: number, kind, way, READ or WRITE, process,
    device:inode, first and last byte."""
    with suppress(OSError, ValueError):
        listed = [line.split() for line in Path("/proc/locks").read_text("ascii").splitlines()]
        for ending, first_byte in _WRITER_AT.items():
            file = place.with_name(place.name + ending)
            inode = str(file.stat().st_ino) if file.exists() else None
            for _, *kind, process, where, first, _ in listed:
                if kind[-1] == "WRITE" and where.rpartition(":")[2] == inode and int(first) in first_byte:
                    return int(process) if int(process) not in (os.getpid(), -1) else None
    return None

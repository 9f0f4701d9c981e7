"""What a store holds at a moment, in a few values: to know later whether it is still, or again, the same."""

from __future__ import annotations

import hashlib
from itertools import islice
from typing import NamedTuple

from mzsim.store.connection import Connection
from mzsim.store.ledger import PORTAL
from mzsim.store.session import REVISION

# Where a declaration came from, and where its retour was put, say nothing about what is judged.
_NO_CONTENT = frozenset({"alembic_version", "stand", "wachtende_retouren", *PORTAL})
_PER_TIME = 5_000


class StoreState(NamedTuple):
    """Version of the schema, number of changes so far, and SHA-256 of all rows as this database gives them."""

    versie: str
    revisie: int
    sha256: str


def state_of(connection: Connection, *, in_change: bool) -> StoreState:
    """The state of a store; `in_change` says that the transaction has counted its own change already."""
    revision = connection.scalar("SELECT revisie FROM stand") or 0
    return StoreState(REVISION, revision - in_change, _content(connection))


def _content(connection: Connection) -> str:
    total = hashlib.sha256()
    for table in sorted(set(connection.tables()) - _NO_CONTENT):
        columns = list(connection.columns(table))
        total.update(f"{table} {columns}\n".encode())
        rows = connection.stream(
            f"SELECT {', '.join(columns)} FROM {table} ORDER BY {', '.join(connection.key(table))}"
        )
        while group := list(islice(rows, _PER_TIME)):
            total.update(repr(group).encode())
    return total.hexdigest()

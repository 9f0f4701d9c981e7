"""What a store holds at a moment, in a few values: to know later whether it is still, or again, the same."""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

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
    revision = connection.scalar(sa.text("SELECT revisie FROM stand")) or 0
    return StoreState(REVISION, revision - in_change, _content(connection))


def _content(connection: Connection) -> str:
    total = hashlib.sha256()
    image = sa.inspect(connection)
    for table in sorted(set(image.get_table_names()) - _NO_CONTENT):
        columns = [k["name"] for k in image.get_columns(table)]
        ordering = image.get_pk_constraint(table)["constrained_columns"]
        total.update(f"{table} {columns}\n".encode())
        rows: sa.CursorResult[Any] = connection.execute(
            sa.select(*map(sa.column, columns)).select_from(sa.table(table)).order_by(*map(sa.column, ordering))
        )
        while group := rows.fetchmany(_PER_TIME):
            total.update(repr([tuple(row) for row in group]).encode())
    return total.hexdigest()

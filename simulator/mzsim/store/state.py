"""What a store holds at a moment, in a few values: to know later whether it is still, or again, the same."""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mzsim.store.session import REVISIE

_GEEN_INHOUD = frozenset({"alembic_version", "stand"})
# Where a retour was put says nothing about what is judged.
_WAAR = frozenset({"retour", "deel", "computer"})
_PER_KEER = 5_000


class Stand(NamedTuple):
    """Version of the schema, number of changes so far, and SHA-256 of all rows as this database gives them."""

    versie: str
    revisie: int
    sha256: str


def stand_van(verbinding: Connection, *, in_wijziging: bool) -> Stand:
    """The state of a store; `in_wijziging` says that the transaction has counted its own change already."""
    revisie = verbinding.scalar(sa.text("SELECT revisie FROM stand")) or 0
    return Stand(REVISIE, revisie - in_wijziging, _inhoud(verbinding))


def _inhoud(verbinding: Connection) -> str:
    som = hashlib.sha256()
    beeld = sa.inspect(verbinding)
    for tabel in sorted(set(beeld.get_table_names()) - _GEEN_INHOUD):
        kolommen = [k["name"] for k in beeld.get_columns(tabel) if tabel != "berichten" or k["name"] not in _WAAR]
        volgorde = beeld.get_pk_constraint(tabel)["constrained_columns"]
        som.update(f"{tabel} {kolommen}\n".encode())
        rijen: sa.CursorResult[Any] = verbinding.execute(
            sa.select(*map(sa.column, kolommen)).select_from(sa.table(tabel)).order_by(*map(sa.column, volgorde))
        )
        while groep := rijen.fetchmany(_PER_KEER):
            som.update(repr([tuple(rij) for rij in groep]).encode())
    return som.hexdigest()

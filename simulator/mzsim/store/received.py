"""Which messages a store received on a day, and what was decided in one: to answer it again as it was answered then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

_ONTVANGEN = sa.bindparam("ontvangen", type_=sa.Date)
_BERICHTEN = sa.text(
    "SELECT id FROM berichten WHERE agb = :agb AND uzovi = :uzovi AND factuurnummer = :factuurnummer"
    " AND ontvangen = :ontvangen ORDER BY id DESC"
).bindparams(_ONTVANGEN)
_LAATSTE = sa.text("SELECT coalesce(max(id), 0) FROM berichten WHERE ontvangen <= :ontvangen").bindparams(_ONTVANGEN)
_PRESTATIES = sa.text("SELECT uitkomst, toegekend_bedrag, aandelen FROM prestaties WHERE bericht_id = :id ORDER BY id")


def received_on(verbinding: Connection, dag: dt.date, *, agb: str, uzovi: str, factuurnummer: str) -> Sequence[int]:
    """The messages of a party (AGB-code) with this factuurnummer that an insurer received on a day, the last first: rows of
    `berichten`."""
    sleutel = {"agb": agb, "uzovi": uzovi, "factuurnummer": factuurnummer, "ontvangen": dag}
    return verbinding.scalars(_BERICHTEN, sleutel).all()


def last_received(verbinding: Connection, dag: dt.date) -> int:
    """The last row of `berichten` by the end of a day; 0 where there is none."""
    laatste: int = verbinding.scalar(_LAATSTE, {"ontvangen": dag})
    return laatste


def decided_in(verbinding: Connection, bericht_id: int) -> Iterator[tuple[str, int, str | None]]:
    """What was decided on every prestatierecord of a message, in order: uitkomst, toegekend_bedrag in cents, aandelen."""
    rijen = verbinding.execute(_PRESTATIES, {"id": bericht_id})
    return ((uitkomst, toegekend_bedrag, aandelen) for uitkomst, toegekend_bedrag, aandelen in rijen)

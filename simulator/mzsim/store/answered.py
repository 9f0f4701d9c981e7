"""Messages that the store holds already, and what was decided on their records. Plain SQL, as in `facts.py`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from mzsim.store.columns import Selection
from mzsim.store.connection import Connection

_MESSAGES = (
    "SELECT id FROM berichten WHERE agb = :agb AND uzovi = :uzovi AND factuurnummer = :factuurnummer"
    " AND ontvangen = :ontvangen ORDER BY id DESC"
)
_LAST = "SELECT coalesce(max(id), 0) FROM berichten WHERE ontvangen <= :ontvangen"


class Decided(NamedTuple):
    """What the store remembers of the decision on a prestatierecord; the amount in cents, a credit negative."""

    uitkomst: str
    toegekend_bedrag: int
    aandelen: str | None


_DECIDED = Selection(Decided, "FROM prestaties WHERE bericht_id = :id ORDER BY id")


def messages(connection: Connection, agb: str, uzovi: str, factuurnummer: str, received: dt.date) -> list[int]:
    """The messages (rows of berichten) that a party sent to an insurer under this number and that came in on a day, the
    newest first; the number as it is compared."""
    key = {"agb": agb, "uzovi": uzovi, "factuurnummer": factuurnummer, "ontvangen": received}
    return connection.scalars(_MESSAGES, key)


def last_message(connection: Connection, received: dt.date) -> int:
    """The last message that came in by a day; 0 where there is none."""
    found: int = connection.scalar(_LAST, {"ontvangen": received})
    return found


def decisions(connection: Connection, message: int) -> Iterator[Decided]:
    """What was decided on the prestatierecords of a message, in order."""
    return _DECIDED.stream(connection, {"id": message})

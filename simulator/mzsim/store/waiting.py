"""Retourberichten that wait: the store knows their message, and they still have to get to their place."""

from __future__ import annotations

import datetime as dt
import os
import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from mzsim.common.promise import Promise
from mzsim.store.columns import as_date
from mzsim.store.connection import Connection, DatabaseError, OperationalError
from mzsim.store.recording import Recording


class Waiting(NamedTuple):
    """A retour that waits: of which message, by its row and as people know it; and where, on which computer."""

    message_id: int
    agb: str
    factuurnummer: str
    uzovi: str
    received: dt.date
    computer: str
    promise: Promise


_WAITS = (
    "INSERT INTO wachtende_retouren (bericht_id, plaats, deel, vingerafdruk, stond_er, nam_nummer, computer)"
    " VALUES (:bericht_id, :plaats, :deel, :vingerafdruk, :stond_er, :nam_nummer, :computer)"
)
_WAITING = (
    "SELECT b.id, b.agb, b.factuurnummer, b.uzovi, b.ontvangen, w.computer, w.plaats, w.deel, w.vingerafdruk, w.stond_er"
    " FROM wachtende_retouren w JOIN berichten b ON b.id = w.bericht_id ORDER BY b.id"
)
_PLACED = "DELETE FROM wachtende_retouren WHERE bericht_id = :id"
_UNDO = (
    # Who judged by it and has not recorded yet judges again.
    "UPDATE stand SET revisie = revisie + 1, geladen = revisie + 1",
    (
        "DELETE FROM factuurnummers WHERE EXISTS (SELECT 1 FROM berichten b JOIN wachtende_retouren w ON w.bericht_id = b.id"
        " WHERE b.id = :id AND w.nam_nummer AND b.agb = factuurnummers.agb AND b.uzovi = factuurnummers.uzovi"
        " AND b.factuurnummer = factuurnummers.factuurnummer AND NOT EXISTS (SELECT 1 FROM berichten later"
        " WHERE later.id > b.id AND later.agb = b.agb AND later.uzovi = b.uzovi AND later.factuurnummer = b.factuurnummer))"
    ),
    _PLACED,
    "DELETE FROM prestaties WHERE bericht_id = :id",
    "DELETE FROM berichten WHERE id = :id",
)


def waits(connection: Connection, book: Recording, promise: Promise) -> None:
    """The retour of a message that is being recorded still has to get to its place. Paths are kept as the bytes they are."""
    values = {
        "bericht_id": book.message_id,
        "plaats": os.fsencode(promise.place),
        "deel": os.fsencode(promise.part),
        "vingerafdruk": promise.fingerprint,
        "stond_er": promise.before,
        "nam_nummer": book.took_number,
        "computer": platform.node(),
    }
    connection.execute(_WAITS, values)


def waiting(connection: Connection) -> list[Waiting]:
    """Every retour that waits, in the order in which their messages came in."""
    found = connection.rows(_WAITING)
    return [
        Waiting(
            *(number, agb, factuurnummer, uzovi, as_date(received), computer),
            Promise(_path(place), _path(part), fingerprint, before),
        )
        for number, agb, factuurnummer, uzovi, received, computer, place, part, fingerprint, before in found
    ]


def _path(kept: bytes) -> Path:
    return Path(os.fsdecode(bytes(kept)))


@contextmanager
def unless_undone(undone: Callable[[], None]) -> Iterator[None]:
    """Calls `undone` where a commit fails and nothing was kept for certain: not where the database fell silent meanwhile."""
    try:
        yield
    except DatabaseError as error:
        if not error.lost:
            undone()
        raise


def placed(connection: Connection, message_id: int) -> None:
    """The retour of a message is in its place."""
    connection.execute(_PLACED, {"id": message_id})


def settle(connection: Connection, message_id: int) -> None:
    """The same, committed; where another run has the store for long, the next one finds that it is in its place."""
    with suppress(OperationalError):
        placed(connection, message_id)
        connection.commit()


def undo(connection: Connection, message_id: int) -> None:
    """Undoes a message whose retour waits, as if it never came in. A factuurnummer that another message holds, or asked for
    since, stays in use."""
    for order in _UNDO:
        connection.execute(order, {"id": message_id})

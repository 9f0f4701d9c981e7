"""Records an answer and puts its retour in its place: both, or neither.

The two can't be one operation. So the store keeps where the retour waits, from the commit until it has its name: a run
that is killed in between is completed by the next one.
"""

from __future__ import annotations

import platform
from contextlib import suppress
from pathlib import Path

from mzsim.common.errors import OutputError
from mzsim.common.in_memory import RetourStream
from mzsim.common.interrupts import uninterrupted
from mzsim.common.whole_file import RetourFile, rename
from mzsim.domain.findings import Outcome
from mzsim.store.recording import Recording, complete, forget, pending, settle
from mzsim.store.session import Connection, Database


def record_and_place(
    outcome: Outcome, retour: RetourFile | RetourStream, book: Recording, connection: Connection
) -> None:
    """Commits what was recorded and puts the retour in its place.

    Raises OutputError where it can't get its name; then nothing is recorded.
    """
    place = part = None
    if outcome.has_retour and isinstance(retour, RetourFile):
        place, part = str(retour.place.absolute()), str(retour.part)
    book.complete(outcome.status, retour=place, part=part, computer=platform.node())
    with uninterrupted():
        connection.commit()
        if place is None:
            return
        try:
            retour.put_in_place()
        except OutputError:
            forget(connection, book.message_id)
            connection.commit()
            raise
        settle(connection, book.message_id)


def complete_waiting(store: Database) -> None:
    """Completes what killed runs left: the store knows the message, the retour still has to get its name."""
    computer = platform.node()
    with store.read() as connection:
        if not pending(connection, computer):
            return
    with store.change() as connection, uninterrupted():
        for message_id, retour, part in pending(connection, computer):
            with suppress(OutputError):  # a place that can't be written now; it waits for a later run
                if Path(part).exists():
                    rename(Path(part), Path(retour))
                complete(connection, message_id)
        connection.commit()

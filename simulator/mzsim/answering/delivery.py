"""Records an answer and puts its retour in its place: both, or neither.

The two can't be one operation. So the store keeps where the retour waits, from the commit until it is in its place. What a
killed run leaves waiting, any later run places that can; a run that can't leaves it waiting and goes on.
"""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple

from mzsim.common.errors import OutputError, StoreError
from mzsim.common.in_memory import RetourStream
from mzsim.common.interrupts import uninterrupted
from mzsim.common.promise import Sight, Stand, drop, keep, look
from mzsim.common.whole_file import RetourFile
from mzsim.domain.findings import Outcome
from mzsim.store.recording import Recording
from mzsim.store.session import Connection, Database
from mzsim.store.submissions import Submission, forget
from mzsim.store.waiting import Waiting, placed, settle, undo, unless_undone, waiting, waits


class Seen(NamedTuple):
    """A retour that waits, and how it stands as seen from here."""

    waiting: Waiting
    sight: Sight


def record_and_place(
    outcome: Outcome, retour: RetourFile | RetourStream, book: Recording, connection: Connection
) -> None:
    """Commits what was recorded and puts the retour in its place.

    Raises OutputError where it can't get its name; then nothing is recorded.
    """
    book.complete(connection, outcome.status)
    with uninterrupted():
        if outcome.has_retour and isinstance(retour, RetourFile):
            _promise_and_place(retour, book, connection)
        else:
            connection.commit()


def commit_and_place(
    outcome: Outcome, retour: RetourFile | RetourStream, submission: Submission | None, connection: Connection
) -> None:
    """The same of what no insurer is to remember. A retour that is killed before it has its place is in the store, and given to
    who comes with the key again."""
    with uninterrupted():
        connection.commit()
        if not outcome.has_retour:
            return
        try:
            retour.put_in_place()
        except OutputError:
            if submission is not None:
                forget(connection, submission.key)
                connection.commit()
            raise


def _promise_and_place(retour: RetourFile, book: Recording, connection: Connection) -> None:
    waits(connection, book, retour.promise())
    retour.keep()
    with unless_undone(retour.withdraw):
        connection.commit()
    try:
        retour.put_in_place()
    except OutputError:
        undo(connection, book.message_id)
        connection.commit()
        retour.withdraw()
        raise
    settle(connection, book.message_id)


def all_waiting(store: Database) -> list[Seen]:
    """What waits, and how it stands: also what is ready to be placed, or is just being placed by its own run."""
    with store.read() as connection:
        found = [Seen(one, look(one.promise)) for one in waiting(connection)]
    if not found:
        return found
    with store.read() as connection:  # its own run may have placed it meanwhile, and somebody taken it from its place
        still = {one.message_id for one in waiting(connection)}
    return [one for one in found if one.waiting.message_id in still]


def place_waiting(store: Database) -> list[Seen]:
    """Places what waits and can be placed from here, and tells how each stands then: what is stuck stays waiting.

    Raises StoreError where something can be placed and the store can't be changed.
    """
    found = all_waiting(store)
    if not any(one.sight.stand in (Stand.READY, Stand.KEPT) for one in found):
        return found
    with store.change() as connection, uninterrupted():
        found = [Seen(one, keep(one.promise)) for one in waiting(connection)]
        for one in found:
            if one.sight.stand is Stand.KEPT:
                placed(connection, one.waiting.message_id)
        connection.commit()
    return found


def wait_no_longer(store: Database, message_id: int, *, forget: bool) -> Waiting:
    """Lets a retour that is stuck wait no longer: with `forget` its message is undone, as if it never came in; else it was
    delivered some other way, and what is recorded stays.

    Raises StoreError where that retour doesn't wait, and OutputError where it isn't stuck.
    """
    with store.change() as connection, uninterrupted():
        one = next((one for one in waiting(connection) if one.message_id == message_id), None)
        if one is None:
            raise StoreError(f"no retour with id {message_id} waits; mzsim db waiting lists what does")
        if (stand := look(one.promise).stand) is not Stand.STUCK:
            other = "its own run is at it" if stand is Stand.AT_WORK else "mzsim db waiting --place does so"
            raise OutputError(f"{one.promise.place}: can be placed: {other}")
        (undo if forget else placed)(connection, message_id)
        connection.commit()
    if forget:
        with suppress(OSError):
            drop(one.promise)
    return one

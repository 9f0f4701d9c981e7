"""How many submissions a store has, how they end and how long they wait: what its ledger says when it is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mzsim.server.moments import SECOND
from mzsim.server.states import State
from mzsim.store import ledger
from mzsim.store.session import Connection

LOST = "kwijt"
"""How a submission ends of which no retour ever comes, as `gedrag` asks for."""
_LATEST, _WITHIN = 1000, 300 * SECOND


class Tally(NamedTuple):
    """Submissions that were accepted, refused, answered by the state in which they end, and that wait; the seconds for which the
    first of these does, and those from coming in to the answer of the latest, in order."""

    accepted: int
    refused: int
    answered: Mapping[str, int]
    waiting: int
    oldest: float
    delays: Sequence[float]


def tally(connection: Connection, now: int) -> Tally:
    """What there is of submissions at a moment, counted."""
    ends, waiting, first = ledger.ends(connection)
    refused = ends.pop(State.REFUSED, 0)
    accepted = sum(ends.values())
    lost = ends.pop(None, 0) - waiting
    answered = {str(end): count for end, count in ends.items()} | ({LOST: lost} if lost else {})
    oldest = 0.0 if first is None else max(0, now - first) / SECOND
    delays = ledger.delays(connection, now - _WITHIN, State.REFUSED, _LATEST)
    return Tally(accepted, refused, answered, waiting, oldest, sorted(delay / SECOND for delay in delays))

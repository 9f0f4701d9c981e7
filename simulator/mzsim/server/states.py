"""The states of a submission, as a table, and what is visible of them at a moment.

The answer to a declaration is one act. The states between are moments on a timeline that is fixed by then, so that who
polls sees each of them: what is visible is a function of that timeline and the clock, and nothing is scheduled. Moments are
microseconds since 1970, UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from mzsim.domain.findings import Outcome, Status
from mzsim.judging.message import SENDER_VECOZO


class State(StrEnum):
    """What is known of a submission; the names are those that users see."""

    RECEIVED = "ontvangen"
    REFUSED = "geweigerd"
    EXAMINED = "in_controle"
    REJECTED = "afgekeurd_door_vecozo"
    UNREADABLE = "onleesbaar"
    CORRECT = "correct_bevonden"
    READY = "klaar_voor_verzending"
    AT_INSURER = "ontvangen_door_verzekeraar"
    FORWARDED = "doorgestuurd"
    HANDLED = "afgehandeld"
    FAILED = "fout"


class RetourState(StrEnum):
    """What is known of a retour."""

    NONE = ""
    READY = "klaar"
    DOWNLOADED = "gedownload"
    HIDDEN = "verborgen"


Timeline = Sequence[tuple[str, int]]
"""States with the moments from which they are visible, in order."""

_FORWARDED = (State.RECEIVED, State.EXAMINED, State.CORRECT, State.READY)
PATHS: Mapping[State, tuple[State, ...]] = {
    path[-1]: path
    for path in (
        (State.RECEIVED, State.REFUSED),
        (State.RECEIVED, State.EXAMINED, State.FAILED),
        (State.RECEIVED, State.EXAMINED, State.UNREADABLE),
        (State.RECEIVED, State.EXAMINED, State.REJECTED),
        (*_FORWARDED, State.FORWARDED),
        (*_FORWARDED, State.AT_INSURER, State.HANDLED),
    )
}
"""By the state in which a submission ends: the states that it goes through."""
AT_ONCE = frozenset({State.RECEIVED, State.REFUSED})
"""States that nothing delays."""
_UNTIL_ANSWERED = PATHS[State.FAILED][:2]


def ending(outcome: Outcome) -> State:
    """The state in which a submission with this answer ends."""
    if outcome.status is Status.UNREADABLE:
        return State.UNREADABLE
    if outcome.status is Status.FORWARDED:
        return State.FORWARDED
    return State.REJECTED if outcome.sender == SENDER_VECOZO else State.HANDLED


def on_receipt(received: int, delays: Mapping[str, int]) -> Timeline:
    """The timeline of a submission that is not answered yet. `delays` are microseconds before a state, by its name."""
    return _timeline(_UNTIL_ANSWERED, received, delays, received)


def refused(received: int) -> Timeline:
    """The timeline of a submission that the portal did not accept."""
    return _timeline(PATHS[State.REFUSED], received, {}, received)


def on_answer(end: State, received: int, delays: Mapping[str, int], answered: int) -> Timeline:
    """The timeline of a submission that was answered at a moment: what follows from the answer is never visible before."""
    return _timeline(PATHS[end], received, delays, answered)


def _timeline(path: tuple[State, ...], received: int, delays: Mapping[str, int], answered: int) -> Timeline:
    moment, found = received, []
    for state in path:
        moment += delays.get(state, 0)
        if state not in _UNTIL_ANSWERED:
            moment = max(moment, answered)
        found.append((str(state), moment))
    return found


def visible(timeline: Timeline, now: int) -> Timeline:
    """The part of a timeline that is visible at a moment; the first state always is."""
    return [timeline[0], *(step for step in timeline[1:] if step[1] <= now)]


def next_moment(timeline: Timeline, now: int) -> int | None:
    """When the next state becomes visible, as far as that is known."""
    return next((moment for _, moment in timeline if moment > now), None)

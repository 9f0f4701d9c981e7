"""How the portal behaves for a store, `gedrag`: delays, and the faults of a network that software has to live with.

What happens to a submission is drawn from the seed, the kind of fault and its id, so that it is the same at every restart and
in every process. An outage is a matter of the clock alone.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from decimal import Decimal
from hashlib import sha256
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, BeforeValidator, Field

from mzsim.common.errors import StoreFileError
from mzsim.common.file_values import FileLine, refuse
from mzsim.common.strict_yaml import read_strict
from mzsim.common.yaml_lines import Values, YamlText
from mzsim.server.errors import BehaviourError
from mzsim.server.moments import SECOND, as_moment, as_time
from mzsim.server.numbers import MOST_64_BITS
from mzsim.server.states import AT_ONCE, State

_LONGEST = 30 * 24 * 3600
"""Seconds that anything may take."""
DELAYED = tuple(str(state) for state in State if state not in AT_ONCE)
"""The states that can be delayed."""


def _number(value: object, least: Decimal | int, most: int, unit: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise refuse(f"must be a number of {unit}, without quotes")
    number = Decimal(str(value))
    if not (number.is_finite() and least <= number <= most):
        raise refuse(f"must be from {least} to {most:,} {unit}")
    return number


def _seconds(value: object) -> Decimal:
    return _number(value, 0, _LONGEST, "seconds")


def _some_seconds(value: object) -> Decimal:
    return _number(value, Decimal("0.1"), _LONGEST, "seconds")


def _percent(value: object) -> Decimal:
    return _number(value, 0, 100, "percent")


def _delays(value: object) -> object:
    """One number is the delay before every state."""
    return value if isinstance(value, Mapping) else dict.fromkeys(DELAYED, value)


def _of_states(delays: dict[str, Decimal]) -> dict[str, Decimal]:
    for name in delays:
        if name not in DELAYED:
            raise refuse(f"{name} is no state that can be delayed; there are {', '.join(DELAYED)}")
    return delays


def _time(value: object) -> dt.datetime:
    try:
        time = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
        if isinstance(time, dt.datetime) and time.tzinfo is not None:
            return time.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        pass
    raise refuse("must be a moment with its zone, in quotes, as '2026-01-31T09:30:00+01:00'")


Seconds = Annotated[Decimal, BeforeValidator(_seconds)]
SomeSeconds = Annotated[Decimal, BeforeValidator(_some_seconds)]
Percent = Annotated[Decimal, BeforeValidator(_percent)]
Time = Annotated[dt.datetime, BeforeValidator(_time)]


class Delayed(FileLine):
    """A chance, and by how much."""

    kans: Percent = Decimal(0)
    seconden: Seconds = Decimal(0)


class Lost(FileLine):
    """A chance."""

    kans: Percent = Decimal(0)


class Outages(FileLine):
    """An outage of so many seconds in every so many."""

    elke: SomeSeconds
    seconden: SomeSeconds


class Window(FileLine):
    """An outage at a set time."""

    van: Time
    tot: Time


def _shorter(outages: Outages) -> Outages:
    if outages.seconden >= outages.elke:
        raise refuse("seconden must be less than elke: an outage is shorter than the time in which there is one")
    return outages


class Behaviour(FileLine):
    """What a store asks of the portal; without anything all is answered at once.

    `zaad` is the seed; `vertraging` the seconds before each state; `laat`, `kwijt` and `dubbel` how many percent of the
    retours come so many seconds later, never, and once more after so many seconds; `storing` and `storingen` are outages.
    """

    zaad: Annotated[int, Field(ge=0, le=MOST_64_BITS)] = 0
    vertraging: Annotated[dict[str, Seconds], BeforeValidator(_delays), AfterValidator(_of_states)] = Field(
        default_factory=dict
    )
    laat: Delayed = Delayed()
    kwijt: Lost = Lost()
    dubbel: Delayed = Delayed()
    storing: Annotated[Outages, AfterValidator(_shorter)] | None = None
    storingen: list[Window] = Field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """What `behaviour_of` reads, ready for JSON."""
        found: dict[str, Any] = _plain(self.model_dump())
        return found


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def behaviour_of(source: str | Mapping[str, Any]) -> Behaviour:
    """Reads a behaviour: a text in YAML or JSON, or what one would hold. Raises BehaviourError, with the line in a text."""
    try:
        text = YamlText(source, "gedrag") if isinstance(source, str) else Values(source, "gedrag")
        return read_strict(text, Behaviour, "gedrag")[0]
    except StoreFileError as error:
        raise BehaviourError(str(error)) from None


class Fate(NamedTuple):
    """What is in store for a submission, in microseconds: the delay before each state, how much later its retour comes, whether
    it never does, and after how long it comes once more, if it does."""

    delays: Mapping[str, int]
    late: int = 0
    lost: bool = False
    twice: int | None = None

    @property
    def faults(self) -> tuple[str, ...]:
        """The names of what else than a delay happens to its retour."""
        found = {"laat": self.late, "kwijt": self.lost, "dubbel": self.twice is not None}
        return tuple(name for name, happens in found.items() if happens)

    def to_json(self) -> str:
        return json.dumps(self)


def fate_from_json(text: str) -> Fate:
    """What `Fate.to_json` wrote."""
    return Fate(*json.loads(text))


def fate(behaviour: Behaviour, id: int, delay: float | None = None) -> Fate:
    """What is in store for the submission with this id; `delay` takes the place of `vertraging`, in seconds a state."""
    delays = behaviour.vertraging if delay is None else dict.fromkeys(DELAYED, Decimal(str(delay)))
    drawn = {
        kind: _draw(behaviour.zaad, kind, id) * 100 < chance.kans
        for kind, chance in (("laat", behaviour.laat), ("kwijt", behaviour.kwijt), ("dubbel", behaviour.dubbel))
    }
    lost = drawn["kwijt"]
    return Fate(
        {state: _micro(seconds) for state, seconds in delays.items() if seconds},
        _micro(behaviour.laat.seconden) if drawn["laat"] and not lost else 0,
        lost,
        _micro(behaviour.dubbel.seconden) if drawn["dubbel"] and not lost else None,
    )


def out_of_order(behaviour: Behaviour, now: int) -> dt.datetime | None:
    """Until when the portal is out of order, where it is at this moment.

    In every so many seconds since 1970 there is one outage, which begins at a moment that is drawn.
    """
    ends = [as_moment(w.tot) for w in behaviour.storingen if as_moment(w.van) <= now < as_moment(w.tot)]
    if behaviour.storing is not None:
        every, lasting = _micro(behaviour.storing.elke), _micro(behaviour.storing.seconden)
        turn = now // every
        begin = turn * every + int(_draw(behaviour.zaad, "storing", turn) * (every - lasting))
        if begin <= now < begin + lasting:
            ends.append(begin + lasting)
    return as_time(max(ends)) if ends else None


def _draw(seed: int, kind: str, number: int) -> float:
    """A number from 0 up to, not including, 1: the same for the same three, anywhere."""
    digest = sha256(f"{seed} {kind} {number}".encode()).digest()
    return int.from_bytes(digest[:6]) / 2**48


def _micro(seconds: Decimal) -> int:
    return int(seconds * SECOND)

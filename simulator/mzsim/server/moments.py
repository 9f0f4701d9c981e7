"""Moments as the portal keeps them, microseconds since 1970 UTC, and as Python has them."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

Clock = Callable[[], dt.datetime]
"""Gives the time as an aware datetime."""

Passing = Callable[[], float]
"""Seconds that pass, since any moment: whoever sets the clock doesn't matter."""

SECOND = 1_000_000
_BEGIN = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def now() -> dt.datetime:
    """The clock of this machine."""
    return dt.datetime.now(dt.UTC)


def as_moment(time: dt.datetime) -> int:
    """An aware datetime as it is kept."""
    return (time - _BEGIN) // dt.timedelta(microseconds=1)


def as_time(moment: int) -> dt.datetime:
    """A moment as a datetime in UTC."""
    return _BEGIN + dt.timedelta(microseconds=moment)


class Onward:
    """The moment, by a clock; it never goes back, and is later than what is known to have been: `latest`.

    Where the clock is set back, it goes on from where it was. Any thread may ask.
    """

    def __init__(self, clock: Clock, passing: Passing, latest: int) -> None:
        self._clock, self._passing = clock, passing
        self._lock = threading.Lock()
        self._begun = latest - self._passed()

    def __call__(self) -> int:
        moment, passed = as_moment(self._clock()), self._passed()
        with self._lock:  # not while the clock is asked, which may be elsewhere
            self._begun = max(self._begun, moment - passed)
            return self._begun + passed

    def _passed(self) -> int:
        return int(self._passing() * SECOND)


def day_of(time: dt.datetime) -> dt.date:
    """The day on which an aware datetime falls, where the server is."""
    return time.astimezone().date()

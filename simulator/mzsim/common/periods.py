"""Days between which nothing changes: what is decided on one day of a tijdvak holds for all of them.

Dates are EEJJMMDD bytes, and compare as such.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from mzsim.standard.values import read_date

_MOST = 20_000
_YEARS = 10_000
_AFTER = b"~"
"""Makes of a day something that comes after it and before the next."""


def day_after(day: bytes) -> bytes:
    """Where a tijdvak begins that begins after this day: `bisect_right` of a day among beginnings numbers its tijdvak."""
    return day + _AFTER


class Stretches(dict[bytes, int | None]):
    """Gives a day the number of its tijdvak, which ends with the year; None for what is no existing date."""

    def __init__(self, first: Iterable[bytes], last: Iterable[bytes | None]) -> None:
        super().__init__()
        self._limits = sorted({*first, *(day_after(day) for day in last if day)})

    def __missing__(self, day: bytes) -> int | None:
        if len(self) >= _MOST:
            self.clear()
        number = bisect_right(self._limits, day) * _YEARS + int(day[:4]) if read_date(day) else None
        self[day] = number
        return number

    @property
    def days(self) -> list[bytes]:
        """The existing dates that were asked for, the earliest first."""
        return sorted(day for day, number in self.items() if number is not None)

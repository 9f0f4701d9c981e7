"""Days between which nothing changes: what is decided on one day of a tijdvak holds for all of them.

Dates are EEJJMMDD bytes, and compare as such.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from simulator.ei.waarden import lees_datum

_MEESTE = 20_000
_JAREN = 10_000
_NA = b"~"
"""Makes of a day something that comes after it and before the next."""


def dag_na(dag: bytes) -> bytes:
    """Where a tijdvak begins that begins after this day: `bisect_right` of a day among beginnings numbers its tijdvak."""
    return dag + _NA


class Tijdvakken:
    """Numbers the days by the tijdvak in which they fall."""

    __slots__ = ("_grenzen", "_nummers")

    def __init__(self, eerste: Iterable[bytes], laatste: Iterable[bytes | None]) -> None:
        self._grenzen = sorted({*eerste, *(dag_na(dag) for dag in laatste if dag)})
        self._nummers: dict[bytes, int | None] = {}

    def van(self, dag: bytes) -> int | None:
        """The number of a day's tijdvak, which ends with the year; None for what is no existing date."""
        try:
            return self._nummers[dag]
        except KeyError:
            if len(self._nummers) >= _MEESTE:
                self._nummers.clear()
            nummer = bisect_right(self._grenzen, dag) * _JAREN + int(dag[:4]) if lees_datum(dag) else None
            self._nummers[dag] = nummer
            return nummer

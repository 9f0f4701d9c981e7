"""Days between which nothing changes: what is decided on one day of a tijdvak holds for all of them.

Dates are EEJJMMDD bytes, and compare as such.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from mzsim.standard.values import lees_datum

_MEESTE = 20_000
_JAREN = 10_000
_NA = b"~"
"""Makes of a day something that comes after it and before the next."""


def dag_na(dag: bytes) -> bytes:
    """Where a tijdvak begins that begins after this day: `bisect_right` of a day among beginnings numbers its tijdvak."""
    return dag + _NA


class Tijdvakken(dict[bytes, int | None]):
    """Gives a day the number of its tijdvak, which ends with the year; None for what is no existing date."""

    def __init__(self, eerste: Iterable[bytes], laatste: Iterable[bytes | None]) -> None:
        super().__init__()
        self._grenzen = sorted({*eerste, *(dag_na(dag) for dag in laatste if dag)})

    def __missing__(self, dag: bytes) -> int | None:
        if len(self) >= _MEESTE:
            self.clear()
        nummer = bisect_right(self._grenzen, dag) * _JAREN + int(dag[:4]) if lees_datum(dag) else None
        self[dag] = nummer
        return nummer

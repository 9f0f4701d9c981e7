"""How many values are asked for in one statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

# SQLite takes 32,766 parameters in one statement, PostgreSQL 65,535; a few hundred are as fast.
_PER_KEER = 500


def groepen(waarden: Iterable[T]) -> Iterator[list[T]]:
    """The values in lists that fit in one statement."""
    rest = iter(waarden)
    while groep := list(islice(rest, _PER_KEER)):
        yield groep

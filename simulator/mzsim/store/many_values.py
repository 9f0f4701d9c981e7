"""How many values are asked for in one statement, and how that is done where they are many."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, TypeVar

from mzsim.store.connection import PER_TIME, Connection, Row

T = TypeVar("T")


def groups(values: Iterable[T]) -> Iterator[list[T]]:
    """The values in lists that fit in one statement."""
    rest = iter(values)
    while group := list(islice(rest, PER_TIME)):
        yield group


def find(
    connection: Connection, order: str, fixed: Mapping[str, Any], /, **lists: Collection[str] | Collection[int]
) -> Iterator[Row]:
    """The rows of a statement with `IN :name` for each of these lists, and `fixed` for its other names.

    The first list is asked for in parts, so its condition must hold for every row (AND); the others are asked for as a
    whole.
    """
    (first, long), *other = lists.items()
    values = {**fixed, **{name: list(listing) for name, listing in other}}
    for group in groups(long):
        values[first] = group
        yield from connection.rows(order, values)

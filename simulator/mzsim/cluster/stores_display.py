"""The stores of a cluster as people and programs see them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from mzsim.cluster.overview import StoreOverview
from mzsim.presentation.parts import Part, Table

_HEADER = ("name", "made", "revision", "on disk", "waiting", "answered", "how it stands")
_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def store_parts(found: Sequence[StoreOverview]) -> Iterator[Part]:
    """All stores, for people."""
    if not found:
        yield "there are no stores; make one: mzsim stores make NAME"
        return
    yield Table(_HEADER, [_row(one) for one in found])


def _row(one: StoreOverview) -> tuple[str, ...]:
    counts = ("-" if count is None else str(count) for count in (one.waiting, one.answered))
    return (one.name, f"{one.made:%Y-%m-%d}", one.revision or "-", as_size(one.size), *counts, _stand(one))


def _stand(one: StoreOverview) -> str:
    if one.closed:
        return "being made, migrated, archived or dropped"
    if one.half:
        return "half made or half dropped; drop it"
    if one.archived is not None:
        return f"archived {one.archived:%Y-%m-%d}"
    return "open" if one.revision is not None else "not made; migrate it"


def as_size(size: int) -> str:
    """So many bytes, in the unit that suits them."""
    number, power = float(size), 0
    while number >= 1000 and power < len(_UNITS) - 1:
        number, power = number / 1000, power + 1
    return f"{number:.1f} {_UNITS[power]}" if power else f"{size} {_UNITS[0]}"


def store_json(one: StoreOverview) -> dict[str, Any]:
    """A store, as JSON has it."""
    return {
        "naam": one.name,
        "gemaakt": _moment(one.made),
        "versie": one.revision,
        "omvang": one.size,
        "wachtend": one.waiting,
        "beantwoord": one.answered,
        "gearchiveerd": None if one.archived is None or one.half else _moment(one.archived),
        "half": one.half,
        "dicht": one.closed,
    }


def _moment(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"

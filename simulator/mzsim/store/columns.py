"""The columns of a statement, from the fields of the rows that it fills: no list of columns is kept beside a class."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from types import UnionType
from typing import Any, Generic, TypeVar, get_args, get_origin, get_type_hints

from mzsim.standard.values import as_bytes, write_date
from mzsim.store.connection import NOTHING, Connection, Values

R = TypeVar("R")

PRESTATIES = "prestaties p JOIN berichten b ON b.id = p.bericht_id"
"""Prestatierecords with the message that each came in."""
WAS_CREDIT = "(p.declaratiebedrag < 0 OR (p.declaratiebedrag = 0 AND p.vorig_referentienummer <> ''))"
"""A credit among them: `earlier.credits.was_credit`, where only the database counts."""

_OF_MESSAGE = frozenset({"uzovi", "agb", "factuurnummer", "ontvangen"})


def as_date(stored: str | dt.date) -> dt.date:
    """A date as the driver gives it, as one."""
    return dt.date.fromisoformat(stored) if isinstance(stored, str) else stored


def day(stored: str | dt.date) -> bytes:
    """The same as EEJJMMDD."""
    return as_bytes(stored.replace("-", "")) if isinstance(stored, str) else write_date(stored)


def as_json(stored: Any) -> Any:
    """JSON as the driver gives it, as what it holds."""
    return json.loads(stored) if isinstance(stored, str) else stored


READERS: Mapping[str, Callable[[Any], Any]] = {"date": as_date, "json": as_json, "boolean": bool}
"""What makes of a value of the driver what the program uses, by the kind of its column; of the others nothing has to be made."""
_KINDS: Mapping[Any, str] = {dt.date: "date", bool: "boolean", list: "json", dict: "json"}


def of_prestaties(fields: Iterable[str]) -> str:
    """Columns of `PRESTATIES` under these names, in this order."""
    return ", ".join(f"{'b' if field in _OF_MESSAGE else 'p'}.{field}" for field in fields)


class Reader(Generic[R]):
    """Makes a NamedTuple of what the driver gives for its fields, of the types that these name. A list, a tuple and a mapping are
    JSON in the store."""

    def __init__(self, row: type[R]) -> None:
        self._row: Any = row

    @cached_property
    def _readers(self) -> list[tuple[int, Callable[[Any], Any]]]:
        kinds = (_kind(hint) for hint in get_type_hints(self._row).values())
        return [(place, READERS[kind]) for place, kind in enumerate(kinds) if kind is not None]

    def __call__(self, stored: Iterable[Any]) -> R:
        values = list(stored)
        for place, read in self._readers:
            if values[place] is not None:
                values[place] = read(values[place])
        made: R = self._row._make(values)
        return made


class Selection(Generic[R]):
    """The statement that selects the fields of a NamedTuple; `rest` is what follows."""

    def __init__(self, row: type[R], rest: str) -> None:
        fields: tuple[str, ...] = vars(row)["_fields"]
        self._order = f"SELECT {', '.join(fields)} {rest}"
        self._read = Reader(row)

    def rows(self, connection: Connection, values: Values = NOTHING) -> list[R]:
        """All rows."""
        return list(map(self._read, connection.rows(self._order, values)))

    def stream(self, connection: Connection, values: Values = NOTHING) -> Iterator[R]:
        """The same, so that memory doesn't grow with them."""
        return map(self._read, connection.stream(self._order, values))


def _kind(hint: Any) -> str | None:
    if isinstance(hint, UnionType):
        (hint,) = (one for one in get_args(hint) if one is not type(None))
    kind = get_origin(hint) or hint
    return "json" if issubclass(kind, tuple) else _KINDS.get(kind)

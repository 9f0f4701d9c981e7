"""What the fields of a message look like on the line, by their annotations: read, written and described by the same table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from io import BytesIO
from types import NoneType, UnionType
from typing import Annotated, Any, BinaryIO, NamedTuple, get_args, get_origin, get_type_hints


class Content(NamedTuple):
    """Bytes that go over the line in base64: as a file that came in, or in pieces that go out."""

    file: BinaryIO = BytesIO()
    pieces: Iterable[bytes] = ()


SIMPLE: dict[type, str] = {
    str: "xs:string",
    int: "xs:long",
    bool: "xs:boolean",
    Content: "xs:base64Binary",
    dt.datetime: "xs:dateTime",
}
"""What stands in an element that has no others within, by its type in Python."""


class Field(NamedTuple):
    """An element of a message. `item` is the name of what stands in it, where it holds any number of those."""

    name: str
    kind: type[Any]
    required: bool
    item: str | None


_known: dict[type[Any], tuple[Field, ...]] = {}


def fields_of(message: type[Any]) -> tuple[Field, ...]:
    """The elements of a message or a part of one, a NamedTuple, in their order."""
    if message not in _known:
        _known[message] = _read_fields(message)
    return _known[message]


def _read_fields(message: type[Any]) -> tuple[Field, ...]:
    hints = get_type_hints(message, include_extras=True)
    defaults = message._field_defaults
    return tuple(_field(name, hint, optional=name in defaults) for name, hint in hints.items())


def _field(name: str, hint: Any, *, optional: bool) -> Field:
    item: str | None = None
    if get_origin(hint) is Annotated:
        hint, item = get_args(hint)
    if isinstance(hint, UnionType):
        (hint,) = (one for one in get_args(hint) if one is not NoneType)
        optional = True
    if get_origin(hint) is tuple:
        hint = get_args(hint)[0]
        item = item or hint.__name__
    return Field(name, hint, not optional, item)

"""What a YAML file would hold, given as values of Python: held to the same rules as a file, without its lines."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from mzsim.common.yaml_lines import (
    CONTROL_CHARACTER,
    MAX_DEPTH,
    NO_CONTROL_CHARACTER,
    UNUSABLE,
    ListWithLines,
    Location,
    MappingWithLines,
    Source,
    Tree,
    Values,
    YamlError,
    file_error,
    read_yaml,
)


def read_source(source: Source) -> Tree:
    """A file, a text or values as a tree. Raises StoreFileError where it can't be read to its end."""
    if not isinstance(source, Values):
        return read_yaml(source)
    builder = _TreeBuilder(source)
    root = builder.tree(source.content, (), ())
    return Tree(source, root, builder.errors)


class _TreeBuilder:
    """Copies values into the mappings and lists of a tree, and remembers what has no place in a file."""

    def __init__(self, source: Values) -> None:
        self.errors: list[YamlError] = []
        self._source = source

    def tree(self, value: Any, place: Location, order: tuple[int, ...]) -> Any:
        """The same value as it would have been read."""
        if len(place) > MAX_DEPTH:
            raise file_error(self._source, None, f"is nested more than {MAX_DEPTH} deep; no key of a store is")
        if isinstance(value, Mapping):
            return self._mapping(value, place, order)
        if isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray):
            items = ListWithLines()
            for i, item in enumerate(value):
                items.append(self.tree(item, (*place, i), (*order, i)))
                items.lines.append(0)
            return items
        return self._scalar(value, place, order)

    def _mapping(self, value: Mapping[Any, Any], place: Location, order: tuple[int, ...]) -> MappingWithLines:
        found = MappingWithLines()
        for i, (key, item) in enumerate(value.items()):
            if not isinstance(key, str):
                self._error(place, (*order, i), f"the key {key!r} is no text; put it in quotes")
                continue
            found[key] = self.tree(item, (*place, key), (*order, i))
            found.lines.append(0)
        return found

    def _scalar(self, value: Any, place: Location, order: tuple[int, ...]) -> Any:
        if isinstance(value, str):
            if re.search(CONTROL_CHARACTER, value):
                self._error(place, order, NO_CONTROL_CHARACTER)
            return str(value)
        if isinstance(value, float) and math.isfinite(value):
            return Decimal(repr(float(value)))
        if isinstance(value, dt.datetime):
            return UNUSABLE
        if (
            value is None
            or isinstance(value, bool | int | dt.date)
            or (isinstance(value, Decimal) and value.is_finite())
        ):
            return value
        return UNUSABLE

    def _error(self, place: Location, order: tuple[int, ...], what: str) -> None:
        self.errors.append(YamlError(0, order, place, what))

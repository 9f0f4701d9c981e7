"""A table of the store for who loads into it: rows as mappings, with the values that a file has."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from mzsim.store.columns import READERS
from mzsim.store.connection import PER_TIME, Connection

Entry = dict[str, Any]
KeyOf = tuple[Any, ...]


def key_of(row: Mapping[str, Any], columns: Collection[str]) -> KeyOf:
    """The values of a row in these columns."""
    return tuple(row[column] for column in columns)


_SCHEMAS: dict[tuple[str, str], tuple[dict[str, str], list[str]]] = {}


def _schema(connection: Connection, name: str) -> tuple[dict[str, str], list[str]]:
    """The columns of a table with their kinds, and its key: asked for once, as every store that is up to date has the same."""
    known = _SCHEMAS.get((connection.kind, name))
    if known is None:
        known = _SCHEMAS[connection.kind, name] = connection.columns(name), connection.key(name)
    return known


class Table:
    """A table of the store. The kinds of its columns come from the database itself."""

    def __init__(self, connection: Connection, name: str) -> None:
        self._connection = connection
        self._name = name
        self._kinds, self._key = _schema(connection, name)
        self.columns = list(self._kinds)

    def ordered(self, rows: list[Entry]) -> list[Entry]:
        """Rows in the order of the primary key."""
        return sorted(rows, key=lambda row: key_of(row, self._key))

    def find(self, key: Sequence[str], rows: list[Entry]) -> Iterator[Entry]:
        """The rows of the table with the keys of these rows."""
        # By each column of the key apart, which every database does by index; what else that finds is left out later.
        # A date is left out as well: the rest of the key tells enough.
        searchable = [column for column in key if self._kinds[column] != "date"]
        where = " AND ".join(f"{column} IN :{column}" for column in searchable)
        for begin in range(0, len(rows), PER_TIME):
            part = rows[begin : begin + PER_TIME]
            sought = {key_of(row, key) for row in part}
            values = {column: list({row[column] for row in part}) for column in searchable}
            for found in self._connection.rows(
                f"SELECT {', '.join(self.columns)} FROM {self._name} WHERE {where}", values
            ):
                entry = self._read(found)
                if key_of(entry, key) in sought:
                    yield entry

    def add(self, rows: list[Entry]) -> None:
        """Adds rows, all of the same columns."""
        if rows:
            columns = list(rows[0])
            values = [tuple(self._stored(column, row[column]) for column in columns) for row in rows]
            self._connection.insert(self._name, columns, values)

    def update(self, key: Collection[str], row: Mapping[str, Any]) -> None:
        """Gives the row with the key of this one its other values."""
        values = {column: self._stored(column, value) for column, value in row.items()}
        others = ", ".join(f"{column} = :{column}" for column in row if column not in key)
        self._connection.execute(f"UPDATE {self._name} SET {others} WHERE {_equal(key)}", values)

    def remove(self, key: Sequence[str], values: KeyOf) -> None:
        """Removes the rows with these values in these columns."""
        given = dict(zip(key, values, strict=True))
        self._connection.execute(f"DELETE FROM {self._name} WHERE {_equal(key)}", given)

    def _read(self, row: tuple[Any, ...]) -> Entry:
        return {
            name: READERS[kind](value) if kind in READERS and value is not None else value
            for (name, kind), value in zip(self._kinds.items(), row, strict=True)
        }

    def _stored(self, column: str, value: Any) -> Any:
        """A value as the driver takes it; no JSON at all is JSON's null."""
        kind = self._kinds[column]
        if kind == "json":
            return json.dumps(value)
        return value.isoformat() if kind == "date" and value is not None else value


def _equal(key: Collection[str]) -> str:
    return " AND ".join(f"{column} = :{column}" for column in key)

"""Rows of a store of the cluster, in their portable form (`store/portable.py`), a table at a time and without holding them."""

from __future__ import annotations

from collections.abc import Generator, Iterable

from psycopg import sql

from mzsim.cluster.database import Connection
from mzsim.store.connection import Row
from mzsim.store.portable import PortableTable, tables

_AS = {"text": "text", "integer": "int8", "bytes": "bytea", "boolean": "int8"}
"""What the server makes of each kind of value."""
_SEQUENCE = (
    "SELECT setval(pg_get_serial_sequence({name}, 'id'), greatest(max(id), 1), max(id) IS NOT NULL) FROM {table}"
    " HAVING pg_get_serial_sequence({name}, 'id') IS NOT NULL"
)


def rows_in_schema(connection: Connection, schema: str, table: PortableTable) -> Generator[Row, None, None]:
    """The rows of a table in order of their key, as they come."""
    columns = sql.SQL(", ").join(
        sql.SQL("{}::int::int8" if kind == "boolean" else f"{{}}::{_AS[kind]}").format(sql.Identifier(name))
        for name, kind in table.columns
    )
    order = sql.SQL("COPY (SELECT {} FROM {} ORDER BY {}) TO STDOUT (FORMAT BINARY)").format(
        columns, _place(schema, table), _names(table.key)
    )
    connection.execute("SET LOCAL datestyle = 'ISO'")
    with connection.cursor() as cursor, cursor.copy(order) as copy:
        copy.set_types([_AS[kind] for _, kind in table.columns])
        yield from copy.rows()


def empty_tables(connection: Connection, schema: str) -> None:
    """Takes away all rows."""
    for table in reversed(tables()):
        connection.execute(sql.SQL("DELETE FROM {}").format(_place(schema, table)))


def fill_table(connection: Connection, schema: str, table: PortableTable, rows: Iterable[Row]) -> None:
    """Adds rows of a table."""
    order = sql.SQL("COPY {} ({}) FROM STDIN").format(_place(schema, table), _names(table.names))
    with connection.cursor() as cursor, cursor.copy(order) as copy:
        for row in rows:
            copy.write_row(row)


def complete_tables(connection: Connection, schema: str) -> None:
    """After the last row: numbers go on from where they were, and the server knows how much there is."""
    for table in tables():
        if table.key == ("id",):
            name = sql.Literal(f"{schema}.{table.name}")
            connection.execute(sql.SQL(_SEQUENCE).format(name=name, table=_place(schema, table)))
        connection.execute(sql.SQL("ANALYZE {}").format(_place(schema, table)))


def _place(schema: str, table: PortableTable) -> sql.Identifier:
    return sql.Identifier(schema, table.name)


def _names(names: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))

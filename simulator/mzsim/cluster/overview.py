"""What there is to know of the stores of a cluster: how old, how large, what waits in them."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import NamedTuple

import psycopg
from psycopg import sql
from psycopg.rows import args_row, class_row

from mzsim.cluster import stores
from mzsim.cluster.database import Cluster, Connection


class StoreOverview(NamedTuple):
    """A store of a cluster. Moments are aware; `revision` is that of its schema, None where it has none; `size` in bytes on
    disk. Of the submissions so many wait and so many were answered, refused ones among these; None where it has no tables for
    them. It is closed while somebody makes, migrates, archives or drops it; with `half` that was never finished."""

    name: str
    made: dt.datetime
    archived: dt.datetime | None
    half: bool
    closed: bool
    revision: str | None
    size: int
    waiting: int | None
    answered: int | None


class _Known(NamedTuple):
    """What is known of a store without asking its own tables, and whether it has those that are asked for more."""

    name: str
    schema: str
    made: dt.datetime
    archived: dt.datetime | None
    half: bool
    closed: bool
    size: int
    has_ledger: bool


_KNOWN = b"""
WITH sizes AS (
    SELECT n.nspname AS schema, sum(pg_total_relation_size(c.oid))::bigint AS size
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' GROUP BY n.nspname
)
SELECT naam AS name, schema, gemaakt AS made, gearchiveerd AS archived, half, dicht AS closed, coalesce(size, 0) AS size,
    to_regclass(format('%I.portaalinzendingen', schema)) IS NOT NULL AS has_ledger
FROM winkels_nu LEFT JOIN sizes USING (schema) ORDER BY naam
"""
_COUNTS = (
    "SELECT (SELECT coalesce(sum(aantal), 0)::bigint FROM {schema}.portaal),"
    " (SELECT count(*) FROM {schema}.portaalinzendingen WHERE beantwoord IS NULL)"
)


def overview(cluster: Cluster) -> list[StoreOverview]:
    """All stores of a cluster, by name."""
    with cluster.connection() as connection:
        with connection.cursor(row_factory=class_row(_Known)) as cursor:
            known = cursor.execute(_KNOWN).fetchall()
        return [_seen(connection, one) for one in known]


def _seen(connection: Connection, one: _Known) -> StoreOverview:
    revision, counts = None, None
    with suppress(psycopg.errors.UndefinedTable):  # it was dropped since
        revision = stores.revision_of(connection, one.schema)
        counts = _counts(connection, one.schema) if one.has_ledger else None
    waiting, answered = counts or (None, None)
    return StoreOverview(one.name, one.made, one.archived, one.half, one.closed, revision, one.size, waiting, answered)


def _counts(connection: Connection, schema: str) -> tuple[int, int]:
    """How many submissions wait, and how many were answered."""
    with connection.cursor(row_factory=args_row(lambda kept, waiting: (waiting, kept - waiting))) as cursor:
        return cursor.execute(sql.SQL(_COUNTS).format(schema=sql.Identifier(schema))).fetchone() or (0, 0)

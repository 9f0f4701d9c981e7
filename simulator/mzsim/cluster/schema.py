"""The tables of a cluster: made or brought up to date by `mzsim cluster init`, and asked for by whoever works with them.

It is written down there which program and which rules a cluster runs on, so that one declaration is not answered by other
rules than the next.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import psycopg
from psycopg import sql

from mzsim.cluster.app import take_over
from mzsim.cluster.database import SCHEMA, Cluster, Connection, no_cluster
from mzsim.cluster.errors import ClusterError, OtherFormError
from mzsim.common.version import __version__
from mzsim.program import rules_of_this_program
from mzsim.store.url import StoreUrl, shown

VERSION = 1
"""The form of the tables that this program works with; see `schema.sql`."""
_OURS = Path(__file__).with_name("schema.sql")
_ONE_AT_A_TIME = 301_302
"""The number of the lock of PostgreSQL that who makes or changes a cluster holds."""
_MADE = "SELECT to_regclass('procrastinate_jobs') IS NOT NULL"
_KEPT = "SELECT versie, wachtrij, programma, regels FROM cluster"
_KEEP = (
    "INSERT INTO cluster (id, versie, wachtrij, programma, regels) VALUES (1, %s, %s, %s, %s) ON CONFLICT (id) DO UPDATE"
    " SET versie = excluded.versie, wachtrij = excluded.wachtrij, programma = excluded.programma, regels = excluded.regels"
)


class Made(NamedTuple):
    """What a cluster was made with: the form of its tables, the newest migration of its queue, its program and its rules."""

    versie: int
    wachtrij: str
    programma: str
    regels: str


def init(cluster: Cluster) -> Made:
    """Makes a cluster, or brings it up to date, all of it or nothing: from now on it runs on the rules of this program.

    Raises OtherFormError where a newer program made it.
    """
    with cluster.connection() as connection, connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
        connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(SCHEMA)))
        before = _made(connection)
        if before is not None and before.versie > VERSION:
            raise _too_new(cluster.url)
        _make_queue(connection, None if before is None else before.wachtrij)
        connection.execute(_OURS.read_bytes())
        made = Made(VERSION, _migrations()[-1].stem, __version__, rules_of_this_program())
        connection.execute(_KEEP, made)
        take_over(connection)
    return made


def made(cluster: Cluster) -> Made:
    """What a cluster was made with. Raises ClusterError where it is none, OtherFormError where its tables have another form."""
    with cluster.connection() as connection:
        found = _made(connection)
    if found is None:
        raise no_cluster(cluster.url)
    if found.versie > VERSION:
        raise _too_new(cluster.url)
    if found.versie < VERSION or found.wachtrij < _migrations()[-1].stem:
        raise OtherFormError(f"cluster {shown(cluster.url)} was made by an older program; run mzsim cluster init once")
    if found.wachtrij > _migrations()[-1].stem:
        raise OtherFormError(
            f"cluster {shown(cluster.url)} was made with a newer procrastinate; upgrade it here too: pip install -U procrastinate"
        )
    return found


def require_rules(cluster: Cluster) -> None:
    """Raises ClusterError where a cluster is none for this program, as `made`, or runs on other rules: what this program puts in
    would not be answered."""
    if (why := other_rules(made(cluster))) is not None:
        raise ClusterError(why)


def other_rules(made: Made) -> str | None:
    """What to say of a cluster that runs on other rules than this program; None where they are the same."""
    own = rules_of_this_program()
    if made.regels == own:
        return None
    return (
        f"the cluster runs on other rules: {made.regels[:8]} of mzsim {made.programma}, here they are {own[:8]} of mzsim"
        f" {__version__}; install that here, or let the cluster run on these: mzsim cluster init"
    )


def _made(connection: Connection) -> Made | None:
    try:
        with connection.transaction():  # what fails undoes no more than itself
            row = connection.execute(_KEPT).fetchone()
    except psycopg.errors.UndefinedTable:
        return None
    return None if row is None else Made(*row)  # type: ignore[arg-type]


def _make_queue(connection: Connection, last: str | None) -> None:
    """The tables of procrastinate, or what has been added to them since the migration `last`."""
    if connection.execute(_MADE).fetchone() == (False,):
        connection.execute((_PROCRASTINATE / "schema.sql").read_bytes())
        return
    for migration in _migrations():
        if last is not None and migration.stem > last:
            connection.execute(migration.read_bytes())


def _too_new(url: StoreUrl) -> OtherFormError:
    return OtherFormError(f"cluster {shown(url)} was made by a newer mzsim; upgrade the program")


def _of_procrastinate() -> Path:
    """Where procrastinate keeps its SQL; it takes longer to import than all that is asked of it here."""
    spec = find_spec("procrastinate")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("procrastinate", name="procrastinate")
    return Path(spec.origin).parent / "sql"


_PROCRASTINATE = _of_procrastinate()


def _migrations() -> list[Path]:
    return sorted((_PROCRASTINATE / "migrations").glob("*.sql"))

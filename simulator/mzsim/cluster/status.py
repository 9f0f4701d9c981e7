"""How a cluster is: who works for it, and what waits there. Seconds are those that passed by the clock of the server."""

from __future__ import annotations

from typing import NamedTuple

from psycopg.rows import class_row

from mzsim.cluster import schema
from mzsim.cluster.database import Cluster
from mzsim.cluster.schema import Made
from mzsim.cluster.start import LOST_AFTER


class WorkerSeen(NamedTuple):
    """A worker: a process on a computer, of a program, and its queues. `gehoord` is how long ago it was heard; one that is
    `verloren` was not for so long that what it was at is given to others. `winkel`, `inzending` and `deel` are what it is at,
    where that takes long."""

    id: int
    computer: str
    proces: int
    programma: str
    regels: str
    wachtrijen: list[str]
    aan_het_werk: float
    gehoord: float
    verloren: bool
    winkel: str | None
    inzending: int | None
    deel: float | None


class QueueSeen(NamedTuple):
    """The jobs of a queue: those that wait, are being done, wait for a later moment, are left by a worker that is lost, and
    failed. `oudste` is how long the first of those that wait does."""

    wachtrij: str
    wachtend: int
    bezig: int
    later: int
    gestrand: int
    mislukt: int
    oudste: float | None


class TenantSeen(NamedTuple):
    """A store in which declarations wait for an answer, or the run of a suite that has parts left: how many, and since when."""

    soort: str
    naam: str
    aantal: int
    oudste: float


class Status(NamedTuple):
    """What is to be known of a cluster."""

    made: Made
    workers: list[WorkerSeen]
    queues: list[QueueSeen]
    tenants: list[TenantSeen]


_WORKERS = """
SELECT id, computer, proces, programma, regels, wachtrijen, extract(epoch FROM now() - begonnen)::float8 AS aan_het_werk,
    extract(epoch FROM now() - last_heartbeat)::float8 AS gehoord,
    last_heartbeat < now() - make_interval(secs => %s) AS verloren, winkel, inzending, deel
FROM werkers JOIN procrastinate_workers USING (id) ORDER BY computer, id
"""
_QUEUES = """
WITH jobs AS (
    SELECT queue_name, status, coalesce(scheduled_at > now(), false) AS later,
        worker_id IS NULL OR last_heartbeat < now() - make_interval(secs => %s) AS lost,
        (SELECT min(at) FROM procrastinate_events WHERE job_id = job.id) AS since
    FROM procrastinate_jobs AS job LEFT JOIN procrastinate_workers AS worker ON worker.id = worker_id
)
SELECT queue_name AS wachtrij,
    count(*) FILTER (WHERE status = 'todo' AND NOT later) AS wachtend,
    count(*) FILTER (WHERE status = 'doing' AND NOT lost) AS bezig,
    count(*) FILTER (WHERE status = 'todo' AND later) AS later,
    count(*) FILTER (WHERE status = 'doing' AND lost) AS gestrand,
    count(*) FILTER (WHERE status IN ('failed', 'aborted')) AS mislukt,
    extract(epoch FROM now() - min(since) FILTER (WHERE status = 'todo' AND NOT later))::float8 AS oudste
FROM jobs GROUP BY queue_name ORDER BY queue_name
"""
_TENANTS = """
SELECT 'winkel' AS soort, winkel AS naam, aantal, extract(epoch FROM now())::float8 - oudste / 1e6::float8 AS oudste
FROM wachtend()
UNION ALL SELECT 'suite', args->>'run', count(*), extract(epoch FROM now() - min(at))::float8
FROM procrastinate_jobs AS job JOIN procrastinate_events ON job_id = job.id
WHERE args ? 'run' AND status IN ('todo', 'doing') AND type = 'deferred' GROUP BY args->>'run'
ORDER BY oudste DESC
"""


def status(cluster: Cluster) -> Status:
    """How a cluster is now. Raises ClusterError where it is none."""
    made = schema.made(cluster)
    with cluster.connection() as connection:
        return Status(
            made,
            connection.cursor(row_factory=class_row(WorkerSeen)).execute(_WORKERS, [LOST_AFTER]).fetchall(),
            connection.cursor(row_factory=class_row(QueueSeen)).execute(_QUEUES, [LOST_AFTER]).fetchall(),
            connection.cursor(row_factory=class_row(TenantSeen)).execute(_TENANTS).fetchall(),
        )

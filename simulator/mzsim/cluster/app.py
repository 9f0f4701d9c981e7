"""Putting work in a cluster: the names of its queues, and whose turn it is.

A job says that there is something to do, and is done by whichever worker takes it. It waits in a queue that is named after what
it is for and the rules of who puts it in: a worker listens to those of its own rules only.

Turns are those of start-time fair queueing. A job has a moment in virtual time, in which a tenant's jobs follow one another,
and the earliest is the next; what comes in begins at the moment that has been reached. So a tenant with much to do is one of
many, and one that comes after a while doesn't catch up on what it did not ask for. To procrastinate the moment is a priority, of
which the highest is the first: it is kept as its negative.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from mzsim.cluster.database import Connection
from mzsim.program import rules_of_this_program

STORES, SUITES = "winkels", "suites"
"""What a worker can be for."""
KINDS = (STORES, SUITES)
ANSWER, PLAY = "answer", "play"
"""The names of what a worker does: one job for a store, and one for a part of a suite."""


def queue(kind: str, rules: str | None = None) -> str:
    """The queue of what is done by these rules; those of this program, unless others are named."""
    return f"{kind}@{(rules or rules_of_this_program())[:8]}"


# The moment that has been reached is that of who is next in this queue; where none waits there, of the last that was taken from
# it; where nothing is in it, the same of the other queues: who takes from all of them is fair between these.
_DEFER = """
WITH waiting AS (
    SELECT queue_name, priority FROM procrastinate_jobs
    WHERE queue_name = ANY(%(queues)s) AND status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())
), taken AS (
    SELECT queue_name, priority FROM procrastinate_jobs WHERE queue_name = ANY(%(queues)s) AND status = 'doing'
), begin AS (
    SELECT greatest(
        coalesce(
            (SELECT -max(priority) FROM waiting WHERE queue_name = %(queue)s),
            (SELECT -min(priority) FROM taken WHERE queue_name = %(queue)s),
            (SELECT -max(priority) FROM waiting),
            (SELECT -min(priority) FROM taken),
            0
        ),
        (SELECT 1 - min(priority) FROM procrastinate_jobs WHERE lock = %(lock)s AND status IN ('todo', 'doing')),
        %(after)s + 1
    ) AS moment
)
SELECT max(moment + number - 1), procrastinate_defer_jobs_v1(array_agg(ROW(
    %(queue)s, %(task)s, -(moment + number - 1), %(lock)s, %(lock)s, args, now() + make_interval(secs => %(later)s)
)::procrastinate_job_to_defer_v1 ORDER BY number))
FROM begin, unnest(%(jobs)s) WITH ORDINALITY AS given (args, number)
WHERE NOT EXISTS (SELECT FROM procrastinate_jobs WHERE queueing_lock = %(lock)s AND status = 'todo')
HAVING count(*) > 0
"""


def defer(
    connection: Connection,
    kind: str,
    task: str,
    jobs: Sequence[Mapping[str, Any]],
    *,
    lock: str | None = None,
    after: int | None = None,
    later: float | None = None,
) -> int | None:
    """Puts in jobs of one tenant, one turn after another, each with what the task is told; gives the moment of the last.

    With `lock` one of them is done at a time and one waits at most: None where one waits already. Without it `after` is the
    moment of the last that the same tenant put in. Not before so many seconds `later`.
    """
    given = {
        "queue": queue(kind),
        "queues": [queue(each) for each in KINDS],
        "task": task,
        "jobs": [Jsonb(job) for job in jobs],
        "lock": lock,
        "after": after,
        "later": later,
    }
    try:
        row = connection.execute(_DEFER, given).fetchone()
    except psycopg.errors.UniqueViolation:  # somebody was first, between the look and the insertion
        return None
    return None if row is None else int(str(row[0]))


def ask_for_answers(connection: Connection, store: str, *, later: float | None = None, **told: Any) -> None:
    """There is something to answer in a store, by its name; where a worker is told already, that will do. `told` is what else the
    task is to know."""
    defer(connection, STORES, ANSWER, [{"winkel": store, **told}], lock=store, later=later)


_OTHERS_WAIT = """
SELECT EXISTS (
    SELECT FROM procrastinate_jobs AS job
    WHERE queue_name = ANY(%(queues)s) AND status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())
    AND NOT EXISTS (SELECT FROM procrastinate_jobs WHERE lock = job.lock AND status = 'doing')
)
"""


def others_wait(connection: Connection, kinds: Sequence[str]) -> bool:
    """Whether anything waits that a worker for these kinds could begin now."""
    row = connection.execute(_OTHERS_WAIT, {"queues": [queue(kind) for kind in kinds]}).fetchone()
    return row == (True,)


_TAKE_OVER = (
    "UPDATE procrastinate_jobs SET queue_name = %(queue)s"
    " WHERE status = 'todo' AND queue_name LIKE %(others)s AND queue_name <> %(queue)s"
    " AND EXISTS (SELECT FROM cluster WHERE regels = %(rules)s FOR SHARE)"
)


def take_over(connection: Connection) -> None:
    """What is to be answered in a store is answered by the rules of this program from now on, whoever put it in.

    Nothing happens where the cluster runs on others; who changes these waits until this is kept, and is waited for.
    """
    rules = rules_of_this_program()
    connection.execute(_TAKE_OVER, {"queue": queue(STORES), "others": f"{STORES}@%", "rules": rules})

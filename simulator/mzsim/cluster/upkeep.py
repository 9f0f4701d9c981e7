"""Looking after a cluster: what is lost is given back or put in again, what is done is cleared away.

Any worker does this, one of them every ten seconds.
"""

from __future__ import annotations

from mzsim.cluster.app import ask_for_answers, take_over
from mzsim.cluster.database import Connection
from mzsim.cluster.start import LOST_AFTER
from mzsim.cluster.suites.tables import delete_left_behind
from mzsim.program import rules_of_this_program

EVERY = 10.0
"""Seconds after which a cluster is looked after again."""
_LEFT_AFTER = 3600.0
"""Seconds without being heard after which nobody waits for the results of a run."""
_IS_DUE = """
UPDATE cluster SET onderhouden = now() WHERE onderhouden < now() - make_interval(secs => %s) AND regels = %s RETURNING id
"""
_LOST = """
SELECT geef_terug(id, '{"viel": null}')
FROM procrastinate_workers WHERE last_heartbeat < now() - make_interval(secs => %s)
UNION ALL SELECT geef_terug(NULL, '{"viel": null}')
"""
_FORGOTTEN = """
SELECT winkel FROM wachtend()
WHERE NOT EXISTS (SELECT FROM procrastinate_jobs WHERE lock = winkel AND status IN ('todo', 'doing'))
AND EXISTS (SELECT FROM cluster WHERE regels = %s)
"""
_DONE = """
DELETE FROM procrastinate_jobs AS job
WHERE status NOT IN ('todo', 'doing')
AND NOT EXISTS (SELECT FROM procrastinate_events WHERE job_id = job.id AND at > now() - interval '1 day')
"""


def look_after(connection: Connection) -> bool:
    """Looks after a cluster where nobody did so for a while; whether it was due, and runs on the rules of this program.

    Jobs of workers that are lost wait again. A store in which something waits has a job: whoever submitted that may have come
    to an end before it was put in. Runs that nobody waits for any more go. What failed or
    was cancelled is known for a day.
    """
    rules = rules_of_this_program()
    if connection.execute(_IS_DUE, [EVERY * 0.9, rules]).fetchone() is None:
        return False
    connection.execute(_LOST, [LOST_AFTER])
    take_over(connection)
    for (store,) in connection.execute(_FORGOTTEN, [rules]).fetchall():
        ask_for_answers(connection, str(store))
    delete_left_behind(connection, _LEFT_AFTER)
    connection.execute(_DONE)
    return True

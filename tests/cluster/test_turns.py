"""Whose turn it is: a tenant with much to do is one of many."""

from __future__ import annotations

from itertools import count

from mzsim.cluster import app
from mzsim.cluster.database import Cluster, Connection

_NEXT = """
WITH next AS (
    SELECT id FROM procrastinate_jobs WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())
    ORDER BY priority DESC, id LIMIT 1
)
UPDATE procrastinate_jobs SET status = 'doing' FROM next WHERE procrastinate_jobs.id = next.id
RETURNING procrastinate_jobs.id, coalesce(args->>'winkel', args->>'run')
"""


def _turns(connection: Connection, much: set[str], turns: int) -> list[str]:
    """Who has the next turns, one at a time; of those with `much` to do there is always more."""
    found = []
    for _ in range(turns):
        row = connection.execute(_NEXT).fetchone()
        if row is None:
            break
        found.append(str(row[1]))
        if row[1] in much:
            app.ask_for_answers(connection, str(row[1]))
        connection.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [row[0]])
    return found


def test_those_with_much_to_do_take_turns_and_who_comes_is_next(cluster: Cluster) -> None:
    with cluster.connection() as connection:
        app.ask_for_answers(connection, "much")
        assert _turns(connection, {"much"}, 30) == ["much"] * 30
        app.ask_for_answers(connection, "more")
        assert _turns(connection, {"much", "more"}, 6) == ["much", "more"] * 3
        app.ask_for_answers(connection, "little")
        assert "little" in _turns(connection, {"much", "more"}, 3)


def test_a_store_waits_once(cluster: Cluster) -> None:
    with cluster.connection() as connection:
        for _ in range(3):
            app.ask_for_answers(connection, "a")
        assert _turns(connection, set(), 9) == ["a"]


def test_who_was_away_does_not_catch_up(cluster: Cluster) -> None:
    with cluster.connection() as connection:
        app.ask_for_answers(connection, "always")
        _turns(connection, {"always"}, 50)
        app.ask_for_answers(connection, "back")
        found = _turns(connection, {"always", "back"}, 10)
        assert found.count("back") == 5


def test_a_suite_of_many_parts_is_one_of_those_that_wait(cluster: Cluster) -> None:
    with cluster.connection() as connection:
        app.ask_for_answers(connection, "much")
        _turns(connection, {"much"}, 20)
        last = app.defer(connection, app.SUITES, app.PLAY, [{"run": "1", "brok": part} for part in range(50)])
        assert last is not None
        assert _turns(connection, {"much"}, 10).count("1") == 5
        assert app.defer(connection, app.SUITES, app.PLAY, [{"run": "1", "brok": 50}], after=last) == last + 1


def test_one_that_is_to_wait_holds_up_nobody_and_sets_no_clock(cluster: Cluster) -> None:
    with cluster.connection() as connection:
        app.ask_for_answers(connection, "much")
        app.defer(connection, app.STORES, app.ANSWER, [{"winkel": "later"}], lock="later", later=3600)
        assert _turns(connection, {"much"}, 20) == ["much"] * 20
        app.ask_for_answers(connection, "new")
        assert _turns(connection, {"much", "new"}, 4).count("much") == 2


def test_parts_are_in_the_order_in_which_they_were_put_in(cluster: Cluster) -> None:
    with cluster.connection() as connection:
        app.defer(connection, app.SUITES, app.PLAY, [{"run": str(number)} for number in range(5)])
        numbers = count()
        assert all(int(turn) == next(numbers) for turn in _turns(connection, set(), 5))

"""What is lost is taken up again: the jobs of a worker that is gone, and stores of which nobody was told."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from mzsim.cluster import app
from mzsim.cluster.database import Cluster, Connection
from mzsim.cluster.upkeep import look_after
from tests.cluster.conftest import Shops
from tests.server.conftest import submit


def _taken(connection: Connection, age: str) -> int:
    """A worker that was heard so long ago takes what is next; its number."""
    row = connection.execute(
        "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s::interval) RETURNING id", [age]
    ).fetchone()
    assert row is not None
    connection.execute("SELECT procrastinate_fetch_job_v2(NULL, %s)", [row[0]])
    return int(str(row[0]))


def _jobs(connection: Connection) -> list[tuple[Any, ...]]:
    return connection.execute("SELECT status::text, args FROM procrastinate_jobs ORDER BY id").fetchall()


def _look_after(connection: Connection) -> None:
    connection.execute("UPDATE cluster SET onderhouden = '-infinity'")
    assert look_after(connection)


@pytest.mark.parametrize("pruned", [False, True])
def test_what_a_lost_worker_was_at_waits_again(cluster: Cluster, pruned: bool) -> None:
    with cluster.connection() as connection:
        app.ask_for_answers(connection, "a")
        worker = _taken(connection, "11 seconds")
        if pruned:
            connection.execute("DELETE FROM procrastinate_workers WHERE id = %s", [worker])
        _look_after(connection)
        assert _jobs(connection) == [("todo", {"winkel": "a", "viel": None})]
        assert connection.execute("SELECT count(*) FROM procrastinate_workers").fetchone() == (0,)


def test_what_a_worker_is_at_that_was_heard_is_its_own(cluster: Cluster) -> None:
    with cluster.connection() as connection:
        app.ask_for_answers(connection, "a")
        _taken(connection, "5 seconds")
        _look_after(connection)
        assert _jobs(connection) == [("doing", {"winkel": "a"})]


def test_where_the_store_waits_already_it_waits_once(cluster: Cluster) -> None:
    with cluster.connection() as connection:
        app.ask_for_answers(connection, "a")
        worker = _taken(connection, "1 second")
        app.ask_for_answers(connection, "a")
        connection.execute("SELECT geef_terug(%s, %s)", [worker, '{"viel": 7}'])
        assert _jobs(connection) == [("todo", {"winkel": "a", "viel": 7})]
        _taken(connection, "1 second")
        connection.execute("SELECT geef_terug(id, '{}') FROM procrastinate_workers")
        assert _jobs(connection) == [("todo", {"winkel": "a"})]


def test_a_store_of_which_nobody_was_told_is_answered(cluster: Cluster, shops: Shops) -> None:
    """Whoever took a declaration in came to an end before it could say so."""
    submit(shops["a"])
    with cluster.connection() as connection:
        for _ in range(2):
            _look_after(connection)
            assert _jobs(connection) == [("todo", {"winkel": "a"})]


def test_one_looks_after_it_at_a_time(cluster: Cluster) -> None:
    with cluster.connection() as connection:
        assert look_after(connection)
        assert not look_after(connection)


def test_what_failed_is_known_for_a_day(cluster: Cluster) -> None:
    with cluster.connection() as connection:
        app.ask_for_answers(connection, "a")
        _taken(connection, "1 second")
        connection.execute("UPDATE procrastinate_jobs SET status = 'failed'")
        _look_after(connection)
        assert [status for status, _ in _jobs(connection)] == ["failed"]
        connection.execute("UPDATE procrastinate_events SET at = at - interval '25 hours'")
        _look_after(connection)
        assert _jobs(connection) == []


def test_what_an_old_program_put_in_is_for_the_new_one(cluster: Cluster) -> None:
    with cluster.connection() as connection:
        app.ask_for_answers(connection, "a")
        connection.execute("UPDATE procrastinate_jobs SET queue_name = 'winkels@anders'")
        _look_after(connection)
        assert connection.execute("SELECT queue_name FROM procrastinate_jobs").fetchall() == [(app.queue(app.STORES),)]


def test_who_has_other_rules_than_the_cluster_looks_after_nothing(cluster: Cluster, shops: Shops) -> None:
    """What waits is for those who have its rules; a worker of before sees each other's queue as one that is left behind."""
    submit(shops["b"])
    with cluster.connection() as connection:
        app.ask_for_answers(connection, "a")
        connection.execute("UPDATE procrastinate_jobs SET queue_name = 'winkels@anders'")
        connection.execute("UPDATE cluster SET regels = 'anders'")
        assert not look_after(connection)
        app.take_over(connection)
        assert connection.execute("SELECT queue_name, lock FROM procrastinate_jobs").fetchall() == [
            ("winkels@anders", "a")
        ]


def test_who_takes_over_while_the_rules_change_hears_of_it(cluster: Cluster) -> None:
    def take_over() -> None:
        with cluster.connection() as connection:
            app.take_over(connection)

    late = threading.Thread(target=take_over)
    with cluster.connection() as connection:
        app.ask_for_answers(connection, "a")
        with connection.transaction():
            connection.execute("UPDATE cluster SET regels = 'anders'")
            connection.execute("UPDATE procrastinate_jobs SET queue_name = 'winkels@anders'")
            late.start()
            late.join(0.2)
            assert late.is_alive()
        late.join(10)
        assert connection.execute("SELECT queue_name FROM procrastinate_jobs").fetchall() == [("winkels@anders",)]

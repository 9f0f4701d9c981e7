"""The task that answers a store: a turn at a time, and a store that can't be used is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from mzsim.cluster import answering, app
from mzsim.cluster.answering import Answering
from mzsim.cluster.database import Cluster
from mzsim.cluster.telling import Teller
from mzsim.cluster.upkeep import look_after
from mzsim.common.errors import OutputError
from mzsim.server import answering as of_server
from mzsim.store import ledger
from tests.cluster.conftest import Shops
from tests.factories import simple
from tests.server.conftest import submit


@pytest.fixture
def task(cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Answering]:
    monkeypatch.setattr(answering, "_LONG", 60.0)
    with closing(Answering(cluster, app.KINDS, tmp_path, Teller(cluster))) as found:
        yield found


def _jobs(cluster: Cluster) -> list[tuple[Any, ...]]:
    """What waits: the arguments of each job, and in how many seconds it may be done."""
    with cluster.connection() as connection:
        return connection.execute(
            "SELECT args, coalesce(extract(epoch FROM scheduled_at - now())::float8, 0) FROM procrastinate_jobs"
            " WHERE status = 'todo' ORDER BY id"
        ).fetchall()


def _submitted(shops: Shops, name: str, count: int = 1) -> list[int]:
    return [submit(shops[name], bytes(simple(r0105="T", r0116=f"T{number}"))) for number in range(count)]


def test_what_waits_is_answered_and_where_nothing_does_nothing_is_done(
    task: Answering, shops: Shops, cluster: Cluster
) -> None:
    ids = _submitted(shops, "a", 3)
    task.answer("a")
    task.answer("b")
    assert [shops["a"].submission(id).status for id in ids] == ["afgehandeld"] * 3
    assert _jobs(cluster) == []


@pytest.mark.parametrize(
    ("least", "most", "waits", "answered"),
    [(0.0, 60.0, "b", 1), (0.0, 60.0, "a", 2), (60.0, 60.0, "b", 2), (0.0, 0.0, "a", 1)],
    ids=["another waits", "its own next turn waits", "its turn has just begun", "its turn takes long"],
)
def test_when_its_turn_is_over_a_store_gets_another_behind_the_others(
    task: Answering,
    shops: Shops,
    cluster: Cluster,
    monkeypatch: pytest.MonkeyPatch,
    least: float,
    most: float,
    waits: str,
    answered: int,
) -> None:
    monkeypatch.setattr(answering, "_SHORT", least)
    monkeypatch.setattr(answering, "_LONG", most)
    ids = _submitted(shops, "a", 2)
    with cluster.connection() as connection:
        app.ask_for_answers(connection, "a")
        connection.execute("SELECT procrastinate_fetch_job_v2(NULL, NULL)")
        app.ask_for_answers(connection, waits)
    task.answer("a")
    assert [shops["a"].submission(id).status for id in ids].count("afgehandeld") == answered
    assert {args["winkel"] for args, _ in _jobs(cluster)} == {waits} | ({"a"} if answered < 2 else set())


@pytest.mark.parametrize("name", ["c", "dropped"])
def test_of_a_store_that_is_not_there_nothing_is_left(task: Answering, cluster: Cluster, name: str) -> None:
    task.answer(name)
    assert _jobs(cluster) == []


def test_a_store_that_can_not_be_used_is_left_alone_longer_each_time(
    task: Answering,
    shops: Shops,
    cluster: Cluster,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It is told of once; what is submitted meanwhile doesn't have it tried before."""
    _submitted(shops, "a", 2)

    real = of_server.replay

    def full(*_: Any) -> Any:
        raise OutputError("the disk is full")

    monkeypatch.setattr(of_server, "replay", full)
    pauses = []
    told: dict[str, Any] = {}
    for _ in range(7):
        with cluster.connection() as connection:
            app.ask_for_answers(connection, "a")
            task.answer("a", **told)
            ((told, seconds),) = _jobs(cluster)
            connection.execute("DELETE FROM procrastinate_jobs")
        del told["winkel"]
        pauses.append(round(seconds))
    assert pauses == [2, 4, 8, 16, 32, 60, 60]
    assert capsys.readouterr().out.count("store a: ") == 1
    monkeypatch.setattr(of_server, "replay", real)
    task.answer("a", **told)
    assert not shops["a"].waits()
    assert _jobs(cluster) == []


def test_one_that_can_not_be_answered_does_not_hold_up_the_others(
    task: Answering, shops: Shops, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = _submitted(shops, "a", 2)
    real = of_server._replayed

    def spoiled(row: ledger.Kept, *others: Any) -> Any:
        if row.id == first:
            raise OutputError("too large for the disk")
        return real(row, *others)

    monkeypatch.setattr(of_server, "_replayed", spoiled)
    task.answer("a", pauze=32)
    assert [shops["a"].submission(id).status for id in (first, second)] == ["in_controle", "afgehandeld"]


@pytest.mark.parametrize("known", [True, False])
def test_what_brings_workers_down_is_given_up(task: Answering, shops: Shops, cluster: Cluster, known: bool) -> None:
    """Where the worker was killed with its parent nobody knows at which it was: the first that waits."""
    first, second = _submitted(shops, "a", 2)
    at = first if known else None
    for _ in range(of_server.MOST_ATTEMPTS):
        with shops["a"].opened().read() as connection:
            assert ledger.first_unanswered(connection) is not None
        answering.Round(shops["a"].opened(), Path(), lambda *_: None).count_crash(at)
    task.answer("a", viel=second if known else None)
    assert [shops["a"].submission(id).status for id in (first, second)] == ["fout", "afgehandeld"]


def test_the_stores_that_were_used_last_are_kept_open(
    task: Answering, shops: Shops, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "_KEPT_OPEN", 1)
    for name in ("a", "b", "a", "a"):
        _submitted(shops, name)
        task.answer(name)
        assert not shops[name].waits()
    assert len(task._open) == 1


def test_a_turn_under_other_rules_answers_nothing_and_those_who_have_them_ask_again(
    task: Answering, shops: Shops, cluster: Cluster
) -> None:
    (id,) = _submitted(shops, "a")
    with cluster.connection() as connection:
        rules = connection.execute("SELECT regels FROM cluster").fetchone()
        connection.execute("UPDATE cluster SET regels = 'anders'")
        task.answer("a")
        assert shops["a"].submission(id).status == "in_controle"
        assert _jobs(cluster) == []
        connection.execute("UPDATE cluster SET regels = %s", rules)
        look_after(connection)
    assert [args for args, _ in _jobs(cluster)] == [{"winkel": "a"}]

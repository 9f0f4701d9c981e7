"""`mzsim worker` as a process: what waits is answered, whoever is killed, and it ends when it is told to."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from mzsim.cli import cmd_cluster
from mzsim.cluster import app, parent
from mzsim.cluster.database import Cluster
from mzsim.cluster.start import Start
from tests.cluster.conftest import Shops
from tests.cluster.working import at_work, kill, registered, until, working
from tests.commands import invoke, require_one_line
from tests.factories import simple
from tests.server.conftest import submit

_MANY = 12


@pytest.mark.slow
def test_what_waits_is_answered_once_whoever_is_killed_and_what_is_begun_is_finished(
    cluster: Cluster, cluster_url: str, shops: Shops, tmp_path: Path
) -> None:
    ids = {
        name: [submit(shop, bytes(simple(r0105="P", r0116=f"{name}{number}"))) for number in range(_MANY)]
        for name, shop in shops.items()
    }
    said = tmp_path / "said"
    with working(cluster_url, 2, said) as process, cluster.connection() as connection:
        until(lambda: len(registered(cluster)) == 2)
        for name in shops:
            app.ask_for_answers(connection, name)
        until(lambda: at_work(cluster, "a") is not None)
        victim = at_work(cluster, "a")
        if victim is not None:
            kill(victim)
        until(lambda: not any(shop.waits() for shop in shops.values()))
        until(lambda: len(registered(cluster)) == 2)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert registered(cluster) == {}
    assert said.read_text().splitlines() in ([], ["mzsim: a worker ended with status -9; another follows"])
    for name, shop in shops.items():
        assert {shop.submission(id).status for id in ids[name]} == {"afgehandeld"}
        assert [retour.declaratie_id for retour in shop.retours(limit=1000)] == ids[name]


@pytest.mark.slow
def test_a_worker_with_other_rules_takes_nothing_and_says_so(
    cluster: Cluster, cluster_url: str, shops: Shops, tmp_path: Path
) -> None:
    with cluster.connection() as connection:
        connection.execute("UPDATE cluster SET regels = 'anders'")
        app.ask_for_answers(connection, "a")
    submit(shops["a"])
    said = tmp_path / "said"
    with working(cluster_url, 1, said) as process:
        until(lambda: b"\n" in said.read_bytes())
        assert require_one_line(said.read_text()).startswith("mzsim: no work is taken: the cluster runs on other rules")
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert shops["a"].waits()
    assert registered(cluster) == {}


@pytest.mark.parametrize(
    ("other", "own", "why"),
    [
        ("versie = versie + 1", "versie = versie - 1", "was made by a newer mzsim; upgrade the program"),
        ("versie = versie - 1", "versie = versie + 1", "was made by an older program; run mzsim cluster init once"),
        ("regels = regels || '0'", "regels = left(regels, 64)", "or let the cluster run on these: mzsim cluster init"),
    ],
    ids=["newer", "older", "other rules"],
)
def test_while_the_cluster_is_of_another_program_it_waits(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch, other: str, own: str, why: str
) -> None:
    monkeypatch.setattr(parent, "_RULES_EVERY", 0.0)
    said: list[str] = []
    start = Start(cluster.url.text, ["winkels"], "", "")
    waiting = parent._Parent(cluster, start, 0, said.append, lambda *_: None, None)
    with cluster.connection() as connection:
        connection.execute(f"UPDATE cluster SET {other}".encode())
        waiting._look()
        waiting._look()
        (line,) = said
        assert line.startswith("no work is taken: ")
        assert line.endswith(why)
        assert connection.execute("SELECT onderhouden = '-infinity' FROM cluster").fetchone() == (True,)
        connection.execute(f"UPDATE cluster SET {own}".encode())
        waiting._look()
        assert said[1:] == ["the cluster is one for this program; work is taken"]
        assert connection.execute("SELECT onderhouden = '-infinity' FROM cluster").fetchone() == (False,)


def test_what_is_no_cluster_is_refused_in_a_line() -> None:
    ended = invoke("worker", "--store", "x.db")
    assert ended.exit_code == 2
    assert "x.db can't be a cluster" in require_one_line(ended.stderr)


@pytest.mark.parametrize("words", [("worker",), ("cluster", "init"), ("cluster", "status")], ids=" ".join)
def test_without_the_packages_it_is_said_how_to_get_them(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cmd_cluster, "find_spec", lambda _: None)
    ended = invoke(*words, "--store", "postgresql://x")
    assert ended.exit_code == 1
    assert ended.stderr == "Error: a cluster needs a few packages more: pip install 'mzsim[cluster]'\n"

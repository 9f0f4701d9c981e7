"""What is told of a cluster: by every portal the same, by a worker what its processes did; of a declaration nothing."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from prometheus_client import generate_latest

from mzsim.cluster import portal as handed_in
from mzsim.cluster.database import Cluster
from mzsim.cluster.parent import work
from mzsim.server.done import Done
from mzsim.server.metrics import Work, registered
from mzsim.server.portal import Portal
from mzsim.server.store_metrics import metrics_of
from tests.cluster.conftest import Shops
from tests.commands import invoke, order, require_one_line, surroundings
from tests.make_inv3 import STORE
from tests.server.conftest import GOOD, submit


@pytest.fixture
def portals(cluster_url: str) -> Iterator[tuple[Portal, Portal]]:
    with ExitStack() as both:

        def make() -> Portal:
            shared = both.enter_context(handed_in.opened(cluster_url))
            assert shared is not None
            return both.enter_context(Portal(shared=shared))

        yield make(), make()


def test_every_portal_says_the_same(portals: tuple[Portal, Portal], cluster: Cluster) -> None:
    one, other = portals
    for name in ("first", "second"):
        one.make_store(name)
        one.store(name).load(STORE.read_text())
    submit(other.store("first"))
    one.store("first").work()
    with cluster.connection() as connection:
        connection.execute("ALTER TABLE mzsim_second.portaalinzendingen RENAME TO elsewhere")
    page, again = (metrics_of(portal.tallies(), portal.work).decode() for portal in portals)
    assert page == again
    told = set(re.findall(r'(?m)^(\w+){(?:status="(?:\w+)",)?winkel="(\w+)"} ([\d.]+)$', page))
    assert {("mzsim_store_readable", "first", "1.0"), ("mzsim_store_readable", "second", "0.0")} <= told
    assert ("mzsim_submissions_answered_total", "first", "1.0") in told
    assert "mzsim_work" not in page


@pytest.mark.slow
def test_a_worker_tells_what_its_processes_did(
    cluster_url: str, portals: tuple[Portal, Portal], tmp_path: Path
) -> None:
    portal = portals[0]
    portal.make_store("shop")
    shop = portal.store("shop")
    shop.load(STORE.read_text())
    ids = [submit(shop, GOOD, "Pietersen-1954.asc") for _ in range(3)]
    words = order("worker", "--store", cluster_url, "--concurrency", 2, "--metrics", "0", "--log", "json")
    said = tmp_path / "said"
    with said.open("w") as told, subprocess.Popen(words, env=surroundings(), stderr=told) as worker:
        try:
            _until(lambda: len(_answered(said)) == len(ids))
            (port,) = re.findall(r"port (\d+)$", json.loads(said.read_text().splitlines()[0])["bericht"])
            page = httpx.get(f"http://127.0.0.1:{port}/metrics").text
        finally:
            worker.send_signal(signal.SIGTERM)
    assert worker.returncode == 0
    assert [(line["winkel"], line["id"], line["records"]) for line in _answered(said)] == [
        ("shop", id, 8) for id in ids
    ]
    assert [shop.submission(id).status for id in ids] == [line["status"] for line in _answered(said)]
    assert 'mzsim_work_records_total{winkel="shop"} 24.0' in page
    assert "mzsim_work_declaration_seconds_count 3.0" in page
    for secret in ("123456782", "Jansen", "20110001", "Pietersen"):
        assert secret not in page + said.read_text()


def _answered(said: Path) -> list[dict[str, object]]:
    """The lines that tell of an answer."""
    lines = [json.loads(line) for line in said.read_text().splitlines(keepends=True) if line.endswith("\n")]
    return [line for line in lines if "gewacht" in line]


def _until(what: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not what():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.parametrize(
    "words", [("worker", "--metrics", "0"), pytest.param(("serve", "--port", "0"), marks=pytest.mark.slow)]
)
def test_what_is_logged_in_json_is_all_json(words: tuple[str, ...], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/none.db"
    ended = subprocess.run(
        order(*words, "--store", url, "--log", "json"), env=surroundings(), capture_output=True, text=True
    )
    said = [json.loads(line) for line in ended.stderr.splitlines()]
    assert ended.returncode == 2
    assert said[-1]["niveau"] == "error"
    assert "none.db" in said[-1]["bericht"]


def test_a_worker_hears_which_stores_there_are(shops: Shops, cluster_url: str) -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def keep(names: Collection[str]) -> None:
        assert set(names) == set(shops)
        done.keep(names)
        raise InterruptedError

    done = Work()
    for name in ("a", "gone"):
        done.answered(name, Done(1, "afgehandeld", 0.1, 0.0, 8))
    try:
        with pytest.raises(InterruptedError):
            work(cluster_url, ["winkels"], 1, print, keep=keep)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    told = generate_latest(registered(done)).decode()
    assert 'winkel="a"' in told
    assert "gone" not in told


def test_a_place_that_is_none_is_refused(cluster_url: str) -> None:
    for place in ("nowhere", "host:70000"):
        refused = invoke("worker", "--store", cluster_url, "--metrics", place)
        assert refused.exit_code == 2
        assert "is no place to listen" in require_one_line(refused.stderr)

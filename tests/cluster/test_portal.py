"""Portals on a cluster: what one knows the others know, and what was accepted is answered whatever becomes of its job."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from typing import NoReturn

import pytest

from mzsim.cli import cmd_serve
from mzsim.cluster import portal as handed_in
from mzsim.cluster.app import ANSWER
from mzsim.cluster.database import Cluster
from mzsim.cluster.errors import AwayError, ClusterError
from mzsim.common.errors import StoreError
from mzsim.server import answering
from mzsim.server.errors import UnknownStoreError
from mzsim.server.moments import Onward, now
from mzsim.server.portal import Portal
from mzsim.server.portal_store import PortalStore
from mzsim.store.server import Server
from tests.cluster.conftest import Shops
from tests.commands import invoke, require_one_line
from tests.make_inv3 import STORE
from tests.server.conftest import submit


@pytest.fixture
def another(cluster_url: str) -> Iterator[Callable[[], Portal]]:
    """Makes portals on one cluster, as so many processes would have them."""
    with ExitStack() as at_the_end:

        def make() -> Portal:
            shared = at_the_end.enter_context(handed_in.opened(cluster_url))
            assert shared is not None
            return at_the_end.enter_context(Portal(shared=shared))

        yield make


@pytest.fixture
def portal(another: Callable[[], Portal]) -> Portal:
    return another()


@pytest.fixture
def shop(portal: Portal) -> PortalStore:
    portal.make_store("proef")
    shop = portal.store("proef")
    shop.load(STORE.read_text())
    return shop


def _jobs(cluster: Cluster) -> list[tuple[object, ...]]:
    with cluster.connection() as connection:
        return connection.execute("SELECT task_name, args ->> 'winkel' FROM procrastinate_jobs").fetchall()


def test_what_one_portal_knows_the_others_know(portal: Portal, another: Callable[[], Portal]) -> None:
    other = another()
    assert other.stores() == []
    entry, token = portal.make_store("proef")
    assert other.opened_by(token) == {"proef"}
    assert other.store("proef").submissions() == []
    other.unmask("proef", unmasked=True)
    assert another().entry("proef") == entry._replace(unmasked=True)
    other.drop_store("proef")
    with pytest.raises(UnknownStoreError):
        another().store("proef")
    portal.require_ready()


def test_what_is_accepted_asks_for_a_worker_once(
    shop: PortalStore, cluster: Cluster, another: Callable[[], Portal]
) -> None:
    ids = [submit(shop), submit(another().store("proef"))]
    assert _jobs(cluster) == [(ANSWER, "proef")]
    assert ids == [1, 2]


def test_what_is_accepted_stays_so_where_no_worker_can_be_asked(
    shop: PortalStore, cluster: Cluster, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Workers find it themselves: `wachtend` is what they ask."""

    def away(*_: object) -> NoReturn:
        raise AwayError("is away")

    monkeypatch.setattr(handed_in, "ask_for_answers", away)
    id = submit(shop)
    assert "no worker could be asked yet: is away" in caplog.text
    assert shop.submission(id).status == "in_controle"
    with cluster.connection() as connection:
        assert connection.execute("SELECT winkel, aantal FROM wachtend()").fetchall() == [("proef", 1)]


def test_many_stores_keep_few_connections(portal: Portal, shops: Shops, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mzsim.store.server._MOST_AT_REST", 5)
    with ThreadPoolExecutor(8) as many:
        assert list(many.map(lambda name: portal.store(name).submissions(), list(shops) * 20)) == [[]] * 40
    assert sum(_at_rest(portal, name) for name in shops) <= 5
    monkeypatch.setattr("mzsim.store.server._MOST_AT_REST", 1)
    for name in shops:
        portal.store(name).submissions()
    assert [_at_rest(portal, name) > 0 for name in shops] == [False, True]


def test_what_is_in_use_when_a_store_is_closed_is_let_go_of_when_it_comes_back(shop: PortalStore) -> None:
    server = shop.opened().connections
    with server.connect() as used:
        (process,) = used.scalars("SELECT pg_backend_pid()")
        server.close()
    with closing(server), server.connect() as other:
        until = time.monotonic() + 10
        while other.scalar("SELECT count(*) FROM pg_stat_activity WHERE pid = :pid", {"pid": process}):
            assert time.monotonic() < until
            time.sleep(0.01)


def _at_rest(portal: Portal, name: str) -> int:
    server = portal.store(name).opened().connections
    assert isinstance(server, Server)
    return server.at_rest


def test_progress_is_what_the_worker_wrote_down(shop: PortalStore, cluster: Cluster) -> None:
    id = submit(shop)
    with cluster.connection() as connection:
        connection.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
        connection.execute(
            "INSERT INTO werkers (id, computer, proces, programma, regels, wachtrijen, winkel, inzending, deel)"
            " SELECT id, 'a', 1, '0', '', '{}', 'proef', %s, 0.25 FROM procrastinate_workers",
            [id],
        )
    assert (shop.progress(id), shop.progress(id + 1)) == (0.25, 0.0)


def test_the_clock_is_that_of_the_server(portal: Portal, cluster_url: str) -> None:
    with handed_in.opened(cluster_url) as shared:
        assert shared is not None
        moment = Onward(shared.clock, lambda: 0.0, 0)
        assert abs(shared.clock() - now()) < dt.timedelta(minutes=5)
        assert moment() < moment()


@pytest.mark.parametrize("then", [STORE.read_text(), None], ids=["loaded anew", "empty"])
def test_a_reset_elsewhere_leaves_nothing_of_what_a_worker_was_at(
    shop: PortalStore, another: Callable[[], Portal], tmp_path: Path, then: str | None
) -> None:
    submit(shop)
    row = answering.waiting(shop.opened())
    assert row is not None
    other = another().store("proef")

    def emptied(_: int, part: float) -> None:
        if part < 0.5:
            other.reset()
            if then is not None:
                other.load(then)

    assert answering.answer(row, shop.opened(), now, tmp_path, emptied) is None
    assert shop.submissions() == []
    with shop.opened().read() as connection:
        assert connection.scalar("SELECT count(*) FROM berichten") == 0


def test_a_database_or_a_store_in_one_is_no_cluster(cluster_url: str, shop: PortalStore) -> None:
    for url in (f"{cluster_url}{'&' if '?' in cluster_url else '?'}schema=mzsim_proef", _beside(cluster_url)):
        with handed_in.opened(url) as shared:
            assert shared is None


def test_without_the_packages_of_a_cluster_it_says_how_to_get_them(
    cluster_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what makes stores makes none in its place."""
    monkeypatch.setattr(cmd_serve, "NEEDED", ("procrastinaat",))
    ended = invoke("serve", "--store", cluster_url, "--map", tmp_path, "--port", 0)
    assert (
        ended.stderr == "Error: the stores of a cluster need a few packages more: pip install 'mzsim[cluster,portal]'\n"
    )
    said = require_one_line(invoke("db", "upgrade", "--store", cluster_url).stderr)
    assert said.endswith("is a cluster; a store in it needs ?schema=NAME behind its URL")


def _beside(url: str) -> str:
    """The database that every server has."""
    from sqlalchemy.engine import make_url

    return make_url(url).set(database="postgres").render_as_string(hide_password=False)


def test_a_cluster_of_other_rules_is_not_served(
    cluster: Cluster, cluster_url: str, portal: Portal, tmp_path: Path
) -> None:
    with cluster.connection() as connection:
        connection.execute("UPDATE cluster SET regels = repeat('0', 64)")
    with pytest.raises(ClusterError, match="other rules"), handed_in.opened(cluster_url):
        pass
    with pytest.raises(StoreError, match="other rules"):
        portal.require_ready()
    ended = invoke("serve", "--store", cluster_url, "--map", tmp_path, "--port", 0)
    assert ended.exit_code == 2
    assert "other rules" in require_one_line(ended.stderr)


def test_a_portal_takes_nothing_while_its_cluster_runs_on_other_rules(
    cluster: Cluster, portal: Portal, shop: PortalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mzsim.cluster.stores._KEPT_FOR", 0.0)
    with cluster.connection() as connection:
        for changed in ("regels = regels || '0'", "versie = versie + 1"):
            connection.execute(f"UPDATE cluster SET {changed}".encode())
            for ask in (lambda: portal.store("proef"), lambda: portal.opened_by("geheim"), portal.stores):
                with pytest.raises(StoreError, match=r"other rules|newer mzsim"):
                    ask()
        connection.execute("UPDATE cluster SET regels = left(regels, 64), versie = versie - 1")
    assert portal.store("proef") is shop

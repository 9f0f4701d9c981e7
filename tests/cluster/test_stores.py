"""The stores of a cluster, as portals see them: several processes agree, and one that is closed takes nothing in."""

from __future__ import annotations

import threading
from contextlib import closing

import pytest

from mzsim.cluster import stores
from mzsim.cluster.database import Cluster
from mzsim.cluster.errors import StoreClosedError
from mzsim.cluster.stores import ClusterStores
from mzsim.common.errors import StoreError
from mzsim.server.errors import PortalError, UnknownStoreError
from mzsim.server.stores import StoreEntry, hashed
from mzsim.store.session import Database, open_store, upgrade_store


class _Passing:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def registry(cluster: Cluster) -> ClusterStores:
    return ClusterStores(cluster)


def _made(registry: ClusterStores, name: str = "proef", token: str = "") -> StoreEntry:
    entry = registry.add(name, token, None)
    upgrade_store(entry.url)
    return entry


def _waits_for_place(url: str, then: threading.Event) -> tuple[threading.Thread, list[StoreError]]:
    """Somebody who is about to change a store, and what he was told."""
    told: list[StoreError] = []

    def change() -> None:
        store = open_store(url)
        then.set()
        try:
            with store.change() as connection:
                connection.commit()
        except StoreError as error:
            told.append(error)
        store.close()

    thread = threading.Thread(target=change)
    thread.start()
    return thread, told


def test_each_stands_in_a_schema_of_its_own(registry: ClusterStores) -> None:
    first, second = _made(registry, "praktijk-a"), _made(registry, "praktijk-b", "geheim")
    assert first.url.endswith("&schema=mzsim_praktijk_a")
    assert (first.token, second.token) == ("", hashed("geheim"))
    for entry in (first, second):
        open_store(entry.url).close()
    assert [entry.name for entry in registry.entries()] == ["praktijk-a", "praktijk-b"]
    assert registry.entry("praktijk-c") is None
    assert registry.opened_by("geheim") == {"praktijk-b"}


@pytest.mark.parametrize("name", ["", "A", "-a", "a_b", 'a"', "a" * 41, "a;drop schema mzsim"])
def test_names_that_no_store_has(name: str, registry: ClusterStores) -> None:
    with pytest.raises(PortalError, match="is no name of a store"):
        registry.add(name, "", None)


def test_a_name_is_given_once(registry: ClusterStores, cluster: Cluster) -> None:
    registry.add("proef", "", None)
    with pytest.raises(PortalError, match="there is a store proef already"):
        registry.add("proef", "", None)
    with pytest.raises(PortalError, match="stand in its database"):
        registry.add("elders", "", "sqlite:///x.db")
    with cluster.connection() as connection:
        connection.execute("CREATE SCHEMA mzsim_vreemd")
    try:
        with pytest.raises(PortalError, match="schema mzsim_vreemd already, and it belongs to no store"):
            registry.add("vreemd", "", None)
    finally:
        with cluster.connection() as connection:
            connection.execute("DROP SCHEMA mzsim_vreemd")
    assert [entry.name for entry in registry.entries()] == ["proef"]


def test_another_process_sees_it_within_a_second(registry: ClusterStores, cluster: Cluster) -> None:
    passing = _Passing()
    other = ClusterStores(cluster, passing)
    assert other.entries() == []
    registry.add("proef", "", None)
    passing.seconds = 0.9
    assert other.entries() == []
    passing.seconds = 1.0
    assert [entry.name for entry in other.entries()] == ["proef"]


def test_what_another_process_changed_stays(registry: ClusterStores, cluster: Cluster) -> None:
    """One gives it another token while the other, who doesn't know of it yet, lets names be shown."""
    other = ClusterStores(cluster, _Passing())
    registry.add("proef", "oud", None)
    (known,) = other.entries()
    registry.replace(known._replace(token=hashed("nieuw")))
    other.replace(known._replace(unmasked=True))
    expected = known._replace(token=hashed("nieuw"), unmasked=True)
    assert other.entries() == [expected]
    assert ClusterStores(cluster).entry("proef") == expected


def test_what_is_dropped_is_gone(registry: ClusterStores, cluster: Cluster) -> None:
    entry = _made(registry)
    registry.drop("proef")
    assert registry.entries() == []
    with cluster.connection() as connection:
        assert connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'mzsim_proef'").fetchone() is None
    for gone in (lambda: registry.drop("proef"), lambda: registry.replace(entry)):
        with pytest.raises(UnknownStoreError):
            gone()


def test_who_waits_while_it_is_dropped_changes_nothing(registry: ClusterStores, cluster: Cluster) -> None:
    """He was let in before, and has the tables of the store open; nobody waits for another without end."""
    entry = _made(registry)
    with stores.closing(cluster, "proef") as connection:
        store = stores.tenant(connection, "proef")
        stores.take_place(connection, store)
        begun = threading.Event()
        thread, told = _waits_for_place(entry.url, begun)
        assert begun.wait(20)
        thread.join(0.3)
        assert thread.is_alive()
        stores.end(connection, store, half=True)
    stores.clear_away(cluster, "proef", forget=True)
    thread.join(20)
    assert "takes nothing in any more: it was archived or dropped" in str(told[0])


def test_one_that_is_closed_says_so(registry: ClusterStores, cluster: Cluster) -> None:
    registry.add("proef", "", None)
    registry.add("ander", "", None)
    with stores.closing(cluster, "proef"):
        other = ClusterStores(cluster)
        assert [entry.name for entry in other.entries()] == ["ander", "proef"]
        with pytest.raises(StoreError, match="the store proef is being made, migrated, archived or dropped"):
            other.entry("proef")
        assert other.entry("ander") is not None
        with pytest.raises(StoreClosedError, match="try again"):
            other.drop("proef")
    assert ClusterStores(cluster).entry("proef") is not None


def test_one_that_is_in_use_is_not_dropped(registry: ClusterStores, cluster: Cluster) -> None:
    entry = _made(registry)
    store: Database
    in_use = pytest.raises(StoreClosedError, match="the store proef is being changed; try again when that is done")
    with closing(open_store(entry.url)) as store, store.change(), in_use:
        stores.drop(cluster, "proef", 0.1)
    open_store(entry.url).close()
    assert ClusterStores(cluster).entry("proef") == entry


def test_what_was_half_dropped_is_dropped_again(registry: ClusterStores, cluster: Cluster) -> None:
    """Its owner was killed after it was no more, and before its tables were."""
    _made(registry)
    with stores.closing(cluster, "proef") as connection:
        stores.end(connection, stores.tenant(connection, "proef"), half=True)
    assert ClusterStores(cluster).entries() == []
    with pytest.raises(PortalError, match="which was archived, or is half made"):
        registry.add("proef", "", None)
    registry.drop("proef")
    registry.add("proef", "", None)


def test_a_database_that_is_away_is_a_store_that_can_not_be_used() -> None:
    with closing(Cluster("postgresql://u:geheim@127.0.0.1:1/x")) as away, pytest.raises(StoreError) as caught:
        ClusterStores(away).entries()
    assert "geheim" not in str(caught.value)

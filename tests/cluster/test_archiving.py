"""A store of a cluster in a file, and back: all of it or nothing, and never gone before the file is good."""

from __future__ import annotations

import datetime as dt
import json
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from mzsim.cluster import archiving, copying, making, stores
from mzsim.cluster.archiving import archive, restore
from mzsim.cluster.database import Cluster
from mzsim.cluster.errors import ClusterError, StoreClosedError
from mzsim.cluster.stores import ClusterStores
from mzsim.common.errors import InputError, MzsimError, OutputError, StoreError
from mzsim.server.errors import PortalError
from mzsim.store import ledger
from mzsim.store.connection import Row
from mzsim.store.ledger import NewSubmission
from mzsim.store.loading import load_file
from mzsim.store.portable import ArchiveFile, Contents, PortableTable, contents_by, tables
from mzsim.store.session import Database, open_store, upgrade_store
from mzsim.store.sqlite import empty_store
from tests.commands import ON_DATE, invoke, surroundings
from tests.factories import simple
from tests.make_inv3 import FOLDER, STORE

NOW = dt.datetime(2026, 1, 31, 12, 0, tzinfo=dt.UTC)
DECLARATION = FOLDER / "1-volledig-toegewezen.mz301.asc"
_SUBMISSION = NewSubmission(
    "é.asc", 3_000_000_000 // 2, "0" * 64, 2**50, "0736", "F1", "", "[]", None, "[]", "[]", None, None, None, "'\\\t\n"
)


def _url(cluster: Cluster, name: str = "proef") -> str:
    return stores.url_of(cluster, f"mzsim_{name}").text


def _replay(url: str, folder: Path, *more: object, declaration: Path = DECLARATION) -> str:
    words = ("replay", declaration, "--store", url, *ON_DATE, "--out", folder / "retour.asc", *more)
    return invoke(*words).stdout.partition(" ->")[0].partition(": ")[2]


@pytest.fixture
def filled(cluster: Cluster, tmp_path: Path) -> Cluster:
    """A cluster with a store: the insurer of INV chapter 3, a declaration that came with a key, and a submission."""
    making.make(cluster, "proef", "geheim")
    store = open_store(_url(cluster))
    load_file(store, STORE)
    with store.change() as connection:
        ledger.begin(connection)
        ledger.add(connection, ledger.take_ids(connection, 1, 1), _SUBMISSION)
        ledger.add_pieces(connection, 1, ledger.DECLARATION, [bytes(range(256)), b""])
        ledger.add_retour(connection, 1, 1, 30, 7)
        connection.commit()
    store.close()
    assert _replay(_url(cluster), tmp_path, "--kenmerk", "K-1") == ANSWER
    return cluster


ANSWER = "volledig_toegewezen by 0736, 660.00 of 660.00"


def _contents(cluster: Cluster) -> Contents:
    with cluster.connection() as connection, connection.transaction():
        return contents_by(partial(copying.rows_in_schema, connection, "mzsim_proef"))


def _is_there(cluster: Cluster) -> bool:
    with cluster.connection() as connection:
        return connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'mzsim_proef'").fetchone() is not None


@pytest.mark.slow
def test_there_and_back(filled: Cluster, tmp_path: Path) -> None:
    """In the file it answers as it did, without a server; restored it is what it was, with its token, and goes on."""
    before, file = _contents(filled), tmp_path / "archief.db"
    moved = archive(filled, "proef", file, NOW, drop=True)
    assert moved == (sum(one["rijen"] for one in before.values()), file.stat().st_size, None)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not _is_there(filled)
    assert ClusterStores(filled).entries() == []

    assert _replay(str(file), tmp_path, "--kenmerk", "K-1") == ANSWER
    assert _replay(str(file), tmp_path, "--dry-run").startswith("afgekeurd_bestand by VECOZO")
    with closing(sqlite3.connect(file)) as driver:
        about = dict(driver.execute("SELECT sleutel, waarde FROM archief").fetchall())
        assert driver.execute("SELECT melding, grootte FROM portaalinzendingen").fetchall() == [
            ("'\\\t\n", 1_500_000_000)
        ]
        schema = driver.execute("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE '%archief%'").fetchall()
    with closing(sqlite3.connect(":memory:")) as driver:
        driver.deserialize(empty_store())
        assert sorted(schema) == sorted(driver.execute("SELECT type, name, sql FROM sqlite_master").fetchall())
    assert (about["winkel"], about["gearchiveerd"]) == ("proef", "2026-01-31T12:00:00Z")
    assert json.loads(about["inhoud"]) == before

    assert restore(filled, file, "proef").token is None
    assert _contents(filled) == before
    assert ClusterStores(filled).opened_by("geheim") == {"proef"}
    assert _replay(_url(filled), tmp_path, "--kenmerk", "K-1") == ANSWER
    (tmp_path / "ander.asc").write_bytes(bytes(simple(r0116="ANDER")))
    assert " by 0736, " in _replay(_url(filled), tmp_path, declaration=tmp_path / "ander.asc")


@pytest.mark.slow
def test_a_store_of_sqlite_becomes_one_of_the_cluster(
    cluster: Cluster, inv_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also after somebody was killed who had begun with it."""
    with monkeypatch.context() as patch:
        patch.setattr(copying, "fill_table", lambda *_: sys.exit())
        patch.setattr(archiving, "_give_up", lambda *_, **__: None)
        with pytest.raises(SystemExit):
            restore(cluster, inv_store, "proef")
    assert [(one.name, one.half) for one in stores.tenants(cluster)] == [("proef", True)]
    moved = restore(cluster, inv_store, "proef")
    assert moved.token is not None
    assert ClusterStores(cluster).opened_by(moved.token) == {"proef"}
    assert _replay(_url(cluster), tmp_path) == ANSWER
    with pytest.raises(PortalError, match="there is a store proef already"):
        restore(cluster, inv_store, "proef")


def _loses_a_row(self: ArchiveFile, table: PortableTable, rows: Iterable[Row]) -> None:
    fill(self, table, list(rows)[1:])


def _is_interrupted(self: ArchiveFile, table: PortableTable, rows: Iterable[Row]) -> None:
    if table.name == "prestaties":
        raise KeyboardInterrupt
    fill(self, table, rows)


def _finds_no_room(self: ArchiveFile, table: PortableTable, rows: Iterable[Row]) -> None:
    next(iter(rows), None)
    raise sqlite3.OperationalError("database or disk is full")


fill = ArchiveFile.fill


@pytest.mark.slow
def test_where_anything_goes_wrong_nothing_is_dropped(
    filled: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, folder = _contents(filled), tmp_path / "uit"
    folder.mkdir()
    wrong: tuple[tuple[Any, type[BaseException], str], ...] = (
        (_loses_a_row, OutputError, "did not hold what was written to it; the store is as it was|refers to"),
        (_is_interrupted, KeyboardInterrupt, "^$"),
        (_finds_no_room, OutputError, "database or disk is full"),
    )
    for happens, kind, said in wrong:
        monkeypatch.setattr(ArchiveFile, "fill", happens)
        with pytest.raises(kind, match=said):
            archive(filled, "proef", folder / "x.db", NOW, drop=True)
        assert list(folder.iterdir()) == []
    monkeypatch.undo()
    (folder / "x.db").write_bytes(b"van een ander")
    for place, said in ((folder / "x.db", "is there already"), (folder / "weg" / "x.db", "can't be written")):
        with pytest.raises(OutputError, match=said):
            archive(filled, "proef", place, NOW, drop=True)
    with (
        closing(open_store(_url(filled))) as store,
        store.change(),
        pytest.raises(StoreClosedError, match="being changed"),
    ):
        archive(filled, "proef", folder / "y.db", NOW, drop=True, seconds=0.1)
    assert [(file.name, file.read_bytes()) for file in folder.iterdir()] == [("x.db", b"van een ander")]
    assert _contents(filled) == before
    assert ClusterStores(filled).entry("proef") is not None


@pytest.mark.slow
def test_nothing_is_taken_in_while_it_is_archived(
    filled: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who asks for it hears so, who was let in before changes nothing, and none of that is in the file."""
    seen: list[str] = []

    def read(place: Path) -> Contents:
        with pytest.raises(StoreError, match="archived or dropped; try again"):
            ClusterStores(filled).entry("proef")
        with pytest.raises(StoreClosedError):
            making.migrate(filled, "proef")
        seen.append(invoke("db", "load", "@uzovi", "--store", _url(filled), "--wacht", "0.1").stderr)
        return real(place)

    real = archiving._read
    monkeypatch.setattr(archiving, "_read", read)
    before = _contents(filled)
    archive(filled, "proef", tmp_path / "x.db", NOW)
    assert "is locked by another process" in seen[0]
    assert _contents(filled) == before
    assert ClusterStores(filled).entry("proef") is not None
    with closing(open_store(str(tmp_path / "x.db"))) as store, store.read() as connection:
        assert connection.scalar("SELECT count(*) FROM uzovi") == before["uzovi"]["rijen"]


def _killed(point: str, url: str, *words: object) -> None:
    """Runs `mzsim stores` until it kills itself at a point of `tests/killer.py`, and its server has seen that."""
    order = [sys.executable, "-m", "tests.killer", point, "1", "stores", *map(str, words), "--store", url]
    ended = subprocess.run(order, cwd=_ROOT, env=surroundings(), capture_output=True, timeout=60, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    with closing(Cluster(url)) as cluster:
        while stores.tenants(cluster)[0].closed:
            time.sleep(0.05)


_ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_whoever_is_killed_leaves_the_store_or_the_file(filled: Cluster, cluster_url: str, tmp_path: Path) -> None:
    """And whoever does it again gets to the end."""
    before, folder = _contents(filled), tmp_path / "uit"
    folder.mkdir()
    for point, is_open, files in (
        ("complete", True, []),
        ("na-put_in_free_place", True, ["na-put_in_free_place.db"]),
        ("clear_away", False, ["clear_away.db", "na-put_in_free_place.db"]),
    ):
        _killed(point, cluster_url, "archive", "proef", "--out", folder / f"{point}.db", "--drop")
        assert [one.open for one in stores.tenants(filled)] == [is_open]
        assert sorted(file.name for file in folder.glob("*.db") if not file.name.startswith(".")) == files
        assert all(archiving._read(folder / name) == before for name in files)
        assert not is_open or _contents(filled) == before
    _killed("reopen", cluster_url, "restore", folder / "clear_away.db", "proef")
    assert [one.open for one in stores.tenants(filled)] == [False]
    restore(filled, folder / "clear_away.db", "proef")
    assert _contents(filled) == before
    archive(filled, "proef", folder / "laatste.db", NOW, drop=True)
    assert not list(folder.glob(".*"))


def _change(file: Path, order: str) -> None:
    with closing(sqlite3.connect(file)) as driver:
        driver.execute(order)
        driver.commit()


@pytest.mark.slow
def test_what_is_not_as_it_was_is_not_restored(
    filled: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "x.db"
    archive(filled, "proef", file, NOW, drop=True)
    _change(file, "UPDATE prestaties SET toegekend_bedrag = toegekend_bedrag + 1 WHERE id = 1")
    with pytest.raises(InputError, match=r"is not as it was archived; to restore it as it is now give --changed"):
        restore(filled, file, "proef")
    with monkeypatch.context() as patch:
        patch.setattr(copying, "fill_table", lambda *_: None)
        for name in ("proef", "nieuw"):
            with pytest.raises(ClusterError, match="did not hold what was written to it; nothing was restored"):
                restore(filled, file, name, changed=True)
    assert not _is_there(filled)
    assert [(one.name, one.open) for one in stores.tenants(filled)] == [("proef", False)]
    restore(filled, file, "proef", changed=True)
    with closing(open_store(_url(filled))) as store, store.read() as connection:
        assert connection.scalar("SELECT max(id) FROM prestaties") == 3


def _no_file(file: Path) -> None:
    """Nothing is there."""


def _no_store(file: Path) -> None:
    file.write_bytes(b"geen winkel")


def _older(file: Path) -> None:
    upgrade_store(str(file))
    _change(file, "UPDATE alembic_version SET version_num = '0011'")


def _other_values(file: Path) -> None:
    upgrade_store(str(file))
    _change(file, "INSERT INTO retourcodes (code, betekenis, soort) VALUES ('9999', 'a' || char(0), 'X')")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (_no_file, "is not there"),
        (_no_store, "no SQLite database"),
        (_older, "run: mzsim db upgrade"),
        (_other_values, "0x00"),
    ],
)
def test_what_is_no_store_becomes_none(
    make: Callable[[Path], None], said: str, cluster: Cluster, tmp_path: Path
) -> None:
    make(tmp_path / "x.db")
    with pytest.raises(MzsimError, match=said):
        restore(cluster, tmp_path / "x.db", "proef")
    assert stores.tenants(cluster) == []
    assert not _is_there(cluster)


def test_every_table_and_kind_of_value_is_known() -> None:
    """A table or column that is added to the store comes along by itself."""
    store: Database
    with closing(open_store("sqlite://")) as store, store.read() as connection:
        assert sorted(table.name for table in tables()) == sorted(set(connection.tables()) - {"alembic_version"})
        for table in tables():
            kinds = {"boolean": "boolean", "integer": "integer", "bigint": "integer", "blob": "bytes"}
            found = {name: kinds.get(kind, "text") for name, kind in connection.columns(table.name).items()}
            assert dict(table.columns) == found
            assert list(table.key) == connection.key(table.name)

"""Stores beside one another in one database of PostgreSQL, each in a schema of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
import sqlalchemy as sa

from mzsim.common.errors import StoreError
from mzsim.store import server
from mzsim.store.loading import load_file
from mzsim.store.place import Patience
from mzsim.store.session import open_store, upgrade_store
from tests.commands import ON_DATE, invoke, require_one_line
from tests.databases import SERVER, Maker, databases, engine_to
from tests.make_inv3 import FOLDER, STORE

pytestmark = pytest.mark.skipif(SERVER is None, reason="needs a PostgreSQL server")

DECLARATION = FOLDER / "1-volledig-toegewezen.mz301.asc"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Maker]:
    def prefetch(url: str) -> None:
        for place in (url, _in(url, "een"), _in(url, "twee")):
            upgrade_store(place)
        for place in (_in(url, "een"), _in(url, "twee")):
            store = open_store(place)
            load_file(store, STORE)
            store.close()
        with engine_to(url).begin() as connection:
            connection.execute(sa.text("CREATE SCHEMA vol"))
            connection.execute(sa.text("CREATE TABLE vol.van_een_ander (a INTEGER)"))

    with databases("postgresql", tmp_path_factory.mktemp("schemas"), prefetch) as maker:
        yield maker


@pytest.fixture(scope="module")
def database(filled: Maker) -> str:
    """A database with a store that holds nothing, two with the insurer of INV chapter 3 in the schemas een and twee, and a schema
    vol with a table that is of no store."""
    return filled()


def _in(url: str, schema: str) -> str:
    return f"{url}&schema={schema}"


def _count(url: str, table: str) -> int:
    with engine_to(url).connect() as connection:
        return int(connection.scalar(sa.text(f"SELECT count(*) FROM {table}")) or 0)


@pytest.mark.slow
def test_what_happens_in_one_happens_in_no_other(filled: Maker, tmp_path: Path) -> None:
    url = filled()
    for schema, answer in (
        ("een", "volledig_toegewezen"),
        ("een", "afgekeurd_bestand"),
        ("twee", "volledig_toegewezen"),
    ):
        words = ("replay", DECLARATION, "--store", _in(url, schema), *ON_DATE, "--out", tmp_path / "retour.asc")
        assert f" {answer} by " in invoke(*words).stdout
    assert [_count(place, "berichten") for place in (url, _in(url, "een"), _in(url, "twee"))] == [0, 1, 1]
    report = ("report", "behandelindex", "--agb", "12012345", "--date", "2011-12-31", "--store")
    assert invoke(*report, _in(url, "een")).exit_code == 0
    assert "holds no declarations" in require_one_line(invoke(*report, url).stderr)


@pytest.mark.parametrize("schema", ["select", "_" * 63])
def test_a_schema_is_made_where_it_is_not_there(database: str, schema: str) -> None:
    url = _in(database, schema)
    for words in (("replay", DECLARATION), ("db", "load", STORE)):
        ended = invoke(*words, "--store", url)
        assert (ended.exit_code, ended.stdout) == (2, "")
        assert "is not a store; a new one is made by: mzsim db upgrade" in require_one_line(ended.stderr)
    assert invoke("db", "upgrade", "--store", url).exit_code == 0
    open_store(url).close()


def test_a_schema_with_other_tables_becomes_no_store(database: str) -> None:
    ended = invoke("db", "upgrade", "--store", _in(database, "vol"))
    assert ended.exit_code == 2
    assert "holds other tables" in require_one_line(ended.stderr)


@pytest.mark.parametrize(
    ("schema", "why"), [("nieuw", "permission denied for database"), ("een", "needs USAGE and CREATE")]
)
def test_who_may_not_make_one_hears_so(database: str, schema: str, why: str) -> None:
    """As one who logs in as somebody else: what a URL asks of the server goes there."""
    ended = invoke("db", "upgrade", "--store", f"{_in(database, schema)}&options=-c%20role%3Dpg_monitor")
    assert ended.exit_code == 2
    assert why in require_one_line(ended.stderr)


def test_an_older_store_is_named_with_its_schema(filled: Maker) -> None:
    url = _in(filled(), "een")
    with engine_to(url).begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0011'"))
    with pytest.raises(StoreError, match=r"run: mzsim db upgrade --store \S+[?&]schema=een'?$"):
        open_store(url)


def test_many_who_make_the_same_store(database: str) -> None:
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(upgrade_store, [_in(database, "samen")] * 3))
    open_store(_in(database, "samen")).close()


def test_a_search_path_that_does_not_arrive_is_noticed(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As with a PgBouncer that leaves out what it doesn't know: the store would be another."""
    monkeypatch.setattr(server, "_settings", lambda *_: ())
    for asked in (open_store, upgrade_store):
        with pytest.raises(StoreError, match="schema public answers in its place: what stands before the server"):
            asked(_in(database, "een"))


@pytest.mark.slow
@pytest.mark.parametrize("elsewhere", ["another schema", "another database"])
def test_only_who_has_this_store_is_named(filled: Maker, elsewhere: str) -> None:
    """Tables of databases that were made of one template have the same numbers."""
    url, other = filled(), filled()
    told: list[str] = []
    waited = threading.Event()
    patient = open_store(_in(url, "een"), patience=Patience(30, lambda what: (told.append(what), waited.set())))
    occupied = open_store(_in(url, "twee") if elsewhere == "another schema" else _in(other, "een"))
    with ExitStack() as until_then:
        until_then.enter_context(occupied.change())  # first, so that it would be named first
        hidden = until_then.enter_context(engine_to(_in(url, "een")).begin())
        hidden.execute(sa.text("SET LOCAL application_name = 'degene'"))
        hidden.execute(sa.text("UPDATE stand SET revisie = revisie"))
        waiting = threading.Thread(target=lambda: patient.change().__enter__())
        waiting.start()
        assert waited.wait(20)
    waiting.join(20)
    assert told[0].startswith("waits for degene, ")
    patient.close()
    occupied.close()

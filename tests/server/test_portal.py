"""The stores of a portal: made and dropped, each with its token, each with nothing of another."""

from __future__ import annotations

import json
import shutil
import sqlite3
import stat
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from mzsim.common.errors import MzsimError, StoreError, StoreFileError
from mzsim.common.shipped import shipped
from mzsim.server.errors import PortalError, QuotaError, UnknownStoreError
from mzsim.server.options import SubmitOptions
from mzsim.server.portal import Portal, Settings
from mzsim.server.submitting import Quota
from mzsim.store.session import upgrade_store
from tests.commands import DATE
from tests.make_inv3 import STORE
from tests.server.conftest import GOOD, ON_DATE, Watch, submit


@pytest.fixture
def portal(folder: Path, watch: Watch) -> Iterator[Portal]:
    with Portal(folder, clock=watch, passing=watch.passing, workers=False) as opened:
        yield opened


def test_a_folder_that_is_new_has_a_store(portal: Portal, folder: Path) -> None:
    (entry,) = portal.stores()
    assert (entry.name, entry.token, entry.unmasked) == ("proef", "", False)
    assert {path.name for path in folder.glob("*")} >= {"proef.db", "winkels.json", "tijdelijk"}
    assert submit(portal.store("proef")) == 1


def test_what_it_holds_is_there_again(folder: Path, watch: Watch) -> None:
    with Portal(folder, clock=watch, passing=watch.passing, workers=False) as portal:
        _, token = portal.make_store("leverancier-1")
        portal.store("leverancier-1").load(STORE.read_text())
        submit(portal.store("leverancier-1"))
        portal.unmask("leverancier-1", unmasked=True)
    with Portal(folder, clock=watch, passing=watch.passing, workers=False) as portal:
        assert [entry.name for entry in portal.stores()] == ["leverancier-1", "proef"]
        assert portal.authorised("leverancier-1", token)
        assert portal.stores()[0].unmasked
        shop = portal.store("leverancier-1")
        shop.work()
        assert shop.submission(1).status == "afgehandeld"


def test_a_token_is_for_one_store_and_kept_nowhere(portal: Portal, folder: Path) -> None:
    _, one = portal.make_store("een")
    _, other = portal.make_store("twee")
    assert portal.authorised("een", one)
    for name, token in (("een", other), ("een", ""), ("een", one[:-1]), ("een", f"{one} "), ("drie", one)):
        assert not portal.authorised(name, token)
    assert not portal.authorised("proef", "")  # it has none, and so nothing opens it
    assert not portal.authorised("een", "ë\udcff")
    assert len(one) > 40
    for file in folder.glob("*"):
        if file.is_file():
            assert one.encode() not in file.read_bytes()
    assert stat.S_IMODE((folder / "winkels.json").stat().st_mode) == 0o600


def test_stores_have_nothing_of_each_other(portal: Portal) -> None:
    portal.make_store("een")
    portal.make_store("twee")
    een, twee = portal.store("een"), portal.store("twee")
    een.load(STORE.read_text())
    een.set_behaviour({"vertraging": 1})
    submit(een)
    assert twee.submissions() == []
    assert twee.behaviour().vertraging == {}
    submit(twee)
    twee.work()
    assert twee.submission(1).status == "fout"  # the insurer of the other is not there
    assert een.submission(1).status == "ontvangen"


def test_a_store_is_dropped_with_all_that_it_held(portal: Portal, folder: Path) -> None:
    portal.make_store("een")
    shop = portal.store("een")
    submit(shop)
    portal.drop_store("een")
    assert not list(folder.glob("een*"))
    for ask in (portal.store, portal.drop_store):
        with pytest.raises(UnknownStoreError):
            ask("een")
    with pytest.raises(StoreError):
        shop.submissions()
    portal.make_store("een")
    assert portal.store("een").submissions() == []


@pytest.mark.parametrize("name", ["", "-a", "A", "a b", "../a", "a/b", "a.b", "é", "a" * 41, "proef", "a\n", "con:"])
def test_a_name_that_is_none(name: str, portal: Portal, folder: Path) -> None:
    before = sorted(folder.glob("**/*"))
    with pytest.raises(PortalError) as caught:
        portal.make_store(name)
    assert str(caught.value).isprintable()
    assert sorted(folder.glob("**/*")) == before
    assert len(portal.stores()) == 1


def test_there_are_no_more_stores_than_may_be(folder: Path) -> None:
    with Portal(folder, settings=Settings(stores=2), workers=False) as portal:
        portal.make_store("een")
        with pytest.raises(PortalError, match="as many as it may"):
            portal.make_store("twee")


def test_what_lies_about_is_not_taken_for_a_store(portal: Portal, folder: Path) -> None:
    (folder / "een.db").write_bytes(b"of somebody")
    with pytest.raises(PortalError, match="is there already"):
        portal.make_store("een")
    assert (folder / "een.db").read_bytes() == b"of somebody"


def test_a_store_elsewhere_is_left_there(portal: Portal, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/elders.db"
    portal.make_store("elders", url=url)
    submit(portal.store("elders"))
    portal.drop_store("elders")
    assert (tmp_path / "elders.db").exists()


def test_a_folder_that_is_copied_or_moved_has_stores_of_its_own(folder: Path, tmp_path: Path) -> None:
    with Portal(folder, workers=False) as portal:
        portal.make_store("ander")
        submit(portal.store("ander"))
    copied = tmp_path / "elsewhere" / "copy"
    shutil.copytree(folder, copied)
    with Portal(folder, workers=False) as original, Portal(copied, workers=False) as copy:
        submit(copy.store("ander"))
        copy.store("proef").reset()
        assert len(copy.store("ander").submissions()) == 2
        assert len(original.store("ander").submissions()) == 1
    shutil.rmtree(folder)
    moved = copied.rename(tmp_path / "moved")
    with Portal(moved, workers=False) as portal:
        assert len(portal.store("ander").submissions()) == 2
        portal.drop_store("ander")
    assert not (moved / "ander.db").exists()


def test_one_portal_has_a_folder(portal: Portal, folder: Path) -> None:
    with pytest.raises(PortalError, match="another portal has it"):
        Portal(folder, workers=False)
    assert submit(portal.store("proef")) == 1


@pytest.mark.parametrize("content", ["", "{", "[1]", '[{"name": "x"}]', '[{"naam": "x", "url": ""}]', '{"a": 1}'])
def test_a_registry_that_is_none_is_one_line(content: str, folder: Path) -> None:
    folder.mkdir()
    (folder / "winkels.json").write_text(content)
    with pytest.raises(PortalError) as caught:
        Portal(folder, workers=False)
    assert "winkels.json: can't be read" in str(caught.value)


def test_one_broken_store_keeps_nobody_from_the_others(folder: Path) -> None:
    with Portal(folder, workers=False) as portal:
        portal.make_store("een")
    (folder / "een.db").write_bytes(b"no database, and long enough to be taken for something" * 100)
    with Portal(folder, workers=False) as portal:
        assert submit(portal.store("proef")) == 1
        with pytest.raises(MzsimError):
            portal.store("een").submissions()


def test_a_portal_on_one_store(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/eigen.db"
    with pytest.raises(StoreError, match="is not there"):
        Portal(url=url)
    upgrade_store(url)
    with Portal(url=url, token="geheim", workers=False) as portal:
        assert portal.authorised("proef", "geheim")
        assert not portal.authorised("proef", "Geheim")
        shop = portal.store("proef")
        assert submit(shop) == 1
        for call in (portal.make_store, portal.drop_store):
            with pytest.raises(PortalError):
                call("proef")
        assert submit(shop) == 2
    assert (tmp_path / "eigen.db").exists()


def test_a_store_that_is_dropped_while_it_is_emptied_holds_up_no_other(folder: Path) -> None:
    """Who empties it waits for whoever has locked it."""
    with Portal(folder) as portal, ThreadPoolExecutor() as pool:
        portal.make_store("een")
        shop = portal.store("een")
        with closing(sqlite3.connect(folder / "een.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            emptied = pool.submit(shop.reset)
            time.sleep(0.2)
            dropped = [pool.submit(portal.drop_store, "een") for _ in range(2)]
            time.sleep(0.2)
            assert pool.submit(portal.store, "proef").result(5).submissions() == []
            assert pool.submit(portal.make_store, "twee").result(5)
            other.execute("ROLLBACK")
        emptied.result(30)
        wrong = [one.exception(30) for one in dropped]
        assert {type(one) for one in wrong} == {type(None), UnknownStoreError}
        assert [entry.name for entry in portal.stores()] == ["proef", "twee"]


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "nonsense://x", "mysql://a:b@c/d"])
def test_a_url_that_is_no_store_for_a_portal(url: str) -> None:
    with pytest.raises(MzsimError) as caught:
        Portal(url=url)
    assert str(caught.value).isprintable()


def test_a_portal_needs_a_place() -> None:
    with pytest.raises(PortalError, match="needs a folder"):
        Portal()


@pytest.mark.parametrize(
    ("quota", "reason"),
    [
        (Quota(submissions=2), "as many as it may"),
        (Quota(size=2 * len(GOOD)), "has no room for more"),
        (Quota(waiting=2), "wait for an answer; try again later"),
    ],
)
def test_a_store_that_is_full_says_so(quota: Quota, reason: str, folder: Path, watch: Watch) -> None:
    with Portal(folder, settings=Settings(quota=quota), clock=watch, passing=watch.passing, workers=False) as portal:
        shop = portal.store("proef")
        submit(shop)
        submit(shop)
        with pytest.raises(QuotaError, match=reason):
            submit(shop)
        assert len(shop.submissions()) == 2
        shop.reset()
        assert submit(shop) == 3


def test_what_is_refused_counts_too(folder: Path) -> None:
    """Else somebody who sends nothing but nonsense would fill the store."""
    with Portal(folder, settings=Settings(quota=Quota(submissions=2)), workers=False) as portal:
        shop = portal.store("proef")
        for _ in range(2):
            ((one,), _) = shop.submit(BytesIO(GOOD), "../x.asc")
            assert one.resultaat != 102
        with pytest.raises(QuotaError):
            shop.submit(BytesIO(GOOD), "../x.asc")


def test_a_reset_is_a_new_store(portal: Portal) -> None:
    shop = portal.store("proef")
    shop.load(STORE.read_text())
    shop.set_behaviour({"kwijt": {"kans": 100}})
    shop.submit(BytesIO(GOOD), "x.asc", options=ON_DATE, key="A")
    shop.work()
    shop.reset()
    shop.load(STORE.read_text())
    assert shop.behaviour().kwijt.kans == 0
    _, known = shop.submit(BytesIO(GOOD), "x.asc", options=ON_DATE, key="A")
    shop.work()
    (found,) = shop.submissions()
    assert (known, found.id, found.status) == (False, 2, "afgehandeld")
    assert found.resultaat is not None
    assert found.resultaat["status"] == "volledig_toegewezen"  # its factuurnummer is free again


def test_a_store_is_loaded_by_text_by_name_or_by_values_never_by_path(portal: Portal, tmp_path: Path) -> None:
    shop = portal.store("proef")
    place = tmp_path / "x.yaml"
    place.write_text("uzovi: []\n")
    assert shop.load("@proef")
    assert shop.load({"tarieven": [{"prestatiecode": "X999", "tarief": 1.5, "ingang": "2020-01-01", "einde": None}]})
    for path in (str(place), f"@{place}", "@../proef", "/etc/passwd"):
        with pytest.raises((StoreFileError, MzsimError)):
            shop.load(path)


def test_the_registry_is_what_it_says(portal: Portal, folder: Path) -> None:
    portal.make_store("een")
    registry = json.loads((folder / "winkels.json").read_bytes())
    assert [entry["name"] for entry in registry] == ["een", "proef"]
    assert all(set(entry) == {"name", "url", "token", "unmasked"} for entry in registry)


def test_a_store_of_before_is_brought_up_to_date(folder: Path) -> None:
    """A portal owns the stores of its folder: whoever upgrades the program needn't upgrade each."""
    with Portal(folder, workers=False) as portal:
        url = portal.stores()[0].url
    config = Config()
    config.set_main_option("script_location", str(shipped("migrations")))
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0011")
    engine.dispose()
    with Portal(folder, workers=False) as portal:
        assert portal.store("proef").submit(BytesIO(GOOD), "x.asc", options=SubmitOptions(DATE))[0][0].id == 1

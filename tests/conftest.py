"""Fixtures for all tests: stores that are made once and copied."""

from __future__ import annotations

import os
import shutil
import signal
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from mzsim.store.loading import load_file
from mzsim.store.session import Database, open_store
from tests.check_cases import STORE


def pytest_configure(config: pytest.Config) -> None:
    """Where the tests are started in the background the shell has SIGINT ignored, for every command they start as well."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if _asked_for_all(config):
        from tests.examples import try_all  # properties are few, and Hypothesis takes a while to import

        try_all()


def _asked_for_all(config: pytest.Config) -> bool:
    return bool(config.getoption("all") or config.getoption("keyword"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """What a run leaves out unless it is asked for."""
    parser.addoption(
        "--all",
        action="store_true",
        help="Also what slow tests and properties try by the dozen: two of three are left out.",
    )
    parser.addoption(
        "--sparse",
        action="store_true",
        help="Of what fast tests try by the dozen two of three are left out too: for a look at another set of libraries.",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what a run is not asked for, and keeps the tests of the portal and of clusters out of the fast part."""
    if not _asked_for_all(config):
        _sample(config, items)
    for item in items:
        if item.get_closest_marker("slow") is None and not {_PORTAL, _CLUSTER}.isdisjoint(item.path.parents):
            if _PORTAL in item.path.parents:
                item.add_marker(pytest.mark.portal)
            item.add_marker(pytest.mark.slow)


_PORTAL, _CLUSTER = (Path(__file__).parent / room for room in ("server", "cluster"))


def _sample(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of a slow test with many parameters every third is run, always the same; `--all` runs each, and so does `-k`. With
    `--sparse` the same is done to fast tests, and to those of each module of the portal."""
    sparse = config.getoption("sparse")
    families: defaultdict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        if sparse and _PORTAL in item.path.parents:
            families[str(item.path)].append(item)
        elif (sparse or item.get_closest_marker("slow") is not None) and hasattr(item, "callspec"):
            families[item.nodeid.partition("[")[0]].append(item)
    many = [family for family in families.values() if len(family) > _MOST]
    left_out = {item for family in many for number, item in enumerate(family) if number % 3}
    if left_out:
        config.hook.pytest_deselected(items=list(left_out))
        items[:] = [item for item in items if item not in left_out]


_MOST = 9
"""Parameters of a test that are all run where it is sampled."""


@pytest.fixture(scope="session")
def inv_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store file with the insurer of INV chapter 3."""
    file = tmp_path_factory.mktemp("store") / "inv.db"
    store = open_store(f"sqlite:///{file}")
    load_file(store, STORE)
    store.close()
    return file


@pytest.fixture(scope="session")
def kept_stores(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for stores that are made once, by whichever process needs them first."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "kept-stores"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def store(inv_store: Path, tmp_path: Path) -> Iterator[Database]:
    """A store of its own for one test, with the insurer of INV chapter 3."""
    file = shutil.copy(inv_store, tmp_path / "store.db")
    opened = open_store(f"sqlite:///{file}")
    yield opened
    opened.close()

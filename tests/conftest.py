"""Fixtures for all tests: stores that are made once and copied."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from mzsim.store.loading import load_file
from mzsim.store.session import Database, open_store
from tests.check_cases import STORE


def pytest_configure() -> None:
    """Where the tests are started in the background the shell has SIGINT ignored, for every command they start as well."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


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

"""The declaration examples of INV chapter 4: they pass all checks of VECOZO, and of the insurer but for the cover."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from mzsim.domain.findings import Stage, Status
from mzsim.pipeline import Order, replay
from mzsim.store.loading import load_file
from mzsim.store.session import Database, open_store
from tests.make_inv4 import FOLDER, STORE, declaraties

EXAMPLES = declaraties()


@pytest.fixture
def inv4(tmp_path: Path) -> Iterator[Database]:
    """A store with the insurer and the zorgkantoor of the examples."""
    opened = open_store(f"sqlite:///{tmp_path}/inv4.db")
    load_file(opened, STORE)
    yield opened
    opened.close()


def _order(name: str, folder: Path, stage: Stage) -> Order:
    date = dt.date(2018, 5, 2) if "wlz" in name else dt.date(2011, 5, 2)
    return Order(FOLDER / f"{name}.mz301.asc", folder / f"{name}.mz302.asc", date, stage)


def test_fixtures_are_fresh() -> None:
    files = {file.name.removesuffix(".mz301.asc"): file.read_bytes() for file in FOLDER.glob("*.asc")}
    assert files == EXAMPLES


@pytest.mark.slow
@pytest.mark.parametrize("name", EXAMPLES)
def test_vecozo_forwards(name: str, inv4: Database, tmp_path: Path) -> None:
    outcome = replay(_order(name, tmp_path, Stage.VECOZO), inv4)
    assert [m.finding.check.id for m in outcome.meldingen] == []
    assert outcome.status is Status.FORWARDED


@pytest.mark.slow
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_insurer_sees_no_error(name: str, inv4: Database, tmp_path: Path) -> None:
    outcome = replay(_order(name, tmp_path, Stage.ALL), inv4)
    assert {m.finding.check.id for m in outcome.meldingen} <= {"0430-5"}
    if "wlz" in name:
        assert outcome.status is Status.FULLY_GRANTED

"""Portals for tests, on the databases of the store's tests. Their clock stands still until it is moved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from mzsim.server.options import SubmitOptions
from mzsim.server.portal import Portal
from mzsim.server.portal_store import PortalStore
from tests.commands import DATE
from tests.make_inv3 import declaraties
from tests.store.conftest import _inv, database, inv_url

__all__ = ["_inv", "database", "inv_url"]

ON_DATE = SubmitOptions(date=DATE)
DECLARATIONS = declaraties()
GOOD = DECLARATIONS["1-volledig-toegewezen"]


class Watch:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.time = dt.datetime(2026, 1, 31, 9, 30, tzinfo=dt.UTC)
        self.passed = 0.0

    def __call__(self) -> dt.datetime:
        return self.time

    def forward(self, seconds: float) -> None:
        self.set(seconds)
        self.passed += seconds

    def set(self, seconds: float) -> None:
        """Somebody sets the clock, by so many seconds."""
        self.time += dt.timedelta(seconds=seconds)

    def passing(self) -> float:
        return self.passed


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def portal(inv_url: str, watch: Watch) -> Iterator[Portal]:
    """A portal on a store with the insurer of INV chapter 3; nothing is answered until it is asked to work."""
    with Portal(url=inv_url, clock=watch, passing=watch.passing, workers=False) as opened:
        yield opened


@pytest.fixture
def shop(portal: Portal) -> PortalStore:
    """Its store."""
    return portal.store("proef")


def submit(shop: PortalStore, content: bytes = GOOD, name: str = "x.asc", options: SubmitOptions = ON_DATE) -> int:
    """Submits a declaration that is accepted, and gives its id."""
    ((one,), known) = shop.submit(BytesIO(content), name, options=options)
    assert (one.resultaat, one.melding, known) == (102, "", False)
    return one.id


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "portaal"

"""Killed at every edge, the portal loses nothing and doubles nothing; `python -m tests.portal_kills` does so by the hundred."""

from __future__ import annotations

import pytest

from tests import portal_kills
from tests.commands import script
from tests.databases import DATABASES

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("database", DATABASES)
def test_nothing_is_lost_or_doubled(database: str) -> None:
    """A process of its own, which may be forked: each named point once, some calls, and a portal with its worker. Of PostgreSQL,
    whose portals are killed in test_cluster_portal.py too, some of the points."""
    named = {kind: sum(len(portal_kills.NAMED[what]) for what in works) for kind, works in _WORKS.items()}
    rounds = named["rounds"] + 4 if database == "sqlite" else 6
    options = ["--rounds", rounds, "--accepting", named["accepting"] + 2, "--live", 1]
    told = script("portal_kills", *options, "--database", database)
    assert "0 lost, doubled, or other than from the command line" in told
    assert f"{rounds} killed" in told


_WORKS = {"rounds": ("answering", "releasing"), "accepting": ("accepting",)}

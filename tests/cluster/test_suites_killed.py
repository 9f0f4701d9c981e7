"""A suite on a cluster of which workers and the server are killed: a few rounds of `python -m tests.cluster_suites`."""

from __future__ import annotations

import pytest

from tests.cluster_suites import left_behind, play_here, play_killed, playground
from tests.own_server import programs

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(programs() is None, reason="PostgreSQL is not installed here"),
]


def test_nothing_is_missing_or_double_whoever_is_killed() -> None:
    with playground(150, 2) as (suite, server, workers):
        play_here(suite, "here", 2)
        assert play_killed(suite, "killed", server, workers, 3, seed=2).total()
        assert suite.bytes_of("killed") == suite.bytes_of("here")
        assert left_behind(server) == 0

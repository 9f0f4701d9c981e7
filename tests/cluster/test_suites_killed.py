"""`mzsim suite run --cluster` with `mzsim worker`: that comes late, and that is killed, as is the server."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.cluster.working import working
from tests.cluster_suites import left_behind, play_here, play_killed, playground
from tests.commands import order, surroundings
from tests.own_server import programs

pytestmark = pytest.mark.slow


def test_where_nobody_listens_that_is_said_and_waited_for(cluster_url: str, tmp_path: Path) -> None:
    words = order("suite", "run", "inv", "--cluster", cluster_url)
    with subprocess.Popen(words, env=surroundings(), stdout=-1, stderr=-1, text=True) as run:
        assert run.stderr is not None
        said = run.stderr.readline()
        assert said.startswith("mzsim: no worker listens to suites@")
        assert "start one: mzsim worker --store " in said
        with working(cluster_url, 1, tmp_path / "said"):
            assert run.communicate(timeout=60) == ("38 passed of 38 cases\n", "")


@pytest.mark.skipif(programs() is None, reason="PostgreSQL is not installed here")
def test_nothing_is_missing_or_double_whoever_is_killed() -> None:
    """A few rounds of `python -m tests.cluster_suites`."""
    with playground(150, 2) as (suite, server, workers):
        play_here(suite, "here")
        assert play_killed(suite, "killed", server, workers, 3, seed=2).total()
        assert suite.bytes_of("killed") == suite.bytes_of("here")
        assert left_behind(server) == 0

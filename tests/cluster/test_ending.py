"""A worker ends when whoever started it is gone, also where it had not begun yet."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mzsim.cluster.database import Cluster
from mzsim.cluster.start import Start
from mzsim.program import rules_of_this_program
from tests.commands import surroundings


@pytest.mark.slow
def test_a_worker_that_has_just_been_started_ends_with_its_input(
    cluster: Cluster, cluster_url: str, tmp_path: Path
) -> None:
    start = Start(cluster_url, ["winkels"], str(tmp_path), rules_of_this_program())
    ended = subprocess.run(
        [sys.executable, "-m", "mzsim.cluster.worker"],
        input=start.to_line(),
        env=surroundings(),
        timeout=30,
        check=False,
    )
    assert ended.returncode == 0
    with cluster.connection() as connection:
        assert connection.execute("SELECT count(*) FROM procrastinate_workers").fetchone() == (0,)

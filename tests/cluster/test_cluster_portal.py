"""Portals and workers that are killed lose nothing; `python -m tests.cluster_portal` kills them by the hundred."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import order, surroundings
from tests.databases import SERVER

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


def test_nothing_is_lost_or_doubled() -> None:
    assert SERVER is not None
    ended = subprocess.run(
        [sys.executable, "-m", "tests.cluster_portal", "--rounds", "1", "--resets", "1", "--drops", "1"],
        cwd=ROOT,
        env=surroundings(MZSIM_TEST_POSTGRES=SERVER),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "0 lost, doubled, or other than from the command line" in ended.stdout
    assert "3 as the command line" in ended.stdout
    assert ended.stdout.count("1 emptied") == 2


@pytest.mark.parametrize(
    ("behind", "says"),
    [
        ("", "it serves the stores of a cluster, which workers answer\n"),
        ("&schema=mzsim_een", "it serves one store, and answers it itself\n"),
    ],
    ids=["cluster", "store"],
)
def test_it_says_which_of_the_two_it_serves(cluster_url: str, behind: str, says: str) -> None:
    place = cluster_url if "?" in cluster_url else f"{cluster_url}?"
    if behind:
        subprocess.run(order("db", "upgrade", "--store", place + behind), env=surroundings(), check=True)
    command = order("serve", "--store", place + behind, "--port", "0")
    with subprocess.Popen(command, env=surroundings(), stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline().startswith("mzsim portal: http://127.0.0.1:")
        assert running.stdout.readline() == says
        running.kill()

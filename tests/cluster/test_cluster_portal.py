"""Portals and workers that are killed lose nothing; `python -m tests.cluster_portal` kills them by the hundred."""

from __future__ import annotations

import subprocess

import pytest

from tests.commands import order, script, surroundings

pytestmark = pytest.mark.slow


def test_nothing_is_lost_or_doubled() -> None:
    told = script("cluster_portal", "--rounds", 1, "--resets", 1, "--drops", 1)
    assert "0 lost, doubled, or other than from the command line" in told
    assert "3 as the command line" in told
    assert told.count("1 emptied") == 2


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

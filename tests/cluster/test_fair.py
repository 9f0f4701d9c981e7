"""A round of `python -m tests.cluster_fair`: all is answered, and the table says how long it took."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import cluster_fair
from tests.cluster_fair import LITTLE, Parts, measure, table
from tests.databases import databases


@pytest.mark.slow
def test_a_round(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_fair, "LITTLE", ("north",))  # making a store takes a second
    with databases("postgresql", tmp_path, lambda _: None) as make:
        parts = measure(make(), tmp_path, workers=1, rounds=1, declarations=2, pace=0.05)
    assert {name: len(took) for name, took in parts.alone.items()} == {"north": 2}
    assert {name: len(took) for name, took in parts.together.items()} == {"north": 2}


def test_the_table() -> None:
    alone = {name: [0.01 * number for number in range(1, 101)] for name in LITTLE}
    beside = {name: [0.015 * number for number in range(1, 101)] for name in LITTLE}
    header, everyone, *each = table(Parts(alone, beside))
    assert everyone.split() == ["all", "four", "400", "510.0", "960.0", "400", "765.0", "1440.0", "1.50"]
    assert [line.split()[0] for line in each] == list(LITTLE)
    assert "p95 ratio" in header

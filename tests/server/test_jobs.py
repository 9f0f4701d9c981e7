"""What runs in processes beside the portal: how much of it stays, and for whom."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mzsim.server.jobs import BusyError, Jobs, Kind
from tests.commands import surroundings

MINE, OTHER = frozenset({"mine"}), frozenset({"other"})


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[Jobs]:
    found = Jobs(tmp_path / "jobs")
    yield found
    found.close()


def _start(jobs: Jobs, kind: Kind = "pack", pack: int | None = None, *, done: bool = True) -> int:
    id = jobs.start(
        kind, {} if pack is None else {"pack": pack}, ["--version"] if done else ["serve", "--map", ".", "--port", "0"]
    )
    while done and jobs.job(id, kind).status is None:
        time.sleep(0.02)
    return id


def _there(jobs: Jobs) -> list[int]:
    return sorted(job.id for kind in ("pack", "grade") for job in jobs.all(kind))  # type: ignore[arg-type]


def test_the_oldest_that_is_done_goes_for_one_more(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mzsim.server.jobs._MOST_KEPT", 2)
    mine = jobs.of(MINE)
    pack = _start(mine)
    others = _start(jobs.of(OTHER))
    first = _start(mine, "grade", pack)
    second = _start(mine, "grade", pack)
    assert _there(jobs) == [pack, others, second], "the pack is used, the first result is not"
    last = _start(mine)
    assert _there(mine) == [second, last]
    assert not list(Path(jobs.job(last, "pack").folder.parent).glob(f"{first}/*"))


def test_what_runs_never_goes_for_another(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mzsim.server.jobs._MOST_KEPT", 1)
    mine = jobs.of(MINE)
    running = [_start(mine, done=False) for _ in range(2)]
    with pytest.raises(BusyError):
        _start(mine)
    assert _there(mine) == running
    jobs.forget("mine")
    assert _there(jobs) == []
    assert _start(mine) == 1


def test_portals_that_share_a_folder_see_the_same(jobs: Jobs, tmp_path: Path) -> None:
    """A portal sees what runs at another, how it ended, and that one which is gone left a job undone."""
    other = Jobs(tmp_path / "jobs")
    running = _start(jobs, done=False)
    assert [other.job(running, "pack").status, other.all("pack")[0].status] == [None, None]
    done = _start(other)
    assert done == running + 1
    assert jobs.job(done, "pack").status == 0
    jobs.close()
    assert other.job(running, "pack").status is not None
    code = "import os, sys; from pathlib import Path; from mzsim.server.jobs import Jobs; "
    code += "Jobs(Path(sys.argv[1])).start('pack', {}, ['--version']); os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", code, tmp_path / "jobs"], env=surroundings(), check=False)
    assert other.job(done + 1, "pack").status == -1

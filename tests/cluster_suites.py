"""A suite on a cluster against one machine: `python -m tests.cluster_suites --cases 10000 --kills 20`.

Plays the same cases by two processes of one machine and, at the same time, by two workers that share a PostgreSQL server of this
script's own. What is printed and written must be the same to the byte. It tells what each took, in CPU time, as other programs
may be at work.

Then it plays them on the cluster once more, and so many times at a random moment it kills a process of the worker or the whole
of it, or starts the server anew as after a power cut. Again nothing may be missing, double or otherwise, and the run must end by
itself.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from tests.commands import order, surroundings
from tests.many_cases import make
from tests.own_server import OwnServer, own_server

_TICKS = os.sysconf("SC_CLK_TCK")
_LISTENS_WITHIN = 60.0
KINDS = ("html", "junit", "results")


class Took(NamedTuple):
    """CPU seconds: of who gives the run and whatever it starts, of the workers, and of the server."""

    client: float
    workers: float = 0.0
    server: float = 0.0


def cpu_of_tree(process: int) -> float:
    """CPU seconds of a process and all that it started, also of what has ended since."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0  # it has ended, and counts with who started it
    return sum(map(int, fields[11:15])) / _TICKS + sum(cpu_of_tree(child) for child in children(process))


def children(process: int) -> list[int]:
    """The processes that it started and that live."""
    try:
        tasks = list(Path(f"/proc/{process}/task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


class Workers:
    """`mzsim worker` with some processes, in a session of its own."""

    def __init__(self, url: str, number: int) -> None:
        self._order = order("worker", "--store", url, "--queue", "suites", "--concurrency", number)
        self.start()

    def start(self) -> None:
        """Starts it, also once more."""
        self._process = subprocess.Popen(
            self._order, env=surroundings(), start_new_session=True, stderr=subprocess.DEVNULL
        )

    @property
    def pid(self) -> int:
        """The process that starts the others."""
        return self._process.pid

    def kill(self) -> None:
        """Ends all of it, as when its machine fails."""
        os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()

    def kill_one(self, chance: random.Random) -> None:
        """Ends one of its processes, if it has any at this moment."""
        if found := children(self.pid):
            with suppress(ProcessLookupError):
                os.kill(chance.choice(found), signal.SIGKILL)


class Suite(NamedTuple):
    """A suite to play, and a folder to write reports in."""

    folder: Path
    to: Path

    def begin(self, name: str, *words: object) -> subprocess.Popen[bytes]:
        """Begins a run that writes every report."""
        (self.to / name).mkdir()
        reports = [f"--{kind}={self.to / name / kind}" for kind in KINDS]
        with (self.to / name / "out").open("wb") as out:
            return subprocess.Popen(
                order("suite", "run", self.folder, *words, *reports), env=surroundings(), stdout=out, stderr=out
            )

    def cpu_at_end(self, run: subprocess.Popen[bytes]) -> float:
        """Waits for the end of a run, which must be a good one; its CPU seconds."""
        _, status, usage = os.wait4(run.pid, 0)
        run.returncode = os.waitstatus_to_exitcode(status)
        if run.returncode:
            outs = "".join(file.read_text()[-2000:] for file in self.to.glob("*/out"))
            raise AssertionError(f"a run ended with status {run.returncode}: {outs}")
        return usage.ru_utime + usage.ru_stime

    def bytes_of(self, name: str) -> list[bytes]:
        """All that a run printed and wrote, but what it says of the server."""
        out = self.to / name / "out"
        said = [line for line in out.read_bytes().splitlines() if not line.startswith(b"mzsim: ")]
        files = sorted(file for file in (self.to / name).rglob("*") if file.is_file() and file != out)
        return [*said, *(file.read_bytes() for file in files)]


@contextmanager
def playground(cases: int, workers: int) -> Iterator[tuple[Suite, OwnServer, Workers]]:
    """A suite, a server that is a cluster, and workers that listen to it."""
    with tempfile.TemporaryDirectory(prefix="mzsim-cluster-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the server runs as somebody else
        suite = Suite(folder / "suite", folder / "to")
        suite.to.mkdir()
        make(suite.folder, cases)
        with own_server(folder / "pg") as server:
            subprocess.run(order("cluster", "init", "--store", server.url), env=surroundings(), check=True, stdout=-3)
            at_work = Workers(server.url, workers)
            try:
                _wait_until_they_listen(server, workers)
                yield suite, server, at_work
            finally:
                at_work.kill()


def _wait_until_they_listen(server: OwnServer, workers: int) -> None:
    import psycopg

    until = time.monotonic() + _LISTENS_WITHIN
    with psycopg.connect(server.url, autocommit=True) as connection:
        while connection.execute("SELECT count(*) FROM mzsim.werkers").fetchone() != (workers,):
            assert time.monotonic() < until, "no worker listens"
            time.sleep(0.05)


def play_here(suite: Suite, name: str) -> None:
    """Plays it on this machine, without a cluster."""
    suite.cpu_at_end(suite.begin(name))


def play_both(suite: Suite, server: OwnServer, workers: Workers, processes: int) -> tuple[Took, Took]:
    """Plays it on this machine as `here` and on the cluster as `there`: at the same time, so that whatever else is at work makes
    both as slow."""
    before = cpu_of_tree(workers.pid), cpu_of_tree(server.pid)
    here = suite.begin("here", "-j", processes)
    there = suite.begin("there", "--cluster", server.url)
    client = suite.cpu_at_end(there)
    on_cluster = Took(client, cpu_of_tree(workers.pid) - before[0], cpu_of_tree(server.pid) - before[1])
    return Took(suite.cpu_at_end(here)), on_cluster


def play_killed(suite: Suite, name: str, server: OwnServer, workers: Workers, kills: int, seed: int) -> Counter[str]:
    """Plays it on the cluster, and meanwhile kills so many times; how often what."""
    chance, done = random.Random(seed), Counter[str]()
    run = suite.begin(name, "--cluster", server.url)
    while run.poll() is None and not _size(suite.to / name / "results"):
        time.sleep(0.05)
    while run.poll() is None and done.total() < kills:
        time.sleep(chance.uniform(0.2, 3))
        what = chance.choice(["a process", "a process", "a worker", "the server"])
        if what == "a process":
            workers.kill_one(chance)
        elif what == "a worker":
            workers.kill()
            workers.start()
        else:
            server.restart()
        done[what] += 1
    if run.poll() is None:
        suite.cpu_at_end(run)
    assert run.returncode == 0, (suite.to / name / "out").read_text()[-2000:]
    return done


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def left_behind(server: OwnServer) -> int:
    """Rows that there still are of runs, on the server."""
    import psycopg

    tables = ("runs", "brokken", "uitslagen", "archieven", "procrastinate_jobs WHERE queue_name LIKE 'suites@%'")
    with psycopg.connect(server.url) as connection:
        counts = [connection.execute(f"SELECT count(*) FROM mzsim.{table}").fetchone() for table in tables]
    return sum(int(count[0]) for count in counts if count is not None)


def _table(cases: int, here: Took, there: Took) -> None:
    print(f"{'':24}{'CPU s':>10}{'client':>10}{'workers':>10}{'server':>10}{'cases a CPU s':>16}")
    for name, took in (("one machine", here), ("cluster", there)):
        each = "".join(f"{part:10.1f}" for part in took)
        print(f"{name:24}{sum(took):10.1f}{each}{cases / sum(took):16.0f}")
    print(f"throughput per core: {sum(here) / sum(there):.2f} of one machine")


def main() -> None:
    """Plays, kills, compares and prints; the exit status is 1 where anything differs."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, usual in (("cases", 10_000), ("kills", 20), ("workers", 2), ("seed", 1)):
        reader.add_argument(f"--{name}", type=int, default=usual)
    asked = reader.parse_args()
    with playground(asked.cases, asked.workers) as (suite, server, workers):
        here, there = play_both(suite, server, workers, asked.workers)
        _table(asked.cases, here, there)
        expected = suite.bytes_of("here")
        alike = [suite.bytes_of("there") == expected]
        if asked.kills:
            done = play_killed(suite, "killed", server, workers, asked.kills, asked.seed)
            print("killed: " + ", ".join(f"{what} {times} times" for what, times in done.items()))
            alike.append(suite.bytes_of("killed") == expected)
        print(
            f"{'all' if all(alike) else 'NOT ALL'} to the byte as on one machine; left behind: {left_behind(server)} rows"
        )
    sys.exit(not all(alike))


if __name__ == "__main__":
    main()

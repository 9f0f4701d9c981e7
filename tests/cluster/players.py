"""A worker that plays suites and nothing else: `python -m tests.cluster.players URL`, until its input ends.

It is there at once, as it needs no queue but a look at the table each few milliseconds. Some cases are special by their ids: one
that begins with `deadly` kills whoever plays it, and one that begins with `slow` takes a second.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mzsim.cluster.app import SUITES, queue
from mzsim.cluster.database import Cluster
from mzsim.cluster.suites.playing import play_parcel
from mzsim.suites import running
from tests.commands import surroundings

_TAKE = """
UPDATE procrastinate_jobs SET status = 'doing' WHERE id = (
    SELECT id FROM procrastinate_jobs WHERE status = 'todo' AND queue_name = %s
    ORDER BY priority DESC, id LIMIT 1 FOR UPDATE SKIP LOCKED
) RETURNING id, args
"""
_GIVE_BACK = "UPDATE procrastinate_jobs SET status = 'todo' WHERE status = 'doing'"
_LISTEN = """
WITH een AS (INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() + interval '1 day') RETURNING id)
INSERT INTO werkers (id, computer, proces, programma, regels, wachtrijen) SELECT id, '', 0, '', '', %s FROM een
"""


@contextmanager
def player(url: str) -> Iterator[None]:
    """Such a worker, as a process of its own."""
    root = str(Path(__file__).parents[2])
    paths = os.pathsep.join([surroundings()["PYTHONPATH"], root])
    with subprocess.Popen(
        [sys.executable, "-m", "tests.cluster.players", url],
        env=surroundings(PYTHONPATH=paths),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        yield
        process.stdin.close()
        assert process.wait() == 0


def listen(cluster: Cluster) -> None:
    """Writes down in a cluster that there is such a worker."""
    with cluster.connection() as connection:
        connection.execute(_LISTEN, ([queue(SUITES)],))


def main(url: str) -> None:
    """Plays in a child, which is followed by another when it dies."""
    cluster = Cluster(url)
    os.write(1, b"listens\n")
    _make_special()
    while True:
        child = os.fork()
        if child == 0:
            _play(Cluster(url, "synchronous_commit=off"))
        while os.waitpid(child, os.WNOHANG) == (0, 0):
            if select.select([sys.stdin], [], [], 0.01)[0]:
                os.kill(child, signal.SIGKILL)
                return
        with cluster.connection() as connection:
            connection.execute(_GIVE_BACK)


def _make_special() -> None:
    play = running.play_case

    def playing(case: Any, work_folder: Path) -> Any:
        if case.id.startswith("deadly"):
            os.kill(os.getpid(), signal.SIGKILL)
        if case.id.startswith("slow"):
            time.sleep(1)
        return play(case, work_folder)

    running.play_case = playing


def _play(cluster: Cluster) -> None:
    with tempfile.TemporaryDirectory(prefix="mzsim-") as folder, cluster.connection() as connection:
        while True:
            row: Any = connection.execute(_TAKE, (queue(SUITES),)).fetchone()
            if row is None:
                time.sleep(0.01)
                continue
            id, told = row
            play_parcel(cluster, Path(folder), told["run"], told["brok"])
            connection.execute("DELETE FROM procrastinate_jobs WHERE id = %s", (id,))


if __name__ == "__main__":
    main(sys.argv[1])

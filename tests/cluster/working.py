"""Workers of a cluster as processes, for tests and scripts."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mzsim.cluster.database import Cluster
from tests.commands import order, surroundings

_WITHIN = 60.0


@contextmanager
def working(url: str, workers: int, said: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`mzsim worker` with so many workers; what it says goes to a file. At the end it is told to stop, and killed where it
    doesn't."""
    with said.open("ab") as told:
        words = order("worker", "--store", url, "--concurrency", workers)
        process = subprocess.Popen(words, env=surroundings(), stdout=told, stderr=told)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_WITHIN)
        process.kill()
        process.wait()


def until(what: Callable[[], bool], within: float = _WITHIN) -> float:
    """Waits until something is so; how long that took."""
    begun = time.monotonic()
    while not what():
        if time.monotonic() - begun > within:
            raise TimeoutError(f"not so within {within:.0f} seconds")
        time.sleep(0.005)
    return time.monotonic() - begun


def registered(cluster: Cluster) -> dict[int, int]:
    """The workers that a cluster knows: their numbers there and their processes."""
    with cluster.connection() as connection:
        return dict(connection.execute("SELECT id, proces FROM werkers").fetchall())  # type: ignore[arg-type]


def at_work(cluster: Cluster, name: str) -> int | None:
    """The process that is answering a store, if any."""
    with cluster.connection() as connection:
        row = connection.execute(
            "SELECT proces FROM werkers JOIN procrastinate_jobs ON worker_id = werkers.id WHERE status = 'doing' AND lock = %s",
            [name],
        ).fetchone()
    return None if row is None else int(str(row[0]))


def kill(process: int) -> None:
    """Ends a process as the kernel does, without a word."""
    os.kill(process, signal.SIGKILL)

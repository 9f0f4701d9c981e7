"""What work costs: seconds of CPU of the processes that do it and of the server behind them, and what the server writes.

The server is on this machine, and serves nobody else: the CPU time of all its processes is read from the system.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import sqlalchemy as sa

from tests.databases import engine_to

_WAL = "SELECT wal_sync, wal_bytes FROM pg_stat_wal"
_TELLS_AFTER = 11.0
"""Seconds within which every session has told the server what it wrote."""


class Used(NamedTuple):
    """What work cost: seconds that it took, seconds of CPU of who does it and of the server."""

    wall: float
    worker: float
    server: float

    def __sub__(self, other: Used) -> Used:
        return Used(*(mine - its for mine, its in zip(self, other, strict=True)))

    def of_each(self, count: int) -> Used:
        """The same for one of so many."""
        return Used(*(figure / count for figure in self))


class Meter:
    """Measures work on a database; `worker` gives the seconds of CPU that who works has used, by default this process."""

    def __init__(self, url: str, worker: Callable[[], float] = time.process_time) -> None:
        self._worker = worker
        self._connection = engine_to(url).connect().execution_options(isolation_level="AUTOCOMMIT")
        ((session,),) = self.rows("SELECT pg_backend_pid()")
        self._server = int(_stat(session)[_PARENT])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._connection.close()

    def rows(self, sql: str) -> list[Any]:
        """What the server answers."""
        return list(self._connection.execute(sa.text(sql)))

    def do(self, sql: str) -> None:
        """Has the server do something, kept at once."""
        self._connection.execute(sa.text(sql))

    def now(self) -> Used:
        """What was used until now."""
        return Used(time.perf_counter(), self._worker(), _cpu_of_family(self._server))

    def used(self, work: Callable[[], object]) -> Used:
        """What work costs."""
        before = self.now()
        work()
        return self.now() - before

    def written(self, work: Callable[[], object]) -> tuple[int, int]:
        """How often work has the server wait for its disk, and the bytes of its log: of all that the server does meanwhile."""
        time.sleep(_TELLS_AFTER)
        ((syncs, size),) = self.rows(_WAL)
        work()
        time.sleep(_TELLS_AFTER)
        ((syncs_then, size_then),) = self.rows(_WAL)
        return int(syncs_then - syncs), int(size_then - size)

    def sizes(self) -> dict[str, int]:
        """The bytes of each table with its indexes."""
        return {
            name: int(size)
            for name, size in self.rows(
                "SELECT relname, pg_total_relation_size(oid) FROM pg_class"
                " WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
            )
        }


def cpu_of(process: int) -> float:
    """The seconds of CPU that a process of this machine has used, all its threads together; 0 where it is gone."""
    try:
        threads = [*Path(f"/proc/{process}/task").iterdir()]
        return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9
    except OSError:
        return 0.0


def children(process: int) -> list[int]:
    """The processes that a process has started and that are still there."""
    threads = Path(f"/proc/{process}/task").iterdir()
    return [int(child) for thread in threads for child in (thread / "children").read_text().split()]


_PARENT, _OF_ENDED = 1, slice(13, 15)
"""Where in a line of the system about a process, behind its name, its parent stands, and the ticks of children that ended."""


def _stat(process: int) -> list[str]:
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()


def _cpu_of_family(process: int) -> float:
    """The seconds of CPU of a process and its children, those that have ended too."""
    ended = sum(map(int, _stat(process)[_OF_ENDED])) / os.sysconf("SC_CLK_TCK")
    return ended + sum(map(cpu_of, (process, *children(process))))


def straight(points: Iterable[tuple[float, float]]) -> tuple[float, float]:
    """The a and b for which a + b·x comes closest to y, each point by the part of y that it is off; neither is below 0."""
    points = [(x, y, 1 / (y * y)) for x, y in points if y > 0]
    n, sx, sy = (
        sum(w * value for *_, w, value in parts)
        for parts in zip(*(((x, y, w, 1.0), (x, y, w, x), (x, y, w, y)) for x, y, w in points), strict=True)
    )
    sxx = sum(w * x * x for x, _, w in points)
    sxy = sum(w * x * y for x, y, w in points)
    slope = max(0.0, (n * sxy - sx * sy) / (n * sxx - sx * sx))
    return max(0.0, (sy - slope * sx) / n), slope


def busy_cores() -> float:
    """The seconds of CPU that all programs of this machine have used since it started."""
    user, nice, system, _, _, *rest = (int(n) for n in Path("/proc/stat").read_text().split("\n")[0].split()[1:])
    return (user + nice + system + sum(rest[:2])) / os.sysconf("SC_CLK_TCK")

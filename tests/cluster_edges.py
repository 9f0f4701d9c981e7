"""Edges at which a process of a cluster kills itself, when that is asked for while it runs: a web process, or a worker.

`sitecustomize` of the processes under test calls `arm`. What is asked for stands in a file: the role of who is to die, the point,
and which time it is passed since. The first process that gets there takes the file away, and dies.
"""

from __future__ import annotations

import inspect
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

WEB, WORKER = "web", "worker"
_PLACE = "MZSIM_AIM"
SITE = """
import sys
if {"serve", "mzsim.cluster.worker"} & {*sys.orig_argv}:
    from tests.cluster_edges import arm
    arm()
"""


class Aim(NamedTuple):
    """Who is to die where: before a point, or with `behind` right after it, the so manieth time that it is passed."""

    role: str
    point: str
    times: int = 1
    behind: bool = False

    @property
    def text(self) -> str:
        """As people read it."""
        return f"{self.role} {'after' if self.behind else 'before'} {self.point} {self.times}"


AIMED = (
    *(Aim(WEB, "commit", times, behind) for times in (1, 2) for behind in (False, True)),
    *(Aim(WEB, "defer", 1, behind) for behind in (False, True)),
    *(Aim(WORKER, "commit", times, behind) for times in (1, 2, 3) for behind in (False, True)),
    *(Aim(WORKER, "fetch", times, behind=True) for times in (1, 2)),
    *(Aim(WORKER, "finish", 1, behind) for behind in (False, True)),
)
"""Around what is accepted, its job, and the numbers of retours; around what a worker takes, each commit of its answers, and
that the job is done."""


class Target:
    """The file that says who is to die; one at a time."""

    def __init__(self, folder: Path) -> None:
        self._place = folder / "aim"
        self.surroundings = {_PLACE: str(self._place)}

    def set(self, aim: Aim) -> None:
        part = self._place.with_suffix(".part")
        part.write_text(json.dumps(aim))
        part.replace(self._place)

    def clear(self) -> bool:
        """Nobody is to die any more; whether somebody did."""
        died = not self._place.exists()
        self._place.unlink(missing_ok=True)
        return died


def arm() -> None:
    """Has this process look for what is asked of it at each point."""
    from mzsim.cluster import app
    from mzsim.store.session import Connection

    role = WEB if "serve" in sys.orig_argv else WORKER
    points: dict[str, tuple[Any, str]] = {"commit": (Connection, "commit"), "defer": (app, "defer")}
    if role == WORKER:
        from procrastinate.manager import JobManager

        points |= {"fetch": (JobManager, "fetch_job"), "finish": (JobManager, "finish_job")}
    for point, (owner, name) in points.items():
        setattr(owner, name, _watched(getattr(owner, name), _Watch(role, point)))


class _Watch:
    """Counts how often this process passes a point since it was last asked for."""

    def __init__(self, role: str, point: str) -> None:
        self._role, self._point = role, point
        self._place = Path(os.environ[_PLACE])
        self._seen, self._passes = 0, 0

    def passes(self, *, behind: bool) -> None:
        try:
            asked, aim = self._place.stat().st_mtime_ns, Aim(*json.loads(self._place.read_bytes()))
        except (OSError, ValueError):
            return
        if (aim.role, aim.point, aim.behind) != (self._role, self._point, behind):
            return
        self._passes = self._passes + 1 if asked == self._seen else 1
        self._seen = asked
        if self._passes == aim.times:
            try:
                self._place.unlink()
            except FileNotFoundError:  # another was first
                return
            os.kill(os.getpid(), signal.SIGKILL)


def _watched(real: Callable[..., Any], watch: _Watch) -> Callable[..., Any]:
    def passed(*args: Any, **options: Any) -> Any:
        watch.passes(behind=False)
        value = real(*args, **options)
        watch.passes(behind=True)
        return value

    async def passed_while_others_go_on(*args: Any, **options: Any) -> Any:
        watch.passes(behind=False)
        value = await real(*args, **options)
        if value is not None or real.__name__ != "fetch_job":  # a look that finds nothing is no edge
            watch.passes(behind=True)
        return value

    return passed_while_others_go_on if inspect.iscoroutinefunction(real) else passed

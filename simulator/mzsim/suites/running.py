"""Playing many cases on all cores. The verslagen are the same, in the same order, for any number of processes."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import Path

from mzsim.common.errors import OwnError
from mzsim.suites.case import Case
from mzsim.suites.playing import CaseReport, play_case

_PER_TIME = 32
"""The most cases that a process is given at once."""
_TOO_FEW = 8
"""So many cases are played sooner than processes are started."""


def cores() -> int:
    """How many processors this process may use."""
    of_this_process = getattr(os, "sched_getaffinity", None)
    return len(of_this_process(0)) if of_this_process else os.cpu_count() or 1


def run(cases: Sequence[Case], jobs: int) -> Iterator[CaseReport]:
    """Plays the cases, in their order, in so many processes. Raises OwnError where one of these is killed."""
    with tempfile.TemporaryDirectory(prefix="mzsim-") as work_folder:
        play = partial(_play, work_folder=Path(work_folder))
        if jobs == 1 or len(cases) <= _TOO_FEW:
            yield from map(play, cases)
            return
        per_time = max(1, min(_PER_TIME, len(cases) // (jobs * 4)))
        with ProcessPoolExecutor(jobs, _context(), _begin) as processes:
            try:
                yield from processes.map(play, cases, chunksize=per_time)
            except BrokenProcessPool:
                raise OwnError("a process that plays cases was killed (out of memory?); try fewer with -j") from None


def _context() -> multiprocessing.context.BaseContext:
    # What was imported needn't be imported again; elsewhere than on Linux a fork is not safe.
    return multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")


def _begin() -> None:
    # An interrupt is for the process that the user started; it tells the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    gc.freeze()


def _play(case: Case, work_folder: Path) -> CaseReport:
    try:
        return play_case(case, work_folder)
    except Exception as error:
        # Of one case among many: the others are played, and this one has not passed.
        if os.environ.get("MZSIM_DEBUG"):
            raise
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        what = f"a mistake of the program, please report it (MZSIM_DEBUG=1 shows where): {reason}"
        return CaseReport(case, (), what.replace(str(work_folder), "the store"))

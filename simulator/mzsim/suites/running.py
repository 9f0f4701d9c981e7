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
from mzsim.suites.case import Geval
from mzsim.suites.playing import Verslag, speel_geval

_PER_KEER = 32
"""The most cases that a process is given at once."""
_TE_WEINIG = 8
"""So many cases are played sooner than processes are started."""


def kernen() -> int:
    """How many processors this process may use."""
    van_dit_proces = getattr(os, "sched_getaffinity", None)
    return len(van_dit_proces(0)) if van_dit_proces else os.cpu_count() or 1


def draai(gevallen: Sequence[Geval], jobs: int) -> Iterator[Verslag]:
    """Plays the cases, in their order, in so many processes. Raises OwnError where one of these is killed."""
    with tempfile.TemporaryDirectory(prefix="mzsim-") as werkmap:
        speel = partial(_speel, werkmap=Path(werkmap))
        if jobs == 1 or len(gevallen) <= _TE_WEINIG:
            yield from map(speel, gevallen)
            return
        per_keer = max(1, min(_PER_KEER, len(gevallen) // (jobs * 4)))
        with ProcessPoolExecutor(jobs, _context(), _begin) as processen:
            try:
                yield from processen.map(speel, gevallen, chunksize=per_keer)
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


def _speel(geval: Geval, werkmap: Path) -> Verslag:
    try:
        return speel_geval(geval, werkmap)
    except Exception as fout:
        # Of one case among many: the others are played, and this one has not passed.
        if os.environ.get("MZSIM_DEBUG"):
            raise
        reden = " ".join(f"{type(fout).__name__}: {fout}".split())
        wat = f"a mistake of the program, please report it (MZSIM_DEBUG=1 shows where): {reden}"
        return Verslag(geval, (), wat.replace(str(werkmap), "the store"))

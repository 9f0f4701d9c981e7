"""Playing many cases on all cores. The verslagen are the same, in the same order, for any number of processes."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from mzsim.suites.case import Case
from mzsim.suites.playing import CaseReport, play_case
from mzsim.suites.workers import in_order

TOO_FEW = 8
"""So many cases are played sooner than processes are started."""


def run(cases: Sequence[Case], jobs: int) -> Iterator[CaseReport]:
    """Plays the cases, in their order, in so many processes."""
    with tempfile.TemporaryDirectory(prefix="mzsim-") as work_folder:
        play = partial(play_safely, work_folder=Path(work_folder))
        if len(cases) <= TOO_FEW:
            yield from map(play, cases)
        else:
            yield from in_order(cases, play, not_played, jobs)


def not_played(case: Case, how: str) -> CaseReport:
    """Of a case whose process died."""
    return CaseReport(case, (), f"the process that played it {how}")


def play_safely(case: Case, work_folder: Path) -> CaseReport:
    """Plays a case; a mistake of the program is a verdict on it too, one among many that are played."""
    try:
        return play_case(case, work_folder)
    except Exception as error:
        if os.environ.get("MZSIM_DEBUG"):
            raise
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        what = f"a mistake of the program, please report it (MZSIM_DEBUG=1 shows where): {reason}"
        return CaseReport(case, (), what.replace(str(work_folder), "the store"))

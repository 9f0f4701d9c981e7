"""What a user's own pytest tests work with: the simulator on a store of their own, and cases.

The names that a test sees are English, the values those of the standard; amounts are decimal strings in euro as
`mzsim replay --json` prints them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from mzsim.common.errors import InputError
from mzsim.personas import personas
from mzsim.personas.persona import Persona
from mzsim.public import answer
from mzsim.public.answer import Answer, Booking, Stage, bookings_of
from mzsim.public.sources import Message, ScriptSource, StoreSource
from mzsim.public.store import Store
from mzsim.suites.case import Case
from mzsim.suites.display import report_as_dict
from mzsim.suites.junit import lines_of
from mzsim.suites.playing import CaseReport, play_case


class Bench:
    """The simulator with a store of its own, in memory."""

    def __init__(self) -> None:
        self.store = Store.memory()
        """The store, for whatever else the API does with one."""

    def __enter__(self) -> Bench:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.store.close()

    def load(self, *sources: StoreSource) -> None:
        """Loads verzekeraarsbestanden, in order; see `mzsim.Store.load`."""
        self.store.load(*sources)

    def replay(
        self,
        declaration: Message,
        *,
        date: dt.date | str | None = None,
        stage: Stage = "all",
        script: ScriptSource | None = None,
        antwoord: ScriptSource | None = None,
        dry_run: bool = False,
    ) -> Answer:
        """Answers a declaration on this store; see `mzsim.replay`. `antwoord` is `script` by its older name."""
        if script is not None and antwoord is not None:
            raise TypeError("script and antwoord are the same; give one of them")
        rules = antwoord if script is None else script
        return answer.replay(declaration, self.store, date=date, stage=stage, script=rules, dry_run=dry_run)

    @property
    def personas(self) -> Sequence[Persona]:
        """The test personas of the program, insured with `@proef`."""
        return personas()


class Step(NamedTuple):
    """One declaration of a case as it was played: what was answered, and how that must be booked."""

    declaration: bytes
    retour: bytes | None
    status: str
    bookings: tuple[Booking, ...]


class PlayedCase:
    """A case, played on a store of its own when it is first asked for."""

    def __init__(self, case: Case, work_folder: Path) -> None:
        self._case = case
        self._work_folder = work_folder
        self.id, self.title, self.source, self.tags = case.id, case.title, case.source, case.tags
        self.folder = case.folder

    def __repr__(self) -> str:
        return f"<case {self.id}>"

    @cached_property
    def _case_report(self) -> CaseReport:
        return play_case(self._case, self._work_folder)

    def check(self) -> None:
        """Fails, with every difference, where the case isn't answered as its case.yaml expects."""
        __tracebackhide__ = True
        if not self._case_report.passed:
            raise AssertionError(
                "\n".join([f"case {self.id}: {self.title}", *lines_of(report_as_dict(self._case_report, unmask=False))])
            )

    @property
    def steps(self) -> tuple[Step, ...]:
        """Its steps; raises InputError where one could not be answered."""
        if self._case_report.verdict == "error":
            raise InputError("; ".join(lines_of(report_as_dict(self._case_report, unmask=False))))
        played = []
        for step in self._case_report.steps:
            assert step.outcome is not None, "an oordeel of error"
            bookings = () if step.retour is None else bookings_of(step.declaration, step.retour)
            played.append(Step(step.declaration, step.retour, str(step.outcome.status), bookings))
        return tuple(played)

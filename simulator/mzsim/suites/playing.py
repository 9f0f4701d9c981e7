"""Playing a case: a fresh store, its declarations in order, and for each what came back against what was expected."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Literal, NamedTuple

from mzsim.common.errors import CaseError, MzsimError
from mzsim.common.in_memory import RetourStream
from mzsim.domain.findings import Outcome
from mzsim.pipeline import Order, replay
from mzsim.script.file import load_script
from mzsim.standard.retourcodes import Retourcode, retourcodes
from mzsim.store.facts import FactSource
from mzsim.store.session import Database
from mzsim.store.templates import fresh_store
from mzsim.suites.case import Case, CaseStep
from mzsim.suites.difference import Difference, differences

Verdict = Literal["passed", "failed", "error"]
"""error: the program could not answer, or a file of the case can't be used."""


class StepReport(NamedTuple):
    """What came of one step: how it ended and the bytes of the retour (None: none is sent), or what prevented it."""

    step: CaseStep
    declaration: bytes
    outcome: Outcome | None
    retour: bytes | None
    differences: tuple[Difference, ...]
    error: str | None

    @property
    def verdict(self) -> Verdict:
        """Its verdict."""
        if self.error is not None:
            return "error"
        return "failed" if self.differences else "passed"


class CaseReport(NamedTuple):
    """What came of a case; `error` is what kept it from being played at all, a wrong store file for one.

    `codes` are the retourcodes that its store adds to the list.
    """

    case: Case
    steps: tuple[StepReport, ...]
    error: str | None
    codes: tuple[Retourcode, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The verdict: the worst of its steps."""
        seen = {step.verdict for step in self.steps}
        if self.error is not None or "error" in seen:
            return "error"
        return "failed" if "failed" in seen else "passed"

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return self.verdict == "passed"


def play_case(case: Case, work_folder: Path) -> CaseReport:
    """Plays a case on a store of its own. What goes wrong with its files is in the verslag; nothing is raised for it.

    `work_folder` is an existing folder for what is made on the way; cases that share one share what was loaded, also
    between processes.
    """
    try:
        with fresh_store(case.store, work_folder / "stores") as store:
            steps = tuple(_play(step, store) for step in case.steps)
            return CaseReport(case, steps, None, _own_codes(steps, store, case))
    except MzsimError as error:
        return CaseReport(case, (), str(error))


def _play(step: CaseStep, store: Database) -> StepReport:
    empty = StepReport(step, b"", None, None, (), None)
    try:
        declaration = _content(step.declaration)
        expected = _content(step.expected.retour) if step.expected.retour else None
    except CaseError as error:
        return empty._replace(error=str(error))
    stream = BytesIO()
    try:
        outcome = replay(_order(step, RetourStream(stream), store), store)
    except MzsimError as error:
        return empty._replace(declaration=declaration, error=str(error))
    retour = stream.getvalue() if outcome.has_retour else None
    found = tuple(differences(step.expected, expected, outcome, retour))
    return StepReport(step, declaration, outcome, retour, found, None)


def _order(step: CaseStep, retour: RetourStream, store: Database) -> Order:
    """What `replay` is asked. Raises ScriptError for a script of answers that is wrong."""
    answer = load_script(step.answer, store) if step.answer else None
    return Order(step.declaration, retour, step.date, step.stage, script=answer)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CaseError(f"{file}: can't be read: {error.strerror}") from None


def _own_codes(steps: tuple[StepReport, ...], store: Database, case: Case) -> tuple[Retourcode, ...]:
    """The codes of the store, where an answer holds one that the list doesn't."""
    given = {m.retourcode for step in steps if step.outcome for m in step.outcome.meldingen}
    if given <= {None, *retourcodes()}:
        return ()
    with store.read() as connection:
        codes = FactSource(connection, case.steps[0].date).retourcodes()
    return tuple(codes[code] for code in sorted(codes))

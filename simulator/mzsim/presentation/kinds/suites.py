"""What `suite run`, `suite list` and `mutate` print."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from mzsim.presentation.kinds.answers import Melding
from mzsim.presentation.kinds.values import Amount, Day, Status, closed


@closed
class StepDifference(TypedDict):
    """In what an answer is not what a case expects."""

    wat: str
    regel: int | None
    record: str | None
    identificatie: int | None
    rubriek: str | None
    naam: str | None
    verwacht: str
    gevonden: str


@closed
class Step(TypedDict):
    """A declaration of a case, and what came of it."""

    declaration: str
    date: Day
    stage: Literal["vecozo", "verzekeraar", "all"]
    verdict: Literal["passed", "failed", "error"]
    error: str | None
    afzender: NotRequired[str | None]
    status: NotRequired[Status]
    totaal_ingediend: NotRequired[Amount]
    totaal_toegekend: NotRequired[Amount]
    betaaldatum: NotRequired[Day]
    kanttekening: NotRequired[str]
    meldingen: NotRequired[list[Melding]]
    verschillen: list[StepDifference]


@closed
class SuiteRun(TypedDict):
    """What came of a case."""

    id: str
    title: str
    source: str | None
    tags: list[str]
    folder: str
    verdict: Literal["passed", "failed", "error"]
    error: str | None
    steps: list[Step]


@closed
class ComparedStep(TypedDict):
    """What came of a step, as far as two runs are compared."""

    status: Status | None
    totaal_toegekend: Amount | None
    codes: str
    sha256: str | None


@closed
class ComparedCase(TypedDict):
    """What came of a case, as far as two runs are compared."""

    verdict: Literal["passed", "failed", "error"]
    steps: list[ComparedStep]


@closed
class SuiteDiff(TypedDict):
    """A case of which two runs give another answer; null where it was not played."""

    id: str
    was: ComparedCase | None
    now: ComparedCase | None


@closed
class SuiteList(TypedDict):
    """A case of a suite."""

    suite: str
    id: str
    title: str
    source: str | None
    tags: list[str]
    folder: str
    steps: int


@closed
class MutantCase(TypedDict):
    """A case with a defect."""

    id: str
    controle: str
    retourcodes: list[str]


@closed
class Skipped(TypedDict):
    """A check of which a declaration has no defect."""

    controle: str
    reden: str


@closed
class Mutate(TypedDict):
    """What was made of a declaration."""

    declaratie: str
    suite: str
    cases: list[MutantCase]
    overgeslagen: list[Skipped]

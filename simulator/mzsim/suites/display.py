"""What came of cases, for people (text) and programs (JSON); BSN and names masked unless asked otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from mzsim.presentation.output import PERSONAL, as_dict, mask
from mzsim.presentation.parts import Part, Table, filename, showable
from mzsim.standard.layout import rubriek_name
from mzsim.standard.values import as_euro
from mzsim.suites.case import Case, name_in
from mzsim.suites.difference import Difference
from mzsim.suites.playing import CaseReport, StepReport

_MOST = 20
"""Differences of one step that people are shown."""


def masked(difference: Difference) -> Difference:
    """A difference without the values of a person."""
    if difference.rubriek not in PERSONAL:
        return difference
    return difference._replace(expected=mask(difference.expected), found=mask(difference.found))


def shown(differences: Iterable[Difference], *, unmask: bool) -> list[Difference]:
    """The differences as they may be shown."""
    return [difference if unmask else masked(difference) for difference in differences]


def rubriek(difference: Difference) -> str:
    """The rubriek of a difference with its name, or what else it is about."""
    if difference.rubriek:
        return f"{difference.rubriek} {rubriek_name(difference.rubriek)}"
    return "" if difference.record else difference.what


def value(text: str) -> str:
    """A value of a difference: without the spaces behind it, on one line."""
    return showable(text.rstrip(" ")) or "(spaces)"


def report_as_dict(case_report: CaseReport, *, unmask: bool) -> dict[str, Any]:
    """A verslag for JSON."""
    case = case_report.case
    return {
        **case_as_dict(case),
        "verdict": case_report.verdict,
        "error": case_report.error,
        "steps": [_step_as_dict(case, step, unmask=unmask) for step in case_report.steps],
    }


def case_as_dict(case: Case) -> dict[str, Any]:
    """What a case is, for JSON."""
    return {
        "id": case.id,
        "title": case.title,
        "source": case.source,
        "tags": list(case.tags),
        "folder": str(case.folder),
    }


def _step_as_dict(case: Case, step: StepReport, *, unmask: bool) -> dict[str, Any]:
    return {
        "declaration": name_in(case.folder, step.step.declaration),
        "date": str(step.step.date),
        "stage": step.step.stage,
        "verdict": step.verdict,
        "error": step.error,
        **(as_dict(step.outcome) if step.outcome else {}),
        "verschillen": [
            {
                "wat": v.what,
                "regel": v.line,
                "record": v.record,
                "identificatie": v.identificatie,
                "rubriek": v.rubriek,
                "naam": rubriek_name(v.rubriek) if v.rubriek else None,
                "verwacht": v.expected,
                "gevonden": v.found,
            }
            for v in shown(step.differences, unmask=unmask)
        ],
    }


def in_one_line(step: StepReport) -> str:
    """How a step ended."""
    if step.outcome is None:
        return step.error or ""
    by = f" by {step.outcome.sender}" if step.outcome.sender else ""
    amounts = f"{as_euro(step.outcome.total_granted)} of {as_euro(step.outcome.total_declared)}"
    return f"{step.outcome.status}{by}, {amounts}"


def report_parts(case_report: CaseReport, *, unmask: bool) -> Iterator[Part]:
    """A case that didn't pass: which steps, and what differs."""
    case = case_report.case
    yield f"{case_report.verdict.upper()} {case.id}: {showable(case.title)} ({filename(case.folder)})"
    if case_report.error:
        yield f"  {case_report.error}"
    for number, step in enumerate(case_report.steps, start=1):
        if step.verdict != "passed":
            yield f"  step {number}, {name_in(case.folder, step.step.declaration)}: {in_one_line(step)}"
            yield from _difference_parts(shown(step.differences, unmask=unmask))
            for line in _why(step):
                yield f"  {line}"
    yield ""


def _why(step: StepReport) -> Iterator[str]:
    """The objections that made the answer what it is."""
    meldingen = step.outcome.meldingen if step.outcome else ()
    for melding in meldingen[:_MOST]:
        finding, check = melding.finding, melding.finding.check
        number = "" if finding.identificatie is None else f" {finding.identificatie}"
        code = melding.retourcode or "no retour"
        yield f"{code} on record {finding.record}{number}: {check.id} {finding.text} [{check.source}]"
    if len(meldingen) > _MOST:
        yield f"and {len(meldingen) - _MOST} more"


def _difference_parts(differences: Sequence[Difference]) -> Iterator[Part]:
    if not differences:
        return
    rows = (
        (
            str(v.line or ""),
            v.record or "",
            str(v.identificatie or ""),
            rubriek(v),
            value(v.expected),
            value(v.found),
        )
        for v in differences[:_MOST]
    )
    yield Table(("line", "record", "nr", "rubriek", "expected", "found"), rows)
    if len(differences) > _MOST:
        yield f"  and {len(differences) - _MOST} more; --json prints them all"


def closing_line(case_reports: Sequence[CaseReport]) -> str:
    """All cases in one line."""
    counts = Counter(case_report.verdict for case_report in case_reports)
    parts = [f"{counts[verdict]} {verdict}" for verdict in ("passed", "failed", "error") if counts[verdict]]
    return f"{', '.join(parts)} of {count(len(case_reports), 'case')}"


def count(n: int, what: str) -> str:
    """A number of things."""
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def case_parts(cases: Iterable[tuple[str, Case]]) -> Iterator[Part]:
    """A table of cases with their suites."""
    rows = [(suite, g.id, g.title, ", ".join(g.tags), str(len(g.steps))) for suite, g in cases]
    yield Table(("suite", "case", "title", "tags", "steps"), rows)


def relative(folder: Path) -> str:
    """The name of a suite in a report: that of its folder, wherever it stands."""
    return folder.resolve().name

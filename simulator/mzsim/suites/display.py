"""What came of cases, for people (text) and programs (JSON); BSN and names masked unless asked otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mzsim.common.names import kept, printable
from mzsim.presentation.output import PERSONAL, as_dict, mask
from mzsim.presentation.parts import Part, Table
from mzsim.standard.layout import rubriek_name
from mzsim.suites.case import Case, name_in
from mzsim.suites.difference import Difference
from mzsim.suites.playing import CaseReport, StepReport, Verdict

Played = dict[str, Any]
"""What came of a case as `mzsim suite run --json` prints it. Every report is made of it: what it shows is masked in it."""

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


def rubriek(difference: Mapping[str, Any]) -> str:
    """The rubriek of a difference with its name, or what else it is about."""
    if difference["rubriek"]:
        return f"{difference['rubriek']} {difference['naam']}"
    return "" if difference["record"] else difference["wat"]


def value(text: str) -> str:
    """A value of a difference: without the spaces behind it, on one line."""
    return printable(text.rstrip(" ")) or "(spaces)"


def report_as_dict(case_report: CaseReport, *, unmask: bool) -> Played:
    """What came of a case, for JSON and for every report that is made of it."""
    case = case_report.case
    return {
        **case_as_dict(case),
        "verdict": case_report.verdict,
        "error": case_report.error,
        "steps": [step_as_dict(case, step, unmask=unmask) for step in case_report.steps],
    }


def case_as_dict(case: Case) -> dict[str, Any]:
    """What a case is, for JSON."""
    return {
        "id": case.id,
        "title": case.title,
        "source": case.source,
        "tags": list(case.tags),
        "folder": kept(case.folder),
    }


def step_as_dict(case: Case, step: StepReport, *, unmask: bool) -> dict[str, Any]:
    """What came of a step, for JSON."""
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


def in_one_line(step: Mapping[str, Any]) -> str:
    """How a step ended."""
    if "status" not in step:
        return step["error"] or ""
    by = f" by {step['afzender']}" if step["afzender"] else ""
    return f"{step['status']}{by}, {step['totaal_toegekend']} of {step['totaal_ingediend']}"


def report_parts(played: Played) -> Iterator[Part]:
    """A case that didn't pass: which steps, and what differs."""
    title = f": {printable(played['title'])}" if played["title"] else ""
    yield f"{played['verdict'].upper()} {printable(played['id'])}{title} ({printable(played['folder'])})"
    if played["error"]:
        yield f"  {played['error']}"
    for number, step in enumerate(played["steps"], start=1):
        if step["verdict"] != "passed":
            yield f"  step {number}, {step['declaration']}: {in_one_line(step)}"
            yield from _difference_parts(step["verschillen"])
            for line in _why(step):
                yield f"  {line}"
    yield ""


def _why(step: Mapping[str, Any]) -> Iterator[str]:
    """The objections that made the answer what it is."""
    meldingen = step.get("meldingen", ())
    for melding in meldingen[:_MOST]:
        number = "" if melding["identificatie"] is None else f" {melding['identificatie']}"
        code = melding["retourcode"] or "no retour"
        what = f"{melding['controle']} {melding['tekst']} [{melding['bron']}]"
        yield f"{code} on record {melding['record']}{number}: {what}"
    if len(meldingen) > _MOST:
        yield f"and {len(meldingen) - _MOST} more"


def _difference_parts(differences: Sequence[Mapping[str, Any]]) -> Iterator[Part]:
    if not differences:
        return
    rows = (
        (
            str(v["regel"] or ""),
            v["record"] or "",
            str(v["identificatie"] or ""),
            rubriek(v),
            value(v["verwacht"]),
            value(v["gevonden"]),
        )
        for v in differences[:_MOST]
    )
    yield Table(("line", "record", "nr", "rubriek", "expected", "found"), rows)
    if len(differences) > _MOST:
        yield f"  and {len(differences) - _MOST} more; --json prints them all"


VERDICTS: tuple[Verdict, ...] = ("passed", "failed", "error")


def closing_line(counts: Counter[Verdict]) -> str:
    """All cases in one line, by how many there are of each verdict."""
    if not counts.total():
        return "no case was played"
    parts = [f"{counts[verdict]} {verdict}" for verdict in VERDICTS if counts[verdict]]
    return f"{', '.join(parts)} of {count(counts.total(), 'case')}"


def count(n: int, what: str) -> str:
    """A number of things."""
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def case_parts(cases: Iterable[tuple[str, Case]]) -> Iterator[Part]:
    """A table of cases with their suites."""
    rows = [(suite, g.id, g.title, ", ".join(g.tags), str(len(g.steps))) for suite, g in cases]
    yield Table(("suite", "case", "title", "tags", "steps"), rows)


def relative(folder: Path) -> str:
    """The name of a suite in a report: that of its folder, wherever it stands."""
    return printable(folder.resolve().name)

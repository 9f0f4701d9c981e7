"""A report for people: one page without anything from outside, with the differences and the explained retour of each case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from mzsim.common.errors import InputError
from mzsim.common.version import __version__
from mzsim.presentation.output import mask
from mzsim.presentation.page import templates
from mzsim.retour.words import RecordExplanation, WordedRetour, explain_retour
from mzsim.standard.layout import KENMERK_OF_RECORD, rubriek_name
from mzsim.standard.retourcodes import NO_REMARK, retourcodes
from mzsim.standard.values import as_euro
from mzsim.suites.case import name_in
from mzsim.suites.display import closing_line, count, in_one_line, rubriek, shown, value
from mzsim.suites.playing import CaseReport, StepReport, Verdict

_RECORD_NAME = {kenmerk.decode(): name for name, kenmerk in KENMERK_OF_RECORD.items()}
_VERDICTS: tuple[Verdict, ...] = ("error", "failed", "passed")


def as_html(suite: str, case_reports: Sequence[CaseReport], *, unmask: bool) -> bytes:
    """The page of a suite."""
    surroundings = templates()
    surroundings.filters.update(euro=as_euro, rubrieknaam=rubriek_name, rubriek=rubriek, waarde=value)
    # What needs a look comes first.
    in_order = sorted(case_reports, key=lambda case_report: _VERDICTS.index(case_report.verdict))
    counts = Counter(case_report.verdict for case_report in case_reports)
    page = surroundings.get_template("suite.html").render(
        suite=suite,
        slotregel=closing_line(case_reports),
        oordelen=[(verdict, counts[verdict]) for verdict in _VERDICTS if counts[verdict]],
        tags=sorted({tag for case_report in case_reports for tag in case_report.case.tags}),
        gevallen=[_case(case_report, unmask=unmask) for case_report in in_order],
        versie=__version__,
    )
    return f"{page}\n".encode("utf-8", "replace")


def _case(case_report: CaseReport, *, unmask: bool) -> dict[str, Any]:
    codes = {**retourcodes(), **{code.code: code for code in case_report.codes}}
    return {
        "geval": case_report.case,
        "oordeel": case_report.verdict,
        "fout": case_report.error,
        "zoek": f"{case_report.case.id} {case_report.case.title} {_codes(case_report)}".casefold(),
        "stappen": [_step(case_report, step, codes, unmask=unmask) for step in case_report.steps],
    }


def _codes(case_report: CaseReport) -> str:
    return " ".join(m.retourcode or "" for step in case_report.steps if step.outcome for m in step.outcome.meldingen)


def _step(case_report: CaseReport, step: StepReport, codes: Any, *, unmask: bool) -> dict[str, Any]:
    explanation = _explanation(step, codes)
    return {
        "oordeel": step.verdict,
        "declaratie": name_in(case_report.case.folder, step.step.declaration),
        "datum": step.step.date,
        "stage": step.step.stage,
        "regel": in_one_line(step),
        "verschillen": shown(step.differences, unmask=unmask),
        "uitleg": explanation,
        "records": [_record(record, unmask=unmask) for record in explanation.records if _says_something(record)]
        if explanation
        else [],
        "stil": count(sum(not _says_something(record) for record in explanation.records), "other record")
        if explanation
        else "",
        "alles": explanation is not None and all(_says_something(record) for record in explanation.records),
    }


def _explanation(step: StepReport, codes: Any) -> WordedRetour | None:
    if step.retour is None:
        return None
    try:
        return explain_retour(BytesIO(step.retour), codes)
    except InputError:  # of a step whose fault is told elsewhere
        return None


def _says_something(record: RecordExplanation) -> bool:
    return record.record == "01" or any(code.code != NO_REMARK for code in record.codes)


def _record(record: RecordExplanation, *, unmask: bool) -> dict[str, Any]:
    rest = None
    if record.declaratiebedrag is not None and record.toegekend is not None:
        rest = record.declaratiebedrag - record.toegekend
    return {
        "uitleg": record,
        "naam": _RECORD_NAME[record.record],
        "bsn": record.bsn if unmask else mask(record.bsn),
        "rest": rest,
    }

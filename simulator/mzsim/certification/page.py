"""The report of a grading as one page without anything from outside: what to repair, every booking, the coverage."""

from __future__ import annotations

from collections import Counter
from typing import Any

from mzsim.certification.diagnoses import repairs
from mzsim.certification.grading import CaseVerdict, Grading, RetourVerdict
from mzsim.certification.reach import reach
from mzsim.certification.report import closing_line, in_words, rows, totals
from mzsim.common.version import __version__
from mzsim.presentation.page import templates


def as_html(grading: Grading) -> bytes:
    """The page of a grading."""
    found = reach(grading)
    # What needs a look comes first.
    cases = [_case(verdict) for verdict in sorted(grading.cases, key=lambda verdict: verdict.good)]
    counts = Counter(case["oordeel"] for case in cases)
    page = (
        templates()
        .get_template("beoordeling.html")
        .render(
            software=grading.software or "Software under test",
            slotregel=closing_line(grading),
            totalen=totals(grading),
            reparaties=repairs(grading.defects),
            vreemd=grading.foreign,
            oordelen=[(verdict, counts[verdict]) for verdict in ("failed", "passed") if counts[verdict]],
            tags=sorted({tag for verdict in grading.cases for tag in verdict.case.tags}),
            gevallen=cases,
            bereik=[
                ("outcomes", found.outcomes),
                ("faulty retours", found.faults),
                ("retourcodes", found.codes),
                ("retourcodes never met", found.never_seen),
            ],
            versie=__version__,
        )
    )
    return f"{page}\n".encode("utf-8", "replace")


def _case(verdict: CaseVerdict) -> dict[str, Any]:
    codes = (code for retour in verdict.retours for code in _codes(retour))
    return {
        "geval": verdict.case,
        "oordeel": _colour(good=verdict.good),
        "zoek": " ".join([verdict.case.id, verdict.case.title, *dict.fromkeys(codes)]).casefold(),
        "retours": [_retour(retour) for retour in verdict.retours],
    }


def _codes(retour: RetourVerdict) -> list[str]:
    if retour.bookkeeping is None:
        return []
    return [*retour.bookkeeping.codes, *(code for b in retour.bookkeeping.bookings for code in b.codes)]


def _retour(retour: RetourVerdict) -> dict[str, Any]:
    return {
        "oordeel": retour,
        "kleur": _colour(good=retour.good),
        "regels": [in_words(defect) for defect in retour.defects if defect.expected is None],
        "rijen": rows(retour),
    }


def _colour(*, good: bool) -> str:
    return "passed" if good else "failed"

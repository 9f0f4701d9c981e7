"""The report of a grading as one page without anything from outside, for the browser and for print.

What it says stands in the catalogues; what is shown of a pack, a result or a profile is escaped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from mzsim.certification.catalogue import Catalogue, Cause, catalogue
from mzsim.certification.certificate import Certificate, EisVerdict, Verdict
from mzsim.certification.diagnoses import diagnose, repairs
from mzsim.certification.filed import Graded
from mzsim.certification.grading import CaseVerdict, Defect, Grading, RetourVerdict
from mzsim.certification.profile import Language
from mzsim.certification.reach import Reach, codes_of, reach
from mzsim.certification.report import totals
from mzsim.common.version import __version__
from mzsim.presentation.page import templates
from mzsim.requirements import requirements

_WRONG = 5
"""Places that are named of what a requirement of a profile found wrong; the cases have them all."""


def as_html(graded: Graded, language: Language) -> bytes:
    """The page of a grading."""
    return as_page(graded, catalogue(language))


def as_page(graded: Graded, texts: Catalogue) -> bytes:
    """The page of a grading with the texts of a catalogue."""
    grading, certificate = graded
    # What needs a look comes first.
    cases = [_case(verdict, texts) for verdict in sorted(grading.cases, key=lambda verdict: verdict.good)]
    counts = Counter(case["verdict"] for case in cases)
    page = (
        templates()
        .get_template("beoordeling.html")
        .render(
            t=texts.page,
            language=texts.language,
            verdicts=texts.verdicts,
            judged=texts.judged,
            software=(certificate and certificate.about.software) or grading.software or texts.page["software"],
            all_right=grading.good,
            certificate=certificate and _certificate(certificate, texts),
            totals=totals(grading),
            repairs=_repairs(grading, texts),
            foreign=grading.foreign,
            counts=[(verdict, counts[verdict]) for verdict in ("failed", "passed") if counts[verdict]],
            tags=sorted({tag for verdict in grading.cases for tag in verdict.case.tags}),
            cases=cases,
            coverage=_coverage(reach(grading), texts),
            paragraphs=list(_paragraphs(reach(grading), texts)),
            version=__version__,
        )
    )
    return f"{page}\n".encode("utf-8", "replace")


def _case(verdict: CaseVerdict, texts: Catalogue) -> dict[str, Any]:
    codes = sorted({code for retour in verdict.retours for code in codes_of(retour)})
    return {
        "case": verdict.case,
        "verdict": _colour(good=verdict.good),
        "source": texts.source(verdict.case.source),
        "search": " ".join([verdict.case.id, verdict.case.title, *codes]).casefold(),
        "retours": [_retour(retour, texts) for retour in verdict.retours],
    }


def _retour(verdict: RetourVerdict, texts: Catalogue) -> dict[str, Any]:
    of_lines = {defect.expected.line: defect for defect in verdict.defects if defect.expected is not None}
    return {
        "name": verdict.retour.name,
        "faulty": verdict.retour.fault is not None,
        "says": texts.fault(verdict.retour.says),
        "verdict": _colour(good=verdict.good),
        "findings": [(texts.finding(d), _cause(d, texts)) for d in verdict.defects if d.expected is None],
        "bookings": [
            {
                "number": expected.referentienummer,
                "expected": texts.booking(expected),
                "booked": texts.booking(booked),
                "cause": _cause(of_lines[expected.line], texts) if expected.line in of_lines else None,
                "right": right,
            }
            for expected, booked, right in verdict.bookings
        ],
    }


def _cause(defect: Defect, texts: Catalogue) -> Cause:
    return texts.cause(diagnose(defect), defect)


def _repairs(grading: Grading, texts: Catalogue) -> list[dict[str, Any]]:
    return [
        {
            "cause": texts.cause(repair.diagnose, repair.defects[0]),
            "source": texts.source(repair.diagnose.source),
            "times": len(repair.defects),
            "first": repair.defects[0],
        }
        for repair in repairs(grading.defects)
    ]


def _colour(*, good: bool) -> str:
    return "passed" if good else "failed"


def _certificate(certificate: Certificate, texts: Catalogue) -> dict[str, Any]:
    language = texts.language
    return {
        "title": certificate.profile.title[language],
        "verdict": certificate.verdict,
        "practice": certificate.practice,
        "about": list(_about(certificate, texts)),
        "roles": [
            {
                "title": role.role.titel[language],
                "verdict": role.verdict,
                "requirements": [_eis(one, texts) for one in role.requirements],
            }
            for role in certificate.roles
        ],
        "steps": [
            {
                "title": step.step.titel[language],
                "must": step.step.verplicht,
                "verdict": step.verdict,
                "seen": step.seen,
            }
            for step in certificate.steps
        ],
    }


def _about(certificate: Certificate, texts: Catalogue) -> Iterator[tuple[str, str, bool]]:
    """What a report is about, as name, value, and whether that is a hash."""
    about, t = certificate.about, texts.page
    for name, value in (("vendor", about.vendor), ("contact", about.contact), ("tested", about.software)):
        yield t[name], value or t["not_given"], False
    yield t["date"], about.date.isoformat(), False
    yield t["program"], f"mzsim {about.version}", False
    hashes = {
        "rules": about.rules,
        "profile": certificate.profile.sha256,
        "pack": about.pack,
        "key": about.key,
        "result": about.result,
        "waarnemingen_file": certificate.observations,
    }
    for name, sha256 in hashes.items():
        yield t[name], sha256 or t["none"], sha256 is not None


def _eis(one: EisVerdict, texts: Catalogue) -> dict[str, Any]:
    return {
        "title": one.eis.titel[texts.language],
        "source": texts.source(one.eis.bron),
        "must": one.eis.verplicht,
        "verdict": one.verdict,
        "met": one.met,
        "right": one.right,
        "asked": _asked(one, texts),
        "wrong": one.wrong[:_WRONG],
        "more": max(0, len(one.wrong) - _WRONG),
    }


def _asked(one: EisVerdict, texts: Catalogue) -> str:
    """What a requirement that is open still asks for."""
    if one.verdict is not Verdict.OPEN:
        return ""
    if one.short:
        return " ".join((texts.page["asked_of_each"].format(n=one.eis.minstens_van_elk), *one.short))
    return texts.page["asked"].format(n=one.eis.minstens)


def _coverage(found: Reach, texts: Catalogue) -> list[tuple[str, list[dict[str, Any]]]]:
    """Per kind what was met, as rows."""
    kinds = (
        ("outcomes", found.outcomes),
        ("faults", found.faults),
        ("retourcodes", found.codes),
        ("never_met", found.never_seen),
    )
    return [
        (texts.page[name], [{**one._asdict(), "meaning": texts.fault(one.meaning)} for one in counts])
        for name, counts in kinds
        if counts
    ]


def _paragraphs(found: Reach, texts: Catalogue) -> Iterator[tuple[str, int, int, int]]:
    """Per source how many requirements there are, how many were met, and of how many of those nothing went wrong."""
    known = Counter(one.source for one in requirements().values())
    met = Counter(one.meaning for one in found.requirements)
    right = Counter(one.meaning for one in found.requirements if one.good == one.aantal)
    yield from ((texts.source(source), known[source], met[source], right[source]) for source in known if met[source])

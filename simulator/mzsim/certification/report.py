"""The report of a grading: for people, as JSON, and as JUnit. The same verdict gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

from mzsim.certification.diagnoses import BookingRepair, diagnose, repairs
from mzsim.certification.grading import CaseVerdict, Defect, GradedBooking, Grading, as_words
from mzsim.certification.reach import Reach, ReachCounts, reach
from mzsim.presentation.parts import Part, Table
from mzsim.retour.bookings import BookedPrestatie
from mzsim.standard.values import as_euro
from mzsim.suites.junit import xml_text


def as_dict(grading: Grading) -> dict[str, Any]:
    """The whole verdict; amounts as decimal strings."""
    found = reach(grading)
    return {
        "software": grading.software,
        "passed": grading.good,
        "totals": totals(grading),
        "cases": [_case(case) for case in grading.cases],
        "not_in_pack": [_defect(defect) for defect in grading.foreign],
        "repair": [_repair(repair) for repair in repairs(grading.defects)],
        "coverage": {
            "retourcodes": [
                {"retourcode": t.what, "meaning": t.meaning, "met": t.aantal, "right": t.good,
                 "not_reported": t.not_reported}
                for t in found.codes
            ],
            "outcomes": [{"outcome": t.what, "met": t.aantal, "right": t.good} for t in found.outcomes],
            "faults": [
                {"fault": t.what, "says": t.meaning, "met": t.aantal, "refused": t.good}
                for t in found.faults
            ],
            "never_met": [{"retourcode": t.what, "meaning": t.meaning} for t in found.never_seen],
            "requirements": [
                {"requirement": t.what, "source": t.meaning, "met": t.aantal, "right": t.good}
                for t in found.requirements
            ],
        },
    }  # fmt: skip


def totals(grading: Grading) -> dict[str, dict[str, int]]:
    """How many of each there are, and how many were right."""
    retours = list(grading.retours)
    sound = [retour for retour in retours if retour.bookkeeping is not None]
    faulty = [retour for retour in retours if retour.bookkeeping is None]
    bookings = [good for retour in sound for _, _, good in retour.bookings]
    return {
        "cases": _part([case.good for case in grading.cases]),
        "bookings": _part(bookings),
        "good_retours": _part([retour.good for retour in sound]),
        "faulty_retours": _part([retour.good for retour in faulty]),
    }


def _part(good: list[bool]) -> dict[str, int]:
    return {"all": len(good), "right": sum(good)}


def _case(verdict: CaseVerdict) -> dict[str, Any]:
    return {
        "id": verdict.case.id,
        "title": verdict.case.title,
        "source": verdict.case.source,
        "passed": verdict.good,
        "retours": [
            {
                "retour": retour.retour.name,
                "fault": retour.retour.fault,
                "passed": retour.good,
                "findings": [_defect(defect) for defect in retour.defects],
                "bookings": [
                    {
                        "referentienummer": expected.referentienummer,
                        "expected": _booking(expected),
                        "booked": _booking(booked) if booked else None,
                        "right": good,
                    }
                    for expected, booked, good in retour.bookings
                ],
            }
            for retour in verdict.retours
        ],
    }


def _booking(booking: BookedPrestatie | GradedBooking) -> dict[str, Any]:
    return {
        "outcome": str(booking.outcome),
        "granted": as_euro(booking.granted),
        "left": as_euro(booking.rest),
        "retourcodes": list(booking.codes),
    }


def _defect(defect: Defect) -> dict[str, Any]:
    return {
        "finding": str(defect.kind),
        "case": defect.case,
        "retour": defect.retour,
        "referentienummer": defect.referentienummer,
        "differs": list(defect.fields),
        "diagnosis": diagnose(defect).id,
        "text": in_words(defect),
    }


def _repair(repair: BookingRepair) -> dict[str, Any]:
    first = repair.defects[0]
    return {
        "diagnosis": repair.diagnose.id,
        "what": repair.sentence,
        "repair": repair.diagnose.remedy,
        "source": repair.diagnose.source,
        "times": len(repair.defects),
        "first": {"case": first.case, "retour": first.retour, "referentienummer": first.referentienummer},
    }


def in_words(defect: Defect) -> str:
    """What was expected and what was booked."""
    if defect.expected is not None:
        booked = as_words(defect.booked) if defect.booked else "nothing"
        return f"expected {as_words(defect.expected)}; booked {booked}"
    if defect.booked is not None:
        return f"{defect.kind}: {as_words(defect.booked)}"
    if defect.fault is not None:
        return f"{defect.kind}: {defect.fault}"
    if defect.reported and defect.bookkeeping is not None:
        return f"{defect.kind}: expected {' '.join(defect.bookkeeping.codes) or 'none'}; reported {' '.join(defect.reported)}"
    return str(defect.kind)


def closing_line(grading: Grading) -> str:
    """The verdict in one line."""
    parts = [f"{part['right']} of {part['all']} {name.replace('_', ' ')}" for name, part in totals(grading).items()]
    return f"{'passed' if grading.good else 'failed'}: right are {', '.join(parts)}"


# For people.

_MOST_LINES = 20


def grading_parts(grading: Grading) -> Iterator[Part]:
    """The verdict on standard output: what is wrong by case, what to repair, what the pack reached."""
    defects = grading.defects
    if defects:
        yield Table(
            ("case", "retour", "referentienummer", "what", "diagnosis"),
            ((g.case, g.retour, g.referentienummer or "", in_words(g), diagnose(g).id) for g in defects[:_MOST_LINES]),
        )
        if len(defects) > _MOST_LINES:
            yield f"and {len(defects) - _MOST_LINES} more; --json prints them all\n"
        yield "to repair:"
        for repair in repairs(defects):
            yield from _repair_parts(repair)
        yield ""
    yield from _coverage_parts(reach(grading))
    yield ""
    yield closing_line(grading)


def _repair_parts(repair: BookingRepair) -> Iterator[Part]:
    first = repair.defects[0]
    count = len(repair.defects)
    yield f"  {repair.sentence} [{repair.diagnose.source}]"
    yield f"    {repair.diagnose.remedy}"
    yield f"    {count} time{'s' * (count > 1)}, first in {first.case}, {first.retour}"


def _coverage_parts(found: Reach) -> Iterator[Part]:
    yield "coverage, right of met:"
    yield from _count_parts("outcomes", found.outcomes)
    yield from _count_parts("faulty retours refused", found.faults)
    yield from _count_parts("retourcodes", found.codes)
    if found.never_seen:
        yield (f"  retourcodes never met, {len(found.never_seen)}: {' '.join(t.what for t in found.never_seen)}")
    met = sum(t.good == t.aantal for t in found.requirements)
    yield f"  requirements, of which nothing went wrong: {met} of {len(found.requirements)} met"


def _count_parts(name: str, tallies: tuple[ReachCounts, ...]) -> Iterator[Part]:
    if tallies:
        yield f"  {name}: {', '.join(f'{t.what} {t.good}/{t.aantal}{_silent(t)}' for t in tallies)}"


def _silent(counts: ReachCounts) -> str:
    return f" ({counts.not_reported} not reported)" if counts.not_reported else ""


# JUnit.


class JunitTest(NamedTuple):
    """A test: its class and name, and where it failed what is wrong in short and in full."""

    category: str
    name: str
    message: str = ""
    text: str = ""

    @property
    def failed(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.message)


def as_junit(grading: Grading, more: Mapping[str, Sequence[JunitTest]]) -> bytes:
    """A test suite per case, a test per retour, and more suites behind them.

    Without durations, so that the same result gives the same file.
    """
    suites: dict[str, Sequence[JunitTest]] = {
        verdict.case.id: [
            _junit_test(verdict.case.id, retour.retour.name, retour.defects) for retour in verdict.retours
        ]
        for verdict in grading.cases
    }
    if grading.foreign:
        suites["not in the pack"] = [_junit_test(g.case, g.retour, (g,)) for g in grading.foreign]
    suites |= more
    root = ET.Element("testsuites", _tallies([test for tests in suites.values() for test in tests]))
    for name, tests in suites.items():
        _junit_suite(root, name, tests)
    ET.indent(root)
    xml: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return xml + b"\n"


def _junit_test(case: str, retour: str, defects: Sequence[Defect]) -> JunitTest:
    header = "; ".join(dict.fromkeys(diagnose(g).id for g in defects))
    lines = (f"{g.referentienummer or g.retour}: {in_words(g)}" for g in defects)
    return JunitTest(case, retour, header, "\n".join(lines))


def _tallies(tests: Sequence[JunitTest]) -> dict[str, str]:
    return {"tests": str(len(tests)), "failures": str(sum(test.failed for test in tests)), "errors": "0"}


def _junit_suite(root: ET.Element, name: str, tests: Sequence[JunitTest]) -> None:
    suite = ET.SubElement(root, "testsuite", {"name": xml_text(name), **_tallies(tests)})
    for one in tests:
        test = ET.SubElement(suite, "testcase", {"classname": xml_text(one.category), "name": xml_text(one.name)})
        if one.failed:
            what = ET.SubElement(test, "failure", {"type": "failed", "message": xml_text(one.message)})
            what.text = xml_text(one.text)

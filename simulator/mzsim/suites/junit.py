"""A JUnit report: what Jenkins, GitLab and others read. No durations, so that the same answers give the same file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as ET

from mzsim.suites.case import name_in
from mzsim.suites.difference import Difference
from mzsim.suites.display import in_one_line, rubriek, shown, value
from mzsim.suites.playing import CaseReport

_MOST = 200
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_junit(suite: str, case_reports: Sequence[CaseReport], *, unmask: bool) -> bytes:
    """The report of a suite: a testcase a case, with its differences where it failed."""
    counts = Counter(case_report.verdict for case_report in case_reports)
    tallies = {
        "tests": str(len(case_reports)),
        "failures": str(counts["failed"]),
        "errors": str(counts["error"]),
    }
    root = ET.Element("testsuites", tallies)
    folder = ET.SubElement(root, "testsuite", {"name": suite, **tallies})
    for case_report in case_reports:
        name = xml_text(f"{case_report.case.id}: {case_report.case.title}")
        case = ET.SubElement(folder, "testcase", {"classname": suite, "name": name})
        if not case_report.passed:
            kind = "error" if case_report.verdict == "error" else "failure"
            lines = list(lines_of(case_report, unmask=unmask))
            what = ET.SubElement(case, kind, {"type": case_report.verdict, "message": xml_text(lines[0].strip())})
            what.text = xml_text("\n".join(lines))
    ET.indent(root)
    xml: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return xml + b"\n"


def lines_of(case_report: CaseReport, *, unmask: bool) -> Iterator[str]:
    """What keeps a case from passing, a line each."""
    if case_report.error:
        yield case_report.error
    for number, step in enumerate(case_report.steps, start=1):
        if step.verdict == "passed":
            continue
        yield f"step {number}, {name_in(case_report.case.folder, step.step.declaration)}: {in_one_line(step)}"
        differences = shown(step.differences, unmask=unmask)
        yield from (f"  {_line(difference)}" for difference in differences[:_MOST])
        if len(differences) > _MOST:
            yield f"  and {len(differences) - _MOST} more"


def _line(v: Difference) -> str:
    where = f"line {v.line}, " if v.line else ""
    record = f"record {v.record}{f' nr {v.identificatie}' if v.identificatie is not None else ''} " if v.record else ""
    return f"{where}{record}{rubriek(v)}: expected {value(v.expected)}, found {value(v.found)}"


def xml_text(value: str) -> str:
    """Without what XML has no place for."""
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", value)

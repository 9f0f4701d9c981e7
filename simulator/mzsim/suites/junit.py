"""A JUnit report: what Jenkins, GitLab and others read. No durations, so that the same answers give the same file."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO
from xml.etree import ElementTree as ET
from xml.sax.saxutils import quoteattr

from mzsim.suites.display import Played, in_one_line, rubriek, value
from mzsim.suites.playing import Verdict

_MOST = 200
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class JunitReport:
    """The report of a suite, written as cases come: a testcase a case, with its differences where it did not pass.

    How many there are stands in front of them, so they wait in a file of their own, `waiting`.
    """

    def __init__(self, suite: str, waiting: BinaryIO) -> None:
        self._suite, self._waiting = suite, waiting
        self._counts: Counter[Verdict] = Counter()

    def add(self, played: Played) -> None:
        """The next case."""
        self._counts[played["verdict"]] += 1
        name = f"{played['id']}: {played['title']}" if played["title"] else played["id"]
        case = ET.Element("testcase", {"classname": xml_text(self._suite), "name": xml_text(name)})
        if played["verdict"] != "passed":
            kind = "error" if played["verdict"] == "error" else "failure"
            lines = list(lines_of(played))
            what = ET.SubElement(case, kind, {"type": played["verdict"], "message": xml_text(lines[0].strip())})
            what.text = xml_text("\n".join(lines))
        ET.indent(case, level=2)
        self._waiting.write(b"    " + ET.tostring(case, encoding="utf-8") + b"\n")

    def write_to(self, stream: BinaryIO) -> None:
        """Writes the report of the cases so far."""
        counts = self._counts
        tallies = f'tests="{counts.total()}" failures="{counts["failed"]}" errors="{counts["error"]}"'
        name = quoteattr(xml_text(self._suite))
        header = f"<testsuites {tallies}>\n  <testsuite name={name} {tallies}>\n"
        stream.write(f"<?xml version='1.0' encoding='utf-8'?>\n{header}".encode())
        self._waiting.seek(0)
        shutil.copyfileobj(self._waiting, stream)
        stream.write(b"  </testsuite>\n</testsuites>\n")


def lines_of(played: Played) -> Iterator[str]:
    """What keeps a case from passing, a line each."""
    if played["error"]:
        yield played["error"]
    for number, step in enumerate(played["steps"], start=1):
        if step["verdict"] == "passed":
            continue
        yield f"step {number}, {step['declaration']}: {in_one_line(step)}"
        differences = step["verschillen"]
        yield from (f"  {_line(difference)}" for difference in differences[:_MOST])
        if len(differences) > _MOST:
            yield f"  and {len(differences) - _MOST} more"


def _line(v: Mapping[str, Any]) -> str:
    where = f"line {v['regel']}, " if v["regel"] else ""
    number = "" if v["identificatie"] is None else f" nr {v['identificatie']}"
    record = f"record {v['record']}{number} " if v["record"] else ""
    return f"{where}{record}{rubriek(v)}: expected {value(v['verwacht'])}, found {value(v['gevonden'])}"


def xml_text(value: str) -> str:
    """Without what XML has no place for."""
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", value)

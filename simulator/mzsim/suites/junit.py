"""A JUnit report: what Jenkins, GitLab and others read. No durations, so that the same answers give the same file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as ET

from mzsim.suites.case import naam_in
from mzsim.suites.difference import Verschil
from mzsim.suites.display import getoond, in_een_regel, rubriek, waarde
from mzsim.suites.playing import Verslag

_MEESTE = 200
_GEEN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def als_junit(suite: str, verslagen: Sequence[Verslag], *, unmask: bool) -> bytes:
    """The report of a suite: a testcase a case, with its differences where it failed."""
    telling = Counter(verslag.oordeel for verslag in verslagen)
    tellingen = {
        "tests": str(len(verslagen)),
        "failures": str(telling["failed"]),
        "errors": str(telling["error"]),
    }
    wortel = ET.Element("testsuites", tellingen)
    map_ = ET.SubElement(wortel, "testsuite", {"name": suite, **tellingen})
    for verslag in verslagen:
        naam = xml_tekst(f"{verslag.geval.id}: {verslag.geval.titel}")
        geval = ET.SubElement(map_, "testcase", {"classname": suite, "name": naam})
        if not verslag.geslaagd:
            soort = "error" if verslag.oordeel == "error" else "failure"
            regels = list(regels_van(verslag, unmask=unmask))
            wat = ET.SubElement(geval, soort, {"type": verslag.oordeel, "message": xml_tekst(regels[0].strip())})
            wat.text = xml_tekst("\n".join(regels))
    ET.indent(wortel)
    xml: bytes = ET.tostring(wortel, encoding="utf-8", xml_declaration=True)
    return xml + b"\n"


def regels_van(verslag: Verslag, *, unmask: bool) -> Iterator[str]:
    """What keeps a case from passing, a line each."""
    if verslag.fout:
        yield verslag.fout
    for nummer, stap in enumerate(verslag.stappen, start=1):
        if stap.oordeel == "passed":
            continue
        yield f"step {nummer}, {naam_in(verslag.geval.map_, stap.stap.declaratie)}: {in_een_regel(stap)}"
        verschillen = getoond(stap.verschillen, unmask=unmask)
        yield from (f"  {_regel(verschil)}" for verschil in verschillen[:_MEESTE])
        if len(verschillen) > _MEESTE:
            yield f"  and {len(verschillen) - _MEESTE} more"


def _regel(v: Verschil) -> str:
    waar = f"line {v.regel}, " if v.regel else ""
    record = f"record {v.record}{f' nr {v.identificatie}' if v.identificatie is not None else ''} " if v.record else ""
    return f"{waar}{record}{rubriek(v)}: expected {waarde(v.verwacht)}, found {waarde(v.gevonden)}"


def xml_tekst(waarde: str) -> str:
    """Without what XML has no place for."""
    return _GEEN_XML.sub("\N{REPLACEMENT CHARACTER}", waarde)

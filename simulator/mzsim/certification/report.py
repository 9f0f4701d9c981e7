"""The report of a grading: for people, as JSON, and as JUnit. The same verdict gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from xml.etree import ElementTree as ET

from mzsim.certification.diagnoses import Reparatie, diagnose, reparaties
from mzsim.certification.grading import Beoordeling, Geboekt, Gebrek, Gevaloordeel, Retouroordeel, als_woorden
from mzsim.certification.reach import Bereik, Telling, bereik
from mzsim.presentation.parts import Part, Table
from mzsim.retour.bookings import Boeking
from mzsim.standard.values import als_euro
from mzsim.suites.junit import xml_tekst


def als_dict(beoordeling: Beoordeling) -> dict[str, Any]:
    """The whole verdict; amounts as decimal strings."""
    gevonden = bereik(beoordeling)
    return {
        "software": beoordeling.software,
        "passed": beoordeling.goed,
        "totals": totalen(beoordeling),
        "cases": [_geval(geval) for geval in beoordeling.gevallen],
        "not_in_pack": [_gebrek(gebrek) for gebrek in beoordeling.vreemd],
        "repair": [_reparatie(reparatie) for reparatie in reparaties(beoordeling.gebreken)],
        "coverage": {
            "retourcodes": [
                {"retourcode": t.wat, "meaning": t.betekenis, "met": t.aantal, "right": t.goed,
                 "not_reported": t.niet_gemeld}
                for t in gevonden.codes
            ],
            "outcomes": [{"outcome": t.wat, "met": t.aantal, "right": t.goed} for t in gevonden.uitkomsten],
            "faults": [
                {"fault": t.wat, "says": t.betekenis, "met": t.aantal, "refused": t.goed}
                for t in gevonden.verstoringen
            ],
            "never_met": [{"retourcode": t.wat, "meaning": t.betekenis} for t in gevonden.nooit_gezien],
        },
    }  # fmt: skip


def totalen(beoordeling: Beoordeling) -> dict[str, dict[str, int]]:
    """How many of each there are, and how many were right."""
    retours = list(beoordeling.retours)
    goede = [retour for retour in retours if retour.boekhouding is not None]
    foute = [retour for retour in retours if retour.boekhouding is None]
    boekingen = [goed for retour in goede for _, _, goed in retour.boekingen]
    return {
        "cases": _deel([geval.goed for geval in beoordeling.gevallen]),
        "bookings": _deel(boekingen),
        "good_retours": _deel([retour.goed for retour in goede]),
        "faulty_retours": _deel([retour.goed for retour in foute]),
    }


def _deel(goed: list[bool]) -> dict[str, int]:
    return {"all": len(goed), "right": sum(goed)}


def _geval(oordeel: Gevaloordeel) -> dict[str, Any]:
    return {
        "id": oordeel.geval.id,
        "title": oordeel.geval.title,
        "source": oordeel.geval.source,
        "passed": oordeel.goed,
        "retours": [
            {
                "retour": retour.retour.name,
                "fault": retour.retour.fault,
                "passed": retour.goed,
                "findings": [_gebrek(gebrek) for gebrek in retour.gebreken],
                "bookings": [
                    {
                        "referentienummer": verwacht.referentienummer,
                        "expected": _boeking(verwacht),
                        "booked": _boeking(geboekt) if geboekt else None,
                        "right": goed,
                    }
                    for verwacht, geboekt, goed in retour.boekingen
                ],
            }
            for retour in oordeel.retours
        ],
    }


def _boeking(boeking: Boeking | Geboekt) -> dict[str, Any]:
    return {
        "outcome": str(boeking.uitkomst),
        "granted": als_euro(boeking.toegekend),
        "left": als_euro(boeking.rest),
        "retourcodes": list(boeking.codes),
    }


def _gebrek(gebrek: Gebrek) -> dict[str, Any]:
    return {
        "finding": str(gebrek.soort),
        "case": gebrek.geval,
        "retour": gebrek.retour,
        "referentienummer": gebrek.referentienummer,
        "differs": list(gebrek.velden),
        "diagnosis": diagnose(gebrek).id,
        "text": in_woorden(gebrek),
    }


def _reparatie(reparatie: Reparatie) -> dict[str, Any]:
    eerste = reparatie.gebreken[0]
    return {
        "diagnosis": reparatie.diagnose.id,
        "what": reparatie.zin,
        "repair": reparatie.diagnose.herstel,
        "source": reparatie.diagnose.bron,
        "times": len(reparatie.gebreken),
        "first": {"case": eerste.geval, "retour": eerste.retour, "referentienummer": eerste.referentienummer},
    }


def in_woorden(gebrek: Gebrek) -> str:
    """What was expected and what was booked."""
    if gebrek.verwacht is not None:
        geboekt = als_woorden(gebrek.geboekt) if gebrek.geboekt else "nothing"
        return f"expected {als_woorden(gebrek.verwacht)}; booked {geboekt}"
    if gebrek.geboekt is not None:
        return f"{gebrek.soort}: {als_woorden(gebrek.geboekt)}"
    if gebrek.verstoring is not None:
        return f"{gebrek.soort}: {gebrek.verstoring}"
    if gebrek.gemeld and gebrek.boekhouding is not None:
        return f"{gebrek.soort}: expected {' '.join(gebrek.boekhouding.codes) or 'none'}; reported {' '.join(gebrek.gemeld)}"
    return str(gebrek.soort)


def slotregel(beoordeling: Beoordeling) -> str:
    """The verdict in one line."""
    delen = [
        f"{deel['right']} of {deel['all']} {naam.replace('_', ' ')}" for naam, deel in totalen(beoordeling).items()
    ]
    return f"{'passed' if beoordeling.goed else 'failed'}: right are {', '.join(delen)}"


# For people.

_MEESTE_REGELS = 20


def grading_parts(beoordeling: Beoordeling) -> Iterator[Part]:
    """The verdict on standard output: what is wrong by case, what to repair, what the pack reached."""
    gebreken = beoordeling.gebreken
    if gebreken:
        yield Table(
            ("case", "retour", "referentienummer", "what", "diagnosis"),
            (
                (g.geval, g.retour, g.referentienummer or "", in_woorden(g), diagnose(g).id)
                for g in gebreken[:_MEESTE_REGELS]
            ),
        )
        if len(gebreken) > _MEESTE_REGELS:
            yield f"and {len(gebreken) - _MEESTE_REGELS} more; --json prints them all\n"
        yield "to repair:"
        for reparatie in reparaties(gebreken):
            yield from _repair_parts(reparatie)
        yield ""
    yield from _coverage_parts(bereik(beoordeling))
    yield ""
    yield slotregel(beoordeling)


def _repair_parts(reparatie: Reparatie) -> Iterator[Part]:
    eerste = reparatie.gebreken[0]
    aantal = len(reparatie.gebreken)
    yield f"  {reparatie.zin} [{reparatie.diagnose.bron}]"
    yield f"    {reparatie.diagnose.herstel}"
    yield f"    {aantal} time{'s' * (aantal > 1)}, first in {eerste.geval}, {eerste.retour}"


def _coverage_parts(gevonden: Bereik) -> Iterator[Part]:
    yield "coverage, right of met:"
    yield from _count_parts("outcomes", gevonden.uitkomsten)
    yield from _count_parts("faulty retours refused", gevonden.verstoringen)
    yield from _count_parts("retourcodes", gevonden.codes)
    if gevonden.nooit_gezien:
        yield (
            f"  retourcodes never met, {len(gevonden.nooit_gezien)}: {' '.join(t.wat for t in gevonden.nooit_gezien)}"
        )


def _count_parts(naam: str, tellingen: tuple[Telling, ...]) -> Iterator[Part]:
    if tellingen:
        yield f"  {naam}: {', '.join(f'{t.wat} {t.goed}/{t.aantal}{_stil(t)}' for t in tellingen)}"


def _stil(telling: Telling) -> str:
    return f" ({telling.niet_gemeld} not reported)" if telling.niet_gemeld else ""


# JUnit.


def als_junit(beoordeling: Beoordeling) -> bytes:
    """A test suite per case, a test per retour; without durations, so that the same result gives the same file."""
    suites = {
        oordeel.geval.id: [(oordeel.geval.id, retour.retour.name, retour.gebreken) for retour in oordeel.retours]
        for oordeel in beoordeling.gevallen
    }
    if beoordeling.vreemd:
        suites["not in the pack"] = [(g.geval, g.retour, (g,)) for g in beoordeling.vreemd]
    wortel = ET.Element("testsuites", _tellingen([test for tests in suites.values() for test in tests]))
    for naam, tests in suites.items():
        _junit_suite(wortel, naam, tests)
    ET.indent(wortel)
    xml: bytes = ET.tostring(wortel, encoding="utf-8", xml_declaration=True)
    return xml + b"\n"


_Test = tuple[str, str, tuple[Gebrek, ...]]


def _tellingen(tests: Sequence[_Test]) -> dict[str, str]:
    return {"tests": str(len(tests)), "failures": str(sum(bool(gebreken) for *_, gebreken in tests)), "errors": "0"}


def _junit_suite(wortel: ET.Element, naam: str, tests: Sequence[_Test]) -> None:
    suite = ET.SubElement(wortel, "testsuite", {"name": xml_tekst(naam), **_tellingen(tests)})
    for klasse, retour, gebreken in tests:
        test = ET.SubElement(suite, "testcase", {"classname": xml_tekst(klasse), "name": xml_tekst(retour)})
        if gebreken:
            kop = "; ".join(dict.fromkeys(diagnose(g).id for g in gebreken))
            regels = (f"{g.referentienummer or g.retour}: {in_woorden(g)}" for g in gebreken)
            wat = ET.SubElement(test, "failure", {"type": "failed", "message": xml_tekst(kop)})
            wat.text = xml_tekst("\n".join(regels))


def rijen(retour: Retouroordeel) -> list[tuple[str, str, str, bool]]:
    """Per prestatierecord its referentienummer, what was expected, what was booked, and whether that was right."""
    return [
        (verwacht.referentienummer, als_woorden(verwacht), als_woorden(geboekt) if geboekt else "nothing", goed)
        for verwacht, geboekt, goed in retour.boekingen
    ]

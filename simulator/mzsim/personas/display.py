"""The personas for people and programs: table, JSON, Markdown, and one of them in full.

Everybody here is invented, and a BSN is what a user must type over; so nothing is masked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from mzsim.personas import PROEF
from mzsim.personas.persona import DONE, INSURER, PRAKTIJK, Fields, Persona, PersonaDeclaration, SentBack
from mzsim.presentation.parts import Part, Table
from mzsim.standard.layout import rubriek_name
from mzsim.standard.messages import HEEN
from mzsim.standard.retourcodes import FULLY_GRANTED, NO_REMARK, retourcodes
from mzsim.standard.values import as_euro

HEADER = ("persona", "shows", "BSN", "name, born", "date", "declare", "comes back")
_NO_OBJECTION = frozenset({NO_REMARK, FULLY_GRANTED})
_OWN_NUMBER = re.compile("PROEF-[0-9]{3}(-[0-9]+){1,2}")
"""A factuurnummer or referentienummer that could be any other."""
_AMOUNTS = frozenset({"0424", "0426", "0428", "0430"})
_EXPLANATION = (
    f"`date` is that of the replay (`--date`), on a store with {PROEF}. Where nothing else is said, declare to {INSURER} for"
    f" praktijk {PRAKTIJK}, records 01 of {DONE[:4]}-{DONE[4:6]}-{DONE[6:]}, by tariff. What comes back is the status and"
    " the total granted; then each record with an objection, by its codes, kenmerk and identificatie, and what it was granted."
)


def as_dict(persona: Persona) -> dict[str, Any]:
    """A persona for JSON: amounts as decimal strings, but in rubrieken as they are declared (cents)."""
    return {
        "id": persona.id,
        "titel": persona.title,
        "reden": persona.reason,
        "bsn": persona.bsn,
        "verzekerdennummer": persona.verzekerdennummer,
        "naam": persona.name,
        "geboortedatum": persona.geboortedatum.isoformat(),
        "declaraties": [_declaration_as_dict(d) for d in persona.declaraties],
    }


def _declaration_as_dict(d: PersonaDeclaration) -> dict[str, Any]:
    return {
        "bestand": d.file_name,
        "datum": d.datum.isoformat(),
        "voorloop": d.voorloop,
        "verzekerde": d.verzekerde,
        "prestaties": list(d.prestaties),
        "verwacht": {
            "afzender": d.expected.sender,
            "status": d.expected.status,
            "totaal_toegekend": as_euro(d.expected.granted),
            "terug": [
                {"record": t.record, "identificatie": t.number, "codes": t.codes, "toegekend": as_euro(t.granted)}
                for t in d.expected.back
            ],
        },
    }


def json_lines(personas: Iterable[Persona]) -> Iterator[str]:
    """One object a line."""
    for persona in personas:
        yield json.dumps(as_dict(persona))


def overview(personas: Iterable[Persona]) -> Iterator[Part]:
    """A table for people, a row a declaration."""
    yield Table(HEADER, (row for persona in personas for row in rows(persona)))
    yield _EXPLANATION


def markdown(personas: Iterable[Persona]) -> Iterator[str]:
    """The same as a Markdown table, a line at a time."""
    yield f"| {' | '.join(HEADER)} |"
    yield f"|{' --- |' * len(HEADER)}"
    for persona in personas:
        for row in rows(persona):
            yield f"| {' | '.join(cell.replace('|', chr(92) + '|').replace('*', chr(92) + '*') for cell in row)} |"
    yield ""
    yield _EXPLANATION


def rows(persona: Persona) -> Iterator[tuple[str, ...]]:
    """A row for each declaration of a persona; who it is stands in the first."""
    who = (persona.id, persona.title, persona.key, f"{persona.name}, {persona.geboortedatum}")
    for declaration in persona.declaraties:
        yield (*who, declaration.datum.isoformat(), declared(persona, declaration), expected(declaration))
        who = ("", "", "", "")


def declared(persona: Persona, d: PersonaDeclaration) -> str:
    v, w = d.voorloop, d.verzekerde
    otherwise = [
        (f"message {v['0102']}", v["0102"] != HEEN.zvw.decode("ascii")),
        (f"to {v['0108']}", v["0108"] != INSURER),
        (f"insurer (0204) {w['0204']}", w["0204"] != v["0108"]),
        (f"for praktijk {v['0111']}", v["0111"] != PRAKTIJK),
        (f"born {_day(w['0207'])}", _day(w["0207"]) != persona.geboortedatum.isoformat()),
        (f"factuurnummer {v['0116']}", not _OWN_NUMBER.fullmatch(str(v["0116"]))),
        (f"dagtekening {_day(v['0117'])}", _day(v["0117"]) != d.datum.isoformat()),
    ]
    details = [text for text, holds in otherwise if holds]
    what = " + ".join(_prestatie(fields) for fields in d.prestaties)
    return f"{what}; {', '.join(details)}" if details else what


def _prestatie(fields: Fields) -> str:
    amount = as_euro(int(fields["0424"]))
    parts = [
        (str(fields["0413"]), True),
        (f"({fields['0409']})", fields["0409"] != "01"),
        (f"element {fields.get('0415')}", "0415" in fields),
        (str(fields.get("0416")), "0416" in fields),
        (f"kaak {fields.get('0414')}", "0414" in fields),
        (amount if fields["0425"] == 1 else f"{fields['0425']} x {amount}", True),
        (f"bijzonder {fields.get('0411')}", fields["0410"] == "J"),
        (f"diagnosis {fields.get('0417')} {fields.get('0418')}", "0417" in fields),
        (f"less {as_euro(int(fields.get('0428', 0)))}", "0428" in fields),
        (f"of which {as_euro(int(fields['0430']))} is declared", fields["0430"] != fields["0426"]),
        (f"on {_day(fields['0408'])}", fields["0408"] != DONE),
        (f"with 0406 {fields.get('0406')}", "0406" in fields),
        (f"with 0432 {fields['0432']}", not _OWN_NUMBER.fullmatch(str(fields["0432"]))),
        (f"as credit of {fields.get('0433')}", fields["0431"] == "C"),
    ]
    return " ".join(text for text, holds in parts if holds)


def _day(eejjmmdd: str | int) -> str:
    day = str(eejjmmdd)
    return f"{day[:4]}-{day[4:6]}-{day[6:]}"


def expected(d: PersonaDeclaration) -> str:
    v = d.expected
    objections = [_objection(t) for t in v.back if not _NO_OBJECTION.issuperset(t.codes)]
    header = f"{v.status} {as_euro(v.granted)}" + (" by VECOZO" if v.sender == "VECOZO" else "")
    return f"{header}: {', '.join(objections)}" if objections else header


def _objection(t: SentBack) -> str:
    place = f"{t.record} {t.number}" if t.number else t.record
    amount = f" ({as_euro(t.granted)})" if t.granted else ""
    return f"{' '.join(t.codes)} on {place}{amount}"


def one_persona(persona: Persona) -> Iterator[Part]:
    """One persona in full: every rubriek that is filled, and every record that comes back."""
    yield f"{persona.id}: {persona.title}"
    yield f"  {'BSN' if persona.bsn else 'number'}     {persona.key}"
    yield f"  name    {persona.name}"
    yield f"  born    {persona.geboortedatum}"
    yield f"  because {persona.reason}"
    for declaration in persona.declaraties:
        yield f"\n{declaration.file_name}, processed on {declaration.datum}:"
        records = [
            ("01", declaration.voorloop),
            ("02", declaration.verzekerde),
            *(("04", p) for p in declaration.prestaties),
        ]
        for number, (kenmerk, fields) in enumerate(records):
            yield f"  record {kenmerk}" + (f" {number}" if number else "")
            for rubriek in sorted(fields):
                if fields[rubriek] != "":
                    yield f"    {rubriek} {rubriek_name(rubriek)}: {_value(rubriek, fields[rubriek])}"
        yield from _comes_back(declaration)


def _value(rubriek: str, value: str | int) -> str:
    return as_euro(int(value)) if rubriek in _AMOUNTS else str(value)


def _comes_back(d: PersonaDeclaration) -> Iterator[Part]:
    v = d.expected
    yield f"  comes back from {v.sender}: {v.status}, {as_euro(v.granted)} granted"
    for t in v.back:
        amount = f", {as_euro(t.granted)} granted" if t.record == "04" else ""
        for code in t.codes:
            yield (
                f"    record {t.record}{f' {t.number}' if t.number else ''}: {code} {retourcodes()[code].meaning}{amount}"
            )

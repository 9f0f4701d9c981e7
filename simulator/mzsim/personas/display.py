"""The personas for people and programs: table, JSON, Markdown, and one of them in full.

Everybody here is invented, and a BSN is what a user must type over; so nothing is masked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from mzsim.personas import PROEF
from mzsim.personas.persona import GEDAAN, PRAKTIJK, VERZEKERAAR, Declaratie, Persona, Teruggezonden, Velden
from mzsim.presentation.parts import Part, Table
from mzsim.standard.layout import rubrieknaam
from mzsim.standard.messages import HEEN
from mzsim.standard.retourcodes import GEEN_OPMERKING, VOLLEDIG_TOEGEWEZEN, retourcodes
from mzsim.standard.values import als_euro

KOP = ("persona", "shows", "BSN", "name, born", "date", "declare", "comes back")
_GEEN_BEZWAAR = frozenset({GEEN_OPMERKING, VOLLEDIG_TOEGEWEZEN})
_EIGEN_NUMMER = re.compile("PROEF-[0-9]{3}(-[0-9]+){1,2}")
"""A factuurnummer or referentienummer that could be any other."""
_BEDRAGEN = frozenset({"0424", "0426", "0428", "0430"})
_UITLEG = (
    f"`date` is that of the replay (`--date`), on a store with {PROEF}. Where nothing else is said, declare to {VERZEKERAAR} for"
    f" praktijk {PRAKTIJK}, records 01 of {GEDAAN[:4]}-{GEDAAN[4:6]}-{GEDAAN[6:]}, by tariff. What comes back is the status and"
    " the total granted; then each record with an objection, by its codes, kenmerk and identificatie, and what it was granted."
)


def als_dict(persona: Persona) -> dict[str, Any]:
    """A persona for JSON: amounts as decimal strings, but in rubrieken as they are declared (cents)."""
    return {
        "id": persona.id,
        "titel": persona.titel,
        "reden": persona.reden,
        "bsn": persona.bsn,
        "verzekerdennummer": persona.verzekerdennummer,
        "naam": persona.naam,
        "geboortedatum": persona.geboortedatum.isoformat(),
        "declaraties": [_declaratie_als_dict(d) for d in persona.declaraties],
    }


def _declaratie_als_dict(d: Declaratie) -> dict[str, Any]:
    return {
        "bestand": d.bestandsnaam,
        "datum": d.datum.isoformat(),
        "voorloop": d.voorloop,
        "verzekerde": d.verzekerde,
        "prestaties": list(d.prestaties),
        "verwacht": {
            "afzender": d.verwacht.afzender,
            "status": d.verwacht.status,
            "totaal_toegekend": als_euro(d.verwacht.toegekend),
            "terug": [
                {"record": t.record, "identificatie": t.nummer, "codes": t.codes, "toegekend": als_euro(t.toegekend)}
                for t in d.verwacht.terug
            ],
        },
    }


def json_lines(personas: Iterable[Persona]) -> Iterator[str]:
    """One object a line."""
    for persona in personas:
        yield json.dumps(als_dict(persona))


def overview(personas: Iterable[Persona]) -> Iterator[Part]:
    """A table for people, a row a declaration."""
    yield Table(KOP, (rij for persona in personas for rij in rijen(persona)))
    yield _UITLEG


def markdown(personas: Iterable[Persona]) -> Iterator[str]:
    """The same as a Markdown table, a line at a time."""
    yield f"| {' | '.join(KOP)} |"
    yield f"|{' --- |' * len(KOP)}"
    for persona in personas:
        for rij in rijen(persona):
            yield f"| {' | '.join(cel.replace('|', chr(92) + '|').replace('*', chr(92) + '*') for cel in rij)} |"
    yield ""
    yield _UITLEG


def rijen(persona: Persona) -> Iterator[tuple[str, ...]]:
    """A row for each declaration of a persona; who it is stands in the first."""
    wie = (persona.id, persona.titel, persona.sleutel, f"{persona.naam}, {persona.geboortedatum}")
    for declaratie in persona.declaraties:
        yield (*wie, declaratie.datum.isoformat(), _wat(persona, declaratie), _terug(declaratie))
        wie = ("", "", "", "")


def _wat(persona: Persona, d: Declaratie) -> str:
    v, w = d.voorloop, d.verzekerde
    anders = [
        (f"message {v['0102']}", v["0102"] != HEEN.zvw.decode("ascii")),
        (f"to {v['0108']}", v["0108"] != VERZEKERAAR),
        (f"insurer (0204) {w['0204']}", w["0204"] != v["0108"]),
        (f"for praktijk {v['0111']}", v["0111"] != PRAKTIJK),
        (f"born {_dag(w['0207'])}", _dag(w["0207"]) != persona.geboortedatum.isoformat()),
        (f"factuurnummer {v['0116']}", not _EIGEN_NUMMER.fullmatch(str(v["0116"]))),
        (f"dagtekening {_dag(v['0117'])}", _dag(v["0117"]) != d.datum.isoformat()),
    ]
    bijzonderheden = [tekst for tekst, geldt in anders if geldt]
    wat = " + ".join(_prestatie(velden) for velden in d.prestaties)
    return f"{wat}; {', '.join(bijzonderheden)}" if bijzonderheden else wat


def _prestatie(velden: Velden) -> str:
    bedrag = als_euro(int(velden["0424"]))
    delen = [
        (str(velden["0413"]), True),
        (f"({velden['0409']})", velden["0409"] != "01"),
        (f"element {velden.get('0415')}", "0415" in velden),
        (str(velden.get("0416")), "0416" in velden),
        (f"kaak {velden.get('0414')}", "0414" in velden),
        (bedrag if velden["0425"] == 1 else f"{velden['0425']} x {bedrag}", True),
        (f"bijzonder {velden.get('0411')}", velden["0410"] == "J"),
        (f"diagnosis {velden.get('0417')} {velden.get('0418')}", "0417" in velden),
        (f"less {als_euro(int(velden.get('0428', 0)))}", "0428" in velden),
        (f"of which {als_euro(int(velden['0430']))} is declared", velden["0430"] != velden["0426"]),
        (f"on {_dag(velden['0408'])}", velden["0408"] != GEDAAN),
        (f"with 0406 {velden.get('0406')}", "0406" in velden),
        (f"with 0432 {velden['0432']}", not _EIGEN_NUMMER.fullmatch(str(velden["0432"]))),
        (f"as credit of {velden.get('0433')}", velden["0431"] == "C"),
    ]
    return " ".join(tekst for tekst, geldt in delen if geldt)


def _dag(eejjmmdd: str | int) -> str:
    dag = str(eejjmmdd)
    return f"{dag[:4]}-{dag[4:6]}-{dag[6:]}"


def _terug(d: Declaratie) -> str:
    v = d.verwacht
    bezwaren = [_bezwaar(t) for t in v.terug if not _GEEN_BEZWAAR.issuperset(t.codes)]
    kop = f"{v.status} {als_euro(v.toegekend)}" + (" by VECOZO" if v.afzender == "VECOZO" else "")
    return f"{kop}: {', '.join(bezwaren)}" if bezwaren else kop


def _bezwaar(t: Teruggezonden) -> str:
    plaats = f"{t.record} {t.nummer}" if t.nummer else t.record
    bedrag = f" ({als_euro(t.toegekend)})" if t.toegekend else ""
    return f"{' '.join(t.codes)} on {plaats}{bedrag}"


def one_persona(persona: Persona) -> Iterator[Part]:
    """One persona in full: every rubriek that is filled, and every record that comes back."""
    yield f"{persona.id}: {persona.titel}"
    yield f"  {'BSN' if persona.bsn else 'number'}     {persona.sleutel}"
    yield f"  name    {persona.naam}"
    yield f"  born    {persona.geboortedatum}"
    yield f"  because {persona.reden}"
    for declaratie in persona.declaraties:
        yield f"\n{declaratie.bestandsnaam}, processed on {declaratie.datum}:"
        records = [
            ("01", declaratie.voorloop),
            ("02", declaratie.verzekerde),
            *(("04", p) for p in declaratie.prestaties),
        ]
        for nummer, (kenmerk, velden) in enumerate(records):
            yield f"  record {kenmerk}" + (f" {nummer}" if nummer else "")
            for rubriek in sorted(velden):
                if velden[rubriek] != "":
                    yield f"    {rubriek} {rubrieknaam(rubriek)}: {_waarde(rubriek, velden[rubriek])}"
        yield from _comes_back(declaratie)


def _waarde(rubriek: str, waarde: str | int) -> str:
    return als_euro(int(waarde)) if rubriek in _BEDRAGEN else str(waarde)


def _comes_back(d: Declaratie) -> Iterator[Part]:
    v = d.verwacht
    yield f"  comes back from {v.afzender}: {v.status}, {als_euro(v.toegekend)} granted"
    for t in v.terug:
        bedrag = f", {als_euro(t.toegekend)} granted" if t.record == "04" else ""
        for code in t.codes:
            yield (
                f"    record {t.record}{f' {t.nummer}' if t.nummer else ''}: {code} {retourcodes()[code].betekenis}{bedrag}"
            )

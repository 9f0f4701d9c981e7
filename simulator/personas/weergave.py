"""The personas for people and programs: table, JSON, Markdown, and one of them in full.

Everybody here is invented, and a BSN is what a user must type over; so nothing is masked.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import click

from simulator.codelijsten.retourcodes import GEEN_OPMERKING, VOLLEDIG_TOEGEWEZEN, retourcodes
from simulator.ei.layout import rubrieknaam
from simulator.ei.waarden import als_euro
from simulator.personas import PROEF, Declaratie, Persona, Teruggezonden, Velden
from simulator.uitvoer import toon_tabel

KOP = ("persona", "shows", "BSN", "name, born", "date", "declare", "comes back")
_GEEN_BEZWAAR = frozenset({GEEN_OPMERKING, VOLLEDIG_TOEGEWEZEN})
_BEDRAGEN = frozenset({"0424", "0426", "0428", "0430"})
_UITLEG = (
    f"`date` is that of the replay (`--date`). Where nothing else is said: load {PROEF}, declare to 9970 for praktijk 12099901, "
    "records 01 of 2026-03-10. Of what comes back the records with an objection are named, by kenmerk and identificatie."
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


def toon_json(personas: Iterable[Persona]) -> None:
    """One object a line."""
    for persona in personas:
        click.echo(json.dumps(als_dict(persona)))


def toon_tabelvorm(personas: Iterable[Persona]) -> None:
    """A table for people, a row a declaration."""
    toon_tabel(KOP, (rij for persona in personas for rij in rijen(persona)))
    click.echo(_UITLEG)


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
    delen = [_prestatie(velden) for velden in d.prestaties]
    v, w = d.voorloop, d.verzekerde
    anders = [
        (f"to {v['0108']}", v["0108"] != "9970"),
        (f"insurer (0204) {w['0204']}", w["0204"] != v["0108"]),
        (f"for praktijk {v['0111']}", v["0111"] != "12099901"),
        (f"born {_dag(w['0207'])}", _dag(w["0207"]) != persona.geboortedatum.isoformat()),
        (f"factuurnummer {v['0116']}", not str(v["0116"]).endswith(("-1", "-2", "-3", "-4"))),
        (f"dagtekening {_dag(v['0117'])}", _dag(v["0117"]) != d.datum.isoformat()),
    ]
    bijzonderheden = [tekst for tekst, geldt in anders if geldt]
    return " + ".join(delen) + (f"; {', '.join(bijzonderheden)}" if bijzonderheden else "")


def _prestatie(velden: Velden) -> str:
    delen = [str(velden["0413"]), als_euro(int(velden["0430"]))]
    if velden["0430"] != velden["0426"]:
        delen.append(f"of {als_euro(int(velden['0426']))}")
    if velden["0409"] != "01":
        delen.append(f"({velden['0409']})")
    if velden["0408"] != "20260310":
        delen.append(f"on {_dag(velden['0408'])}")
    if velden["0431"] == "C":
        delen.append(f"credit of {velden['0433']}")
    if "0406" in velden:
        delen.append(f"with {velden['0406']}")
    return " ".join(delen)


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


def toon_een(persona: Persona) -> None:
    """One persona in full: every rubriek that is filled, and every record that comes back."""
    click.echo(f"{persona.id}: {persona.titel}")
    click.echo(f"  {'BSN' if persona.bsn else 'number'}     {persona.sleutel}")
    click.echo(f"  name    {persona.naam}")
    click.echo(f"  born    {persona.geboortedatum}")
    click.echo(f"  because {persona.reden}")
    for declaratie in persona.declaraties:
        click.echo(f"\n{declaratie.bestandsnaam}, processed on {declaratie.datum}:")
        records = [
            ("01", declaratie.voorloop),
            ("02", declaratie.verzekerde),
            *(("04", p) for p in declaratie.prestaties),
        ]
        for nummer, (kenmerk, velden) in enumerate(records):
            click.echo(f"  record {kenmerk}" + (f" {nummer}" if nummer else ""))
            for rubriek in sorted(velden):
                if velden[rubriek] != "":
                    click.echo(f"    {rubriek} {rubrieknaam(rubriek)}: {_waarde(rubriek, velden[rubriek])}")
        _toon_terug(declaratie)


def _waarde(rubriek: str, waarde: str | int) -> str:
    return als_euro(int(waarde)) if rubriek in _BEDRAGEN else str(waarde)


def _toon_terug(d: Declaratie) -> None:
    v = d.verwacht
    click.echo(f"  comes back from {v.afzender}: {v.status}, {als_euro(v.toegekend)} granted")
    for t in v.terug:
        bedrag = f", {als_euro(t.toegekend)} granted" if t.record == "04" else ""
        for code in t.codes:
            click.echo(
                f"    record {t.record}{f' {t.nummer}' if t.nummer else ''}: {code} {retourcodes()[code].betekenis}{bedrag}"
            )

"""What came of cases, for people (text) and programs (JSON); BSN and names masked unless asked otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from mzsim.presentation.output import PERSOONLIJK, als_dict, masker
from mzsim.presentation.parts import Part, Table, filename, toonbaar
from mzsim.standard.layout import rubrieknaam
from mzsim.standard.values import als_euro
from mzsim.suites.case import Geval, naam_in
from mzsim.suites.difference import Verschil
from mzsim.suites.playing import Stapverslag, Verslag

_MEESTE = 20
"""Differences of one step that people are shown."""


def gemaskeerd(verschil: Verschil) -> Verschil:
    """A difference without the values of a person."""
    if verschil.rubriek not in PERSOONLIJK:
        return verschil
    return verschil._replace(verwacht=masker(verschil.verwacht), gevonden=masker(verschil.gevonden))


def getoond(verschillen: Iterable[Verschil], *, unmask: bool) -> list[Verschil]:
    """The differences as they may be shown."""
    return [verschil if unmask else gemaskeerd(verschil) for verschil in verschillen]


def rubriek(verschil: Verschil) -> str:
    """The rubriek of a difference with its name, or what else it is about."""
    if verschil.rubriek:
        return f"{verschil.rubriek} {rubrieknaam(verschil.rubriek)}"
    return "" if verschil.record else verschil.wat


def waarde(tekst: str) -> str:
    """A value of a difference: without the spaces behind it, on one line."""
    return toonbaar(tekst.rstrip(" ")) or "(spaces)"


def verslag_als_dict(verslag: Verslag, *, unmask: bool) -> dict[str, Any]:
    """A verslag for JSON."""
    geval = verslag.geval
    return {
        **geval_als_dict(geval),
        "verdict": verslag.oordeel,
        "error": verslag.fout,
        "steps": [_stap_als_dict(geval, stap, unmask=unmask) for stap in verslag.stappen],
    }


def geval_als_dict(geval: Geval) -> dict[str, Any]:
    """What a case is, for JSON."""
    return {
        "id": geval.id,
        "title": geval.titel,
        "source": geval.bron,
        "tags": list(geval.tags),
        "folder": str(geval.map_),
    }


def _stap_als_dict(geval: Geval, stap: Stapverslag, *, unmask: bool) -> dict[str, Any]:
    return {
        "declaration": naam_in(geval.map_, stap.stap.declaratie),
        "date": str(stap.stap.datum),
        "stage": stap.stap.stage,
        "verdict": stap.oordeel,
        "error": stap.fout,
        **(als_dict(stap.uitkomst) if stap.uitkomst else {}),
        "verschillen": [
            {
                "wat": v.wat,
                "regel": v.regel,
                "record": v.record,
                "identificatie": v.identificatie,
                "rubriek": v.rubriek,
                "naam": rubrieknaam(v.rubriek) if v.rubriek else None,
                "verwacht": v.verwacht,
                "gevonden": v.gevonden,
            }
            for v in getoond(stap.verschillen, unmask=unmask)
        ],
    }


def in_een_regel(stap: Stapverslag) -> str:
    """How a step ended."""
    if stap.uitkomst is None:
        return stap.fout or ""
    door = f" by {stap.uitkomst.afzender}" if stap.uitkomst.afzender else ""
    bedragen = f"{als_euro(stap.uitkomst.totaal_toegekend)} of {als_euro(stap.uitkomst.totaal_ingediend)}"
    return f"{stap.uitkomst.status}{door}, {bedragen}"


def report_parts(verslag: Verslag, *, unmask: bool) -> Iterator[Part]:
    """A case that didn't pass: which steps, and what differs."""
    geval = verslag.geval
    yield f"{verslag.oordeel.upper()} {geval.id}: {toonbaar(geval.titel)} ({filename(geval.map_)})"
    if verslag.fout:
        yield f"  {verslag.fout}"
    for nummer, stap in enumerate(verslag.stappen, start=1):
        if stap.oordeel != "passed":
            yield f"  step {nummer}, {naam_in(geval.map_, stap.stap.declaratie)}: {in_een_regel(stap)}"
            yield from _difference_parts(getoond(stap.verschillen, unmask=unmask))
            for regel in _waarom(stap):
                yield f"  {regel}"
    yield ""


def _waarom(stap: Stapverslag) -> Iterator[str]:
    """The objections that made the answer what it is."""
    meldingen = stap.uitkomst.meldingen if stap.uitkomst else ()
    for melding in meldingen[:_MEESTE]:
        bevinding, controle = melding.bevinding, melding.bevinding.controle
        nummer = "" if bevinding.identificatie is None else f" {bevinding.identificatie}"
        code = melding.retourcode or "no retour"
        yield f"{code} on record {bevinding.record}{nummer}: {controle.id} {controle.zin} [{controle.bron}]"
    if len(meldingen) > _MEESTE:
        yield f"and {len(meldingen) - _MEESTE} more"


def _difference_parts(verschillen: Sequence[Verschil]) -> Iterator[Part]:
    if not verschillen:
        return
    rijen = (
        (
            str(v.regel or ""),
            v.record or "",
            str(v.identificatie or ""),
            rubriek(v),
            waarde(v.verwacht),
            waarde(v.gevonden),
        )
        for v in verschillen[:_MEESTE]
    )
    yield Table(("line", "record", "nr", "rubriek", "expected", "found"), rijen)
    if len(verschillen) > _MEESTE:
        yield f"  and {len(verschillen) - _MEESTE} more; --json prints them all"


def slotregel(verslagen: Sequence[Verslag]) -> str:
    """All cases in one line."""
    telling = Counter(verslag.oordeel for verslag in verslagen)
    delen = [f"{telling[oordeel]} {oordeel}" for oordeel in ("passed", "failed", "error") if telling[oordeel]]
    return f"{', '.join(delen)} of {aantal(len(verslagen), 'case')}"


def aantal(n: int, wat: str) -> str:
    """A number of things."""
    return f"{n:,} {wat}{'' if n == 1 else 's'}"


def case_parts(gevallen: Iterable[tuple[str, Geval]]) -> Iterator[Part]:
    """A table of cases with their suites."""
    rijen = [(suite, g.id, g.titel, ", ".join(g.tags), str(len(g.stappen))) for suite, g in gevallen]
    yield Table(("suite", "case", "title", "tags", "steps"), rijen)


def relatief(map_: Path) -> str:
    """The name of a suite in a report: that of its folder, wherever it stands."""
    return map_.resolve().name

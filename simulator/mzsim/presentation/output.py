"""Outcomes, checks of a retour and explanations for people and programs; BSN and names masked unless asked otherwise."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mzsim.domain.findings import Melding, Uitkomst
from mzsim.presentation.parts import Part, filename, first_rows
from mzsim.retour.deviation import Afwijking
from mzsim.retour.words import Masker, Uitleg
from mzsim.standard.layout import rubrieknaam
from mzsim.standard.values import als_euro

PERSOONLIJK = frozenset(
    {"0203", "0403", "0205", "0405", "0210", "0211", "0213", "0214", "0215"}
    | {"0307", "0308", "0310", "0311", "0312", "0324", "9804"}
)
"""Rubrieken that hold a BSN, a verzekerdennummer, a name or free text."""


def outcome_json(declaratie: Path, retour: Path, uitkomst: Uitkomst, toekenningen: Iterable[str]) -> Iterator[str]:
    """One outcome as JSON, in pieces; `toekenningen` is what was granted, each as JSON."""
    naar = str(retour) if uitkomst.heeft_retour else None
    kop = {"declaratie": str(declaratie), "retour": naar, **als_dict(uitkomst)}
    yield from _met_lijst(kop, "toekenningen", toekenningen)


def _met_lijst(waarden: Mapping[str, Any], naam: str, lijst: Iterable[str]) -> Iterator[str]:
    """An object in pieces, with a list that may be too long to hold in memory; its items are JSON."""
    begin = json.dumps({**waarden, naam: []})
    yield begin.removesuffix("]}")
    for nummer, deel in enumerate(lijst):
        yield f", {deel}" if nummer else deel
    yield "]}"


def als_dict(uitkomst: Uitkomst) -> dict[str, Any]:
    """One outcome for JSON: amounts as decimal strings."""
    return {
        "afzender": uitkomst.afzender,
        "status": uitkomst.status,
        "totaal_ingediend": als_euro(uitkomst.totaal_ingediend),
        "totaal_toegekend": als_euro(uitkomst.totaal_toegekend),
        **({"betaaldatum": uitkomst.betaaldatum.isoformat()} if uitkomst.betaaldatum else {}),
        "meldingen": [_melding(m) for m in uitkomst.meldingen],
    }


def _melding(m: Melding) -> dict[str, Any]:
    controle = m.bevinding.controle
    return {
        "record": m.bevinding.record,
        "identificatie": m.bevinding.identificatie,
        "rubriek": controle.rubriek,
        "retourcode": m.retourcode,
        "controle": controle.id,
        "tekst": controle.zin,
        "bron": controle.bron,
        "regel": m.bevinding.regel,
        **({"rijen": [rij._asdict() for rij in m.bevinding.rijen]} if m.bevinding.rijen else {}),
    }


def outcome_parts(declaratie: Path, retour: Path, uitkomst: Uitkomst) -> Iterator[Part]:
    """One outcome for people."""
    naar = f" -> {filename(retour)}" if uitkomst.heeft_retour else ""
    door = f" by {uitkomst.afzender}" if uitkomst.afzender else ""
    bedragen = f"{als_euro(uitkomst.totaal_toegekend)} of {als_euro(uitkomst.totaal_ingediend)}"
    betaald = f", payment date {uitkomst.betaaldatum}" if uitkomst.betaaldatum else ""
    yield f"{filename(declaratie)}: {uitkomst.status}{door}, {bedragen}{betaald}{naar}"
    if uitkomst.meldingen:
        kop = ("line", "record", "nr", "rubriek", "code", "check", "what", "source")
        yield from first_rows(kop, uitkomst.meldingen, _meldingsrij)


def _meldingsrij(m: Melding) -> Sequence[str]:
    b = m.bevinding
    controle = b.controle
    plaats = (str(b.regel), b.record, str(b.identificatie or ""), controle.rubriek or "")
    return (*plaats, m.retourcode or "", controle.id, controle.zin, controle.bron)


def deviations_dict(retour: Path, afwijkingen: Sequence[Afwijking], *, unmask: bool) -> dict[str, Any]:
    """What check-retour found, for JSON."""
    getoond = _getoond(afwijkingen, unmask=unmask)
    return {"retour": str(retour), "in_orde": not getoond, "afwijkingen": [a._asdict() for a in getoond]}


def deviation_parts(retour: Path, afwijkingen: Sequence[Afwijking], *, unmask: bool) -> Iterator[Part]:
    """What check-retour found, for people."""
    getoond = _getoond(afwijkingen, unmask=unmask)
    if not getoond:
        yield f"{filename(retour)}: in order"
        return
    yield f"{filename(retour)}: {len(getoond)} found wrong"
    yield from first_rows(("line", "record", "nr", "rubriek", "what", "expected", "found"), getoond, _afwijkingsrij)


def _getoond(afwijkingen: Sequence[Afwijking], *, unmask: bool) -> list[Afwijking]:
    return [a if unmask or a.rubriek not in PERSOONLIJK else _gemaskeerd(a) for a in afwijkingen]


def _afwijkingsrij(a: Afwijking) -> Sequence[str]:
    plaats = (str(a.regel), a.record, str(a.identificatie or ""), _rubriek(a.rubriek))
    return (*plaats, a.reden, a.verwacht.strip(), a.gevonden.strip())


def _gemaskeerd(a: Afwijking) -> Afwijking:
    return a._replace(verwacht=masker(a.verwacht), gevonden=masker(a.gevonden))


def masker(waarde: str) -> str:
    """A personal value with its length and nothing else."""
    return re.sub(r"\S", "*", waarde)


def _rubriek(nummer: str | None) -> str:
    return f"{nummer} {rubrieknaam(nummer)}" if nummer else ""


def explanation_json(uitleg: Uitleg, bedekt: Masker, toekenningen: Iterable[str] | None) -> Iterator[str]:
    """A retourbericht in words as JSON, in pieces, what is personal as `bedekt` shows it.

    `toekenningen` is what was granted, each as JSON; None where that is not known.
    """
    if toekenningen is None:
        yield json.dumps(uitleg.als_dict(bedekt))
    else:
        yield from _met_lijst(uitleg.als_dict(bedekt), "toekenningen", toekenningen)

"""What the command line prints: tables for people, JSON for programs; BSN and names masked unless asked otherwise."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from mzsim.common.errors import OutputError
from mzsim.domain.findings import Melding, Uitkomst
from mzsim.retour.deviation import Afwijking
from mzsim.retour.words import Masker, Uitleg
from mzsim.standard.layout import rubrieknaam
from mzsim.standard.values import als_euro

T = TypeVar("T")

PERSOONLIJK = frozenset(
    {"0203", "0403", "0205", "0405", "0210", "0211", "0213", "0214", "0215"}
    | {"0307", "0308", "0310", "0311", "0312", "0324", "9804"}
)
"""Rubrieken that hold a BSN, a verzekerdennummer, a name or free text."""


def plaatsen(declaraties: Sequence[Path], out: Path | None) -> dict[Path, Path]:
    """Where the retour of each declaration goes; two to one place, or one over a declaration, is refused."""
    if out is not None and len(declaraties) > 1 and not out.is_dir():
        raise OutputError(f"{out}: is no folder; several declarations need one that exists")
    gevonden: dict[Path, Path] = {}
    invoer = {os.path.realpath(declaratie): declaratie for declaratie in declaraties}
    bezet = dict(invoer)
    for declaratie in declaraties:
        plaats = _plaats(declaratie, out)
        echt = os.path.realpath(plaats)
        ander = bezet.setdefault(echt, declaratie)
        if declaratie in gevonden or echt in invoer or ander is not declaratie:
            raise OutputError(f"{plaats}: the retour of {declaratie} would be written over {ander}; use --out")
        gevonden[declaratie] = plaats
    return gevonden


def _plaats(declaratie: Path, out: Path | None) -> Path:
    if out is not None and not out.is_dir():
        return out
    return (out or declaratie.parent) / retournaam(declaratie)


def retournaam(declaratie: Path) -> str:
    """The name of the retour of a declaration: x.mz301.asc and x.asc give x.mz302.asc."""
    stam = re.sub(r"\.mz301$", "", declaratie.stem, flags=re.IGNORECASE)
    return f"{stam}.mz302{declaratie.suffix}"


def toon_json(declaratie: Path, retour: Path, uitkomst: Uitkomst, toekenningen: Iterable[str]) -> None:
    """One outcome as one line; `toekenningen` is what was granted, each as JSON."""
    naar = str(retour) if uitkomst.heeft_retour else None
    _toon_met_lijst({"declaratie": str(declaratie), "retour": naar, **als_dict(uitkomst)}, "toekenningen", toekenningen)


def declaratie_bij(retour: Path) -> Path | None:
    """The declaration beside a retour: of x.mz302.asc that is x.mz301.asc, or else x.asc."""
    stam = re.sub(r"\.mz302$", "", retour.stem, flags=re.IGNORECASE)
    if stam == retour.stem:
        return None
    mogelijk = (retour.with_name(f"{stam}{deel}{retour.suffix}") for deel in (".mz301", ".MZ301", ""))
    return next((plaats for plaats in mogelijk if plaats.is_file()), None)


def _toon_met_lijst(waarden: Mapping[str, Any], naam: str, lijst: Iterable[str]) -> None:
    """An object as one line, with a list that may be too long to hold in memory; its items are JSON."""
    begin = json.dumps({**waarden, naam: []})
    click.echo(begin.removesuffix("]}"), nl=False)
    for nummer, deel in enumerate(lijst):
        click.echo(f", {deel}" if nummer else deel, nl=False)
    click.echo("]}")


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


_MEESTE_REGELS = 25


def toon_uitkomst(declaratie: Path, retour: Path, uitkomst: Uitkomst) -> None:
    """One outcome for people."""
    naar = f" -> {click.format_filename(retour)}" if uitkomst.heeft_retour else ""
    door = f" by {uitkomst.afzender}" if uitkomst.afzender else ""
    bedragen = f"{als_euro(uitkomst.totaal_toegekend)} of {als_euro(uitkomst.totaal_ingediend)}"
    betaald = f", payment date {uitkomst.betaaldatum}" if uitkomst.betaaldatum else ""
    click.echo(f"{click.format_filename(declaratie)}: {uitkomst.status}{door}, {bedragen}{betaald}{naar}")
    if uitkomst.meldingen:
        kop = ("line", "record", "nr", "rubriek", "code", "check", "what", "source")
        _toon_eerste(kop, uitkomst.meldingen, _meldingsrij)


def _meldingsrij(m: Melding) -> Sequence[str]:
    b = m.bevinding
    controle = b.controle
    plaats = (str(b.regel), b.record, str(b.identificatie or ""), controle.rubriek or "")
    return (*plaats, m.retourcode or "", controle.id, controle.zin, controle.bron)


def _toon_eerste(kop: Sequence[str], alle: Sequence[T], als_rij: Callable[[T], Sequence[str]]) -> None:
    """A table of as much as a person reads, and how much there is."""
    toon_tabel(kop, (als_rij(een) for een in alle[:_MEESTE_REGELS]))
    rest = len(alle) - _MEESTE_REGELS
    if rest > 0:
        click.echo(f"and {rest} more; --json prints them all")


def toon_afwijkingen(retour: Path, afwijkingen: Sequence[Afwijking], *, als_json: bool, unmask: bool) -> None:
    """What check-retour found."""
    getoond = [a if unmask or a.rubriek not in PERSOONLIJK else _gemaskeerd(a) for a in afwijkingen]
    if als_json:
        click.echo(
            json.dumps({"retour": str(retour), "in_orde": not getoond, "afwijkingen": [a._asdict() for a in getoond]})
        )
    elif not getoond:
        click.echo(f"{click.format_filename(retour)}: in order")
    else:
        click.echo(f"{click.format_filename(retour)}: {len(getoond)} found wrong")
        _toon_eerste(("line", "record", "nr", "rubriek", "what", "expected", "found"), getoond, _afwijkingsrij)


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


def toon_uitleg(uitleg: Uitleg, bedekt: Masker, *, als_json: bool, toekenningen: Iterable[str] | None = None) -> None:
    """A retourbericht in words, what is personal as `bedekt` shows it; `toekenningen` is what was granted, each as JSON."""
    if not als_json:
        for regel in uitleg.regels(bedekt):
            click.echo(regel)
    elif toekenningen is None:
        click.echo(json.dumps(uitleg.als_dict(bedekt)))
    else:
        _toon_met_lijst(uitleg.als_dict(bedekt), "toekenningen", toekenningen)


def toon_tabel(kop: Sequence[str], rijen: Iterable[Sequence[str]]) -> None:
    """A table on standard output."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    uit = sys.stdout
    tabel = Table(*kop, box=box.SIMPLE_HEAD, pad_edge=False)
    for rij in rijen:
        tabel.add_row(*(Text(toonbaar(cel)) for cel in rij))
    # A file or a pipe has no width of its own; 80 columns would break every sentence.
    Console(file=uit, width=None if uit.isatty() else 180).print(tabel)


def toonbaar(waarde: str) -> str:
    """A value as it can stand in a line of text, whatever it holds."""
    return waarde if waarde.isprintable() else waarde.encode("unicode_escape").decode()

"""`mzsim suite export` and `mzsim suite grade`. Light to import."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from simulator.opties import GEVONDEN, optie_json

if TYPE_CHECKING:
    from simulator.suites.beoordeling import Beoordeling
    from simulator.suites.export import Foute

_PAD = click.Path(path_type=Path)


@click.command("export")
@click.argument("map_", metavar="DIR", type=_PAD)
@click.option("--out", metavar="PACK", type=_PAD, required=True, help="The folder to make, or with --zip the file.")
@click.option("--zip", "als_zip", is_flag=True, help="Write one zip file instead of a folder.")
@click.option("-k", "woord", metavar="WORD", help="Only cases whose id or title holds this word.")
@click.option("--tag", "tags", metavar="TAG", multiple=True, help="Only cases with this tag (or one of several).")
@click.option(
    "--faulty",
    "foute",
    type=click.Choice(["each", "once", "none"]),
    default="each",
    show_default=True,
    help="Faulty retours: every kind with each retour, every kind once in the pack, or none.",
)
def export(map_: Path, out: Path, als_zip: bool, woord: str | None, tags: tuple[str, ...], foute: Foute) -> None:
    """Put the cases below DIR together as a pack for the software of a vendor.

    A pack holds the declarations and their retours, good and faulty, a list of them (pack.json), and a schema and a CSV
    template of what the software reports back. README.txt in it says what is asked; how it should be booked is not in it.
    The same cases give the same bytes.
    """
    from simulator.fouten import GevalFout
    from simulator.suites.export import maak_pakket, zet_neer
    from simulator.suites.geval import kies, vind_gevallen

    gekozen = kies(vind_gevallen(map_), woord, tags)
    if not gekozen:
        raise GevalFout(f"{map_}: no case is chosen by -k and --tag")
    gemaakt = maak_pakket(gekozen, foute)
    zet_neer(gemaakt.bestanden, out, als_zip=als_zip)
    click.echo(f"{click.format_filename(out)}: {gemaakt.goede} retours to book, {gemaakt.foute} faulty ones to refuse")


@click.command("grade")
@click.argument("pakket", metavar="PACK", type=_PAD)
@click.argument("resultaat", metavar="RESULT", type=_PAD)
@click.option("--html", metavar="FILE", type=_PAD, help="Write a page for people, with every booking.")
@click.option("--junit", metavar="FILE", type=_PAD, help="Write JUnit XML: a test per retour.")
@optie_json
def grade(pakket: Path, resultaat: Path, html: Path | None, junit: Path | None, als_json: bool) -> None:
    """Compare what a vendor's software booked of PACK, as RESULT (JSON or CSV) reports it, with what the retours say.

    Says per retour and referentienummer what is wrong, what to repair, and which retourcodes and outcomes the software
    has met. Exit status: 0 everything is right, 1 something is wrong, 2 the pack or the result can't be used.
    """
    from simulator.suites.beoordeling import beoordeel
    from simulator.suites.pakket import open_pakket
    from simulator.suites.terugmelding import lees_terugmelding

    with open_pakket(pakket) as geopend:
        beoordeling = beoordeel(geopend, lees_terugmelding(resultaat))
    _schrijf(beoordeling, html, junit)
    _toon(beoordeling, als_json=als_json)
    if not beoordeling.goed:
        raise SystemExit(GEVONDEN)


def _schrijf(beoordeling: Beoordeling, html: Path | None, junit: Path | None) -> None:
    from simulator.suites import beoordelingsverslag

    if junit is not None:
        _zet_neer(junit, beoordelingsverslag.als_junit(beoordeling))
    if html is not None:
        from simulator.suites.beoordelingspagina import als_html

        _zet_neer(html, als_html(beoordeling))


def _toon(beoordeling: Beoordeling, *, als_json: bool) -> None:
    import json

    from simulator.suites import beoordelingsverslag

    if als_json:
        click.echo(json.dumps(beoordelingsverslag.als_dict(beoordeling)))
    else:
        beoordelingsverslag.toon(beoordeling)


def _zet_neer(plaats: Path, inhoud: bytes) -> None:
    """A report, whole or not at all."""
    import os
    from contextlib import suppress

    from simulator.fouten import UitvoerFout

    deel = plaats.absolute().with_name(f".{plaats.name}.{os.getpid()}.deel")
    try:
        if plaats.exists() and not plaats.is_file():
            raise UitvoerFout(f"{plaats}: is no ordinary file; name another")
        deel.write_bytes(inhoud)
        deel.replace(plaats)
    except OSError as fout:
        raise UitvoerFout(f"{plaats}: can't be written: {fout.strerror}") from None
    finally:
        with suppress(OSError):
            deel.unlink()

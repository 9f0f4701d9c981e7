"""`mzsim suite export` and `mzsim suite grade`. Light to import."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mzsim.cli.options import GEVONDEN, optie_json
from mzsim.cli.printing import show

if TYPE_CHECKING:
    from mzsim.certification.export import Foute

_PAD = click.Path(path_type=Path)


@click.command("export")
@click.argument("naam", metavar="DIR|SUITE")
@click.option("--out", metavar="PACK", type=_PAD, required=True, help="The folder to make, or with --zip the file.")
@click.option("--zip", "als_zip", is_flag=True, help="Write one zip file instead of a folder.")
@click.option("-k", "woord", metavar="TEXT", help="Only cases with this text in their id or title.")
@click.option("--tag", "tags", metavar="TAG", multiple=True, help="Only cases with this tag (or another).")
@click.option(
    "--faulty",
    "foute",
    type=click.Choice(["each", "once", "none"]),
    default="each",
    show_default=True,
    help="Faulty retours: every kind with each retour, every kind once in the pack, or none.",
)
def export(naam: str, out: Path, als_zip: bool, woord: str | None, tags: tuple[str, ...], foute: Foute) -> None:
    """Put the cases of a folder or suite together as a pack for the software of a vendor.

    A pack holds the declarations and their retours, good and faulty, a list of them (pack.json), and a schema and a CSV
    template of what the software reports back. README.txt in it says what is asked; how it should be booked is not in it.
    The same cases give the same bytes.
    """
    from mzsim.certification.export import maak_pakket, zet_neer
    from mzsim.common.errors import CaseError
    from mzsim.suites.case import kies, vind_gevallen
    from mzsim.suites.display import aantal
    from mzsim.suites.locations import map_van

    gekozen = kies(vind_gevallen(map_van(naam)), woord, tags)
    if not gekozen:
        raise CaseError(f"{naam}: none of its cases answers to -k and --tag")
    gemaakt = maak_pakket(gekozen, foute)
    zet_neer(gemaakt.bestanden, out, als_zip=als_zip)
    goede, foute_retours = aantal(gemaakt.goede, "retour"), aantal(gemaakt.foute, "faulty one")
    click.echo(f"{click.format_filename(out)}: {goede} to book, {foute_retours} to refuse")


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
    import json

    from mzsim.certification import report
    from mzsim.certification.grading import beoordeel
    from mzsim.certification.pack import open_pakket
    from mzsim.certification.result import lees_terugmelding
    from mzsim.presentation.report_file import rapporten

    with open_pakket(pakket) as geopend, rapporten(junit, html) as (junitbestand, htmlbestand):
        beoordeling = beoordeel(geopend, lees_terugmelding(resultaat))
        if junitbestand:
            junitbestand.write(report.als_junit(beoordeling))
        if htmlbestand:
            from mzsim.certification.page import als_html

            htmlbestand.write(als_html(beoordeling))
    if als_json:
        click.echo(json.dumps(report.als_dict(beoordeling)))
    else:
        show(report.grading_parts(beoordeling))
    raise SystemExit(0 if beoordeling.goed else GEVONDEN)

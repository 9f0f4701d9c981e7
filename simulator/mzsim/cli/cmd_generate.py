"""`mzsim generate`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

DATUM = "2026-03-31"
PROFIELEN = ("mondzorg", "orthodontie", "implantologie", "wlz")
_UZOVI = {"wlz": "5501"}
_UZOVI_ANDERS = "0736"


def _viercijfers(_: click.Context, __: click.Parameter, waarde: str | None) -> str | None:
    if waarde is not None and (len(waarde) != 4 or not waarde.isascii() or not waarde.isdigit() or waarde == "0000"):
        raise click.BadParameter("must be four digits, not 0000")
    return waarde


@click.command("generate")
@click.option("--verzekerden", type=click.IntRange(1), default=10, show_default=True, help="How many patients.")
@click.option("--prestaties", type=click.IntRange(1), default=50, show_default=True, help="How many prestatierecords.")
@click.option(
    "--seed", type=click.IntRange(0, 9_999_999_999), default=1, show_default=True, help="What chance begins with."
)
@click.option(
    "--profile",
    "profiel",
    type=click.Choice(PROFIELEN),
    default="mondzorg",
    show_default=True,
    help="The kind of practice. mondzorg: check-ups, fillings, root canals, extractions, crowns, dentures; orthodontie:"
    " braces of minors; implantologie: edentulous jaws with an authorisation, single teeth; wlz: to a zorgkantoor, by the"
    " hour with 03 records and by the prestatie.",
)
@click.option(
    "--date",
    "datum",
    metavar="YYYY-MM-DD",
    type=click.DateTime(["%Y-%m-%d"]),
    default=DATUM,
    help=f"The dagtekening; the visits are in the 90 days up to it.  [default: {DATUM}]",
)
@click.option(
    "--uzovi",
    metavar="NNNN",
    callback=_viercijfers,
    help=f"The insurer.  [default: {_UZOVI_ANDERS}; with wlz the zorgkantoor {_UZOVI['wlz']}]",
)
@click.option(
    "--out",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    default=Path(),
    help="Where the two files go; made where it isn't there.  [default: the current folder]",
)
def generate(
    verzekerden: int, prestaties: int, seed: int, profiel: str, datum: dt.datetime, uzovi: str | None, out: Path
) -> None:
    """Make a realistic valid declaration, with the store file in which it is granted in full.

    Patients, numbers and amounts are invented; prestatiecodes and tariffs are those of @nza-2026, which is to be loaded
    with the store file. The same options make the same bytes, on any machine.
    """
    from mzsim.generation.files import write
    from mzsim.generation.making import LIJST, Opdracht
    from mzsim.standard.values import als_euro

    dag = datum.date()
    opdracht = Opdracht(profiel, verzekerden, prestaties, seed, dag, uzovi or _UZOVI.get(profiel, _UZOVI_ANDERS))
    declaratie, store, totaal = write(opdracht, out)
    click.echo(f"{declaratie}: {prestaties} prestaties of {verzekerden} verzekerden, {als_euro(totaal)} euro")
    click.echo(f"{store}: the store in which it is granted in full\n")
    click.echo(f"Next: mzsim db load {LIJST} {store}, then mzsim replay {declaratie} --date {dag}")

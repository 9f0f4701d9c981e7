"""`mzsim generate`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from mzsim.cli.options import DAY
from mzsim.common.names import shown, typed

DATE = "2026-03-31"
PROFILES = ("mondzorg", "orthodontie", "implantologie", "wlz")
_UZOVI = {"wlz": "5501"}
_OTHER_UZOVI = "0736"


def _four_digits(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is not None and (len(value) != 4 or not value.isascii() or not value.isdigit() or value == "0000"):
        raise click.BadParameter("must be four digits, not 0000")
    return value


@click.command("generate")
@click.option("--verzekerden", type=click.IntRange(1), default=10, show_default=True, help="How many patients.")
@click.option("--prestaties", type=click.IntRange(1), default=50, show_default=True, help="How many prestatierecords.")
@click.option(
    "--seed", type=click.IntRange(0, 9_999_999_999), default=1, show_default=True, help="What chance begins with."
)
@click.option(
    "--profile",
    "profile",
    type=click.Choice(PROFILES),
    default="mondzorg",
    show_default=True,
    help="The kind of practice. mondzorg: check-ups, fillings, root canals, extractions, crowns, dentures; orthodontie:"
    " braces of minors; implantologie: edentulous jaws with an authorisation, single teeth; wlz: to a zorgkantoor, by the"
    " hour with 03 records and by the prestatie.",
)
@click.option(
    "--date",
    "date",
    metavar="YYYY-MM-DD",
    type=DAY,
    default=DATE,
    help=f"The dagtekening; the visits are in the 90 days up to it.  [default: {DATE}]",
)
@click.option(
    "--uzovi",
    metavar="NNNN",
    callback=_four_digits,
    help=f"The insurer.  [default: {_OTHER_UZOVI}; with wlz the zorgkantoor {_UZOVI['wlz']}]",
)
@click.option(
    "--out",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    default=Path(),
    help="Where the two files go; made where it isn't there.  [default: the current folder]",
)
def generate(
    verzekerden: int, prestaties: int, seed: int, profile: str, date: dt.datetime, uzovi: str | None, out: Path
) -> None:
    """Make a realistic valid declaration, with the store file in which it is granted in full.

    Patients, numbers and amounts are invented; prestatiecodes and tariffs are those of @nza-2026, which is to be loaded
    with the store file. The same options make the same bytes, on any machine.
    """
    from mzsim.generation.files import write
    from mzsim.generation.making import LIST, GenerationOrder
    from mzsim.standard.values import as_euro

    day = date.date()
    order = GenerationOrder(profile, verzekerden, prestaties, seed, day, uzovi or _UZOVI.get(profile, _OTHER_UZOVI))
    declaration, store, total = write(order, out)
    click.echo(f"{shown(declaration)}: {prestaties} prestaties of {verzekerden} verzekerden, {as_euro(total)} euro")
    click.echo(f"{shown(store)}: the store in which it is granted in full\n")
    click.echo(f"Next: mzsim db load {LIST} {typed(store)}, then mzsim replay {typed(declaration)} --date {day}")

"""`mzsim mutate`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from mzsim.cli.options import optie_json
from mzsim.cli.printing import show


@click.command("mutate")
@click.argument("declaratie", metavar="DECLARATION", type=click.Path(path_type=Path))
@click.option(
    "--out",
    "doel",
    metavar="FOLDER",
    required=True,
    type=click.Path(path_type=Path),
    help="A new or empty folder for the suite.",
)
@click.option(
    "--store-file",
    "storebestanden",
    metavar="FILE.yaml|@LIST",
    multiple=True,
    help="A store file that the declaration is granted with (may be given more than once, loaded in order). Where none"
    " has polissen, the least store that grants it is made of the declaration itself.",
)
@click.option(
    "--date",
    "datum",
    metavar="YYYY-MM-DD",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The processing date of the cases.  [default: the dagtekening of the declaration]",
)
@click.option("--check", "controles", metavar="ID", multiple=True, help="Only defects for this check (or another).")
@click.option("--list", "alles", is_flag=True, help="Name every case that was written.")
@optie_json
def mutate(
    declaratie: Path,
    doel: Path,
    storebestanden: tuple[str, ...],
    datum: dt.datetime | None,
    controles: tuple[str, ...],
    alles: bool,
    als_json: bool,
) -> None:
    """Write the smallest defects of a valid declaration, a case for each check that can apply.

    Each case holds the declaration with one defect, and the retour that it must get; the folder is a suite for
    mzsim suite run. A defect is kept only where a replay shows that its check objects, and no other.
    The report names the checks that this declaration can't fail, and what they need.
    """
    from mzsim.mutation.all_mutators import MUTATIES
    from mzsim.mutation.coverage import als_json as json
    from mzsim.mutation.coverage import coverage_parts
    from mzsim.mutation.writing import chosen_checks, write_suite

    gekozen = chosen_checks(controles)
    with _voortgang(sum(m.controle in gekozen for m in MUTATIES.values())) as voortgang:
        resultaat = write_suite(declaratie, doel, storebestanden, datum and datum.date(), gekozen, voortgang)
    if als_json:
        click.echo(json(declaratie, doel, resultaat))
    else:
        show(coverage_parts(doel, resultaat, gekozen, alles=alles))


@contextmanager
def _voortgang(aantal: int) -> Iterator[Callable[[], None]]:
    """A progress bar on standard error, where a person is looking."""
    import sys

    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as balk:
        taak = balk.add_task("defects", total=aantal)
        yield lambda: balk.advance(taak)

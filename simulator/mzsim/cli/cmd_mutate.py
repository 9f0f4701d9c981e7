"""`mzsim mutate`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from mzsim.cli.options import DAY, option_json
from mzsim.cli.printing import show


@click.command("mutate")
@click.argument("declaration", metavar="DECLARATION", type=click.Path(path_type=Path))
@click.option(
    "--out",
    "target",
    metavar="FOLDER",
    required=True,
    type=click.Path(path_type=Path),
    help="A new or empty folder for the suite.",
)
@click.option(
    "--store-file",
    "store_files",
    metavar="FILE.yaml|@LIST",
    multiple=True,
    help="A store file that the declaration is granted with (may be given more than once, loaded in order). Where none"
    " has polissen, the least store that grants it is made of the declaration itself.",
)
@click.option(
    "--date",
    "date",
    metavar="YYYY-MM-DD",
    type=DAY,
    help="The processing date of the cases.  [default: the dagtekening of the declaration]",
)
@click.option("--check", "checks", metavar="ID", multiple=True, help="Only defects for this check (or another).")
@click.option("--list", "everything", is_flag=True, help="Name every case that was written.")
@option_json
def mutate(
    declaration: Path,
    target: Path,
    store_files: tuple[str, ...],
    date: dt.datetime | None,
    checks: tuple[str, ...],
    everything: bool,
    as_json: bool,
) -> None:
    """Write the smallest defects of a valid declaration, a case for each check that can apply.

    Each case holds the declaration with one defect, and the retour that it must get; the folder is a suite for
    mzsim suite run. A defect is kept only where a replay shows that its check objects, and no other.
    The report names the checks that this declaration can't fail, and what they need.
    """
    from mzsim.mutation.all_mutators import MUTATIONS
    from mzsim.mutation.coverage import as_json as json
    from mzsim.mutation.coverage import coverage_parts
    from mzsim.mutation.writing import chosen_checks, write_suite

    chosen = chosen_checks(checks)
    with _progress(sum(m.check in chosen for m in MUTATIONS.values())) as progress:
        result = write_suite(declaration, target, store_files, date and date.date(), chosen, progress)
    if as_json:
        click.echo(json(declaration, target, result))
    else:
        show(coverage_parts(target, result, chosen, everything=everything))


@contextmanager
def _progress(count: int) -> Iterator[Callable[[], None]]:
    """A progress bar on standard error, where a person is looking."""
    import sys

    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("defects", total=count)
        yield lambda: bar.advance(task)

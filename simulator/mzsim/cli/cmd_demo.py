"""`mzsim demo`. Light to import."""

from __future__ import annotations

from pathlib import Path

import click

from mzsim.cli.printing import show
from mzsim.common.names import shown

_FOLDER = click.Path(path_type=Path)


@click.command()
@click.option("--keep", metavar="FOLDER", type=_FOLDER, help="Keep declarations, store and retours here.")
@click.option(
    "--out",
    metavar="DIR",
    type=_FOLDER,
    help="Write the examples here to try them yourself: the declarations and store.yaml. No other file is overwritten.",
)
def demo(keep: Path | None, out: Path | None) -> None:
    """Replay the worked examples of INV chapter 3 in a throw-away store.

    --out writes what goes in, the declarations and the store file; --keep what the demo itself works with and what comes
    out: for each example the declaration, the store as a database, and both retours. They may name the same folder.
    """
    from mzsim.suites import worked_examples

    if out is not None:
        written = worked_examples.write(out)
        click.echo(f"{shown(out)}: {len(written) - 1} declarations and {worked_examples.STORE}\n")
    show(worked_examples.parts(worked_examples.play(keep)))

"""`mzsim personas`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mzsim.cli.options import option_json
from mzsim.cli.printing import show
from mzsim.common.names import typed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mzsim.personas.persona import Persona


@click.command("personas")
@click.argument("persona", required=False)
@option_json
@click.option("--markdown", "as_markdown", is_flag=True, help="Print the table as Markdown.")
@click.option(
    "--out",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Write the declarations to send here, to replay them or to compare yours with; made where it isn't there.",
)
def personas(persona: str | None, as_json: bool, as_markdown: bool, out: Path | None) -> None:
    """List the personas of @proef, the insurer for tests: what to declare for them, and what comes back.

    mzsim personas 999970008, or its id, shows one in full. After mzsim db load @proef their outcome is fixed: any software
    that declares this gets that answer. BSN and names are invented test data, and shown in full.
    """
    from mzsim.personas import display, find
    from mzsim.personas import personas as every

    if sum((as_json, as_markdown, out is not None)) > 1:
        raise click.UsageError("choose one of --json, --markdown and --out")
    chosen = every() if persona is None else (find(persona),)
    if out is not None:
        _write(chosen, out)
    elif as_json:
        show(display.json_lines(chosen))
    elif as_markdown:
        show(display.markdown(chosen))
    elif persona is None:
        show(display.overview(chosen))
    else:
        show(display.one_persona(chosen[0]))


def _write(personas: Iterable[Persona], folder: Path) -> None:
    from mzsim.personas import PROEF
    from mzsim.personas.files import write_declarations

    for place, declaration in write_declarations(personas, folder):
        click.echo(f"mzsim replay {typed(place)} --date {declaration.datum}")
    click.echo(f"\nBefore these: mzsim db load {PROEF}. The files of a persona follow one another.")

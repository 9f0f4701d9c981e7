"""The commands `mzsim rules`: thin, and light to import."""

from __future__ import annotations

import json
from pathlib import Path

import click

from mzsim.cli.options import FOUND, option_json
from mzsim.cli.printing import show
from mzsim.common.names import shown


@click.group()
def rules() -> None:
    """List the rules of this version, and say in what those of another differ.

    \b
    mzsim rules list --json > rules.json     keep what the rules are now
    mzsim rules diff rules.json              after an upgrade: what changed
    """


@rules.command("list")
@option_json
def list_(as_json: bool) -> None:
    """Show what the rules are: checks, retourcodes, layouts, the lists that come along, and the files that decide.

    With --json all of it, with hashes, to keep for mzsim rules diff.
    """
    from mzsim.rules.display import rules_parts
    from mzsim.rules.listing import rules_of_program

    found = rules_of_program()
    if as_json:
        click.echo(json.dumps(found.model_dump()))
    else:
        show(rules_parts(found))


@rules.command()
@click.argument("old", metavar="OLD.json", type=click.Path(path_type=Path))
@option_json
def diff(old: Path, as_json: bool) -> None:
    """Show in what the rules of this version differ from those of OLD.json, a file of mzsim rules list --json.

    A manifest will do to see whether they differ. Exit status: 0 the same; 1 something differs; 2 a file can't be used.
    """
    from mzsim.rules.comparing import compare
    from mzsim.rules.display import comparison_as_dict, comparison_parts

    found = compare(old)
    if as_json:
        click.echo(json.dumps(comparison_as_dict(found)))
    else:
        show(comparison_parts(found, shown(old)))
    raise SystemExit(0 if found.same else FOUND)

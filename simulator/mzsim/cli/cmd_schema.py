"""The command `mzsim schema`: the kinds of JSON that commands print, and the JSON Schema of each."""

from __future__ import annotations

import json

import click

from mzsim.cli.printing import show


@click.command("schema")
@click.argument("kind", required=False)
def schema(kind: str | None) -> None:
    """Show the kinds of JSON that commands print with --json or, of one, its JSON Schema (draft 2020-12).

    A kind ends in the number of its form. A change that breaks a reader raises it; a new key does not. The schema is that
    of one object: where a command prints one a line, of each line.

    \b
    mzsim schema                  the kinds
    mzsim schema replay-1         the schema of what mzsim replay --json prints
    """
    from mzsim.presentation import kinds
    from mzsim.presentation.parts import Table

    if kind is not None:
        click.echo(json.dumps(kinds.schema(kind), indent=2))
        return
    rows = [
        (
            name,
            _commands(one.commands),
            one.form.__doc__,
        )
        for name, one in kinds.KINDS.items()
    ]
    show([Table(("kind", "printed with --json by", "one object of it"), rows)])


def _commands(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "any command that fails"

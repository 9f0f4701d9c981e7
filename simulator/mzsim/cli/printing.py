"""Printing what the program gives as values: lines, tables, and JSON in pieces. Light to import."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from mzsim.presentation.parts import Part
    from mzsim.server.logs import LogKind


def show(parts: Iterable[Part]) -> None:
    """Prints lines and tables on standard output; a table is as wide as the terminal, where there is one."""
    from mzsim.presentation.parts import WIDTH, print_table

    for part in parts:
        if isinstance(part, str):
            click.echo(part)
        else:
            print_table(part, sys.stdout, None if sys.stdout.isatty() else WIDTH)


def show_json(pieces: Iterable[str]) -> None:
    """Prints one JSON value that comes in pieces, on one line."""
    for piece in pieces:
        click.echo(piece, nl=False)
    click.echo()


_ASKED_FOR_JSON, _SAYS = "mzsim.json", "mzsim.says"


def remember_json(ctx: click.Context, words: Iterable[str]) -> None:
    """Takes down whether the words of a command line ask for JSON, for when the command fails."""
    ctx.meta[_ASKED_FOR_JSON] = "--json" in words


def report_failure(message: str, status: int) -> None:
    """A failure, as a line on standard error; as an object on standard output too where the command prints JSON."""
    say: Callable[[str], None] = click.get_current_context().meta.get(_SAYS, say_plainly)
    say(message)
    failure_object(message, status)


def say_plainly(what: str) -> None:
    """A line on standard error."""
    click.echo(f"mzsim: {what}", err=True)


def log_as(kind: LogKind) -> None:
    """Has a command log on standard error what it does; in JSON also the failure that ends it, so that all of it is JSON."""
    from mzsim.server.logs import log_failure, log_to_stderr

    log_to_stderr(kind)
    if kind == "json":
        click.get_current_context().meta[_SAYS] = log_failure


def failure_object(message: str, status: int) -> None:
    """The object of a failure, where the command prints JSON."""
    if click.get_current_context().meta.get(_ASKED_FOR_JSON):
        click.echo(json.dumps({"fout": message, "exit_status": status}))

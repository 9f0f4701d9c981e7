"""Printing what the program gives as values: lines, tables, and JSON in pieces. Light to import."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from mzsim.presentation.parts import Part


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

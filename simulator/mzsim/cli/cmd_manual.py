"""`mzsim manual`. Light to import."""

from __future__ import annotations

import sys

import click

from mzsim.cli.printing import show


@click.command()
@click.argument("page", required=False)
def manual(page: str | None) -> None:
    """List the pages of the manual, or print one: mzsim manual PAGE.

    A page is Markdown; a terminal shows it with headings and tables drawn, a file or a pipe gets it as it is.
    """
    from mzsim.presentation import manual as pages
    from mzsim.presentation.parts import Table

    if page is None:
        show([Table(("page", "title", "about"), [(p.name, p.title, p.first_sentence) for p in pages.pages()])])
        return
    text = pages.page(page).text
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.markdown import Markdown

        Console().print(Markdown(text))
    else:
        click.echo(text, nl=not text.endswith("\n"))

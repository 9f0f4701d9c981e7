"""The command `mzsim eisen`: what the sources ask, and what covers it."""

from __future__ import annotations

import click

from mzsim.cli.options import option_json
from mzsim.cli.printing import show


@click.command("eisen")
@click.argument("word", required=False)
@click.option("--paragraaf", metavar="N.N", help="Only requirements of this paragraph of INV, and of those within it.")
@click.option("--check", metavar="ID", help="Only requirements that this check covers.")
@click.option("--uncovered", is_flag=True, help="Only requirements that nothing covers, with the reason.")
@option_json
def eisen(word: str | None, paragraaf: str | None, check: str | None, uncovered: bool, as_json: bool) -> None:
    """Show what the sources ask, where they say so, and which check, command or test covers it.

    With a word only the requirements that it stands in; with an id that requirement: mzsim eisen INV-2.3.3-02. The last
    line counts each requirement once: under a check where one covers it, else a choice of beleid, a command, a test, or
    the reason why nothing does.
    """
    from mzsim.presentation import register
    from mzsim.presentation import requirements as display
    from mzsim.requirements import Choice, choose

    if check is not None:
        register.find(check)
    chosen = choose(Choice(word, paragraaf, check, uncovered))
    show(display.json_lines(chosen) if as_json else display.overview(chosen))

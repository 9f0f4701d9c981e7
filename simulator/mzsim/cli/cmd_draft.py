"""The command `mzsim db draft`: writes the store file that declarations ask for, and says what comes of them on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

import click

from mzsim.cli.printing import show
from mzsim.common.errors import OutputError
from mzsim.common.message_names import store_file_name
from mzsim.common.names import shown, typed
from mzsim.common.whole_file import RetourFile
from mzsim.presentation.output import draft_parts
from mzsim.presentation.parts import Part, as_text
from mzsim.tools.draft import draft

_STANDARD_OUTPUT = Path("-")


def write_draft(declarations: tuple[Path, ...], out: Path | None, now: dt.datetime) -> None:
    """Writes the file, to standard output where `out` is -, and then tells what each declaration gets."""
    place = out if out is not None else declarations[0].with_name(store_file_name(declarations[0]))
    if place != _STANDARD_OUTPUT and place.exists():
        raise OutputError(f"{shown(place)}: is there already; choose another place with --out")
    drafted = draft(declarations, now.date())
    answers = draft_parts(zip(declarations, drafted.answers, strict=True))
    if place == _STANDARD_OUTPUT:
        click.echo(drafted.text, nl=False)
        click.echo(as_text(answers), nl=False, err=True)
        return
    with RetourFile(place) as file:
        file.stream.write(drafted.text.encode("utf-8"))
        file.complete()
        file.put_in_place()
    show(
        [
            f"{shown(place)}: the store file that they ask for; on it comes back:",
            *answers,
            *_next(place, declarations),
        ]
    )


def _next(place: Path, declarations: Iterable[Path]) -> Iterable[Part]:
    names = " ".join(map(typed, declarations))
    yield f"Next: mzsim db load {typed(place)}, then mzsim replay {names}"

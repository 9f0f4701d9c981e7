"""The command `mzsim watch`: answers the declarations that appear in a folder."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mzsim.cli.options import DAY, WITHOUT_RETOUR, option_stage, option_store, option_wait
from mzsim.cli.replay_files import Asked, ReplayFiles
from mzsim.common.errors import MzsimError, OutputError, SilentStoreError
from mzsim.common.names import shown

if TYPE_CHECKING:
    from mzsim.server.watch import Watch

_PAUSE = 0.25
"""Seconds between two looks."""


@click.command()
@click.argument("coming", metavar="IN", type=click.Path(path_type=Path))
@click.argument("going", metavar="OUT", type=click.Path(path_type=Path))
@option_store
@click.option(
    "--vertraging",
    "delay",
    metavar="SECONDS",
    type=click.FloatRange(0, 31_536_000),
    default=0,
    show_default=True,
    help="How long after a declaration was taken its retour appears.",
)
@click.option(
    "--stil",
    "still",
    metavar="SECONDS",
    type=click.FloatRange(0, 86_400),
    default=2,
    show_default=True,
    help="How long a file must stand still before it is taken for complete.",
)
@click.option(
    "--date",
    metavar="YYYY-MM-DD",
    type=DAY,
    help="The processing date, also the dagtekening of the retour.  [default: the day itself]",
)
@option_stage
@click.option("--eenmaal", "once", is_flag=True, help="Stop when nothing is left to answer or to deliver.")
@option_wait
def watch(
    coming: Path,
    going: Path,
    store: str,
    delay: float,
    still: float,
    date: dt.datetime | None,
    stage: str,
    once: bool,
    wait: float,
) -> None:
    """Answer the declarations that appear in the folder IN; their retours appear in OUT.

    As files went to and fro before there were portals. A file is taken once it stands still; a name that begins with a
    point or ends with .tmp, .part, .filepart or .deel is not, so that a file may be written so and then renamed. Each is
    answered once, also where the watch was stopped or killed meanwhile, and its retour appears whole.

    \b
    IN/verwerkt    the declarations that were answered
    IN/fout        what could not be read, each with its reason beside it: x.asc.reden.txt
    """
    from mzsim.domain.findings import Stage
    from mzsim.server.watch import Terms, Watch
    from mzsim.store.session import files_of

    if any(coming.resolve() == file.resolve().parent for file in files_of(store)):
        raise OutputError(
            f"{coming}: the store stands there, and would be taken for a declaration; name another folder"
        )
    files = ReplayFiles(store, {}, None, None, Asked((), manifest=False))
    files.require_store(read_only=False)
    terms = Terms(delay, still, date.date() if date else None, Stage(stage))
    opened = files.open_store(read_only=False, wait=wait)
    with Watch(coming, going, opened, terms, time.time, time.monotonic) as watched:
        try:
            _go_on(watched, files, once=once)
        except KeyboardInterrupt:
            click.echo("mzsim: stopped; the next watch goes on from here", err=True)


def _go_on(watched: Watch, files: ReplayFiles, *, once: bool) -> None:
    """Looks again and again. What keeps it from answering is said once, and it goes on when that is over."""
    said, aside = "", False
    while True:
        try:
            for event in watched.look():
                click.echo(f"{'mzsim: ' if event.aside else ''}{shown(event.name)}: {event.what}", err=event.aside)
                aside = aside or event.aside
            said = ""
        except MzsimError as error:
            if once:
                raise
            line = files.silence if isinstance(error, SilentStoreError) else str(error)
            if line != said:
                click.echo(f"mzsim: {line}; it is tried again", err=True)
            said = line
        if once and watched.idle:
            raise SystemExit(WITHOUT_RETOUR if aside else 0)
        time.sleep(_PAUSE)

"""The command `mzsim replay`: answers declarations one by one, and writes beside each retour what was asked for."""

from __future__ import annotations

import atexit
import datetime as dt
import gc
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from mzsim.cli.options import (
    DAY,
    ERROR,
    FAULTS,
    FOUND,
    WITHOUT_RETOUR,
    option_json,
    option_stage,
    option_store,
    option_wait,
)
from mzsim.cli.printing import report_failure, show, show_json
from mzsim.cli.replay_files import Asked, ReplayFiles, without_retours
from mzsim.common.errors import MzsimError, SilentStoreError, StoreError
from mzsim.common.names import printable, shown

if TYPE_CHECKING:
    from mzsim.cli.attachments import Attachment, Attachments
    from mzsim.domain.findings import Outcome, Stage
    from mzsim.explanation.collector import Collector
    from mzsim.judging.onlookers import AnswerScript
    from mzsim.pipeline import Order
    from mzsim.reading.first_reading import ProgressCallback
    from mzsim.store.session import Database

_STATUSES = (
    "volledig_toegewezen",
    "deels_toegewezen",
    "volledig_afgewezen",
    "afgekeurd_bestand",
    "afgekeurd_record",
    "doorgestuurd",
    "onleesbaar",
)


@click.command()
@click.argument("declarations", metavar="DECLARATIE...", nargs=-1, type=click.Path(path_type=Path))
@option_store
@click.option(
    "--date",
    "date",
    metavar="YYYY-MM-DD",
    type=DAY,
    help="The processing date, also the dagtekening of the retour.  [default: today]",
)
@option_stage
@click.option(
    "--out",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="A file for one declaration, or an existing folder.  [default: beside the declaration]",
)
@option_json
@click.option("--dry-run", is_flag=True, help="Write the retour, leave the store as it is.")
@option_wait
@click.option(
    "--kenmerk",
    "key",
    metavar="TEXT",
    help="A key of your own for this submission: with the same key the same declaration gets the answer that it got.",
)
@click.option(
    "--antwoord",
    "script_file",
    metavar="SCRIPT.yaml",
    type=click.Path(path_type=Path),
    help="Rules that say what is answered on the records that they match; the rest is judged as usual.",
)
@click.option(
    "--verstoor",
    "faults",
    metavar="KIND",
    multiple=True,
    type=click.Choice([*FAULTS, "all"]),
    help="Write a retour with one fault beside the good one (may be given more than once): "
    + ", ".join(FAULTS)
    + ", or all.",
)
@click.option(
    "--manifest", "with_manifest", is_flag=True, help="Write beside the retour what is needed to repeat the run."
)
@click.option(
    "--from",
    "manifest",
    metavar="MANIFEST.json",
    type=click.Path(path_type=Path),
    help="Repeat the run of a manifest, instead of naming declarations.",
)
@click.option("--leeg", "silent", is_flag=True, help="Let a store answer that knows no insurer, and so nothing.")
@click.option(
    "--fail-on",
    metavar="STATUS",
    multiple=True,
    type=click.Choice(_STATUSES),
    help="Exit with 1 where a declaration ends so (may be given more than once): " + ", ".join(_STATUSES) + ".",
)
@click.pass_context
def replay(
    ctx: click.Context,
    declarations: tuple[Path, ...],
    store: str,
    date: dt.datetime | None,
    stage: str,
    out: Path | None,
    as_json: bool,
    dry_run: bool,
    wait: float,
    key: str | None,
    silent: bool,
    fail_on: tuple[str, ...],
    script_file: Path | None,
    faults: tuple[str, ...],
    with_manifest: bool,
    manifest: Path | None,
) -> None:
    """Answer declarations with retourberichten.

    Each file is judged as VECOZO and then as the insurer, in the order given. Its retour is written beside it
    (x.asc gives x.mz302.asc) and the store remembers what was declared and granted: both, or neither.

    \b
    --antwoord SCRIPT.yaml    any code or amount on any record, by rules of your own
    --verstoor KIND           also a retour with one fault, x.mz302.VERSTOORD-KIND.asc, to see whether it is refused
    --manifest, --from        take down what a run is made of (x.mz302.manifest.json), and repeat it
    """
    # Nothing here makes reference cycles worth collecting: without the collector, start-up and records are a tenth faster,
    # and a large declaration ends a tenth of a second sooner where it isn't made to look through everything at the end.
    gc.disable()
    atexit.register(gc.freeze)
    from mzsim.common.message_names import places
    from mzsim.domain.findings import Stage

    _require_declaraties_or_manifest(ctx)
    _require_one_submission(ctx)
    if manifest is None:
        found = places(_to_answer(declarations), out)
        files = ReplayFiles(store, found, script_file, None, Asked(faults, with_manifest))
        opened, orders = _orders(files, date, Stage(stage), dry_run=dry_run, wait=wait)
    else:
        files, opened, orders = _repetition(manifest, store, out, faults, dry_run=dry_run, wait=wait)
    if silent:
        files.require_store(read_only=dry_run)
    attachments = _attachments(opened, files.asked)
    _make_way(opened, orders)
    ended: set[int] = set()
    for order in orders:
        order = order._replace(key=key, silent=silent)
        try:
            ended.update(_play(order, opened, attachments, as_json=as_json, fail_on=fail_on))
        except MzsimError as error:
            _tell_failure(error, files, said=ERROR in ended)
            ended.add(error.exit_status)
    if ERROR not in ended:
        _name_unused(orders[0].script)
    raise SystemExit(next((status for status in (ERROR, WITHOUT_RETOUR, FOUND) if status in ended), 0))


def _tell_failure(error: MzsimError, files: ReplayFiles, *, said: bool) -> None:
    """Tells why a declaration could not be answered, and raises the error again where no other can be either.

    Of a store that says nothing it is `said` once; a declaration that can't be read is reported all the same.
    """
    if isinstance(error, SilentStoreError):
        if not said:
            report_failure(files.silence, error.exit_status)
    elif isinstance(error, StoreError):
        raise error
    else:
        report_failure(str(error), error.exit_status)


def _to_answer(named: tuple[Path, ...]) -> list[Path]:
    """The declarations of those files: a retour that stands beside its declaration is skipped, and told."""
    declarations, retours = without_retours(named)
    for retour, declaration in retours.items():
        skipped = f"{shown(retour)}: skipped: it is the retour of {shown(declaration)}"
        click.echo(f"mzsim: {skipped}, which is named too", err=True)
    return declarations


def _name_unused(script: AnswerScript | None) -> None:
    """Names the rules of a script that answered nothing though their turn came."""
    for line in () if script is None else script.unused:
        click.echo(f"mzsim: {shown(line)}", err=True)


def _play(
    order: Order, store: Database, attachments: Attachments | None, *, as_json: bool, fail_on: tuple[str, ...]
) -> Iterator[int]:
    """Answers one declaration and reports it; gives the exit statuses that it asks for."""
    from mzsim.domain.findings import Status
    from mzsim.pipeline import replay as replay_order

    if attachments is not None:
        order = attachments.at(order)
    with ExitStack() as at_the_end:
        # What is answered to a key is kept in full, however it is shown this time.
        collector = at_the_end.enter_context(_collector()) if as_json or order.key is not None else None
        order = order._replace(collector=collector)
        with _progress(order.files[0]) as progress:
            outcome = replay_order(order, store, progress)
        _report(order, outcome, collector if as_json else None)
    if outcome.remark:
        click.echo(f"mzsim: {shown(order.files[0])}: {printable(outcome.remark)}", err=True)
    if outcome.status is Status.UNREADABLE:
        reason = outcome.meldingen[0].finding.text
        click.echo(f"mzsim: {shown(order.files[0])}: no retour: {reason}", err=True)
        yield WITHOUT_RETOUR
    if outcome.status in fail_on:
        yield FOUND
    for attachment in () if attachments is None else attachments.write(order, outcome):
        _report_attachment(attachment, as_json=as_json)


def _require_declaraties_or_manifest(ctx: click.Context) -> None:
    given = {name for name in ctx.params if ctx.get_parameter_source(name) is not ParameterSource.DEFAULT}
    from_manifest = {"date": "--date", "stage": "--stage", "script_file": "--antwoord", "with_manifest": "--manifest"}
    if ctx.params["manifest"] is None:
        if not ctx.params["declarations"]:
            raise click.MissingParameter(ctx=ctx, param=ctx.command.params[0])
    elif ctx.params["declarations"]:
        raise click.UsageError("name declarations, or a run with --from; not both", ctx)
    elif double := [option for name, option in from_manifest.items() if name in given]:
        raise click.UsageError(f"--from says what {double[0]} would; leave that out", ctx)


def _require_one_submission(ctx: click.Context) -> None:
    if ctx.params["key"] is None:
        return
    if len(ctx.params["declarations"]) != 1:
        raise click.UsageError("--kenmerk is the key of one submission; name one declaration", ctx)
    if ctx.params["with_manifest"]:
        raise click.UsageError(
            "--kenmerk may give an answer of before, which --manifest can't tell of; use one of both", ctx
        )


def _orders(
    files: ReplayFiles, date: dt.datetime | None, stage: Stage, *, dry_run: bool, wait: float
) -> tuple[Database, list[Order]]:
    from mzsim.pipeline import Order

    opened = files.open_store(read_only=dry_run, wait=wait)
    script = None
    if files.script is not None:
        from mzsim.script.file import load_script

        script = load_script(files.script, opened)
    day = date.date() if date else dt.date.today()  # noqa: DTZ011 - the day where the user is
    return opened, [Order(of, to, day, stage, dry_run, script) for of, to in files.retours.items()]


def _repetition(
    manifest: Path, store: str, out: Path | None, faults: tuple[str, ...], *, dry_run: bool, wait: float
) -> tuple[ReplayFiles, Database, list[Order]]:
    from mzsim.manifest import Repetition, read_manifest

    was_read = read_manifest(manifest)
    repetition = Repetition(manifest, was_read)
    retours = {repetition.declaration: repetition.retour(out)}
    files = ReplayFiles(store, retours, repetition.script, manifest, Asked(faults, manifest=False))
    opened = files.open_store(read_only=dry_run or was_read.opties.dry_run, wait=wait)
    return files, opened, [repetition.order(opened, out, dry_run=dry_run)]


def _make_way(store: Database, orders: list[Order]) -> None:
    """Sees to what killed runs left: retours that wait for their place, and halves of files."""
    from mzsim.answering.delivery import place_waiting
    from mzsim.common.whole_file import clear_half_done
    from mzsim.presentation.waiting import remark

    lasting = not all(order.dry_run for order in orders)
    if lasting and (line := remark(place_waiting(store))) is not None:
        click.echo(f"mzsim: {line}", err=True)
    for folder in {order.files[1].parent for order in orders}:
        clear_half_done(folder)


def _attachments(store: Database, asked: Asked) -> Attachments | None:
    if not any(asked):
        return None
    from mzsim.cli.attachments import Attachments
    from mzsim.store.facts import FactSource

    with store.read() as connection:
        return Attachments(asked, FactSource(connection, dt.date.min).retourcodes())


def _report_attachment(attachment: Attachment, *, as_json: bool) -> None:
    place = shown(attachment.place)
    if not attachment.written:
        click.echo(f"mzsim: {place}: not written: {attachment.what}", err=True)
    elif not as_json:
        click.echo(f"{place}: {attachment.what}")


def _collector() -> Collector:
    from mzsim.explanation.collector import Collector
    from mzsim.presentation.output import mask

    return Collector(mask)


def _report(order: Order, outcome: Outcome, collector: Collector | None) -> None:
    from mzsim.presentation import output

    if collector is not None:
        show_json(output.outcome_json(*order.files, outcome, collector.grants()))
    else:
        show(output.outcome_parts(*order.files, outcome))


_LONG = 20_000_000
"""From this size on (bytes) a declaration takes more than two seconds."""


@contextmanager
def _progress(declaration: Path) -> Iterator[ProgressCallback]:
    """A progress bar on standard error for a long file, where a person is looking."""
    size = declaration.stat().st_size if declaration.is_file() else 0
    if size < _LONG or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(declaration.name, total=3 * size)
        yield lambda was_read: bar.advance(task, was_read)

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

from mzsim.cli.options import FOUT, GEVONDEN, VERSTORINGEN, ZONDER_RETOUR, open_store, optie_json, optie_store
from mzsim.cli.printing import show, show_json
from mzsim.common.errors import MzsimError, StoreError

if TYPE_CHECKING:
    from mzsim.cli.attachments import Bijlage, Bijlagen
    from mzsim.domain.findings import Stage, Uitkomst
    from mzsim.explanation.collector import Toelichting
    from mzsim.pipeline import Opdracht
    from mzsim.reading.first_reading import Voortgang
    from mzsim.store.session import Database

_STATUSSEN = (
    "volledig_toegewezen",
    "deels_toegewezen",
    "volledig_afgewezen",
    "afgekeurd_bestand",
    "afgekeurd_record",
    "doorgestuurd",
    "onleesbaar",
)


@click.command()
@click.argument("declaraties", metavar="DECLARATIE...", nargs=-1, type=click.Path(path_type=Path))
@optie_store
@click.option(
    "--date",
    "datum",
    metavar="YYYY-MM-DD",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The processing date, also the dagtekening of the retour.  [default: today]",
)
@click.option(
    "--stage",
    type=click.Choice(["vecozo", "verzekeraar", "all"]),
    default="all",
    show_default=True,
    help="Who answers: VECOZO only, the insurer without VECOZO before it, or the whole path.",
)
@click.option(
    "--out",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="A file for one declaration, or an existing folder.  [default: beside the declaration]",
)
@optie_json
@click.option("--dry-run", is_flag=True, help="Write the retour, leave the store as it is.")
@click.option(
    "--antwoord",
    metavar="SCRIPT.yaml",
    type=click.Path(path_type=Path),
    help="Rules that say what is answered on the records that they match; the rest is judged as usual.",
)
@click.option(
    "--verstoor",
    "verstoringen",
    metavar="KIND",
    multiple=True,
    type=click.Choice([*VERSTORINGEN, "all"]),
    help="Write a retour with one fault beside the good one (may be given more than once): "
    + ", ".join(VERSTORINGEN)
    + ", or all.",
)
@click.option(
    "--manifest", "met_manifest", is_flag=True, help="Write beside the retour what is needed to repeat the run."
)
@click.option(
    "--from",
    "manifest",
    metavar="MANIFEST.json",
    type=click.Path(path_type=Path),
    help="Repeat the run of a manifest, instead of naming declarations.",
)
@click.option(
    "--fail-on",
    metavar="STATUS",
    multiple=True,
    type=click.Choice(_STATUSSEN),
    help="Exit with 1 where a declaration ends so (may be given more than once): " + ", ".join(_STATUSSEN) + ".",
)
@click.pass_context
def replay(
    ctx: click.Context,
    declaraties: tuple[Path, ...],
    store: str,
    datum: dt.datetime | None,
    stage: str,
    out: Path | None,
    als_json: bool,
    dry_run: bool,
    fail_on: tuple[str, ...],
    antwoord: Path | None,
    verstoringen: tuple[str, ...],
    met_manifest: bool,
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
    from mzsim.domain.findings import Stage

    _eis_declaraties_of_manifest(ctx)
    geopend, opdrachten = (
        _opdrachten(declaraties, store, datum, Stage(stage), out, antwoord, dry_run=dry_run)
        if manifest is None
        else _herhaling(manifest, store, out, dry_run=dry_run)
    )
    bijlagen = _bijlagen(geopend, opdrachten, verstoringen, met_manifest=met_manifest)
    afloop: set[int] = set()
    for opdracht in opdrachten:
        try:
            afloop.update(_speel(opdracht, geopend, bijlagen, als_json=als_json, fail_on=fail_on))
        except StoreError:
            raise
        except MzsimError as fout:
            click.echo(f"mzsim: {fout}", err=True)
            afloop.add(fout.exit_status)
    raise SystemExit(next((status for status in (FOUT, ZONDER_RETOUR, GEVONDEN) if status in afloop), 0))


def _speel(
    opdracht: Opdracht, store: Database, bijlagen: Bijlagen | None, *, als_json: bool, fail_on: tuple[str, ...]
) -> Iterator[int]:
    """Answers one declaration and reports it; gives the exit statuses that it asks for."""
    from mzsim.domain.findings import Status
    from mzsim.pipeline import replay as speel_na

    if bijlagen is not None:
        opdracht = bijlagen.bij(opdracht)
    with ExitStack() as tot_slot:
        toelichting = tot_slot.enter_context(_toelichting()) if als_json else None
        opdracht = opdracht._replace(toelichting=toelichting)
        with _voortgang(opdracht.files[0]) as voortgang:
            uitkomst = speel_na(opdracht, store, voortgang)
        _meld(opdracht, uitkomst, toelichting)
    if uitkomst.status is Status.ONLEESBAAR:
        reden = uitkomst.meldingen[0].bevinding.controle.zin
        click.echo(f"mzsim: {opdracht.declaratie}: no retour: {reden}", err=True)
        yield ZONDER_RETOUR
    if uitkomst.status in fail_on:
        yield GEVONDEN
    for bijlage in () if bijlagen is None else bijlagen.schrijf(opdracht, uitkomst):
        _meld_bijlage(bijlage, als_json=als_json)


def _eis_declaraties_of_manifest(ctx: click.Context) -> None:
    gegeven = {naam for naam in ctx.params if ctx.get_parameter_source(naam) is not ParameterSource.DEFAULT}
    uit_manifest = {"datum": "--date", "stage": "--stage", "antwoord": "--antwoord", "met_manifest": "--manifest"}
    if ctx.params["manifest"] is None:
        if not ctx.params["declaraties"]:
            raise click.MissingParameter(ctx=ctx, param=ctx.command.params[0])
    elif ctx.params["declaraties"]:
        raise click.UsageError("name declarations, or a run with --from; not both", ctx)
    elif dubbel := [optie for naam, optie in uit_manifest.items() if naam in gegeven]:
        raise click.UsageError(f"--from says what {dubbel[0]} would; leave that out", ctx)


def _opdrachten(
    declaraties: tuple[Path, ...],
    store: str,
    datum: dt.datetime | None,
    stage: Stage,
    out: Path | None,
    antwoord: Path | None,
    *,
    dry_run: bool,
) -> tuple[Database, list[Opdracht]]:
    from mzsim.common.message_names import plaatsen
    from mzsim.pipeline import Opdracht

    gevonden = plaatsen(declaraties, out)
    geopend = open_store(store, alleen_lezen=dry_run)
    script = None
    if antwoord is not None:
        from mzsim.script.file import laad_script

        script = laad_script(antwoord, geopend)
    dag = datum.date() if datum else dt.date.today()  # noqa: DTZ011 - the day where the user is
    opdrachten = [Opdracht(van, naar, dag, stage, dry_run, script) for van, naar in gevonden.items()]
    return geopend, opdrachten


def _herhaling(manifest: Path, store: str, out: Path | None, *, dry_run: bool) -> tuple[Database, list[Opdracht]]:
    from mzsim.manifest import Herhaling, lees_manifest

    gelezen = lees_manifest(manifest)
    herhaling = Herhaling(manifest, gelezen)
    geopend = open_store(store, alleen_lezen=dry_run or gelezen.opties.dry_run)
    return geopend, [herhaling.opdracht(geopend, out, dry_run=dry_run)]


def _bijlagen(
    store: Database, opdrachten: list[Opdracht], verstoringen: tuple[str, ...], *, met_manifest: bool
) -> Bijlagen | None:
    if not (verstoringen or met_manifest):
        return None
    from mzsim.cli.attachments import Bijlagen
    from mzsim.store.facts import Feitenbron

    with store.lezen() as verbinding:
        bijlagen = Bijlagen(verstoringen, Feitenbron(verbinding, dt.date.min).retourcodes(), met_manifest=met_manifest)
    bijlagen.eis_vrij(opdrachten)
    return bijlagen


def _meld_bijlage(bijlage: Bijlage, *, als_json: bool) -> None:
    plaats = click.format_filename(bijlage.plaats)
    if not bijlage.geschreven:
        click.echo(f"mzsim: {plaats}: not written: {bijlage.wat}", err=True)
    elif not als_json:
        click.echo(f"{plaats}: {bijlage.wat}")


def _toelichting() -> Toelichting:
    from mzsim.explanation.collector import Toelichting
    from mzsim.presentation.output import masker

    return Toelichting(masker)


def _meld(opdracht: Opdracht, uitkomst: Uitkomst, toelichting: Toelichting | None) -> None:
    from mzsim.presentation import output

    if toelichting is not None:
        show_json(output.outcome_json(*opdracht.files, uitkomst, toelichting.toekenningen()))
    else:
        show(output.outcome_parts(*opdracht.files, uitkomst))


_LANG = 20_000_000
"""From this size on (bytes) a declaration takes more than two seconds."""


@contextmanager
def _voortgang(declaratie: Path) -> Iterator[Voortgang]:
    """A progress bar on standard error for a long file, where a person is looking."""
    grootte = declaratie.stat().st_size if declaratie.is_file() else 0
    if grootte < _LANG or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as balk:
        taak = balk.add_task(declaratie.name, total=3 * grootte)
        yield lambda gelezen: balk.advance(taak, gelezen)

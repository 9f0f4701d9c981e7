"""The command line `mzsim`: thin, and light to start. What a command needs is imported by that command.

Reports go to standard output, diagnostics to standard error; the exit status is documented in `main`.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from mzsim.cli.cmd_waiting import waiting
from mzsim.cli.options import (
    DAY,
    DEFAULT_FILE,
    ERROR,
    FOUND,
    files_of_store,
    open_store,
    option_json,
    option_store,
    option_unmask,
    option_wait,
)
from mzsim.cli.printing import failure_object, remember_json, report_failure, show, show_json
from mzsim.common.errors import MzsimError
from mzsim.common.names import printable, shown
from mzsim.common.version import __version__

if TYPE_CHECKING:
    from mzsim.retour.deviation import RetourDeviation

_RECORDS = ("bestand", "alle", "voorloop", "verzekerde", "debiteur", "prestatie", "commentaar", "sluit")

# Commands with a module of their own; imported when asked for (and by --help, so their modules are light to import).
_ELSEWHERE: dict[str, str] = {
    "cluster": "mzsim.cli.cmd_cluster:cluster",
    "demo": "mzsim.cli.cmd_demo:demo",
    "diff": "mzsim.cli.cmd_messages:diff",
    "eisen": "mzsim.cli.cmd_eisen:eisen",
    "generate": "mzsim.cli.cmd_generate:generate",
    "manual": "mzsim.cli.cmd_manual:manual",
    "mutate": "mzsim.cli.cmd_mutate:mutate",
    "personas": "mzsim.cli.cmd_personas:personas",
    "replay": "mzsim.cli.cmd_replay:replay",
    "report": "mzsim.cli.cmd_report:report",
    "rules": "mzsim.cli.cmd_rules:rules",
    "schema": "mzsim.cli.cmd_schema:schema",
    "serve": "mzsim.cli.cmd_serve:serve",
    "show": "mzsim.cli.cmd_messages:show_message",
    "stats": "mzsim.cli.cmd_messages:stats",
    "stores": "mzsim.cli.cmd_stores:stores",
    "suite": "mzsim.cli.cmd_suite:suite",
    "watch": "mzsim.cli.cmd_watch:watch",
    "worker": "mzsim.cli.cmd_worker:worker",
}


class _CommandGroup(click.Group):
    """Finds commands in their own modules, and turns every expected error into one line and its exit status."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *_ELSEWHERE])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        module, _, name = _ELSEWHERE[cmd_name].partition(":")
        order: click.Command = getattr(import_module(module), name)
        return order

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        words = tuple(args)
        if isinstance(sys.stdout, TextIOWrapper):  # not every terminal has a place for every sign
            sys.stdout.reconfigure(errors="backslashreplace")
        try:
            ctx = super().make_context(info_name, args, parent, **extra)
        except BrokenPipeError:
            raise
        except OSError as error:  # --help and --version print from here
            _report_system_error(error)
            raise SystemExit(ERROR) from None
        remember_json(ctx, words)
        return ctx

    def invoke(self, ctx: click.Context) -> Any:
        # Told to stop is like interrupted: what is half done is cleared away first.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            return super().invoke(ctx)
        except MzsimError as error:
            report_failure(str(error), error.exit_status)
            ctx.exit(error.exit_status)
        except click.ClickException as error:  # its own line is printed by click
            failure_object(" ".join(error.format_message().split()), error.exit_code)
            raise
        except KeyboardInterrupt:
            report_failure("stopped; the file at hand was answered and recorded as a whole, or not at all", ERROR)
            ctx.exit(ERROR)
        except (click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            if os.environ.get("MZSIM_DEBUG"):
                raise
            if isinstance(error, OSError) and error.strerror:
                _report_system_error(error)
                ctx.exit(ERROR)
            reason = printable(" ".join(f"{type(error).__name__}: {error}".split()))
            report_failure(f"a mistake of the program, please report it (MZSIM_DEBUG=1 shows where): {reason}", ERROR)
            ctx.exit(ERROR)


def _report_system_error(error: OSError) -> None:
    """Reports an error of the system that no command has given a place."""
    name = shown(os.fsdecode(error.filename)) if error.filename else "input or output failed"
    click.echo(f"mzsim: {name}: {error.strerror}", err=True)
    try:
        sys.stdout.flush()
    except OSError:
        # Python would try once more at its end, and complain about it in words and a status of its own.
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())


def _show_version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    as_json = bool(ctx.params["as_json"])
    if ctx.resilient_parsing:  # the shell completes a word
        return
    if as_json and asked:
        from mzsim.rules.listing import version

        click.echo(json.dumps(version()))
    elif asked:
        click.echo(f"mzsim, version {__version__}")
    elif as_json:
        raise click.UsageError("--json stands behind the command; without one it is for --version", ctx)
    if asked:
        ctx.exit()


@click.group(cls=_CommandGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit; with --json also the hash of the rules, the schema of a store and Python.",
)
@click.option("--json", "as_json", is_flag=True, is_eager=True, help="With --version: print JSON.")
def main(as_json: bool) -> None:
    """Answer a dental claim (MZ301) as VECOZO and the insurer would, with a retourbericht (MZ302).

    \b
    mzsim demo                               see it work, without any set-up
    mzsim db load insurer.yaml               tell it who is insured, and for what
    mzsim replay declaration.asc             get the retour: declaration.mz302.asc
    mzsim explain declaration.mz302.asc      read it in words

    Exit status: 0 done; 1 something asked for by name was found (--fail-on, check-retour); 2 wrong usage, a path or
    store that can't be used, or a failure of the tool; 3 a file without a readable voorlooprecord got no retour.
    """


@main.group()
def db() -> None:
    """Make a store, bring it up to date, draft what to fill it with, fill it, and see what waits."""


db.add_command(waiting)


@db.command("upgrade")
@option_store
def db_upgrade(store: str) -> None:
    """Bring the store's schema up to date, or make a new store."""
    from mzsim.store.session import upgrade_store

    upgrade_store(store)
    click.echo("the store is up to date")


@db.command("load")
@click.argument("files", metavar="FILE.yaml|@LIST...", nargs=-1, required=True)
@option_store
@option_wait
def db_load(files: tuple[str, ...], store: str, wait: float) -> None:
    """Load verzekeraarsbestanden: insurers, polissen, pakketten, used factuurnummers and more.

    A file is loaded as a whole or not at all. A line whose key the store holds replaces that line, so loading a file
    twice changes nothing.

    \b
    Lists that come with the program:
    @nza-2026   prestatiecodelijst 010 since 2022, the NZa maximum tariffs and the rules on combinations of 2026
    @nza-2025   maximum tariffs of 2025, derived from their points; without implantology and orthodontics
    @nza-2024   maximum tariffs of 2024, derived from their points; without orthodontics
    @uzovi      the UZOVI-nummers that are publicly known; load it before an insurer

    \b
    Insurers that come with the program, each with a few invented verzekerden:
    @vgz        VGZ: authorisations for implants by module, and for children above 1,400 euro
    @asr        a.s.r.: declare before the 1st of May of the year after; less without a contract
    @ditzo      Ditzo: declare within 180 days of the end of the month, with a contract only
    @proef      the insurer for tests; mzsim personas lists whom to declare for and what comes back
    """
    from mzsim.common.apart import Used, require_apart
    from mzsim.store.loading import load_file
    from mzsim.store.shipped_files import path_of

    paths = [path_of(file) for file in files]
    require_apart((Used(path, "the store file") for path in paths), files_of_store(store))
    opened = open_store(store, wait=wait)
    for file, path in zip(files, paths, strict=True):
        changed = load_file(opened, path)
        click.echo(f"{shown(file)}: {'loaded' if changed else 'loaded; nothing changed'}")


@db.command("draft")
@click.argument("declarations", metavar="DECLARATIE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path, allow_dash=True),
    help="Where the verzekeraarsbestand goes; - prints it.  [default: beside the first declaration]",
)
@click.option(
    "--date",
    metavar="YYYY-MM-DD",
    type=DAY,
    help="The processing date that it is tried with.  [default: today]",
)
def db_draft(declarations: tuple[Path, ...], out: Path | None, date: dt.datetime | None) -> None:
    """Write the least verzekeraarsbestand that grants declarations of your own.

    It holds their insurers, verzekerden and authorisations, with a comment on why each line is there. It is tried before
    it is written: what is still objected to is for the declaration to repair. It names the verzekerden in full, as a
    store must; x.asc gives x.store.yaml, and a file that is there is never replaced.

    \b
    mzsim db draft mine.asc                  what the store must hold: mine.store.yaml
    mzsim db load mine.store.yaml            make a store that holds it
    mzsim replay mine.asc                    get the retour: mine.mz302.asc
    """
    from mzsim.cli.cmd_draft import write_draft

    write_draft(declarations, out, dt.datetime.now() if date is None else date)  # noqa: DTZ005 - the day where the user is


@main.command()
@click.argument("retour", type=click.Path(path_type=Path))
@click.option(
    "--store",
    metavar="URL",
    envvar="MZSIM_STORE",
    help="The store that answered: how every amount came about, which rows decided, and when the insurer pays."
    f"  [default: sqlite:///{DEFAULT_FILE}, where that is]",
)
@click.option(
    "--declaratie",
    "declaration",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The declaration that was answered.  [default: x.mz301.asc or x.asc beside x.mz302.asc]",
)
@option_json
@option_unmask
def explain(retour: Path, store: str | None, declaration: Path | None, as_json: bool, unmask: bool) -> None:
    """Say in words what a retourbericht says: per record the code, the rule, its source, and what to change.

    With the store that answered and the declaration, which is answered again for it, also how every amount came about
    and which rows of the store decided.
    """
    from mzsim.cli.cmd_explain import show_explanation

    show_explanation(retour, store, declaration, as_json=as_json, unmask=unmask)


@main.command("check-retour")
@click.argument("declaration", metavar="DECLARATIE", type=click.Path(path_type=Path))
@click.argument("retour", type=click.Path(path_type=Path))
@click.option("--store", metavar="URL", envvar="MZSIM_STORE", help="A store whose own retourcodes are to be known.")
@option_json
@option_unmask
def check_retour(declaration: Path, retour: Path, store: str | None, as_json: bool, unmask: bool) -> None:
    """Check a retourbericht against its declaration, as VECOZO does and a receiver should.

    Structure, retourcodes, counts and sums, that no data of the declaration was changed, and that what the records say
    fits together. Exit status 1 where anything is wrong. Commentaar that was added and a retourcode newer than the list
    of the program are named, and wrong is neither.
    """
    from mzsim.explanation.explaining import knowledge
    from mzsim.presentation import output
    from mzsim.retour.check import deviations_of_retour
    from mzsim.standard.layout import HEEN_LENGTH
    from mzsim.standard.recognition import is_declaration

    notices: list[RetourDeviation] = []
    with _message(declaration) as heen, _message(retour) as source:
        if is_declaration(source.read(HEEN_LENGTH + 1).rstrip(b"\r\n")):
            click.echo(
                f"mzsim: {shown(retour)}: is a declaration; name the declaration first, and then its retour", err=True
            )
        known = knowledge(None if store is None else open_store(store, read_only=True))
        deviations = list(deviations_of_retour(heen, source, known.codes, known.insurers, notices.append))
    if as_json:
        show_json([json.dumps(output.deviations_dict(retour, deviations, notices, unmask=unmask))])
    else:
        show(output.deviation_parts(retour, deviations, notices, unmask=unmask))
    raise SystemExit(FOUND if deviations else 0)


@main.command("controles")
@click.argument("id", required=False)
@click.option("--niveau", type=click.IntRange(1, 7), help="Only checks of this level.")
@click.option("--record", type=click.Choice(_RECORDS), help="Only checks of this record type.")
@click.option("--rubriek", metavar="NNNN", help="Only checks of this rubriek.")
@click.option("--code", "retourcode", metavar="NNNN", help="Only checks that give this retourcode.")
@click.option("--door", type=click.Choice(["V", "Z"]), help="Only checks that VECOZO (V) or the insurer (Z) performs.")
@option_json
@click.option("--markdown", "as_markdown", is_flag=True, help="Print a Markdown page.")
def checks(id: str | None, as_json: bool, as_markdown: bool, **choice: Any) -> None:
    """Show the register of checks, or one of them in full: mzsim controles 0408-1.

    Levels: 1 the file as bytes, 2 its lines, 3 the format of a field, 4 its content, 5 relations between fields,
    6 registers and earlier declarations, 7 policy and contract. Performed by V (VECOZO), Z (the insurer) or both.
    """
    from mzsim.presentation import register

    if id is not None:
        show(register.one_check(id))
        return
    chosen = register.choose(register.Choice(**choice))
    if as_json:
        show(register.json_lines(chosen))
    elif as_markdown:
        show(register.markdown(chosen))
    else:
        show(register.overview(chosen))


@contextmanager
def _message(place: Path) -> Iterator[BinaryIO]:
    from mzsim.common.inputs import open_message

    with open_message(place) as source:
        yield source

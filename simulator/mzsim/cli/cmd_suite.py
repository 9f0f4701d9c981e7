"""The commands `mzsim suite`: thin, and light to import."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mzsim.cli.cmd_certification import export, grade, verify
from mzsim.cli.cmd_suite_run import diff, merge, option_jobs, option_k, option_tag, progress, run
from mzsim.cli.options import DAY, ERROR, option_json, option_unmask
from mzsim.cli.printing import show
from mzsim.common.names import shown

if TYPE_CHECKING:
    from mzsim.suites.case import Case


@click.group()
def suite() -> None:
    """Replay folders of cases: declarations with the retours that must come back.

    \b
    mzsim suite run inv                                  a suite that comes with the program
    mzsim suite new my/first --declaration claim.asc --store insurer.yaml
    mzsim suite run my                                   your own, every night
    mzsim suite run my --shard 3/16 --results 3.jsonl    a sixteenth of it, on one of many machines
    mzsim suite merge *.jsonl --html report.html         one report of all of them
    mzsim suite diff old.jsonl new.jsonl                 which answers changed since
    mzsim suite accept my                                what comes back now is right
    mzsim suite export my --out pack                     what a vendor's software must process
    mzsim suite grade pack result.csv                    whether it booked that right
    mzsim suite export my --out blind --sleutel key      the same without a word of what is faulty
    mzsim suite grade blind result.csv --sleutel key --profiel basis
    """


for _command in (run, merge, diff, export, grade, verify):
    suite.add_command(_command)


@suite.command()
@click.argument("folder_", metavar="DIR/CASE", type=click.Path(path_type=Path))
@click.option(
    "--declaration",
    "declarations",
    metavar="FILE",
    multiple=True,
    required=True,
    type=click.Path(path_type=Path),
    help="A declaration; given more than once: replayed in this order.",
)
@click.option("--store", "stores", metavar="FILE|@LIST", multiple=True, help="A verzekeraarsbestand to load first.")
@click.option("--title", "title", metavar="TEXT", help="What the case shows.  [default: the names of its declarations]")
@click.option("--tag", "tags", metavar="TAG", multiple=True, help="A tag to choose cases by.")
@click.option(
    "--date",
    "date",
    metavar="YYYY-MM-DD",
    type=DAY,
    help="The processing date.  [default: today]",
)
@click.option(
    "--stage",
    type=click.Choice(["vecozo", "verzekeraar", "all"]),
    default="all",
    show_default=True,
    help="Who answers, as in mzsim replay.",
)
def new(
    folder_: Path,
    declarations: tuple[Path, ...],
    stores: tuple[str, ...],
    title: str | None,
    tags: tuple[str, ...],
    date: dt.datetime | None,
    stage: str,
) -> None:
    """Make a case of your own declarations: the folder CASE in DIR, with copies of the files.

    What comes back now is what the case will expect; read it before you keep it (mzsim explain).
    """
    from mzsim.domain.findings import Stage
    from mzsim.suites import display
    from mzsim.suites.new import Setup, make_case

    day = date.date() if date else dt.date.today()  # noqa: DTZ011 - the day where the user is
    setup = Setup(folder_, declarations, stores, title, tags, day, Stage(stage))
    case_report = make_case(setup)
    click.echo(f"{shown(case_report.case.file)}: made")
    for step in display.report_as_dict(case_report, unmask=False)["steps"]:
        click.echo(f"  {step['declaration']}: {display.in_one_line(step)}")


@suite.command()
@click.argument("folder_", metavar="DIR", type=click.Path(path_type=Path))
@option_k
@option_tag
@option_jobs
@click.option("--yes", "-y", "yes", is_flag=True, help="Don't ask.")
@option_unmask
def accept(folder_: Path, word: str | None, tags: tuple[str, ...], jobs: int | None, yes: bool, unmask: bool) -> None:
    """Write what comes back now as what is expected, for cases that fail. Shows the differences and asks first.

    Of each step the keys that its case.yaml has under expect are brought up to date; comments stay. Exit status 2 where
    a case could not be played: it is left as it is.
    """
    from mzsim.suites import display
    from mzsim.suites.accepting import accept_changes, to_play
    from mzsim.suites.running import run as play_all
    from mzsim.suites.selection import chosen_cases
    from mzsim.suites.workers import cores

    cases = chosen_cases(folder_, word, tags, still_without_retour=True)
    per_id = {case.id: case for case in cases}
    otherwise, error = [], False
    with progress(len(cases)) as one_further:
        for case_report in play_all([to_play(case) for case in cases], jobs or cores()):
            one_further()
            if not case_report.passed:
                show(display.report_parts(display.report_as_dict(case_report, unmask=unmask)))
            if case_report.verdict == "failed":
                otherwise.append(case_report)
            error |= case_report.verdict == "error"
    if not otherwise:
        click.echo("nothing to accept: every case that could be played passed")
    elif yes or _agrees(f"Write these answers as expected of {display.count(len(otherwise), 'case')}?"):
        for case_report in otherwise:
            for file in accept_changes(per_id[case_report.case.id], case_report):
                click.echo(f"{shown(file)}: written")
    raise SystemExit(ERROR if error else 0)


def _agrees(question: str) -> bool:
    """Asks; where nobody can answer it says how to do without. Raises UsageError."""
    try:
        return click.confirm(question)
    except click.Abort:
        if sys.stdin.isatty():
            raise
        click.echo()
        raise click.UsageError("nobody is there to ask; --yes accepts without asking") from None


@suite.command("list")
@click.argument("names", metavar="[DIR|SUITE]...", nargs=-1)
@option_k
@option_tag
@option_json
def list_(names: tuple[str, ...], word: str | None, tags: tuple[str, ...], as_json: bool) -> None:
    """Show cases: id, title, tags, number of steps. Without a folder those of the suites that come with the program."""
    from mzsim.suites import display, locations

    found = []
    for name in names or locations.suite_names():
        folder_ = locations.folder_of(name)
        found += [(display.relative(folder_), case) for case in _cases_for_list(folder_, word, tags)]
    if as_json:
        for name, case in found:
            click.echo(json.dumps({"suite": name, **display.case_as_dict(case), "steps": len(case.steps)}))
    else:
        show(display.case_parts(found))
        click.echo(display.count(len(found), "case"))


def _cases_for_list(folder_: Path, word: str | None, tags: tuple[str, ...]) -> list[Case]:
    from mzsim.suites.case import choose, find_cases

    return choose(find_cases(folder_), word, tags)

"""The commands `mzsim suite`: thin, and light to import."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mzsim.cli.cmd_certification import export, grade
from mzsim.cli.options import ERROR, FOUND, option_json, option_unmask
from mzsim.cli.printing import show

if TYPE_CHECKING:
    from mzsim.suites.case import Case
    from mzsim.suites.playing import CaseReport

_SHOW_PROGRESS = 200
"""From so many cases on a run takes more than a second."""

_option_k = click.option("-k", "word", metavar="TEXT", help="Only cases with this text in their id or title.")
_option_tag = click.option("--tag", "tags", metavar="TAG", multiple=True, help="Only cases with this tag (or another).")
_option_jobs = click.option(
    "-j", "--jobs", metavar="N", type=click.IntRange(1, 256), help="Play so many cases at once.  [default: all cores]"
)


@click.group()
def suite() -> None:
    """Replay folders of cases: declarations with the retours that must come back.

    \b
    mzsim suite run inv                                  a suite that comes with the program
    mzsim suite new my/first --declaration claim.asc --store insurer.yaml
    mzsim suite run my                                   your own, every night
    mzsim suite accept my                                what comes back now is right
    mzsim suite export my --out pack                     what a vendor's software must process
    mzsim suite grade pack result.csv                    whether it booked that right
    """


suite.add_command(export)
suite.add_command(grade)


def _file(name: str, what: str) -> Callable[[Any], Any]:
    return click.option(f"--{name}", metavar="FILE", type=click.Path(path_type=Path), help=f"Write {what} here.")


@suite.command()
@click.argument("name", metavar="DIR|SUITE")
@_option_k
@_option_tag
@_option_jobs
@_file("junit", "a JUnit report (XML)")
@_file("html", "one page to read in a browser")
@option_json
@option_unmask
def run(
    name: str,
    word: str | None,
    tags: tuple[str, ...],
    jobs: int | None,
    junit: Path | None,
    html: Path | None,
    as_json: bool,
    unmask: bool,
) -> None:
    """Play every case in a folder and below it, or of a suite that comes with the program.

    Each case has a fresh store, so that the order doesn't matter. Exit status: 0 all passed; 1 a case failed; 2 a case
    is wrong or could not be played.
    """
    from mzsim.presentation.report_file import reports
    from mzsim.suites import display
    from mzsim.suites.locations import folder_of
    from mzsim.suites.selection import chosen_cases

    folder_ = folder_of(name)
    cases = chosen_cases(folder_, word, tags)
    with reports(junit, html) as (junitbestand, htmlbestand):
        case_reports = []
        for case_report in _played(cases, jobs):
            case_reports.append(case_report)
            if as_json:
                click.echo(_json(display.report_as_dict(case_report, unmask=unmask)))
            elif not case_report.passed:
                show(display.report_parts(case_report, unmask=unmask))
        title = display.relative(folder_)
        if junitbestand:
            from mzsim.suites import junit as junitrapport

            junitbestand.write(junitrapport.as_junit(title, case_reports, unmask=unmask))
        if htmlbestand:
            from mzsim.suites import html as htmlrapport

            htmlbestand.write(htmlrapport.as_html(title, case_reports, unmask=unmask))
    click.echo(display.closing_line(case_reports), err=as_json)
    raise SystemExit(_slotstatus(case_reports))


def _json(value: dict[str, Any]) -> str:
    import json

    return json.dumps(value)


def _slotstatus(case_reports: Iterable[CaseReport]) -> int:
    verdicts = {case_report.verdict for case_report in case_reports}
    return ERROR if "error" in verdicts else FOUND if "failed" in verdicts else 0


def _played(cases: list[Case], jobs: int | None) -> Iterator[CaseReport]:
    from mzsim.suites.running import cores, run

    with _progress(len(cases)) as one_further:
        for case_report in run(cases, jobs or cores()):
            one_further()
            yield case_report


@contextmanager
def _progress(count: int) -> Iterator[Callable[[], None]]:
    """A progress bar on standard error for many cases, where a person is looking."""
    if count < _SHOW_PROGRESS or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # Without a thread of its own: processes are started from here.
    with Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=False) as bar:
        task = bar.add_task("", total=count)
        done = 0

        def one_further() -> None:
            nonlocal done
            done += 1
            bar.advance(task)
            if done % 20 == 0:
                bar.refresh()

        yield one_further


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
    type=click.DateTime(["%Y-%m-%d"]),
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
    from mzsim.suites.case import name_in
    from mzsim.suites.new import Setup, make_case

    day = date.date() if date else dt.date.today()  # noqa: DTZ011 - the day where the user is
    setup = Setup(folder_, declarations, stores, title, tags, day, Stage(stage))
    case_report = make_case(setup)
    click.echo(f"{click.format_filename(case_report.case.file)}: made")
    for step in case_report.steps:
        click.echo(f"  {name_in(case_report.case.folder, step.step.declaration)}: {display.in_one_line(step)}")


@suite.command()
@click.argument("folder_", metavar="DIR", type=click.Path(path_type=Path))
@_option_k
@_option_tag
@_option_jobs
@click.option("--yes", "-y", "yes", is_flag=True, help="Don't ask.")
@option_unmask
def accept(folder_: Path, word: str | None, tags: tuple[str, ...], jobs: int | None, yes: bool, unmask: bool) -> None:
    """Write what comes back now as what is expected, for cases that fail. Shows the differences and asks first.

    Of each step the keys that its case.yaml has under expect are brought up to date; comments stay. Exit status 2 where
    a case could not be played: it is left as it is.
    """
    from mzsim.suites import display
    from mzsim.suites.accepting import accept_changes, to_play
    from mzsim.suites.selection import chosen_cases

    cases = chosen_cases(folder_, word, tags, still_without_retour=True)
    per_id = {case.id: case for case in cases}
    otherwise, error = [], False
    for case_report in _played([to_play(case) for case in cases], jobs):
        if not case_report.passed:
            show(display.report_parts(case_report, unmask=unmask))
        if case_report.verdict == "failed":
            otherwise.append(case_report)
        error |= case_report.verdict == "error"
    if not otherwise:
        click.echo("nothing to accept: every case that could be played passed")
    elif yes or click.confirm(f"Write these answers as expected of {display.count(len(otherwise), 'case')}?"):
        for case_report in otherwise:
            for file in accept_changes(per_id[case_report.case.id], case_report):
                click.echo(f"{click.format_filename(file)}: written")
    raise SystemExit(ERROR if error else 0)


@suite.command("list")
@click.argument("names", metavar="[DIR|SUITE]...", nargs=-1)
@_option_k
@_option_tag
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
            click.echo(_json({"suite": name, **display.case_as_dict(case), "steps": len(case.steps)}))
    else:
        show(display.case_parts(found))
        click.echo(display.count(len(found), "case"))


def _cases_for_list(folder_: Path, word: str | None, tags: tuple[str, ...]) -> list[Case]:
    from mzsim.suites.case import choose, find_cases

    return choose(find_cases(folder_), word, tags)

"""`mzsim suite run`, `merge` and `diff`: runs, what they leave, and what becomes of that. Light to import."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mzsim.cli.cmd_cluster import require_packages
from mzsim.cli.options import ERROR, FOUND, option_json, option_unmask
from mzsim.cli.printing import show
from mzsim.common.names import printable

if TYPE_CHECKING:
    from mzsim.suites.display import Played
    from mzsim.suites.index import Shard
    from mzsim.suites.reporting import Places
    from mzsim.suites.runs import Run

_SHOW_PROGRESS = 200
"""From so many cases on a run takes more than a second."""
_PATH = click.Path(path_type=Path)

option_k = click.option("-k", "word", metavar="TEXT", help="Only cases with this text in their id or title.")
option_tag = click.option("--tag", "tags", metavar="TAG", multiple=True, help="Only cases with this tag (or another).")
option_jobs = click.option(
    "-j", "--jobs", metavar="N", type=click.IntRange(1, 256), help="Play so many cases at once.  [default: all cores]"
)


def _file(name: str, what: str) -> Callable[[Any], Any]:
    return click.option(f"--{name}", metavar="FILE", type=_PATH, help=f"Write {what} here.")


_option_junit = _file("junit", "a JUnit report (XML)")
_option_html = _file("html", "a page to read in a browser")
_option_results = _file("results", "a line of JSON for each case, as it comes,")


def _shard(_: click.Context, __: click.Parameter, text: str | None) -> Shard | None:
    from mzsim.suites.index import Shard

    if text is None:
        return None
    found = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", text)
    shard = Shard(*map(int, found.groups())) if found else None
    if shard is None or not 1 <= shard.number <= shard.of:
        raise click.BadParameter(f"{text!r} must be I/N, as 3/16, with I from 1 to N")
    return shard


@click.command()
@click.argument("name", metavar="DIR|SUITE")
@option_k
@option_tag
@option_jobs
@click.option("--shard", metavar="I/N", callback=_shard, help="Only part I of N: every N-th case by id.")
@click.option("--retry", metavar="FILE", type=_PATH, help="Only cases that did not pass by this file of --results.")
@click.option("--cluster", metavar="URL", help="Play them on the workers of this cluster (mzsim worker).")
@_option_junit
@_option_html
@_option_results
@option_json
@option_unmask
def run(
    name: str,
    word: str | None,
    tags: tuple[str, ...],
    jobs: int | None,
    shard: Shard | None,
    retry: Path | None,
    cluster: str | None,
    as_json: bool,
    unmask: bool,
    **places: Path | None,
) -> None:
    """Play every case in a folder and below it, or of a suite that comes with the program.

    Each case has a fresh store, so that the order doesn't matter. What is wrong with a case, or ends the process that
    plays it, is a verdict on that case: the others are played. Exit status: 0 all passed; 1 a case failed; 2 a case is
    wrong or could not be played.

    On a cluster the cases are read here, by as many processes as -j says, and played there; the reports are the same.
    """
    from mzsim.suites.reporting import Places
    from mzsim.suites.runs import Choice, choose_run, play
    from mzsim.suites.workers import cores

    jobs = jobs or cores()
    to = Places(**places)
    chosen = choose_run(name, Choice(word, tags, retry, shard), to.given, jobs)
    if chosen.remark is not None:
        click.echo(f"mzsim: {printable(chosen.remark)}", err=True)
    full = bool(to.html or to.results)
    with (
        _play_on(cluster, chosen, jobs, unmask=unmask, full=full)
        if cluster
        else closing(play(chosen, jobs, unmask=unmask, full=full)) as results
    ):
        _report(chosen.suite, len(chosen.entries), results, to, as_json=as_json, private=unmask)


@contextmanager
def _play_on(url: str, chosen: Run, jobs: int, *, unmask: bool, full: bool) -> Iterator[Iterator[Played]]:
    """Plays a run on a cluster."""
    require_packages()
    from mzsim.cluster.database import Cluster
    from mzsim.cluster.suites.client import play_on_cluster

    def say(what: str) -> None:
        click.echo(f"mzsim: {what}", err=True)

    with (
        closing(Cluster(url)) as cluster,
        closing(play_on_cluster(cluster, chosen, jobs, say, unmask=unmask, full=full)) as results,
    ):
        yield results


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=_PATH)
@_option_junit
@_option_html
@_option_results
@option_json
def merge(files: tuple[Path, ...], as_json: bool, **places: Path | None) -> None:
    """Make one report of the results that the shards of a run wrote with --results.

    It is the same as that of one run, and so is the exit status. Results that are not of one run, or not all of it, are
    refused.
    """
    from mzsim.common.apart import Used, require_apart
    from mzsim.suites.reporting import Places
    from mzsim.suites.results import merged

    to = Places(**places)
    require_apart((Used(file, "a file of results") for file in files), to.given)
    together = merged(files)
    _report(together.suite, together.of, together.results, to, as_json=as_json)


@click.command()
@click.argument("before", metavar="BEFORE", type=_PATH)
@click.argument("after", metavar="AFTER", type=_PATH)
@option_json
def diff(before: Path, after: Path, as_json: bool) -> None:
    """Show which cases are answered otherwise in AFTER than in BEFORE, two files of --results.

    The verdict counts, and of each step how it ended, what was granted, the retourcodes and the retour. Exit status: 0
    nothing changed; 1 something did, or was played in one of the two only; 2 a file can't be used.
    """
    from mzsim.suites.comparing import change_as_dict, change_parts, changes

    changed, cases = changes(before, after)
    if as_json:
        for change in changed:
            click.echo(json.dumps(change_as_dict(change)))
    else:
        show(change_parts(changed, cases))
    raise SystemExit(FOUND if changed else 0)


def _report(
    suite: str, cases: int, results: Iterable[Played], places: Places, *, as_json: bool, private: bool = False
) -> None:
    """Shows results as they come and writes what is asked for; ends the command with the status that they ask for."""
    from mzsim.suites import display
    from mzsim.suites.reporting import open_reports
    from mzsim.suites.results import as_printed

    with open_reports(suite, cases, places, private=private) as reports, progress(cases) as one_further:
        for result in results:
            one_further()
            reports.add(result)
            if as_json:
                click.echo(json.dumps(as_printed(result)))
            elif result["verdict"] != "passed":
                show(display.report_parts(result))
    click.echo(display.closing_line(reports.counts), err=as_json)
    raise SystemExit(ERROR if reports.counts["error"] else FOUND if reports.counts["failed"] else 0)


@contextmanager
def progress(count: int) -> Iterator[Callable[[], None]]:
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

"""`mzsim worker`. Light to import."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

import click

from mzsim.cli.cmd_cluster import option_cluster, require_packages
from mzsim.cli.printing import log_as, say_plainly

if TYPE_CHECKING:
    from mzsim.server.done import Done
    from mzsim.server.logs import LogKind
    from mzsim.server.metrics import Work

_KINDS = ("winkels", "suites")


@click.command()
@option_cluster
@click.option(
    "--queue",
    "kinds",
    type=click.Choice(_KINDS),
    multiple=True,
    help="What to work at: declarations of stores, or suites. May be given more than once.  [default: both]",
)
@click.option(
    "--concurrency",
    metavar="N",
    type=click.IntRange(1, 1000),
    help="How many processes work at the same time.  [default: one a core]",
)
@click.option(
    "--metrics",
    metavar="[HOST:]PORT",
    help="Tell Prometheus there what the answers of these processes take; of this machine alone where no host is given.",
)
@click.option(
    "--log",
    type=click.Choice(["text", "json"]),
    help="Say of each answer on standard error what it took: in lines of text, or of JSON.  [default: only what goes wrong]",
)
def worker(url: str, kinds: tuple[str, ...], concurrency: int | None, metrics: str | None, log: LogKind | None) -> None:
    """Do what waits in a cluster: answer the declarations of its stores, and play suites.

    Start it on any number of machines; each takes what is next. It works until it is stopped, by Ctrl-C or SIGTERM: it
    finishes what it is at and takes no more. Stopped once more it ends at once, and another worker does that again. While
    the server is away it waits.

    \b
    mzsim worker --store postgresql://user@host/mzsim
    mzsim worker --queue winkels --concurrency 4
    """
    require_packages()
    from mzsim.cluster.parent import work
    from mzsim.suites.workers import cores

    heard: list[Callable[[str, Done], None]] = []
    say = news = say_plainly
    keep: Callable[[Collection[str]], None] | None = None
    if log is not None:
        from mzsim.server.logs import log_answer, log_news, log_trouble

        log_as(log)
        heard.append(log_answer)
        say, news = log_trouble, log_news
    if metrics is not None:
        told = _metrics(metrics, news)
        heard.append(told.answered)
        keep = told.keep

    def count(winkel: str, done: Done) -> None:
        for each in heard:
            each(winkel, done)

    work(url, kinds or _KINDS, concurrency or cores(), say, count, keep)


def _metrics(place: str, say: Callable[[str], None]) -> Work:
    """Tells Prometheus at a place, of what this hears."""
    from mzsim.server.metrics import Work, metrics_place, serve_metrics

    told = Work()
    host, port = metrics_place(place)
    say(f"tells Prometheus on {host}, port {serve_metrics(told, host, port)}")
    return told

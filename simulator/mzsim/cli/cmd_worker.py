"""`mzsim worker`. Light to import."""

from __future__ import annotations

import click

from mzsim.cli.cmd_cluster import option_cluster, require_packages

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
def worker(url: str, kinds: tuple[str, ...], concurrency: int | None) -> None:
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

    work(url, kinds or _KINDS, concurrency or cores(), lambda what: click.echo(f"mzsim: {what}", err=True))

"""The commands `mzsim cluster`. Light to import."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from importlib.util import find_spec
from typing import Any

import click

from mzsim.cli.options import option_json
from mzsim.cli.printing import show, show_json

_INSTALL = "a cluster needs a few packages more: pip install 'mzsim[cluster]'"
NEEDED = ("procrastinate", "psycopg", "psycopg_pool", "prometheus_client")
"""Packages that a cluster needs."""


def require_packages() -> None:
    """Raises ClickException where a package is missing that a cluster needs, and not everybody has installed."""
    if any(find_spec(package) is None for package in NEEDED):
        raise click.ClickException(_INSTALL)


def option_cluster(command: Callable[..., Any]) -> Callable[..., Any]:
    """The cluster of a command."""
    option = click.option(
        "--store",
        "url",
        metavar="URL",
        envvar="MZSIM_STORE",
        required=True,
        help="The database of the cluster, as postgresql://user@host/database. Also MZSIM_STORE.",
    )
    return option(command)


@click.group()
def cluster() -> None:
    """Make a PostgreSQL database the place where workers find what is to be done, and see what waits there."""


@cluster.command("init")
@option_cluster
def init(url: str) -> None:
    """Make a cluster of a PostgreSQL database, or bring it up to date.

    From then on it runs on the rules of this program: workers with other rules take nothing. Doing it again changes
    nothing. Of the database only the schema `mzsim` is touched.
    """
    require_packages()
    from mzsim.cluster import schema
    from mzsim.cluster.database import Cluster

    with closing(Cluster(url)) as opened:
        made = schema.init(opened)
    click.echo(f"the cluster is up to date; it runs on mzsim {made.programma}, rules {made.regels[:8]}")


@cluster.command("status")
@option_cluster
@option_json
def status(url: str, as_json: bool) -> None:
    """Show who works for a cluster and when each was last heard, and what waits: by queue, and by store and suite.

    Stranded is what a worker was at that is lost; another takes it up within seconds. What failed is a mistake of the
    program, which the worker has told of; it is known for a day.
    """
    require_packages()
    from mzsim.cluster import status_display
    from mzsim.cluster.database import Cluster
    from mzsim.cluster.status import status

    with closing(Cluster(url)) as opened:
        found = status(opened)
    if as_json:
        show_json([json.dumps(status_display.status_dict(found))])
    else:
        show(status_display.status_parts(found))

"""The commands `mzsim stores`: the stores of a cluster. Light to import."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mzsim.cli.cmd_cluster import option_cluster, require_packages
from mzsim.cli.options import ERROR, option_json, option_wait
from mzsim.cli.printing import report_failure, show, show_json
from mzsim.common.errors import MzsimError
from mzsim.common.names import shown

if TYPE_CHECKING:
    from mzsim.cluster.database import Cluster

_FILE = click.Path(path_type=Path)


@contextmanager
def _opened(url: str) -> Iterator[Cluster]:
    """The cluster of a command, that is there."""
    require_packages()
    from mzsim.cluster import schema
    from mzsim.cluster.database import Cluster

    with closing(Cluster(url)) as cluster:
        schema.made(cluster)
        yield cluster


@click.group()
def stores() -> None:
    """Make, list, migrate, archive and drop the stores of a cluster: each of a vendor or a test run, in one database."""


@stores.command("make")
@click.argument("name")
@option_cluster
def make(name: str, url: str) -> None:
    """Make a store that holds nothing, with a token that opens it at the portal.

    A NAME has 1 to 40 small letters, digits and -. The token is shown now and never again: only its SHA-256 is kept. The
    store stands in the schema `mzsim_NAME`, with _ for -, so that every command reaches it:

    \b
    mzsim db load insurer.yaml --store 'postgresql://user@host/mzsim?schema=mzsim_NAME'
    """
    with _opened(url) as cluster:
        from mzsim.cluster.making import make
        from mzsim.server.stores import new_token

        token = new_token()
        make(cluster, name, token)
    click.echo(f"{name}: made")
    click.echo(f"token: {token}")


@stores.command("list")
@option_cluster
@option_json
def list_(url: str, as_json: bool) -> None:
    """List the stores: how old and large each is, which schema it has, what waits in it, and whether it was archived."""
    with _opened(url) as cluster:
        from mzsim.cluster import stores_display
        from mzsim.cluster.overview import overview

        found = overview(cluster)
    if as_json:
        for one in found:
            show_json([json.dumps(stores_display.store_json(one))])
    else:
        show(stores_display.store_parts(found))


@stores.command("migrate")
@click.argument("names", metavar="NAME...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All stores that are open.")
@option_cluster
@option_wait
def migrate(names: tuple[str, ...], every: bool, url: str, wait: float) -> None:
    """Bring the schema of stores up to date, after an upgrade of the program.

    Each by itself: one that can't be migrated stays as it is, is named, and stops no other; the exit status is 2 then. A
    store is closed only while it is migrated.
    """
    if bool(names) == every:
        raise click.UsageError("name the stores to migrate, or give --all")
    failed = False
    with _opened(url) as cluster:
        from mzsim.cluster.making import migrate
        from mzsim.cluster.stores import tenants
        from mzsim.store.session import REVISION

        for name in names or [store.name for store in tenants(cluster) if store.open]:
            try:
                before = migrate(cluster, name, wait)
            except MzsimError as error:
                failed = True
                report_failure(f"{name}: {error}", ERROR)
            else:
                click.echo(
                    f"{name}: " + ("is up to date" if before == REVISION else f"{before or 'nothing'} -> {REVISION}")
                )
    raise SystemExit(ERROR if failed else 0)


@stores.command("archive")
@click.argument("name")
@click.option("--out", metavar="FILE", type=_FILE, required=True, help="The file; it is not there yet.")
@click.option("--drop", "to_drop", is_flag=True, help="Drop the store, once the file holds all of it.")
@option_cluster
@option_wait
def archive(name: str, out: Path, to_drop: bool, url: str, wait: float) -> None:
    """Write all that a store holds to one file, which every command opens as a store of SQLite.

    The file is read back before it gets its name. The store takes nothing in meanwhile. With --drop it is no more after
    that: its name and its token stay, for when it is restored.

    \b
    mzsim stores archive vendor-2025 --out vendor-2025.db --drop
    mzsim replay declaration.asc --dry-run --store vendor-2025.db
    """
    with _opened(url) as cluster:
        from mzsim.cluster.archiving import archive

        now = dt.datetime.now(dt.UTC)
        moved = archive(cluster, name, out, now, drop=to_drop, seconds=wait)
    end = "; the store was dropped" if to_drop else ""
    click.echo(f"{name}: {moved.rows} rows -> {shown(out)}, {moved.size} bytes{end}")


@stores.command("restore")
@click.argument("file", type=_FILE)
@click.argument("name")
@click.option("--changed", is_flag=True, help="Also a file that was changed since it was archived.")
@option_cluster
@option_wait
def restore(file: Path, name: str, changed: bool, url: str, wait: float) -> None:
    """Make a store of a file: of an archive, or of any store of SQLite.

    A store that was archived keeps its token; for a name that is new one is shown. What was archived must be in the file as
    it was then: a replay on the file, or mzsim db upgrade, changes it.
    """
    with _opened(url) as cluster:
        from mzsim.cluster.archiving import restore

        moved = restore(cluster, file, name, changed=changed, seconds=wait)
    click.echo(f"{name}: {moved.rows} rows from {shown(file)}")
    if moved.token is not None:
        click.echo(f"token: {moved.token}")


@stores.command("drop")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Don't ask.")
@option_cluster
@option_wait
def drop(name: str, yes: bool, url: str, wait: float) -> None:
    """Drop a store with all that it holds, for good, and its name and token with it.

    Whoever is changing it is waited for; nobody can after that. mzsim stores archive keeps it in a file.
    """
    with _opened(url) as cluster:
        from mzsim.cluster.stores import drop

        if not yes:
            _ask(cluster, name)
        drop(cluster, name, wait)
    click.echo(f"{name}: dropped")


def _ask(cluster: Cluster, name: str) -> None:
    """Raises ClusterError unless somebody says yes, and UnknownStoreError where there is nothing to ask."""
    from mzsim.cluster.errors import ClusterError
    from mzsim.cluster.stores import tenant

    with cluster.connection() as connection:
        tenant(connection, name)
    try:
        sure = click.confirm(f"Drop the store {name}, and all that it holds, for good?", err=True)
    except click.Abort:
        raise ClusterError("nobody said whether the store is to be dropped; give --yes") from None
    if not sure:
        raise ClusterError("nothing was dropped")


@stores.command("token")
@click.argument("name")
@option_cluster
def token(name: str, url: str) -> None:
    """Give a store another token, which is shown now and never again; the one that it had opens nothing any more."""
    with _opened(url) as cluster:
        from mzsim.cluster.stores import renew_token

        with cluster.connection() as connection:
            renewed = renew_token(connection, name)
    click.echo(f"token: {renewed}")

"""`mzsim serve`. Light to import."""

from __future__ import annotations

import re
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mzsim.cli.cmd_cluster import NEEDED
from mzsim.cli.printing import log_as

if TYPE_CHECKING:
    from types import ModuleType

    from mzsim.server.access import Access
    from mzsim.server.logs import LogKind
    from mzsim.server.portal import Shared

_PATH = click.Path(path_type=Path)
_EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = "mzsim-portal"
_CLUSTER = "\nit serves the stores of a cluster, which workers answer"
_ONE_STORE = "\nit serves one store, and answers it itself"
_INSTALL = "the portal needs a few packages more: pip install 'mzsim[portal]'"
_INSTALL_CLUSTER = "the stores of a cluster need a few packages more: pip install 'mzsim[cluster,portal]'"
_TOKEN = re.compile(r"[A-Za-z0-9._~-]{16,200}")


@click.command()
@click.option("--host", metavar="ADDRESS", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", metavar="N", type=click.IntRange(0, 65_535), default=8301, show_default=True, help="The port; 0 is any."
)
@click.option(
    "--map",
    "folder",
    metavar="DIR",
    type=_PATH,
    help=f"The folder of its stores; made where it isn't there.  [default: {_FOLDER}]",
)
@click.option(
    "--store", "url", metavar="URL", help="One store in place of a folder of them, or a cluster with all of its stores."
)
@click.option(
    "--token",
    metavar="TEXT",
    envvar="MZSIM_TOKEN",
    help="Ask for this token, of 16 characters or more; it opens every store, that of a store only this one. Also MZSIM_TOKEN.",
)
@click.option("--name", "names", metavar="NAME", multiple=True, help="Another name by which the portal is reached.")
@click.option(
    "--tls", metavar="CERT KEY", type=(_EXISTING, _EXISTING), help="A certificate and its key (PEM): listen with TLS."
)
@click.option(
    "--log",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="What it says of its work on standard error: lines of text, or of JSON.",
)
def serve(
    host: str,
    port: int,
    folder: Path | None,
    url: str | None,
    token: str | None,
    names: tuple[str, ...],
    tls: tuple[Path, Path] | None,
    log: LogKind,
) -> None:
    """Start the portal: hand declarations in with a browser or over HTTP, follow them, and fetch the retours.

    On this machine it asks for nothing. Elsewhere it asks for a token, and refuses to start without one.

    Where --store names a database that `mzsim cluster init` made a cluster, the portal serves the stores of that, and leaves
    the answering to `mzsim worker`. There may be many such portals, behind a proxy; --map is then a folder that they share,
    for packs and runs of suites.
    """
    serving = _serving()
    access = _access(host, token, names)
    log_as(log)
    with ExitStack() as at_the_end:
        shared = None if url is None else _shared(url, at_the_end)
        if shared is None and folder is not None and url is not None:
            raise click.UsageError(
                "--map is for stores of the portal's own, --store for one that is there; give one of them"
            )
        if url is None and folder is None:
            folder = Path(_FOLDER)
        portal, jobs = at_the_end.enter_context(serving.opened(folder, url, token, shared))
        place = serving.Place(host, port, tls)
        what = "" if url is None else _CLUSTER if shared is not None else _ONE_STORE
        serving.serve(portal, jobs, place, access, lambda at: click.echo(f"mzsim portal: {at}/{what}"))


def _serving() -> ModuleType:
    """What listens; it needs packages that not everybody has installed."""
    try:
        from mzsim.server import serving
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("mzsim"):
            raise
        raise click.ClickException(_INSTALL) from None
    return serving


def _shared(url: str, at_the_end: ExitStack) -> Shared | None:
    """The stores of a cluster, where a URL names one. Raises ClusterError for a cluster that this program can't serve."""
    if not url.startswith("postgresql"):  # else nothing of what follows is needed
        return None
    if any(find_spec(package) is None for package in NEEDED):
        _require_no_cluster(url)
        return None
    from mzsim.cluster.portal import opened

    return at_the_end.enter_context(opened(url))


def _require_no_cluster(url: str) -> None:
    """Raises ClickException for a cluster, where a package is missing that it needs."""
    from mzsim.store.session import is_cluster

    if is_cluster(url):
        raise click.ClickException(_INSTALL_CLUSTER)


def _access(host: str, token: str | None, names: tuple[str, ...]) -> Access:
    """Who may come in. Raises UsageError for a token that is none, or for an address that asks for one."""
    from mzsim.server.access import LOOPBACK, Access, hash_of, is_loopback

    if token is None and not is_loopback(host):
        raise click.UsageError(f"{host} can be reached from elsewhere: give --token, which who comes in must know")
    if token is not None and not _TOKEN.fullmatch(token):
        raise click.UsageError("--token: 16 characters or more of letters, digits and . _ ~ -")
    known = frozenset({host.lower(), *LOOPBACK, *(name.lower() for name in names)})
    return Access(known, None if token is None else hash_of(token))

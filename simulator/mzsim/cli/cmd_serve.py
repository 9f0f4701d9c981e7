"""`mzsim serve`. Light to import."""

from __future__ import annotations

import re
from pathlib import Path

import click

_PATH = click.Path(path_type=Path)
_FOLDER = "mzsim-portal"
_INSTALL = "the portal needs a few packages more: pip install 'mzsim[portal]'"
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
@click.option("--store", "url", metavar="URL", envvar="MZSIM_STORE", help="One store in place of a folder of them.")
@click.option(
    "--token",
    metavar="TEXT",
    envvar="MZSIM_TOKEN",
    help="Ask for this token, of 16 characters or more; it opens every store, that of a store only this one. Also MZSIM_TOKEN.",
)
@click.option("--name", "names", metavar="NAME", multiple=True, help="Another name by which the portal is reached.")
@click.option(
    "--tls", metavar="CERT KEY", type=(_PATH, _PATH), help="A certificate and its key (PEM): listen with TLS."
)
def serve(
    host: str,
    port: int,
    folder: Path | None,
    url: str | None,
    token: str | None,
    names: tuple[str, ...],
    tls: tuple[Path, Path] | None,
) -> None:
    """Start the portal: hand declarations in with a browser or over HTTP, follow them, and fetch the retours.

    On this machine it asks for nothing. Elsewhere it asks for a token, and refuses to start without one.
    """
    from mzsim.common.errors import InputError

    if folder is not None and url is not None:
        raise click.UsageError("--map is for stores of the portal's own, --store for one that is there; give one of them")
    if token is not None and not _TOKEN.fullmatch(token):
        raise click.UsageError("--token: 16 characters or more of letters, digits and . _ ~ -")
    for file in tls or ():
        if not file.is_file():
            raise InputError(f"{file}: no such file")
    try:
        import fastapi  # noqa: F401
        import markdown_it  # noqa: F401
        import uvicorn  # noqa: F401
    except ModuleNotFoundError:
        raise click.ClickException(_INSTALL) from None
    _serve(host, port, folder, url, token, names, tls)


def _serve(
    host: str,
    port: int,
    folder: Path | None,
    url: str | None,
    token: str | None,
    names: tuple[str, ...],
    tls: tuple[Path, Path] | None,
) -> None:
    import logging

    from mzsim.server.access import LOOPBACK, Access, hash_of, is_loopback
    from mzsim.server.serving import Place, opened
    from mzsim.server.serving import serve as listen

    if token is None and not is_loopback(host):
        raise click.UsageError(f"{host} can be reached from elsewhere: give --token, which who comes in must know")
    logging.basicConfig(format="%(asctime)s %(message)s")
    logging.getLogger("mzsim.server").setLevel(logging.INFO)
    known = frozenset({host.lower(), *LOOPBACK, *(name.lower() for name in names)})
    access = Access(known, None if token is None else hash_of(token))
    with opened(folder or Path(_FOLDER), url, token) as (portal, jobs):
        listen(portal, jobs, Place(host, port, tls), access, lambda at: click.echo(f"mzsim portal: {at}/"))

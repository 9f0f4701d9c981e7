"""Portals that listen, for tests of what is spoken over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from mzsim.server.access import Access, hash_of
from mzsim.server.jobs import Jobs
from mzsim.server.portal import Portal
from mzsim.server.serving import Place, in_thread

TOKEN = "a-token-of-the-portal-itself"


@contextmanager
def listening(portal: Portal, folder: Path, *, closed: bool = False) -> Iterator[httpx.Client]:
    """A client of a portal that listens; its base is the URL of the portal. With `closed` it asks for `TOKEN`."""
    access = Access(token=hash_of(TOKEN)) if closed else Access()
    with (
        in_thread(portal, Jobs(folder / "jobs"), Place(), access) as url,
        httpx.Client(base_url=url, timeout=30) as client,
    ):
        yield client

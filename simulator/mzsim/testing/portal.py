"""A portal for a user's own tests: on a free port of this machine, in a folder that is gone afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mzsim.server.portal import Portal
from mzsim.server.portal_store import PortalStore
from mzsim.server.serving import in_thread, opened


class Server:
    """A portal that listens at `url`, without a slash behind it. It has one store, `store`, which holds nothing yet."""

    def __init__(self, url: str, portal: Portal) -> None:
        self.url = url
        self.portal = portal
        self.store: PortalStore = portal.store(portal.stores()[0].name)

    @property
    def store_url(self) -> str:
        """Where its store is: `/inzendingen`, `/retouren` and the others stand below it."""
        return f"{self.url}/s/{self.store.name}"


@contextmanager
def server() -> Iterator[Server]:
    """Starts a portal, and ends it when the context is left. It answers from the moment that it is given.

    with mzsim.testing.server() as portal:
        portal.store.load("@proef")
        httpx.post(f"{portal.store_url}/inzendingen", content=declaration)
    """
    with (
        tempfile.TemporaryDirectory(prefix="mzsim-") as folder,
        opened(Path(folder), None) as (portal, jobs),
        in_thread(portal, jobs) as url,
    ):
        yield Server(url, portal)

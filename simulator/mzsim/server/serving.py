"""A portal that listens: for as long as the process lives, or in a thread for as long as somebody needs it."""

from __future__ import annotations

import asyncio
import gc
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from mzsim.common.errors import MzsimError, OutputError
from mzsim.server.access import Access
from mzsim.server.app import make_app
from mzsim.server.bodies import Pace
from mzsim.server.jobs import Jobs
from mzsim.server.portal import OF_SHARED, ORDINARY, Portal, Shared

_JOBS = "werk"
_KEEP_ALIVE = 30
_GRACE = 3
_HEADERS_WITHIN = 20.0
"""Seconds that a connection may be open without a request, or with a part of one; a body has limits of its own."""
_MOST_CONNECTIONS = 800
_STARTED_WITHIN = 20.0


class Place(NamedTuple):
    """Where a portal listens, and with which certificate and key; without these it does so in the clear. Port 0 is any."""

    host: str = "127.0.0.1"
    port: int = 0
    tls: tuple[Path, Path] | None = None


_ANYWHERE, _HERE = Place(), Access()


@contextmanager
def opened(
    folder: Path | None, url: str | None, token: str | None = None, shared: Shared | None = None
) -> Iterator[tuple[Portal, Jobs]]:
    """A portal on the stores of a folder, on one store or on shared ones, and what it has run. `token` is that of the one store;
    with shared ones the folder is for what was run alone, and one that is gone afterwards where none is named."""
    with ExitStack() as at_the_end:
        place = folder or Path(at_the_end.enter_context(tempfile.TemporaryDirectory(prefix="mzsim-")))
        portal = Portal(folder, url, token=token, shared=shared, settings=OF_SHARED if shared else ORDINARY)
        at_the_end.callback(portal.close)
        jobs = Jobs(place.absolute() / _JOBS)
        at_the_end.callback(jobs.close)
        yield portal, jobs


def serve(portal: Portal, jobs: Jobs, place: Place, access: Access, ready: Callable[[str], None]) -> None:
    """Listens until the process is told to stop; `ready` is told the URL. Raises OutputError where it can't listen."""
    with _listening(place) as (listener, url):
        server = _server(portal, jobs, place, access)
        gc.freeze()  # what was imported stays
        ready(url)
        server.run([listener])


@contextmanager
def in_thread(portal: Portal, jobs: Jobs, place: Place = _ANYWHERE, access: Access = _HERE) -> Iterator[str]:
    """Listens until the context is left, in a thread of this process; gives the URL once it answers."""
    with _listening(place) as (listener, url):
        server = _server(portal, jobs, place, access)
        thread = threading.Thread(target=server.run, args=([listener],), name="mzsim-server", daemon=True)
        thread.start()
        try:
            _wait_for(server, thread)
            yield url
        finally:
            server.should_exit = True
            thread.join(_GRACE * 2)


def _wait_for(server: uvicorn.Server, thread: threading.Thread) -> None:
    waited = threading.Event()
    for _ in range(int(_STARTED_WITHIN / 0.01)):
        if server.started:
            return
        if not thread.is_alive():
            break
        waited.wait(0.01)
    raise MzsimError("the portal did not start")


@contextmanager
def _listening(place: Place) -> Iterator[tuple[socket.socket, str]]:
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((place.host, place.port))
            listener.listen(128)
        except OSError as error:
            raise OutputError(
                f"can't listen on {place.host}, port {place.port}: {error.strerror}; choose another with --port"
            ) from None
        host = f"[{place.host}]" if ":" in place.host else place.host
        yield listener, f"{'https' if place.tls else 'http'}://{host}:{listener.getsockname()[1]}"


class _Protocol(H11Protocol):
    """Ends a connection that asks for nothing. The rest of a body whose request was refused before it was read may come, at
    the pace of any: who is still sending does not hear what is said to him."""

    _ends: asyncio.TimerHandle | None = None
    _rest: Pace | None = None
    _came = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._time()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._rest_comes():
            self._wait_for_rest(len(data))
        else:
            self._rest = None
            self._time()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._stop()

    def _time(self) -> None:
        """Time runs from the first byte on that belongs to no request which is being answered."""
        if self._is_asked():
            self._stop()
        elif self._ends is None:
            self._ends = self.loop.call_later(_HEADERS_WITHIN, self._end)

    def _wait_for_rest(self, size: int) -> None:
        now = self.loop.time()
        if self._rest is None:
            self._rest = Pace()
        else:
            self._rest.came(size, now - self._came)
        self._came = now
        self._stop()
        self._ends = self.loop.call_later(self._rest.patience(), self._end)

    def _rest_comes(self) -> bool:
        return self.cycle is not None and self.cycle.response_complete and self.conn.their_state is h11.SEND_BODY

    def _stop(self) -> None:
        if self._ends is not None:
            self._ends.cancel()
            self._ends = None

    def _is_asked(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _end(self) -> None:
        self._ends = None
        if not self._is_asked():
            self.transport.close()


def _server(portal: Portal, jobs: Jobs, place: Place, access: Access) -> uvicorn.Server:
    certificate, key = place.tls or (None, None)
    config = uvicorn.Config(
        make_app(portal, jobs, access),
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        ws="none",
        loop="asyncio",
        http=_Protocol,
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=_GRACE,
        ssl_certfile=certificate,
        ssl_keyfile=key and str(key),
    )
    return uvicorn.Server(config)

"""What stands before every request: its Host, its origin, the size of its body; and what goes with every answer.

The log has the route of a request, never its path or query: those hold names, tokens and what people search for.
"""

from __future__ import annotations

import logging
import os
import time
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mzsim.server.access import SAFE_METHODS, Access, from_elsewhere
from mzsim.server.bodies import Body, most_of, too_large
from mzsim.server.refusing import refusal

LOG = logging.getLogger("mzsim.server")

_HEADERS = [
    (
        b"content-security-policy",
        b"default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
_NOT_KEPT = (b"cache-control", b"no-store")


class Guard:
    """Refuses what does not belong here before anything else sees it."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        answer = _Answer(send)
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        why = self._objection(scope, headers)
        try:
            if why is not None:
                status, sentence = why
                await refusal(scope, status, sentence)(scope, receive, answer.send)
            else:
                await self._app(scope, Body(receive, most_of(scope["path"])).receive, answer.send)
        except ClientDisconnect:
            pass  # nobody hears it
        except Exception as error:
            LOG.error(
                "a mistake of the program: %s", type(error).__name__, exc_info=bool(os.environ.get("MZSIM_DEBUG"))
            )
            sentence = f"a mistake of the program, please report it: {type(error).__name__}"
            await answer.instead(refusal(scope, 500, sentence), scope, receive)
        finally:
            _log(scope, answer.status, time.perf_counter() - began)

    def _objection(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if not self._access.knows_host(host):
            return 421, "this portal is not reached by that name; mzsim serve --name allows another"
        if scope["method"] not in SAFE_METHODS and from_elsewhere(host, headers):
            return 403, "this was sent by a page of another site"
        if not scope["path"].isprintable():  # a line end behind a path is none to the router
            return 404, "there is nothing at a path like this"
        length = headers.get("content-length", "0")
        most = most_of(scope["path"])
        if length.isascii() and length.isdecimal() and int(length) > most:
            return 413, too_large(most)
        return None


class _Answer:
    """Passes an answer on, with the headers that every answer has."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers: list[Any] = message.setdefault("headers", [])
            headers.extend(_HEADERS)
            if not any(name.lower() == b"cache-control" for name, _ in headers):
                headers.append(_NOT_KEPT)
        await self._send(message)

    async def instead(self, response: Response, scope: Scope, receive: Receive) -> None:
        """Another answer, where none was begun; else the connection ends here, so that nobody takes a part for the whole."""
        if self.status:
            raise ConnectionAbortedError
        await response(scope, receive, self.send)


def _log(scope: Scope, status: int, seconds: float) -> None:
    route = getattr(scope.get("route"), "path", "-")
    fields = {"methode": scope["method"], "route": route, "http_status": status or None, "seconden": round(seconds, 3)}
    LOG.info("%s %s %s %.0f ms", scope["method"], route, status or "-", seconds * 1000, extra=fields)

"""Who may open what, where tokens are asked for: the portal's own token opens all of it, that of a store only this store."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from mzsim.server.access import SAFE_METHODS, Access, presented
from mzsim.server.refusing import refusal, wants_page

LOGIN = "/inloggen"
OPENS = "mzsim.opens"
"""Where a request has the names of the stores that its token opens; None for all."""

_FREE = re.compile(r"/(livez|readyz|static/.*|inloggen|taal/[a-z]+|s/[^/]+/[^/]+/Router\.V1\.svc/.*)", re.DOTALL)
"""What asks for no token, or finds it in the path and looks at it itself."""
_OF_STORE = re.compile(r"/s/([^/]+)(/.*)?", re.DOTALL)
_OF_PORTAL = re.compile(r"/winkels(/.*)?", re.DOTALL)
_NONE_GIVEN = "this portal asks for a token: send it as Authorization: Bearer"
_NOT_KNOWN = "this token opens nothing here"
_OTHER_STORE = "this token does not open this store"
_NOT_PORTALS = "this asks for the token of the portal itself"


def require_opened(scope: Scope, store: str) -> None:
    """What a route asks that found its store: the gate reads the path by itself. Raises HTTPException."""
    opens = scope[OPENS]
    if opens is not None and store not in opens:
        raise HTTPException(403, _OTHER_STORE)


def require_portals_own(scope: Scope) -> None:
    """The same of a route that only the token of the portal itself may take, where tokens are asked for."""
    if scope[OPENS] is not None and scope["app"].state.access.is_closed:
        raise HTTPException(403, _NOT_PORTALS)


class Gate:
    """Lets a request through by its token."""

    def __init__(self, app: ASGIApp, access: Access, portal: Any) -> None:
        self._app = app
        self._access = access
        self._portal = portal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _FREE.fullmatch(scope["path"]):
            scope[OPENS] = frozenset() if self._access.is_closed else None
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        token = presented(headers, Request(scope).cookies.items() if self._access.is_closed else ())
        if token is None and not self._access.is_closed:
            opens: frozenset[str] | None = None
        elif token is None:
            await _ask(scope)(scope, receive, send)
            return
        else:
            opens = await run_in_threadpool(self._opened_by, token)
        if why := self._objection(scope, opens):
            await _refuse(scope, why)(scope, receive, send)
            return
        scope[OPENS] = opens
        await self._app(scope, receive, send)

    def _opened_by(self, token: str) -> frozenset[str] | None:
        if self._access.is_own_token(token):
            return None
        opened: frozenset[str] = self._portal.opened_by(token)
        return opened

    def _objection(self, scope: Scope, opens: frozenset[str] | None) -> str | None:
        if opens is None:
            return None
        if not opens:
            return _NOT_KNOWN
        store = _OF_STORE.fullmatch(scope["path"])
        if store and store[1] not in opens:
            return _OTHER_STORE
        if self._access.is_closed and _OF_PORTAL.fullmatch(scope["path"]):
            return _NOT_PORTALS
        return None


def _ask(scope: Scope) -> Response:
    """A person may type a token; a program is told how to send one."""
    if wants_page(scope) and scope["method"] in SAFE_METHODS:
        return RedirectResponse(f"{LOGIN}?terug={quote(scope['path'])}", 303)
    return _refuse(scope, _NONE_GIVEN)


def _refuse(scope: Scope, why: str) -> Response:
    status = 401 if why in (_NONE_GIVEN, _NOT_KNOWN) else 403
    answer = refusal(scope, status, why)
    if status == 401:
        answer.headers["www-authenticate"] = 'Bearer realm="mzsim"'
    return answer

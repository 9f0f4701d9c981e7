"""The application: pages, API and web service over one portal, behind one guard.

A resource has one URL. Who asks for a page in its Accept gets that; the routes of pages pass by who doesn't, and those of
the API come after them. Where only a page is, who says nothing gets it. `.json` behind a path asks for the API's answer too.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from mzsim.common.errors import MzsimError
from mzsim.common.version import __version__
from mzsim.server.access import Access
from mzsim.server.api.router import api_router
from mzsim.server.gate import Gate
from mzsim.server.guard import Guard
from mzsim.server.jobs import Jobs
from mzsim.server.portal import Portal
from mzsim.server.refusing import headers_of, refusal, status_of, title_of
from mzsim.server.soap.routes import soap_router
from mzsim.server.web import LAST, PAGES

_SUFFIX = ".json"
_METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE")


def make_app(portal: Portal, jobs: Jobs, access: Access) -> FastAPI:
    """The application of a portal, which answers whoever `access` lets in."""
    app = FastAPI(title="mzsim", version=__version__, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.portal = portal
    app.state.jobs = jobs
    app.state.access = access
    app.router.routes.extend(PAGES)
    app.router.routes.append(Mount("/static", _Static(directory=Path(str(files(__package__) / "static")))))
    app.include_router(api_router())
    app.include_router(soap_router(portal))
    app.router.routes.extend(LAST)
    app.add_exception_handler(MzsimError, _known_error)
    app.add_exception_handler(RequestValidationError, _wrong_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_middleware(Gate, access=access, portal=portal)
    app.add_middleware(_Suffix)  # before the gate: what it opens is the path that the routes see
    app.add_middleware(Guard, access=access)
    return app


class _Static(StaticFiles):
    """Our own files: their URLs have their hash, so that a browser may keep them."""

    def file_response(self, *args: Any, **options: Any) -> Response:
        response = super().file_response(*args, **options)
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


class _Suffix:
    """Takes `.json` from behind a path, and takes down that JSON is asked for."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].endswith(_SUFFIX) and scope["path"] != "/openapi.json":
            bare = scope["path"].removesuffix(_SUFFIX) or "/"
            scope.update({"path": bare, "raw_path": bare.encode("utf-8"), "mzsim.json": True})
        await self._app(scope, receive, send)


async def _known_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, MzsimError)
    answer = refusal(request.scope, status_of(error), str(error))
    answer.headers.update(headers_of(error))
    return answer


async def _wrong_request(request: Request, error: Exception) -> Response:
    """The first thing that is wrong, in the line that FastAPI has for it."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(piece) for piece in first["loc"][1:]) or str(first["loc"][0])
    return refusal(request.scope, 422, f"{where}: {first['msg']}")


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    answer = refusal(request.scope, error.status_code, error.detail or title_of(error.status_code))
    answer.headers.update(error.headers or {})
    if error.status_code == 405 and (methods := _methods(request)):
        answer.headers["allow"] = ", ".join(sorted(methods))
    return answer


def _methods(request: Request) -> set[str]:
    """By which methods there is something at this path: the router tells those of the first route only."""
    found: set[str] = set()
    for method in _METHODS:
        scope = {**request.scope, "method": method}
        if any(route.matches(scope)[0] is Match.FULL for route in request.app.router.routes):
            found.add(method)
    return found

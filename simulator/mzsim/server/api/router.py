"""All of the API as one router, with its description in OpenAPI 3.1, and whether the portal lives."""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import APIRouter, Request
from fastapi.openapi.utils import get_openapi
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import JSONResponse, Response

from mzsim.common.version import __version__
from mzsim.server.api import certification, lookup, retours, stores, submissions, suites
from mzsim.server.api.common import PORTALS_OWN, AskedPortal, problems
from mzsim.server.api.models import Json, Portaal, Problem, Refused
from mzsim.server.gate import OPENS
from mzsim.server.store_metrics import metrics_of

_ABOUT = (
    "The portal of mzsim: hand in declarations (MZ301), see how they stand, fetch retours (MZ302), and set up the store that"
    " answers. Where a portal asks for a token, send it as a bearer token. Whoever asks for `text/html` gets the page of the"
    " same resource; `.json` behind a path asks for JSON whatever `Accept` says."
)
TAGS = (
    {"name": "inzendingen", "description": "Declarations that are handed in, and how they stand."},
    {"name": "retouren", "description": "What came back."},
    {"name": "winkels", "description": "The stores, what they hold, and how the portal behaves for each."},
    {"name": "suites", "description": "The suites that come with the program."},
    {"name": "certificering", "description": "A pack for a vendor's software, its result, and the report."},
    {"name": "naslag", "description": "What to look up: checks, codes, requirements, personas."},
    {"name": "portaal", "description": "Whether it lives."},
)
_OWN = APIRouter(tags=["portaal"])


@_OWN.get("/", responses=problems())
def portal(request: Request, portal: AskedPortal) -> Portaal:
    """Where to begin: the stores that you may open, and where what can be asked for is described."""
    opens = request.scope[OPENS]
    names = [one.name for one in portal.stores() if opens is None or one.name in opens]
    return Portaal(versie=__version__, winkels=names)


@_OWN.get("/livez")
async def alive() -> dict[str, str]:
    """The portal lives."""
    return {"status": "ok"}


@_OWN.get("/readyz", responses={503: {"description": "A store can't be used.", "content": {"application/json": {}}}})
def ready(portal: AskedPortal) -> dict[str, str]:
    """The portal can answer: each of its stores can be read. Raises StoreError where one can't."""
    portal.require_ready()
    return {"status": "ok"}


@_OWN.get("/metrics", include_in_schema=False, dependencies=[PORTALS_OWN])
def metrics(portal: AskedPortal) -> Response:
    """How many submissions come in, are answered and wait, for Prometheus."""
    return Response(metrics_of(portal.tallies(), portal.work), media_type=CONTENT_TYPE_LATEST)


def api_router() -> APIRouter:
    """The routes of the API; the portal that they ask is that of the application."""
    router = APIRouter()
    for part in (
        submissions.router,
        retours.router,
        stores.router,
        suites.router,
        certification.router,
        lookup.router,
        _OWN,
    ):
        router.include_router(part)

    @router.get("/openapi.json", include_in_schema=False)
    def description() -> JSONResponse:
        return JSONResponse(openapi())

    return router


@cache
def openapi() -> dict[str, Any]:
    """The description of the API in OpenAPI 3.1."""
    routes = [
        route for part in (submissions, retours, stores, suites, certification, lookup) for route in part.router.routes
    ] + _OWN.routes
    found: Json = get_openapi(
        title="mzsim",
        version=__version__,
        summary="A simulator of a Dutch dental insurer",
        description=_ABOUT,
        routes=routes,
        tags=list(TAGS),
    )
    components = found.setdefault("components", {})
    for model in (Problem, Refused):
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        components.setdefault("schemas", {}).update({model.__name__: schema, **schema.pop("$defs", {})})
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    found["security"] = [{}, {"token": []}]
    return _without_fastapi(found)


def _without_fastapi(found: Json) -> Json:
    """Without what FastAPI says by itself: it describes a refusal that this API doesn't give, which has problem details."""
    for name in ("HTTPValidationError", "ValidationError"):
        found["components"]["schemas"].pop(name, None)
    for path in found["paths"].values():
        for operation in path.values():
            for answer in operation["responses"].values():
                answer["description"] = answer["description"].replace("Successful Response", "What was asked for.")
            refusal = operation["responses"].get("422", {}).get("content", {})
            refusal.pop("application/json", None)
            if operation["responses"].get("422") and not refusal:
                del operation["responses"]["422"]
    return found

"""What the routes of the API share: the store that is asked, and what a refusal looks like."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, Path, Request
from starlette.responses import JSONResponse, StreamingResponse

from mzsim.common.names import printable
from mzsim.presentation.output import mask
from mzsim.retour.words import Mask
from mzsim.server.api.models import Problem
from mzsim.server.gate import OPENS, require_opened, require_portals_own
from mzsim.server.jobs import Jobs
from mzsim.server.portal import Portal
from mzsim.server.portal_store import PortalStore

PROBLEM = "application/problem+json"
_REASONS = {
    400: "What is asked for can't be.",
    401: "The portal asks for a token.",
    403: "This token does not open this, or another site asks.",
    404: "It is not there, or not yet.",
    408: "The body came too slowly.",
    409: "The key came with something else before.",
    413: "The body is too large, or the store has taken in all that it may.",
    422: "What was sent is wrong.",
    503: "Out of order, as `gedrag` asks for, or in use; try again after `Retry-After` seconds.",
}


def problems(*more: int) -> dict[int | str, dict[str, Any]]:
    """What an operation may be refused with: what any may, and these."""
    schema = {"schema": {"$ref": f"#/components/schemas/{Problem.__name__}"}}
    return {
        status: {"description": _REASONS[status], "content": {PROBLEM: schema}}
        for status in sorted({400, 401, 403, 422, 503, *more})
    }


def _portals_own(request: Request) -> None:
    require_portals_own(request.scope)


PORTALS_OWN = Depends(_portals_own)
"""Of a route that only the token of the portal itself may take."""


def portal_of(request: Request) -> Portal:
    """The portal that is asked."""
    portal: Portal = request.app.state.portal
    return portal


StoreName = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$", description="The name of the store.")]


def _store(request: Request, winkel: StoreName) -> PortalStore:
    require_opened(request.scope, winkel)
    return portal_of(request).store(winkel)


def _in_order(store: Annotated[PortalStore, Depends(_store)]) -> PortalStore:
    store.require_in_order()
    return store


def _jobs(request: Request) -> Jobs:
    jobs: Jobs = request.app.state.jobs
    return jobs.of(request.scope[OPENS])


AskedJobs = Annotated[Jobs, Depends(_jobs)]
"""What the portal has run beside what it answers."""
AskedPortal = Annotated[Portal, Depends(portal_of)]
OwnStore = Annotated[PortalStore, Depends(_store)]
"""The store of the path, to set up. Raises UnknownStoreError."""
AskedStore = Annotated[PortalStore, Depends(_in_order)]
"""The same, to submit to and to fetch from. Raises OutageError, too, where it plays that it is out of order."""


def mask_of(request: Request, store: PortalStore) -> Mask:
    """What hides BSN and names; None where the owner of the store lets them be shown."""
    return None if portal_of(request).entry(store.name).unmasked else mask


def refused(status: int, detail: str, **more: Any) -> JSONResponse:
    """A refusal that tells more than its line."""
    content = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": printable(detail)}
    return JSONResponse(content | more, status, media_type=PROBLEM)


def octets(pieces: Iterable[bytes], name: str, size: int | None = None) -> StreamingResponse:
    """The bytes of a file, under a name of which nothing odd is left."""
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_.") else "_" for sign in name)
    headers = {"content-disposition": f'attachment; filename="{plain}"'}
    if size is not None:
        headers["content-length"] = str(size)
    return StreamingResponse(pieces, media_type="application/octet-stream", headers=headers)


OCTETS: dict[str, Any] = {
    "description": "The bytes of the file.",
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}

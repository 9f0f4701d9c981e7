"""Retours: what came back, with a cursor that misses nothing, and their bytes."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from mzsim.server.api.common import OCTETS, AskedStore, octets, problems
from mzsim.server.api.models import Id, Retouren, RetourMade, RetoursAsked
from mzsim.server.portal_store import PortalStore
from mzsim.server.states import RetourState
from mzsim.server.submission import Retour
from mzsim.server.threads import writing

router = APIRouter(tags=["retouren"])
BASE = "/s/{winkel}/retouren"
_LOOK_EVERY = 0.25
_Id = Annotated[Id, Path(description="The RetourbestandId.")]


@router.get(BASE, responses=problems(404))
async def every(store: AskedStore, asked: Annotated[RetoursAsked, Query()]) -> Retouren:
    """The retours behind the last one that you have, in the order in which they were released: so you miss none.

    What you hid is left out.
    """
    found, left = await run_in_threadpool(_behind, store, asked.na, asked.limit), asked.wacht
    while not found and left > 0:
        await asyncio.sleep(min(left, _LOOK_EVERY))
        left -= _LOOK_EVERY
        found = await run_in_threadpool(_behind, store, asked.na, asked.limit)
    shown = [_shown(one) for one in found if one.status != RetourState.HIDDEN]
    return Retouren(retouren=shown, na=found[-1].id if found else asked.na)


def _behind(store: PortalStore, after: int, limit: int) -> list[Retour]:
    return store.retours(after=after, limit=limit)


def _shown(one: Retour) -> RetourMade:
    return RetourMade(
        id=one.id,
        inzending=one.declaratie_id,
        bestandsnaam=one.bestandsnaam,
        grootte=one.grootte,
        vrijgegeven=one.vrijgegeven,
        status=one.status,
    )


@router.get(f"{BASE}/{{id}}", response_class=Response, responses={**problems(404), 200: OCTETS})
async def one(store: AskedStore, id: _Id) -> StreamingResponse:
    """The bytes of a retour, which counts as fetched from then on. It can be fetched again."""
    found, content = await run_in_threadpool(store.retour_file, id)
    if found.status == RetourState.READY:
        await writing(store.name, store.mark_downloaded, id)
    return octets(content, found.bestandsnaam, found.grootte)


@router.delete(f"{BASE}/{{id}}", status_code=204, response_class=Response, responses=problems(404))
async def hide(store: AskedStore, id: _Id) -> Response:
    """Hide a retour: it is no longer listed. Its bytes stay."""
    await writing(store.name, store.hide, id)
    return Response(status_code=204)

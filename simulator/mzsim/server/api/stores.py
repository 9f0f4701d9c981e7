"""Stores: to make and drop them, to fill them, and how the portal behaves for each."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse

from mzsim.server.api.common import PORTALS_OWN, AskedJobs, AskedPortal, OwnStore, StoreName, mask_of, problems
from mzsim.server.api.models import Json, Lijst, LinesAsked, Loaded, NewWinkel, Regels, Winkel, WinkelMade
from mzsim.server.bodies import content_of
from mzsim.server.gate import OPENS
from mzsim.server.threads import writing
from mzsim.store.file_rows import LISTS, FileRows

router = APIRouter(tags=["winkels"])
_MOST = 64_000_000
_NO_MESSAGE = 0


def _yaml_of(kind: str) -> Json:
    """A body in YAML that holds something of this kind; an empty one is text."""
    return {"content": {"application/yaml": {"schema": {"type": [kind, "string"]}}}}


_TEXT_BACK: dict[int | str, Json] = {
    200: {
        "description": "The text, in YAML; empty where there is none.",
        "content": {"application/yaml": {"schema": {}}},
    }
}


@router.get("/winkels")
def every(request: Request, portal: AskedPortal) -> list[Winkel]:
    """The stores that you may open."""
    opens = request.scope[OPENS]
    return [Winkel(naam=one.name) for one in portal.stores() if opens is None or one.name in opens]


@router.post("/winkels", status_code=201, responses=problems(), dependencies=[PORTALS_OWN])
def make(portal: AskedPortal, new: NewWinkel) -> WinkelMade:
    """Make a store, for a vendor or a run of tests. Its token is shown this once."""
    entry, token = portal.make_store(new.naam)
    return WinkelMade(naam=entry.name, token=token)


@router.delete(
    "/winkels/{winkel}", status_code=204, response_class=Response, responses=problems(404), dependencies=[PORTALS_OWN]
)
async def drop(portal: AskedPortal, jobs: AskedJobs, winkel: StoreName) -> Response:
    """End a store, with all that it holds and what its token had made."""
    await writing(winkel, portal.drop_store, winkel)
    await run_in_threadpool(jobs.forget, winkel)
    return Response(status_code=204)


@router.get("/s/{winkel}/winkel", responses=problems(404))
def contents(store: OwnStore) -> list[Lijst]:
    """What the store holds: its lists, and how many lines each has."""
    with store.opened().read() as connection:
        held = FileRows(connection, _NO_MESSAGE)
        return [Lijst(lijst=name, regels=held.count(name)) for name in LISTS]


@router.get("/s/{winkel}/winkel/lijsten/{lijst}", responses=problems(404))
def lines(
    request: Request, store: OwnStore, lijst: Annotated[str, Path(max_length=40)], asked: Annotated[LinesAsked, Query()]
) -> Regels:
    """The lines of one of its lists."""
    if lijst not in LISTS:
        raise HTTPException(404, f"{lijst}: no such list; there are {', '.join(LISTS)}")
    with store.opened().read() as connection:
        held = FileRows(connection, _NO_MESSAGE, mask_of(request, store))
        found = held.piece(lijst, asked.na, asked.limit)
        return Regels(lijst=lijst, regels=held.count(lijst), inhoud=found, na=asked.na + len(found))


@router.post(
    "/s/{winkel}/winkel",
    openapi_extra={"requestBody": _yaml_of("object") | {"required": True}},
    responses=problems(404, 408, 413),
)
async def load(request: Request, store: OwnStore) -> Loaded:
    """Load a verzekeraarsbestand, or a list of the program by its name: `@proef`, `@nza-2026`."""
    text = await _text(request)
    return Loaded(gewijzigd=await writing(store.name, store.load, text))


@router.post("/s/{winkel}/winkel/reset", status_code=204, response_class=Response, responses=problems(404))
async def reset(store: OwnStore) -> Response:
    """Empty the store: what was loaded, declared and submitted. Ids go on."""
    await writing(store.name, store.reset)
    return Response(status_code=204)


@router.get("/s/{winkel}/gedrag", responses=problems(404))
def behaviour(store: OwnStore) -> Json:
    """How the portal behaves for this store: delays, late, lost, twice, outages."""
    return store.behaviour().to_dict()


@router.put("/s/{winkel}/gedrag", responses=problems(404))
async def set_behaviour(store: OwnStore, value: Annotated[dict[str, Any], Body()]) -> Json:
    """Have it behave otherwise, for what comes in from now on."""
    await writing(store.name, store.set_behaviour, value)
    return await run_in_threadpool(behaviour, store)


@router.get("/s/{winkel}/scripts", response_class=PlainTextResponse, responses={**problems(404), **_TEXT_BACK})
def script(store: OwnStore) -> Response:
    """The script that answers what comes in; empty where there is none."""
    return Response(store.script(), media_type="application/yaml")


@router.put(
    "/s/{winkel}/scripts",
    status_code=204,
    response_class=Response,
    openapi_extra={"requestBody": _yaml_of("array")},
    responses=problems(404, 408, 413),
)
async def set_script(request: Request, store: OwnStore) -> Response:
    """Have a script answer what comes in from now on; an empty one none."""
    await writing(store.name, store.set_script, await _text(request))
    return Response(status_code=204)


async def _text(request: Request) -> str:
    try:
        return (await content_of(request, _MOST)).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise HTTPException(422, "the text is not in UTF-8") from None

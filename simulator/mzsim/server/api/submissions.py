"""Submissions: to hand in declarations, to see how they stand, and to fetch what belongs to them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path as FilePath
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, StreamingResponse

from mzsim.common.errors import MzsimError
from mzsim.common.message_names import retour_name
from mzsim.common.names import printable
from mzsim.server.api.common import OCTETS, PROBLEM, AskedStore, mask_of, octets, problems, refused
from mzsim.server.api.events import events_of
from mzsim.server.api.models import (
    Id,
    Ingezonden,
    Inzending,
    Inzendingen,
    Json,
    ListAsked,
    OneAsked,
    Refused,
    SubmitOptionsAsked,
)
from mzsim.server.api.uploads import File, files_of
from mzsim.server.options import SubmitOptions
from mzsim.server.portal_store import PortalStore
from mzsim.server.states import PATHS, RetourState
from mzsim.server.submission import ACCEPTED, REFUSED, Submission, Submitted
from mzsim.server.threads import lasting, writing

router = APIRouter(tags=["inzendingen"])
BASE = "/s/{winkel}/inzendingen"
ENDED = frozenset(PATHS)
"""The states in which a submission ends."""
_A_MOMENT = {"retry-after": "1"}
_Id = Annotated[Id, Path(description="The DeclaratieId of the submission.")]

_FILE: Json = {"schema": {"type": "string", "format": "binary", "minLength": 1}}
_FORM: Json = {
    "schema": {
        "type": "object",
        "required": ["bestand"],
        "properties": {"bestand": {"type": "array", "minItems": 1, "items": {"type": "string", "format": "binary"}}},
    }
}
_BODY: Json = {
    "requestBody": {
        "required": True,
        "description": "A declaration or a zip of them: as the body itself, or one or more as files of a form.",
        "content": {"application/octet-stream": _FILE, "multipart/form-data": _FORM},
    }
}
_NOTHING_ACCEPTED: dict[int | str, Json] = {
    422: {
        "description": "What was sent is wrong, or no file of it was accepted.",
        "content": {PROBLEM: {"schema": {"$ref": f"#/components/schemas/{Refused.__name__}"}}},
    }
}


@router.post(
    BASE, status_code=202, openapi_extra=_BODY, responses={**problems(404, 408, 409, 413), **_NOTHING_ACCEPTED}
)
async def submit(
    request: Request,
    store: AskedStore,
    asked: Annotated[SubmitOptionsAsked, Query()],
    idempotency_key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            max_length=90,
            pattern=r"^[!-~]+$",
            description="A key of your own: sent once more with the same files it gets the same answer, and nothing else.",
        ),
    ] = None,
) -> list[Ingezonden]:
    """Hand in declarations.

    Accepted means: it is kept, and will be answered once, whatever happens. Each file is accepted or refused by itself, but
    a zip as a whole. `Location` is the first that was accepted.
    """
    options = SubmitOptions(asked.datum, asked.stage, asked.vertraging, asked.script, asked.verstoor, asked.kenmerk)
    async with files_of(request, asked.bestandsnaam) as files:
        found, again = await writing(store.name, _submit, store, files, options, idempotency_key)
    content = [one._asdict() for one in found]
    accepted = [one.id for one in found if one.resultaat == ACCEPTED]
    if not accepted:
        return refused(422, found[0].melding, inzendingen=content)  # type: ignore[return-value]
    place = f"{request.url.path.removesuffix('/')}/{accepted[0]}"
    headers = {"location": place} | ({"idempotency-replayed": "true"} if again else {})
    return JSONResponse(content, 202, headers)  # type: ignore[return-value]


def _submit(
    store: PortalStore, files: Sequence[File], options: SubmitOptions, key: str | None
) -> tuple[list[Submitted], bool]:
    """What became of each file, and whether all of it had been said before; each file of a form has a key of its own.

    What can't be kept behind one that was accepted is refused by itself: else its sender would hand in all of them again.
    """
    found: list[Submitted] = []
    known = True
    for number, (name, content) in enumerate(files, start=1):
        own = key if key is None or number == 1 else f"{key} {number}"
        try:
            submitted, before = store.submit(content, name, options=options, key=own, together=len(files))
        except MzsimError as error:
            if not found:
                raise
            submitted, before = [Submitted(0, printable(name), REFUSED, str(error))], False
        found += submitted
        known = known and before
    return found, known


@router.get(BASE, responses=problems(404))
def every(store: AskedStore, asked: Annotated[ListAsked, Query()]) -> Inzendingen:
    """Submissions in the order in which they came in; ask for those behind the last one that you know."""
    found = store.submissions(
        after=asked.na,
        limit=asked.limit,
        status=asked.status,
        uzovi=asked.uzovi,
        reference=asked.kenmerk,
        since=asked.van,
        until=asked.tot,
    )
    return Inzendingen(inzendingen=[Inzending.of(one) for one in found], na=found[-1].id if found else asked.na)


@router.get(f"{BASE}/{{id}}", responses={**problems(404), 304: {"description": "It stands as `If-None-Match` says."}})
async def one(
    store: AskedStore,
    id: _Id,
    asked: Annotated[OneAsked, Query()],
    response: Response,
    if_none_match: Annotated[str | None, Header(alias="If-None-Match", max_length=200)] = None,
) -> Inzending:
    """How one stands. `ETag` changes with it; as long as it goes on `Retry-After` says when to ask again."""
    found = await run_in_threadpool(store.submission, id)
    if asked.wacht and if_none_match in (None, _tag(found)):
        found = await lasting(store.wait, id, found.status, asked.wacht)
    headers = {"etag": _tag(found), **({} if found.status in ENDED else _A_MOMENT)}
    if if_none_match == _tag(found):
        return Response(status_code=304, headers=headers)  # type: ignore[return-value]
    response.headers.update(headers)
    return Inzending.of(found)


@router.get(f"{BASE}/{{id}}/declaratie", response_class=Response, responses={**problems(404), 200: OCTETS})
def declaration(store: AskedStore, id: _Id) -> StreamingResponse:
    """The declaration as it came in."""
    found = store.submission(id)
    return octets(store.declaration(id), found.bestandsnaam, found.grootte)


@router.get(f"{BASE}/{{id}}/retour", response_class=Response, responses={**problems(404), 200: OCTETS})
async def retour(store: AskedStore, id: _Id) -> StreamingResponse:
    """Its retour, which counts as fetched from then on; 404 as long as there is none."""
    found = await run_in_threadpool(store.submission, id)
    content = await run_in_threadpool(store.retour, id)
    if found.retour_id is not None and found.retour_status == RetourState.READY:
        await writing(store.name, store.mark_downloaded, found.retour_id)
    return octets(content, retour_name(FilePath(found.bestandsnaam)))


@router.get(f"{BASE}/{{id}}/meldingen", responses=problems(404))
def meldingen(store: AskedStore, id: _Id) -> list[Json]:
    """What was objected to, as `mzsim replay --json` prints it; nothing before the answer is visible."""
    store.submission(id)
    return StreamingResponse(_as_list(store.meldingen(id)), media_type="application/json")  # type: ignore[return-value]


@router.get(f"{BASE}/{{id}}/uitleg", responses=problems(404))
def explanation(request: Request, store: AskedStore, id: _Id) -> Json:
    """How its retour came about, as `mzsim explain --json` prints it; 404 as long as there is none."""
    return store.explanation(id, unmasked=mask_of(request, store) is None)


@router.get(
    f"{BASE}/{{id}}/gebeurtenissen",
    response_class=Response,
    responses={
        **problems(404),
        200: {
            "description": "`event: status` with a submission, `event: voortgang` with the part of the work that is done.",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        },
    },
)
async def events(store: AskedStore, id: _Id) -> StreamingResponse:
    """What happens to it, as it happens (server-sent events), until nothing more does."""
    await run_in_threadpool(store.submission, id)
    return StreamingResponse(events_of(store, id), media_type="text/event-stream")


def _as_list(items: Iterable[Json]) -> Iterator[str]:
    """A list of JSON in pieces: it may be too long to hold in memory."""
    yield "["
    for number, item in enumerate(items):
        yield f",{json.dumps(item)}" if number else json.dumps(item)
    yield "]"


def _tag(one: Submission) -> str:
    return f'"{one.id}-{one.status}-{one.retour_status}"'

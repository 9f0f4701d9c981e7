"""The web service over HTTP: WSDL, token and envelopes. Every refusal is a fault, with the one line that says why."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from mzsim.common.errors import InputError, MzsimError
from mzsim.server.bodies import body_of
from mzsim.server.errors import OutageError, PortalError
from mzsim.server.portal import Portal
from mzsim.server.portal_store import PortalStore
from mzsim.server.refusing import status_of
from mzsim.server.soap.operations import SERVICES, Operation, Service
from mzsim.server.soap.reading import Node, Reader, UnreadableError, read
from mzsim.server.soap.writing import SOAP_11, SOAP_12, Version, envelope, fault
from mzsim.server.soap.wsdl import SOAP_11_SUFFIX, wsdl
from mzsim.server.threads import writing

PATH = "/s/{store}/{token}/Router.V1.svc/{service}"
OPEN = "open"
"""What stands in the place of a token where none is asked for."""
_PIECE = 256 << 10
_SPOKEN = {
    name + suffix: (service, version)
    for service in SERVICES
    for name in (service.name,)
    for suffix, version in (("", SOAP_12), (SOAP_11_SUFFIX, SOAP_11))
}


class _Refused(Exception):
    """A request gets a fault: the status of HTTP, and the line that says why."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


def soap_router(portal: Portal) -> APIRouter:
    """The routes of the web service of every store of a portal."""
    router = APIRouter(include_in_schema=False)

    @router.get(PATH)
    async def describe(request: Request, store: str, token: str, service: str) -> Response:
        spoken, version = _spoken(service)
        try:
            await run_in_threadpool(_require_token, portal, request, store, token)
        except _Refused as refused:
            return _fault(version, refused)
        if "wsdl" not in {name.lower() for name in request.query_params}:
            raise HTTPException(405, "a service is asked by POST; its description is at ?wsdl", {"allow": "POST"})
        address = str(request.url.replace(query="")).removesuffix(SOAP_11_SUFFIX)
        return Response(wsdl(spoken.described, address), media_type="text/xml")

    @router.post(PATH)
    async def ask(request: Request, store: str, token: str, service: str) -> Response:
        spoken, version = _spoken(service)
        try:
            await run_in_threadpool(_require_token, portal, request, store, token)
            with Reader() as reader:
                node = await _message(request, reader, version)
                operation = _operation(spoken, node)
                asked = partial(_answered, portal, store, operation, node)
                message = await (writing(store, asked) if operation.writes else run_in_threadpool(asked))
        except _Refused as refused:
            return _fault(version, refused)
        pieces = envelope(version, spoken.namespace, message)
        return StreamingResponse(pieces, media_type=f"{version.media_type}; charset=utf-8")

    return router


def _spoken(service: str) -> tuple[Service, Version]:
    if service not in _SPOKEN:
        raise HTTPException(404, f"there is no such service here; there are {', '.join(_SPOKEN)}")
    return _SPOKEN[service]


def _require_token(portal: Portal, request: Request, store: str, token: str) -> None:
    access = request.app.state.access
    if not (portal.authorised(store, token) or access.is_own_token(token) or (token == OPEN and not access.is_closed)):
        raise _Refused(403, "the token in the path does not open this store")


async def _message(request: Request, reader: Reader, version: Version) -> Node:
    """The message in the envelope that comes in. One that can't be read is taken in to its end all the same: who is still
    sending does not hear what is said to him."""
    wrong: str | None = None
    try:
        async for piece in _in_pieces(body_of(request)):
            if wrong is None:
                try:
                    await run_in_threadpool(reader.feed, piece)
                except UnreadableError as error:
                    wrong = str(error)
        if wrong is None:
            return _within(reader.end(), version)
    except UnreadableError as error:
        wrong = str(error)
    except HTTPException as error:
        raise _Refused(error.status_code, error.detail) from None
    raise _Refused(400, wrong)


async def _in_pieces(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same in pieces that are worth a thread."""
    gathered, size = [], 0
    async for piece in body:
        gathered.append(piece)
        size += len(piece)
        if size >= _PIECE:
            yield b"".join(gathered)
            gathered, size = [], 0
    if size:
        yield b"".join(gathered)


def _within(root: Node, version: Version) -> Node:
    if (root.name, root.namespace) != ("Envelope", version.namespace):
        spoken = "1.1" if version is SOAP_11 else "1.2"
        raise UnreadableError(f"the message is no envelope of SOAP {spoken}, which this address speaks")
    body = root.only("Body")
    if body is None or len(body.within) != 1:
        raise UnreadableError("the Body of an envelope holds one message")
    return body.within[0]


def _operation(service: Service, node: Node) -> Operation:
    operation = service.operation(node.name)
    if operation is None:
        known = ", ".join(one.request.__name__ for one in service.operations)
        raise _Refused(400, f"{node.name}: is no message of {service.name}; there are {known}")
    return operation


def _answered(portal: Portal, store: str, operation: Operation, node: Node) -> Any:
    try:
        opened: PortalStore = portal.store(store)
        opened.require_in_order()
        return operation.do(opened, read(operation.request, node))
    except OutageError as error:
        raise _Refused(503, str(error)) from None
    except (UnreadableError, InputError, PortalError) as error:
        raise _Refused(400, str(error)) from None
    except MzsimError as error:
        raise _Refused(max(500, status_of(error)), str(error)) from None


def _fault(version: Version, refused: _Refused) -> Response:
    """SOAP 1.1 knows one status for a fault; what HTTP itself refuses keeps its own."""
    of_sender = refused.status < 500
    status = 500 if version is SOAP_11 and refused.status == 400 else refused.status
    content = fault(version, str(refused), of_sender=of_sender)
    return Response(content, status, media_type=f"{version.media_type}; charset=utf-8")

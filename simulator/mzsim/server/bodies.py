"""The body of a request as it comes in: by whoever sends it, as large and at whatever pace."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message, Receive

_SILENCE = 20.0
"""Seconds that nothing may come."""
_AT_FIRST, _BYTES_A_SECOND = 60.0, 4096
"""Seconds that may be waited for any body, and how fast the rest of a larger one has to come."""
_TOO_SLOW = "the body comes too slowly; send it again"

_MOST = 1_000_000
"""Bytes of a body that holds no file."""
_MOST_BY_PATH = (
    (re.compile(r"/s/[^/]+/inzendingen|/s/[^/]+/[^/]+/Router\.V1\.svc/.*"), 310_000_000),
    (re.compile(r"/s/[^/]+/winkel|/certificering/[^/]+/resultaten"), 66_000_000),
    (re.compile(r"/s/[^/]+/scripts"), 13_000_000),
)
"""Of one that does: the largest file, and room for the form around it. A form may make three bytes of one."""


def most_of(path: str) -> int:
    """How many bytes a body may have that is sent to a path."""
    bare = path.removesuffix(".json")
    return next((most for paths, most in _MOST_BY_PATH if paths.fullmatch(bare)), _MOST)


def too_large(most: int) -> str:
    """The line for a body of more than so many bytes."""
    return f"the body is larger than {most:,} bytes"


class Pace:
    """How long to wait for what comes next, by how much came and how long that was waited for."""

    def __init__(self) -> None:
        self._left = _AT_FIRST

    def patience(self) -> float:
        """Seconds to wait for what comes next."""
        return min(_SILENCE, max(self._left, 0))

    def came(self, size: int, waited: float) -> None:
        """So many bytes came, after so many seconds."""
        self._left += size / _BYTES_A_SECOND - waited


class Body:
    """A body that is taken in, whoever reads it: no larger and no slower than it may be."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self._most = most
        self._size = 0
        self._pace = Pace()
        self._complete = False

    async def receive(self) -> Message:
        """What comes next. Raises HTTPException where it is too large (413), or comes too slowly (408: who waits for it
        holds up others)."""
        if self._complete:
            return await self._receive()
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            message = await asyncio.wait_for(self._receive(), self._pace.patience())
        except TimeoutError:
            raise HTTPException(408, _TOO_SLOW, {"connection": "close"}) from None
        self._complete = not message.get("more_body", False)
        size = len(message.get("body", b""))
        self._pace.came(size, loop.time() - began)  # not what we needed to read it
        self._size += size
        if self._size > self._most:
            raise HTTPException(413, too_large(self._most))
        return message


async def body_of(request: Request) -> AsyncGenerator[bytes, None]:
    """The body, piece by piece. Raises HTTPException, where the other side is gone too."""
    try:
        async for piece in request.stream():
            yield piece
    except ClientDisconnect:  # nobody hears it
        raise HTTPException(400, "the connection was lost before all of the body came") from None


async def content_of(request: Request, most: int) -> bytes:
    """All of a body of at most so many bytes. Raises HTTPException."""
    pieces, size = [], 0
    async for piece in body_of(request):
        size += len(piece)
        if size > most:
            raise HTTPException(413, too_large(most))
        pieces.append(piece)
    return b"".join(pieces)

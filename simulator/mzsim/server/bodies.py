"""The body of a request as it comes in: by whoever sends it, at whatever pace."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

_SILENCE = 20.0
"""Seconds that nothing may come."""
_AT_FIRST, _BYTES_A_SECOND = 60.0, 4096
"""Seconds that any body may take, and how fast the rest of a larger one has to come."""
TOO_SLOW = "the body comes too slowly; send it again"


async def body_of(request: Request) -> AsyncGenerator[bytes, None]:
    """The body, piece by piece. Raises HTTPException where it comes too slowly (408: who waits for it holds up others),
    or the other side is gone."""
    loop = asyncio.get_running_loop()
    began, size = loop.time(), 0
    pieces = request.stream()
    while True:
        left = began + _AT_FIRST + size / _BYTES_A_SECOND - loop.time()
        try:
            piece = await asyncio.wait_for(anext(pieces), min(_SILENCE, max(left, 0)))
        except StopAsyncIteration:
            return
        except ClientDisconnect:  # nobody hears it
            raise HTTPException(400, "the connection was lost before all of the body came") from None
        except TimeoutError:
            raise HTTPException(408, TOO_SLOW, {"connection": "close"}) from None
        size += len(piece)
        yield piece


async def content_of(request: Request, most: int) -> bytes:
    """All of a body of at most so many bytes. Raises HTTPException."""
    pieces, size = [], 0
    async for piece in body_of(request):
        size += len(piece)
        if size > most:
            raise HTTPException(413, f"the body is larger than {most:,} bytes")
        pieces.append(piece)
    return b"".join(pieces)

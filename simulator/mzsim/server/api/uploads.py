"""Files that come in by POST: as the body itself, or as a form with files in it."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import BinaryIO, NamedTuple, cast

from python_multipart.exceptions import FormParserError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from mzsim.server.bodies import body_of

_IN_MEMORY = 1 << 20
_MOST_FILES = 30
_ZIP = b"PK\x03\x04"


class File(NamedTuple):
    """A file that came in, to be read from its start."""

    name: str
    content: BinaryIO


@asynccontextmanager
async def files_of(request: Request, name: str | None) -> AsyncIterator[list[File]]:
    """The files of a request; `name` is what the body itself is called. They are gone when the context is left.

    Raises HTTPException for a form that is none, or has no file.
    """
    if request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        async with _form(request) as files:
            yield files
        return
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        async for piece in body_of(request):
            await run_in_threadpool(file.write, piece)
        file.seek(0)
        called = name or ("declaratie.zip" if file.read(len(_ZIP)) == _ZIP else "declaratie.asc")
        file.seek(0)
        yield [File(called, cast(BinaryIO, file))]


@asynccontextmanager
async def _form(request: Request) -> AsyncIterator[list[File]]:
    parser = MultiPartParser(request.headers, body_of(request), max_files=_MOST_FILES, max_fields=0)
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise HTTPException(422, f"the form can't be read: {error.message}") from None
    except (FormParserError, KeyError):  # KeyError: no boundary is named
        raise HTTPException(422, "the form can't be read: is its boundary the one that its type names?") from None
    try:
        files = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
        if not files:
            raise HTTPException(422, "the form holds no file")
        yield [File(file.filename or "", file.file) for file in files]
    finally:
        await form.close()

"""Messages that stand in no file: a declaration as bytes, and a retour that goes to a stream."""

from __future__ import annotations

from types import TracebackType
from typing import BinaryIO, NamedTuple


class BytesMessage(NamedTuple):
    """A message as bytes, and what errors call it."""

    content: bytes
    name: str = "<bytes>"

    def __str__(self) -> str:
        return self.name


class RetourStream:
    """A retour in the making that gets no name: whoever gave the stream reads it.

    It stands where a `RetourFile` stands, and is called "the retour" in errors.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream

    def __str__(self) -> str:
        return "the retour"

    def __enter__(self) -> RetourStream:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Nothing to clear away."""

    def begin_again(self) -> None:
        """Throws away what was written so far."""
        self.stream.seek(0)
        self.stream.truncate()

    def complete(self) -> None:
        """Sees to it that the stream holds all of it."""
        self.stream.flush()

    def put_in_place(self) -> None:
        """It stands where it is wanted."""

"""A message that comes in, as a file or as bytes: opened to be read more than once, and guarded against change meanwhile."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from mzsim.common.errors import InputError
from mzsim.common.in_memory import BytesMessage


def open_message(place: Path | BytesMessage) -> BinaryIO:
    """A message to read more than once; what can't be rewound is copied first. Raises InputError."""
    if isinstance(place, BytesMessage):
        return BytesIO(place.content)
    try:
        with ExitStack() as until_then:
            source = until_then.enter_context(place.open("rb"))
            source.peek(1)  # whether it can be read at all
            if not stat.S_ISREG(os.fstat(source.fileno()).st_mode):
                copy = cast(BinaryIO, until_then.enter_context(tempfile.TemporaryFile()))
                shutil.copyfileobj(source, copy)
                copy.flush()  # what is still to be written would look like a change later
                source.close()
                until_then.pop_all()
                return copy
            until_then.pop_all()
            return source
    except IsADirectoryError:
        raise InputError(f"{place}: is a folder; name the files in it") from None
    except OSError as error:
        raise InputError(f"{place}: can't be read: {error.strerror}") from None
    except ValueError as error:  # a name that no file can have
        raise InputError(f"{str(place)!r}: can't be read: {error}") from None


@contextmanager
def readable(place: Path | BytesMessage) -> Iterator[None]:
    """An error of the disk while a message is read, as one clear line. Raises InputError."""
    try:
        yield
    except OSError as error:
        raise InputError(f"{place}: can't be read: {error.strerror}") from None


class FileState(NamedTuple):
    """How an open file stood at a moment: its size in bytes and when it was last changed, in nanoseconds."""

    size: int
    changed_at: int

    @classmethod
    def whether(cls, source: BinaryIO) -> FileState:
        """As it stands now; of bytes in memory, which nobody can change, always the same."""
        if isinstance(source, BytesIO):
            return cls(0, 0)
        state = os.fstat(source.fileno())
        return cls(state.st_size, state.st_mtime_ns)


@contextmanager
def unchanged(place: Path | BytesMessage, source: BinaryIO, since: FileState) -> Iterator[None]:
    """Refuses a message that no longer is as it stood, whatever else came of that. Raises InputError."""
    changed = InputError(f"{place}: changed while it was read; try again when it is complete")
    try:
        yield
    except Exception:
        if FileState.whether(source) == since:
            raise
        raise changed from None
    if FileState.whether(source) != since:
        raise changed

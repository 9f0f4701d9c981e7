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


def open_bericht(plaats: Path | BytesMessage) -> BinaryIO:
    """A message to read more than once; what can't be rewound is copied first. Raises InputError."""
    if isinstance(plaats, BytesMessage):
        return BytesIO(plaats.content)
    try:
        with ExitStack() as tot_dan:
            bron = tot_dan.enter_context(plaats.open("rb"))
            bron.peek(1)  # whether it can be read at all
            if not stat.S_ISREG(os.fstat(bron.fileno()).st_mode):
                kopie = cast(BinaryIO, tot_dan.enter_context(tempfile.TemporaryFile()))
                shutil.copyfileobj(bron, kopie)
                kopie.flush()  # what is still to be written would look like a change later
                bron.close()
                tot_dan.pop_all()
                return kopie
            tot_dan.pop_all()
            return bron
    except IsADirectoryError:
        raise InputError(f"{plaats}: is a folder; name the files in it") from None
    except OSError as fout:
        raise InputError(f"{plaats}: can't be read: {fout.strerror}") from None
    except ValueError as fout:  # a name that no file can have
        raise InputError(f"{str(plaats)!r}: can't be read: {fout}") from None


@contextmanager
def readable(plaats: Path | BytesMessage) -> Iterator[None]:
    """An error of the disk while a message is read, as one clear line. Raises InputError."""
    try:
        yield
    except OSError as fout:
        raise InputError(f"{plaats}: can't be read: {fout.strerror}") from None


class FileState(NamedTuple):
    """How an open file stood at a moment: its size in bytes and when it was last changed, in nanoseconds."""

    size: int
    changed_at: int

    @classmethod
    def of(cls, bron: BinaryIO) -> FileState:
        """As it stands now; of bytes in memory, which nobody can change, always the same."""
        if isinstance(bron, BytesIO):
            return cls(0, 0)
        stand = os.fstat(bron.fileno())
        return cls(stand.st_size, stand.st_mtime_ns)


@contextmanager
def unchanged(plaats: Path | BytesMessage, bron: BinaryIO, since: FileState) -> Iterator[None]:
    """Refuses a message that no longer is as it stood, whatever else came of that. Raises InputError."""
    veranderd = InputError(f"{plaats}: changed while it was read; try again when it is complete")
    try:
        yield
    except Exception:
        if FileState.of(bron) == since:
            raise
        raise veranderd from None
    if FileState.of(bron) != since:
        raise veranderd

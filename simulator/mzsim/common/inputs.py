"""A message that comes in as a file: opened to be read more than once, and guarded against change meanwhile."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from mzsim.common.errors import InvoerFout


def open_bericht(plaats: Path) -> BinaryIO:
    """A message to read more than once; what can't be rewound is copied first. Raises InvoerFout."""
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
        raise InvoerFout(f"{plaats}: is a folder; name the files in it") from None
    except OSError as fout:
        raise InvoerFout(f"{plaats}: can't be read: {fout.strerror}") from None


@contextmanager
def readable(plaats: Path) -> Iterator[None]:
    """An error of the disk while a message is read, as one clear line. Raises InvoerFout."""
    try:
        yield
    except OSError as fout:
        raise InvoerFout(f"{plaats}: can't be read: {fout.strerror}") from None


class FileState(NamedTuple):
    """How an open file stood at a moment: its size in bytes and when it was last changed, in nanoseconds."""

    size: int
    changed_at: int

    @classmethod
    def of(cls, bron: BinaryIO) -> FileState:
        """As it stands now."""
        stand = os.fstat(bron.fileno())
        return cls(stand.st_size, stand.st_mtime_ns)


@contextmanager
def unchanged(plaats: Path, bron: BinaryIO, since: FileState) -> Iterator[None]:
    """Refuses a message that no longer is as it stood, whatever else came of that. Raises InvoerFout."""
    veranderd = InvoerFout(f"{plaats}: changed while it was read; try again when it is complete")
    try:
        yield
    except Exception:
        if FileState.of(bron) == since:
            raise
        raise veranderd from None
    if FileState.of(bron) != since:
        raise veranderd

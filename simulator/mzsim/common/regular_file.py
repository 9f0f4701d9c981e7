"""Regular files, and nothing else: a named pipe waits for a writer that never comes, and a device has no end."""

from __future__ import annotations

import errno
import os
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

with suppress(ImportError):  # Windows has none, and there nobody can take away a file that is open
    import fcntl

# Opening must not wait either; Windows knows no such files, and has to be told that bytes are read.
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def open_regular(place: Path) -> BinaryIO:
    """A regular file, also behind a link, to read its bytes. Raises OSError; of anything else one that says so."""
    number = os.open(place, _READ)
    try:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise OSError(errno.EINVAL, "is no ordinary file", str(place))
        return os.fdopen(number, "rb")
    except BaseException:
        os.close(number)
        raise


def hold(file: BinaryIO) -> bool:
    """Holds a file for as long as it is open, for `is_held` to see; whether nobody else does. Where the file system knows no
    locks, nobody is known to."""
    return _lock(file, exclusive=True) is not False


def is_held(file: BinaryIO) -> bool | None:
    """Whether a run that lives holds a file; None where the file system can't tell."""
    free = _lock(file, exclusive=False)
    return None if free is None else not free


def _lock(file: BinaryIO, *, exclusive: bool) -> bool | None:
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(file, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def sync_folder(folder: Path) -> None:
    """Sees to it that the names in a folder are on disk, where the file system has a way to."""
    try:
        number = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows opens no folders
        return
    with suppress(OSError):
        os.fsync(number)
    os.close(number)

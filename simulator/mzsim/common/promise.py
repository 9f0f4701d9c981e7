"""Files that have a place of their own to get to: promised in a store, and still under another name.

Whoever keeps such a promise may be another run, user or machine than who made it, long after. So a promise says what the
file is and what stood in its place then; and it is looked at before anything is done.
"""

from __future__ import annotations

import errno
import hashlib
import os
from contextlib import suppress
from enum import Enum, auto
from pathlib import Path
from typing import BinaryIO, NamedTuple

from mzsim.common.regular_file import is_held, open_regular, sync_folder

_PIECE = 1 << 20


class Promise(NamedTuple):
    """A file waits as `part`, and belongs at `place`; both absolute.

    `fingerprint` is that of its bytes, None where nobody took it. `before` is what stood at its place: see `standing`.
    """

    place: Path
    part: Path
    fingerprint: str | None
    before: str | None


class Stand(Enum):
    """How a promise stands."""

    KEPT = auto()
    """The file is in its place."""
    READY = auto()
    """It waits, and can be put in its place."""
    AT_WORK = auto()
    """The run that made the promise lives, and sees to it."""
    STUCK = auto()
    """It can't be put in its place, now or from here."""


class Sight(NamedTuple):
    """How a promise stands, with the reason where it is stuck."""

    stand: Stand
    reason: str = ""


def fingerprint(file: BinaryIO) -> str:
    """The size of a file and the SHA-256 of its bytes."""
    file.seek(0)
    total = hashlib.sha256()
    while piece := file.read(_PIECE):
        total.update(piece)
    return f"{file.tell()}:{total.hexdigest()}"


def standing(place: Path) -> str | None:
    """What stands at a place, to know later whether it still does: size, and time of change in nanoseconds; None for nothing.

    Raises OSError where nobody can tell.
    """
    try:
        state = place.stat()
    except FileNotFoundError:
        return None
    return f"{state.st_size}:{state.st_mtime_ns}"


def look(promise: Promise) -> Sight:
    """How a promise stands as seen from here. Changes nothing, raises nothing."""
    try:
        with open_regular(promise.part) as file:
            if is_held(file):
                return Sight(Stand.AT_WORK)
            if not _fits(file, promise):
                return _stuck(f"{promise.part.name} beside it is not what was recorded")
    except (FileNotFoundError, NotADirectoryError):
        return Sight(Stand.KEPT) if _in_place(promise) else _stuck(_where_it_is_not(promise))
    except OSError as error:
        return _stuck(f"{promise.part.name} beside it can't be read: {_what(error)}")
    if promise.fingerprint is not None and _in_place(promise):
        return Sight(Stand.KEPT)
    try:
        there = standing(promise.place)
    except OSError as error:
        return _stuck(f"can't be written: {_what(error)}")
    if there not in (None, promise.before):
        return _stuck("another file stands there, that came later")
    return Sight(Stand.READY)


def keep(promise: Promise) -> Sight:
    """Puts a promised file in its place where that is possible, and tells how it stands then. Raises nothing."""
    sight = look(promise)
    if sight.stand is Stand.READY:
        try:
            _put(promise)
        except OSError as error:
            return _stuck(f"can't be written: {_what(error)}")
        return Sight(Stand.KEPT)
    if sight.stand is Stand.KEPT:
        with suppress(OSError):
            promise.part.unlink(missing_ok=True)
    return sight


def drop(promise: Promise) -> None:
    """Takes away the file that waits, where it is the one that was promised. Raises OSError."""
    with open_regular(promise.part) as file:
        if _fits(file, promise):
            promise.part.unlink()


def _put(promise: Promise) -> None:
    """Where nothing stands in its place a link makes sure of that; not every file system has links."""
    try:
        if promise.before is None:
            os.link(promise.part, promise.place)
            promise.part.unlink()
        else:
            promise.part.replace(promise.place)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK):
            raise
        promise.part.replace(promise.place)
    sync_folder(promise.place.parent)


def _in_place(promise: Promise) -> bool:
    try:
        with open_regular(promise.place) as file:
            return _fits(file, promise)
    except OSError:
        return False


def _fits(file: BinaryIO, promise: Promise) -> bool:
    """Whether it is the file that was promised, as far as anybody took that down."""
    if promise.fingerprint is None:
        return True
    size, _, _ = promise.fingerprint.partition(":")
    return os.fstat(file.fileno()).st_size == int(size) and fingerprint(file) == promise.fingerprint


def _where_it_is_not(promise: Promise) -> str:
    if promise.place.parent.is_dir():
        return f"neither stands there nor waits beside it as {promise.part.name}"
    return "its folder is not to be seen from here"


def _stuck(reason: str) -> Sight:
    return Sight(Stand.STUCK, reason)


def _what(error: OSError) -> str:
    return error.strerror or type(error).__name__

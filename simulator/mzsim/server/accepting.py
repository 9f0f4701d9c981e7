"""What comes in at the portal: a declaration, or a zip of them, from whoever sent it. Nothing about it is taken on trust.

It is read once, piece by piece, and waits packed in files without a name: its size costs no memory, and nothing is ever
written under a name that a stranger chose. The limits are those that VECOZO tells of its own portal.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

from mzsim.checks.file import no_voorlooprecord
from mzsim.common import archive
from mzsim.common.archive import open_zip, printable
from mzsim.common.errors import InputError, OutputError
from mzsim.common.packing import Packed
from mzsim.standard.layout import HEEN_LENGTH
from mzsim.standard.records import Voorlooprecord
from mzsim.standard.values import text

_PIECE = 1 << 16
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,95}\.(txt|asc|zip)", re.IGNORECASE)
_WHAT_NAME = "must be named with letters, digits, - _ and . alone, and end in .txt, .asc or .zip"
_ANY_RATIO = 1 << 30


class Limits(NamedTuple):
    """What is accepted: bytes of a zip, bytes unpacked, files in a zip."""

    zipped: int = 20 << 20
    unpacked: int = 300 << 20
    files: int = 30


class Incoming(NamedTuple):
    """A file that came in: its size in bytes unpacked and SHA-256, what its voorlooprecord says (0108 and 0116, empty where it
    has none), and its bytes; or why it is refused, in a line."""

    name: str
    size: int = 0
    sha256: str = ""
    uzovi: str = ""
    factuurnummer: str = ""
    content: Packed | None = None
    objection: str = ""


class Upload(NamedTuple):
    """What came in at once, and the SHA-256 of its bytes as they came."""

    files: list[Incoming]
    sha256: str


@contextmanager
def taken_in(source: BinaryIO, name: str, folder: Path, limits: Limits) -> Iterator[Upload]:
    """Reads what comes in; it waits in files in a folder until the context is left.

    A zip is refused as a whole. Raises OutputError where it can't be kept.
    """
    with ExitStack() as until_then:
        total = hashlib.sha256()
        try:
            if not _NAME.fullmatch(name):
                raise InputError(_WHAT_NAME)
            if _is_zip(name):
                found = _unzipped(_counted(source, total, limits.zipped), folder, limits, until_then)
            else:
                found = [_kept(name, _counted(source, total, limits.unpacked), folder, until_then)]
        except InputError as error:
            found = [Incoming(printable(name), objection=str(error))]
        except OSError as error:
            raise OutputError(f"what comes in can't be kept: {error.strerror or type(error).__name__}") from None
        yield Upload(found, total.hexdigest())


def _is_zip(name: str) -> bool:
    return name.lower().endswith(".zip")


def _counted(source: BinaryIO, total: hashlib._Hash, most: int) -> Iterator[bytes]:
    size = 0
    while piece := source.read(_PIECE):
        size += len(piece)
        if size > most:
            raise InputError(f"is larger than {most >> 20} MB")
        total.update(piece)
        yield piece


def _unzipped(content: Iterator[bytes], folder: Path, limits: Limits, until_then: ExitStack) -> list[Incoming]:
    """The files of a zip; all that it says of itself is looked at before any of them is read."""
    copy: BinaryIO = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed with the rest
    until_then.callback(copy.close)
    for piece in content:
        copy.write(piece)
    allowed = archive.Limits(limits.files, limits.unpacked, limits.unpacked, _ANY_RATIO, folders=False)
    opened = until_then.enter_context(open_zip(copy, allowed, "the zip"))
    if not opened.names:
        raise InputError("the zip holds no files")
    for name in opened.names:
        if _is_zip(name) or not _NAME.fullmatch(name):
            raise InputError(f"{printable(name)}: {_WHAT_NAME.replace(', .asc or .zip', ' or .asc')}")
    found: list[Incoming] = []
    for name in opened.names:
        left = limits.unpacked - sum(one.size for one in found)
        found.append(_kept(name, opened.pieces(name, left), folder, until_then))
    return found


def _kept(name: str, content: Iterator[bytes], folder: Path, until_then: ExitStack) -> Incoming:
    total, size, begin = hashlib.sha256(), 0, b""

    def read() -> Iterator[bytes]:
        nonlocal size, begin
        for piece in content:
            total.update(piece)
            size += len(piece)
            begin += piece[: HEEN_LENGTH - len(begin)]
            yield piece

    kept = Packed(read(), folder)
    until_then.callback(kept.close)
    if not size:
        raise InputError(f"{name}: is empty")
    if no_voorlooprecord(begin):
        return Incoming(name, size, total.hexdigest(), content=kept)
    voorloop = Voorlooprecord(begin)
    return Incoming(name, size, total.hexdigest(), text(voorloop.uzovi), text(voorloop.factuurnummer), kept)

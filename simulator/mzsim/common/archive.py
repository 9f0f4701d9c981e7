"""Files that come together, as a zip file or as a folder, from whoever sent them: nothing about them is taken on trust.

Whatever reads a zip reads it here. Sizes are counted while a file is unpacked, not believed; only regular files are read, and
only those within; and what `Limits` allow is what such a thing can cost. What is wrong is one line: an InputError.
"""

from __future__ import annotations

import os
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, NamedTuple, Protocol, cast

from mzsim.common.errors import InputError
from mzsim.common.regular_file import open_regular

_PIECE = 1 << 16
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError),
    *(NotImplementedError, RuntimeError, ValueError, OverflowError),
)
"""What Python raises for a zip that is broken; RuntimeError for one that needs a password."""
_PER_ENTRY = 512
"""Bytes that the list of a zip may have for each file: its name, where it stands, and what some programs add."""
_SMALL = 1 << 20
"""Bytes up to which nobody minds how well something was packed."""


class Limits(NamedTuple):
    """What is read of such a thing: how many files, how large each and all together in bytes, how many times as large as it
    was packed a file may be, and whether there may be folders in a zip."""

    files: int
    size: int
    total: int
    ratio: int = 500
    folders: bool = True


class Archive(Protocol):
    """Files by name, with `/` between folders."""

    names: tuple[str, ...]

    def read(self, name: str, most: int | None = None) -> bytes:
        """The bytes of a file of at most so many, or as many as the limits say. Raises InputError."""

    def pieces(self, name: str, most: int | None = None) -> Iterator[bytes]:
        """The same, a piece at a time, so that its size costs no memory."""


def within(name: str) -> bool:
    """Whether a name is that of a file within: nothing absolute, no way up, no other spelling of the same."""
    path = PurePosixPath(name)
    odd = "\\" in name or name[1:2] == ":" or any(unicodedata.category(char) == "Cc" for char in name)
    return not (odd or path.is_absolute() or ".." in path.parts or str(path) != name or name == ".")


@contextmanager
def open_zip(source: Path | BinaryIO, limits: Limits, called: str) -> Iterator[Archive]:
    """A zip file, by its place or as a stream that can be rewound; `called` is what errors call it. Raises InputError."""
    try:
        stream = open_regular(source) if isinstance(source, Path) else source
    except OSError as error:
        raise InputError(f"{called}: can't be read: {error.strerror}") from None
    try:
        yield _Zip(stream, limits, called)
    finally:
        if isinstance(source, Path):
            stream.close()


class _Zip:
    def __init__(self, stream: BinaryIO, limits: Limits, called: str) -> None:
        self._limits, self._called = limits, called
        whole = stream.seek(0, os.SEEK_END)
        if whole > limits.total:
            raise InputError(f"{called}: is larger than {_size(limits.total)}")
        try:
            # Its list is read at once, before anything in it can be counted.
            self._zip = zipfile.ZipFile(cast(IO[bytes], _Sparing(stream, limits.files * _PER_ENTRY)))
        except _TooMuchError:
            raise InputError(f"{called}: holds more than {limits.files:,} files") from None
        except _BROKEN:
            raise InputError(f"{called}: is no zip file, or a broken one") from None
        self._files = {info.filename: info for info in self._zip.infolist() if not _is_folder(info)}
        self.names = tuple(self._files)
        if (objection := self._objection(whole)) is not None:
            raise InputError(f"{called}: {objection}")

    def _objection(self, whole: int) -> str | None:
        """What is wrong with what the zip says that it holds."""
        everything = self._zip.infolist()
        if len(everything) > self._limits.files:
            return f"holds more than {self._limits.files:,} files"
        seen: dict[str, str] = {}
        for info in everything:
            if (objection := self._objection_to(info)) is not None:
                return f"{printable(info.orig_filename)}: {objection}"
            # Some file systems, and with them whoever unpacks it, take these for one.
            alike = unicodedata.normalize("NFC", info.filename.removesuffix("/")).casefold()
            if alike in seen:
                return f"{printable(info.filename)}: stands in it twice, once as {printable(seen[alike])}"
            seen[alike] = info.filename
        if sum(info.file_size for info in everything) > self._limits.total:
            return f"holds more than {_size(self._limits.total)} unpacked"
        if sum(info.compress_size for info in everything) > whole:
            return "is broken: the files in it lie over each other"
        return None

    def _objection_to(self, info: zipfile.ZipInfo) -> str | None:
        if not within(info.orig_filename.removesuffix("/")):
            return "is no name of a file within"
        if not self._limits.folders and "/" in info.orig_filename:
            return "is a folder, or stands in one"
        if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
            return "is no ordinary file (a link, a pipe or a device)"
        if info.flag_bits & 0x41:
            return "needs a password"
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            return "is packed in a way that is not read; deflate is"
        if info.file_size > self._limits.size:
            return f"is larger than {_size(self._limits.size)}"
        if info.file_size > max(_SMALL, info.compress_size * self._limits.ratio):
            return f"unpacks to more than {self._limits.ratio} times its size"
        return None

    def read(self, name: str, most: int | None = None) -> bytes:
        return b"".join(self.pieces(name, most))

    def pieces(self, name: str, most: int | None = None) -> Iterator[bytes]:
        if (info := self._files.get(name)) is None:
            raise InputError(f"{self._called}: {name}: is not in it")
        most = _least(most, self._limits.size)
        try:
            with self._zip.open(info) as member:
                yield from _counted(member, most, f"{self._called}: {name}")
        except _BROKEN as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            raise InputError(f"{self._called}: {name}: can't be read: {reason}") from None


def open_folder(place: Path, limits: Limits) -> Archive:
    """A folder, whose files are read as those of a zip are: no pipes, no devices, nothing outside it. Files are read where
    they are asked for, so `names` says nothing."""
    return _Folder(place, limits)


class _Folder:
    def __init__(self, place: Path, limits: Limits) -> None:
        self._place, self._limits = place, limits
        self.names: tuple[str, ...] = ()

    def read(self, name: str, most: int | None = None) -> bytes:
        return b"".join(self.pieces(name, most))

    def pieces(self, name: str, most: int | None = None) -> Iterator[bytes]:
        most = _least(most, self._limits.size)
        called = f"{self._place}: {name}"
        file = self._place / name
        try:
            if not (within(name) and file.resolve(strict=True).is_relative_to(self._place.resolve())):
                raise InputError(f"{called}: is no name of a file within")
            with open_regular(file) as stream:
                yield from _counted(stream, most, called)
        except (FileNotFoundError, NotADirectoryError):
            raise InputError(f"{called}: is not in it") from None
        except (OSError, RuntimeError) as error:  # RuntimeError: links that go round
            raise InputError(f"{called}: can't be read: {getattr(error, 'strerror', None) or error}") from None


def read_counted(place: Path, most: int) -> bytes:
    """The bytes of any file, also of a pipe, of at most so many. Raises InputError."""
    try:
        with place.open("rb") as stream:
            return b"".join(_counted(stream, most, str(place)))
    except OSError as error:
        raise InputError(f"{place}: can't be read: {error.strerror}") from None


def _counted(stream: IO[bytes], most: int, called: str) -> Iterator[bytes]:
    """All of a stream, piece by piece, as long as it is no more than is allowed."""
    size = 0
    while piece := stream.read(_PIECE):
        size += len(piece)
        if size > most:
            raise InputError(f"{called}: is larger than {_size(most)}")
        yield piece


class _TooMuchError(Exception):
    """More is asked for at once than a zip may need."""


class _Sparing:
    """A stream of which nobody gets more at once than so many bytes."""

    def __init__(self, stream: BinaryIO, most: int) -> None:
        self._stream, self._most = stream, max(most, _PIECE + 1000)
        self.seek, self.tell, self.seekable = stream.seek, stream.tell, stream.seekable

    def read(self, size: int = -1) -> bytes:
        piece = self._stream.read(self._most + 1 if size < 0 else min(size, self._most + 1))
        if len(piece) > self._most:
            raise _TooMuchError
        return piece


def _is_folder(info: zipfile.ZipInfo) -> bool:
    return info.filename.endswith("/") or stat.S_ISDIR(info.external_attr >> 16)


def _least(most: int | None, size: int) -> int:
    return size if most is None else min(most, size)


def printable(name: str) -> str:
    """A name that a stranger chose, on one line and not too long."""
    shown = "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in name)
    return shown if len(shown) <= 100 else f"{shown[:100]}…"


def _size(number: int) -> str:
    return f"{number >> 20:,} MB" if number >= 1 << 20 else f"{number:,} bytes"

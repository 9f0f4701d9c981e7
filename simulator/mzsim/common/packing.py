"""Bytes compressed, in pieces of a size that is read and written at once: their number costs no memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import SpooledTemporaryFile

from mzsim.common.errors import DamagedError

_PIECE = 1 << 20


def packed(content: Iterable[bytes]) -> Iterator[bytes]:
    """Pieces of about a megabyte, compressed; one at least."""
    packing, piece = zlib.compressobj(1), b""
    for part in content:
        piece += packing.compress(part)
        if len(piece) >= _PIECE:
            yield piece
            piece = b""
    yield piece + packing.flush()


def unpacked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """What was packed, a megabyte at most at a time; nothing of no pieces.

    Raises DamagedError where these are not all the pieces, or not as they were packed.
    """
    unpacking, whole = zlib.decompressobj(), True
    try:
        for piece in pieces:
            rest = piece
            while content := unpacking.decompress(rest, _PIECE):
                yield content
                rest = unpacking.unconsumed_tail
            whole = unpacking.eof and not unpacking.unused_data
    except zlib.error:
        whole = False
    if not whole:
        raise DamagedError("the store is damaged: something that it keeps packed can't be unpacked")


class Packed:
    """Bytes that wait packed, in pieces: in memory while they are few, else in a file of a folder, without a name."""

    def __init__(self, content: Iterable[bytes], folder: Path) -> None:
        self._file = SpooledTemporaryFile(_PIECE, dir=str(folder))  # noqa: SIM115 - closed by `close`
        self._lengths: list[int] = []
        try:
            for piece in packed(content):
                self._file.write(piece)
                self._lengths.append(len(piece))
        except BaseException:
            self.close()
            raise

    def pieces(self) -> Iterator[bytes]:
        """The pieces as they were packed."""
        self._file.seek(0)
        return (self._file.read(length) for length in self._lengths)

    def close(self) -> None:
        self._file.close()

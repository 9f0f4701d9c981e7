"""What is written once and read afterwards, and may be too much to keep in memory."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from weakref import finalize

_IN_MEMORY = 1 << 20


class Spool:
    """Bytes in the order of writing: in memory while there are few, else in a temporary file.

    The file has no name that anybody sees, and is gone as soon as the object or the program is, however that ends.
    """

    __slots__ = ("__weakref__", "_file", "size")

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed with the object
        finalize(self, self._file.close)
        self.size = 0
        """How many bytes were written."""

    def write(self, content: bytes) -> int:
        """Adds bytes, and gives the place where they begin."""
        place = self.size
        self._file.seek(place)
        self._file.write(content)
        self.size += len(content)
        return place

    def read(self, place: int, length: int) -> bytes:
        """So many bytes from a place on, or as many as there are."""
        self._file.seek(place)
        return self._file.read(length)

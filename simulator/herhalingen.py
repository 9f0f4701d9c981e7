"""Which keys stand more than once in a file: exact, in memory that doesn't grow with the number of keys.

A set of a million references takes a hundred megabytes. A mark per hash takes eight and finds every repetition, with
some that only look like one; the second reading of the file, which happens anyway, sorts those out.
"""

from __future__ import annotations

from mmap import mmap

_PLAATSEN = 1 << 23


class Herhalingen:
    """First `tel` every key of the file in order, then ask `eerste` for every key of the file in order."""

    __slots__ = ("_eerste", "_gezien", "_verdacht")

    def __init__(self) -> None:
        # Not a bytearray: that fills eight megabytes for every file, here a small file touches a few pages of it.
        self._gezien = mmap(-1, _PLAATSEN)
        self._verdacht: set[bytes] = set()
        self._eerste: dict[bytes, int] = {}

    def tel(self, sleutel: bytes) -> None:
        """First reading: counts a key in."""
        plaats = hash(sleutel) & (_PLAATSEN - 1)
        if self._gezien[plaats]:
            self._verdacht.add(sleutel)
        else:
            self._gezien[plaats] = 1

    @property
    def alle_verschillen(self) -> bool:
        """After the first reading: whether no key stood there twice."""
        return not self._verdacht

    def komt_terug(self, sleutel: bytes) -> bool:
        """After the first reading: whether a key stood there more than once (or, seldom, another like it)."""
        return sleutel in self._verdacht

    def eerste(self, sleutel: bytes, regel: int) -> int:
        """Second reading: the line where a key stood first; `regel` itself where it stands there for the first time."""
        if sleutel not in self._verdacht:
            return regel
        return self._eerste.setdefault(sleutel, regel)

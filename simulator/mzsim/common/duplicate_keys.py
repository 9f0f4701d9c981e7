"""Which keys stand more than once in a file: exact, in memory that doesn't grow with the number of keys.

A set of a million references takes a hundred megabytes. A mark per hash takes eight and finds every repetition, with
some that only look like one; the second reading of the file, which happens anyway, sorts those out.
"""

from __future__ import annotations

from collections.abc import Iterable

_MEESTE_PLAATSEN = 1 << 23
_PLAATSEN_PER_SLEUTEL = 32


class Herhalingen:
    """First `tel` every key of the file in order, then ask `eerste` for every key of the file in order."""

    __slots__ = ("_eerste", "_gezien", "_masker", "verdacht")

    def __init__(self, hoogstens: int) -> None:
        """`hoogstens` is about how many keys there may be; with more it finds more that only look like repetitions."""
        plaatsen = min(_MEESTE_PLAATSEN, 1 << (_PLAATSEN_PER_SLEUTEL * hoogstens).bit_length())
        self._masker = plaatsen - 1
        self._gezien = bytearray(plaatsen)
        self.verdacht: set[bytes] = set()
        """After the first reading: the keys that stood there more than once, and some that seem to."""
        self._eerste: dict[bytes, int] = {}

    def tel(self, sleutels: Iterable[bytes]) -> None:
        """First reading: counts keys in."""
        gezien, masker = self._gezien, self._masker
        for sleutel in sleutels:
            plaats = hash(sleutel) & masker
            if gezien[plaats]:
                self.verdacht.add(sleutel)
            else:
                gezien[plaats] = 1

    def eerste(self, sleutel: bytes, regel: int) -> int:
        """Second reading: the line where a key stood first; `regel` itself where it stands there for the first time."""
        if sleutel not in self.verdacht:
            return regel
        return self._eerste.setdefault(sleutel, regel)

"""Which keys stand more than once in a file: exact, in memory that doesn't grow with the number of keys.

A set of a million references takes a hundred megabytes. A bit per hash takes four and finds every repetition, with
some that only look like one; the second reading of the file, which happens anyway, sorts those out.
"""

from __future__ import annotations

from collections.abc import Iterable

_MOST_PLACES = 1 << 25
_PLACES_PER_KEY = 32


class DuplicateKeys:
    """First `tally` every key of the file in order, then ask `first` for every key of the file in order."""

    __slots__ = ("_first", "_mask", "_seen", "suspect")

    def __init__(self, at_most: int) -> None:
        """`at_most` is about how many keys there may be; with more it finds more that only look like repetitions."""
        places = min(_MOST_PLACES, 1 << (_PLACES_PER_KEY * at_most).bit_length())
        self._mask = places - 1
        self._seen = bytearray(places >> 3)
        """A bit for each place."""
        self.suspect: set[bytes] = set()
        """After the first reading: the keys that stood there more than once, and some that seem to."""
        self._first: dict[bytes, int] = {}

    def tally(self, keys: Iterable[bytes]) -> None:
        """First reading: counts keys in."""
        seen, mask = self._seen, self._mask
        for key in keys:
            place = hash(key) & mask
            byte, bit = place >> 3, 1 << (place & 7)
            if seen[byte] & bit:
                self.suspect.add(key)
            else:
                seen[byte] |= bit

    def holds(self, key: bytes) -> bool:
        """After the first reading: whether a key stood there, or one that looks like it."""
        place = hash(key) & self._mask
        return bool(self._seen[place >> 3] & 1 << (place & 7))

    def first(self, key: bytes, line: int) -> int:
        """Second reading: the line where a key stood first; `line` itself where it stands there for the first time."""
        if key not in self.suspect:
            return line
        return self._first.setdefault(key, line)

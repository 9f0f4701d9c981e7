"""Keys to look up later, in eight bytes each: a file of a million credits must not take a hundred megabytes."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Hashable


class Merken:
    """First `zet` every key, then ask: a multiset of hashes of 64 bits."""

    __slots__ = ("_gesorteerd", "_merken")

    def __init__(self) -> None:
        self._merken = array("q")
        self._gesorteerd = True

    def zet(self, sleutel: Hashable) -> None:
        """Adds a key."""
        self._merken.append(hash(sleutel))
        self._gesorteerd = False

    def __len__(self) -> int:
        return len(self._merken)

    def __contains__(self, sleutel: Hashable) -> bool:
        return self.aantal(sleutel) > 0

    def aantal(self, sleutel: Hashable) -> int:
        """How often a key was added."""
        if not self._gesorteerd:
            self._merken = array("q", sorted(self._merken))
            self._gesorteerd = True
        merk = hash(sleutel)
        return bisect_right(self._merken, merk) - bisect_left(self._merken, merk)

"""Keys to look up later, in eight bytes each: a file of a million credits must not take a hundred megabytes."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Hashable


class Marks:
    """First `put` every key, then ask: a multiset of hashes of 64 bits."""

    __slots__ = ("_in_order", "_marks")

    def __init__(self) -> None:
        self._marks = array("q")
        self._in_order = True

    def put(self, key: Hashable) -> None:
        """Adds a key."""
        self._marks.append(hash(key))
        self._in_order = False

    def __len__(self) -> int:
        return len(self._marks)

    def __contains__(self, key: Hashable) -> bool:
        return self.count(key) > 0

    def count(self, key: Hashable) -> int:
        """How often a key was added."""
        if not self._in_order:
            self._marks = array("q", sorted(self._marks))
            self._in_order = True
        mark = hash(key)
        return bisect_right(self._marks, mark) - bisect_left(self._marks, mark)

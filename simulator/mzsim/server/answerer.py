"""Who answers what waits in a store, in another process: one that the portal starts, or the workers of a cluster."""

from __future__ import annotations

from typing import Protocol


class Answerer(Protocol):
    """Sees to it that what waits in one store is answered. Any thread may ask it."""

    def wake(self) -> None:
        """There is something to answer. What is not heard is found all the same, a little later."""

    def stop(self) -> None:
        """Nothing is to be answered until work is resumed. What is at hand then changes nothing in the store any more, unless it
        is still there as it came in."""

    def resume(self) -> None:
        """What waits is answered again from here on."""

    def part(self, id: int) -> float:
        """Which part of the work on a submission is done, from 0 to 1, as far as that is known."""

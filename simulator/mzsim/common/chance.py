"""Chance that is the same everywhere."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """Draws by seed; the same seed draws the same on any machine and Python version.

    Only `random()` of the standard generator is promised to stay as it is, so everything here is made of that.
    """

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed).random  # noqa: S311 - invented patients, no secrets

    def until(self, limit: int) -> int:
        """A number from 0 up to, not including, the bound."""
        return int(self._draw() * limit)

    def between(self, lowest: int, highest: int) -> int:
        """A number between two, both included."""
        return lowest + self.until(highest - lowest + 1)

    def percent(self, chance: int) -> bool:
        """Whether something of this chance happens."""
        return self.until(100) < chance

    def one(self, choice: Sequence[T]) -> T:
        """One of these."""
        return choice[self.until(len(choice))]

    def weighed(self, choice: Sequence[T], weights: Sequence[int]) -> T:
        """One of these, by weight."""
        drawn = self.until(sum(weights))
        for value, weight in zip(choice, weights, strict=True):
            drawn -= weight
            if drawn < 0:
                return value
        raise AssertionError  # the weights add up to more than what was drawn

    def few(self, choice: Sequence[T], count: int) -> list[T]:
        """Some of these, each once, in the order drawn."""
        over = list(choice)
        for place in range(count):
            other = place + self.until(len(over) - place)
            over[place], over[other] = over[other], over[place]
        return over[:count]

"""Chance that is the same everywhere."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Kans:
    """Draws by seed; the same seed draws the same on any machine and Python version.

    Only `random()` of the standard generator is promised to stay as it is, so everything here is made of that.
    """

    def __init__(self, seed: int) -> None:
        self._trek = random.Random(seed).random  # noqa: S311 - invented patients, no secrets

    def tot(self, grens: int) -> int:
        """A number from 0 up to, not including, the bound."""
        return int(self._trek() * grens)

    def tussen(self, laagste: int, hoogste: int) -> int:
        """A number between two, both included."""
        return laagste + self.tot(hoogste - laagste + 1)

    def procent(self, kans: int) -> bool:
        """Whether something of this chance happens."""
        return self.tot(100) < kans

    def een(self, keuze: Sequence[T]) -> T:
        """One of these."""
        return keuze[self.tot(len(keuze))]

    def gewogen(self, keuze: Sequence[T], gewichten: Sequence[int]) -> T:
        """One of these, by weight."""
        getrokken = self.tot(sum(gewichten))
        for waarde, gewicht in zip(keuze, gewichten, strict=True):
            getrokken -= gewicht
            if getrokken < 0:
                return waarde
        raise AssertionError  # the weights add up to more than what was drawn

    def enkele(self, keuze: Sequence[T], aantal: int) -> list[T]:
        """Some of these, each once, in the order drawn."""
        over = list(keuze)
        for plaats in range(aantal):
            ander = plaats + self.tot(len(over) - plaats)
            over[plaats], over[ander] = over[ander], over[plaats]
        return over[:aantal]

"""Performs the checks of one record type, in the order that the levels ask for: plainly, each on every record.

What is said here is what holds. `known_good` has a shorter way to the same for prestatierecords that are in order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from mzsim.checks.register import controles, volgorde
from mzsim.domain.check import Controle, Deel

GEEN: frozenset[str] = frozenset()


class Oordeel(NamedTuple):
    """The checks that object to a record, in the order of the rubrieken, and the rubrieken that can't be judged further."""

    bezwaren: tuple[Controle, ...]
    onleesbaar: frozenset[str]


IN_ORDE = Oordeel((), GEEN)

Toetsen = list[tuple[Callable[..., bool], Controle]]


class Keuring:
    """The checks of one record type that `door` performs, but for those that `behalve` performs too and those in `uit`.

    `behalve` found nothing to object to. Of a check in `uit` that says little: what it objects to is not reported, and
    can't be read all the same. So such a check is performed again.
    """

    __slots__ = ("_inhoud", "_uit", "_vorm", "controles")

    def __init__(self, deel: Deel, door: str, behalve: str = "", uit: frozenset[str] = GEEN) -> None:
        self._uit = uit
        keuze = [c for c in controles(deel, door=door) if c.id in uit or not set(behalve) & set(c.door)]
        self.controles = keuze
        self._vorm: Toetsen = [(c.functie, c) for c in keuze if c.niveau <= 4]
        self._inhoud: Toetsen = [(c.functie, c) for c in keuze if c.niveau > 4]

    def __call__(self, record: Any, omgeving: Any, elders: frozenset[str] = GEEN) -> Oordeel:
        """Judges a record. `elders` are rubrieken of its verzekerdenrecord that failed levels 3 and 4."""
        bezwaren = [c for functie, c in self._vorm if functie(record, omgeving)]
        if not bezwaren and not elders:
            bezwaren = [c for functie, c in self._inhoud if functie(record, omgeving)]
            return Oordeel(self._zonder_uit(bezwaren), GEEN) if bezwaren else IN_ORDE
        onleesbaar = elders.union(*(c.leest for c in bezwaren))
        bezwaren += [c for functie, c in self._inhoud if onleesbaar.isdisjoint(c.leest) and functie(record, omgeving)]
        return Oordeel(self._zonder_uit(sorted(bezwaren, key=volgorde)), onleesbaar)

    def _zonder_uit(self, bezwaren: list[Controle]) -> tuple[Controle, ...]:
        # A check that is switched off is not reported; what can't be read stays unreadable for the checks behind it.
        return tuple(c for c in bezwaren if c.id not in self._uit)

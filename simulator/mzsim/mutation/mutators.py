"""The register of mutators: functions that know how to make a valid declaration fail one check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from mzsim.checks import REGISTER
from mzsim.mutation.declaration import MutableDeclaration, Mutant

Maker = Callable[[MutableDeclaration], Iterator[Mutant]]


class MutationError(Exception):
    """A mutator is registered wrongly: a mistake in the project itself."""


class Mutation(NamedTuple):
    """A mutator: the check that it aims at, what it does in a sentence, and what a declaration must have for it.

    `maker` gives the ways to do it in this declaration, the smallest first. `name` tells two mutators of a check apart.
    `together` are checks of which this defect can't do without.
    """

    check: str
    name: str
    sentence: str
    asks: str
    together: frozenset[str]
    maker: Maker

    @property
    def id(self) -> str:
        """Its case: the check and, where it has several mutators, the name."""
        return f"{self.check}-{self.name}" if self.name else self.check


MUTATIONS: dict[str, Mutation] = {}


def add(mutation: Mutation) -> None:
    """Enters a mutator."""
    if mutation.check not in REGISTER:
        raise MutationError(f"there is no check {mutation.check}")
    if mutation.id in MUTATIONS or not mutation.sentence or not mutation.together <= REGISTER.keys():
        raise MutationError(f"mutator {mutation.id} is registered twice, has no sentence or names an unknown check")
    MUTATIONS[mutation.id] = mutation


def mutation(check: str, asks: str = "", *, name: str = "", together: tuple[str, ...] = ()) -> Callable[[Maker], Maker]:
    """Enters the decorated function as the mutator of a check. `asks` completes "needs …"."""

    def enter(maker: Maker) -> Maker:
        sentence = " ".join((maker.__doc__ or "").split())
        add(Mutation(check, name, sentence, asks, frozenset(together), maker))
        return maker

    return enter

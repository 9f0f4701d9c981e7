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

    `maker` gives the ways to do it in this declaration, the smallest first. `naam` tells two mutators of a check apart.
    `samen` are checks of which this defect can't do without.
    """

    controle: str
    naam: str
    zin: str
    asks: str
    together: frozenset[str]
    maker: Maker

    @property
    def id(self) -> str:
        """Its case: the check and, where it has several mutators, the name."""
        return f"{self.controle}-{self.naam}" if self.naam else self.controle


MUTATIONS: dict[str, Mutation] = {}


def add(mutation: Mutation) -> None:
    """Enters a mutator."""
    if mutation.controle not in REGISTER:
        raise MutationError(f"there is no check {mutation.controle}")
    if mutation.id in MUTATIONS or not mutation.zin or not mutation.together <= REGISTER.keys():
        raise MutationError(f"mutator {mutation.id} is registered twice, has no sentence or names an unknown check")
    MUTATIONS[mutation.id] = mutation


def mutation(check: str, asks: str = "", *, name: str = "", together: tuple[str, ...] = ()) -> Callable[[Maker], Maker]:
    """Enters the decorated function as the mutator of a check. `vraagt` completes "needs …"."""

    def enter(maker: Maker) -> Maker:
        sentence = " ".join((maker.__doc__ or "").split())
        add(Mutation(check, name, sentence, asks, frozenset(together), maker))
        return maker

    return enter

"""The register of mutators: functions that know how to make a valid declaration fail one check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from mzsim.checks import REGISTER
from mzsim.mutation.declaration import Declaratie, Mutant

Maker = Callable[[Declaratie], Iterator[Mutant]]


class MutatieFout(Exception):
    """A mutator is registered wrongly: a mistake in the project itself."""


class Mutatie(NamedTuple):
    """A mutator: the check that it aims at, what it does in a sentence, and what a declaration must have for it.

    `maker` gives the ways to do it in this declaration, the smallest first. `naam` tells two mutators of a check apart.
    `samen` are checks of which this defect can't do without.
    """

    controle: str
    naam: str
    zin: str
    vraagt: str
    samen: frozenset[str]
    maker: Maker

    @property
    def id(self) -> str:
        """Its case: the check and, where it has several mutators, the name."""
        return f"{self.controle}-{self.naam}" if self.naam else self.controle


MUTATIES: dict[str, Mutatie] = {}


def neem_op(mutatie: Mutatie) -> None:
    """Enters a mutator."""
    if mutatie.controle not in REGISTER:
        raise MutatieFout(f"there is no check {mutatie.controle}")
    if mutatie.id in MUTATIES or not mutatie.zin or not mutatie.samen <= REGISTER.keys():
        raise MutatieFout(f"mutator {mutatie.id} is registered twice, has no sentence or names an unknown check")
    MUTATIES[mutatie.id] = mutatie


def mutatie(
    controle: str, vraagt: str = "", *, naam: str = "", samen: tuple[str, ...] = ()
) -> Callable[[Maker], Maker]:
    """Enters the decorated function as the mutator of a check. `vraagt` completes "needs …"."""

    def schrijf_in(maker: Maker) -> Maker:
        zin = " ".join((maker.__doc__ or "").split())
        neem_op(Mutatie(controle, naam, zin, vraagt, frozenset(samen), maker))
        return maker

    return schrijf_in

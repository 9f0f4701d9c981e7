"""The register of checks, and the decorator that enters one.

A check is a pure function that says whether its objection applies. Its docstring is its sentence. The retourcode is a
property of the entry, not of the function, so that an insurer may answer with another one.
"""

from __future__ import annotations

import copyreg
from collections.abc import Callable
from typing import Any, TypeVar

from mzsim.domain.check import VECOZO, VERZEKERAAR, Controle, Deel, Per
from mzsim.standard.retourcodes import BESTAND, RECORD, retourcodes


class RegisterFout(Exception):
    """A check is registered wrongly: a mistake in the project itself."""


REGISTER: dict[str, Controle] = {}


def _uit_register(id: str) -> Controle:
    return REGISTER[id]


def _als_id(c: Controle) -> tuple[Any, ...]:
    """To another process, which has the same register, its id says it all; a function of a check could not travel."""
    return (_uit_register, (c.id,)) if REGISTER.get(c.id) is c else (Controle, tuple(c))


copyreg.pickle(Controle, _als_id)


F = TypeVar("F", bound=Callable[..., bool])


def controle(
    id: str,
    niveau: int,
    deel: Deel,
    retourcode: str | None,
    door: str,
    *,
    bron: str,
    herstel: str,
    leest: tuple[str, ...] = (),
    per: Per = "record",
) -> Callable[[F], F]:
    """Enters the decorated function in the register under `id` (rubriek and number, as in 0408-1)."""

    def schrijf_in(functie: F) -> F:
        voorvoegsel = id.split("-")[0]
        rubriek = voorvoegsel if voorvoegsel.isdigit() else None
        if id in REGISTER:
            raise RegisterFout(f"check {id} is registered twice")
        if not functie.__doc__:
            raise RegisterFout(f"check {id} has no sentence")
        if retourcode is not None and _soort(retourcode) not in BESTAND | RECORD:
            raise RegisterFout(f"check {id}: code {retourcode} is unknown or no objection")
        REGISTER[id] = Controle(
            id=id,
            niveau=niveau,
            deel=deel,
            rubriek=rubriek,
            retourcode=retourcode,
            door=door,
            bron=bron,
            herstel=herstel,
            zin=" ".join(functie.__doc__.split()),
            leest=frozenset((rubriek, *leest) if rubriek else leest),
            per=per,
            functie=functie,
        )
        return functie

    return schrijf_in


def _soort(retourcode: str) -> str | None:
    rij = retourcodes().get(retourcode)
    return rij and rij.soort


def controles(*delen: Deel, door: str = VECOZO + VERZEKERAAR) -> tuple[Controle, ...]:
    """The checks of these parts that any of `door` performs, in the order of the rubrieken."""
    keuze = [c for c in REGISTER.values() if c.deel in delen and set(c.door) & set(door)]
    return tuple(sorted(keuze, key=volgorde))


def volgorde(c: Controle) -> tuple[str, str, int]:
    """Sorts checks by rubriek, then by the number within it."""
    voorvoegsel, _, nummer = c.id.rpartition("-")
    return (c.rubriek or "", voorvoegsel, int(nummer))

"""The register of checks: what a check is, and the decorator that enters one.

A check is a pure function that says whether its objection applies. Its docstring is its sentence. The retourcode is a
property of the entry, not of the function, so that an insurer may answer with another one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple, TypeVar

from mzsim.standard.retourcodes import BESTAND, RECORD, VERVANGEND, retourcodes

Deel = Literal[
    "bestand", "alle", "voorloop", "verzekerde", "debiteur", "prestatie", "toekenning", "commentaar", "sluit"
]
"""The part of the message that a check is about; `toekenning` is the amount granted for a prestatierecord."""

Per = Literal["inhoud", "sleutel", "datum", "referentie", "reeks", "credit", "record"]
"""What a check of a prestatierecord looks at: the same always gets the same verdict.

`inhoud`: those of rubrieken 0406-0431 that it lists in `leest` (0408 by its tijdvak), and what is fixed for the message;
`sleutel`: 0403-0405 and the verzekerde; `datum`: 0408 by `Omgeving.dekkingsvak`, and the verzekerde; `referentie`: 0432
and where it was used; `reeks`: what `Omgeving.niets_elders` tells; `credit`: anything, but objects to credits only;
`record`: anything else. `SURROUNDINGS` in `surroundings` has the fields of `Omgeving` that each may read.
"""

VECOZO, VERZEKERAAR = "V", "Z"


class RegisterFout(Exception):
    """A check is registered wrongly: a mistake in the project itself."""


class Controle(NamedTuple):
    """One entry of the register.

    `niveau` runs from 1 (the file as bytes) to 7 (policy and contract); `door` holds V (VECOZO), Z (the insurer) or
    both; `retourcode` is None where no retourbericht is possible; `leest` are the rubrieken whose values must have
    passed levels 3 and 4 before this check judges them; `herstel` says what to change.
    """

    id: str
    niveau: int
    deel: Deel
    rubriek: str | None
    retourcode: str | None
    door: str
    bron: str
    herstel: str
    zin: str
    leest: frozenset[str]
    per: Per
    functie: Callable[..., bool]

    def __reduce__(self) -> tuple[Any, ...]:
        """To another process, which has the same register, its id says it all; a function of a check could not travel."""
        return (_uit_register, (self.id,)) if REGISTER.get(self.id) is self else (Controle, tuple(self))

    @property
    def vervangend(self) -> bool:
        """Whether the code stands in for an official one that is not publicly known."""
        return self.retourcode == VERVANGEND

    @property
    def record(self) -> str:
        """The record type that the check is about."""
        return "prestatie" if self.deel == "toekenning" else self.deel

    @property
    def hele_bestand(self) -> bool:
        """Whether its code rejects the file rather than the record."""
        return self.retourcode is None or retourcodes()[self.retourcode].soort in BESTAND


REGISTER: dict[str, Controle] = {}


def _uit_register(id: str) -> Controle:
    return REGISTER[id]


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

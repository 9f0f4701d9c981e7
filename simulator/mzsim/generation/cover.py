"""What a practice may declare to the insurer: the share of the pakketten in what it charges, and the pakket that is enough.

The practice's own sum, by the dekkingen that it writes in the store file; the insurer makes his in `verzekeraar`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any, NamedTuple

from mzsim.common.patterns import noemt
from mzsim.domain.covers import aandeel
from mzsim.generation.profiles.shape import Profiel
from mzsim.generation.visits import Prestatie

Dekking = Mapping[str, Any]
Pakket = dict[str, Any]


class Vergoed(NamedTuple):
    """The declared part of an amount in cents, and what of it each dekking pays: (pakket, place of the dekking) to cents."""

    bedrag: int
    per_dekking: dict[tuple[str, int], int]


def vergoeding(profiel: Profiel, p: Prestatie, leeftijd: int) -> Vergoed:
    """What the basis pakket pays, and the aanvullende of what it leaves."""
    rest = p.bedrag
    per_dekking: dict[tuple[str, int], int] = {}
    for pakket in _pakketten(profiel):
        gevonden = _passend(pakket["dekkingen"], p, leeftijd)
        if gevonden is not None:
            over = rest if pakket["dekkingen"][gevonden].get("over") == "eigen_bijdrage" else p.bedrag
            deel = min(rest, aandeel(over, pakket["dekkingen"][gevonden]["percentage"]))
            per_dekking[pakket["code"], gevonden] = deel
            rest -= deel
    return Vergoed(p.bedrag - rest, per_dekking)


def _pakketten(profiel: Profiel) -> Iterator[Pakket]:
    yield profiel.basis
    if profiel.aanvullend:
        yield profiel.aanvullend


def _passend(dekkingen: Sequence[Dekking], p: Prestatie, leeftijd: int) -> int | None:
    return next((plaats for plaats, d in enumerate(dekkingen) if _past(d, p, leeftijd)), None)


def _past(d: Dekking, p: Prestatie, leeftijd: int) -> bool:
    bijzonder = d.get("bijzondere_tandheelkunde")
    return (
        noemt(d["prestaties"], p.code)
        and d.get("leeftijd_vanaf", 0) <= leeftijd < d.get("leeftijd_tot", 1000)
        and bijzonder in (None, p.bijzonder is not None)
    )


def aanvullend_pakket(profiel: Profiel, gebruikt: int) -> str | None:
    """The code of the least aanvullende pakket that pays so many cents by one dekking."""
    if not profiel.aanvullend or not gebruikt:
        return None
    maximum = next((euro for euro in profiel.ladder if gebruikt <= euro * 100), None)
    return f"{profiel.aanvullend['code']}-{maximum or 'GEHEEL'}"


def pakketten(profiel: Profiel, uzovi: str) -> Iterator[Pakket]:
    """The pakketten as the store file has them; the ladder of the aanvullende ones among them."""
    yield {"uzovi": uzovi, **profiel.basis}
    for euro in (*profiel.ladder, None):
        if profiel.aanvullend:
            pakket = deepcopy(profiel.aanvullend)
            pakket["code"] = f"{pakket['code']}-{euro or 'GEHEEL'}"
            for dekking in pakket["dekkingen"] if euro else ():
                dekking |= {"maximum_bedrag": euro, "per": "kalenderjaar"}
            yield {"uzovi": uzovi, **pakket}

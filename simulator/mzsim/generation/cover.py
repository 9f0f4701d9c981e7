"""What a practice may declare to the insurer: the share of the pakketten in what it charges, and the pakket that is enough.

The practice's own sum, by the dekkingen that it writes in the store file; the insurer makes his in `insurer`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any, NamedTuple

from mzsim.common.patterns import names
from mzsim.domain.covers import share
from mzsim.generation.profiles.shape import Profile
from mzsim.generation.visits import VisitPrestatie

Dekking = Mapping[str, Any]
Pakket = dict[str, Any]


class Reimbursed(NamedTuple):
    """The declared part of an amount in cents, and what of it each dekking pays: (pakket, place of the dekking) to cents."""

    amount: int
    per_dekking: dict[tuple[str, int], int]


def vergoeding(profile: Profile, p: VisitPrestatie, age: int) -> Reimbursed:
    """What the basis pakket pays, and the aanvullende of what it leaves."""
    rest = p.amount
    per_dekking: dict[tuple[str, int], int] = {}
    for pakket in _pakketten(profile):
        found = _fitting(pakket["dekkingen"], p, age)
        if found is not None:
            over = rest if pakket["dekkingen"][found].get("over") == "eigen_bijdrage" else p.amount
            part = min(rest, share(over, pakket["dekkingen"][found]["percentage"]))
            per_dekking[pakket["code"], found] = part
            rest -= part
    return Reimbursed(p.amount - rest, per_dekking)


def _pakketten(profile: Profile) -> Iterator[Pakket]:
    yield profile.basis
    if profile.supplementary:
        yield profile.supplementary


def _fitting(dekkingen: Sequence[Dekking], p: VisitPrestatie, age: int) -> int | None:
    return next((place for place, d in enumerate(dekkingen) if _fits(d, p, age)), None)


def _fits(d: Dekking, p: VisitPrestatie, age: int) -> bool:
    special = d.get("bijzondere_tandheelkunde")
    return (
        names(d["prestaties"], p.code)
        and d.get("leeftijd_vanaf", 0) <= age < d.get("leeftijd_tot", 1000)
        and special in (None, p.special is not None)
    )


def supplementary_pakket(profile: Profile, used: int) -> str | None:
    """The code of the least aanvullende pakket that pays so many cents by one dekking."""
    if not profile.supplementary or not used:
        return None
    maximum = next((euro for euro in profile.ladder if used <= euro * 100), None)
    return f"{profile.supplementary['code']}-{maximum or 'GEHEEL'}"


def pakketten(profile: Profile, uzovi: str) -> Iterator[Pakket]:
    """The pakketten as the store file has them; the ladder of the aanvullende ones among them."""
    yield {"uzovi": uzovi, **profile.basis}
    for euro in (*profile.ladder, None):
        if profile.supplementary:
            pakket = deepcopy(profile.supplementary)
            pakket["code"] = f"{pakket['code']}-{euro or 'GEHEEL'}"
            for dekking in pakket["dekkingen"] if euro else ():
                dekking |= {"maximum_bedrag": euro, "per": "kalenderjaar"}
            yield {"uzovi": uzovi, **pakket}

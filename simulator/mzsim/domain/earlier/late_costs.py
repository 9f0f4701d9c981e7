"""Costs that come later than their 01 or 03 (nagekomen; INV 4.4.2, 4.7.2): whether that has its costs already."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from mzsim.domain.earlier.credits import EarlierRecord
from mzsim.domain.earlier.prestatie import PrestatieKey
from mzsim.domain.teeth import NO_ELEMENT, NO_JAW

_NOT_FILLED = ("", NO_ELEMENT, NO_JAW)


class Spot(NamedTuple):
    """Where in the mouth something was done: rubrieken 0414 to 0416 as the store keeps them."""

    jaw: str
    gebitselement: str
    surface: str

    def may_be(self, other: Spot) -> bool:
        """Whether the two are the same, as far as both say where they are."""
        return all(
            own == another or own in _NOT_FILLED or another in _NOT_FILLED
            for own, another in zip(self, other, strict=True)
        )

    @property
    def says(self) -> int:
        """How many rubrieken are filled."""
        return sum(rubriek not in _NOT_FILLED for rubriek in self)


def spot(prestatie: PrestatieKey) -> Spot:
    """That of a prestatie."""
    return Spot(prestatie.jaw, prestatie.gebitselement, prestatie.surface)


def treatments(rows: Iterable[EarlierRecord]) -> list[PrestatieKey]:
    """The treatments among records 01 or 03. What came in several messages was declared again and is one treatment; what
    stands twice in one message is two."""
    per_message: defaultdict[int, Counter[PrestatieKey]] = defaultdict(Counter)
    for row in rows:
        per_message[row.bericht_id][row.prestatie] += 1
    together: Counter[PrestatieKey] = Counter()
    for counts in per_message.values():
        together |= counts  # the larger number of the two
    return list(together.elements())


def taken(costs: PrestatieKey, bases: Iterable[PrestatieKey], granted: Sequence[PrestatieKey]) -> bool:
    """Whether there is no room for costs beside those that were `granted` for the same prestatiecode: the other kind was
    granted at their place in the mouth, or each of `bases`, the 01 or 03 that they can belong to, has its own.

    Not where the very same costs were granted: then the rest of their amount may follow (0587).
    """
    if not granted or costs in granted:
        return False
    own = spot(costs)
    if any(other.kind != costs.kind and spot(other).may_be(own) for other in granted):
        return True
    at = Counter(map(spot, bases))
    before = Counter(map(spot, granted))
    return _with_basis(before + Counter([own]), at) == _with_basis(before, at)


def _with_basis(costs: Counter[Spot], bases: Counter[Spot]) -> int:
    """How many costs have a 01 or 03 of their own. Those that say most of their place choose first, and rather the same
    place than one that may be it."""
    free = Counter(bases)
    found = 0
    for wanted in sorted(costs, key=lambda spot: spot.says, reverse=True):
        waiting = costs[wanted]
        for place in (wanted, *sorted(free.keys() - {wanted})):
            if wanted.may_be(place):
                seated = min(waiting, free[place])
                free[place] -= seated
                waiting -= seated
                found += seated
    return found

"""What a prestatierecord is granted where nothing but cover, tariff, maxima and earlier grants counts.

Source: INV 2.3.13-2.3.16, BER 0481; the page `granting` of the manual says it in words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from mzsim.checks.grant import CAUSES, Bill, Reimbursement
from mzsim.domain.covers import Chosen, DekkingKey, Room, SharePost, entries
from mzsim.domain.decisions import GRANTED, PARTLY, REJECTED, Decision
from mzsim.domain.earlier.maxima import Place, Shares, Usage
from mzsim.domain.earlier.prestatie import HONORARIUM, PrestatieKey

_EARLIER_GRANTED = "0413-8"
"""The one check of what is granted that leaves no B where it leaves no grant (BER 0481)."""


class Limit(NamedTuple):
    """A dekking with a maximum: what it would pay of a record, and what it does where there is room; cents and number.

    `place` says which maximum, in which of its periods.
    """

    place: Place
    maximum_bedrag: int | None
    maximum_aantal: int | None
    amount: int
    aantal: int
    takes_amount: int
    takes_count: int


class Plan(NamedTuple):
    """What can be decided on a prestatierecord of one year without what was granted before; amounts in cents.

    `vergoeding` is the percentage of its cover that is paid, `most` the most that is (None: any amount), for want of a
    contract; `contributions` is how often an eigen bijdrage is taken off.

    `entry` is the prestatie as a number, with room for a day below it.
    `berekend` is B at the insurer's tariff, `declared` B at the declared one; `decision` holds where nothing was granted
    for it before and there is room in every maximum of `limits`.
    """

    entry: int
    prestatie: PrestatieKey
    declaratiebedrag: int
    berekend: int
    declared: int
    aantal: int
    vergoeding: int
    chosen: tuple[Chosen, ...]
    limits: tuple[Limit, ...]
    decision: Decision
    credit: bool = False
    most: int | None = None
    contributions: int = 0

    def divide(self, amount: int, room: Mapping[DekkingKey, Room] | None = None) -> list[int]:
        """What each dekking pays of an amount B, in cents."""
        return [entry.bedrag for entry in self.entries(amount, room)]

    def entries(self, amount: int, room: Mapping[DekkingKey, Room] | None = None) -> Iterator[SharePost]:
        """The same step by step."""
        return entries(
            amount,
            self.chosen,
            vergoeding=self.vergoeding,
            most=self.most,
            count=self.aantal,
            contributions=self.contributions,
            room=room,
        )


class SoFar(NamedTuple):
    """What was granted before a prestatierecord: the room that maxima leave, what the same prestatie took of them, and
    what it was granted in all, in cents."""

    room: Mapping[DekkingKey, Room]
    itself: Usage
    amount: int


NOTHING = SoFar({}, {}, 0)


class Share(NamedTuple):
    """What one dekking pays of a prestatie, in cents: in all, what of that before, and now; `aantal` counts to its maximum
    number."""

    chosen: Chosen
    entry: SharePost
    earlier: int
    amount: int
    aantal: int


class Weighing:
    """Weighs plans against what was granted before. `off` are ids of checks that are not performed."""

    def __init__(self, off: Collection[str] = ()) -> None:
        self.amount_matters = "0430-4" not in off
        """Whether maximum amounts count."""
        self.count_matters = "0425-3" not in off
        """Whether maximum numbers count."""
        self.earlier_counts = _EARLIER_GRANTED not in off
        """Whether what was granted before for the same prestatie counts."""
        self._dekking_counts = "0430-5" not in off

    def bill(self, plan: Plan, so_far: SoFar = NOTHING) -> Bill:
        """The account of a prestatierecord."""

        def vergoeding(amount: int, room: Mapping[DekkingKey, Room] | None = None) -> int:
            return sum(plan.divide(amount, room))

        room = so_far.room
        without_maximum = plan.divide(plan.berekend)
        per_amount = per_count = both = without = sum(without_maximum)
        # Where all maxima together cut nothing off, none does alone.
        if room and (within := plan.divide(plan.berekend, self._applied(room))) != without_maximum:
            only_amount = {s: r._replace(aantal=None) for s, r in room.items() if self.amount_matters}
            only_count = {s: r._replace(amount=None) for s, r in room.items() if self.count_matters}
            per_amount, per_count = vergoeding(plan.berekend, only_amount), vergoeding(plan.berekend, only_count)
            both = sum(within)
        covered = vergoeding(plan.declared) if plan.declared != plan.berekend else without
        # With the check on cover switched off what falls short counts as covered.
        added = 0 if self._dekking_counts else max(0, plan.declaratiebedrag - covered)
        return Bill(
            plan.declaratiebedrag,
            Reimbursement(covered + added, without + added, per_amount + added, per_count + added, both + added),
            so_far.amount if self.earlier_counts else 0,
        )

    def decision(self, plan: Plan, bill: Bill, so_far: SoFar = NOTHING) -> Decision:
        """What the account comes to."""
        granted = bill.granted
        shares = self.shares(plan, granted, so_far) if granted else ()
        if granted == plan.declaratiebedrag:
            return Decision((), plan.berekend, granted, GRANTED, shares)
        reasons = tuple(c for c in CAUSES if c.function(bill))
        if granted:
            return Decision(reasons, plan.berekend, granted, PARTLY, shares)
        only_earlier = all(c.id == _EARLIER_GRANTED for c in reasons)
        return Decision(reasons, 0 if only_earlier else plan.berekend, 0, REJECTED)

    def parts(self, plan: Plan, granted: int, so_far: SoFar = NOTHING) -> Iterator[Share]:
        """What each dekking pays of a grant in cents: first the basis, and none more than its part of the prestatie.

        Of what was granted before, dekkingen with a maximum paid what they kept count of, the others the rest.
        """
        entries = plan.entries(plan.berekend, self._applied(so_far.room))
        still = granted
        itself = so_far.itself
        earlier = so_far.amount if self.earlier_counts else 0
        unlimited = max(0, earlier - sum(itself.get(g.key, (0, 0))[0] for g in plan.chosen))
        for chosen, entry in zip(plan.chosen, entries, strict=True):
            key, _, d = chosen
            paid, counted = itself.get(key, (0, 0)) if d.limited else (min(entry.bedrag, unlimited), 0)
            if not d.limited:
                unlimited -= paid
            amount = min(still, max(0, entry.bedrag - paid))
            still -= amount
            counts = amount > 0 and d.limited and plan.prestatie.kind == HONORARIUM
            over = so_far.room[key].aantal if key in so_far.room else None
            count = plan.aantal if over is None else min(plan.aantal, over)
            yield Share(chosen, entry, paid, amount, max(0, count - counted) if counts else 0)

    def shares(self, plan: Plan, granted: int, so_far: SoFar) -> Shares:
        """What each dekking with a maximum pays of a grant in cents."""
        return tuple(
            (part.chosen.key, part.amount, part.aantal)
            for part in self.parts(plan, granted, so_far)
            if part.amount and part.chosen.dekking.limited
        )

    def _applied(self, room: Mapping[DekkingKey, Room]) -> dict[DekkingKey, Room]:
        """The maxima less those whose check is switched off."""
        return {
            s: Room(r.amount if self.amount_matters else None, r.aantal if self.count_matters else None)
            for s, r in room.items()
        }

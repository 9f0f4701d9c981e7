"""Plans by content: what is alike, on days between which nothing changes and under the same cover, is decided once.

It stays because most of what is declared was declared thousands of times before: switched off, a dry run of the
benchmark's declaration takes 93 µs a prestatierecord instead of 23. A plan is kept under all that it is made from:

- rubrieken 0409-0431 of the record, as they stand;
- 0408 by its tijdvak, in which no contract and no tariff begins or ends, and which ends with the year; as it stands
  where that is no existing date;
- the number of the grond: the dekkingen that can count for this verzekerde on this day;
- what is fixed for the message: what holds between insurer and party, and which checks are performed.

Nothing else of the record or of its surroundings may be looked at, and the tests prove that nothing is. What was granted
before, and what maxima leave, is no part of a plan: `Adjudicator` asks that of every record.
"""

from __future__ import annotations

from mzsim.domain.decisions import Decision
from mzsim.domain.earlier.maxima import Shares
from mzsim.granting.plan import PlanMaker
from mzsim.granting.weighing import Limit, Plan
from mzsim.judging.grounds import Grounds
from mzsim.standard.records import Prestatierecord

Granted = int | tuple[int, Shares]
"""What was granted in one record: cents, with what dekkingen with a maximum paid of it where there are any."""
ReadyPlan = tuple[Plan, int, tuple[Limit, ...], Decision, Granted]
"""A plan behind what is asked of it for every record: its post, its grenzen, its besluit and what that grants."""
PlanKey = tuple[bytes, int | bytes, int]
"""Rubrieken 0409-0431, the tijdvak of 0408 (or 0408), and the number of the grond."""
_MOST = 20_000


class PlansByContent(dict[PlanKey, ReadyPlan]):
    """The plans of one message. `get` is a lookup of the dict itself: it is called for every record."""

    def __init__(self, plan_maker: PlanMaker, grounds: Grounds) -> None:
        super().__init__()
        self._plan_maker = plan_maker
        self._grounds = grounds

    def make(self, key: PlanKey, record: Prestatierecord) -> ReadyPlan:
        """Makes the plan for a record of this key, for the records like it that come next too."""
        if len(self) >= _MOST:
            self.clear()
        plan = self._plan_maker.plan(record, self._grounds.per_number[key[2]])
        amount, shares = plan.decision.granted, plan.decision.shares
        ready = self[key] = plan, plan.entry, plan.limits, plan.decision, (amount, shares) if shares else amount
        return ready

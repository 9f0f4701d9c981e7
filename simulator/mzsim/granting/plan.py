"""From a prestatierecord and the cover that it falls under to a plan: what is granted where nothing went before."""

from __future__ import annotations

from mzsim.domain.covers import Ground
from mzsim.domain.decisions import GRANTED, NOT_JUDGED, Decision
from mzsim.domain.earlier.credits import is_credit
from mzsim.domain.earlier.maxima import period
from mzsim.domain.earlier.prestatie import COSTS, HONORARIUM, as_number, jaw, prestatie_of
from mzsim.domain.tariffs import berekend_bedrag, is_per_hour
from mzsim.granting.weighing import Limit, Plan, Weighing
from mzsim.judging.agreements import Conditions
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import cents, text

_HIGHEST = 99_999_999
"""In cents: what fits in rubriek 0481."""
_UNUSED = (0, 0)


class PlanMaker:
    """Makes plans under what holds between an insurer and who declares. `tariff_counts`: whether check 0424-6 is performed."""

    def __init__(self, conditions: Conditions, weighing: Weighing, *, tariff_counts: bool) -> None:
        self._conditions = conditions
        self._weighing = weighing
        self._tariff_counts = tariff_counts

    def plan(self, p: Prestatierecord, ground: Ground) -> Plan:
        """The plan for a record; of a credit in a file whose credits nobody matches, what it says itself."""
        declaratiebedrag = cents(p.declaratiebedrag)
        prestatie = prestatie_of(p)
        number = as_number(prestatie)
        if is_credit(p):
            decision = Decision((), 0, -declaratiebedrag, GRANTED)
            return Plan(number, prestatie, 0, 0, 0, 1, 100, (), (), decision, credit=True)
        plan = Plan(
            number,
            prestatie,
            declaratiebedrag,
            self.berekend(p),
            _berekend(p, cents(p.tarief)),
            cents(p.aantal),
            self._conditions.vergoeding(p.datum),
            chosen=tuple(ground.choose(p)),
            limits=(),
            decision=NOT_JUDGED,
            most=self._conditions.most(p),
            contributions=_contributions(p),
        )
        decision = self._weighing.decision(plan, self._weighing.bill(plan))
        return plan._replace(decision=decision, limits=self._limits(plan, decision, text(p.datum)))

    def berekend(self, p: Prestatierecord) -> int:
        """B at the declared tariff, or at the insurer's where that is lower."""
        highest = self._conditions.card.highest(p) if self._tariff_counts else None
        return _berekend(p, cents(p.tarief) if highest is None else min(cents(p.tarief), highest))

    def berekend_when_rejected(self, p: Prestatierecord) -> int:
        """B at the insurer's tariff, of a record that is rejected for its own."""
        return _berekend(p, min(cents(p.tarief), self._conditions.card.highest(p) or 0))

    def _limits(self, plan: Plan, decision: Decision, date: str) -> tuple[Limit, ...]:
        of_jaw = jaw(plan.prestatie)
        counts = plan.prestatie.kind == HONORARIUM
        takes = {key: (amount, count) for key, amount, count in decision.shares}
        return tuple(
            Limit(
                (key, period(d.per, date, of_jaw)),
                d.maximum_bedrag if self._weighing.amount_matters else None,
                d.maximum_aantal if counts and self._weighing.count_matters else None,
                part,
                plan.aantal,
                *takes.get(key, _UNUSED),
            )
            for (key, _, d), part in zip(plan.chosen, plan.divide(plan.berekend), strict=True)
            if d.limited
        )


def _contributions(p: Prestatierecord) -> int:
    """How often the eigen bijdrage of a dekking is taken off: once for each prestatie, and for its costs no second time."""
    if text(p.soort) in COSTS:
        return 0
    return 1 if is_per_hour(p) else cents(p.aantal)


def _berekend(p: Prestatierecord, tariff: int) -> int:
    """B at a tariff, as far as rubriek 0481 has room for it: without check 0426-2 it may be far more than 0426."""
    return min(_HIGHEST, berekend_bedrag(p, tariff))

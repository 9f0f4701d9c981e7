"""From findings, cover and what was granted before to a decision: the only place that grants an amount.

Source: INV 2.3.13-2.3.16, BER 0481, 0483; the page `granting` of the manual says it in words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Protocol

from mzsim.checks.grant import Bill
from mzsim.checks.register import REGISTER
from mzsim.checks.surroundings import Surroundings
from mzsim.domain.check import Check
from mzsim.domain.covers import DekkingKey
from mzsim.domain.decisions import GRANTED, PARTLY, REJECTED, Decision
from mzsim.domain.earlier.credits import EarlierRecord
from mzsim.domain.earlier.maxima import GrantedBefore, Shares, Usage, read_shares
from mzsim.domain.earlier.prestatie import PrestatieKey, as_number, prestatie_of
from mzsim.granting.plan import PlanMaker
from mzsim.granting.plans_by_content import Granted, PlansByContent
from mzsim.granting.weighing import Limit, Plan, SoFar, Weighing
from mzsim.judging.agreements import Conditions
from mzsim.judging.grounds import Grounds
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import cents, text

_TARIFF_REJECTED = "0424-5"
"""The one check that rejects a record and yet tells B (BER 0481)."""


class _PersonState:
    """What is known of a verzekerde while his records are judged."""

    __slots__ = ("earlier", "granted", "grounds")

    def __init__(self, earlier: GrantedBefore) -> None:
        self.earlier = earlier
        """What was granted before, and what this message takes of maxima or gives back."""
        self.granted: dict[int, Granted] = {}
        """What this message granted for a prestatie, by `entry` and day, as long as it was one record; `earlier` has the
        others."""
        self.grounds: dict[int, int] = {}
        """Numbers of the gronden, by dekkingsvak."""


class GrantOnlooker(Protocol):
    """Looks on while amounts are decided; `earlier` is what was granted before the record at hand, and is not to be kept."""

    def weighed(self, plan: Plan, date: str, so_far: SoFar, bill: Bill, earlier: GrantedBefore) -> None:
        """A record was weighed, of this day (EEJJMMDD)."""

    def credited(self, debet: EarlierRecord, back: Shares, earlier: GrantedBefore) -> None:
        """A credit takes back a debet record, and what dekkingen with a maximum paid of it."""


_UNUSED = (0, 0)


class Adjudicator:
    """Decides on the prestatierecords of one message, in order."""

    def __init__(
        self,
        conditions: Conditions,
        off: Collection[str] = (),
        onlooker: GrantOnlooker | None = None,
    ) -> None:
        """`off` are ids of checks that are not performed.

        For a `onlooker` every record is weighed; what comes out is the same.
        """
        self._conditions = conditions
        self._onlooker = onlooker
        self._weighing = Weighing(off)
        self._plan_maker = PlanMaker(conditions, self._weighing, tariff_counts="0424-6" not in off)
        self._grounds = Grounds(conditions.pakketten)
        self._plans = PlansByContent(self._plan_maker, self._grounds)
        self._rows: Mapping[str, list[EarlierRecord]] = {}
        self._kept: dict[str, _PersonState] = {}
        self._per = {
            (*key, number): d.per
            for key, pakket in conditions.pakketten.items()
            for number, d in enumerate(pakket.dekkingen)
        }
        self._state = _PersonState(GrantedBefore((), self._per))

    def back_to(self, first: str, last: str) -> tuple[str, str]:
        """From which day until which (EEJJMMDD) earlier grants count for prestaties of these days: the same prestatie is of
        the same day, a maximum counts the year or all of the insurance."""
        periods = {d.per for pakket in self._conditions.pakketten.values() for d in pakket.dekkingen if d.limited}
        if not periods:
            return first, last
        if periods <= {"kalenderjaar", "kaak_per_kalenderjaar"}:
            return f"{first[:4]}0101", f"{last[:4]}1231"
        return "00000000", "99999999"

    def prefetch(self, grants: Iterable[EarlierRecord]) -> None:
        """What was granted before to the verzekerden whose records come next."""
        rows: dict[str, list[EarlierRecord]] = {}
        for row in grants:
            rows.setdefault(row.persoon, []).append(row)
        self._rows = rows

    def verzekerde(self, person: str, *, again: bool) -> None:
        """From here on the records of another verzekerdenrecord; `again` says whether the person may have several."""
        state = self._kept.get(person)
        if state is None:
            state = _PersonState(GrantedBefore(self._rows.get(person, ()), self._per))
            if again:
                self._kept[person] = state
        state.grounds.clear()
        self._state = state

    def __call__(self, heen: bytes, objections: tuple[Check, ...], surroundings: Surroundings) -> Decision:
        """The decision on a record with these findings."""
        if objections:
            return self._reject(heen, objections)
        if surroundings.retrospect is not None and surroundings.retrospect.debet is not None:
            return self._credit(Prestatierecord(heen), surroundings.retrospect.debet)
        state = self._state
        date = surroundings.datum_prestatie
        number = state.grounds.get(surroundings.cover_stretch)
        if number is None:
            number = state.grounds[surroundings.cover_stretch] = self._grounds.number(surroundings.polissen, date)
        equal = (surroundings.content, surroundings.stretch or date, number)
        short = self._plans.get(equal)
        if short is None:
            short = self._plans.make(equal, Prestatierecord(heen))
        plan, number_of_entry, limits, decision, granted = short
        if plan.credit:
            return decision
        number_and_day = number_of_entry | int.from_bytes(date, "big")
        if (
            self._onlooker is not None
            or date in state.earlier.days
            or number_and_day in state.granted
            or (limits and not self._fits(limits))
        ):
            return self._weigh(plan, date)
        if granted:
            state.granted[number_and_day] = granted
        return decision

    def _fits(self, limits: tuple[Limit, ...]) -> bool:
        """Whether every maximum has room for the whole of a record; if so it takes what the record takes of it."""
        used = self._state.earlier.used
        new = {}
        for place, maximum_bedrag, maximum_aantal, amount, count, takes_amount, takes_count in limits:
            earlier_amount, earlier_count = used.get(place, _UNUSED)
            if maximum_bedrag is not None and earlier_amount + amount > maximum_bedrag:
                return False
            if maximum_aantal is not None and earlier_count + count > maximum_aantal:
                return False
            new[place] = (earlier_amount + takes_amount, earlier_count + takes_count)
        used.update(new)
        return True

    def note(self, p: Prestatierecord, granted: int) -> None:
        """Counts what another granted for a record, so that it is not granted again in this message."""
        self._state.earlier.remember(text(p.datum), prestatie_of(p), granted, ())

    def _weigh(self, plan: Plan, day: bytes) -> Decision:
        """The decision on a record for which something was granted before, or whose cover has a maximum that is reached."""
        date, earlier = text(day), self._state.earlier
        self._remember(date, plan.prestatie, plan.entry | int.from_bytes(day, "big"))
        itself = self._of_prestatie(date, plan.prestatie)
        so_far = SoFar(
            earlier.room(date, plan.prestatie, plan.chosen, itself),
            itself,
            max(0, earlier.amount(date, plan.prestatie)),
        )
        bill = self._weighing.bill(plan, so_far)
        if self._onlooker is not None:
            self._onlooker.weighed(plan, date, so_far, bill, earlier)
        decision = self._weighing.decision(plan, bill, so_far)
        if decision.granted:
            earlier.add(date, plan.prestatie, decision.granted, decision.shares)
        return decision

    def _remember(self, date: str, prestatie: PrestatieKey, number_and_day: int) -> None:
        """What this message granted for a prestatie goes to what was granted before."""
        found = self._state.granted.pop(number_and_day, None)
        if found is not None:
            amount, shares = found if isinstance(found, tuple) else (found, ())
            self._state.earlier.remember(date, prestatie, amount, shares)

    def _reject(self, heen: bytes, objections: tuple[Check, ...]) -> Decision:
        berekend = 0
        if all(c.id == _TARIFF_REJECTED for c in objections):
            berekend = self._plan_maker.berekend_when_rejected(Prestatierecord(heen))
        return Decision(objections, berekend, 0, REJECTED)

    def _credit(self, p: Prestatierecord, debet: EarlierRecord) -> Decision:
        """A credit takes back what its debet record was granted, and says so where that was a part."""
        self._remember(debet.datum, debet.prestatie, as_number(debet.prestatie) | int.from_bytes(p.datum, "big"))
        back = tuple(self._given_back(debet))
        if self._onlooker is not None:
            self._onlooker.credited(debet, back, self._state.earlier)
        self._state.earlier.add(debet.datum, debet.prestatie, -debet.toegekend_bedrag, back)
        if debet.toegekend_bedrag == cents(p.declaratiebedrag):
            return Decision((), 0, -debet.toegekend_bedrag, GRANTED, back)
        return Decision((REGISTER["0430-5"],), -self._plan_maker.berekend(p), -debet.toegekend_bedrag, PARTLY, back)

    def _given_back(self, debet: EarlierRecord) -> Iterator[tuple[DekkingKey, int, int]]:
        itself = self._of_prestatie(debet.datum, debet.prestatie)
        for key, amount, count in read_shares(debet.aandelen):
            paid, counted = itself.get(key, (amount, count))
            # Of a prestatie in parts, another part that stands still counts.
            back = max(0, min(count, counted - 1)) if paid > amount else counted
            yield key, -amount, -back

    def _of_prestatie(self, date: str, prestatie: PrestatieKey) -> Usage:
        """What the same prestatie took of maxima before; nothing where records of it have nothing to do with each other."""
        return self._state.earlier.of_prestatie(date, prestatie) if self._weighing.earlier_counts else {}

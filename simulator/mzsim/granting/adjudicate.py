"""From findings, cover and what was granted before to a decision: the only place that grants an amount.

Source: INV 2.3.13-2.3.16, BER 0481, 0483; the page `granting` of the manual says it in words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from mzsim.checks.grant import Bill
from mzsim.checks.register import REGISTER
from mzsim.checks.surroundings import Surroundings
from mzsim.domain.check import Check
from mzsim.domain.covers import DekkingKey, dekkingen_of, pro_rata
from mzsim.domain.decisions import GRANTED, PARTLY, REJECTED, Decision
from mzsim.domain.earlier.credits import EarlierRecord, is_credit
from mzsim.domain.earlier.maxima import GrantedBefore, Place, Shares, Usage, read_shares
from mzsim.domain.earlier.prestatie import HONORARIUM, PrestatieKey, as_number, prestatie_of
from mzsim.domain.facts import MachtigingFact, PolisFact
from mzsim.granting.plan import PlanMaker
from mzsim.granting.plans_by_content import Granted, PlansByContent, ReadyPlan
from mzsim.granting.weighing import Limit, Plan, SoFar, Weighing
from mzsim.judging.agreements import Conditions
from mzsim.judging.grounds import Grounds
from mzsim.judging.runs import Run
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import cents, text
from mzsim.store.history import EVER

_TARIFF_REJECTED = "0424-5"
"""The one check that rejects a record and yet tells B (BER 0481)."""
_USED_UP = REGISTER["0406-4"]
"""The check of an authorisation that leaves too little."""


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

    def weighed(
        self,
        plan: Plan,
        date: str,
        so_far: SoFar,
        bill: Bill,
        earlier: GrantedBefore,
        machtiging: MachtigingFact | None,
    ) -> None:
        """A record was weighed, of this day (EEJJMMDD); `machtiging` is for a number or an amount, and used by it."""

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
        self._rejections: dict[tuple[Check, ...], Decision] = {}
        self._rows: Mapping[str, list[EarlierRecord]] = {}
        self._kept: dict[str, _PersonState] = {}
        self._per = {
            known_by: d.per for key, pakket in conditions.pakketten.items() for known_by, d in dekkingen_of(key, pakket)
        }
        self._uses_up = _USED_UP.id not in off
        self._state = _PersonState(GrantedBefore((), self._per))

    def back_to(self, first: str, last: str) -> tuple[str, str]:
        """From which day until which (EEJJMMDD) earlier grants count for prestaties of these days: the same prestatie is of
        the same day, a maximum counts the year or all of the insurance."""
        periods = {d.per for pakket in self._conditions.pakketten.values() for d in pakket.dekkingen if d.limited}
        if not periods:
            return first, last
        if periods <= {"kalenderjaar", "kaak_per_kalenderjaar"}:
            return f"{first[:4]}0101", f"{last[:4]}1231"
        return EVER

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
        plan, number_of_entry, limits, decision, granted = self._plan(heen, surroundings)
        if plan.credit:
            return decision
        if surroundings.limited_machtigingen:
            return self._weigh(plan, date, surroundings.limited_machtigingen)
        number_and_day = number_of_entry | int.from_bytes(date, "big")
        if (
            self._onlooker is not None
            or date in state.earlier.days
            or number_and_day in state.granted
            or (limits and not _fits(limits, state.earlier.used))
        ):
            return self._weigh(plan, date)
        if granted:
            state.granted[number_and_day] = granted
        return decision

    def together(self, run: Run, surroundings: Surroundings) -> list[Decision] | None:
        """The decisions on all records of a verzekerde, who has no other verzekerdenrecord; None where one of them has to be
        weighed, and so decided by itself."""
        earlier = self._state.earlier
        if self._onlooker is not None or not earlier.days.isdisjoint(run.dates):
            return None
        number = self._ground(run.cover_stretch, surroundings.polissen, run.dates[0])
        decisions, prestaties, count = [], set(), 0
        used = earlier.used.copy()  # nobody asks for it after the last record of a verzekerde
        for heen, date, content, stretch, verdict in zip(*run[1:4], run.stretches, run.verdicts, strict=True):
            if verdict.objections:
                decisions.append(self._reject(heen, verdict.objections))
                continue
            equal = (content, stretch, number)
            _, entry, limits, decision, _ = self._plans.get(equal) or self._plans.make(equal, Prestatierecord(heen))
            if limits and not _fits(limits, used):
                return None
            decisions.append(decision)
            prestaties.add((date, entry))
            count += 1
        return decisions if len(prestaties) == count else None

    def _plan(self, heen: bytes, surroundings: Surroundings) -> ReadyPlan:
        date = surroundings.datum_prestatie
        number = self._ground(surroundings.cover_stretch, surroundings.polissen, date)
        equal = (surroundings.content, surroundings.stretch or date, number)
        return self._plans.get(equal) or self._plans.make(equal, Prestatierecord(heen))

    def _ground(self, cover_stretch: int, polissen: tuple[PolisFact, ...], day: bytes) -> int:
        """The number of the grond of the verzekerde on a day of a dekkingsvak."""
        grounds = self._state.grounds
        number = grounds.get(cover_stretch)
        if number is None:
            number = grounds[cover_stretch] = self._grounds.number(polissen, day)
        return number

    def berekend(self, heen: bytes) -> int:
        """B of a record at the insurer's tariff, in cents; a credit is told none."""
        p = Prestatierecord(heen)
        return 0 if is_credit(p) else self._plan_maker.berekend(p)

    def note(self, heen: bytes, decision: Decision, surroundings: Surroundings) -> Decision:
        """What another decided, with what it takes of maxima or gives back; it is not granted again in this message."""
        p = Prestatierecord(heen)
        debet = surroundings.retrospect.debet if surroundings.retrospect is not None else None
        if decision.granted < 0 and debet is not None:
            return self._noted(
                debet.datum, debet.prestatie, decision, tuple(self._taken_back(debet, -decision.granted))
            )
        date, prestatie = text(p.datum), prestatie_of(p)
        if decision.granted <= 0:
            return self._noted(date, prestatie, decision, ())
        plan = self._plan(heen, surroundings)[0]
        so_far = self._so_far(plan, p.datum)
        shares = self._weighing.shares(plan, decision.granted, so_far)
        machtiging = self._with_room(surroundings.limited_machtigingen, plan, decision.granted, so_far.itself)
        return self._noted(
            date, prestatie, decision, (*shares, *used_of(machtiging, plan, decision.granted, so_far.itself))
        )

    def _noted(self, date: str, prestatie: PrestatieKey, decision: Decision, shares: Shares) -> Decision:
        self._state.earlier.add(date, prestatie, decision.granted, shares)
        return decision._replace(shares=shares)

    def _so_far(self, plan: Plan, day: bytes) -> SoFar:
        """What was granted before a record of this day, in this message too."""
        date, earlier = text(day), self._state.earlier
        self._remember(date, plan.prestatie, plan.entry | int.from_bytes(day, "big"))
        itself = self._of_prestatie(date, plan.prestatie)
        return SoFar(
            earlier.room(date, plan.prestatie, plan.chosen, itself),
            itself,
            max(0, earlier.amount(date, plan.prestatie)),
        )

    def _weigh(self, plan: Plan, day: bytes, machtigingen: Sequence[MachtigingFact] = ()) -> Decision:
        """The decision on a record for which something was granted before, whose cover has a maximum that is reached, or that
        is to be granted on one of these authorisations, as far as they leave room."""
        date, earlier = text(day), self._state.earlier
        so_far = self._so_far(plan, day)
        bill = self._weighing.bill(plan, so_far)
        decision = self._weighing.decision(plan, bill, so_far)
        machtiging = self._with_room(machtigingen, plan, decision.granted, so_far.itself)
        if self._onlooker is not None:
            self._onlooker.weighed(plan, date, so_far, bill, earlier, machtiging)
        if not decision.granted:
            return decision
        if machtigingen:
            if machtiging is None:
                return Decision((_USED_UP,), 0, 0, REJECTED)
            used = used_of(machtiging, plan, decision.granted, so_far.itself)
            decision = decision._replace(shares=(*decision.shares, *used))
        earlier.add(date, plan.prestatie, decision.granted, decision.shares)
        return decision

    def _with_room(
        self, machtigingen: Sequence[MachtigingFact], plan: Plan, granted: int, itself: Usage
    ) -> MachtigingFact | None:
        """The first of these authorisations on which so much (cents) can be granted; with its check switched off the first."""
        for machtiging in machtigingen:
            ((place, amount, count),) = used_of(machtiging, plan, granted, itself)
            used_amount, used_count = self._state.earlier.used.get((place, ""), _UNUSED)
            if not self._uses_up or (
                (machtiging.bedrag is None or used_amount + amount <= machtiging.bedrag)
                and (machtiging.aantal is None or used_count + count <= machtiging.aantal)
            ):
                return machtiging
        return None

    def _remember(self, date: str, prestatie: PrestatieKey, number_and_day: int) -> None:
        """What this message granted for a prestatie goes to what was granted before."""
        found = self._state.granted.pop(number_and_day, None)
        if found is not None:
            amount, shares = found if isinstance(found, tuple) else (found, ())
            self._state.earlier.remember(date, prestatie, amount, shares)

    def _reject(self, heen: bytes, objections: tuple[Check, ...]) -> Decision:
        rejection = self._rejections.get(objections)
        if rejection is None:
            rejection = self._rejections[objections] = Decision(objections, 0, 0, REJECTED)
        if all(c.id == _TARIFF_REJECTED for c in objections):
            return rejection._replace(berekend=self._plan_maker.berekend_when_rejected(Prestatierecord(heen)))
        return rejection

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

    def _taken_back(self, debet: EarlierRecord, amount: int) -> Iterator[tuple[DekkingKey, int, int]]:
        """What is given back where another takes back so much of a debet record (cents): of a part that part of each amount,
        and of the number nothing."""
        whole = debet.toegekend_bedrag
        for key, part, count in self._given_back(debet):
            if amount < whole:
                part, count = -pro_rata(-part, amount, whole), 0
            yield key, part, count

    def _of_prestatie(self, date: str, prestatie: PrestatieKey) -> Usage:
        """What the same prestatie took of maxima before; nothing where records of it have nothing to do with each other."""
        return self._state.earlier.of_prestatie(date, prestatie) if self._weighing.earlier_counts else {}


def _fits(limits: tuple[Limit, ...], used: dict[Place, tuple[int, int]]) -> bool:
    """Whether every maximum has room for the whole of a record; if so it takes what the record takes of it."""
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


def used_of(machtiging: MachtigingFact | None, plan: Plan, granted: int, itself: Usage) -> Shares:
    """What a grant (cents) uses of an authorisation: the amount, and of a record 01 the aantal, once for a prestatie in
    however many parts (`itself` is what it used before)."""
    if machtiging is None:
        return ()
    _, counted = itself.get(machtiging.key, _UNUSED)
    count = max(0, plan.aantal - counted) if plan.prestatie.kind == HONORARIUM else 0
    return ((machtiging.key, granted, count),)

"""Judges the prestaties of one verzekerde by the rules on combinations (NZa): pure functions of plain values.

The objection is on the record whose code a rule is about. Of two prestaties that exclude each other the other one gets
an objection only by a rule of its own: which of the two was meant is for the declarant to say, and a record that no rule
is about was declared as it may be. What a record doesn't tell (its element, its jaw) is never held against it. A wildcard
or list of tegenhangers never means the record's own code, but for an interval: how often a prestatie may be declared is
for a maximum to say.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeVar

from mzsim.domain.combination_rules import MAXIMUM, SESSION, Combinatieregel, CombinationMember, RuleSet
from mzsim.domain.teeth import place

TOO_FAST, COMBINATION = "0413-9", "0413-10"
"""The checks of an interval and of every other rule."""
_NEVER = "99999999"

V = TypeVar("V")


Members = Mapping[CombinationMember, Sequence[int]]
"""The records of a verzekerde in the message, with the lines on which each stands, in order."""
_Group = tuple[str, str]
"""Time and place within which a rule looks."""


class Objection(NamedTuple):
    """What a rule objects to: the line of the record, the check that says so, and the rule."""

    line: int
    check: str
    combinatieregel: Combinatieregel


def judge(rules: RuleSet, members: Members, earlier: Iterable[CombinationMember] = ()) -> Iterator[Objection]:
    """What the rules object to. `earlier` was granted before and not credited since.

    The same prestatie that was granted before is no other one: whether it can be granted again is not for these rules.
    """
    earlier_records = list(earlier)
    if earlier_records:
        in_file = {member.prestatie for member in members}
        earlier_records = [member for member in earlier_records if member.prestatie not in in_file]
    carriers: defaultdict[int, list[CombinationMember]] = defaultdict(list)
    counterparts: defaultdict[int, list[CombinationMember]] = defaultdict(list)
    earlier_counted: defaultdict[int, list[CombinationMember]] = defaultdict(list)
    for member in members:
        for bit, rule in rules.of(rules.category(member.code).carries):
            if rule.in_force(member.date) and (rule.kaak is None or _jaw(member) == rule.kaak):
                carriers[bit].append(member)
    carried = sum(carriers)
    for member in (*members, *earlier_records):
        for bit, rule in rules.of(rules.category(member.code).against & carried):
            if member.own or not rule.own_party:
                counterparts[bit].append(member)
    for member in earlier_records:
        for bit, rule in rules.of(rules.category(member.code).carries & rules.maxima & carried):
            if member.own or not rule.own_party:
                earlier_counted[bit].append(member)
    for bit, rule in rules.of(carried):
        if rule.soort == MAXIMUM:
            too_many = _maximum(rule, carriers[bit], counterparts[bit], earlier_counted[bit], members)
            yield from (Objection(number, COMBINATION, rule) for number in too_many)
            continue
        predicate, check = _PREDICATES[rule.soort]
        found = predicate(rule, carriers[bit], counterparts[bit], members)
        yield from (Objection(number, check, rule) for number in found)


def _jaw(member: CombinationMember) -> str | None:
    return place("kaak", member.jaw, member.element, member.surface)


def _place(rule: Combinatieregel, member: CombinationMember) -> str | None:
    return place(rule.plaats, member.jaw, member.element, member.surface)


def _not_with(
    rule: Combinatieregel,
    carriers: Sequence[CombinationMember],
    counterparts: Sequence[CombinationMember],
    members: Members,
) -> Iterator[int]:
    codes: defaultdict[_Group, set[str]] = defaultdict(set)
    for member in counterparts:
        if (location := _place(rule, member)) is not None:
            codes[rule.time(member.date), location].add(member.code)
    for member in carriers:
        location = _place(rule, member)
        if location is not None and codes.get((rule.time(member.date), location), set()) - {member.code}:
            yield from members[member]


def _only_with(
    rule: Combinatieregel,
    carriers: Sequence[CombinationMember],
    counterparts: Sequence[CombinationMember],
    members: Members,
) -> Iterator[int]:
    codes: defaultdict[str, defaultdict[str | None, set[str]]] = defaultdict(lambda: defaultdict(set))
    for member in counterparts:
        codes[rule.time(member.date)][_place(rule, member)].add(member.code)
    for member in carriers:
        if not any(found - {member.code} for found in _possible(codes[rule.time(member.date)], _place(rule, member))):
            yield from members[member]


def _only_after(
    rule: Combinatieregel,
    carriers: Sequence[CombinationMember],
    counterparts: Sequence[CombinationMember],
    members: Members,
) -> Iterator[int]:
    if rule.bereik == SESSION:  # in which order a sitting went no record says
        yield from _only_with(rule, carriers, counterparts, members)
        return
    days = _days(rule, counterparts)
    for member in carriers:
        previous = (_last(per_code, member, through=True) for per_code in _possible(days, _place(rule, member)))
        if not any(day and member.date <= (_lasts_until(rule, day) or _NEVER) for day in previous):
            yield from members[member]


def _not_after(
    rule: Combinatieregel,
    carriers: Sequence[CombinationMember],
    counterparts: Sequence[CombinationMember],
    members: Members,
) -> Iterator[int]:
    days = _days(rule, counterparts)
    for member in carriers:
        location = _place(rule, member)
        day = None if location is None else _last(days.get(location, {}), member, through=False)
        if day and member.date <= (_lasts_until(rule, day) or _NEVER):
            yield from members[member]


def _interval(
    rule: Combinatieregel,
    carriers: Sequence[CombinationMember],
    counterparts: Sequence[CombinationMember],
    members: Members,
) -> Iterator[int]:
    days = _days(rule, counterparts)
    own: defaultdict[tuple[str | None, str], list[tuple[str, int]]] = defaultdict(list)
    codes = {member.code for member in carriers}
    for member in counterparts:
        if member.code in codes:
            own[_place(rule, member), member.code] += [(member.date, number) for number in members.get(member, (0,))]
    for row in own.values():
        row.sort()
    for member in carriers:
        location = _place(rule, member)
        if location is None:
            continue
        other = _last(days.get(location, {}), member, through=True)
        same = own.get((location, member.code), [])
        for number in members[member]:
            # Of two on one day the second comes too soon.
            before = bisect_left(same, (member.date, number))
            day = max(other or "", same[before - 1][0] if before else "")
            if day and member.date < (_lasts_until(rule, day) or ""):
                yield number


_Predicate = Callable[
    [Combinatieregel, Sequence[CombinationMember], Sequence[CombinationMember], Members], Iterator[int]
]
_PREDICATES: dict[str, tuple[_Predicate, str]] = {
    "niet_met": (_not_with, COMBINATION),
    "alleen_met": (_only_with, COMBINATION),
    "alleen_na": (_only_after, COMBINATION),
    "niet_na": (_not_after, COMBINATION),
    "interval": (_interval, TOO_FAST),
}


def _maximum(
    rule: Combinatieregel,
    carriers: Sequence[CombinationMember],
    counterparts: Sequence[CombinationMember],
    earlier: Sequence[CombinationMember],
    members: Members,
) -> Iterator[int]:
    """Lines that exceed a maximum, in order of datum and file; what exceeds it doesn't use it up for what comes after."""
    assert rule.aantal is not None
    groups: defaultdict[_Group, list[CombinationMember]] = defaultdict(list)
    for member in carriers:
        if (location := _place(rule, member)) is not None:
            groups[rule.time(member.date), location].append(member)
    on = _tally(rule, earlier, members)
    per = _tally(rule, counterparts, members)
    for group, part in groups.items():
        room = rule.aantal
        if rule.tegenhanger:
            if not per[group]:
                continue
            room *= per[group]
        room -= on[group]
        for _, number, count in sorted(
            (member.date, number, member.aantal) for member in part for number in members[member]
        ):
            if count > room:
                yield number
            else:
                room -= count


def _tally(rule: Combinatieregel, counted: Collection[CombinationMember], members: Members) -> defaultdict[_Group, int]:
    counts: defaultdict[_Group, int] = defaultdict(int)
    for member in counted:
        if (location := _place(rule, member)) is not None:
            counts[rule.time(member.date), location] += member.aantal * len(members.get(member, (0,)))
    return counts


_Days = dict[str, list[str]]
"""Days by prestatiecode, in order."""


def _days(rule: Combinatieregel, counterparts: Iterable[CombinationMember]) -> dict[str | None, _Days]:
    """The days of tegenhangers by place."""
    days: defaultdict[str | None, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for member in counterparts:
        days[_place(rule, member)][member.code].add(member.date)
    return {location: {code: sorted(on) for code, on in per_code.items()} for location, per_code in days.items()}


def _last(per_code: _Days, member: CombinationMember, *, through: bool) -> str | None:
    """The last day on which another code stands before the day of a record, or on it."""
    find = bisect_right if through else bisect_left
    return max(
        (
            days[until - 1]
            for code, days in per_code.items()
            if code != member.code and (until := find(days, member.date))
        ),
        default=None,
    )


def _possible(per_place: Mapping[str | None, V], location: str | None) -> Iterator[V]:
    """What may be at a place: there, or where no record tells."""
    if location is None:
        yield from per_place.values()
        return
    yield from (per_place[here] for here in (location, None) if here in per_place)


def _lasts_until(rule: Combinatieregel, date: str) -> str | None:
    """The day at the end of the maanden or dagen of a rule from a day on; None where it has none."""
    return _later(date, rule.maanden, rule.dagen) if rule.maanden or rule.dagen else None


@lru_cache(maxsize=4096)
def _later(date: str, months: int | None, days: int | None) -> str | None:
    day = dt.date(int(date[:4]), int(date[4:6]), int(date[6:]))
    try:
        if days:
            return (day + dt.timedelta(days=days)).strftime("%Y%m%d")
        year, month = divmod(day.year * 12 + day.month - 1 + (months or 0), 12)
        return f"{year:04d}{month + 1:02d}{min(day.day, monthrange(year, month + 1)[1]):02d}"
    except (OverflowError, ValueError):  # behind the last year that a calendar has
        return _NEVER

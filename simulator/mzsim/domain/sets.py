"""The sets ("reeksen") of prestatierecords of one verzekerde: where each record stands, and what it stands with.

A set is what follows one another with the same datum prestatie and the same indicatie debet/credit; commentaar doesn't
break it. Within a set the A-variant of the Wlz has its own sets ("setjes", INV 4.7.1): the hours, what was done in them,
and the costs of that. Nothing here judges; the rules are in `controles/reeks.py`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from enum import Enum, auto
from typing import NamedTuple


class Role(Enum):
    """What a prestatierecord is to its set."""

    TIME = auto()
    """A 01 with the hours of the Wlz: U25 or U35 (INV 4.7.1, A-variant)."""
    BESIDE = auto()
    """A 01 that may stand beside the hours (INV 4.7.1 A4); to the B-variant a 01 like any other."""
    REISKOSTEN = auto()
    """A 01 with the travelling expenses of the Wlz: WRK001 or WRK002 (INV 4.8)."""
    HONORARIUM = auto()
    """Any other 01."""
    INFORMATIE = auto()
    """A 03: what was done in the hours."""
    KOSTEN = auto()
    """A 02 or 04: costs of material, technique and laboratory."""
    UNREADABLE = auto()
    """A record of which datum, soort, code or debet/credit can't be read: nothing is said about its set."""


TIME_CODES = frozenset({b"U25", b"U35"})
REISKOSTEN_CODES = frozenset({b"WRK001", b"WRK002"})
# INV 4.7.1 A4; the second row stands for the same in the prestatiecodelijst since 2023.
BESIDE_CODES = frozenset(
    {b"J33", b"A20", b"B12", b"H21", b"E04", b"J97", b"J98", b"J07"}
    | {b"J057", b"J062", b"J001", b"J002", b"J050"}
    | {b"X%d" % number for number in range(10, 35)}
)
CHAIR_HOURS = b"U"
"""First letter of the prestatiecodes for treatment by the hour."""


def role_of(kind: bytes, code: bytes, *, wlz: bool) -> Role:
    """The role of a readable record, by rubrieken 0409 and 0413 (without trailing spaces)."""
    if kind != b"01":
        return Role.INFORMATIE if kind == b"03" else Role.KOSTEN
    if wlz and code in TIME_CODES:
        return Role.TIME
    if wlz and code in REISKOSTEN_CODES:
        return Role.REISKOSTEN
    return Role.BESIDE if wlz and code in BESIDE_CODES else Role.HONORARIUM


class Member(NamedTuple):
    """A prestatierecord as its set sees it; `line` names it, `chair_hours` are hours with 0410 = J."""

    line: int
    role: Role
    date: bytes
    kind: bytes
    code: bytes
    behandelaar: bytes
    credit: bool
    chair_hours: bool


class SetState(Enum):
    """How far a set of the A-variant has come."""

    GEEN = auto()
    UREN = auto()
    INFORMATIE = auto()
    KOSTEN = auto()
    ERNAAST = auto()


# INV 4.7.1 A1, A2, A5, A6 and A8: the hours, then what was done in them, then the costs of that, then the rest.
# A record that the table doesn't name at that point is out of order.
ORDER: dict[tuple[SetState, Role], SetState] = {
    (SetState.UREN, Role.INFORMATIE): SetState.INFORMATIE,
    (SetState.UREN, Role.KOSTEN): SetState.KOSTEN,
    (SetState.INFORMATIE, Role.INFORMATIE): SetState.INFORMATIE,
    (SetState.INFORMATIE, Role.KOSTEN): SetState.KOSTEN,
    (SetState.KOSTEN, Role.KOSTEN): SetState.KOSTEN,
    **{(state, Role.TIME): SetState.UREN for state in SetState},
    **{
        (state, role): SetState.ERNAAST
        for state in SetState
        if state is not SetState.GEEN
        for role in (Role.BESIDE, Role.REISKOSTEN, Role.HONORARIUM)
    },
}


class Bundle:
    """A set of the A-variant: the hours, then the 03, 02 and 04 that follow them, by their places among the records."""

    __slots__ = ("costs", "counted", "information", "members", "time")

    def __init__(self, time: int) -> None:
        self.time = time
        self.members = [time]
        self.information: Counter[bytes] = Counter()
        """How many 03 there are of each prestatiecode."""
        self.costs: Counter[tuple[bytes, bytes]] = Counter()
        """The same for 02 and 04, by soort and prestatiecode."""

    def add(self, place: int, member: Member) -> int:
        """Adds a 03, 02 or 04; how many costs of the same soort and code stood before it."""
        self.members.append(place)
        if member.role is Role.INFORMATIE:
            self.information[member.code] += 1
            return 0
        self.costs[member.kind, member.code] += 1
        return self.costs[member.kind, member.code] - 1

    def lacks_costs_of(self, code: bytes) -> bool:
        """Whether a 03 of this code has no 02 or 04 yet."""
        return self.information[code] > self.costs[b"02", code] + self.costs[b"04", code]


class RecordSet:
    """A set in the sense of the standard."""

    __slots__ = ("begin", "credit", "date", "loose_information", "unreadable")

    def __init__(self, begin: int, date: bytes, *, credit: bool, unreadable: bool) -> None:
        self.begin = begin
        self.date = date
        self.credit = credit
        self.unreadable = unreadable
        """Whether one of its records can't be read, or one next to it that may belong to it."""
        self.loose_information = False
        """Whether a 03 stands in it before any hours."""


class Position(NamedTuple):
    """Where a record stands: its set, its setje, whether it came in order, the 01 last seen in the set, and how many
    costs like it stood before it in the setje."""

    record_set: RecordSet
    bundle: Bundle | None
    in_order: bool
    after: Role | None
    volgnummer: int


_OF_BUNDLE = (Role.INFORMATIE, Role.KOSTEN)
_HONORARIA = (Role.TIME, Role.BESIDE, Role.REISKOSTEN, Role.HONORARIUM)


class RecordSets:
    """All prestatierecords of one verzekerde in the order of the message, each with its place."""

    def __init__(self, members: Iterable[Member]) -> None:
        self.members = list(members)
        self.spots: list[Position | None] = []
        """None for a record that can't be read."""
        self.time: dict[bytes, int] = {}
        """The first hours (debet) of each day."""
        self.costs_kind: dict[bytes, bytes] = {}
        """Soort of the first costs (debet) of each day: 02 or 04."""
        self._chair_hours: dict[bytes, int] = {}
        self._hours: Counter[tuple[bytes, bytes]] = Counter()
        """How many hours (debet) there are of each day and behandelaar."""
        self._treated: set[tuple[bytes, bytes]] = set()
        """The days and behandelaars of debet records that are not of reiskosten."""
        self._in_doubt: set[bytes] = set()
        """The behandelaars of records that can't be read."""
        self._bundles: dict[tuple[bytes, bool], list[Bundle]] = {}
        self._honoraria: dict[tuple[bytes, bool, bytes], list[int]] = {}
        self._first_costs: dict[tuple[int, bytes], int] = {}
        self.second_hours: set[int] = set()
        """Hours (debet) of a behandelaar on a day on which he has some already."""
        self._place()
        for place, member in enumerate(self.members):
            if member.role is Role.KOSTEN and (own := self.own(place)) is not None and own < place:
                self._first_costs.setdefault((own, member.kind), place)

    def _place(self) -> None:
        record_set: RecordSet | None = None
        bundle: Bundle | None = None
        state, after, doubt = SetState.GEEN, None, False
        for place, member in enumerate(self.members):
            if member.role is Role.UNREADABLE:
                doubt = True
                self._in_doubt.add(member.behandelaar)
                if record_set is not None:
                    record_set.unreadable = True
                self.spots.append(None)
                continue
            if record_set is None or not self._belongs_to(record_set, bundle, place):
                record_set = RecordSet(place, member.date, credit=member.credit, unreadable=doubt)
                bundle, state, after = None, SetState.GEEN, None
            doubt = False
            in_order = (state, member.role) in ORDER
            state = ORDER.get((state, member.role), state)
            volgnummer = 0
            if member.role is Role.TIME:
                bundle = Bundle(place)
                self._bundles.setdefault((member.date, member.credit), []).append(bundle)
            elif bundle is not None and member.role in _OF_BUNDLE:
                volgnummer = bundle.add(place, member)
            elif bundle is not None and self._by_another(bundle, member):
                # Who treats without hours declares as the B-variant says, also behind the hours of somebody else.
                bundle, state = None, SetState.GEEN
            record_set.loose_information |= bundle is None and member.role is Role.INFORMATIE
            self.spots.append(Position(record_set, bundle, in_order, after, volgnummer))
            if member.role in _HONORARIA:
                after = member.role
                self._honoraria.setdefault((member.date, member.credit, member.code), []).append(place)
            if not member.credit:
                self._remember_day(place, member)

    def _belongs_to(self, record_set: RecordSet, bundle: Bundle | None, place: int) -> bool:
        member = self.members[place]
        if member.credit != record_set.credit:
            return False
        if member.date == record_set.date:
            return True
        # Another day ends a set. But a 03 right behind hours, or the costs that a 03 right before still misses, can't be
        # anything else than a part of it with a wrong day.
        return (
            bundle is not None
            and bundle.members[-1] == place - 1
            and (member.role is Role.INFORMATIE or (member.role is Role.KOSTEN and bundle.lacks_costs_of(member.code)))
        )

    def _by_another(self, bundle: Bundle, member: Member) -> bool:
        return member.role is Role.HONORARIUM and member.behandelaar != self.members[bundle.time].behandelaar

    def _remember_day(self, place: int, member: Member) -> None:
        day = member.date, member.behandelaar
        if member.code not in REISKOSTEN_CODES:
            self._treated.add(day)
        if member.role is Role.TIME:
            self.time.setdefault(member.date, place)
            self._hours[day] += 1
            if self._hours[day] > 1 and member.behandelaar.strip(b"0"):
                self.second_hours.add(place)
        elif member.role is Role.KOSTEN:
            self.costs_kind.setdefault(member.date, member.kind)
        if member.chair_hours:
            self._chair_hours.setdefault(member.date, place)

    def location(self, place: int) -> Position:
        """The place of a record that can be read."""
        location = self.spots[place]
        assert location is not None
        return location

    def own(self, place: int) -> int | None:
        """The 01 of costs: the nearest before them on that day with their prestatiecode, or else the first after them."""
        member = self.members[place]
        honoraria = self._honoraria.get((member.date, member.credit, member.code))
        if not honoraria:
            return None
        before = bisect_left(honoraria, place)
        return honoraria[max(before - 1, 0)]

    def basis(self, place: int) -> int | None:
        """The 01 of costs in the strict sense: the nearest before them in their set with their prestatiecode."""
        own = self.own(place)
        return own if own is not None and self.location(place).record_set.begin <= own < place else None

    def beside_hours(self, place: int) -> bool:
        """Whether the behandelaar of a record declares hours (debet) on its day."""
        member = self.members[place]
        return (member.date, member.behandelaar) in self._hours

    def treated(self, place: int) -> bool:
        """Whether the behandelaar of a record declares (debet) anything but reiskosten on its day, or may: a record of
        his can't be read."""
        member = self.members[place]
        return (member.date, member.behandelaar) in self._treated or member.behandelaar in self._in_doubt

    def second(self, place: int, *kinds: bytes) -> bool:
        """Whether other costs of these soorten (or else of the same soort) stand between these costs and their 01."""
        own = self.own(place)
        return own is not None and any(
            self._first_costs.get((own, kind), place) < place for kind in kinds or (self.members[place].kind,)
        )

    def from_beside(self, place: int) -> bool:
        """Whether a 03, 02 or 04 belongs to a 01 beside the hours, or to reiskosten (INV 4.7.1 A4, A7, B5)."""
        member, location = self.members[place], self.location(place)
        if member.role is Role.INFORMATIE:
            return location.bundle is not None and location.after in (Role.BESIDE, Role.REISKOSTEN)
        own = self.own(place)
        if own is None:
            return False
        role = self.members[own].role
        if location.bundle is not None and location.bundle.information[member.code] and own != place - 1:
            return False
        return role is Role.REISKOSTEN or (role is Role.BESIDE and member.date in self.time)

    def elsewhere_in_bundle(self, place: int) -> bool:
        """Whether costs stand outside the setje of the same day that holds the 03 of their prestatiecode."""
        member, basis = self.members[place], self.basis(place)
        if basis is not None and self.members[basis].role is Role.HONORARIUM:
            return False
        return self.location(place).bundle is None and any(
            bundle.information[member.code] for bundle in self._bundles.get((member.date, member.credit), ())
        )

    def late(self, place: int) -> bool:
        """Whether costs (debet) stand alone, without their 01 or 03 (INV 4.4.2, 4.7.2)."""
        member, location = self.members[place], self.spots[place]
        return (
            location is not None
            and member.role is Role.KOSTEN
            and not member.credit
            and not location.record_set.unreadable
            and location.bundle is None
            and self.own(place) is None
            and not self.elsewhere_in_bundle(place)
        )

    def behind_chair_hours(self, place: int) -> bool:
        """Whether a record stands behind stoeluren of bijzondere tandheelkunde of its day (INV 4.6.4, table 4-9)."""
        return self._chair_hours.get(self.members[place].date, place) < place

    def together(self, place: int) -> set[int]:
        """What belongs together with a record: hours with their 03 and costs, any other 01 with its costs."""
        location = self.spots[place]
        if location is not None and location.bundle is not None and place in location.bundle.members:
            return set(location.bundle.members)
        role = self.members[place].role
        basis = self.own(place) if role is Role.KOSTEN else place
        costs = {k for k, member in enumerate(self.members) if member.role is Role.KOSTEN and self.own(k) == basis}
        return {place} if basis is None else {basis, *costs}

"""What an insurer received before of some verzekerden: which debet records stand, and what belongs together.

Plain values; `store/history.py` fetches them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from mzsim.domain.earlier.credits import CreditKey, EarlierRecord, debet_of, taken_back
from mzsim.domain.earlier.late_costs import taken, treatments
from mzsim.domain.earlier.prestatie import COSTS, PrestatieKey
from mzsim.domain.sets import TIME_CODES, Member, RecordSets, role_of
from mzsim.standard.values import as_bytes


class Counterentry(NamedTuple):
    """What there is to know of a credit's debet: the granted record (None: there is none), whether every such record was
    credited already, and whether the credit leaves a part of its set behind."""

    debet: EarlierRecord | None
    already_credited: bool
    rest_stays: bool


UNKNOWN = Counterentry(None, already_credited=False, rest_stays=False)


class Retrospect(NamedTuple):
    """What earlier declarations say about a record: the debet of a credit with a 0433 (None for other records), whether
    a 02 or 04 that stands alone has no 01 or 03 before it, or one that has its costs already, and what was granted to that
    behandelaar on that day: the reiskosten, and the hours that a treatment can't stand beside (or the other way round)."""

    counterentry: Counterentry | None = None
    basis_missing: bool = False
    costs_taken: bool = False
    reiskosten: EarlierRecord | None = None
    not_beside: EarlierRecord | None = None

    @property
    def debet(self) -> EarlierRecord | None:
        """The granted record that a credit takes back."""
        return self.counterentry and self.counterentry.debet


class LateCosts(NamedTuple):
    """A 02 or 04 that stands alone: of whom, of which day (EEJJMMDD), and which prestatie.

    `behind_hours`: behind stoeluren it needs no 01 (INV 4.6.4, table 4-9). `granted_now` are costs of that person and day
    that were granted earlier in the message, `treated_now` treatments under another verzekerdenrecord of his.
    """

    person: str
    date: str
    own: PrestatieKey
    behind_hours: bool
    treated_now: tuple[PrestatieKey, ...]
    granted_now: tuple[PrestatieKey, ...]


Revoked = Callable[[EarlierRecord], bool]
"""Whether a record of the message at hand credits an earlier one."""


class Past:
    """Records that were declared before, oldest first. `credited` are the ids of those that this file credits."""

    def __init__(self, rows: Iterable[EarlierRecord] = (), credited: Collection[int] = ()) -> None:
        oldest_eerst = sorted(rows)
        self._debet: defaultdict[CreditKey, list[EarlierRecord]] = defaultdict(list)
        self._per_day: defaultdict[tuple[str, str], list[EarlierRecord]] = defaultdict(list)
        self._credited = {debet.id for debet in taken_back(oldest_eerst).values()}
        self._now = credited
        for row in oldest_eerst:
            if not row.credit:
                self._per_day[row.persoon, row.datum].append(row)
                if row.toegekend:
                    self._debet[row.entry].append(row)

    def stands(self, debet: EarlierRecord) -> bool:
        """Whether a debet record was not credited."""
        return debet.id not in self._credited and debet.id not in self._now

    def counterentry(self, entry: CreditKey, amount: int, revoked: Revoked, *, wlz: bool) -> Counterentry:
        """What a credit with this key and amount (0430 in cents) finds; only the Wlz asks for whole sets (INV 4.7.1 A9, B7)."""
        debets = self._debet.get(entry, ())
        debet = debet_of(amount, filter(self.stands, debets))
        if debet is None:
            earlier = debet_of(amount, debets)
            return Counterentry(earlier, already_credited=True, rest_stays=False) if earlier else UNKNOWN
        stays = wlz and any(self.stands(member) and not revoked(member) for member in self._together(debet))
        return Counterentry(debet, already_credited=False, rest_stays=stays)

    def _together(self, debet: EarlierRecord) -> list[EarlierRecord]:
        """The granted records that belong together with one, itself included, and the costs that came after them."""
        day = [row for row in self._per_day[debet.persoon, debet.datum] if row.toegekend]
        message = [row for row in day if row.bericht_id == debet.bericht_id]
        places = _record_sets(message).together(message.index(debet))
        together = [message[place] for place in sorted(places)]
        if debet.soort in COSTS and len(together) == 1:
            return together
        bases = {(row.prestatiecode, row.behandelaar) for row in together if row.soort not in COSTS}
        later = [row for row in day if row.bericht_id > debet.bericht_id and row.soort in COSTS]
        return together + [row for row in later if (row.prestatiecode, row.behandelaar) in bases and _only(row, day)]

    def late_costs(self, costs: LateCosts, revoked: Revoked, *, wlz: bool) -> Retrospect | None:
        """What speaks against costs that stand alone; None where nothing does.

        Their 01 (A-variant of the Wlz: the 03 of the same behandelaar) has to be declared before, with whatever answer, and
        has to have no costs yet. `revoked` are credits anywhere in the message: what it credits is no 01 or 03 for them.
        """
        day = self._per_day.get((costs.person, costs.date), ())
        standing = [r for r in day if self.stands(r) and not revoked(r)]
        hours = wlz and any(r.soort == "01" and as_bytes(r.prestatiecode) in TIME_CODES for r in standing)

        def alike(prestatie: PrestatieKey) -> bool:
            return prestatie.prestatiecode == costs.own.prestatiecode and (
                not hours or prestatie.behandelaar == costs.own.behandelaar
            )

        before_now = [r for r in standing if r.soort == ("03" if hours else "01")]
        bases = [prestatie for prestatie in (*treatments(before_now), *costs.treated_now) if alike(prestatie)]
        if not bases and not costs.behind_hours:
            return Retrospect(basis_missing=True)
        before = [r.prestatie for r in day if r.soort in COSTS and r.toegekend and self.stands(r)]
        granted = [prestatie for prestatie in (*before, *costs.granted_now) if alike(prestatie)]
        return Retrospect(costs_taken=True) if taken(costs.own, bases, granted) else None


def _record_sets(rows: list[EarlierRecord]) -> RecordSets:
    """The sets of some records of one message, verzekerde and day in the Wlz."""
    return RecordSets(_member(row) for row in rows)


def _member(row: EarlierRecord) -> Member:
    kind, code = as_bytes(row.soort), as_bytes(row.prestatiecode)
    return Member(
        line=row.id,
        role=role_of(kind, code, wlz=True),
        date=as_bytes(row.datum),
        kind=kind,
        code=code,
        behandelaar=as_bytes(row.behandelaar),
        credit=False,
        chair_hours=False,
    )


def _only(costs: EarlierRecord, day: list[EarlierRecord]) -> bool:
    """Whether costs were declared without their 01 or 03 (nagekomen)."""
    message = [row for row in day if row.bericht_id == costs.bericht_id]
    record_sets = _record_sets(message)
    return record_sets.late(message.index(costs))

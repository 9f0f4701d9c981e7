"""An extra reading of a declaration, for what a record's neighbours and the rest of the file say about it.

Done only where it can matter: a Wlz message, a message with a prestatierecord other than 01, or with a credit. Its
memory grows with the largest verzekerde and with what is wrong, not with the file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cache
from operator import itemgetter
from typing import BinaryIO, NamedTuple

from mzsim.checks.register import checks
from mzsim.checks.sets import objections
from mzsim.common.marks import Marks
from mzsim.domain.sets import CHAIR_HOURS, Member, RecordSets, Role, role_of
from mzsim.standard.layout import layouts
from mzsim.standard.reader import read_groups
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import CREDIT, DEBET, filled, text

_LAYOUT = layouts("mz301")[b"04"]
_REFERENCE = _LAYOUT["0432"].plaats
_DEBET_CREDIT = _LAYOUT["0431"].plaats
# What decides the place of a record in its set: equal values give equal roles.
_PLACE = itemgetter(_LAYOUT.piece("0408", "0413"), _LAYOUT["0420"].plaats, _LAYOUT.piece("0427", "0431"))
_RUBRIEKEN = frozenset({"0408", "0409", "0413", "0427"})
_MOST = 20_000
_ONLY_HONORARIUM = (Role.HONORARIUM, Role.BESIDE, Role.UNREADABLE)


class SetReading(NamedTuple):
    """What the extra reading found.

    `objections` are check ids by line number; `late` the lines of a 02 or 04 that stands alone, `behind_hours` those of
    them that do without a 01 of their own, behind stoeluren (INV 4.6.4, table 4-9); `previous_in_file` the numbers of
    debet records that a credit of the same file points at.
    """

    objections: Mapping[int, Collection[str]]
    late: Marks
    behind_hours: Marks
    previous_in_file: frozenset[str]

    def combined_with(self, objections: Mapping[int, Collection[str]]) -> SetReading:
        """The same with the objections of another reading."""
        if not objections:
            return self
        together = {
            line: {*self.objections[line], *objections[line]} for line in self.objections.keys() & objections.keys()
        }
        return self._replace(objections={**self.objections, **objections, **together})


NOTHING = SetReading({}, Marks(), Marks(), frozenset())


class _Law(NamedTuple):
    """What the checks of form ask of their surroundings."""

    wlz: bool


def read_sets(source: BinaryIO, *, wlz: bool, revoked: Marks) -> SetReading:
    """Reads the detail records. `revoked` holds 0433 of every credit of the file, as `text` gives it."""
    reader = _SetReader(wlz=wlz)
    in_file = set()
    line = 1
    for group in read_groups(source):
        for heen in group:
            line += 1
            kenmerk = heen[:2]
            if kenmerk == b"04":
                reader.prestatie(heen, line)
                if revoked and heen[_DEBET_CREDIT] == DEBET and (own := text(heen[_REFERENCE])) in revoked:
                    in_file.add(own)
            elif kenmerk in (b"02", b"99"):
                reader.close_verzekerde()
    reader.close_file()
    return SetReading(reader.objections, reader.late, reader.behind_hours, frozenset(in_file))


@cache
def _checks_of_form() -> list[Callable[..., bool]]:
    """The checks of the form of what is read here."""
    return [c.function for c in checks("prestatie") if c.level <= 4 and c.rubriek in _RUBRIEKEN]


class _SetReader:
    """Gathers the records of a verzekerde and has them judged together."""

    def __init__(self, *, wlz: bool) -> None:
        self._law = _Law(wlz)
        self._form = _checks_of_form()
        self._members: list[Member] = []
        self._counts = False
        self._seen: dict[tuple[bytes, bytes, bytes], Member] = {}
        self._journeys = _Journeys() if wlz else None
        self.objections: dict[int, set[str]] = {}
        self.late = Marks()
        self.behind_hours = Marks()

    def prestatie(self, heen: bytes, line: int) -> None:
        """A prestatierecord of the verzekerde at hand."""
        key = _PLACE(heen)
        form = self._seen.get(key)
        if form is None:
            if len(self._seen) >= _MOST:
                self._seen.clear()
            form = self._seen[key] = self._member(Prestatierecord(heen))
        member = form._replace(line=line)
        self._members.append(member)
        self._counts |= member.role not in _ONLY_HONORARIUM

    def _member(self, p: Prestatierecord) -> Member:
        kind, code = p.soort, p.prestatiecode.rstrip(b" ")
        readable = not any(function(p, self._law) for function in self._form)
        return Member(
            line=0,
            role=role_of(kind, code, wlz=self._law.wlz) if readable else Role.UNREADABLE,
            date=p.datum,
            kind=kind,
            code=code,
            behandelaar=p.behandelaar,
            credit=p.debet_credit_02 == CREDIT,
            chair_hours=code.startswith(CHAIR_HOURS) and p.bijzondere_tandheelkunde == b"J",
        )

    def close_verzekerde(self) -> None:
        """The records of the verzekerde at hand are complete."""
        if self._journeys is not None:
            self._journeys.verzekerde(self._members)
        if self._counts:
            record_sets = RecordSets(self._members)
            for line, id in objections(record_sets, wlz=self._law.wlz):
                self._report(line, id)
            for place, member in enumerate(self._members):
                if record_sets.late(place):
                    self.late.put(member.line)
                    if record_sets.behind_chair_hours(place):
                        self.behind_hours.put(member.line)
        self._members, self._counts = [], False

    def close_file(self) -> None:
        """Every record was read."""
        self.close_verzekerde()
        if self._journeys is not None:
            for line in self._journeys.repeated:
                self._report(line, "0413-6")
            for line in self._journeys.at_other_client():
                self._report(line, "0413-7")

    def _report(self, line: int, id: str) -> None:
        self.objections.setdefault(line, set()).add(id)


class _Journeys:
    """Reiskosten Wlz: once a day for a behandelaar, at his first cliënt of that day (INV 4.8)."""

    def __init__(self) -> None:
        self._verzekerde = 0
        self._first: dict[tuple[bytes, bytes], int] = {}
        """The first verzekerde for whom a behandelaar declares a treatment on a day."""
        self._journeys: dict[tuple[bytes, bytes], list[tuple[int, int]]] = {}
        self._seen: set[tuple[bytes, bytes, bytes]] = set()
        self.repeated: list[int] = []
        """Lines with reiskosten of a behandelaar, day and prestatiecode that stood in the file before."""

    def verzekerde(self, members: list[Member]) -> None:
        """The records of the next verzekerde."""
        self._verzekerde += 1
        for member in members:
            if member.credit or member.role in (Role.KOSTEN, Role.UNREADABLE) or not filled(member.behandelaar):
                continue
            day = member.behandelaar, member.date
            if member.role is not Role.REISKOSTEN:
                self._first.setdefault(day, self._verzekerde)
                continue
            self._journeys.setdefault(day, []).append((self._verzekerde, member.line))
            if (member.code, *day) in self._seen:
                self.repeated.append(member.line)
            self._seen.add((member.code, *day))

    def at_other_client(self) -> list[int]:
        """Lines with reiskosten at another than the first cliënt."""
        return [
            line
            for day, journeys in self._journeys.items()
            for verzekerde, line in journeys
            if verzekerde != self._first.get(day, journeys[0][0])
        ]

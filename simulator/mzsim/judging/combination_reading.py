"""An extra reading of a declaration for the insurer's rules on combinations, done only where the store holds rules.

Most records are put aside by their prestatiecode alone. What is left is gathered per verzekerde, some hundreds of
verzekerden at a time, so that what was granted to them before is fetched together. Kept are findings by line.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache, reduce
from itertools import islice
from operator import or_
from typing import BinaryIO, NamedTuple

from mzsim.checks.prestatie_form import GEBITSELEMENTEN
from mzsim.domain.combination_rules import Combinatieregel, CombinationMember, RuleSet
from mzsim.domain.earlier.credits import EarlierRecord, standing
from mzsim.domain.earlier.prestatie import HONORARIUM, surfaces
from mzsim.domain.teeth import NO_ELEMENT, NO_JAW
from mzsim.judging.combinations import COMBINATION, TOO_FAST, Members, Objection, judge
from mzsim.judging.look_back import is_revoked
from mzsim.judging.message import Message
from mzsim.judging.who import WhoIsWho, born_as_said
from mzsim.standard.layout import layouts
from mzsim.standard.reader import read_groups
from mzsim.standard.records import Prestatierecord, Verzekerdenrecord
from mzsim.standard.values import BSN_UNKNOWN, DEBET, as_bytes, cents, read_date, text
from mzsim.store.facts import FactSource
from mzsim.store.history import HistorySource

_LAYOUT = layouts("mz301")[b"04"]
_DATE = _LAYOUT["0408"].plaats
_DATE_AND_KIND = _LAYOUT.piece("0408", "0409")
_CODE = _LAYOUT["0413"].plaats
_COUNT = _LAYOUT["0425"].plaats
_DEBET_CREDIT = _LAYOUT["0431"].plaats
_ONE = b"1".rjust(_LAYOUT["0425"].length, b"0")
_HONORARIUM = HONORARIUM.encode()
_EVER = b""
_ANY = -1
"""Every rule."""

_MOST_VERZEKERDEN = 500
_MOST_RECORDS = 10_000
_MOST_CODES = 20_000
_NO: frozenset[str] = frozenset()

Objections = Mapping[int, frozenset[str]]
"""The checks that object to a record, by line."""


class Combinations(NamedTuple):
    """What the rules object to, and the codes that the insurer answers some of them with, by line and check."""

    objections: Objections
    codes: Mapping[tuple[int, str], str]


_NOTHING = Combinations({}, {})


Reporter = Callable[[int, Combinatieregel, Collection[int]], None]
"""Hears of every line to which a rule objects, with the ids of the earlier prestaties by which it does."""


def read_combinations(
    source: BinaryIO, message: Message, facts: FactSource, report: Reporter | None = None
) -> Combinations:
    """What the rules in the store object to in a declaration whose structure is in order."""
    if message.party is None or message.beleid.uit >= {TOO_FAST, COMBINATION}:
        return _NOTHING
    rules = RuleSet(facts.combinatieregels())
    if not rules.rules:
        return _NOTHING
    history = facts.history(message.party, message.group) if facts.has_history(message.group) else None
    reader = _CombinationReader(rules, history, message, WhoIsWho(message, facts), report)
    reader.read(source)
    return Combinations(reader.objections, reader.codes)


class _RuleKind:
    """What a prestatiecode (rubriek 0413) is to the reading.

    `carries`, `against` and `counts` are masks of rules: those that judge it, those to which it is a tegenhanger, and the
    maxima among the first. `days`, where it is filled, gathers 0408 and 0409 for the verzekerde at hand: where no rule
    is special to a code, the days are all that matters of it. Of a code that no rule judges or counts `places` says
    which places matter (as `Combinatieregel.plaats`), and nothing else does; None where every rubriek may.
    """

    __slots__ = ("against", "carries", "code", "counts", "days", "needed", "places")

    def __init__(self, code: str, carries: int, against: int, rules: RuleSet) -> None:
        self.code = code
        self.carries = carries
        self.against = against
        self.counts = carries & rules.maxima
        self.needed = bool(carries | against)
        only_days = against and not carries and not against & ~rules.usual
        self.days: set[bytes] | None = set() if only_days else None
        self.places: frozenset[str | None] | None = None
        if not carries and not against & rules.maxima:
            self.places = frozenset(line.plaats for _, line in rules.of(against))


_Record = tuple[int, bytes, _RuleKind]
"""A record that rules are about, or ask after, with its line."""
_Members = dict[CombinationMember, "array[int]"]


class _Waiting(NamedTuple):
    """A verzekerde with records that rules judge: his verzekerdenrecord, his name in the store where this is surely his only
    one, those rules, his records in either form, the days of records that are nothing special, and whether the file alone
    may give an objection."""

    verzekerde: bytes
    single: str | None
    carries: int
    records: list[_Record]
    members: _Members
    days: list[tuple[str, bytes]]
    suspect: bool


class _CombinationReader:
    def __init__(
        self,
        rules: RuleSet,
        source: HistorySource | None,
        message: Message,
        who: WhoIsWho,
        report: Reporter | None,
    ) -> None:
        self._lines = rules
        self._who = who
        self._report = report
        self._source = source
        self._party = message.party or ""
        self._takings = message.first_reading.takings
        self._kinds: dict[bytes, _RuleKind] = {}
        self._usual: dict[int, _RuleKind] = {}
        """Of the codes with `days` one for each mask of rules; the others stand for the same."""
        self._waiting: list[_Waiting] = []
        self._waiting_count = 0
        self._days: set[bytes] = set()
        """The days of the records that wait for judgement."""
        self._scattered: dict[str, _Waiting] = {}
        """Who may have several verzekerdenrecords in the file: he is judged at its end, by all of them together."""
        self.objections: dict[int, frozenset[str]] = {}
        self._own_codes = message.beleid.retourcodes_combinatieregels
        self.codes: dict[tuple[int, str], str] = {}

    def read(self, source: BinaryIO) -> None:
        """Reads the detail records."""
        with_credits = len(self._takings) > 0
        kinds, new, place_code = self._kinds, self._new_kind, _CODE
        records: list[_Record] = []
        members: _Members = {}
        verzekerde = b""
        carrier = False
        line = 1
        for group in read_groups(source):
            for heen in group:
                line += 1
                kenmerk = heen[:2]
                if kenmerk == b"04":
                    kind = kinds.get(heen[place_code]) or new(heen[place_code])
                    if kind.days is not None:
                        if not with_credits or heen[_DEBET_CREDIT] == DEBET:
                            kind.days.add(heen[_DATE_AND_KIND])
                    elif kind.needed:
                        records.append((line, heen, kind))
                        if kind.carries:
                            carrier = True
                elif kenmerk == b"02" or kenmerk == b"99":
                    if carrier or (verzekerde and self._who.single(verzekerde) is None):
                        self._close_verzekerde(verzekerde, records, members)
                        members = {}
                        records = []
                    else:
                        records.clear()
                        members.clear()
                    for kind in self._usual.values():
                        assert kind.days is not None
                        kind.days.clear()
                    verzekerde, carrier = heen, False
            if len(records) > _MOST_RECORDS:
                _merge(records, members)
        self._judge_waiting()
        self._judge_scattered()

    def _new_kind(self, rubriek: bytes) -> _RuleKind:
        if len(self._kinds) >= _MOST_CODES:
            self._kinds.clear()
        code = text(rubriek)
        unreadable = not code or (code[0].isalpha() and code[1:] == "00")
        carries, against = (0, 0) if unreadable else self._lines.category(code)
        kind = _RuleKind(code, carries, against, self._lines)
        if kind.days is not None:
            kind = self._usual.setdefault(against, kind)
        self._kinds[rubriek] = kind
        return kind

    def _close_verzekerde(self, heen: bytes, records: list[_Record], members: _Members) -> None:
        """Has a verzekerde wait for judgement, unless no key tells who he is: then his records aren't judged at all."""
        v = Verzekerdenrecord(heen)
        if v.bsn == BSN_UNKNOWN and not v.verzekerdennummer.strip(b" "):
            return
        carries, suspect = self._read_first(records, members)
        single = self._who.single(heen)
        against = _ANY if single is None else carries
        days = [(s.code, day) for s in self._usual.values() if s.against & against for day in s.days or ()]
        count = len(records) + len(members) + len(days)
        if not count:
            return
        self._waiting.append(_Waiting(heen, single, carries, records, members, days, suspect))
        self._waiting_count += count
        if len(self._waiting) >= _MOST_VERZEKERDEN or self._waiting_count >= _MOST_RECORDS:
            self._judge_waiting()

    def _read_first(self, records: list[_Record], members: _Members) -> tuple[int, bool]:
        """The rules that judge these records, and whether any may be broken in the file alone.

        That is so for a rule that a record breaks by itself, one of which a tegenhanger is there as well, and a maximum
        of which more than one is declared within its bereik.
        """
        rules = self._lines
        carries = reduce(or_, (rules.category(member.code).carries for member in members), 0)
        against, too_many = 0, bool(members)
        counted: dict[bytes, int] = {}
        for _, heen, kind in records:
            against |= kind.against
            if kind.carries:
                carries |= kind.carries
                day = heen[_DATE]
                self._days.add(day)
                if counts := kind.counts:
                    earlier = counted.get(day, 0) | counted.get(_EVER, 0) & ~rules.in_session
                    too_many |= bool(counts & earlier) or heen[_COUNT] != _ONE
                    counted[day] = counted.get(day, 0) | counts
                    counted[_EVER] = counted.get(_EVER, 0) | counts
        return carries, too_many or bool(carries & (rules.only | rules.excluded & (against | rules.usual)))

    def _judge_waiting(self) -> None:
        """Judges the verzekerden that wait, but for those of whom another verzekerdenrecord may follow."""
        whole = [(waits.single, waits) for waits in self._waiting if waits.single is not None]
        others = [waits for waits in self._waiting if waits.single is None]
        self._who.prefetch(w.verzekerde for w in others)
        for waits in others:
            who = self._who.of(waits.verzekerde)
            # Whoever is not whom he says he is has nothing to do with anybody's other records.
            if who.again and born_as_said(waits.verzekerde, who):
                _merge(waits.records, waits.members)
                _add_days(waits.days, waits.members)
                self._scattered[who.person] = _joined(self._scattered.get(who.person), waits)
            else:
                whole.append((who.person, waits))
        self._judge(whole)
        self._waiting, self._waiting_count = [], 0
        self._days.clear()

    def _judge_scattered(self) -> None:
        persons = iter(self._scattered.items())
        while some := list(islice(persons, _MOST_VERZEKERDEN)):
            self._judge(some)

    def _judge(self, verzekerden: Sequence[tuple[str, _Waiting]]) -> None:
        """Judges verzekerden, each with his name in the store, beside what was granted to them before."""
        earlier = self._earlier(verzekerden)
        for person, waits in verzekerden:
            of_verzekerde = earlier.get(person, {})
            if waits.suspect or of_verzekerde:
                _merge(waits.records, waits.members)
                _add_days(waits.days, waits.members)
                for objection in judge(self._lines, waits.members, of_verzekerde.values()):
                    line = objection.line
                    self.objections[line] = _together(self.objections.get(line, _NO), objection.check)
                    if (code := self._own_codes.get(objection.combinatieregel.nummer)) is not None:
                        self.codes.setdefault((line, objection.check), code)
                    if self._report is not None:
                        self._report(
                            line, objection.combinatieregel, _decisive(objection, waits.members, of_verzekerde)
                        )

    def _earlier(self, verzekerden: Sequence[tuple[str, _Waiting]]) -> Mapping[str, Mapping[int, CombinationMember]]:
        """What was granted before to verzekerden, by its id in the store: for rules on a sitting on the days at hand, for the
        others ever."""
        days = {text(day) for day in self._days if read_date(day) is not None}
        days.update(member.date for _, waits in verzekerden for member in waits.members)
        if self._source is None or not days:
            return {}
        rules = self._lines
        found: defaultdict[str, dict[int, CombinationMember]] = defaultdict(dict)
        for part in (rules.in_session, ~(rules.in_session | rules.ever), rules.ever):
            persons = {person for person, waits in verzekerden if waits.carries & part}
            if persons:
                mask = reduce(or_, (waits.carries & part for _, waits in verzekerden))
                of, until = rules.days(mask, min(days), max(days))
                rows = self._source.honoraria(persons, rules.asked(mask), of, until)
                for row in standing(rows):
                    readable = read_date(as_bytes(row.datum)) is not None
                    if readable and not is_revoked(row, self._party, self._takings):
                        # What two questions find is one record.
                        found[row.persoon][row.id] = _earlier_member(row, own=row.agb == self._party)
        return found


def _joined(earlier: _Waiting | None, later: _Waiting) -> _Waiting:
    """What one person has in several verzekerdenrecords; where there is nothing for a rule to judge, nothing is left."""
    if earlier is None:
        return later._replace(suspect=True, days=[])
    for member, lines in later.members.items():
        earlier.members.setdefault(member, array("I")).extend(lines)
    return earlier._replace(carries=earlier.carries | later.carries)


_MOST_EARLIER = 20


def _decisive(objection: Objection, members: _Members, earlier: Mapping[int, CombinationMember]) -> Collection[int]:
    """The ids of the earlier prestaties by which a rule objects: one where that is enough, else all that it counts; none
    where the message alone is enough, or what is not there decides."""
    loose = RuleSet([objection.combinatieregel])

    def objects(in_message: Members, earlier_records: Collection[CombinationMember] = ()) -> bool:
        return any(found.line == objection.line for found in judge(loose, in_message, earlier_records))

    own = next(member for member, rules in members.items() if objection.line in rules)
    over = {id: member for id, member in earlier.items() if any(loose.category(member.code))}
    if not over or objects({member: rules for member, rules in members.items() if any(loose.category(member.code))}):
        return ()
    # The nearest in time are the likeliest; of many, looking at each would take long.
    near = sorted((abs(int(member.date) - int(own.date)), id) for id, member in over.items())[:_MOST_EARLIER]
    only = {own: (objection.line,)}
    one = next((id for _, id in near if objects(only, [over[id]])), None)
    return (one,) if one is not None else sorted(over)


@lru_cache(maxsize=8)
def _together(checks: frozenset[str], check: str) -> frozenset[str]:
    """One value for every line with the same objections."""
    return checks | {check}


def _merge(records: list[_Record], members: _Members) -> None:
    """Moves records to where equal ones share a place."""
    for line, heen, kind in records:
        member = _member(heen, kind)
        if member is not None:
            rules = members.get(member)
            if rules is None:
                members[member] = array("I", (line,))
            else:
                rules.append(line)
    records.clear()


def _add_days(days: list[tuple[str, bytes]], members: _Members) -> None:
    length = _LAYOUT["0408"].length
    for code, day in days:
        date, kind = day[:length], day[length:]
        if kind == _HONORARIUM and read_date(date) is not None:
            members[CombinationMember(text(date), code, NO_JAW, NO_ELEMENT, "", "", 1)] = array("I")


def _member(heen: bytes, kind: _RuleKind) -> CombinationMember | None:
    """A record as rules see it; None where no rule counts it: no 01, no debet, or no such day."""
    p = Prestatierecord(heen)
    if p.soort != _HONORARIUM or p.debet_credit_02 != DEBET or read_date(p.datum) is None:
        return None
    element = _text(p.gebitselement) if p.gebitselement in GEBITSELEMENTEN else NO_ELEMENT
    jaw, places = _text(p.boven_onder), kind.places
    if places is None:
        surface = surfaces(_text(p.vlak))
        return CombinationMember(
            _text(p.datum), kind.code, jaw, element, surface, _text(p.behandelaar), cents(p.aantal)
        )
    if places == _NOWHERE:
        jaw, element = NO_JAW, NO_ELEMENT
    surface = surfaces(_text(p.vlak)) if "vlak" in places else ""
    return CombinationMember(_text(p.datum), kind.code, jaw, element, surface, "", 1)


def _earlier_member(row: EarlierRecord, *, own: bool) -> CombinationMember:
    surface = surfaces(row.vlak)
    return CombinationMember(
        row.datum, row.prestatiecode, row.kaak, row.gebitselement, surface, row.behandelaar, row.aantal, own
    )


_text = lru_cache(maxsize=4096)(text)
_NOWHERE = frozenset({None})

"""Looks back at what the insurer received before, for the records that ask for it: credits, a 02 or 04 that stands
alone, and in the Wlz reiskosten, hours and treatments. Fetches a group of records at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from mzsim.common.marks import Marks
from mzsim.domain.earlier.credits import CreditKey, EarlierRecord, is_credit, standing
from mzsim.domain.earlier.past import Counterentry, LateCosts, Past, Retrospect
from mzsim.domain.earlier.prestatie import COSTS, PrestatieKey, prestatie_of
from mzsim.domain.sets import REISKOSTEN_CODES, Role, role_of
from mzsim.judging.who import WhoIsWho
from mzsim.reading.set_reading import SetReading
from mzsim.standard.layout import layouts
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import CREDIT, DEBET, as_bytes, cents, text
from mzsim.store.history import HistorySource

_LAYOUT = layouts("mz301")[b"04"]
_KIND = _LAYOUT["0409"].plaats
_DEBET_CREDIT = _LAYOUT["0431"].plaats
_COSTS = (b"02", b"04")
_REISKOSTEN = frozenset(code.decode() for code in REISKOSTEN_CODES)

Journey = tuple[str, str, str]
"""Prestatiecode, behandelaar and datum prestatie."""
_Granted = tuple[str, PrestatieKey]
"""A day (EEJJMMDD) and what was granted on it."""
_BESIDE = {Role.TIME: Role.HONORARIUM, Role.HONORARIUM: Role.TIME}
"""What a record 01 in the Wlz can't stand beside (INV 4.9.1)."""


class _Session(NamedTuple):
    """What a behandelaar did for a person on a day: hours, or a treatment by the prestatie."""

    person: str
    date: str
    behandelaar: str
    role: Role


class LookBack:
    """First `prefetch` a group of records, then `look` at each of its prestatierecords in order.

    `party` is the AGB-code of who is paid; `revoked` holds 0433 of every credit of the file, `takings` all that these say.
    """

    def __init__(
        self,
        source: HistorySource,
        party: str,
        set_reading: SetReading,
        revoked: Marks,
        takings: Marks,
        zorgkantoren: Collection[str],
    ) -> None:
        """`zorgkantoren` are the UZOVI-nummers whose reiskosten count; none in a Zvw message."""
        self._source = source
        self._party = party
        self._set_reading = set_reading
        self._revoked = revoked
        self._takings = takings
        self._zorgkantoren = zorgkantoren
        self._wlz = bool(zorgkantoren)
        self._person = ""
        """The verzekerde at hand, as the store names him."""
        self._again = False
        self._past = Past()
        self._journeys: Mapping[Journey, Sequence[EarlierRecord]] = {}
        self._sessions: Mapping[_Session, Sequence[EarlierRecord]] = {}
        self._credited: set[int] = set()
        """Records that the file has credited: those of the verzekerde at hand, and those that it credits more than once."""
        self._credited_once: set[int] = set()
        """Those among them that nobody asks for after this verzekerde."""
        self._granted: list[_Granted] = []
        """What the file was granted for the verzekerde at hand: costs that stand alone, and of one with several
        verzekerdenrecords whatever else costs in another of them may ask for."""
        self._granted_to: dict[str, list[_Granted]] = {}
        """That of everyone with several."""

    def new_verzekerde(self, person: str, *, again: bool) -> None:
        """The records that follow are of another verzekerdenrecord; `again` says whether the person may have several."""
        if not self._again:
            self._credited -= self._credited_once
        self._credited_once.clear()
        self._person, self._again = person, again
        self._granted = self._granted_to.setdefault(person, []) if again else []

    def prefetch(self, group: Sequence[bytes], first_line: int, who: WhoIsWho) -> None:
        """Fetches what was declared before for the verzekerden and days in the records that come next."""
        persons, days = set(), set()
        sessions = []
        person = self._person
        for line, heen in enumerate(group, first_line):
            if heen[:2] == b"02":
                person = who.person(heen)
            elif p := self._asked(heen, line):
                persons.add(person)
                days.add(text(p.datum))
            elif self._wlz and (session := _session(heen, person)):
                sessions.append(session)
        rows = self._source.on_days(persons, days) if persons else ()
        self._past = Past(rows, self._credited)
        if self._wlz:
            journeys = [journey for heen in group if (journey := _journey(heen))]
            self._journeys = self._known_journeys(journeys) if journeys else {}
            self._sessions = self._known_sessions(sessions) if sessions else {}

    def _asked(self, heen: bytes, line: int) -> Prestatierecord | None:
        if heen[:2] != b"04":
            return None
        if heen[_DEBET_CREDIT] == CREDIT or (heen[_KIND] in _COSTS and line in self._set_reading.late):
            return Prestatierecord(heen)
        return None

    def _known_journeys(self, journeys: list[Journey]) -> dict[Journey, list[EarlierRecord]]:
        _, behandelaars, days = zip(*journeys, strict=True)
        rows = self._source.reiskosten(_REISKOSTEN, set(behandelaars), set(days), self._zorgkantoren)
        known: defaultdict[Journey, list[EarlierRecord]] = defaultdict(list)
        for row in standing(rows):
            known[row.prestatiecode, row.behandelaar, row.datum].append(row)
        return known

    def _known_sessions(self, sessions: list[_Session]) -> dict[_Session, list[EarlierRecord]]:
        rows = self._source.honoraria_on({s.person for s in sessions}, {s.date for s in sessions})
        known: defaultdict[_Session, list[EarlierRecord]] = defaultdict(list)
        for row in standing(rows):
            role = role_of(as_bytes(row.soort), as_bytes(row.prestatiecode), wlz=True)
            known[_Session(row.persoon, row.datum, row.behandelaar, role)].append(row)
        return known

    def _is_revoked(self, row: EarlierRecord) -> bool:
        return is_revoked(row, self._party, self._takings)

    def look(self, heen: bytes, line: int) -> Retrospect | None:
        """What earlier declarations say about a prestatierecord; None where that is nothing."""
        p = self._asked(heen, line)
        if p is None:
            return self._look_at_day(heen)
        if is_credit(p):
            return Retrospect(self._counterentry(p)) if p.vorig_referentienummer.strip(b" ") else None
        return self._past.late_costs(self._late_costs(p, line), self._is_revoked, wlz=self._wlz)

    def _look_at_day(self, heen: bytes) -> Retrospect | None:
        """What was granted to the behandelaar on the day, that this record can't be declared beside."""
        journey = _journey(heen) if self._journeys else None
        if journey and (reiskosten := self._still_stands(self._journeys.get(journey, ()))):
            return Retrospect(reiskosten=reiskosten)
        if self._sessions and (session := _session(heen, self._person)):
            earlier = self._sessions.get(session._replace(role=_BESIDE[session.role]), ())
            other = self._still_stands(earlier)
            return None if other is None else Retrospect(not_beside=other)
        return None

    def _still_stands(self, earlier: Sequence[EarlierRecord]) -> EarlierRecord | None:
        """The first of these that no credit in order, earlier in the file, takes back."""
        return next((row for row in earlier if row.id not in self._credited), None)

    def _late_costs(self, p: Prestatierecord, line: int) -> LateCosts:
        date = text(p.datum)
        now = [prestatie for day, prestatie in self._granted if day == date]
        return LateCosts(
            self._person,
            date,
            prestatie_of(p),
            behind_hours=line in self._set_reading.behind_hours,
            treated_now=tuple(prestatie for prestatie in now if prestatie.kind not in COSTS),
            granted_now=tuple(prestatie for prestatie in now if prestatie.kind in COSTS),
        )

    def _counterentry(self, p: Prestatierecord) -> Counterentry:
        number = text(p.vorig_referentienummer)
        entry = CreditKey(self._party, self._person, text(p.datum), text(p.prestatiecode), text(p.soort), number)
        return self._past.counterentry(entry, cents(p.declaratiebedrag), self._is_revoked, wlz=self._wlz)

    def credited(self, retrospect: Retrospect) -> None:
        """A credit was found in order: its debet record can't be credited again."""
        debet = retrospect.debet
        if debet is not None:
            self._credited.add(debet.id)
            # Reiskosten are asked for with another verzekerde as well.
            if self._revoked.count(debet.referentienummer) == 1 and debet.prestatiecode not in _REISKOSTEN:
                self._credited_once.add(debet.id)

    @property
    def counts(self) -> bool:
        """Whether `granted` wants to hear of every prestatierecord that is granted."""
        return len(self._set_reading.late) > 0

    def granted(self, heen: bytes, line: int) -> None:
        """A prestatierecord was granted, in whole or in part."""
        if self._again or line in self._set_reading.late:
            p = Prestatierecord(heen)
            if not is_credit(p):
                self._granted.append((text(p.datum), prestatie_of(p)))


def is_revoked(earlier: EarlierRecord, party: str, takings: Marks) -> bool:
    """Whether a message that pays this party takes an earlier record back: `takings` are what its credits say.

    A credit that names it with another amount takes nothing back (0433-3), so its number alone does not tell.
    """
    return earlier.agb == party and any(taking in takings for taking in earlier.takings)


def _journey(heen: bytes) -> Journey | None:
    """The reiskosten that a record declares, if it does and names a behandelaar."""
    p = Prestatierecord(heen)
    if p.kenmerk != b"04" or p.prestatiecode.rstrip(b" ") not in REISKOSTEN_CODES:
        return None
    if p.soort != b"01" or is_credit(p) or not p.behandelaar.strip(b"0"):
        return None
    return text(p.prestatiecode), text(p.behandelaar), text(p.datum)


def _session(heen: bytes, person: str) -> _Session | None:
    """The hours or the treatment that a record 01 (debet) of the Wlz declares for a person."""
    if heen[:2] != b"04" or heen[_KIND] != b"01" or heen[_DEBET_CREDIT] != DEBET:
        return None
    p = Prestatierecord(heen)
    role = role_of(b"01", p.prestatiecode.rstrip(b" "), wlz=True)
    return _Session(person, text(p.datum), text(p.behandelaar), role) if role in _BESIDE else None

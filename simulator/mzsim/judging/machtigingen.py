"""Looks for the authorisation of prestatierecords: whether one is needed, and what the store holds. Fetches a group of
records at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from mzsim.domain.beleid import Duty
from mzsim.domain.covers import DekkingKey, age
from mzsim.domain.earlier.credits import EarlierRecord, is_credit, with_debet
from mzsim.domain.earlier.maxima import period
from mzsim.domain.facts import MachtigingFact, MachtigingView, PolisFact
from mzsim.domain.teeth import jaw_of
from mzsim.judging.grounds import valid_polis
from mzsim.judging.machtiging_demands import (
    NOTHING,
    Demand,
    DemandCounts,
    Demands,
    MachtigingState,
    counts_aantal,
    duty_holds,
)
from mzsim.judging.who import WhoIsWho
from mzsim.standard.layout import CHARSET, layouts
from mzsim.standard.records import Prestatierecord, Verzekerdenrecord
from mzsim.standard.values import as_bytes, cents, number_and_birth, read_date, text
from mzsim.store.history import EVER, HistorySource
from mzsim.store.machtigingen import MachtigingSource

_LAYOUT = layouts("mz301")[b"04"]
_NUMBER = _LAYOUT["0406"].plaats
_DATE = _LAYOUT["0408"].plaats
_CODE = _LAYOUT["0413"].plaats
_CODE_LENGTH = _LAYOUT["0413"].length
_BSN = layouts("mz301")[b"02"]["0203"].plaats
_EMPTY = b" " * _LAYOUT["0406"].length
_COSTS = (b"02", b"04")


Cause = Duty | DekkingKey
"""What asks for an authorisation."""


class _Holder(NamedTuple):
    """A verzekerde who may have an authorisation: his name in the store, his BSNs (rubriek 0203, and his own where only the
    insurer knows it), and the insurers whose authorisations he may have."""

    person: str
    bsns: frozenset[bytes]
    at: tuple[str, ...]


class Look(NamedTuple):
    """What there is to say of the machtigingsnummer of a record: what speaks against it, if anything, and where nothing
    does the authorisations for a number or an amount on one of which it is to be granted, oldest first."""

    view: MachtigingView | None
    limited: tuple[MachtigingFact, ...] = ()


_NOTHING_SEEN = Look(None)


class MachtigingLookup:
    """First `prefetch` a group of records, then `look` at each of its prestatierecords in order, and tell of each
    `new_verzekerde` in between.

    `authorised_at` gives, by 0204, the insurers whose authorisations count; `parties` are the AGB-codes of who is paid and
    of the declarant.
    """

    def __init__(
        self,
        source: MachtigingSource,
        history: HistorySource,
        requirements: Demands,
        *,
        authorised_at: Callable[[str], tuple[str, ...]],
        parties: Collection[str],
        may_be_empty: bool,
    ) -> None:
        """Without `may_be_empty` another check objects to every empty number."""
        self._source = source
        self._history = history
        self._requirements = requirements
        self._asks = requirements.ask_anything and may_be_empty
        self.counts = self._asks and requirements.counts
        """Whether `granted` has to be told of every record that is granted."""
        self._authorised_at = authorised_at
        self._parties = frozenset(as_bytes(party) for party in parties)
        self._verzekerde = b""
        """The record of the verzekerde at hand."""
        self._person = ""
        self._holder: _Holder | None = None
        self._of_unknown: Look | None = None
        self._by_number: dict[tuple[str, str], MachtigingFact] = {}
        self._of_verzekerden: dict[tuple[str, str], list[MachtigingFact]] = {}
        self._earlier = DemandCounts()
        self._now = DemandCounts()
        """What this message was granted so far."""
        self._behandeld: dict[tuple[bytes, bytes], Cause | None] = {}
        """What asked for an authorisation of the last treatment of the verzekerde on a day with a prestatiecode."""
        self._any_limited = source.has_limited()
        self.with_limited: Collection[str] = frozenset()
        """Who of the group at hand, as the store names them, may have an authorisation for a number or an amount."""

    def prefetch(self, group: Sequence[bytes], who: WhoIsWho, *, with_numbers: bool) -> Collection[bytes]:
        """Fetches what the records that come next may ask for; returns the prestatiecodes whose records want a look.

        Without `with_numbers` none of them names an authorisation.
        """
        numbers = {heen[_NUMBER] for heen in group if heen[:2] == b"04"} - {_EMPTY} if with_numbers else None
        self._by_number = self._source.with_number({text(number) for number in numbers}) if numbers else {}
        if self._any_limited:
            verzekerden = [(who.of(heen).person, text(heen[_BSN])) for heen in group if heen[:2] == b"02"]
            limited = self._source.with_limited({name for names in verzekerden for name in names})
            self.with_limited = {person for person, bsn in verzekerden if limited & {person, bsn}}
        asked = list(self._asked(group, who)) if self._asks else []
        persons = {person for person, heen, _ in asked if heen[_NUMBER] == _EMPTY and _has_bsn(person)}
        self._of_verzekerden = self._source.of_verzekerden(persons) if persons else {}
        self._earlier = self._count_earlier([(person, heen) for person, heen, require in asked if require.counted])
        if numbers:
            return {heen[_CODE] for heen in group if heen[:2] == b"04"}
        return {heen[_CODE] for _, heen, _ in asked}

    def _asked(self, group: Sequence[bytes], who: WhoIsWho) -> Iterator[tuple[str, bytes, Demand]]:
        """The records for which an authorisation may be asked, each with its verzekerde as the store names him."""
        person, require_of = self._person, self._requirements.of
        for heen in group:
            kenmerk = heen[:2]
            if kenmerk == b"04":
                if (require := require_of(heen[_CODE])) is not None:
                    yield person, heen, require
            elif kenmerk == b"02":
                person = who.person(heen)

    def _count_earlier(self, counted: list[tuple[str, bytes]]) -> DemandCounts:
        counts = DemandCounts()
        if counted:
            years = [text(heen[_DATE])[:4] for _, heen in counted]
            of, until = EVER if self._requirements.always_counts else (f"{min(years)}0101", f"{max(years)}1231")
            rows = self._history.granted({person for person, _ in counted}, of, until)
            for row, debet in with_debet(rows):
                sign = -1 if row.credit else 1
                count = sign * debet.aantal if counts_aantal(_rubriek(row.soort)) else 0
                at = MachtigingState(sign * abs(debet.declaratiebedrag), count)
                jaw = jaw_of(debet.kaak, debet.gebitselement)
                self._tally(counts, row.persoon, _rubriek(row.prestatiecode, _CODE_LENGTH), row.datum, jaw, at)
        return counts

    def new_verzekerde(self, v: Verzekerdenrecord, person: str) -> None:
        """From here on the records of another verzekerde, whom the store names so."""
        self._verzekerde, self._person, self._holder, self._of_unknown = v, person, None, None
        self._behandeld.clear()

    @property
    def _who(self) -> _Holder:
        # Of most verzekerden nobody asks.
        if self._holder is None:
            v = Verzekerdenrecord(self._verzekerde)
            bsns = {v.bsn, as_bytes(self._person)} if _has_bsn(self._person) else {v.bsn}
            self._holder = _Holder(self._person, frozenset(bsns), self._authorised_at(v.uzovi.decode(CHARSET)))
        return self._holder

    def look(self, heen: bytes, polissen: tuple[PolisFact, ...]) -> Look:
        """What there is to say of the machtigingsnummer of a record; `polissen` are those of the verzekerde."""
        empty = heen[_NUMBER] == _EMPTY
        require = self._requirements.of(heen[_CODE]) if self._asks else None
        if empty and require is None:
            return _NOTHING_SEEN
        p = Prestatierecord(heen)
        if is_credit(p):
            return _NOTHING_SEEN
        known = self._known(p) if empty else ()
        if any(not m.limited for m in known):
            return _NOTHING_SEEN  # whatever asks for it; and so it is for costs of the same treatment
        asks = self._what_asks(require, p, polissen) if require is not None and (empty or require.weighs) else None
        if empty:
            if asks is None:
                return _NOTHING_SEEN
            return Look(None, known) if known else Look(MachtigingView(None, self._parties, asks))
        named = self._with_number(text(p.machtigingsnummer)) if self._by_number else []
        if not named:
            return self._unknown
        good = tuple(machtiging for machtiging in named if self._good(machtiging, p))
        if not good:
            return Look(MachtigingView(named[0], self._parties, bsns=self._who.bsns))
        return Look(None, good) if all(m.limited for m in good) else _NOTHING_SEEN

    @property
    def _unknown(self) -> Look:
        """What there is to say of a number that nobody knows."""
        if self._of_unknown is None:
            self._of_unknown = Look(MachtigingView(None, self._parties, bsns=self._who.bsns))
        return self._of_unknown

    def _with_number(self, number: str) -> list[MachtigingFact]:
        """Those with a number, of every insurer whose authorisations count; members of a group may have the same number."""
        found = (self._by_number.get((uzovi, number)) for uzovi in self._who.at)
        return [machtiging for machtiging in found if machtiging is not None]

    def _known(self, p: Prestatierecord) -> tuple[MachtigingFact, ...]:
        """The authorisations that the insurer gave and that fit a record which names none, oldest first."""
        who = self._who
        fit = [m for uzovi in who.at for m in self._of_verzekerden.get((uzovi, who.person), ()) if self._good(m, p)]
        return tuple(sorted(fit, key=lambda m: (m.start, m.number)))

    def _good(self, machtiging: MachtigingFact, p: Prestatierecord) -> bool:
        return (
            machtiging.given
            and machtiging.in_force(p.datum)
            and machtiging.is_before(self._who.bsns, p.prestatiecode, self._parties)
        )

    def _what_asks(self, require: Demand, p: Prestatierecord, polissen: tuple[PolisFact, ...]) -> Cause | None:
        """What asks for an authorisation, if anything does."""
        polis = valid_polis(polissen, p.datum)
        if polis is None or read_date(p.datum) is None or self._requirements.exempt(require, p.datum):
            return None
        costs = p.soort in _COSTS
        # Costs belong to their treatment: what that needs, they need.
        if costs and (behandeld := self._behandeld.get((p.datum, p.prestatiecode))):
            return behandeld
        years = age(polis.geboortedatum, p.datum)
        asks: Cause | None = next(
            (duty for n, duty in require.duties if duty_holds(duty, p, years, self._state(n, duty, p))), None
        )
        if asks is None:
            asks = self._requirements.dekking_that_asks(require, p, polis)
        if not costs:
            self._behandeld[p.datum, p.prestatiecode] = asks
        return asks

    def _state(self, number: int, duty: Duty, p: Prestatierecord) -> MachtigingState:
        if duty.per is None or not duty.weighs:
            return NOTHING
        in_period = period(duty.per, text(p.datum), jaw_of(text(p.boven_onder), text(p.gebitselement)))
        return self._earlier.state(self._who.person, number, in_period, self._now)

    def granted(self, heen: bytes, debet: EarlierRecord | None) -> None:
        """A prestatierecord of the verzekerde was granted, in whole or in part; `debet` is what a credit takes back, and what
        that counted for."""
        require = self._requirements.of(heen[_CODE])
        if require is None or not require.counted:
            return
        p = Prestatierecord(heen)
        sign = -1 if is_credit(p) else 1
        amount, count = (
            (debet.declaratiebedrag, debet.aantal) if debet else (cents(p.declaratiebedrag), cents(p.aantal))
        )
        at = MachtigingState(sign * amount, sign * count if counts_aantal(p.soort) else 0)
        place = (debet.kaak, debet.gebitselement) if debet else (text(p.boven_onder), text(p.gebitselement))
        self._tally(self._now, self._who.person, p.prestatiecode, text(p.datum), jaw_of(*place), at)

    def _tally(self, counts: DemandCounts, who: str, code: bytes, date: str, jaw: str, at: MachtigingState) -> None:
        require = self._requirements.of(code)
        for number, per in require.counted if require is not None else ():
            counts.tally(who, number, period(per, date, jaw), at)


def _has_bsn(person: str) -> bool:
    return number_and_birth(person) is None


@lru_cache(maxsize=4096)
def _rubriek(value: str, length: int = 0) -> bytes:
    """A value of the store as a record holds it."""
    return as_bytes(value.ljust(length))

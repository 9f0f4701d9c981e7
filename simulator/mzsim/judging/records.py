"""Judges the detail records of a message one by one; facts about persons are fetched for a group of records at a time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence

from mzsim.checks.known_verdicts import PrestatieExamination, VerzekerdeExamination
from mzsim.checks.performing import IN_ORDER, Verdict, examination
from mzsim.checks.prestatie import WLZ_START, ZVW_START
from mzsim.checks.prestatie_form import DJI
from mzsim.checks.register import REGISTER
from mzsim.checks.surroundings import Surroundings
from mzsim.common.periods import Stretches, day_after
from mzsim.domain.beleid import Beleid
from mzsim.domain.check import Check
from mzsim.domain.covers import Changes, PakketKey
from mzsim.domain.earlier.credits import REJECTED
from mzsim.domain.facts import PolisFact
from mzsim.domain.findings import Row
from mzsim.domain.parties import workplaces
from mzsim.domain.reach import DatedList, out_of_reach
from mzsim.domain.terms import first_on_time
from mzsim.judging.agreements import Conditions
from mzsim.judging.commentaar_reading import CommentaarExamination
from mzsim.judging.look_back import LookBack
from mzsim.judging.machtiging_demands import Demands
from mzsim.judging.machtigingen import MachtigingLookup
from mzsim.judging.message import Message
from mzsim.judging.repeats import Repeats
from mzsim.judging.runs import NO_PREVIOUS, Piece, Run, RunExamination, cut
from mzsim.judging.who import WhoIsWho
from mzsim.reading.set_reading import SetReading
from mzsim.standard.layout import CHARSET, layouts
from mzsim.standard.records import Debiteurrecord, Verzekerdenrecord
from mzsim.standard.values import DEBET, write_date
from mzsim.store.facts import FactSource

_HEEN = layouts("mz301")
_REFERENCE = _HEEN[b"04"]["0432"].plaats
_CODE = _HEEN[b"04"]["0413"].plaats
_SPACE = ord(" ")
_DEBET_CREDIT = _HEEN[b"04"]["0431"].plaats
_BEHANDELAAR = _HEEN[b"04"]["0420"].plaats


class RecordExamination:
    """Judges every record of a message, in order, once. `surroundings` is that of the record last given."""

    def __init__(
        self,
        message: Message,
        by: str,
        set_reading: SetReading,
        *,
        excluding: str = "",
        facts: FactSource | None = None,
        conditions: Conditions | None = None,
        beside_commentaar: Collection[int] = (),
    ) -> None:
        """`excluding` leaves out checks that another has performed; without `facts` nothing is known of persons, without
        `conditions` nothing of cover and tariffs. `beside_commentaar` are the lines of records that a commentaarrecord
        rejects."""
        self._message = message
        self._facts = facts
        self._pakketten = conditions.pakketten if conditions else {}
        self._changes: dict[tuple[PakketKey, ...], Changes] = {}
        """When the cover of a polis changes while it is in force, by its pakketten."""
        self._verzekerde = VerzekerdeExamination(by, excluding, message.beleid.uit)
        self._debiteur = examination("debiteur", by, excluding, message.beleid.uit)
        self._unreadable: frozenset[str] = frozenset()
        """Rubrieken of the verzekerdenrecord at hand that failed levels 3 and 4."""
        self._unmatched = message.first_reading.debiteuren.unmatched if message.first_reading.debiteuren else ()
        self._prestatie = PrestatieExamination(by, excluding, message.beleid.uit)
        self.commentaar = CommentaarExamination(by, excluding, message.beleid.uit)
        self._beside_commentaar = beside_commentaar
        self.surroundings = _surroundings(message, set_reading, facts, conditions)
        self._stretches = _stretches(message, self.surroundings)
        self._first_day = WLZ_START if message.wlz else ZVW_START
        self._cover_stretches: list[bytes] = []
        self._references = message.first_reading.references
        self._previous_references = message.first_reading.previous_references
        self._usual = not set_reading.objections
        """Whether nothing outside a record can speak against it, in the group of records at hand, but one like it or one
        with the same 0432."""
        self._who = None if facts is None else WhoIsWho(message, facts)
        self.stands_again = False
        """Whether the verzekerde at hand may have another verzekerdenrecord in the file."""
        self._look_back = _look_back(message, set_reading, facts)
        self._machtigingen = _machtiging_lookup(message, facts, conditions)
        self._with_machtiging: Collection[bytes] = ()
        """The prestatiecodes (0413) whose records want a look at their authorisation, in the group at hand."""
        self._was_read = 1
        self._repeats = None if set(excluding) & set(REGISTER["0413-4"].by) else Repeats()
        self._together = self._of_runs(message)
        self._asks_references = facts is not None and _may_be_known(message, facts)
        self._asks_behandelaars = facts is not None and facts.has_zorgaanbieders

    def prefetch(self, group: Sequence[bytes]) -> Collection[str]:
        """Fetches what there is to know about the persons, behandelaars and references in the records that come next.

        Returns the persons, as the store names them.
        """
        if self._facts is None or self._who is None:
            return ()
        persons = self._who.prefetch(heen for heen in group if heen[:2] == b"02")
        if self._look_back is not None:
            self._look_back.prefetch(group, self._was_read + 1, self._who)
            self._was_read += len(group)
        if self._machtigingen is not None:
            with_numbers = self._message.first_reading.with_machtiging
            self._with_machtiging = self._machtigingen.prefetch(group, self._who, with_numbers=with_numbers)
        if self._asks_behandelaars:
            self.surroundings.zorgaanbieders = self._facts.zorgaanbieders(
                {heen[_BEHANDELAAR] for heen in group if heen[:2] == b"04"}
            )
        if self._asks_references:
            assert self._message.party is not None
            numbers = (heen[_REFERENCE] for heen in group if heen[:2] == b"04")
            received = self._facts.references(self._message.party, self._message.uzovi_number, numbers)
            self.surroundings.used_references = _in_use(received, self._message.beleid)
        self._usual = (
            self._look_back is None and not self.surroundings.record_sets and not self.surroundings.used_references
        )
        return persons

    def verzekerde(self, heen: bytes, line: int) -> Verdict:
        """Judges a verzekerdenrecord; the prestatierecords that follow are its own."""
        v = Verzekerdenrecord(heen)
        o = self.surroundings
        first_reading = self._message.first_reading
        o.line = line
        o.verzekerde = v
        if self._who is not None:
            who = self._who.of(heen)
            o.person, o.polissen, o.number_known, o.fitting, self.stands_again = who
            if self._look_back is not None:
                self._look_back.new_verzekerde(who.person, again=who.again)
            if self._machtigingen is not None:
                self._machtigingen.new_verzekerde(v, who.person)
        o.verzekerde_stood_at = first_reading.verzekerden.first(first_reading.verzekerde_key(heen), line)
        o.own_uzovi = o.wlz or v.uzovi.decode(CHARSET) in self._message.search_in
        o.debiteur_fits = line not in self._unmatched
        verdict = self._verzekerde(v, o)
        self._unreadable = verdict.unreadable
        o.geboortedatum = None if "0207" in verdict.unreadable else v.geboortedatum
        self._cover_stretches = self._cover_periods(o.geboortedatum, o.polissen)
        self._prestatie.new_verzekerde(verdict.unreadable)
        if self._repeats is not None:
            self._repeats.new_verzekerde()
        return verdict

    def _cover_periods(self, geboortedatum: bytes | None, polissen: tuple[PolisFact, ...]) -> list[bytes]:
        """Where the tijdvakken of a verzekerde begin: born, insured, covered and alive alike on all days of one."""
        begin = [self._first_day, geboortedatum or b""]
        for polis in polissen:
            begin.append(polis.start)
            begin += [day_after(day) for day in (polis.end, polis.overleden) if day]
            changes = self._changes.get(polis.pakketten)
            if changes is None:
                changes = self._changes[polis.pakketten] = Changes.of(polis.pakketten, self._pakketten)
            begin += changes.days(polis)
        begin.sort()
        return begin

    def debiteur(self, heen: bytes) -> Verdict:
        """Judges the debiteurrecord of the verzekerde last given; a message to an insurer has none to judge."""
        if not self._message.to_servicebureau:
            return IN_ORDER
        return self._debiteur(Debiteurrecord(heen), self.surroundings, self._unreadable)

    def prestatie(self, heen: bytes, line: int) -> Verdict:
        """Judges a prestatierecord of the verzekerde last given."""
        o = self.surroundings
        o.line = line
        o.key, o.manner, date, content, reference, o.previous_reference = cut(heen)
        o.reference = reference
        o.content = content
        o.datum_prestatie = date
        o.stretch = self._stretches[date]
        o.cover_stretch = bisect_right(self._cover_stretches, date)
        if self._repeats is not None:
            o.equal, o.split = self._repeats.look(o.key, o.manner, date, content, o.previous_reference)
        if self._usual and reference not in self._references.suspect and o.previous_reference == NO_PREVIOUS:
            o.reference_stood_at = o.previous_stood_at = line
            o.nothing_elsewhere = not (o.equal or o.split) and reference[0] != _SPACE
        else:
            self._look_around(heen, reference)
        o.machtiging, o.limited_machtigingen = None, ()
        if self._with_machtiging and heen[_CODE] in self._with_machtiging:
            assert self._machtigingen is not None
            o.machtiging, o.limited_machtigingen = self._machtigingen.look(heen, o.polissen)
        verdict = self._prestatie(heen, o)
        if o.retrospect is not None and not verdict.objections and line not in self._beside_commentaar:
            assert self._look_back is not None
            self._look_back.credited(o.retrospect)
        return verdict

    def _of_runs(self, message: Message) -> RunExamination | None:
        """What judges the records of a verzekerde in one go; None where each has to be looked at: what its neighbours say
        matters, or somebody looks on."""
        first_reading = message.first_reading
        watched = message.collector is not None or message.direction is not None
        if watched or first_reading.needs_set_reading or self.counts_grants or self._beside_commentaar:
            return None
        return RunExamination(self._prestatie, self._repeats, self._stretches, self._references)

    def run(self, line: int, piece: Piece) -> Run | None:
        """Judges all prestatierecords of the verzekerde last given, of which the first stands on this line, in one go.

        None where they are to be judged one by one.
        """
        if self._together is None or not (piece.whole and piece.prestaties) or self.stands_again:
            return None
        run = self._together.judge(line, piece.prestaties, self.surroundings, self._cover_stretches)
        return run if run is None or not self._with_machtiging else self._with_machtigingen(run)

    def _with_machtigingen(self, run: Run) -> Run | None:
        """The same with what speaks against the authorisation of each record; None where one is limited."""
        assert self._machtigingen is not None
        o, verdicts = self.surroundings, run.verdicts
        for place, heen in enumerate(run.records):
            if heen[_CODE] in self._with_machtiging:
                o.machtiging, limited = self._machtigingen.look(heen, o.polissen)
                if limited:
                    return None
                if o.machtiging is not None:
                    verdicts[place] = self._prestatie.with_machtiging(verdicts[place], heen, o)
        return run

    def _look_around(self, heen: bytes, reference: bytes) -> None:
        o = self.surroundings
        o.reference_stood_at = self._references.first(reference, o.line)
        o.previous_stood_at = self._previous_stood_at(heen)
        if self._look_back is not None:
            o.retrospect = self._look_back.look(heen, o.line)
        o.nothing_elsewhere = (
            o.reference_stood_at == o.line
            and o.previous_stood_at == o.line
            and o.previous_reference != reference
            and not (o.equal or o.split)
            and o.line not in o.record_sets
            and o.retrospect is None
            and reference not in o.used_references
            and _left_aligned(reference, o.previous_reference)
        )

    def _previous_stood_at(self, heen: bytes) -> int:
        o = self.surroundings
        if o.previous_reference == NO_PREVIOUS or heen[_DEBET_CREDIT] != DEBET:
            return o.line
        return self._previous_references.first(o.previous_reference, o.line)

    @property
    def out_of_reach(self) -> str:
        """What to say of lists that don't reach a datum prestatie of the records that were judged; empty where they do."""
        lists: dict[str, DatedList] = {
            "prestatiecodes": self._message.prestatiecodes,
            "tarieven": self.surroundings.tariff_card.tariffs,
        }
        return out_of_reach(self._stretches.days, lists)

    @property
    def with_limited_machtiging(self) -> Collection[str]:
        """The persons in the group at hand, as the store names them, who may have an authorisation for a number or an
        amount: all that was ever granted on it counts."""
        return self._machtigingen.with_limited if self._machtigingen is not None else ()

    @property
    def counts_grants(self) -> bool:
        """Whether `granted` wants to hear of every prestatierecord that is granted."""
        onlookers = (self._machtigingen, self._look_back)
        return any(onlooker is not None and onlooker.counts for onlooker in onlookers)

    def granted(self, heen: bytes) -> None:
        """The prestatierecord last given was granted, in whole or in part."""
        o = self.surroundings
        if self._look_back is not None:
            self._look_back.granted(heen, o.line)
        if self._machtigingen is not None and self._machtigingen.counts:
            self._machtigingen.granted(heen, o.retrospect.debet if o.retrospect is not None else None)

    def rows(self, objections: Sequence[Check], line: int, heen: bytes) -> Sequence[tuple[Row, ...]]:
        """The rows of the store that decided each objection to the record last given; none where nobody asks for them."""
        collector = self._message.collector
        return () if collector is None else collector.on_record(line, objections, heen, self.surroundings)


def _may_be_known(message: Message, facts: FactSource) -> bool:
    """Whether any of its referentienummers may have been received before."""
    return message.party is not None and facts.has_references(
        message.party, message.uzovi_number, message.first_reading.reference_limits
    )


def _left_aligned(reference: bytes, previous: bytes) -> bool:
    """Whether 0432 is filled and neither it nor 0433 begins with a space, but a 0433 that is empty."""
    return reference[0] != _SPACE and (previous == NO_PREVIOUS or previous[0] != _SPACE)


def _surroundings(
    message: Message, set_reading: SetReading, facts: FactSource | None, conditions: Conditions | None
) -> Surroundings:
    """What checks know of a message before any of its records is read."""
    surroundings = Surroundings(
        today=message.today,
        dagtekening=message.voorloop.dagtekening,
        workplaces=workplaces(message.voorloop),
        wlz=message.wlz,
        to_servicebureau=message.to_servicebureau,
        uzovi=message.uzovi,
        insurer=message.insurer,
        prestatiecodes=message.prestatiecodes,
        codelijsten=message.codelijsten,
    )
    surroundings.record_sets = set_reading.objections
    surroundings.previous_in_file = set_reading.previous_in_file
    if conditions is not None:
        surroundings.tariff_card = conditions.card
        surroundings.contracteert = conditions.contracteert
        if conditions.contracteert and message.beleid.contract_vereist == "record":
            surroundings.contracten = conditions.card.contracten
    terms = message.beleid.indientermijn
    if terms is not None and facts is not None:
        first = [b"" if term is None else write_date(first_on_time(term, message.date)) for term in terms]
        surroundings.first_on_time, surroundings.first_on_time_without_contract = first
    return surroundings


def _stretches(message: Message, surroundings: Surroundings) -> Stretches:
    """The days between which nothing changes that a check of a prestatierecord, or its decision, asks for."""
    periods = {(fact.start, fact.end) for facts in message.prestatiecodes.values() for fact in facts}
    periods.update(surroundings.tariff_card.periods())
    for listing in message.codelijsten.values():
        periods.update((code.start, code.end) for codes in listing.values() for code in codes)
    return Stretches(
        (
            surroundings.first_on_time,
            surroundings.first_on_time_without_contract,
            *(start for start, _ in periods),
        ),
        (message.voorloop.dagtekening, *(end for _, end in periods)),
    )


def _in_use(received: Mapping[bytes, Collection[str]], beleid: Beleid) -> frozenset[bytes]:
    """The referentienummers that count as used, of those that the insurer received (INV 2.3.17)."""
    if not beleid.referentienummer_hergebruik_na_afwijzing:
        return frozenset(received)
    return frozenset(number for number, outcomes in received.items() if any(u != REJECTED for u in outcomes))


def _look_back(message: Message, set_reading: SetReading, facts: FactSource | None) -> LookBack | None:
    first_reading = message.first_reading
    if facts is None or message.party is None or not first_reading.needs_set_reading:
        return None
    source = facts.history(message.party, message.group)
    zorgkantoren = message.above_and_below if message.wlz else frozenset[str]()
    return LookBack(source, message.party, set_reading, first_reading.revoked, first_reading.takings, zorgkantoren)


def _machtiging_lookup(
    message: Message, facts: FactSource | None, conditions: Conditions | None
) -> MachtigingLookup | None:
    if facts is None or conditions is None:
        return None
    requirements = Demands(message.beleid.machtigingsplichtig, conditions.pakketten, conditions.card.contracten)
    if not requirements.ask_anything and not message.first_reading.with_machtiging:
        return None
    return MachtigingLookup(
        facts.machtigingen(message.search_in | {message.head}),
        facts.history(message.party or "", message.group),
        requirements,
        authorised_at=message.authorised_at,
        parties=message.parties,
        may_be_empty=message.insurer is None or message.insurer.kind != DJI,
    )

"""The insurer's answer: judges, grants, sends back what needs a word, and records what it received (INV 3.2, 3.3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from typing import BinaryIO, NamedTuple

from mzsim.answering.composing import WITH_ANOTHER, ReturnWriter, close_retour, header_of_rejected
from mzsim.answering.directed import decisions, record_verdicts
from mzsim.answering.meldingen import Answered, Answers, RecordMeldingen
from mzsim.answering.onlooker import AnswerOnlooker
from mzsim.answering.received import History
from mzsim.checks.surroundings import Surroundings
from mzsim.domain.check import INSURER
from mzsim.domain.decisions import BESIDE_COMMENTAAR, NOT_JUDGED, REJECTED, Decision
from mzsim.domain.earlier.credits import EarlierRecord
from mzsim.domain.facts import REJECTED_INSURER
from mzsim.domain.findings import Finding, Melding, Outcome, Status
from mzsim.granting.adjudicate import Adjudicator
from mzsim.judging.agreements import Conditions, contracted_in_period
from mzsim.judging.combination_reading import Combinations, read_combinations
from mzsim.judging.commentaar_reading import NONE, read_commentaar
from mzsim.judging.file import objections_to_file
from mzsim.judging.message import Message
from mzsim.judging.records import RecordExamination
from mzsim.judging.runs import Piece, Run, pieces
from mzsim.judging.who import named
from mzsim.reading.first_reading import ProgressCallback
from mzsim.standard.layout import LINE_LENGTH
from mzsim.standard.reader import read_groups
from mzsim.standard.retourcodes import (
    FILE_REJECTED_BY_AGREEMENT,
    FULLY_GRANTED,
    NO_REMARK,
)
from mzsim.standard.values import text
from mzsim.standard.writer import RetourWriter
from mzsim.store.facts import FactSource
from mzsim.store.history import EVER, HistorySource
from mzsim.store.recording import Recording

_FACTUURNUMMER_USED = "0116-2"
_NO_OBJECTION = Decision((), 0, 0, "")


class _DecidedRun(NamedTuple):
    """All prestatierecords of a verzekerde with the decision on each."""

    run: Run
    decisions: list[Decision]

    @property
    def objections(self) -> bool:
        """Whether any of them is objected to."""
        return any(decision.objections for decision in self.decisions)


class Insurer:
    """Answers one declaration as the insurer of 0108.

    `excluding` names who has judged the records before (V, or nobody); `book` records what is received.
    """

    def __init__(
        self,
        message: Message,
        facts: FactSource,
        book: Recording | None,
        progress: ProgressCallback,
        collector: AnswerOnlooker | None,
        *,
        excluding: str = "",
    ) -> None:
        self._message = message
        self._facts = facts
        self._book = book
        self._history = None if book is None else History(book)
        self._progress = progress
        self._collector = collector
        self._excluding = excluding
        self._combinations: Combinations | None = None
        """What the rules on combinations object to; None until they were looked at."""
        self._commentaar = NONE

    def answer(self, source: BinaryIO, retour: BinaryIO) -> Outcome:
        """Writes the retour and says how it ended."""
        objections = objections_to_file(self._message, INSURER, self._facts)
        if objections:
            outcome = self._reject_file(objections, source, retour)
        elif self._message.to_servicebureau:
            return Outcome(Status.FORWARDED, None, self._message.total_submitted, 0, ())
        else:
            self._conditions = Conditions.of(self._message, self._facts)
            outcome = self._handle(source, retour)
        if self._book is not None and not any(b.check.id == _FACTUURNUMMER_USED for b in objections):
            rejected = outcome.status in (Status.REJECTED_FILE, Status.FULLY_REJECTED)
            self._book.received(REJECTED_INSURER if rejected else "toegewezen")
        return outcome

    def _reject_file(self, objections: list[Finding], source: BinaryIO, retour: BinaryIO) -> Outcome:
        meldingen = self._message.meldingen(objections)
        codes = header_of_rejected(m.code for m in meldingen)
        close_retour(RetourWriter(retour), self._message, INSURER, codes)
        if self._history and not self._message.first_reading.structure:
            # The records reached the insurer all the same, so their referentienummers are used (INV 2.3.17).
            person = ""
            for group in read_groups(source):
                for heen in group:
                    if heen[:2] == b"04":
                        self._history.add_unseen(person, heen)
                    elif heen[:2] == b"02":
                        person = named(heen)
        return self._outcome(Status.REJECTED_FILE, 0, meldingen)

    def _handle(self, source: BinaryIO, retour: BinaryIO) -> Outcome:
        self._commentaar = read_commentaar(source, self._message, INSURER, self._excluding)
        everything = self._message.beleid.alles_of_niets and any(
            b.objections for _, _, b in self._decide(source, self._examination(source))
        )
        writer = RetourWriter(retour)
        back = ReturnWriter(writer, everything=everything)
        meldingen = RecordMeldingen()
        something_granted = False
        examination = self._examination(source)
        o = examination.surroundings
        collector, direction = self._collector, self._message.direction
        for line, heen, decision in self._decide(source, examination):
            if isinstance(decision, _DecidedRun):
                something_granted |= self._answer_run(back, decision, o.person, meldingen)
                continue
            if objections := decision.objections:
                codes = self._answers.of(objections, line).codes
                meldingen.add(line, heen, objections, codes, examination.rows(objections, line, heen))
            kenmerk = heen[:2]
            if kenmerk == b"04":
                if everything and decision is not NOT_JUDGED:
                    decision = decision.without_grant()
                if collector is not None:
                    collector.decided(line, heen, decision, o)
                self._answer_prestatie(back, line, heen, decision, o)
                if decision.outcome != REJECTED:
                    something_granted = True
            elif kenmerk == b"98":
                back.commentaar(heen, self._codes(decision, line))
            elif kenmerk == b"02":
                back.verzekerde(heen, self._codes(decision, line))
            else:
                back.debiteur(heen, self._codes(decision, line))
            if direction is not None and (texts := direction.commentaar(heen)):
                back.add(heen, texts)
        back.complete()
        status, code = self._conclusion(writer, everything=everything, something_granted=something_granted)
        close_retour(writer, self._message, INSURER, (code,))
        return self._outcome(status, writer.total_granted, meldingen)._replace(remark=examination.out_of_reach)

    def _answer_prestatie(
        self, back: ReturnWriter, line: int, heen: bytes, decision: Decision, o: Surroundings
    ) -> None:
        """Sends a prestatierecord back where it has to go, and remembers it."""
        history = self._history
        if decision is NOT_JUDGED or decision is BESIDE_COMMENTAAR:
            if decision is NOT_JUDGED:
                back.not_judged(heen)
            else:
                back.rejected(heen, WITH_ANOTHER, 0, 0)
            if history is not None:
                history.add_unseen(o.person, heen)
            return
        if history is not None:
            history.add(o.person, o.datum_prestatie, o.content, o.reference, o.previous_reference, decision)
        if decision.objections:
            answered = self._answers.of(decision.objections, line)
            back.rejected(heen, answered.on_record, self._berekend(heen, answered, decision), decision.granted)
        else:
            back.approved(heen, decision.granted)

    def _answer_run(self, back: ReturnWriter, decided: _DecidedRun, person: str, meldingen: RecordMeldingen) -> bool:
        """The same for the records of a verzekerde; gives whether any of them was granted."""
        run, decisions = decided
        if self._history is not None:
            self._history.add_run(person, run, decisions)
        if not decided.objections:
            back.all_approved(sum(decision.granted for decision in decisions))
            return bool(decisions)
        for (line, heen), decision in zip(enumerate(run.records, run.line), decisions, strict=True):
            if objections := decision.objections:
                answered = self._answers.of(objections, line)
                meldingen.add(line, heen, objections, answered.codes, ())
                back.rejected(heen, answered.on_record, self._berekend(heen, answered, decision), decision.granted)
            else:
                back.approved(heen, decision.granted)
        return any(decision.outcome != REJECTED for decision in decisions)

    def _conclusion(self, writer: RetourWriter, *, everything: bool, something_granted: bool) -> tuple[Status, str]:
        """How it ended, and the retourcode in 0196."""
        if writer.empty:
            return Status.FULLY_GRANTED, FULLY_GRANTED
        if everything:
            return Status.FULLY_REJECTED, FILE_REJECTED_BY_AGREEMENT
        if something_granted:
            return Status.PARTLY_GRANTED, NO_REMARK
        return Status.FULLY_REJECTED, self._message.beleid.volledig_afgewezen

    def _examination(self, source: BinaryIO) -> RecordExamination:
        if self._combinations is None:
            report = None if self._collector is None else self._collector.combination
            self._combinations = read_combinations(source, self._message, self._facts, report)
        self._answers = Answers(self._message.beleid, self._combinations.codes)
        set_reading = self._message.first_reading.set_reading(source).combined_with(self._combinations.objections)
        return record_verdicts(
            self._message,
            INSURER,
            set_reading,
            excluding=self._excluding,
            facts=self._facts,
            conditions=self._conditions,
            beside_commentaar=self._commentaar.beside,
        )

    def _decide(
        self, source: BinaryIO, examination: RecordExamination
    ) -> Iterator[tuple[int, bytes, Decision | _DecidedRun]]:
        """Every detail record in order: its line number, its line, and what is decided on it. The prestatierecords of a
        verzekerde come together where they can, by the line of the first."""
        if self._collector is not None:
            self._collector.begin_reading(self._conditions)
        off = self._message.beleid.uit
        judge = self._judge = decisions(self._message, self._conditions, off, self._collector)
        history = self._earlier_grants()
        surroundings = examination.surroundings
        wrong_commentaar, beside_commentaar = self._commentaar.per_line, self._commentaar.beside
        verzekerde_rejected = not_judged = False
        line = 2
        for group in read_groups(source):
            persons = examination.prefetch(group)
            if history is not None:
                judge.prefetch(self._granted_before(history, judge, persons, examination.with_limited_machtiging))
            for piece in pieces(group):
                first, prestaties, _ = piece
                if first is not None:
                    kenmerk = first[:2]
                    if kenmerk == b"02":
                        objections = examination.verzekerde(first, line).objections
                        beside = line in beside_commentaar and not objections
                        verzekerde_rejected = beside or bool(objections)
                        not_judged = False
                        judge.verzekerde(surroundings.person, again=examination.stands_again)
                        yield line, first, BESIDE_COMMENTAAR if beside else Decision(objections, 0, 0, REJECTED)
                    elif kenmerk == b"98":
                        objections = () if not_judged else wrong_commentaar.get(line, ())
                        yield line, first, Decision(objections, 0, 0, REJECTED) if objections else _NO_OBJECTION
                    elif kenmerk == b"03":
                        yield line, first, BESIDE_COMMENTAAR if line in beside_commentaar else _NO_OBJECTION
                    line += 1
                if verzekerde_rejected and prestaties:
                    not_judged = True  # its commentaar neither
                    yield from ((number, heen, NOT_JUDGED) for number, heen in enumerate(prestaties, line))
                elif (decided := self._decide_run(examination, judge, line, piece)) is not None:
                    yield line, b"", decided
                else:
                    yield from self._decide_each(examination, judge, line, prestaties)
                line += len(prestaties)
            self._progress(len(group) * LINE_LENGTH)

    def _decide_run(
        self, examination: RecordExamination, judge: Adjudicator, line: int, piece: Piece
    ) -> _DecidedRun | None:
        """What is decided on all prestatierecords of a verzekerde in one go; None where each is decided by itself."""
        if self._message.beleid.alles_of_niets:
            return None
        run = examination.run(line, piece)
        decisions = judge.together(run, examination.surroundings) if run is not None else None
        return None if run is None or decisions is None else _DecidedRun(run, decisions)

    def _decide_each(
        self, examination: RecordExamination, judge: Adjudicator, line: int, prestaties: Sequence[bytes]
    ) -> Iterator[tuple[int, bytes, Decision]]:
        """What is decided on prestatierecords in a row, of which the first stands on this line."""
        counts, surroundings = examination.counts_grants, examination.surroundings
        beside_commentaar = self._commentaar.beside
        for number, heen in enumerate(prestaties, line):
            objections = examination.prestatie(heen, number).objections
            if number in beside_commentaar and not objections:
                yield number, heen, BESIDE_COMMENTAAR
                continue
            decision = judge(heen, objections, surroundings)
            if counts and decision.outcome != REJECTED:
                examination.granted(heen)
            yield number, heen, decision

    def _granted_before(
        self, history: HistorySource, judge: Adjudicator, persons: Collection[str], ever: Collection[str]
    ) -> list[EarlierRecord]:
        """What was granted to these persons as far back as their dekkingen count; to whose machtiging is limited, ever."""
        first_reading = self._message.first_reading
        days = judge.back_to(text(first_reading.first_day), text(first_reading.last_day))
        if not ever:
            return history.granted(persons, *days)
        return [*history.granted(set(persons) - set(ever), *days), *history.granted(ever, *EVER)]

    def _earlier_grants(self) -> HistorySource | None:
        """Where to ask what the insurer granted before; None where it never received anything."""
        group = self._message.group
        return self._facts.history(self._message.party or "", group) if self._facts.has_history(group) else None

    def _codes(self, decision: Decision, line: int) -> tuple[str, ...]:
        """The codes that reject the record on a line, if any does."""
        if decision is BESIDE_COMMENTAAR:
            return WITH_ANOTHER
        return self._answers.of(decision.objections, line).on_record

    def _berekend(self, heen: bytes, answered: Answered, decision: Decision) -> int:
        """Rubriek 0481: where codes of cover reject a record in place of others it is told too (BER 0481)."""
        if decision.berekend or decision.granted or not answered.of_cover:
            return decision.berekend
        return self._judge.berekend(heen)

    def _outcome(self, status: Status, granted: int, meldingen: Sequence[Melding]) -> Outcome:
        message = self._message
        return Outcome(
            status,
            message.sender(INSURER),
            message.total_submitted,
            granted,
            meldingen,
            self._payment_date(granted),
        )

    def _payment_date(self, granted: int) -> dt.date | None:
        """When the total granted (cents) is paid: for a party with a contract on a day of the declaratieperiode perhaps
        sooner than for one without."""
        message = self._message
        if granted <= 0 or message.beleid.betaaltermijn is None:
            return None
        contracted = contracted_in_period(self._facts, message.uzovi_number, message.voorloop)
        return message.beleid.payment_date(message.date, granted, contracted=contracted)

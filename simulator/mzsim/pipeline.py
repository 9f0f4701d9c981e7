"""The path of one declaration, from bytes to retourbericht and store.

First reading (structure, counts), then what rejects the file, then the records: as VECOZO, as the insurer, or both.
The retour is written beside its place, read back by the program's own check, and gets its name right after the store
has recorded the message: both happen, or neither does.

A declaration is judged by the store as it was when that began, and nobody waits for it. It is recorded only where nothing
came in meanwhile that the answer relied on; else it is judged again.
"""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from mzsim.answering.delivery import commit_and_place, record_and_place
from mzsim.answering.insurer import Insurer
from mzsim.answering.onlooker import AnswerOnlooker
from mzsim.answering.submission import answer_again, keep, require_same, submitted
from mzsim.answering.vecozo import examine_file, examine_records
from mzsim.checks.register import REGISTER
from mzsim.common.errors import OwnError, SilentStoreError
from mzsim.common.in_memory import BytesMessage, RetourStream
from mzsim.common.inputs import FileState, open_message, readable, unchanged
from mzsim.common.whole_file import RetourFile, writable
from mzsim.domain.check import VECOZO
from mzsim.domain.findings import Finding, Melding, Outcome, Stage, Status
from mzsim.judging.message import SENDER_VECOZO, Message
from mzsim.judging.onlookers import AnswerScript
from mzsim.reading.first_reading import FirstReading, ProgressCallback, read_first
from mzsim.retour.check import deviations_of_retour
from mzsim.standard.recognition import is_retour, other_message, unreadable
from mzsim.standard.retourcodes import retourcodes
from mzsim.standard.values import text
from mzsim.store.facts import FactSource
from mzsim.store.recording import MessageRow, Number, Recording, forwarded_to_servicebureau
from mzsim.store.session import Connection, Database
from mzsim.store.spooled_rows import SpooledRows
from mzsim.store.submissions import AnsweredMeanwhile, Submission, known, require_key
from mzsim.store.together import Moment, moment, still_holds


class Witness(Protocol):
    """Looks on while a declaration is answered. What it raises stops the replay: nothing written, nothing recorded."""

    def begin(self, declaration: BinaryIO, connection: Connection, *, in_change: bool) -> None:
        """The store as it is judged by, before anything is recorded; `in_change` as in `Database.change`."""

    def end(self, retour: BinaryIO) -> None:
        """The retour that is about to get its name."""


class AsOf(NamedTuple):
    """A message that the store holds already: its row, and whether its factuurnummer was free before it."""

    message_id: int
    number_free: bool


class Order(NamedTuple):
    """One declaration to replay; `retour` is where its retourbericht goes, `date` the processing date.

    `answer` is a script that decides on what its rules match; `collector` hears how the answer came about; `as_of`
    judges as of when the message was received. `key` names the submission: what was answered to it is answered again.
    `silent` lets a store answer that knows no insurer, and so nothing.
    """

    declaration: Path | BytesMessage
    retour: Path | RetourStream
    date: dt.date
    stage: Stage = Stage.ALL
    dry_run: bool = False
    script: AnswerScript | None = None
    witness: Witness | None = None
    collector: AnswerOnlooker | None = None
    as_of: AsOf | None = None
    key: str | None = None
    silent: bool = True

    @property
    def files(self) -> tuple[Path, Path]:
        """The declaration and the place of its retour, of one that goes from file to file."""
        assert isinstance(self.declaration, Path)
        assert isinstance(self.retour, Path)
        return self.declaration, self.retour


_SIDE_BY_SIDE = 2
"""How often a declaration is judged beside others, before it is judged while no other is recorded: so that it ends."""


class _Task(NamedTuple):
    """What stays the same of a declaration however often it is judged; `lasting` says that the store is to remember it."""

    order: Order
    source: BinaryIO
    state: FileState
    first_reading: FirstReading
    retour: RetourFile | RetourStream
    rows: SpooledRows
    progress: ProgressCallback
    lasting: bool
    submission: Submission | None


class _Received(NamedTuple):
    """A declaration as it is answered: its bytes, what it says, what the store knows, and what is recorded, if anything."""

    source: BinaryIO
    message: Message
    facts: FactSource
    book: Recording | None
    collector: AnswerOnlooker | None
    progress: ProgressCallback


class _Judged(NamedTuple):
    """An answer, and what of the store it was judged by. `book` is what an insurer is to remember of it; `forwarded` is the
    number that VECOZO takes of a message that no insurer gets."""

    outcome: Outcome
    moment: Moment | None
    book: Recording | None
    forwarded: Number | None
    submission: Submission | None


def replay(order: Order, store: Database, progress: ProgressCallback = lambda _: None) -> Outcome:
    """Answers a declaration. Raises a `MzsimError` where nothing was written and nothing recorded."""
    with open_message(order.declaration) as source:
        state = FileState.whether(source)
        with readable(order.declaration):
            submission = None if order.key is None else submitted(require_key(order.key), source)
            if submission is not None and (again := _again(order, submission, store)) is not None:
                return again
            first_reading = read_first(source, progress)
        if first_reading.voorloop is None:
            return _unreadable(first_reading.header)
        lasting = not order.dry_run and not first_reading.test
        with _retour(order) as retour, SpooledRows() as rows, suppress(AnsweredMeanwhile):
            task = _Task(order, source, state, first_reading, retour, rows, progress, lasting, submission)
            return _answer_and_keep(task, store)
    return replay(order, store, progress)


def _retour(order: Order) -> RetourFile | RetourStream:
    return RetourFile(order.retour) if isinstance(order.retour, Path) else order.retour


def _again(order: Order, submission: Submission, store: Database) -> Outcome | None:
    """What was answered to a submission, in its place once more; None where nothing was."""
    with store.read() as connection:
        earlier = known(connection, submission.key)
        if earlier is None:
            return None
        require_same(earlier, submission, str(order.declaration))
        with _retour(order) as retour, writable(order.retour):
            retour.begin_again()
            outcome = answer_again(connection, earlier, retour.stream, order.collector)
            if outcome.has_retour:
                retour.complete()
                retour.put_in_place()
            return outcome


def _answer_and_keep(task: _Task, store: Database) -> Outcome:
    """Judges until the answer holds, and then records it and puts the retour in its place.

    Raises AnsweredMeanwhile where another process did so for the same submission.
    """
    for _ in range(_SIDE_BY_SIDE):
        with store.read() as connection:
            judged = _judge(task, connection, in_change=False)
        if judged.moment is None and judged.submission is None:
            if judged.outcome.has_retour:
                task.retour.put_in_place()
            return judged.outcome
        with store.change(partial(_write, task, judged)) as connection:
            if judged.moment is None or still_holds(connection, judged.moment, judged.book):
                _keep(judged, task.retour, connection)
                return judged.outcome
    with store.change() as connection:
        judged = _judge(task, connection, in_change=True)
        _write(task, judged, connection)
        _keep(judged, task.retour, connection)
        return judged.outcome


def _write(task: _Task, judged: _Judged, connection: Connection) -> None:
    """Writes what takes long, and what nobody sees before the commit."""
    book, order = judged.book, task.order
    if book is not None:
        book.write(connection)
    if judged.submission is not None:
        message_id = None if book is None else book.message_id
        keep(connection, judged.submission, judged.outcome, task.retour.stream, order.collector, message_id)


def _keep(judged: _Judged, retour: RetourFile | RetourStream, connection: Connection) -> None:
    """Commits what was recorded, if anything, and puts the retour in its place, if there is one."""
    if judged.book is not None:
        record_and_place(judged.outcome, retour, judged.book, connection)
        return
    if judged.forwarded is not None:
        forwarded_to_servicebureau(connection, judged.forwarded)
    commit_and_place(judged.outcome, retour, judged.submission, connection)


def _judge(task: _Task, connection: Connection, *, in_change: bool) -> _Judged:
    """Judges by the store as this connection has it, and writes the retour; `in_change` as in `Witness.begin`."""
    order, retour = task.order, task.retour
    if order.witness is not None:
        order.witness.begin(task.source, connection, in_change=in_change)
    received = _take_at(task, connection)
    with unchanged(order.declaration, task.source, task.state), writable(order.retour):
        retour.begin_again()
        outcome = _answer(order.stage, received, retour.stream)
        outcome = outcome._replace(remark=_remark(received.message, outcome))
        if outcome.has_retour:
            _read_back(received, retour)
            if order.witness is not None:
                order.witness.end(retour.stream)
    book = None if outcome.sender == SENDER_VECOZO else received.book
    number = book.message.number if book is not None else _forwarded(task, received.message, outcome)
    return _Judged(
        outcome,
        None if number is None else moment(connection, received.facts, number),
        book,
        number if book is None else None,
        task.submission if task.lasting else None,
    )


def _take_at(task: _Task, connection: Connection) -> _Received:
    """What judges the declaration, and what will be recorded of it."""
    order, first_reading, source = task.order, task.first_reading, task.source
    script, collector = order.script, order.collector
    facts = FactSource(connection, order.date)
    if order.as_of is not None:
        facts.own_message, facts.number_free = order.as_of
    direction = None if script is None else script.director(first_reading, source, str(order.declaration))
    uzovi, lists = facts.uzovi(), (facts.prestatiecodes(), facts.codelijsten())
    if not (uzovi or order.silent):
        raise SilentStoreError("the store knows no insurer")
    message = Message.of(first_reading, order.date, uzovi, *lists, direction, collector)
    book = _book(message, task.rows) if task.lasting else None
    if collector is not None:
        collector.begin(message, connection, facts.own_message)
    return _Received(source, message, facts, book, collector, task.progress)


def _book(message: Message, rows: SpooledRows) -> Recording | None:
    """What is recorded of the message; None where it is no declaration, or names no known insurer, party or factuurnummer."""
    if message.foreign or message.insurer is None or message.party is None or message.factuurnummer is None:
        return None
    row = MessageRow(
        agb=message.party,
        uzovi=message.insurer.number,
        factuurnummer=message.factuurnummer,
        soort=text(message.voorloop.bericht),
        ontvangen=message.date,
    )
    return Recording(row, rows)


def _forwarded(task: _Task, message: Message, outcome: Outcome) -> Number | None:
    """The number that VECOZO takes of a message that it forwards to a servicebureau: it stands in no insurer's list."""
    if not task.lasting or task.order.stage is Stage.INSURER or outcome.has_retour or not message.to_servicebureau:
        return None
    if message.party is None or message.factuurnummer is None:
        return None
    return Number(message.party, message.factuurnummer, message.date)


def _remark(message: Message, outcome: Outcome) -> str:
    """What the sender may not have meant: that this is no declaration, that no insurer will answer it, or what was found
    on the way: that a list of the store doesn't reach so far."""
    if is_retour(message.voorloop.bericht):
        return f"is no declaration: {other_message(message.voorloop.bericht)}"
    if outcome.status is Status.FORWARDED and message.to_servicebureau:
        return "no retour: it goes to a servicebureau (0108 is 0000, 0109 is filled), and no insurer answers it"
    return outcome.remark


def _answer(stage: Stage, received: _Received, retour: BinaryIO) -> Outcome:
    """Judges as those who play a part: VECOZO the file, then its records; then the insurer."""
    source, message, facts, book, collector, progress = received
    excluding = ""
    if stage is not Stage.INSURER:
        if (rejection := examine_file(message, retour, facts)) is not None:
            return rejection
        if (rejection := examine_records(message, source, retour, progress)) is not None:
            return rejection
        if book is not None:
            book.forwarded(message.freeing_numbers)
        if stage is Stage.VECOZO or message.to_servicebureau:
            return Outcome(Status.FORWARDED, None, message.total_submitted, 0, ())
        # A script may have let pass what VECOZO would not, so the insurer then looks at everything itself.
        excluding = VECOZO if message.direction is None else ""
    return Insurer(message, facts, book, progress, collector, excluding=excluding).answer(source, retour)


def _unreadable(header: bytes) -> Outcome:
    melding = Melding(Finding(1, "01", None, REGISTER["bestand-1"], remark=unreadable(header)), None)
    return Outcome(Status.UNREADABLE, None, 0, 0, (melding,))


def _read_back(received: _Received, retour: RetourFile | RetourStream) -> None:
    """The program's own check of a retour before it leaves."""
    retour.complete()
    codes = {**retourcodes(), **received.facts.retourcodes()}
    for deviation in deviations_of_retour(received.source, retour.stream, codes, received.message.uzovi):
        raise OwnError(f"{retour}: not written, because its own check refuses it: {deviation}")

"""A declaration that comes with a key is answered once: what was answered is kept with the verdict, and given again."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from typing import BinaryIO

from mzsim.answering.onlooker import AnswerOnlooker
from mzsim.checks.register import REGISTER
from mzsim.common.errors import StoreError, SubmissionError
from mzsim.domain.findings import Finding, Melding, Outcome, Row, Status
from mzsim.store.session import Connection
from mzsim.store.submissions import (
    GRANTS,
    MELDINGEN,
    RETOUR,
    Submission,
    read_lines,
    read_pieces,
    remember,
    write_pieces,
)

_PIECE = 1 << 20


def keep(
    connection: Connection,
    submission: Submission,
    outcome: Outcome,
    retour: BinaryIO,
    collector: AnswerOnlooker | None,
    message_id: int | None,
) -> None:
    """Writes the answer to a submission; `message_id` is its row at an insurer. Raises AnsweredMeanwhile."""
    remember(connection, submission._replace(answer=_in_short(outcome)), message_id)
    lines = (json.dumps(_melding(melding)).encode() + b"\n" for melding in outcome.meldingen)
    write_pieces(connection, submission.key, MELDINGEN, lines)
    grants = () if collector is None else collector.grants()
    write_pieces(connection, submission.key, GRANTS, (f"{grant}\n".encode() for grant in grants))
    if outcome.has_retour:
        write_pieces(connection, submission.key, RETOUR, _pieces(retour))


def submitted(key: str, declaration: BinaryIO) -> Submission:
    """A declaration under its key, not answered yet."""
    total = hashlib.sha256()
    for piece in _pieces(declaration):
        total.update(piece)
    return Submission(key, total.hexdigest(), {})


def require_same(earlier: Submission, submission: Submission, name: str) -> None:
    """Raises SubmissionError where a key came with another declaration before than this one, called `name`."""
    if earlier.declaration != submission.declaration:
        raise SubmissionError(
            f"{name}: the key {earlier.key!r} was used for another declaration; give this one a key of its own"
        )


def answer_again(
    connection: Connection, earlier: Submission, retour: BinaryIO, collector: AnswerOnlooker | None
) -> Outcome:
    """The answer that was given to a submission, with its retour written once more."""
    key = earlier.key
    meldingen = tuple(_as_melding(*line) for line in read_lines(connection, key, MELDINGEN))
    for piece in read_pieces(connection, key, RETOUR):
        retour.write(piece)
    if collector is not None:
        collector.recall(json.dumps(grant) for grant in read_lines(connection, key, GRANTS))
    status, sender, declared, granted, day, remark = earlier.answer["uitkomst"]
    paid = None if day is None else dt.date.fromisoformat(day)
    return Outcome(Status(status), sender, declared, granted, meldingen, paid, remark)


def _in_short(outcome: Outcome) -> dict[str, object]:
    day = outcome.payment_date.isoformat() if outcome.payment_date else None
    totals = (outcome.total_declared, outcome.total_granted)
    return {"uitkomst": [outcome.status, outcome.sender, *totals, day, outcome.remark]}


def _melding(melding: Melding) -> list[object]:
    finding = melding.finding
    rows = [tuple(row) for row in finding.rows]
    place = (finding.line, finding.record, finding.identificatie)
    return [*place, finding.check.id, rows, finding.remark, melding.retourcode]


def _as_melding(
    line: int, record: str, number: int | None, check: str, rows: list[list[object]], remark: str, code: str | None
) -> Melding:
    if check not in REGISTER:
        raise StoreError(f"the answer was given by another version of mzsim: it names the check {check}")
    found = tuple(Row(*row) for row in rows)  # type: ignore[arg-type] # as they were written
    return Melding(Finding(line, record, number, REGISTER[check], found, remark), code)


def _pieces(source: BinaryIO) -> Iterator[bytes]:
    source.seek(0)
    while piece := source.read(_PIECE):
        yield piece

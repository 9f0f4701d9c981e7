"""VECOZO's answer: rejects a file as a whole, or sends every record back where one is wrong (INV 3.2, 3.3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from mzsim.answering.composing import NO_OBJECTION, close_retour, header_of_rejected
from mzsim.answering.directed import record_verdicts
from mzsim.answering.meldingen import Answers, RecordMeldingen
from mzsim.checks.performing import Verdict
from mzsim.domain.check import VECOZO
from mzsim.domain.findings import Melding, Outcome, Status
from mzsim.judging.file import objections_to_file
from mzsim.judging.message import Message
from mzsim.judging.records import RecordExamination
from mzsim.judging.runs import pieces
from mzsim.reading.first_reading import ProgressCallback
from mzsim.standard.layout import LINE_LENGTH
from mzsim.standard.reader import read_groups
from mzsim.standard.writer import RetourWriter
from mzsim.store.facts import FactSource


def examine_file(message: Message, retour: BinaryIO, facts: FactSource) -> Outcome | None:
    """Judges a declaration as a file and writes the retour where it is rejected; None where it is not."""
    objections = objections_to_file(message, VECOZO, facts)
    if not objections:
        return None
    meldingen = message.meldingen(objections)
    close_retour(RetourWriter(retour), message, VECOZO, header_of_rejected(m.code for m in meldingen))
    return _rejected(message, Status.REJECTED_FILE, meldingen)


def examine_records(message: Message, source: BinaryIO, retour: BinaryIO, progress: ProgressCallback) -> Outcome | None:
    """Judges its records and writes the retour where one is rejected; None where the declaration is forwarded."""
    examination = record_verdicts(message, VECOZO, message.first_reading.set_reading(source))
    meldingen = _judge(examination, Answers(message.beleid, {}), source, progress)
    if not meldingen:
        return None
    _send_all_back(message, source, retour, meldingen)
    return _rejected(message, Status.REJECTED_RECORD, meldingen)._replace(remark=examination.out_of_reach)


def _judge(
    examination: RecordExamination, answers: Answers, source: BinaryIO, progress: ProgressCallback
) -> RecordMeldingen:
    meldingen = RecordMeldingen()

    def add(line: int, heen: bytes, verdict: Verdict) -> None:
        if objections := verdict.objections:
            codes = answers.of(objections, line).codes
            meldingen.add(line, heen, objections, codes, examination.rows(objections, line, heen))

    line = 2
    for group in read_groups(source):
        examination.prefetch(group)
        for piece in pieces(group):
            if (first := piece.first) is not None:
                kenmerk = first[:2]
                if kenmerk == b"02":
                    add(line, first, examination.verzekerde(first, line))
                elif kenmerk == b"98":
                    add(line, first, examination.commentaar(first))
                elif kenmerk == b"03":
                    add(line, first, examination.debiteur(first))
                line += 1
            run = examination.run(line, piece)
            if run is None:
                for number, heen in enumerate(piece.prestaties, line):
                    add(number, heen, examination.prestatie(heen, number))
            elif not run.in_order:
                for number, (heen, verdict) in enumerate(zip(run.records, run.verdicts, strict=True), line):
                    add(number, heen, verdict)
            line += len(piece.prestaties)
        progress(len(group) * LINE_LENGTH)
    return meldingen


def _rejected(message: Message, status: Status, meldingen: Sequence[Melding]) -> Outcome:
    return Outcome(status, message.sender(VECOZO), message.total_submitted, 0, meldingen)


def _send_all_back(message: Message, source: BinaryIO, retour: BinaryIO, meldingen: RecordMeldingen) -> None:
    writer = RetourWriter(retour)
    wrong = meldingen.codes_per_line()
    none = (0, NO_OBJECTION)
    line_with_error, its_codes = next(wrong, none)
    lines = (heen for group in read_groups(source) for heen in group)
    for line, heen in enumerate(lines, start=2):
        if heen[:2] == b"99":
            break
        codes = NO_OBJECTION
        if line == line_with_error:
            codes = its_codes
            line_with_error, its_codes = next(wrong, none)
        writer.record(heen, codes)
    close_retour(writer, message, VECOZO, NO_OBJECTION)

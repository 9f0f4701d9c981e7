"""VECOZO's answer: rejects a file as a whole, or sends every record back where one is wrong (INV 3.2, 3.3)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import BinaryIO

from mzsim.answering.composing import NO_OBJECTION, at_most, close_retour, header_of_rejected
from mzsim.answering.directed import record_verdicts
from mzsim.domain.check import VECOZO
from mzsim.domain.findings import Finding, Melding, Outcome, Status
from mzsim.judging.file import objections_to_file
from mzsim.judging.message import Message
from mzsim.judging.records import RecordExamination
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
    findings = list(_findings(examination, source, progress))
    if not findings:
        return None
    meldingen = message.meldingen(findings)
    _send_all_back(message, source, retour, meldingen)
    return _rejected(message, Status.REJECTED_RECORD, meldingen)._replace(remark=examination.out_of_reach)


def _findings(examination: RecordExamination, source: BinaryIO, progress: ProgressCallback) -> Iterator[Finding]:
    line = 1
    for group in read_groups(source):
        examination.prefetch(group)
        for heen in group:
            line += 1
            kenmerk = heen[:2]
            if kenmerk == b"04":
                verdict = examination.prestatie(heen, line)
            elif kenmerk == b"02":
                verdict = examination.verzekerde(heen, line)
            elif kenmerk == b"98":
                verdict = examination.commentaar(heen)
            elif kenmerk == b"03":
                verdict = examination.debiteur(heen)
            else:
                continue
            if verdict.objections:
                yield from examination.findings(verdict.objections, line, heen)
        progress(len(group) * LINE_LENGTH)


def _rejected(message: Message, status: Status, meldingen: tuple[Melding, ...]) -> Outcome:
    return Outcome(status, message.sender(VECOZO), message.total_submitted, 0, meldingen)


def _send_all_back(message: Message, source: BinaryIO, retour: BinaryIO, meldingen: tuple[Melding, ...]) -> None:
    writer = RetourWriter(retour)
    per_line = groupby(meldingen, key=_line)
    none: tuple[int, Iterator[Melding]] = (0, iter(()))
    line_with_error, errors = next(per_line, none)
    lines = (heen for group in read_groups(source) for heen in group)
    for line, heen in enumerate(lines, start=2):
        if heen[:2] == b"99":
            break
        codes = NO_OBJECTION
        if line == line_with_error:
            codes = at_most(tuple(m.code for m in errors))
            line_with_error, errors = next(per_line, none)
        writer.record(heen, codes)
    close_retour(writer, message, VECOZO, NO_OBJECTION)


def _line(melding: Melding) -> int:
    return melding.finding.line

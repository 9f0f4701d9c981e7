"""What many retourberichten say together: how they ended, with which codes, and for what amounts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import BinaryIO

from mzsim.common.errors import InputError
from mzsim.domain.findings import Status
from mzsim.judging.message import SENDER_VECOZO
from mzsim.standard.layout import CHARSET, RETOUR_LENGTH, layouts
from mzsim.standard.messages import FIRST_RETOURCODE, RETOUR
from mzsim.standard.reader import read_lines
from mzsim.standard.retourcodes import (
    FILE_REJECTED_BY_AGREEMENT,
    FULLY_GRANTED,
    FULLY_REJECTED,
    NO_REMARK,
    REJECTED_FILE,
    given_codes,
)
from mzsim.standard.values import read_amount, text
from mzsim.tools.message import kind_of

_HEADER, _TRAILER = layouts("mz302")[b"01"], layouts("mz302")[b"99"]
_SENDER = _HEADER["0181"].plaats
_UZOVI_LENGTH = 4
_CONCLUSIONS = {
    FULLY_GRANTED: Status.FULLY_GRANTED,
    REJECTED_FILE: Status.REJECTED_FILE,
    FULLY_REJECTED: Status.FULLY_REJECTED,
    FILE_REJECTED_BY_AGREEMENT: Status.FULLY_REJECTED,
}
"""How a retour ended by 0196, where that alone tells."""


@dataclass
class Statistics:
    """Counts over retourberichten; amounts in cents, a credit negative.

    `codes` counts records by their retourcodes, those of the voorlooprecord included, and `code_files` the retours that
    hold each; 0200, which says nothing, is left out.
    """

    retours: int = 0
    senders: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[Status] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    code_files: Counter[str] = field(default_factory=Counter)
    declared: int = 0
    granted: int = 0

    def add(self, source: BinaryIO, name: object) -> None:
        """Counts one retour. Raises InputError for what is none, or has no sluitrecord; then nothing of it counts."""
        if kind_of(source, name) is not RETOUR:
            raise InputError(f"{name}: is a declaration; statistics are of retourberichten")
        codes: Counter[str] = Counter()
        header = last = b""
        for record, _ in read_lines(source, RETOUR_LENGTH):
            header = header or record
            last = record
            if record[:2] in FIRST_RETOURCODE and len(record) == RETOUR_LENGTH:
                codes.update(dict.fromkeys(given_codes(record), 1))
        totals = _totals(last)
        if totals is None or len(header) != RETOUR_LENGTH:
            raise InputError(f"{name}: has no sluitrecord with totals; mzsim check-retour says what is wrong")
        self._count(header, codes, *totals)

    def _count(self, header: bytes, codes: Counter[str], declared: int, granted: int) -> None:
        of = text(header[_SENDER])
        sender = SENDER_VECOZO if of.startswith(SENDER_VECOZO) else of[:_UZOVI_LENGTH]
        first = header[_HEADER[FIRST_RETOURCODE[b"01"]].plaats].decode(CHARSET)
        self.retours += 1
        self.senders[sender] += 1
        self.outcomes[_outcome(sender, first, granted)] += 1
        codes.pop(NO_REMARK, None)
        self.codes.update(codes)
        self.code_files.update(dict.fromkeys(codes, 1))
        self.declared += declared
        self.granted += granted


def _outcome(sender: str, conclusion: str, granted: int) -> Status:
    """How a declaration ended, as far as its retour alone tells."""
    if conclusion in _CONCLUSIONS:
        return _CONCLUSIONS[conclusion]
    if sender == SENDER_VECOZO:
        return Status.REJECTED_RECORD
    return Status.PARTLY_GRANTED if granted else Status.FULLY_REJECTED


def _totals(record: bytes) -> tuple[int, int] | None:
    """The totals declared and granted of a sluitrecord; None where it is none."""
    if record[:2] != b"99" or len(record) != RETOUR_LENGTH:
        return None
    pairs = (("9907", "9908"), ("9909", "9910"))
    declared, granted = (read_amount(record[_TRAILER[a].plaats], record[_TRAILER[dc].plaats]) for a, dc in pairs)
    return None if declared is None or granted is None else (declared, granted)

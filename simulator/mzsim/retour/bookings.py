"""What a retourbericht means for the books: one booking for every prestatierecord of its declaration.

Approved records don't come back (INV 3.2 example 1, 3.3), so a booking follows from both messages. It knows four
outcomes, and the amount is always that of the retour:

- a record that came back is booked by its own codes: 8002, and VECOZO's 0200 (the insurer never saw the declaration),
  say that it was not judged; else rubriek 0483 says whether all, a part or nothing of it is granted;
- a record that did not come back was not judged where the file is rejected (0001), and is granted in full otherwise.

What is left is what was declared less what is granted, whatever the outcome: for whom it is (to declare again, for the
patient) the codes say. For a credit all amounts are negative.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import BinaryIO, NamedTuple

from mzsim.common.errors import InputError
from mzsim.judging.message import SENDER_VECOZO
from mzsim.standard.layout import CHARSET, HEEN_LENGTH, RETOUR_LENGTH, layouts
from mzsim.standard.messages import of_other_standard
from mzsim.standard.reader import read_lines
from mzsim.standard.retourcodes import (
    FILE_REJECTED_BY_AGREEMENT,
    NO_REMARK,
    NOT_JUDGED,
    REJECTED_FILE,
    given_codes,
)
from mzsim.standard.values import read_amount

_RETOUR = layouts("mz302")
_SAYS_NOTHING = (NO_REMARK, NOT_JUDGED)
_NOTHING_TAKEN_IN = {REJECTED_FILE, FILE_REJECTED_BY_AGREEMENT}


class BookingOutcome(StrEnum):
    """What became of a prestatierecord."""

    GRANTED = "toegekend"
    PARTLY = "deels"
    REJECTED = "afgewezen"
    NOT_JUDGED = "niet_beoordeeld"


class BookedPrestatie(NamedTuple):
    """The booking of one prestatierecord; `line` is its line in the declaration (1-based), amounts in cents.

    `codes` are its retourcodes, without 0200; `berekend` is rubriek 0481. A record that did not come back has neither.
    An amount that can't be read (`readable`: 0430 and 0431) counts as 0, as in the totals of a retour.
    """

    line: int
    referentienummer: str
    outcome: BookingOutcome
    declared: int
    granted: int
    codes: tuple[str, ...] = ()
    berekend: int | None = None
    come_back: bool = False
    readable: bool = True

    @property
    def rest(self) -> int:
        """What this retour leaves unpaid, in cents."""
        return self.declared - self.granted


class Bookkeeping(NamedTuple):
    """What one retour says: its bookings in the order of the declaration, and the total of rubriek 9909 in cents.

    `codes` are those of the records that are booked nowhere (01, 02, 03, 98), each once, in order, without 0200 and 8002.
    """

    of_vecozo: bool
    codes: tuple[str, ...]
    total: int
    bookings: tuple[BookedPrestatie, ...]

    @property
    def file_rejected(self) -> bool:
        """Whether the file was rejected as a whole."""
        return REJECTED_FILE in self.codes

    @property
    def to_be_sent_again(self) -> bool:
        """Whether no record of the declaration was taken in, so that all of it has to be sent again, once repaired.

        So it is of whatever VECOZO rejects and of a file that the insurer rejects (0001, 8097). Of any other answer the
        insurer keeps what it granted: what it did not grant is repaired in a declaration of its own.
        """
        return self.of_vecozo or not _NOTHING_TAKEN_IN.isdisjoint(self.codes)


def book(declaration: BinaryIO, retour: BinaryIO) -> Bookkeeping:
    """Books a retour that is in order (`retour.check`); raises `InputError` where it can't be one on this declaration."""
    header, back, sluitrecord, codes = _read_retour(retour)
    of_vecozo = _field(header, "0181").startswith(SENDER_VECOZO)
    rejected = REJECTED_FILE in given_codes(header)
    bookings = []
    following = next(back, None)
    for line, heen in _prestaties(declaration):
        if following is not None and following[:HEEN_LENGTH] == heen:
            bookings.append(_come_back(line, following, of_vecozo=of_vecozo))
            following = next(back, None)
        else:
            bookings.append(_not_come_back(line, heen, rejected=rejected))
    if following is not None:
        raise InputError(
            "the retour holds a prestatierecord that its declaration doesn't; mzsim check-retour says more"
        )
    return Bookkeeping(of_vecozo, codes, _amount(sluitrecord, "9909", "9910"), tuple(bookings))


def _read_retour(retour: BinaryIO) -> tuple[bytes, Iterator[bytes], bytes, tuple[str, ...]]:
    """Its voorlooprecord, prestatierecords, sluitrecord, and the codes of all but the prestatierecords."""
    retour.seek(0)
    lines = [line for line, _ in read_lines(retour, RETOUR_LENGTH)]
    if not lines or any(len(line) != RETOUR_LENGTH or line[:2] not in _RETOUR for line in lines):
        raise InputError("no retourbericht: a line is no record of 370 positions; mzsim check-retour says more")
    header, sluitrecord = lines[0], lines[-1]
    if header[:2] != b"01" or sluitrecord[:2] != b"99":
        raise InputError("no retourbericht: it needs a voorlooprecord and a sluitrecord")
    above = (code for line in lines[:-1] if line[:2] not in (b"04", b"99") for code in given_codes(line))
    codes = tuple(dict.fromkeys(code for code in above if code not in _SAYS_NOTHING))
    return header, (line for line in lines if line[:2] == b"04"), sluitrecord, codes


def _prestaties(declaration: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Those of a declaration with their lines; a message of another standard has none."""
    declaration.seek(0)
    if of_other_standard(declaration.read(HEEN_LENGTH)[_RETOUR[b"01"]["0102"].plaats]):
        return
    declaration.seek(0)
    for number, (line, _) in enumerate(read_lines(declaration), start=1):
        if line[:2] == b"04":
            yield number, line


def _come_back(line: int, record: bytes, *, of_vecozo: bool) -> BookedPrestatie:
    codes = tuple(code for code in given_codes(record) if code != NO_REMARK)
    granted, declared = _amount(record, "0483", "0484"), _amount(record, "0430", "0431")
    return BookedPrestatie(
        line,
        _field(record, "0432"),
        _outcome(codes, declared, granted, of_vecozo=of_vecozo),
        declared,
        granted,
        codes,
        _amount(record, "0481", "0482"),
        come_back=True,
        readable=_readable(record),
    )


def _outcome(codes: tuple[str, ...], declared: int, granted: int, *, of_vecozo: bool) -> BookingOutcome:
    if NOT_JUDGED in codes or (of_vecozo and not codes):
        return BookingOutcome.NOT_JUDGED
    if granted == declared and (granted or not codes):
        return BookingOutcome.GRANTED
    return BookingOutcome.PARTLY if granted else BookingOutcome.REJECTED


def _not_come_back(line: int, heen: bytes, *, rejected: bool) -> BookedPrestatie:
    declared = _amount(heen, "0430", "0431")
    outcome = BookingOutcome.NOT_JUDGED if rejected else BookingOutcome.GRANTED
    granted = 0 if rejected else declared
    return BookedPrestatie(line, _field(heen, "0432"), outcome, declared, granted, readable=_readable(heen))


def _field(record: bytes, number: str) -> str:
    return record[_RETOUR[record[:2]][number].plaats].decode(CHARSET).strip()


def _readable(record: bytes) -> bool:
    layout = _RETOUR[b"04"]
    return read_amount(record[layout["0430"].plaats], record[layout["0431"].plaats]) is not None


def _amount(record: bytes, amount: str, indication: str) -> int:
    layout = _RETOUR[record[:2]]
    return read_amount(record[layout[amount].plaats], record[layout[indication].plaats]) or 0

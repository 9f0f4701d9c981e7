"""Faulty retourberichten: a good one with a single fault, to see whether the software that receives it refuses it.

A fault is a few bytes that take the place of others, so that a retour of any length is copied and never held in memory.
`check-retour` finds each kind (INV 3.2 example 3b and 3.3 example 5 are two of them). Here stand those of the bytes and
records; `faults_of_codes` has those of what records say.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from mzsim.retour.faults_of_codes import OF_CODES
from mzsim.retour.good import LINE, Fault, Good, Operation, amount
from mzsim.standard.layout import CHARSET, CRLF, HEEN_LENGTH, LINE_LENGTH, RETOUR_LENGTH, layouts
from mzsim.standard.messages import retourcode_rubrieken
from mzsim.standard.retourcodes import NO_REMARK

MARK = "VERSTOORD"
"""Stands in the name of a faulty retour and in its rubriek 0181."""

_RETOUR = layouts("mz302")
_IDENTIFICATIE = _RETOUR[b"02"]["0202"]
_FOREIGN_BSN = b"999990019"
_OF_FILE, _OF_RECORD = b"0030", b"8007"


def _count(good: Good) -> tuple[Operation, ...]:
    """The number of prestatierecords in the sluitrecord is not that of the records."""
    return (good.more(good.sluitrecord, _RETOUR[b"99"]["9904"]),)


def _total(good: Good) -> tuple[Operation, ...]:
    """The total granted is not the sum of what was granted."""
    return (good.more(good.sluitrecord, _RETOUR[b"99"]["9909"]),)


def _last(good: Good) -> int:
    """The last detail record; the sluitrecord where there is none."""
    return good.sluitrecord - 1 if good.has_details else good.sluitrecord


def _length(good: Good) -> tuple[Operation, ...]:
    """A record is one position short."""
    ending = _last(good) * LINE + RETOUR_LENGTH
    return (Operation(ending - 1, ending, b""),)


def _crlf(good: Good) -> tuple[Operation, ...]:
    """A record is not followed by CR/LF."""
    ending = _last(good) * LINE
    return (Operation(ending - len(CRLF), ending, b""),)


def _slot(good: Good) -> tuple[Operation, ...]:
    """The sluitrecord is missing."""
    return (Operation(good.sluitrecord * LINE, good.aantal * LINE, b""),)


def _foreign(good: Good) -> tuple[Operation, ...] | str:
    """A record of another declaration stands among the others."""
    good.declaration.seek(LINE_LENGTH)
    heen = good.declaration.read(HEEN_LENGTH)
    if len(heen) != HEEN_LENGTH or heen[:2] != b"02" or CRLF[:1] in heen:
        return "the declaration has no verzekerdenrecord to make another of"
    layout = _RETOUR[b"02"]
    record = bytearray(heen + NO_REMARK.encode().ljust(RETOUR_LENGTH - HEEN_LENGTH))
    following = good.declaration.seek(0, 2) // LINE_LENGTH + 1
    record[layout["0202"].plaats] = b"%0*d" % (_IDENTIFICATIE.length, following)
    record[layout["0203"].plaats] = _FOREIGN_BSN
    return good.added(good.sluitrecord, bytes(record))


def _heen(good: Good) -> tuple[Operation, ...]:
    """Data of the declaration were corrected (INV 3.3 example 5)."""
    number, rubriek = (1, _RETOUR[b"02"]["0207"]) if good.has_details else (0, _RETOUR[b"01"]["0117"])
    was = good.record(number)[rubriek.plaats]
    return (good.put(number, rubriek, b"20080229" if was != b"20080229" else b"20080228"),)


def _code(good: Good) -> tuple[Operation, ...]:
    """A retourcode stands where it can't: one that rejects a file on a record, or the other way about."""
    number = good.sluitrecord - 1
    kenmerk = good.record(number)[:2]
    # Of the voorlooprecord the second: the first says how the file ended, on which more depends than a code.
    first, second, _ = retourcode_rubrieken(kenmerk)
    rubriek, code = (second, _OF_RECORD) if kenmerk == b"01" else (first, _OF_FILE)
    return (good.put(number, _RETOUR[kenmerk][rubriek], code),)


def _change(good: Good) -> tuple[Operation, ...] | str:
    """Two records have changed places."""
    if good.aantal < 4:
        return "it has no two detail records to change places"
    first, second = good.record(1), good.record(2)
    return (Operation(LINE, 3 * LINE, second + CRLF + first + CRLF),)


def _double(good: Good) -> tuple[Operation, ...]:
    """A record stands twice."""
    if not good.has_details:
        begin = good.sluitrecord * LINE
        return (Operation(begin, begin, good.record(good.sluitrecord) + CRLF),)
    record = good.record(good.sluitrecord - 1)
    added = good.added(good.sluitrecord, record)
    granted = amount(record[_RETOUR[b"04"].piece("0483", "0484")]) if record[:2] == b"04" else 0
    return (*added, good.granted(granted)) if granted else added


def _factuur(good: Good) -> tuple[Operation, ...]:
    """The factuurnummer is that of no declaration."""
    rubriek = _RETOUR[b"01"]["0116"]
    new = b"ONBEKEND".ljust(rubriek.length)
    if good.record(0)[rubriek.plaats] == new:
        new = b"ONBEKEND-2".ljust(rubriek.length)
    return (good.put(0, rubriek, new),)


def _truncation(good: Good) -> tuple[Operation, ...]:
    """The file ends in the middle of a record."""
    middle = _last(good) * LINE + RETOUR_LENGTH // 2
    return (Operation(middle, good.aantal * LINE, b""),)


FAULTS: dict[str, Fault] = {
    "aantal": _count,
    "totaal": _total,
    "lengte": _length,
    "crlf": _crlf,
    "slot": _slot,
    "vreemd": _foreign,
    "heen": _heen,
    "code": _code,
    "wissel": _change,
    "dubbel": _double,
    "factuur": _factuur,
    "afkap": _truncation,
    **OF_CODES,
}
"""The kinds of fault; each has room behind `MARK` in rubriek 0181. The docstring of its function says what is wrong."""


def what(kind: str) -> str:
    """What is wrong with a retour of this kind, in a sentence."""
    return FAULTS[kind].__doc__ or ""


def path_of(retour: Path, kind: str) -> Path:
    """Where a faulty retour goes: beside the good one, marked in its name."""
    return retour.with_name(f"{retour.stem}.{MARK}-{kind}{retour.suffix}")


def operations(kind: str, good: Good) -> tuple[Operation, ...] | str:
    """What to change in a good retour, its mark included; in words why, where it can't have this fault."""
    found = FAULTS[kind](good)
    return found if isinstance(found, str) else (_mark(good, kind), *found)


def _mark(good: Good, kind: str) -> Operation:
    rubriek = _RETOUR[b"01"]["0181"]
    sender = good.record(0)[rubriek.plaats].decode(CHARSET).partition("-")[0].strip()
    return good.put(0, rubriek, f"{sender}-{MARK}-{kind}".ljust(rubriek.length).encode(CHARSET))


def write(good: Good, operations: Iterable[Operation], to: BinaryIO) -> None:
    """Copies a retour with other bytes in some places."""
    until = 0
    for operation in sorted(operations):
        _copy(good.retour, until, operation.begin, to)
        to.write(operation.new)
        until = operation.ending
    good.retour.seek(until)
    shutil.copyfileobj(good.retour, to)


def _copy(source: BinaryIO, begin: int, ending: int, to: BinaryIO) -> None:
    source.seek(begin)
    over = ending - begin
    while over and (piece := source.read(min(over, 1 << 20))):
        to.write(piece)
        over -= len(piece)

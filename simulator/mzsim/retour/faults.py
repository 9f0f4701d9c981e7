"""Faulty retourberichten: a good one with a single fault, to see whether the software that receives it refuses it.

A fault is a few bytes that take the place of others, so that a retour of any length is copied and never held in memory.
`check-retour` finds each kind (INV 3.2 example 3b and 3.3 example 5 are two of them).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import BinaryIO, NamedTuple

from mzsim.standard.layout import CHARSET, CRLF, HEEN_LENGTH, LINE_LENGTH, RETOUR_LENGTH, Rubriek, layouts
from mzsim.standard.messages import retourcode_rubrieken
from mzsim.standard.retourcodes import NO_REMARK
from mzsim.standard.values import CREDIT

MARK = "VERSTOORD"
"""Stands in the name of a faulty retour and in its rubriek 0181."""

_RETOUR = layouts("mz302")
_LINE = RETOUR_LENGTH + len(CRLF)
_IDENTIFICATIE = _RETOUR[b"02"]["0202"]
_COUNTS = {b"02": "9902", b"03": "9903", b"04": "9904", b"98": "9905"}
_FOREIGN_BSN = b"999990019"


class Operation(NamedTuple):
    """Bytes that take the place of those from `begin` up to `ending` (0-based, in the good retour)."""

    begin: int
    ending: int
    new: bytes


class Good(NamedTuple):
    """The good retour with its declaration, and the retourcodes there are."""

    retour: BinaryIO
    declaration: BinaryIO
    codes: Collection[str]
    aantal: int
    """How many records the retour has."""

    @classmethod
    def of(cls, retour: BinaryIO, declaration: BinaryIO, codes: Collection[str]) -> Good:
        """Reads nothing but the length."""
        return cls(retour, declaration, codes, retour.seek(0, 2) // _LINE)

    @property
    def sluitrecord(self) -> int:
        """The number of the sluitrecord (0-based); the records before it, but the first, are detail records."""
        return self.aantal - 1

    @property
    def has_details(self) -> bool:
        return self.aantal > 2

    def record(self, number: int) -> bytes:
        """A record without its line end; number 0 is the voorlooprecord."""
        self.retour.seek(number * _LINE)
        return self.retour.read(RETOUR_LENGTH)

    def put(self, number: int, rubriek: Rubriek, value: bytes) -> Operation:
        """Another value in a rubriek of a record."""
        assert len(value) == rubriek.length
        begin = number * _LINE + rubriek.begin - 1
        return Operation(begin, begin + rubriek.length, value)

    def more(self, number: int, rubriek: Rubriek) -> Operation:
        """One more in a number of a record; one less where it is full."""
        value = int(self.record(number)[rubriek.plaats])
        otherwise = value + 1 if value + 1 < 10**rubriek.length else value - 1
        return self.put(number, rubriek, b"%0*d" % (rubriek.length, otherwise))

    def added(self, number: int, record: bytes) -> tuple[Operation, ...]:
        """Another detail record before this one, counted in the sluitrecord."""
        layout = _RETOUR[b"99"]
        counts = (self.more(self.sluitrecord, layout[name]) for name in (_COUNTS[record[:2]], "9906"))
        return Operation(number * _LINE, number * _LINE, record + CRLF), *counts


Fault = Callable[[Good], tuple[Operation, ...] | str]
"""What makes a kind of fault, or in words why a retour can't have it."""


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
    ending = _last(good) * _LINE + RETOUR_LENGTH
    return (Operation(ending - 1, ending, b""),)


def _crlf(good: Good) -> tuple[Operation, ...]:
    """A record is not followed by CR/LF."""
    ending = _last(good) * _LINE
    return (Operation(ending - len(CRLF), ending, b""),)


def _slot(good: Good) -> tuple[Operation, ...]:
    """The sluitrecord is missing."""
    return (Operation(good.sluitrecord * _LINE, good.aantal * _LINE, b""),)


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
    """A retourcode is not in the code list."""
    unknown = next(code for n in range(9999, 0, -1) if (code := f"{n:04d}") not in good.codes)
    number = good.sluitrecord - 1
    kenmerk = good.record(number)[:2]
    # Of the voorlooprecord the second: the first says how the file ended, on which more depends than a code.
    first, second, _ = retourcode_rubrieken(kenmerk)
    return (good.put(number, _RETOUR[kenmerk][second if kenmerk == b"01" else first], unknown.encode()),)


def _change(good: Good) -> tuple[Operation, ...] | str:
    """Two records have changed places."""
    if good.aantal < 4:
        return "it has no two detail records to change places"
    first, second = good.record(1), good.record(2)
    return (Operation(_LINE, 3 * _LINE, second + CRLF + first + CRLF),)


def _double(good: Good) -> tuple[Operation, ...]:
    """A record stands twice."""
    if not good.has_details:
        begin = good.sluitrecord * _LINE
        return (Operation(begin, begin, good.record(good.sluitrecord) + CRLF),)
    record = good.record(good.sluitrecord - 1)
    added = good.added(good.sluitrecord, record)
    return (*added, _granted_added(good, record)) if record[:2] == b"04" else added


def _granted_added(good: Good, prestatie: bytes) -> Operation:
    """Rubrieken 9909 and 9910 with what this record was granted once more, so that the total is no second fault."""
    place = _RETOUR[b"99"].piece("9909", "9910")
    total = _amount(good.record(good.sluitrecord)[place]) + _amount(prestatie[_RETOUR[b"04"].piece("0483", "0484")])
    new = b"%011d" % abs(total) + (b"C" if total < 0 else b"D")
    begin = good.sluitrecord * _LINE
    return Operation(begin + place.start, begin + place.stop, new)


def _amount(fields: bytes) -> int:
    return -int(fields[:-1]) if fields[-1:] == CREDIT else int(fields[:-1])


def _factuur(good: Good) -> tuple[Operation, ...]:
    """The factuurnummer is that of no declaration."""
    rubriek = _RETOUR[b"01"]["0116"]
    new = b"ONBEKEND".ljust(rubriek.length)
    if good.record(0)[rubriek.plaats] == new:
        new = b"ONBEKEND-2".ljust(rubriek.length)
    return (good.put(0, rubriek, new),)


def _truncation(good: Good) -> tuple[Operation, ...]:
    """The file ends in the middle of a record."""
    middle = _last(good) * _LINE + RETOUR_LENGTH // 2
    return (Operation(middle, good.aantal * _LINE, b""),)


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

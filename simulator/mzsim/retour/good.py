"""A good retourbericht to make a faulty one of: its records by number, and what to change in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple

from mzsim.judging.message import SENDER_VECOZO
from mzsim.standard.layout import CRLF, RETOUR_LENGTH, Rubriek, layouts
from mzsim.standard.retourcodes import codes_on
from mzsim.standard.values import CREDIT
from mzsim.standard.writer import with_sign

LINE = RETOUR_LENGTH + len(CRLF)
"""Bytes of a record with its line end."""
_RETOUR = layouts("mz302")
_COUNTS = {b"02": "9902", b"03": "9903", b"04": "9904", b"98": "9905"}


class Operation(NamedTuple):
    """Bytes that take the place of those from `begin` up to `ending` (0-based, in the good retour)."""

    begin: int
    ending: int
    new: bytes


class Good(NamedTuple):
    """The good retour with its declaration."""

    retour: BinaryIO
    declaration: BinaryIO
    aantal: int
    """How many records the retour has."""

    @classmethod
    def of(cls, retour: BinaryIO, declaration: BinaryIO) -> Good:
        """Reads nothing but the length."""
        return cls(retour, declaration, retour.seek(0, 2) // LINE)

    @property
    def sluitrecord(self) -> int:
        """The number of the sluitrecord (0-based); the records before it, but the first, are detail records."""
        return self.aantal - 1

    @property
    def has_details(self) -> bool:
        return self.aantal > 2

    def record(self, number: int) -> bytes:
        """A record without its line end; number 0 is the voorlooprecord."""
        self.retour.seek(number * LINE)
        return self.retour.read(RETOUR_LENGTH)

    def put(self, number: int, rubriek: Rubriek, value: bytes) -> Operation:
        """Another value in a rubriek of a record."""
        assert len(value) == rubriek.length
        begin = number * LINE + rubriek.begin - 1
        return Operation(begin, begin + rubriek.length, value)

    def more(self, number: int, rubriek: Rubriek, by: int = 1) -> Operation:
        """So many more in a number of a record; one less where they don't fit."""
        value = int(self.record(number)[rubriek.plaats])
        otherwise = value + by if value + by < 10**rubriek.length else value - 1
        return self.put(number, rubriek, b"%0*d" % (rubriek.length, otherwise))

    def added(self, number: int, *records: bytes) -> tuple[Operation, ...]:
        """Other detail records before this one, counted in the sluitrecord."""
        layout = _RETOUR[b"99"]
        counts = Counter(_COUNTS[record[:2]] for record in records) + Counter({"9906": len(records)})
        more = (self.more(self.sluitrecord, layout[name], by) for name, by in counts.items())
        return Operation(number * LINE, number * LINE, b"".join(record + CRLF for record in records)), *more

    def granted(self, more: int) -> Operation:
        """Rubrieken 9909 and 9910 with so many cents more, so that the total is no second fault."""
        place = _RETOUR[b"99"].piece("9909", "9910")
        total = amount(self.record(self.sluitrecord)[place]) + more
        begin = self.sluitrecord * LINE
        return Operation(begin + place.start, begin + place.stop, with_sign(total, _RETOUR[b"99"]["9909"].length))

    @property
    def of_vecozo(self) -> bool:
        return self.record(0)[_RETOUR[b"01"]["0181"].plaats].startswith(SENDER_VECOZO.encode())

    @property
    def ending(self) -> str:
        """Rubriek 0196."""
        return codes_on(self.record(0))[0]

    def details(self) -> Iterator[tuple[int, bytes]]:
        """Its detail records with their numbers."""
        return ((number, self.record(number)) for number in range(1, self.sluitrecord))


Fault = Callable[[Good], tuple[Operation, ...] | str]
"""What makes a kind of fault, or in words why a retour can't have it."""


def amount(fields: bytes) -> int:
    """An amount with its indicatie debet/credit in cents, a credit negative."""
    return -int(fields[:-1]) if fields[-1:] == CREDIT else int(fields[:-1])

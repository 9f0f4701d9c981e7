"""The objections to the records of a message, in memory that does not grow with what is wrong: all of a large file may be.

What is alike is kept once: the checks that object and the codes they are answered with. Of each record that leaves its
line, its identificatie and which of those it is, and that goes to a spool.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple, overload

from mzsim.answering.composing import Codes, at_most
from mzsim.common.spool import Spool
from mzsim.domain.beleid import Beleid
from mzsim.domain.check import Check
from mzsim.domain.findings import Finding, Melding, Row
from mzsim.standard.layout import layouts
from mzsim.standard.retourcodes import COVER

_IDENTIFICATIE = layouts("mz301")[b"02"]["0202"].plaats
_FIELDS = 5
"""Numbers that are kept of a record: its line, its identificatie, its place in `_alike`, and where its rows stand and
end (0 and 0 where it has none)."""
_PER_PIECE = 2000 * _FIELDS
_NO_ROWS: tuple[Row, ...] = ()

Objections = tuple[Check, ...]
Rows = Sequence[tuple[Row, ...]]
"""The rows of the store that decided each objection to a record."""


class Answered(NamedTuple):
    """How a record with these objections is answered: the retourcode of each, those that stand on the record, and whether
    these are all of cover (then B is told, BER 0481)."""

    codes: Codes
    on_record: Codes
    of_cover: bool


class Answers:
    """The retourcodes of objections to records; of those that are alike they are looked up once."""

    def __init__(self, beleid: Beleid, own: Mapping[tuple[int, str], str]) -> None:
        """`own` has the codes of some objections, by line and check."""
        self._beleid = beleid
        self._own = own
        self._known: dict[Objections, Answered] = {}
        self._last: tuple[Objections, Answered] = ((), Answered((), (), of_cover=True))
        """The last that was asked for; to find it among the others takes longer than the rest of a record."""

    def of(self, objections: Objections, line: int) -> Answered:
        """How a record on this line is answered."""
        if self._own and any((line, check.id) in self._own for check in objections):
            return self._answered(self._own.get((line, c.id)) or self._beleid.retourcode(c) for c in objections)
        last, answered = self._last
        if objections is not last:
            known = self._known.get(objections)
            if known is None:
                known = self._known[objections] = self._answered(map(self._beleid.retourcode, objections))
            answered = known
            self._last = objections, answered
        return answered

    @staticmethod
    def _answered(each: Iterator[str]) -> Answered:
        codes = tuple(each)
        on_record = at_most(codes)
        return Answered(codes, on_record, set(on_record) <= COVER)


class _Alike(NamedTuple):
    """What records have in common that are objected to alike."""

    record: str
    objections: Objections
    codes: Codes


class RecordMeldingen(Sequence[Melding]):
    """First `add` record by record, then read: in order, as often as is wanted. One by its number takes as long as all
    before it."""

    def __init__(self) -> None:
        self._count = 0
        self._alike: list[_Alike] = []
        self._places: dict[tuple[bytes, Objections, Codes], int] = {}
        self._last: tuple[bytes, Objections, Codes, int] = (b"", (), (), 0)
        """The last of them, and its place."""
        self._piece = array("q")
        self._records = Spool()
        self._rows = Spool()

    def add(self, line: int, heen: bytes, objections: Objections, codes: Codes, rows: Rows) -> None:
        """Adds the objections to the record on a line (1-based), with the code of each, and its rows where these are known."""
        kenmerk = heen[:2]
        of_last, last_objections, last_codes, place = self._last
        if objections is not last_objections or codes is not last_codes or kenmerk != of_last:
            place = self._place((kenmerk, objections, codes))
        begin = ending = 0
        if any(rows):
            begin = self._rows.write(json.dumps(rows).encode())
            ending = self._rows.size
        self._count += len(objections)
        self._piece.extend((line, int(heen[_IDENTIFICATIE]), place, begin, ending))
        if len(self._piece) >= _PER_PIECE:
            self._records.write(self._piece.tobytes())
            self._piece = array("q")

    def _place(self, alike: tuple[bytes, Objections, Codes]) -> int:
        place = self._places.get(alike)
        if place is None:
            kenmerk, objections, codes = alike
            place = self._places[alike] = len(self._alike)
            self._alike.append(_Alike(kenmerk.decode("ascii"), objections, codes))
        self._last = (*alike, place)
        return place

    def codes_per_line(self) -> Iterator[tuple[int, Codes]]:
        """The lines of the records that are objected to, in order, each with the codes that stand on the record."""
        for line, _, place, _, _ in self._numbers():
            yield line, at_most(self._alike[place].codes)

    def __iter__(self) -> Iterator[Melding]:
        for line, identificatie, place, begin, ending in self._numbers():
            record, objections, codes = self._alike[place]
            rows = self._read_rows(begin, ending) if ending else (_NO_ROWS,) * len(objections)
            for check, code, own in zip(objections, codes, rows, strict=True):
                yield Melding(Finding(line, record, identificatie, check, own), code)

    def __reversed__(self) -> Iterator[Melding]:
        return iter(tuple(self)[::-1])

    def _numbers(self) -> Iterator[tuple[int, ...]]:
        for place in range(0, self._records.size, _PER_PIECE * self._piece.itemsize):
            piece = array("q")
            piece.frombytes(self._records.read(place, _PER_PIECE * piece.itemsize))
            yield from zip(*[iter(piece)] * _FIELDS, strict=True)
        yield from zip(*[iter(self._piece)] * _FIELDS, strict=True)

    def _read_rows(self, begin: int, ending: int) -> list[tuple[Row, ...]]:
        return [tuple(Row(*row) for row in own) for own in json.loads(self._rows.read(begin, ending - begin))]

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, number: int) -> Melding: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Melding]: ...
    def __getitem__(self, number: Any) -> Any:
        places = range(self._count)[number]
        if isinstance(places, int):
            return next(islice(self, places, None))
        if places.step > 0:
            return tuple(islice(self, places.start, places.stop, places.step))
        return tuple(self)[number]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(one == another for one, another in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        """To another process it goes as a tuple: a spool can't."""
        return tuple, (tuple(self),)

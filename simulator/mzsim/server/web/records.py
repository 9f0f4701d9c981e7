"""A declaration beside its retour, record against record, with the rubrieken of each named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from itertools import islice
from typing import NamedTuple

from mzsim.common.names import printable
from mzsim.presentation.output import PERSONAL
from mzsim.retour.words import Mask
from mzsim.standard.layout import HEEN_LENGTH, RETOUR_LENGTH
from mzsim.standard.messages import HEEN, RETOUR
from mzsim.standard.reader import LONGEST_LINE, read_lines
from mzsim.standard.retourcodes import given_codes
from mzsim.tools.message import ShownField, record

_COMMENTAAR = b"98"


class Cell(NamedTuple):
    """A rubriek as it is shown: its number, name and positions, its values as they stand in declaration and retour, None where
    that record is not there or does not have it, and what it means."""

    number: str
    name: str
    begin: int
    ending: int
    sent: str | None
    back: str | None
    meaning: str
    filled: bool

    @property
    def value(self) -> str:
        """As it stands in the declaration, or in the retour where that alone has it."""
        return self.back or "" if self.sent is None else self.sent

    @property
    def is_new(self) -> bool:
        """Whether the retour says it, or says otherwise than the declaration."""
        return self.back is not None and self.back != self.sent


class Beside(NamedTuple):
    """A record: its line in the declaration, or of one that only the retour has the line before it; its kind and
    identificatie; its rubrieken, those of the retour alone last; its retourcodes, None where it did not come back."""

    place: int
    kenmerk: str
    name: str
    identificatie: int | None
    cells: tuple[Cell, ...]
    codes: tuple[str, ...] | None
    remark: str
    added: bool


def beside(
    declaration: Iterable[bytes], retour: Iterable[bytes] | None, *, begin: int, most: int, only_back: bool, mask: Mask
) -> list[Beside]:
    """At most so many records from this line of the declaration on; `only_back` those that came back. `mask` hides
    personal values, None shows them."""
    wanted = (
        _beside(place, sent, returned, mask)
        for place, sent, returned in _in_step(_lines(declaration, HEEN_LENGTH), _lines(retour or (), RETOUR_LENGTH))
        if place >= begin and not (only_back and returned is None)
    )
    return list(islice(wanted, most))


def _lines(content: Iterable[bytes], length: int) -> Iterator[bytes]:
    """The lines of a message that comes in pieces; no more of it is read than is asked for."""
    rest = b""
    for piece in content:
        block = rest + piece
        end = max(block.rfind(b"\n"), block.rfind(b"\r", 0, -1)) + 1
        yield from (line for line, _ in read_lines(BytesIO(block[:end]), length))
        rest = block[end:]
        if len(rest) > LONGEST_LINE:  # it is no record in any case, and no more of it is kept
            rest = rest[:LONGEST_LINE]
    yield from (line for line, _ in read_lines(BytesIO(rest), length))


def _in_step(heen: Iterator[bytes], back: Iterator[bytes]) -> Iterator[tuple[int, bytes | None, bytes | None]]:
    """The records of the two, in order, each with its line in the declaration. A record of the retour alone is commentaar
    that was added, behind what it is about."""
    waiting = next(back, None)
    for place, line in enumerate(heen, start=1):
        while waiting is not None and _is_added(waiting, line):
            yield place - 1, None, waiting
            waiting = next(back, None)
        if waiting is not None and _key(waiting) == _key(line):
            yield place, line, waiting
            waiting = next(back, None)
        else:
            yield place, line, None


def _key(line: bytes) -> bytes:
    """What two records of one declaration are told apart by."""
    if line[:2] in (b"01", b"99"):
        return line[:2]
    return line[:18] if line[:2] == _COMMENTAAR else line[:14]


def _is_added(retour: bytes, line: bytes) -> bool:
    """Whether a record of the retour belongs before this line of the declaration, which does not have it."""
    return (
        retour[:2] == _COMMENTAAR
        and line[:2] != _COMMENTAAR
        and retour[2:14] < (line[2:14] if line[:2] != b"99" else b"~")
    )


def _beside(place: int, sent: bytes | None, returned: bytes | None, mask: Mask) -> Beside:
    heen = record(place, sent, HEEN) if sent is not None else None
    back = record(place, returned, RETOUR) if returned is not None else None
    first = heen or back
    assert first is not None, "one of the two is there"
    return Beside(
        place=place,
        kenmerk=printable(first.kenmerk),
        name=first.name,
        identificatie=first.identificatie,
        cells=tuple(_cells(heen.fields if heen else (), back.fields if back else (), mask)),
        codes=None if returned is None else given_codes(returned) if returned[:2] != b"99" else (),
        remark=first.remark,
        added=sent is None,
    )


def _cells(heen: Sequence[ShownField], back: Sequence[ShownField], mask: Mask) -> Iterator[Cell]:
    """The rubrieken of the declaration in their order, and then what only the retour has."""
    returned = {field.rubriek.nummer: field for field in back}
    for field in heen:
        yield _cell(field, field, returned.pop(field.rubriek.nummer, None), mask)
    for field in returned.values():
        yield _cell(field, None, field, mask)


def _cell(field: ShownField, sent: ShownField | None, back: ShownField | None, mask: Mask) -> Cell:
    rubriek = field.rubriek
    personal = rubriek.nummer in PERSONAL
    return Cell(
        number=rubriek.nummer,
        name=rubriek.naam,
        begin=rubriek.begin,
        ending=rubriek.ending,
        sent=_value(sent, mask if personal else None),
        back=_value(back, mask if personal else None),
        meaning=(back or field).meaning,
        filled=field.filled or (back is not None and back.filled),
    )


def _value(field: ShownField | None, mask: Mask) -> str | None:
    if field is None:
        return None
    return mask(field.value) if mask else printable(field.value)

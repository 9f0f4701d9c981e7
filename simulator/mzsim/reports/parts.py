"""What a practice placed, and what became of it: implantaten, drukknoppen, steggen and protheses, and their repairs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from mzsim.domain.teeth import JAWS, NO_ELEMENT, NO_JAW, jaw_of
from mzsim.reports.implantologiecodes import (
    PROTHESE,
    REPAIRS,
    REPLACES,
    Implantologiecode,
    implantologiecodes,
)
from mzsim.reports.practice import PracticePrestatie


class DentalPart(NamedTuple):
    """One implantaat, drukknop, steg or prothese; `replace` is the day on which another took its place."""

    kind: str
    person: str
    code: str
    placed: dt.date
    replace: dt.date | None


class PartRepair(NamedTuple):
    """One repair of a prosthesis; `placed` is the day of the treatment, None where the practice placed none."""

    person: str
    code: str
    date: dt.date
    placed: dt.date | None


class PartCourse(NamedTuple):
    """Everything that a practice placed and repaired."""

    parts: tuple[DentalPart, ...]
    repairs: tuple[PartRepair, ...]


@dataclass(slots=True)
class _Piece:
    """An onderdeel in the mouth, where it is as far as that is known."""

    code: str
    placed: dt.date
    element: str
    jaw: str
    replace: dt.date | None = None


def follow(prestaties: Iterable[PracticePrestatie]) -> PartCourse:
    """Follows every onderdeel of every verzekerde from the day on which it was placed."""
    codes = implantologiecodes()
    of_interest = ((p, codes[p.code]) for p in prestaties if codes[p.code].role)
    operations = sorted(of_interest, key=lambda operation: (operation[0].person, operation[1].part, operation[0]))
    parts: list[DentalPart] = []
    repairs: list[PartRepair] = []
    for (person, kind), group in groupby(operations, key=lambda i: (i[0].person, i[1].part)):
        own = list(group)
        pieces = _follow_one(own)
        parts += [DentalPart(kind, person, s.code, s.placed, s.replace) for s in pieces]
        if kind == PROTHESE:
            repairs += _repairs(own, pieces)
    return PartCourse(tuple(parts), tuple(repairs))


def _follow_one(operations: Sequence[tuple[PracticePrestatie, Implantologiecode]]) -> list[_Piece]:
    """The onderdelen of one kind of one verzekerde. What is placed on one day stands beside the rest of that day."""
    pieces: list[_Piece] = []
    for day, of_the_day in groupby(operations, key=lambda i: i[0].date):
        new: list[_Piece] = []
        for p, code in of_the_day:
            if code.role == REPAIRS:
                continue
            for _ in range(p.aantal * code.pieces):
                piece = _Piece(p.code, day, _element(p), _jaw(p, code))
                old = _predecessor(piece, pieces, said=code.role == REPLACES)
                if old is not None:
                    old.replace = day
                new.append(piece)
        pieces += new
    return pieces


def _predecessor(new: _Piece, pieces: Sequence[_Piece], *, said: bool) -> _Piece | None:
    """What a new onderdeel takes the place of: in the same element, else the last one of that kaak.

    Where the code does not say that it replaces (`said`), only an onderdeel in the same place is replaced: an implant
    in another element, or beside two of which the element is not known, is one more.
    """
    possible = [s for s in pieces if s.replace is None and _fits(new, s, said=said)]
    return max(possible, key=lambda s: (s.element == new.element, s.placed), default=None)


def _fits(new: _Piece, old: _Piece, *, said: bool) -> bool:
    if new.element and old.element:
        return new.element == old.element
    if not said and (new.element or old.element):
        return False
    return _same_jaw(new.jaw, old.jaw)


def _same_jaw(one: str, other: str) -> bool:
    return one == other or not (one and other)


def _element(p: PracticePrestatie) -> str:
    return "" if p.element == NO_ELEMENT else p.element


def _jaw(p: PracticePrestatie, code: Implantologiecode) -> str:
    of_element = jaw_of(NO_JAW, p.element)
    return next((jaw for jaw in (of_element, p.jaw) if jaw in JAWS), code.jaw)


def _repairs(
    operations: Sequence[tuple[PracticePrestatie, Implantologiecode]], pieces: Sequence[_Piece]
) -> Iterable[PartRepair]:
    for p, code in operations:
        if code.role != REPAIRS:
            continue
        jaw = _jaw(p, code)
        earlier = (s.placed for s in pieces if s.placed < p.date and _same_jaw(jaw, s.jaw))
        placed = max(earlier, default=None)
        yield from [PartRepair(p.person, p.code, p.date, placed)] * (p.aantal * code.pieces)

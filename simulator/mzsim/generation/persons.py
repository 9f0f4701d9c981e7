"""Invented verzekerden. A BSN is the same person whatever the seed, so that generated files can share a store."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import NamedTuple

from mzsim.common.chance import Chance
from mzsim.standard.values import elfproef

_FIRST_BSN, _LAST_BSN = 999_900_000, 999_999_999
"""No BSN has been given out in this range; one in eleven passes the elfproef."""
_LAST_BIRTH = dt.date(2023, 12, 31).toordinal()
_OLDEST = 34_000  # days

_NAMES = (
    *("de Jong", "Jansen", "de Vries", "van den Berg", "Bakker", "van Dijk", "Visser", "Smit", "Meijer", "de Boer"),
    *("Mulder", "de Groot", "Bos", "Vos", "Peters", "Hendriks", "van Leeuwen", "Dekker", "Brouwer", "de Wit"),
    *("Dijkstra", "Smits", "de Graaf", "van der Meer", "Kok", "Jacobs", "van der Linden", "Yildiz", "Vermeulen"),
    *("van den Heuvel", "van der Veen", "van den Broek", "Schouten", "Willems", "Özdemir", "Hoekstra", "Koster"),
    *("Prins", "Huisman", "Postma", "El Idrissi", "van Beek", "Kuipers", "Veenstra", "Kramer", "Nguyen", "Blom"),
)
_VOORVOEGSELS = ("van den ", "van der ", "van ", "de ")
_LETTERS = "ABCDEFGHIJKLMNOPRSTVW"


class Person(NamedTuple):
    """A verzekerde; `geslacht` is 1 (male) or 2 (female), `volgnummer` counts the persons from 1."""

    volgnummer: int
    bsn: str
    born: dt.date
    geslacht: int
    name: str
    prefix: str
    voorletters: str
    postcode: str
    huisnummer: int

    @property
    def verzekerdennummer(self) -> str:
        return f"V{self.volgnummer:07d}"

    def age(self, day: dt.date) -> int:
        """Whole years on a day."""
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))


@cache
def persons() -> tuple[Person, ...]:
    """Everybody there is: 9,091 persons of 2 to 96 years old in 2026."""
    possible = (b"%09d" % figure for figure in range(_FIRST_BSN, _LAST_BSN + 1))
    good = (bsn.decode("ascii") for bsn in possible if elfproef(bsn))
    return tuple(_person(number, bsn) for number, bsn in enumerate(good, start=1))


def _person(volgnummer: int, bsn: str) -> Person:
    chance = Chance(int(bsn))
    in_full = chance.one(_NAMES)
    prefix = next((v for v in _VOORVOEGSELS if in_full.startswith(v)), "")
    return Person(
        volgnummer=volgnummer,
        bsn=bsn,
        born=dt.date.fromordinal(_LAST_BIRTH - chance.until(_OLDEST)),
        geslacht=chance.between(1, 2),
        name=in_full.removeprefix(prefix),
        prefix=prefix.rstrip(),
        voorletters="".join(chance.few(_LETTERS, chance.between(1, 3))),
        postcode=f"{chance.between(1000, 9999)}{chance.one(_LETTERS)}{chance.one(_LETTERS)}",
        huisnummer=chance.between(1, 240),
    )

"""Invented verzekerden. A BSN is the same person whatever the seed, so that generated files can share a store."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import NamedTuple

from mzsim.generation.chance import Kans
from mzsim.standard.values import elfproef

_EERSTE_BSN, _LAATSTE_BSN = 999_900_000, 999_999_999
"""No BSN has been given out in this range; one in eleven passes the elfproef."""
_LAATSTE_GEBOORTE = dt.date(2023, 12, 31).toordinal()
_OUDSTE = 34_000  # days

_NAMEN = (
    *("de Jong", "Jansen", "de Vries", "van den Berg", "Bakker", "van Dijk", "Visser", "Smit", "Meijer", "de Boer"),
    *("Mulder", "de Groot", "Bos", "Vos", "Peters", "Hendriks", "van Leeuwen", "Dekker", "Brouwer", "de Wit"),
    *("Dijkstra", "Smits", "de Graaf", "van der Meer", "Kok", "Jacobs", "van der Linden", "Yildiz", "Vermeulen"),
    *("van den Heuvel", "van der Veen", "van den Broek", "Schouten", "Willems", "Özdemir", "Hoekstra", "Koster"),
    *("Prins", "Huisman", "Postma", "El Idrissi", "van Beek", "Kuipers", "Veenstra", "Kramer", "Nguyen", "Blom"),
)
_VOORVOEGSELS = ("van den ", "van der ", "van ", "de ")
_LETTERS = "ABCDEFGHIJKLMNOPRSTVW"


class Persoon(NamedTuple):
    """A verzekerde; `geslacht` is 1 (male) or 2 (female), `volgnummer` counts the persons from 1."""

    volgnummer: int
    bsn: str
    geboren: dt.date
    geslacht: int
    naam: str
    voorvoegsel: str
    voorletters: str
    postcode: str
    huisnummer: int

    @property
    def verzekerdennummer(self) -> str:
        return f"V{self.volgnummer:07d}"

    def leeftijd(self, dag: dt.date) -> int:
        """Whole years on a day."""
        return dag.year - self.geboren.year - ((dag.month, dag.day) < (self.geboren.month, self.geboren.day))


@cache
def personen() -> tuple[Persoon, ...]:
    """Everybody there is: 9,091 persons of 2 to 96 years old in 2026."""
    mogelijk = (b"%09d" % getal for getal in range(_EERSTE_BSN, _LAATSTE_BSN + 1))
    goed = (bsn.decode("ascii") for bsn in mogelijk if elfproef(bsn))
    return tuple(_persoon(nummer, bsn) for nummer, bsn in enumerate(goed, start=1))


def _persoon(volgnummer: int, bsn: str) -> Persoon:
    kans = Kans(int(bsn))
    voluit = kans.een(_NAMEN)
    voorvoegsel = next((v for v in _VOORVOEGSELS if voluit.startswith(v)), "")
    return Persoon(
        volgnummer=volgnummer,
        bsn=bsn,
        geboren=dt.date.fromordinal(_LAATSTE_GEBOORTE - kans.tot(_OUDSTE)),
        geslacht=kans.tussen(1, 2),
        naam=voluit.removeprefix(voorvoegsel),
        voorvoegsel=voorvoegsel.rstrip(),
        voorletters="".join(kans.enkele(_LETTERS, kans.tussen(1, 3))),
        postcode=f"{kans.tussen(1000, 9999)}{kans.een(_LETTERS)}{kans.een(_LETTERS)}",
        huisnummer=kans.tussen(1, 240),
    )

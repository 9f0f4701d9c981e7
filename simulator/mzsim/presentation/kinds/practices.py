"""What `report` prints."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from mzsim.presentation.kinds.values import Day, closed


@closed
class Criterion(TypedDict):
    """A condition, and how a practice meets it; null where it is not judged."""

    criterium: str
    soort: Literal["minstens", "hoogstens"]
    drempel: int
    eenheid: Literal["aantal", "%"]
    teller: int
    noemer: int | None
    noemer_telt: str | None
    percentage: str | None
    voldoet: bool | None
    bron: str


@closed
class Measurement(TypedDict):
    """A practice measured over 12 months."""

    datum: Day
    van: Day
    tot_en_met: Day
    module: str | None
    voldoet: bool | None
    criteria: list[Criterion]


@closed
class Disadvantage(TypedDict):
    """What counts against a practice."""

    criterium: str
    persoon: str
    wat: str
    datum: Day
    waarom: str


@closed
class Implantologiescore(TypedDict):
    """What an insurer concludes of a practice that places implants."""

    rapport: Literal["implantologiescore"]
    agb: str
    uzovi: str
    datum: Day
    van: Day
    tot_en_met: Day
    module: str | None
    voldoet: bool | None
    criteria: list[Criterion]
    kwartalen: list[Measurement]
    nadelen: list[Disadvantage]
    conclusie: str
    tekst: str


@closed
class PatientGroup(TypedDict):
    """A group of patients of a practice, beside those of all practices."""

    leeftijd_vanaf: int | None
    soort: str
    patienten: int
    behandelingen: int
    alle_patienten: int
    alle_behandelingen: int
    andere_praktijken: int
    verwacht: str
    telt: bool


@closed
class Behandelindex(TypedDict):
    """How much a practice treats, beside others."""

    rapport: Literal["behandelindex"]
    agb: str
    datum: Day
    van: Day
    tot_en_met: Day
    andere_praktijken: int
    groepen: list[PatientGroup]
    behandelingen: int
    verwacht: str
    index: str | None
    grens: int
    boven_grens: bool
    tekst: str
    bron: str

"""The behandelindex of a practice: its granted treatments per patient against those of all practices.

Source: VGZ, Visie op fysiotherapie. What it says: the treatments that were granted, of the patients of a practice with
certain characteristics, against the mean of all contracted practices for patients with the same characteristics; 100 is
the mean, and above 150 a practice needs half as many treatments again. It is about physiotherapy; that it is computed
of a dental practice here is an analogy, and our choice. So is what it leaves open:

- A treatment is a granted prestatierecord 01, whole or in part, whatever its aantal (0425), which may be in units of 5
  minutes. A credit takes one away. A patient is a verzekerde who has any left.
- The characteristics are the age on the day, in bands (`leeftijdsgroepen-2026.tsv`), and who pays: a zorgverzekeraar,
  a zorgkantoor (Wlz) or the DJI, for these patients need other care. The store holds neither sex nor diagnosis.
- The period is the 12 months before the day. An insurer of which the store holds no contracts takes every practice as
  contracted; the practice that is reported on always counts.
- The mean is that of all practices together, this one included. A group of which no other practice has a patient is
  shown and not weighed: there is nothing to compare it with. Where none is left there is no index.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import NamedTuple

BRON = "VGZ, Visie op fysiotherapie (behandelindex)"
GEMIDDELD, GRENS = 100, 150
LIJST = "leeftijdsgroepen-2026.tsv"


class Leeftijdsgroep(NamedTuple):
    """A band of ages, to the next one."""

    vanaf: int
    reden: str
    bron: str


@cache
def leeftijdsgroepen() -> tuple[Leeftijdsgroep, ...]:
    """The bands, from the youngest."""
    regels = (files(__package__) / LIJST).read_text("utf-8").splitlines()[1:]
    rijen = (regel.split("\t") for regel in regels)
    return tuple(Leeftijdsgroep(int(vanaf), reden, bron) for vanaf, reden, bron in rijen)


class Kenmerken(NamedTuple):
    """What patients are compared by: the band of ages (None where no polis tells) and the kind of who pays."""

    vanaf: int | None
    soort: str


class Telling(NamedTuple):
    """Patients of one practice with the same characteristics, and the treatments that they were granted."""

    agb: str
    kenmerken: Kenmerken
    patienten: int
    behandelingen: int


class Groep(NamedTuple):
    """Patients with the same characteristics: of the practice, of all practices (this one too), and of how many others."""

    kenmerken: Kenmerken
    patienten: int
    behandelingen: int
    alle_patienten: int
    alle_behandelingen: int
    andere_praktijken: int

    @property
    def gemiddeld(self) -> Fraction:
        """Treatments per patient over all practices."""
        return Fraction(self.alle_behandelingen, self.alle_patienten)

    @property
    def verwacht(self) -> Fraction:
        """Treatments that the patients of the practice would have had at the mean of all practices."""
        return self.patienten * self.gemiddeld

    @property
    def telt(self) -> bool:
        """Whether there is anything to compare with."""
        return self.andere_praktijken > 0


class Behandelindex(NamedTuple):
    """The index of a practice, with the groups of patients that it has."""

    agb: str
    groepen: tuple[Groep, ...]
    andere_praktijken: int

    @property
    def behandelingen(self) -> int:
        """Granted treatments that are weighed."""
        return sum(groep.behandelingen for groep in self.groepen if groep.telt)

    @property
    def verwacht(self) -> Fraction:
        """The treatments that they are weighed against."""
        return sum((groep.verwacht for groep in self.groepen if groep.telt), start=Fraction(0))

    @property
    def cijfer(self) -> Fraction | None:
        """100 at the mean of all practices; None where there is nothing to judge by."""
        return GEMIDDELD * self.behandelingen / self.verwacht if self.verwacht else None

    @property
    def boven_grens(self) -> bool:
        """Whether the practice is flagged."""
        return self.cijfer is not None and self.cijfer > GRENS


def bereken(agb: str, tellingen: Iterable[Telling]) -> Behandelindex:
    """The index of a practice from the patients of all practices; a practice stands once for each of its groups."""
    per_groep: dict[Kenmerken, list[Telling]] = {}
    praktijken = set()
    for telling in tellingen:
        per_groep.setdefault(telling.kenmerken, []).append(telling)
        praktijken.add(telling.agb)
    groepen = (_groep(agb, kenmerken, alle) for kenmerken, alle in per_groep.items())
    eigen = sorted((groep for groep in groepen if groep.patienten), key=_volgorde)
    return Behandelindex(agb, tuple(eigen), len(praktijken - {agb}))


def _groep(agb: str, kenmerken: Kenmerken, tellingen: list[Telling]) -> Groep:
    eigen = [t for t in tellingen if t.agb == agb]
    return Groep(
        kenmerken,
        sum(t.patienten for t in eigen),
        sum(t.behandelingen for t in eigen),
        sum(t.patienten for t in tellingen),
        sum(t.behandelingen for t in tellingen),
        len(tellingen) - len(eigen),
    )


def _volgorde(groep: Groep) -> tuple[str, int]:
    vanaf = groep.kenmerken.vanaf
    return groep.kenmerken.soort, -1 if vanaf is None else vanaf

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

SOURCE = "VGZ, Visie op fysiotherapie (behandelindex)"
AVERAGE, LIMIT = 100, 150
LIST = "leeftijdsgroepen-2026.tsv"


class AgeGroup(NamedTuple):
    """A band of ages, to the next one."""

    since: int
    reason: str
    source: str


@cache
def age_groups() -> tuple[AgeGroup, ...]:
    """The bands, from the youngest."""
    lines = (files(__package__) / LIST).read_text("utf-8").splitlines()[1:]
    rows = (line.split("\t") for line in lines)
    return tuple(AgeGroup(int(since), reason, source) for since, reason, source in rows)


class Kenmerken(NamedTuple):
    """What patients are compared by: the band of ages (None where no polis tells) and the kind of who pays."""

    since: int | None
    kind: str


class TreatmentCounts(NamedTuple):
    """Patients of one practice with the same characteristics, and the treatments that they were granted."""

    agb: str
    kenmerken: Kenmerken
    patients: int
    treatments: int


class PatientGroup(NamedTuple):
    """Patients with the same characteristics: of the practice, of all practices (this one too), and of how many others."""

    kenmerken: Kenmerken
    patients: int
    treatments: int
    all_patients: int
    all_treatments: int
    other_practices: int

    @property
    def average(self) -> Fraction:
        """Treatments per patient over all practices."""
        return Fraction(self.all_treatments, self.all_patients)

    @property
    def expected(self) -> Fraction:
        """Treatments that the patients of the practice would have had at the mean of all practices."""
        return self.patients * self.average

    @property
    def counts(self) -> bool:
        """Whether there is anything to compare with."""
        return self.other_practices > 0


class Behandelindex(NamedTuple):
    """The index of a practice, with the groups of patients that it has."""

    agb: str
    groups: tuple[PatientGroup, ...]
    other_practices: int

    @property
    def treatments(self) -> int:
        """Granted treatments that are weighed."""
        return sum(group.treatments for group in self.groups if group.counts)

    @property
    def expected(self) -> Fraction:
        """The treatments that they are weighed against."""
        return sum((group.expected for group in self.groups if group.counts), start=Fraction(0))

    @property
    def digit(self) -> Fraction | None:
        """100 at the mean of all practices; None where there is nothing to judge by."""
        return AVERAGE * self.treatments / self.expected if self.expected else None

    @property
    def above_limit(self) -> bool:
        """Whether the practice is flagged."""
        return self.digit is not None and self.digit > LIMIT


def calculate(agb: str, tallies: Iterable[TreatmentCounts]) -> Behandelindex:
    """The index of a practice from the patients of all practices; a practice stands once for each of its groups."""
    per_group: dict[Kenmerken, list[TreatmentCounts]] = {}
    practices = set()
    for counts in tallies:
        per_group.setdefault(counts.kenmerken, []).append(counts)
        practices.add(counts.agb)
    groups = (_group(agb, kenmerken, every) for kenmerken, every in per_group.items())
    own = sorted((group for group in groups if group.patients), key=_ordering)
    return Behandelindex(agb, tuple(own), len(practices - {agb}))


def _group(agb: str, kenmerken: Kenmerken, tallies: list[TreatmentCounts]) -> PatientGroup:
    own = [t for t in tallies if t.agb == agb]
    return PatientGroup(
        kenmerken,
        sum(t.patients for t in own),
        sum(t.treatments for t in own),
        sum(t.patients for t in tallies),
        sum(t.treatments for t in tallies),
        len(tallies) - len(own),
    )


def _ordering(group: PatientGroup) -> tuple[str, int]:
    since = group.kenmerken.since
    return group.kenmerken.kind, -1 if since is None else since

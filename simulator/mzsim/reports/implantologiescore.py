"""The implantologiescore of a practice: whether it may work without machtigingen, by the conditions of an insurer.

Source: VGZ, Implantologiescores. Where that is silent, our choice:

- A score is measured over the 12 months before a day; the quarters before it are 3, 6 and 9 months earlier.
- "Within" 3 or 5 years ends before the anniversary, as everywhere in this program.
- Of the repairs that the practice did in the 12 months, those within 3 years of its own placing of that prosthesis
  count; a repair of a prosthesis that it didn't place is a repair, not one within 3 years.
- The drukknoppen, implantaten, protheses and steggen are those that the practice placed, what replaces another included,
  and whose first 5 years had not ended when the 12 months began; replaced are those that it replaced within these 5 years.
- A percentage of nothing is not judged. It stands in nobody's way, but without requests nothing shows that 95 % is
  approved: under the Standaardmodule no score is sufficient then. Under the machtigingsvrije module none are made.
- 12 months of which the store holds nothing of implantology are not judged.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from mzsim.reports.implantologiecodes import DRUKKNOP, IMPLANTAAT, PROTHESE, STEG
from mzsim.reports.parts import DentalPart, PartCourse, PartRepair, follow
from mzsim.reports.periods import months_earlier, one_year_before, within
from mzsim.reports.practice import MACHTIGINGSVRIJ, Praktijk, Request
from mzsim.reports.treatments import Performed, Requested, performed, requested

SOURCE = "VGZ, Implantologiescores"
QUARTERS = 4
YEARS_REPAIR, YEARS_REPLACEMENT = 3, 5
NOTHING_DONE = "nothing that it covers was granted in these 12 months"
COUNT, PERCENT = "aantal", "%"
OF_REQUESTS = "the treatments that a machtiging was asked for in these 12 months"
OF_REPAIRS = "the repairs that the practice did in these 12 months"
OF_PLACED = (
    "those that the practice placed (also in the place of another) and that were not 5 years old when they began"
)


class ScoreDemand(NamedTuple):
    """A condition: at least (`at_least`) or at most `threshold`, a number or a percentage; `of` says of what."""

    id: str
    what: str
    at_least: bool
    threshold: int
    unit: str
    of: str | None = None


TREATMENTS = ScoreDemand("behandelingen", "treatments performed that needed a machtiging", True, 15, COUNT)
APPROVED = ScoreDemand("goedgekeurd", "requests for a machtiging approved", True, 95, PERCENT, OF_REQUESTS)
REPAIRS = ScoreDemand(
    "reparaties", "repairs of a prothese within 3 years of the treatment", False, 10, PERCENT, OF_REPAIRS
)
REPLACEMENTS = {
    kind: ScoreDemand(plural, f"{plural} replaced within 5 years", False, 10, PERCENT, OF_PLACED)
    for kind, plural in (
        (DRUKKNOP, "drukknoppen"),
        (IMPLANTAAT, "implantaten"),
        (PROTHESE, "protheses"),
        (STEG, "steggen"),
    )
}


class Score(NamedTuple):
    """How a practice stands against a condition; `denominator` is None for a condition on a number."""

    require: ScoreDemand
    numerator: int
    denominator: int | None

    @property
    def satisfies(self) -> bool | None:
        """Whether the condition is met; None where there is nothing to judge it by."""
        if self.denominator == 0:
            return None
        numerator, threshold = self.numerator, self.require.threshold
        if self.denominator is not None:
            numerator, threshold = 100 * numerator, threshold * self.denominator
        return numerator >= threshold if self.require.at_least else numerator <= threshold


class Disadvantage(NamedTuple):
    """Something that counts against a practice, for it to look up."""

    require: ScoreDemand
    person: str
    what: str
    date: dt.date
    why: str


class Measurement(NamedTuple):
    """A score over the 12 months from `of`, to the day before `until`; `empty`: the store holds nothing of them."""

    of: dt.date
    until: dt.date
    module: str | None
    scores: tuple[Score, ...]
    disadvantages: tuple[Disadvantage, ...]
    empty: bool

    @property
    def machtigingsvrij(self) -> bool:
        """Whether the practice worked under the machtigingsvrije module on the day of measuring."""
        return self.module == MACHTIGINGSVRIJ

    @property
    def satisfies(self) -> bool | None:
        """Whether the score is sufficient; None where that can't be judged."""
        verdicts = {score.require: score.satisfies for score in self.scores}
        if self.empty:
            return None
        if False in verdicts.values():
            return False
        return None if verdicts[APPROVED] is None and not self.machtigingsvrij else True


CONCLUSIONS = {
    "machtigingsvrij": "The practice meets the conditions of the machtigingsvrije module.",
    "standaard": "The practice does not meet the conditions of the machtigingsvrije module: the Standaardmodule stays.",
    "blijft_machtigingsvrij": "The score is sufficient: the machtigingsvrije module stays.",
    "waarschuwing": "Waarschuwing: the score is insufficient for one quarter. After a second one in a row the practice"
    " goes back to the Standaardmodule.",
    "terug_naar_standaard": "The score is insufficient for two quarters in a row: back to the Standaardmodule.",
    "niet_beoordeeld": "Not judged: the store holds too little to judge by; the module stays as it is.",
}


class ScoreReport(NamedTuple):
    """The newest score first, then those of the quarters before it."""

    praktijk: Praktijk
    measurements: tuple[Measurement, ...]

    @property
    def conclusion(self) -> str:
        """A key of `CONCLUSIONS`."""
        now, previous, *_ = self.measurements
        if now.satisfies is None:
            return "niet_beoordeeld"
        if not now.machtigingsvrij:
            return "machtigingsvrij" if now.satisfies else "standaard"
        if now.satisfies:
            return "blijft_machtigingsvrij"
        second = previous.machtigingsvrij and previous.satisfies is False
        return "terug_naar_standaard" if second else "waarschuwing"


def judge(praktijk: Praktijk, date: dt.date) -> ScoreReport:
    """The report of a practice as measured on a day."""
    course = follow(praktijk.prestaties)
    return ScoreReport(
        praktijk, tuple(_measure(praktijk, course, months_earlier(date, 3 * n)) for n in range(QUARTERS))
    )


def _measure(praktijk: Praktijk, course: PartCourse, until: dt.date) -> Measurement:
    of = one_year_before(until)
    asked = requested(praktijk, of, until)
    weighings = (
        _treatments(performed(praktijk, of, until), asked),
        _requests(asked),
        _repairs([r for r in course.repairs if of <= r.date < until]),
        *(
            _replacements(require, [o for o in course.parts if o.kind == kind], of, until)
            for kind, require in REPLACEMENTS.items()
        ),
    )
    scores = tuple(score for score, _ in weighings)
    disadvantages = tuple(disadvantage for _, disadvantages in weighings for disadvantage in disadvantages)
    empty = not scores[1].denominator and not any(of <= p.date < until for p in praktijk.prestaties)
    return Measurement(of, until, praktijk.module(until), scores, disadvantages, empty)


Weighing = tuple[Score, Sequence[Disadvantage]]


def _treatments(done: Performed, asked: Sequence[Requested]) -> Weighing:
    score = Score(TREATMENTS, done.aantal, None)
    if score.satisfies:
        return score, ()
    disadvantages = [
        _at(TREATMENTS, requests[-1], NOTHING_DONE)
        for requests, why in asked
        if why is None and done.used.isdisjoint(requests)
    ]
    return score, disadvantages


def _requests(treatments: Sequence[Requested]) -> Weighing:
    disadvantages = [_at(APPROVED, requests[-1], why) for requests, why in treatments if why is not None]
    return Score(APPROVED, len(treatments) - len(disadvantages), len(treatments)), disadvantages


def _at(require: ScoreDemand, request: Request, why: str) -> Disadvantage:
    return Disadvantage(require, request.person, f"machtiging {request.number}", request.start, why)


def _repairs(repairs: Sequence[PartRepair]) -> Weighing:
    disadvantages = [
        Disadvantage(REPAIRS, r.person, r.code, r.date, f"the treatment was on {r.placed}")
        for r in repairs
        if r.placed is not None and within(r.date, r.placed, YEARS_REPAIR)
    ]
    return Score(REPAIRS, len(disadvantages), len(repairs)), disadvantages


def _replacements(require: ScoreDemand, parts: Sequence[DentalPart], of: dt.date, until: dt.date) -> Weighing:
    counts = [o for o in parts if o.placed < until and within(of, o.placed, YEARS_REPLACEMENT)]
    disadvantages = [
        Disadvantage(require, o.person, o.code, o.replace, f"it was placed on {o.placed}")
        for o in counts
        if o.replace is not None and o.replace < until and within(o.replace, o.placed, YEARS_REPLACEMENT)
    ]
    return Score(require, len(disadvantages), len(counts)), disadvantages

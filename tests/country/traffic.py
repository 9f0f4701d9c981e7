"""What a country sends: the assumptions, and declarations drawn from them. The same seed gives the same declarations.

Every assumption stands here, once; the page `simulator/mzsim/manual/country.md` gives the reason of each.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

YEAR = 60_000_000
"""Prestaties in a year."""
WORKING_DAYS = 250
"""Days of a year on which they are declared."""
PEAK = 10
"""How many times a mean day the busiest is."""
SMALL, LARGE = 50, 100_000
"""Prestaties of a declaration of a practice, and of one of a factoring company."""
PART_LARGE = 0.4
"""Which part of all prestaties factoring companies declare."""
SHARES = (
    *(20.0, 15.0, 12.0, 9.0, 7.0, 6.0, 5.0, 4.0, 3.5, 3.0),
    *(2.5, 2.0, 1.7, 1.4, 1.2, 1.0, 0.9, 0.8, 0.7, 0.6),
    *(0.5, 0.4, 0.4, 0.3, 0.3, 0.2, 0.2, 0.2, 0.1, 0.1),
)
"""Percentages of the market that the thirty insurers have."""
HOURS = (1, 0.5, 0.5, 0.5, 0.5, 0.5, 1, 1.5, 3, 3, 3, 3, 5, 4, 3, 3, 5, 12, 14, 11, 10, 8, 5, 2)
"""Percentages of a day's declarations that come in each hour, from midnight."""
BUSIEST = HOURS.index(max(HOURS))
PER_SESSION = 6
"""Declarations that a practice sends one after another, to as many insurers as its patients have."""
BETWEEN = 1.0
"""Seconds between two of them."""
BY_THE_CLOCK = 0.1
"""Which part of the sessions a program begins by itself, in the first minute of an hour."""
FACTORING = 5
"""Factoring companies."""
HOUR = 3600.0


class Declaration(NamedTuple):
    """A declaration: when it comes in, in seconds from midnight, to which insurer (0 is the largest), of how many prestaties,
    from whom: practices are numbered, factoring companies too, below 0."""

    at: float
    insurer: int
    records: float
    sender: int


class Day(NamedTuple):
    """A day on which so many prestaties are declared."""

    prestaties: float

    per_large: int = LARGE
    """Prestaties of a declaration of a factoring company."""

    @property
    def small(self) -> float:
        """Declarations of practices that are to be expected."""
        return self.prestaties * (1 - PART_LARGE) / SMALL

    @property
    def large(self) -> float:
        """Declarations of factoring companies that are to be expected."""
        return self.prestaties * PART_LARGE / self.per_large


MEAN = Day(YEAR / WORKING_DAYS)
BUSY = Day(PEAK * MEAN.prestaties)


def declared(day: Day, seed: int, begin: float = 0, end: float = 24) -> list[Declaration]:
    """What comes in on a day between two hours, in order of time."""
    chance = random.Random(f"{seed} {day.prestaties} {begin} {end}")
    found = [*_of_practices(day, chance, begin, end), *_of_factoring(day, chance, begin, end)]
    return sorted(found)


def _of_practices(day: Day, chance: random.Random, begin: float, end: float) -> Iterator[Declaration]:
    for practice, moment in enumerate(_moments(day.small / PER_SESSION, chance, begin, end)):
        at = moment
        if chance.random() < BY_THE_CLOCK:
            at = moment // HOUR * HOUR + chance.uniform(0, 60)
        # As many as come before a throw of so many sides is won: a few practices send many, most a few.
        while True:
            yield Declaration(at, _insurer(chance), SMALL, practice)
            if chance.random() < 1 / PER_SESSION:
                break
            at += BETWEEN


def _of_factoring(day: Day, chance: random.Random, begin: float, end: float) -> Iterator[Declaration]:
    for moment in _moments(day.large, chance, begin, end):
        yield Declaration(moment, _insurer(chance), day.per_large, -chance.randint(1, FACTORING))


_BEFORE_HOUR = (0.0, *(part / sum(HOURS) for part in accumulate(HOURS)))
"""Which part of a day has come before each hour."""
_UP_TO = tuple(accumulate(SHARES))


def _moments(count: float, chance: random.Random, begin: float, end: float) -> Iterator[float]:
    """Moments between two hours of a day on which so many are to be expected, independent of each other."""
    part, last = _part_before(begin), _part_before(end)
    while (part := part + chance.expovariate(count)) < last:
        hour = bisect_right(_BEFORE_HOUR, part) - 1
        within = (part - _BEFORE_HOUR[hour]) / (_BEFORE_HOUR[hour + 1] - _BEFORE_HOUR[hour])
        yield (hour + within) * HOUR


def _part_before(hour: float) -> float:
    whole = min(int(hour), 23)
    return _BEFORE_HOUR[whole] + (hour - whole) * (_BEFORE_HOUR[whole + 1] - _BEFORE_HOUR[whole])


def _insurer(chance: random.Random) -> int:
    return bisect_right(_UP_TO, chance.random() * _UP_TO[-1])

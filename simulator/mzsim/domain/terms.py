"""The terms of an insurer's `beleid`: until when a prestatie may be submitted, and when an answer is paid."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from mzsim.common.dates import days_later, end_of_month, months_later, working_days_later
from mzsim.common.patterns import fits

Term = TypeVar("Term")


class ByContract(NamedTuple, Generic[Term]):
    """A term for a party with a contract, and one for a party without; None for no term."""

    met_contract: Term | None = None
    zonder_contract: Term | None = None

    def of(self, *, contracted: bool) -> Term | None:
        """The term of a party that has a contract or not."""
        return self.met_contract if contracted else self.zonder_contract


def by_contract(make: Callable[[Mapping[str, Any]], Term]) -> Callable[[Mapping[str, Any]], ByContract[Term]]:
    """How the two are made of what the store keeps: one term for both, or each under its own key."""

    def made(choice: Mapping[str, Any]) -> ByContract[Term]:
        if choice.keys() <= set(ByContract._fields):
            return ByContract(**{name: make(term) for name, term in choice.items()})
        term = make(choice)
        return ByContract(term, term)

    return made


class Indientermijn(Protocol):
    """Until when a prestatie may be submitted. A later prestatie never has an earlier last day."""

    def last_day(self, prestatie: dt.date) -> dt.date:
        """The last day on which a prestatie of this date is submitted in time."""


class Months(NamedTuple):
    """A number of months after the datum prestatie."""

    maanden: int

    def last_day(self, prestatie: dt.date) -> dt.date:
        return months_later(prestatie, self.maanden)


class DaysAfterMonthEnd(NamedTuple):
    """A number of days after the end of the month of the prestatie."""

    dagen: int

    def last_day(self, prestatie: dt.date) -> dt.date:
        return days_later(end_of_month(prestatie), self.dagen)


class FixedDay(NamedTuple):
    """A day that every year has, a number of years after the year of the prestatie."""

    dag: int
    maand: int
    jaren: int

    def last_day(self, prestatie: dt.date) -> dt.date:
        year = prestatie.year + self.jaren
        return dt.date(year, self.maand, self.dag) if year <= dt.MAXYEAR else dt.date.max


_KINDS: dict[str, Callable[..., Indientermijn]] = {
    "maanden": Months,
    "dagen_na_maandeinde": DaysAfterMonthEnd,
    "datum": FixedDay,
}


def indientermijn(choice: Mapping[str, Any]) -> Indientermijn:
    """The term that the store keeps as its `soort` and the numbers that go with it."""
    return _KINDS[choice["soort"]](**{name: figure for name, figure in choice.items() if name != "soort"})


def first_on_time(term: Indientermijn, submitted: dt.date) -> dt.date:
    """The first datum prestatie that is in time when it is submitted on this day; all before it are late."""
    # One day can tell, because last days never run backwards, whatever the lengths of months.
    days = range(dt.date.min.toordinal(), dt.date.max.toordinal())
    place = bisect_left(days, submitted, key=lambda day: term.last_day(dt.date.fromordinal(day)))
    return dt.date.fromordinal(days.start + place)


class Betaaltermijn(NamedTuple):
    """When an insurer pays: after a number of calendar days or of working days; one of them is None."""

    dagen: int | None = None
    werkdagen: int | None = None

    def payment_date(self, answer: dt.date) -> dt.date:
        """The day of payment of what was granted on a day: that of the answer, which is that of receipt."""
        if self.dagen is not None:
            return days_later(answer, self.dagen)
        assert self.werkdagen is not None
        return working_days_later(answer, self.werkdagen)


class WithoutContract(NamedTuple):
    """What a party without contract gets: a percentage of the cover, and for a prestatie at most an amount in cents, by
    prestatiecode with `*` as wildcard."""

    vergoeding: int = 100
    maximum: Mapping[str, int] = MappingProxyType({})

    def most(self, prestatiecode: bytes) -> int | None:
        """The maximum for one prestatie of a code (as rubriek 0413 holds it); None where there is none.

        Of several that name it the one with the most characters beside `*` counts, and of those the lowest.
        """
        found = [
            (-len(pattern.replace("*", "")), amount)
            for pattern, amount in self.maximum.items()
            if fits((pattern,), prestatiecode)
        ]
        return min(found)[1] if found else None

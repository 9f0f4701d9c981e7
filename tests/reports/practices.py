"""Practices in the making: prestaties, requests and contracts as the reports take them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from mzsim.reports.implantologiecodes import codes_of
from mzsim.reports.implantologiescore import Measurement, Score, judge
from mzsim.reports.practice import MACHTIGINGSVRIJ, PracticeContract, PracticePrestatie, Praktijk, Request

DAY = dt.date(2026, 4, 1)
"""The day of measuring: the 12 months are 2025-04-01 to 2026-03-31."""
IN_PERIOD = dt.date(2025, 6, 1)


def prestatie(
    code: str,
    date: dt.date | str = IN_PERIOD,
    *,
    person: str = "999900006",
    element: str = "00",
    jaw: str = "0",
    count: int = 1,
) -> PracticePrestatie:
    """A granted prestatie."""
    day = dt.date.fromisoformat(date) if isinstance(date, str) else date
    return PracticePrestatie(person, day, code, element, jaw, count)


def request(
    number: str,
    *prestaties: str,
    person: str = "999900006",
    start: dt.date = IN_PERIOD,
    end: dt.date | None = None,
    status: str = "afgegeven",
) -> Request:
    """A request, by default of J*."""
    return Request(number, person, codes_of(prestaties or ("J*",)), start, end, status)


def patients(count: int, *, rejected: int = 0, date: dt.date = IN_PERIOD) -> dict[str, Any]:
    """So many verzekerden with an approved request and an implant, and so many whose request was rejected."""
    names = [f"P{n}" for n in range(count)]
    return {
        "prestaties": tuple(prestatie("J040", date, person=name, element="33") for name in names),
        "requests": (
            *(request(f"M{name}", person=name, start=date) for name in names),
            *(request(f"A{n}", person=f"A{n}", start=date, status="afgewezen") for n in range(rejected)),
        ),
    }


def praktijk(**otherwise: Any) -> Praktijk:
    """A practice of which only this is known."""
    return Praktijk("12012345", "0736", "Voorbeeld", **otherwise)


def machtigingsvrij(start: dt.date = dt.date(2020, 1, 1)) -> dict[str, Any]:
    """A contract with the machtigingsvrije module."""
    return {"contracten": (PracticeContract(start, None, MACHTIGINGSVRIJ),)}


def measurement(asked: Praktijk, day: dt.date = DAY) -> Measurement:
    """The newest score."""
    return judge(asked, day).measurements[0]


def score(asked: Praktijk, require: str, day: dt.date = DAY) -> tuple[int, int | None, bool | None]:
    """Count, of how many, and whether that meets the condition."""
    found: Score = next(s for s in measurement(asked, day).scores if s.require.id == require)
    return found.numerator, found.denominator, found.satisfies

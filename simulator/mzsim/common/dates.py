"""Counting in days, months and working days. What falls outside the calendar becomes its last day or its first."""

from __future__ import annotations

import calendar
import datetime as dt
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays import HolidayBase


def dagen_later(datum: dt.date, dagen: int) -> dt.date:
    """So many calendar days on; earlier where `dagen` is negative."""
    try:
        return datum + dt.timedelta(dagen)
    except OverflowError:
        return dt.date.max if dagen > 0 else dt.date.min


def maanden_later(datum: dt.date, maanden: int) -> dt.date:
    """The same day a number of months on; the last of the month where it has no such day."""
    jaar, maand = divmod(datum.year * 12 + datum.month - 1 + maanden, 12)
    if jaar > dt.MAXYEAR:
        return dt.date.max
    return dt.date(jaar, maand + 1, min(datum.day, _dagen_in_maand(jaar, maand + 1)))


def einde_van_maand(datum: dt.date) -> dt.date:
    """The last day of its month."""
    return datum.replace(day=_dagen_in_maand(datum.year, datum.month))


def _dagen_in_maand(jaar: int, maand: int) -> int:
    return calendar.monthrange(jaar, maand)[1]


def werkdagen_later(datum: dt.date, werkdagen: int) -> dt.date:
    """So many working days on: Monday to Friday, but for the public holidays of the Netherlands.

    With 0 the day itself, or the first working day after it.
    """
    try:
        return _feestdagen().get_nth_working_day(datum, werkdagen)
    except (OverflowError, ValueError):  # beyond the year 9999
        return dt.date.max


@cache
def _feestdagen() -> HolidayBase:
    # Takes longer to import than a small declaration to answer, so only where an insurer counts in working days.
    from holidays import country_holidays

    return country_holidays("NL")

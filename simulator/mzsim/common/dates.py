"""Counting in days, months and working days. What falls outside the calendar becomes its last day or its first."""

from __future__ import annotations

import calendar
import datetime as dt
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays import HolidayBase


def days_later(date: dt.date, days: int) -> dt.date:
    """So many calendar days on; earlier where `days` is negative."""
    try:
        return date + dt.timedelta(days)
    except OverflowError:
        return dt.date.max if days > 0 else dt.date.min


def months_later(date: dt.date, months: int) -> dt.date:
    """The same day a number of months on; the last of the month where it has no such day."""
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    if year > dt.MAXYEAR:
        return dt.date.max
    return dt.date(year, month + 1, min(date.day, _days_in_month(year, month + 1)))


def end_of_month(date: dt.date) -> dt.date:
    """The last day of its month."""
    return date.replace(day=_days_in_month(date.year, date.month))


def _days_in_month(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def working_days_later(date: dt.date, working_days: int) -> dt.date:
    """So many working days on: Monday to Friday, but for the public holidays of the Netherlands.

    With 0 the day itself, or the first working day after it.
    """
    try:
        return _holidays().get_nth_working_day(date, working_days)
    except (OverflowError, ValueError):  # beyond the year 9999
        return dt.date.max


@cache
def _holidays() -> HolidayBase:
    # Takes longer to import than a small declaration to answer, so only where an insurer counts in working days.
    from holidays import country_holidays

    return country_holidays("NL")

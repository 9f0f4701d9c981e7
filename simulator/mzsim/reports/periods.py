"""Years and months as the reports count them: a period ends before the day on which it would begin again."""

from __future__ import annotations

import calendar
import datetime as dt


def within(day: dt.date, since_then: dt.date, years: int) -> bool:
    """Whether a day falls within so many years of another: before the anniversary (of 29 February: before 1 March).

    The store counts the five years of a factuurnummer in the same way (INV 2.3.3).
    """
    return (day.year - years, day.month, day.day) < (since_then.year, since_then.month, since_then.day)


def months_earlier(day: dt.date, months: int) -> dt.date:
    """The same day so many months before; the first of the next month where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if year < dt.MINYEAR:
        return dt.date.min
    if day.day > calendar.monthrange(year, month + 1)[1]:
        year, month = divmod(year * 12 + month + 1, 12)
        return dt.date(year, month + 1, 1)
    return dt.date(year, month + 1, day.day)


def one_year_before(day: dt.date) -> dt.date:
    """The first day of the 12 months that end on the day before."""
    return months_earlier(day, 12)

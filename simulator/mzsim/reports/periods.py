"""Years and months as the reports count them: a period ends before the day on which it would begin again."""

from __future__ import annotations

import calendar
import datetime as dt


def binnen(dag: dt.date, sinds: dt.date, jaren: int) -> bool:
    """Whether a day falls within so many years of another: before the anniversary (of 29 February: before 1 March).

    The store counts the five years of a factuurnummer in the same way (INV 2.3.3).
    """
    return (dag.year - jaren, dag.month, dag.day) < (sinds.year, sinds.month, sinds.day)


def maanden_eerder(dag: dt.date, maanden: int) -> dt.date:
    """The same day so many months before; the first of the next month where there is no such day."""
    jaar, maand = divmod(dag.year * 12 + dag.month - 1 - maanden, 12)
    if jaar < dt.MINYEAR:
        return dt.date.min
    if dag.day > calendar.monthrange(jaar, maand + 1)[1]:
        jaar, maand = divmod(jaar * 12 + maand + 1, 12)
        return dt.date(jaar, maand + 1, 1)
    return dt.date(jaar, maand + 1, dag.day)


def een_jaar_voor(dag: dt.date) -> dt.date:
    """The first day of the 12 months that end on the day before."""
    return maanden_eerder(dag, 12)

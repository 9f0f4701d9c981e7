"""Years and months: anniversaries, leap days, the ends of months and of the calendar."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mzsim.reports.periods import months_earlier, one_year_before, within


@pytest.mark.parametrize(
    ("day", "since_then", "years", "expected"),
    [
        ("2026-03-01", "2021-03-01", 5, False),
        ("2026-02-28", "2021-03-01", 5, True),
        ("2023-05-17", "2020-05-17", 3, False),
        ("2023-05-16", "2020-05-17", 3, True),
        ("2025-02-28", "2020-02-29", 5, True),
        ("2025-03-01", "2020-02-29", 5, False),
        ("2024-02-29", "2021-03-01", 3, True),
        ("2024-03-01", "2021-03-01", 3, False),
    ],
)
def test_within_ends_before_the_anniversary(day: str, since_then: str, years: int, expected: bool) -> None:
    assert within(dt.date.fromisoformat(day), dt.date.fromisoformat(since_then), years) is expected


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-04-01", 3, "2026-01-01"),
        ("2026-01-15", 3, "2025-10-15"),
        ("2025-05-31", 3, "2025-03-01"),
        ("2024-05-31", 3, "2024-03-01"),
        ("2024-02-29", 12, "2023-03-01"),
        ("2025-12-31", 1, "2025-12-01"),
        ("0001-03-01", 3, "0001-01-01"),
    ],
)
def test_months_earlier(day: str, months: int, expected: str) -> None:
    assert months_earlier(dt.date.fromisoformat(day), months).isoformat() == expected


@given(st.dates(min_value=dt.date(2, 1, 1)))
@example(dt.date(2024, 2, 29))
@example(dt.date(2024, 3, 1))
def test_twelve_months_are_within_a_year(day: dt.date) -> None:
    """Of the period, every day is within a year of its first; the day that it ends before is not, but for a leap day."""
    first = one_year_before(day)
    assert within(day - dt.timedelta(days=1), first, 1)
    assert within(day, first, 1) is ((day.month, day.day) == (2, 29))
    assert (day - first).days in (365, 366)

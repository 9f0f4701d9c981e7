"""Years and months: anniversaries, leap days, the ends of months and of the calendar."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mzsim.reports.periods import binnen, een_jaar_voor, maanden_eerder


@pytest.mark.parametrize(
    ("dag", "sinds", "jaren", "verwacht"),
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
def test_binnen_eindigt_voor_de_verjaardag(dag: str, sinds: str, jaren: int, verwacht: bool) -> None:
    assert binnen(dt.date.fromisoformat(dag), dt.date.fromisoformat(sinds), jaren) is verwacht


@pytest.mark.parametrize(
    ("dag", "maanden", "verwacht"),
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
def test_maanden_eerder(dag: str, maanden: int, verwacht: str) -> None:
    assert maanden_eerder(dt.date.fromisoformat(dag), maanden).isoformat() == verwacht


@given(st.dates(min_value=dt.date(2, 1, 1)))
@example(dt.date(2024, 2, 29))
@example(dt.date(2024, 3, 1))
def test_twaalf_maanden_zijn_binnen_een_jaar(dag: dt.date) -> None:
    """Of the period, every day is within a year of its first; the day that it ends before is not, but for a leap day."""
    eerste = een_jaar_voor(dag)
    assert binnen(dag - dt.timedelta(days=1), eerste, 1)
    assert binnen(dag, eerste, 1) is ((dag.month, dag.day) == (2, 29))
    assert (dag - eerste).days in (365, 366)

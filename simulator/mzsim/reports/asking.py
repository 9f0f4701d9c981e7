"""The reports of a practice, as values: asked of a store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from mzsim.reports import behandelindex, implantologiescore
from mzsim.reports.data import ReportSource
from mzsim.store.session import Database


def implantologiescores(
    store: Database, agb: str, date: dt.date, uzovi: str | None = None
) -> list[implantologiescore.ScoreReport]:
    """The score of a practice over the 12 months before a day, at one insurer or at each that knows it.

    Raises ReportError where there is nothing to report on.
    """
    with _source(store, agb) as source:
        practices = list(source.practices(source.insurers(uzovi), date))
    return [implantologiescore.judge(practice, date) for practice in practices]


def index_of(store: Database, agb: str, date: dt.date) -> behandelindex.Behandelindex:
    """The behandelindex of a practice over the 12 months before a day. Raises ReportError where the store is empty."""
    with _source(store, agb) as source:
        source.insurers()
        counts = source.tallies(date)
    return behandelindex.calculate(agb, counts)


@contextmanager
def _source(store: Database, agb: str) -> Iterator[ReportSource]:
    with store.read() as connection:
        yield ReportSource(connection, agb)

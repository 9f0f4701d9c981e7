"""The reports of a practice, as values: asked of a store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from mzsim.reports import behandelindex, implantologiescore
from mzsim.reports.data import Rapportbron
from mzsim.store.session import Database


def implantologiescores(
    store: Database, agb: str, date: dt.date, uzovi: str | None = None
) -> list[implantologiescore.Rapport]:
    """The score of a practice over the 12 months before a day, at one insurer or at each that knows it.

    Raises ReportError where there is nothing to report on.
    """
    with _source(store, agb) as source:
        practices = list(source.praktijken(source.verzekeraars(uzovi), date))
    return [implantologiescore.beoordeel(practice, date) for practice in practices]


def index_of(store: Database, agb: str, date: dt.date) -> behandelindex.Behandelindex:
    """The behandelindex of a practice over the 12 months before a day. Raises ReportError where the store is empty."""
    with _source(store, agb) as source:
        source.verzekeraars()
        counts = source.tellingen(date)
    return behandelindex.bereken(agb, counts)


@contextmanager
def _source(store: Database, agb: str) -> Iterator[Rapportbron]:
    with store.lezen() as verbinding:
        yield Rapportbron(verbinding, agb)

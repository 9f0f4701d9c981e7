"""The terms of an insurer's `beleid`: until when a prestatie may be submitted, and when an answer is paid."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

from mzsim.common.dates import dagen_later, einde_van_maand, maanden_later, werkdagen_later


class Indientermijn(Protocol):
    """Until when a prestatie may be submitted. A later prestatie never has an earlier last day."""

    def laatste_dag(self, prestatie: dt.date) -> dt.date:
        """The last day on which a prestatie of this date is submitted in time."""


class Maanden(NamedTuple):
    """A number of months after the datum prestatie."""

    maanden: int

    def laatste_dag(self, prestatie: dt.date) -> dt.date:
        return maanden_later(prestatie, self.maanden)


class DagenNaMaandeinde(NamedTuple):
    """A number of days after the end of the month of the prestatie."""

    dagen: int

    def laatste_dag(self, prestatie: dt.date) -> dt.date:
        return dagen_later(einde_van_maand(prestatie), self.dagen)


class VasteDag(NamedTuple):
    """A day that every year has, a number of years after the year of the prestatie."""

    dag: int
    maand: int
    jaren: int

    def laatste_dag(self, prestatie: dt.date) -> dt.date:
        jaar = prestatie.year + self.jaren
        return dt.date(jaar, self.maand, self.dag) if jaar <= dt.MAXYEAR else dt.date.max


_SOORTEN: dict[str, Callable[..., Indientermijn]] = {
    "maanden": Maanden,
    "dagen_na_maandeinde": DagenNaMaandeinde,
    "datum": VasteDag,
}


def indientermijn(keuze: Mapping[str, Any]) -> Indientermijn:
    """The term that the store keeps as its `soort` and the numbers that go with it."""
    return _SOORTEN[keuze["soort"]](**{naam: getal for naam, getal in keuze.items() if naam != "soort"})


def eerste_op_tijd(termijn: Indientermijn, ingediend: dt.date) -> dt.date:
    """The first datum prestatie that is in time when it is submitted on this day; all before it are late."""
    # One day can tell, because last days never run backwards, whatever the lengths of months.
    dagen = range(dt.date.min.toordinal(), dt.date.max.toordinal())
    plaats = bisect_left(dagen, ingediend, key=lambda dag: termijn.laatste_dag(dt.date.fromordinal(dag)))
    return dt.date.fromordinal(dagen.start + plaats)


class Betaaltermijn(NamedTuple):
    """When an insurer pays: after a number of calendar days or of working days; one of them is None."""

    dagen: int | None = None
    werkdagen: int | None = None

    def betaaldatum(self, antwoord: dt.date) -> dt.date:
        """The day of payment of what was granted on a day: that of the answer, which is that of receipt."""
        if self.dagen is not None:
            return dagen_later(antwoord, self.dagen)
        assert self.werkdagen is not None
        return werkdagen_later(antwoord, self.werkdagen)

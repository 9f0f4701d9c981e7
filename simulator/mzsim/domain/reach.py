"""How far the lists of the store reach: the days of a declaration on which nothing of a list is in force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mzsim.domain.facts import PrestatiecodeFact, TariffFact
from mzsim.standard.values import text

DatedList = Mapping[bytes, Sequence[PrestatiecodeFact]] | Mapping[bytes, Sequence[TariffFact]]
"""Periods by the code that they are of."""


def out_of_reach(days: Sequence[bytes], lists: Mapping[str, DatedList]) -> str:
    """Says of which lists (by their key in a store file) nothing is in force on some of these days (EEJJMMDD, in order).

    Empty where there is nothing to say: a list that holds nothing is not checked against.
    """
    beyond = {name: _beyond(days, listing) for name, listing in lists.items() if listing}
    said = [f"no {name} of the store are in force on {_named(found)}" for name, found in beyond.items() if found]
    return f"{' and '.join(said)}; load a list that reaches so far" if said else ""


def _beyond(days: Sequence[bytes], listing: DatedList) -> list[bytes]:
    periods = {(fact.start, fact.end) for facts in listing.values() for fact in facts}
    return [day for day in days if not any(start <= day and (end is None or day <= end) for start, end in periods)]


def _named(days: Sequence[bytes]) -> str:
    first, *more = days
    day = text(first)
    others = f" and {len(more)} other {'day' if len(more) == 1 else 'days'}" if more else ""
    return f"{day[:4]}-{day[4:6]}-{day[6:]}{others}"

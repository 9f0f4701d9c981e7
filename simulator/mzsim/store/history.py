"""What an insurer received before, fetched for a group of records at a time. Plain SQL, as in `facts.py`."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy.engine import Connection

from mzsim.domain.combination_rules import Asked
from mzsim.domain.earlier.credits import EarlierRecord
from mzsim.store.columns import PRESTATIES, of_prestaties
from mzsim.store.many_values import find

_OUT = f"SELECT {of_prestaties(EarlierRecord._fields)} FROM {PRESTATIES}"
# A message at hand is not earlier than itself.
_EARLIER = "b.uzovi = :uzovi AND p.bericht_id < :eigen"
# What nobody judged was not declared: what stood in a file, or under a verzekerdenrecord, that was rejected.
_DECLARED = f"{_EARLIER} AND p.beoordeeld"
_ON_DAYS = f"{_OUT} WHERE p.persoon IN :personen AND p.datum IN :dagen AND b.agb = :agb AND {_DECLARED}"
_HONORARIA_ON = (
    f"{_OUT} WHERE p.persoon IN :personen AND p.datum IN :dagen AND p.soort = '01' AND p.uitkomst <> 'afgewezen'"
    f" AND {_EARLIER}"
)
_REISKOSTEN = (
    f"{_OUT} WHERE p.prestatiecode IN :codes AND p.behandelaar IN :behandelaars AND p.datum IN :dagen AND {_DECLARED}"
)
_GRANTED = f"{_OUT} WHERE p.persoon IN :personen AND p.datum BETWEEN :van AND :tot AND p.uitkomst <> 'afgewezen' AND {_EARLIER}"


@cache
def _honoraria(patterns: int, with_codes: bool) -> str:
    """The question after codes and so many patterns."""
    choice = [f"p.prestatiecode LIKE :patroon_{n}" for n in range(patterns)]
    if with_codes:
        choice.append("p.prestatiecode IN :codes")
    return f"{_GRANTED} AND p.soort = '01' AND ({' OR '.join(choice)})"


class HistorySource:
    """Answers questions about the earlier declarations to one insurer; `agb` is the party that the message at hand pays."""

    def __init__(self, connection: Connection, agb: str, uzovi: str, own_message: int) -> None:
        self._connection = connection
        self._agb = agb
        self._fixed = {"uzovi": uzovi, "eigen": own_message}

    def on_days(self, persons: Collection[str], days: Collection[str]) -> list[EarlierRecord]:
        """What the party declared for these persons on these days (EEJJMMDD), as far as the insurer judged it."""
        return self._find(_ON_DAYS, {"agb": self._agb}, personen=persons, dagen=days)

    def honoraria_on(self, persons: Collection[str], days: Collection[str]) -> list[EarlierRecord]:
        """The records 01 that the insurer granted these persons on these days, whoever declared them; credits among them."""
        return self._find(_HONORARIA_ON, {}, personen=persons, dagen=days)

    def reiskosten(
        self, codes: Collection[str], behandelaars: Collection[str], days: Collection[str]
    ) -> list[EarlierRecord]:
        """The reiskosten of these behandelaars on these days, whoever was paid for them (INV 4.8)."""
        return self._find(_REISKOSTEN, {}, dagen=days, behandelaars=behandelaars, codes=codes)

    def granted(self, persons: Collection[str], of: str, until: str) -> list[EarlierRecord]:
        """What the insurer granted these persons from day to day (EEJJMMDD), whoever declared it; credits among it."""
        return self._find(_GRANTED, {"van": of, "tot": until}, personen=persons)

    def honoraria(self, persons: Collection[str], asked: Asked, of: str, until: str) -> list[EarlierRecord]:
        """The same of records 01 with these codes."""
        patterns = {f"patroon_{n}": pattern.replace("*", "%") for n, pattern in enumerate(asked.patterns)}
        question = _honoraria(len(asked.patterns), bool(asked.codes))
        return self._find(question, {"van": of, "tot": until, **patterns}, personen=persons, codes=asked.codes)

    def _find(self, question: str, fixed: dict[str, Any], **lists: Collection[str]) -> list[EarlierRecord]:
        return [EarlierRecord._make(row) for row in find(self._connection, question, {**self._fixed, **fixed}, **lists)]

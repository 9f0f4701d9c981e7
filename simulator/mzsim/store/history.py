"""What an insurer received before, fetched for a group of records at a time. Plain SQL, as in `facts.py`."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from typing import Any

from mzsim.domain.combination_rules import Asked
from mzsim.domain.earlier.credits import EarlierRecord
from mzsim.store.columns import PRESTATIES, of_prestaties
from mzsim.store.connection import Connection
from mzsim.store.many_values import find

EVER = ("00000000", "99999999")
"""The days between which everything was done."""
_OUT = f"SELECT {of_prestaties(EarlierRecord._fields)} FROM {PRESTATIES}"
# A message at hand is not earlier than itself.
_BEFORE = "p.bericht_id < :eigen"
_EARLIER = f"b.uzovi IN :groep AND {_BEFORE}"
# What nobody judged was not declared: what stood in a file, or under a verzekerdenrecord, that was rejected.
_DECLARED = f"{_EARLIER} AND p.beoordeeld"
_ON_DAYS = f"{_OUT} WHERE p.persoon IN :personen AND p.datum IN :dagen AND b.agb = :agb AND {_DECLARED}"
_HONORARIA_ON = (
    f"{_OUT} WHERE p.persoon IN :personen AND p.datum IN :dagen AND p.soort = '01' AND p.uitkomst <> 'afgewezen'"
    f" AND {_EARLIER}"
)
_REISKOSTEN = (
    f"{_OUT} WHERE p.prestatiecode IN :codes AND p.behandelaar IN :behandelaars AND p.datum IN :dagen"
    f" AND b.uzovi IN :zorgkantoren AND {_BEFORE} AND p.beoordeeld"
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
    """Answers questions about the earlier declarations to an insurer, in any of the UZOVI-nummers of its group; `agb` is the
    party that the message at hand pays."""

    def __init__(self, connection: Connection, agb: str, group: Collection[str], own_message: int) -> None:
        self._connection = connection
        self._agb = agb
        self._group = sorted(group)
        self._own = {"eigen": own_message}

    def on_days(self, persons: Collection[str], days: Collection[str]) -> list[EarlierRecord]:
        """What the party declared for these persons on these days (EEJJMMDD), as far as the insurer judged it."""
        return self._of_group(_ON_DAYS, {"agb": self._agb}, personen=persons, dagen=days)

    def honoraria_on(self, persons: Collection[str], days: Collection[str]) -> list[EarlierRecord]:
        """The records 01 that the insurer granted these persons on these days, whoever declared them; credits among them."""
        return self._of_group(_HONORARIA_ON, {}, personen=persons, dagen=days)

    def reiskosten(
        self, codes: Collection[str], behandelaars: Collection[str], days: Collection[str], at: Collection[str]
    ) -> list[EarlierRecord]:
        """The reiskosten of these behandelaars on these days at these zorgkantoren, whoever was paid for them (INV 4.8)."""
        lists = {"dagen": days, "behandelaars": behandelaars, "codes": codes, "zorgkantoren": at}
        return self._find(_REISKOSTEN, {}, **lists)

    def granted(self, persons: Collection[str], of: str, until: str) -> list[EarlierRecord]:
        """What the insurer granted these persons from day to day (EEJJMMDD), whoever declared it; credits among it."""
        return self._of_group(_GRANTED, {"van": of, "tot": until}, personen=persons)

    def honoraria(self, persons: Collection[str], asked: Asked, of: str, until: str) -> list[EarlierRecord]:
        """The same of records 01 with these codes."""
        patterns = {f"patroon_{n}": re.sub(r"\*+", "%", pattern) for n, pattern in enumerate(asked.patterns)}
        question = _honoraria(len(asked.patterns), bool(asked.codes))
        return self._of_group(question, {"van": of, "tot": until, **patterns}, personen=persons, codes=asked.codes)

    def _of_group(self, question: str, fixed: dict[str, Any], **lists: Collection[str]) -> list[EarlierRecord]:
        return self._find(question, fixed, **lists, groep=self._group)

    def _find(self, question: str, fixed: dict[str, Any], **lists: Collection[str]) -> list[EarlierRecord]:
        return [EarlierRecord._make(row) for row in find(self._connection, question, {**self._own, **fixed}, **lists)]

"""What an insurer received before, fetched for a group of records at a time. Plain SQL, as in `facts.py`."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy.engine import Connection

from mzsim.domain.combination_rules import Gevraagd
from mzsim.domain.earlier.credits import Eerdere
from mzsim.store.columns import PRESTATIES, of_prestaties
from mzsim.store.many_values import zoek

_UIT = f"SELECT {of_prestaties(Eerdere._fields)} FROM {PRESTATIES}"
# A message at hand is not earlier than itself.
_EERDER = "b.uzovi = :uzovi AND p.bericht_id < :eigen"
# A file that was rejected declared nothing.
_GEDECLAREERD = f"{_EERDER} AND b.uitkomst <> 'afgekeurd_bestand'"
_OP_DAGEN = f"{_UIT} WHERE p.persoon IN :personen AND p.datum IN :dagen AND b.agb = :agb AND {_GEDECLAREERD}"
_REISKOSTEN = (
    f"{_UIT} WHERE p.prestatiecode IN :codes AND p.behandelaar IN :behandelaars AND p.datum IN :dagen"
    f" AND {_GEDECLAREERD}"
)
_TOEGEKEND = (
    f"{_UIT} WHERE p.persoon IN :personen AND p.datum BETWEEN :van AND :tot AND p.uitkomst <> 'afgewezen' AND {_EERDER}"
)


@cache
def _honoraria(patronen: int, met_codes: bool) -> str:
    """The question after codes and so many patterns."""
    keuze = [f"p.prestatiecode LIKE :patroon_{n}" for n in range(patronen)]
    if met_codes:
        keuze.append("p.prestatiecode IN :codes")
    return f"{_TOEGEKEND} AND p.soort = '01' AND ({' OR '.join(keuze)})"


class Historiebron:
    """Answers questions about the earlier declarations to one insurer; `agb` is the party that the message at hand pays."""

    def __init__(self, verbinding: Connection, agb: str, uzovi: str, eigen_bericht: int) -> None:
        self._verbinding = verbinding
        self._agb = agb
        self._vast = {"uzovi": uzovi, "eigen": eigen_bericht}

    def op_dagen(self, personen: Collection[str], dagen: Collection[str]) -> list[Eerdere]:
        """What the party declared for these persons on these days (EEJJMMDD)."""
        return self._zoek(_OP_DAGEN, {"agb": self._agb}, personen=personen, dagen=dagen)

    def reiskosten(
        self, codes: Collection[str], behandelaars: Collection[str], dagen: Collection[str]
    ) -> list[Eerdere]:
        """The reiskosten of these behandelaars on these days, whoever was paid for them (INV 4.8)."""
        return self._zoek(_REISKOSTEN, {}, dagen=dagen, behandelaars=behandelaars, codes=codes)

    def toegekend(self, personen: Collection[str], van: str, tot: str) -> list[Eerdere]:
        """What the insurer granted these persons from day to day (EEJJMMDD), whoever declared it; credits among it."""
        return self._zoek(_TOEGEKEND, {"van": van, "tot": tot}, personen=personen)

    def honoraria(self, personen: Collection[str], gevraagd: Gevraagd, van: str, tot: str) -> list[Eerdere]:
        """The same of records 01 with these codes."""
        patronen = {f"patroon_{n}": patroon.replace("*", "%") for n, patroon in enumerate(gevraagd.patronen)}
        vraag = _honoraria(len(gevraagd.patronen), bool(gevraagd.codes))
        return self._zoek(vraag, {"van": van, "tot": tot, **patronen}, personen=personen, codes=gevraagd.codes)

    def _zoek(self, vraag: str, vast: dict[str, Any], **lijsten: Collection[str]) -> list[Eerdere]:
        return [Eerdere._make(rij) for rij in zoek(self._verbinding, vraag, {**self._vast, **vast}, **lijsten)]

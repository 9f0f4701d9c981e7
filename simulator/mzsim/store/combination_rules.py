"""What the rules on combinations ask of the store: the rules, and what was granted before. Plain SQL, as in `facts.py`."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mzsim.domain.combination_rules import Combinatieregel, CombinationMember, Gevraagd
from mzsim.domain.declared import Eerdere, Verleden
from mzsim.standard.layout import TEKENSET
from mzsim.standard.values import lees_datum, schrijf_datum
from mzsim.store.many_values import zoek

_REGELS = sa.text(
    f"SELECT {', '.join(Combinatieregel._fields)} FROM combinatieregels WHERE soort <> 'niet_beoordeeld'"
    " ORDER BY nummer, ingang"
).columns(
    prestaties=sa.JSON,
    tegenhanger=sa.JSON,
    behalve=sa.JSON,
    zelfde_zorgaanbieder=sa.Boolean,
    ingang=sa.Date,
    einde=sa.Date,
)


def lees_regels(verbinding: Connection) -> list[Combinatieregel]:
    """The rules that are judged."""
    return [
        Combinatieregel(*rij)._replace(
            prestaties=tuple(rij.prestaties),
            tegenhanger=tuple(rij.tegenhanger),
            behalve=tuple(rij.behalve),
            ingang=_dag(rij.ingang),
            einde=rij.einde and _dag(rij.einde),
        )
        for rij in verbinding.execute(_REGELS)
    ]


def _dag(datum: dt.date) -> str:
    return schrijf_datum(datum).decode(TEKENSET)


_KOLOMMEN = ", ".join((*(f"p.{kolom}" for kolom in Eerdere._fields), "p.aantal", "b.agb"))
_TOEGEKEND = (
    f"SELECT {_KOLOMMEN} FROM prestaties p JOIN berichten b ON b.id = p.bericht_id"
    " WHERE p.datum BETWEEN :van AND :tot AND p.soort = '01' AND p.uitkomst <> 'afgewezen' AND b.uzovi = :uzovi"
    " AND p.bericht_id < :eigen"
)


@cache
def _vraag(patronen: int, met_codes: bool) -> str:
    """The question after codes and so many patterns."""
    keuze = [f"p.prestatiecode LIKE :patroon_{n}" for n in range(patronen)]
    if met_codes:
        keuze.append("p.prestatiecode IN :codes")
    return f"{_TOEGEKEND} AND p.persoon IN :personen AND ({' OR '.join(keuze)})"


Herroepen = Callable[[str], bool]
"""Whether the message at hand credits a referentienummer of the party that it pays."""


class Combinatiebron:
    """Answers what one insurer granted before the message at hand; `agb` is the party that this one pays."""

    def __init__(self, verbinding: Connection, agb: str, uzovi: str, eigen_bericht: int) -> None:
        self._verbinding = verbinding
        self._agb = agb
        self._vast = {"uzovi": uzovi, "eigen": eigen_bericht}

    def toegekend(
        self, personen: Collection[str], gevraagd: Gevraagd, van: str, tot: str, herroepen: Herroepen
    ) -> Mapping[str, dict[int, CombinationMember]]:
        """The records 01 of these codes and days that were granted and not credited, by person and id."""
        per_partij: defaultdict[str, list[Eerdere]] = defaultdict(list)
        aantallen: dict[int, int] = {}
        for *velden, aantal, agb in self._rijen(personen, gevraagd, van, tot):
            eerdere = Eerdere(*velden)
            per_partij[agb].append(eerdere)
            aantallen[eerdere.id] = aantal
        gevonden: defaultdict[str, dict[int, CombinationMember]] = defaultdict(dict)
        for agb, rijen in per_partij.items():
            eigen = agb == self._agb
            for debet in Verleden(rijen).toegekend():
                leesbaar = lees_datum(debet.datum.encode(TEKENSET)) is not None
                if leesbaar and not (eigen and herroepen(debet.referentienummer)):
                    gevonden[debet.persoon][debet.id] = _lid(debet, aantallen[debet.id], eigen=eigen)
        return gevonden

    def _rijen(self, personen: Collection[str], gevraagd: Gevraagd, van: str, tot: str) -> Iterator[Any]:
        vast = {"van": van, "tot": tot, **self._vast}
        vast |= {f"patroon_{n}": patroon.replace("*", "%") for n, patroon in enumerate(gevraagd.patronen)}
        vraag = _vraag(len(gevraagd.patronen), bool(gevraagd.codes))
        return zoek(self._verbinding, vraag, vast, personen=personen, codes=gevraagd.codes)


def _lid(debet: Eerdere, aantal: int, *, eigen: bool) -> CombinationMember:
    vlak = "".join(sorted(debet.vlak))
    return CombinationMember(
        debet.datum, debet.prestatiecode, debet.kaak, debet.gebitselement, vlak, debet.behandelaar, aantal, eigen
    )

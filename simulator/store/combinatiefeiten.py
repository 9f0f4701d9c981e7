"""What the rules on combinations ask of the store: the rules, and what was granted before. Plain SQL, as in `facts.py`."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from simulator.ei.layout import TEKENSET
from simulator.ei.waarden import lees_datum, schrijf_datum
from simulator.verleden import Eerdere, Verleden
from simulator.verzekeraar.combinatieregels import Combinatieregel, Gevraagd
from simulator.verzekeraar.combinaties import Lid

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


# Persons in one statement. They are filled up with the last one, so that few statements differ.
_PER_KEER = (1, 25, 500)


@lru_cache(maxsize=64)
def _vraag(personen: int, codes: int, patronen: int, dialect: sa.Dialect) -> tuple[str, Sequence[str] | None]:
    """The question after so many persons, codes and patterns as the driver takes it, and the order of its values."""

    def namen(letter: str, aantal: int) -> str:
        return ", ".join(f":{letter}{n}" for n in range(aantal))

    keuze = [f"p.prestatiecode LIKE :l{n}" for n in range(patronen)]
    if codes:
        keuze.append(f"p.prestatiecode IN ({namen('c', codes)})")
    tekst = f"{_TOEGEKEND} AND p.persoon IN ({namen('p', personen)}) AND ({' OR '.join(keuze)})"
    vertaald = sa.text(tekst).compile(dialect=dialect)
    return str(vertaald), vertaald.positiontup if dialect.positional else None


def _genummerd(letter: str, waarden: Iterable[str]) -> dict[str, str]:
    return {f"{letter}{n}": waarde for n, waarde in enumerate(waarden)}


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
    ) -> Mapping[str, dict[int, Lid]]:
        """The records 01 of these codes and days that were granted and not credited, by person and id."""
        per_partij: defaultdict[str, list[Eerdere]] = defaultdict(list)
        aantallen: dict[int, int] = {}
        for *velden, aantal, agb in self._rijen(personen, gevraagd, van, tot):
            eerdere = Eerdere(*velden)
            per_partij[agb].append(eerdere)
            aantallen[eerdere.id] = aantal
        gevonden: defaultdict[str, dict[int, Lid]] = defaultdict(dict)
        for agb, rijen in per_partij.items():
            eigen = agb == self._agb
            for debet in Verleden(rijen).toegekend():
                leesbaar = lees_datum(debet.datum.encode(TEKENSET)) is not None
                if leesbaar and not (eigen and herroepen(debet.referentienummer)):
                    gevonden[debet.persoon][debet.id] = _lid(debet, aantallen[debet.id], eigen=eigen)
        return gevonden

    def _rijen(self, personen: Collection[str], gevraagd: Gevraagd, van: str, tot: str) -> Iterator[Any]:
        """Straight from the driver: SQLAlchemy's own handling of so many parameters would take longer than the answer."""
        vast = self._vast | {"van": van, "tot": tot} | _genummerd("c", gevraagd.codes)
        vast |= _genummerd("l", (patroon.replace("*", "%") for patroon in gevraagd.patronen))
        rest = iter(personen)
        while groep := list(islice(rest, _PER_KEER[-1])):
            plaatsen = next(aantal for aantal in _PER_KEER if aantal >= len(groep))
            groep += groep[-1:] * (plaatsen - len(groep))
            waarden = vast | _genummerd("p", groep)
            omvang = len(gevraagd.codes), len(gevraagd.patronen)
            vraag, volgorde = _vraag(plaatsen, *omvang, self._verbinding.dialect)
            gegeven = waarden if volgorde is None else tuple(waarden[naam] for naam in volgorde)
            yield from self._verbinding.exec_driver_sql(vraag, gegeven)


def _lid(debet: Eerdere, aantal: int, *, eigen: bool) -> Lid:
    vlak = "".join(sorted(debet.vlak))
    return Lid(
        debet.datum, debet.prestatiecode, debet.kaak, debet.gebitselement, vlak, debet.behandelaar, aantal, eigen
    )

"""The rules on combinations, as the store keeps them. Plain SQL, as in `facts.py`."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mzsim.domain.combination_rules import Combinatieregel
from mzsim.standard.layout import TEKENSET
from mzsim.standard.values import schrijf_datum

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

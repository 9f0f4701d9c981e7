"""The rules on combinations, as the store keeps them. Plain SQL, as in `facts.py`."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mzsim.domain.combination_rules import Combinatieregel
from mzsim.standard.layout import CHARSET
from mzsim.standard.values import write_date

_LINES = sa.text(
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


def read_lines(connection: Connection) -> list[Combinatieregel]:
    """The rules that are judged."""
    return [
        Combinatieregel(*row)._replace(
            prestaties=tuple(row.prestaties),
            tegenhanger=tuple(row.tegenhanger),
            behalve=tuple(row.behalve),
            ingang=_day(row.ingang),
            einde=row.einde and _day(row.einde),
        )
        for row in connection.execute(_LINES)
    ]


def _day(date: dt.date) -> str:
    return write_date(date).decode(CHARSET)

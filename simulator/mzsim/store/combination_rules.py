"""The rules on combinations, as the store keeps them. Plain SQL, as in `facts.py`."""

from __future__ import annotations

import datetime as dt

from mzsim.domain.combination_rules import Combinatieregel
from mzsim.standard.layout import CHARSET
from mzsim.store.columns import as_json, day
from mzsim.store.connection import Connection

_LINES = (
    f"SELECT {', '.join(Combinatieregel._fields)} FROM combinatieregels WHERE soort <> 'niet_beoordeeld'"
    " ORDER BY nummer, ingang"
)


def read_lines(connection: Connection) -> list[Combinatieregel]:
    """The rules that are judged."""
    return [_read(Combinatieregel._make(row)) for row in connection.rows(_LINES)]


def _read(row: Combinatieregel) -> Combinatieregel:
    """A rule of what the driver gives."""
    return row._replace(
        prestaties=tuple(as_json(row.prestaties)),
        tegenhanger=tuple(as_json(row.tegenhanger)),
        behalve=tuple(as_json(row.behalve)),
        zelfde_zorgaanbieder=bool(row.zelfde_zorgaanbieder),
        ingang=_day(row.ingang),
        einde=row.einde and _day(row.einde),
    )


def _day(stored: str | dt.date) -> str:
    return day(stored).decode(CHARSET)

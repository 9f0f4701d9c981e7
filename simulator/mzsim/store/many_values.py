"""How many values are asked for in one statement, and how that is done where they are many."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing
from functools import lru_cache
from itertools import count, islice
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mzsim.standard.layout import TEKENSET
from mzsim.standard.values import schrijf_datum

T = TypeVar("T")

# SQLite takes 32,766 parameters in one statement, PostgreSQL 65,535; a few hundred are as fast.
_PER_KEER = 500
# A list is filled up to one of these with its last value, a longer one to a multiple of the last: few statements differ.
_PLAATSEN = (0, 1, 5, 25, 100, 200, 300, 400, _PER_KEER)


def groepen(waarden: Iterable[T]) -> Iterator[list[T]]:
    """The values in lists that fit in one statement: for those whose rows SQLAlchemy has to make dates and lists of."""
    rest = iter(waarden)
    while groep := list(islice(rest, _PER_KEER)):
        yield groep


def dag(opgeslagen: str | dt.date) -> bytes:
    """A day as the driver gives it, as EEJJMMDD."""
    return opgeslagen.replace("-", "").encode(TEKENSET) if isinstance(opgeslagen, str) else schrijf_datum(opgeslagen)


def zoek(
    verbinding: Connection, opdracht: str, vast: Mapping[str, Any], /, **lijsten: Collection[str] | Collection[int]
) -> Iterator[Any]:
    """The rows of a statement with `IN :name` for each of these lists, and `vast` for its other names; types as the
    driver's.

    The first list is asked for in parts, so its condition must hold for every row (AND); the others are asked for as a
    whole. SQLAlchemy's own way writes the statement out anew each time, which takes as long as the answer.
    """
    (eerste, lang), *andere = lijsten.items()
    waarden = {**vast, **{naam: _vul(list(lijst)) for naam, lijst in andere}}
    for groep in groepen(lang):
        waarden[eerste] = _vul(groep)
        plaatsen = tuple((naam, len(waarden[naam])) for naam in lijsten)
        tekst, namen = _uitgeschreven(opdracht, plaatsen, verbinding.dialect)
        gegeven = [een for naam in namen for een in (waarden[naam] if naam in lijsten else (waarden[naam],))]
        positioneel = verbinding.dialect.positional
        parameters: Any = tuple(gegeven) if positioneel else {f"p{n}": een for n, een in enumerate(gegeven)}
        with closing(verbinding.exec_driver_sql(tekst, parameters)) as gevonden:
            # What the driver makes of it is enough: a Row of SQLAlchemy around each takes as long again.
            assert gevonden.cursor is not None
            yield from gevonden.cursor.fetchall()


def _vul(lijst: list[Any]) -> list[Any]:
    """A list with as many values as it has places in the statement."""
    aantal = len(lijst)
    plaatsen = -(-aantal // _PER_KEER) * _PER_KEER
    if aantal < _PER_KEER:
        plaatsen = _PLAATSEN[bisect_left(_PLAATSEN, aantal)]
    return lijst + lijst[-1:] * (plaatsen - aantal)


_NAAM = re.compile(r":(\w+)")


@lru_cache(maxsize=128)
def _uitgeschreven(
    opdracht: str, lijsten: tuple[tuple[str, int], ...], dialect: sa.Dialect
) -> tuple[str, tuple[str, ...]]:
    """The statement for a driver with so many places in each list, and the names of its values in order.

    Where its places have names, these are p0, p1 and so on.
    """
    lang = dict(lijsten)
    nummers = count()

    def plaatsen(naam: re.Match[str]) -> str:
        if naam[1] not in lang:
            return f":p{next(nummers)}"
        return f"({', '.join(f':p{next(nummers)}' for _ in range(lang[naam[1]])) or 'NULL'})"

    namen = tuple(_NAAM.findall(opdracht))
    uit = _NAAM.sub(plaatsen, opdracht)
    if dialect.paramstyle == "qmark":  # hundreds of names take milliseconds to compile
        return _NAAM.sub("?", uit), namen
    return str(sa.text(uit).compile(dialect=dialect)), namen

"""Recording what a replay did: the message, its factuurnummer and its prestatierecords, in the caller's transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mzsim.store.facts import five_years_earlier


class Recorded(NamedTuple):
    """What a row of `prestaties` holds of a prestatierecord and of what became of it, whoever and whenever it was; amounts in
    cents, a credit negative. `aandelen` as in `models.Prestatie`."""

    toegekend_bedrag: int
    uitkomst: str
    beoordeeld: bool
    soort: str
    prestatiecode: str
    gebitselement: str
    vlak: str
    kaak: str
    behandelaar: str
    aantal: int
    berekend_bedrag: int
    declaratiebedrag: int
    aandelen: str | None


_COLUMNS = ("bericht_id", "persoon", "referentienummer", "vorig_referentienummer", "datum", *Recorded._fields)
"""What `Recording.prestatie` puts together; no row has a name there, which would take as long as all the rest."""


class MessageRow(NamedTuple):
    """What identifies a message in the store; `factuurnummer` as it is compared."""

    agb: str
    uzovi: str
    factuurnummer: str
    soort: str
    ontvangen: dt.date


_RECEIVED = sa.bindparam("ontvangen", type_=sa.Date)
_LIMIT = sa.bindparam("grens", type_=sa.Date)

_NEW_MESSAGE = sa.text(
    "INSERT INTO berichten (agb, uzovi, factuurnummer, soort, ontvangen, uitkomst)"
    " VALUES (:agb, :uzovi, :factuurnummer, :soort, :ontvangen, '') RETURNING id"
).bindparams(_RECEIVED)
_MESSAGE_COMPLETE = sa.text("UPDATE berichten SET uitkomst = :uitkomst WHERE id = :id")
_NUMBER = "agb = :agb AND factuurnummer = :factuurnummer AND uzovi = :uzovi"
# Only rows that no longer hold the number give way: of those that an insurer rejected the ones of who frees them. Where
# it is held all the same (its check is off, or something else stopped the file first), the row that holds it stays.
_REJECTED_AND_FREE = "uitkomst = 'afgewezen_verzekeraar' AND uzovi IN :vrij"
_FREE: sa.BindParameter[Any] = sa.bindparam("vrij", type_=sa.String, expanding=True)
_CLEAR_VECOZO = sa.text(
    "UPDATE factuurnummers SET vecozo_sleutel = NULL WHERE vecozo_sleutel = :sleutel"
    f" AND (ontvangen <= :grens OR {_REJECTED_AND_FREE})"
).bindparams(_LIMIT, _FREE)
_CLEAR_INSURER = sa.text(
    f"DELETE FROM factuurnummers WHERE {_NUMBER}"
    f" AND (ontvangen <= :grens OR {_REJECTED_AND_FREE} OR uitkomst = 'afgewezen_vecozo' OR NOT bij_verzekeraar)"
).bindparams(_LIMIT, _FREE)
_KEY = sa.text(f"SELECT vecozo_sleutel FROM factuurnummers WHERE {_NUMBER}")
_TO_VECOZO = sa.text(
    f"UPDATE factuurnummers SET vecozo_sleutel = :sleutel WHERE {_NUMBER}"
    " AND NOT EXISTS (SELECT 1 FROM factuurnummers f WHERE f.vecozo_sleutel = :sleutel)"
)
_NEW_NUMBER = sa.text(
    "INSERT INTO factuurnummers (agb, factuurnummer, uzovi, vecozo_sleutel, bij_verzekeraar, ontvangen, uitkomst)"
    " VALUES (:agb, :factuurnummer, :uzovi, :vecozo_sleutel, :bij_verzekeraar, :ontvangen, :uitkomst)"
    " ON CONFLICT DO NOTHING"
).bindparams(_RECEIVED, sa.bindparam("bij_verzekeraar", type_=sa.Boolean))


# Sixty rows in one statement take a third less time than one at a time.
_PER_ORDER = 60


@cache
def _inputs(rows: int, dialect: sa.Dialect) -> tuple[str, tuple[str, ...]]:
    """The statement that adds so many prestaties, and the names of its values in order."""
    header = f"INSERT INTO prestaties ({', '.join(_COLUMNS)}) VALUES"
    if dialect.paramstyle == "qmark":  # a thousand names take long to compile, only to become question marks
        row = f"({', '.join('?' * len(_COLUMNS))})"
        return f"{header} {', '.join([row] * rows)}", ()
    names = [[f"{column}_{row}" for column in _COLUMNS] for row in range(rows)]
    places = ", ".join(f"(:{', :'.join(row)})" for row in names)
    order = sa.text(f"{header} {places}")
    return str(order.compile(dialect=dialect)), tuple(name for row in names for name in row)


class Recording:
    """Records one message. Nothing is kept unless the caller commits the transaction of the connection."""

    _PER_TIME = 80 * _PER_ORDER

    def __init__(self, connection: Connection, message: MessageRow) -> None:
        self._connection = connection
        self._message = message
        self.message_id: int = connection.execute(_NEW_MESSAGE, message._asdict()).scalar_one()
        self._waiting: list[tuple[str | int | None, ...]] = []
        self.took_number = False
        """Whether the row of the factuurnummer is of this message, and of no other."""

    def prestatie(
        self, person: str, referentienummer: str, previous_referentienummer: str, date: str, rest: Recorded
    ) -> None:
        """Adds a prestatierecord: of whom, under which numbers as they are compared ("" for none), of which day (EEJJMMDD)."""
        self._waiting.append((self.message_id, person, referentienummer, previous_referentienummer, date, *rest))
        if len(self._waiting) >= self._PER_TIME:
            self._write_out()

    def _write_out(self) -> None:
        """Straight to the driver: SQLAlchemy's own handling of parameters would take four times as long."""
        rows, self._waiting = self._waiting, []
        whole = len(rows) - len(rows) % _PER_ORDER
        for per_order, part in ((_PER_ORDER, rows[:whole]), (1, rows[whole:])):
            if part:
                order, names = _inputs(per_order, self._connection.dialect)
                values: list[Any] = [
                    tuple(chain.from_iterable(part[place : place + per_order]))
                    for place in range(0, len(part), per_order)
                ]
                if not self._connection.dialect.positional:
                    values = [dict(zip(names, one, strict=True)) for one in values]
                self._connection.exec_driver_sql(order, values)

    def forwarded(self, free: Collection[str]) -> None:
        """VECOZO takes the factuurnummer: it forwards the message. `free` are the insurers that let a number be used again
        after they rejected it."""
        values = self._number(free)
        self._connection.execute(_CLEAR_VECOZO, values)
        self._connection.execute(_CLEAR_INSURER, values)
        if not self._connection.execute(_TO_VECOZO, values).rowcount:
            self._take_number(values, values["sleutel"], at_insurer=False, outcome="doorgestuurd")

    def received(self, outcome: str) -> None:
        """The insurer takes the factuurnummer: toegewezen or afgewezen_verzekeraar. This message holds it in place of one that
        he rejected."""
        values = self._number((self._message.uzovi,))
        key = self._connection.scalar(_KEY, values)
        self._connection.execute(_CLEAR_INSURER, values)
        self._take_number(values, key, at_insurer=True, outcome=outcome)

    def _number(self, free: Collection[str]) -> dict[str, Any]:
        message = self._message
        return message._asdict() | {
            "sleutel": f"{message.agb}/{message.factuurnummer}",
            "grens": five_years_earlier(message.ontvangen),
            "vrij": list(free),
        }

    def _take_number(self, values: dict[str, Any], key: str | None, *, at_insurer: bool, outcome: str) -> None:
        row = {"vecozo_sleutel": key, "bij_verzekeraar": at_insurer, "uitkomst": outcome}
        self.took_number |= self._connection.execute(_NEW_NUMBER, values | row).rowcount > 0

    def complete(self, outcome: str) -> None:
        """Completes the row of the message."""
        self._write_out()
        self._connection.execute(_MESSAGE_COMPLETE, {"uitkomst": outcome, "id": self.message_id})


_TO_SERVICEBUREAU = sa.text(
    "INSERT INTO facturen_bij_servicebureau (agb, factuurnummer, ontvangen) VALUES (:agb, :factuurnummer, :ontvangen)"
    " ON CONFLICT (agb, factuurnummer) DO UPDATE SET ontvangen = excluded.ontvangen"
).bindparams(_RECEIVED)


def forwarded_to_servicebureau(connection: Connection, agb: str, factuurnummer: str, received: dt.date) -> None:
    """VECOZO takes the factuurnummer (as it is compared) of a message that no insurer gets."""
    values = {"agb": agb, "factuurnummer": factuurnummer, "ontvangen": received}
    connection.execute(_TO_SERVICEBUREAU, values)

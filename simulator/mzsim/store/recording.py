"""Recording what a replay did: the message, its factuurnummer and its prestatierecords.

While a declaration is judged what is to be recorded is only collected: nobody waits for it. It is written afterwards, in the
caller's transaction, and `together.py` says whether the answer still holds by then.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from mzsim.store.connection import Connection
from mzsim.store.facts import five_years_earlier
from mzsim.store.prestatie_rows import write_prestaties
from mzsim.store.spooled_rows import Row, SpooledRows


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


class Number(NamedTuple):
    """The factuurnummer (as it is compared) that a party sent, and the day on which it is received."""

    agb: str
    factuurnummer: str
    ontvangen: dt.date


class MessageRow(NamedTuple):
    """What identifies a message in the store; `factuurnummer` as it is compared."""

    agb: str
    uzovi: str
    factuurnummer: str
    soort: str
    ontvangen: dt.date

    @property
    def number(self) -> Number:
        """Its factuurnummer."""
        return Number(self.agb, self.factuurnummer, self.ontvangen)


_NEW_MESSAGE = (
    "INSERT INTO berichten (agb, uzovi, factuurnummer, soort, ontvangen, uitkomst)"
    " VALUES (:agb, :uzovi, :factuurnummer, :soort, :ontvangen, '') RETURNING id"
)
_MESSAGE_COMPLETE = "UPDATE berichten SET uitkomst = :uitkomst, volgorde = (SELECT revisie FROM stand) WHERE id = :id"
_NUMBER = "agb = :agb AND factuurnummer = :factuurnummer AND uzovi = :uzovi"
# Only rows that no longer hold the number give way: of those that an insurer rejected the ones of who frees them. Where
# it is held all the same (its check is off, or something else stopped the file first), the row that holds it stays.
_REJECTED_AND_FREE = "uitkomst = 'afgewezen_verzekeraar' AND uzovi IN :vrij"
_CLEAR_VECOZO = (
    "UPDATE factuurnummers SET vecozo_sleutel = NULL WHERE vecozo_sleutel = :sleutel"
    f" AND (ontvangen <= :grens OR {_REJECTED_AND_FREE})"
)
_CLEAR_INSURER = (
    f"DELETE FROM factuurnummers WHERE {_NUMBER}"
    f" AND (ontvangen <= :grens OR {_REJECTED_AND_FREE} OR uitkomst = 'afgewezen_vecozo' OR NOT bij_verzekeraar)"
)
_KEY = f"SELECT vecozo_sleutel FROM factuurnummers WHERE {_NUMBER}"
_TO_VECOZO = (
    f"UPDATE factuurnummers SET vecozo_sleutel = :sleutel WHERE {_NUMBER}"
    " AND NOT EXISTS (SELECT 1 FROM factuurnummers f WHERE f.vecozo_sleutel = :sleutel)"
)
_NEW_NUMBER = (
    "INSERT INTO factuurnummers (agb, factuurnummer, uzovi, vecozo_sleutel, bij_verzekeraar, ontvangen, uitkomst)"
    " VALUES (:agb, :factuurnummer, :uzovi, :vecozo_sleutel, :bij_verzekeraar, :ontvangen, :uitkomst)"
    " ON CONFLICT DO NOTHING"
)


class Recording:
    """What is to be recorded of one message. First it is collected; then `write` puts the rows in the store, and `complete`
    the rest, once the transaction has the store to itself. Nothing is kept unless the caller commits."""

    def __init__(self, message: MessageRow, rows: SpooledRows) -> None:
        rows.clear()
        self.message = message
        self.rows = rows
        self.persons: set[str] = set()
        """Of whom it holds prestatierecords, as the store names them."""
        self.behandelaars: set[str] = set()
        """Who declare reiskosten in it: these are looked up for a behandelaar, whoever the verzekerde is (INV 4.8)."""
        self.message_id = 0
        self.took_number = False
        """Whether the row of the factuurnummer is of this message, and of no other."""
        self._person: str | None = None
        self._free: Collection[str] | None = None
        self._outcome: str | None = None

    def ending(self, recorded: Recorded) -> int:
        """The number of what prestatierecords hold alike, for those that are added next."""
        return self.rows.ending(tuple(recorded))

    def prestaties(self, person: str, rows: Sequence[Row]) -> None:
        """Adds prestatierecords of a person: under which numbers as they are compared ("" for none), of which day (EEJJMMDD),
        and the number of the rest."""
        if person is not self._person:
            self._person = person
            self.persons.add(person)
        self.rows.add(rows)

    def forwarded(self, free: Collection[str]) -> None:
        """VECOZO takes the factuurnummer: it forwards the message. `free` are the insurers that let a number be used again
        after they rejected it."""
        self._free = free

    def received(self, outcome: str) -> None:
        """The insurer takes the factuurnummer: toegewezen or afgewezen_verzekeraar. This message holds it in place of one that
        he rejected."""
        self._outcome = outcome

    def write(self, connection: Connection) -> None:
        """Writes the message and its prestatierecords, that nobody sees before the commit."""
        self.message_id = connection.scalar(_NEW_MESSAGE, self.message._asdict())
        write_prestaties(connection, self.message_id, Recorded._fields, self.rows)

    def complete(self, connection: Connection, outcome: str) -> None:
        """Takes the factuurnummer, and completes the row of the message."""
        if self._free is not None:
            self._take_at_vecozo(connection, self._free)
        if self._outcome is not None:
            self._take_at_insurer(connection, self._outcome)
        connection.execute(_MESSAGE_COMPLETE, {"uitkomst": outcome, "id": self.message_id})

    def _take_at_vecozo(self, connection: Connection, free: Collection[str]) -> None:
        values = self._number(free)
        connection.execute(_CLEAR_VECOZO, values)
        connection.execute(_CLEAR_INSURER, values)
        if not connection.execute(_TO_VECOZO, values):
            row = {"vecozo_sleutel": values["sleutel"], "bij_verzekeraar": False, "uitkomst": "doorgestuurd"}
            self._take_number(connection, values | row)

    def _take_at_insurer(self, connection: Connection, outcome: str) -> None:
        values = self._number((self.message.uzovi,))
        key = connection.scalar(_KEY, values)
        connection.execute(_CLEAR_INSURER, values)
        row = {"vecozo_sleutel": key, "bij_verzekeraar": True, "uitkomst": outcome}
        self._take_number(connection, values | row)

    def _take_number(self, connection: Connection, row: dict[str, Any]) -> None:
        self.took_number |= connection.execute(_NEW_NUMBER, row) > 0

    def _number(self, free: Collection[str]) -> dict[str, Any]:
        message = self.message
        return message._asdict() | {
            "sleutel": f"{message.agb}/{message.factuurnummer}",
            "grens": five_years_earlier(message.ontvangen),
            "vrij": list(free),
        }


_TO_SERVICEBUREAU = (
    "INSERT INTO facturen_bij_servicebureau (agb, factuurnummer, ontvangen) VALUES (:agb, :factuurnummer, :ontvangen)"
    " ON CONFLICT (agb, factuurnummer) DO UPDATE SET ontvangen = excluded.ontvangen"
)


def forwarded_to_servicebureau(connection: Connection, number: Number) -> None:
    """VECOZO takes the factuurnummer of a message that no insurer gets."""
    connection.execute(_TO_SERVICEBUREAU, number._asdict())

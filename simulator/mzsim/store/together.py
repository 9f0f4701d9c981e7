"""Whether an answer still holds when it is recorded: declarations are judged side by side, each as the store was when it
began, and their answers must be those of one after another.

What a store file says holds for everyone: after a load all judge again. Of what was declared meanwhile only this counts:

- the same factuurnummer of the same party, which its two lists are asked for once more;
- prestaties of the same verzekerden: maxima, authorisations, credits, intervals, the same prestatie;
- referentienummers of the same party at the same insurer;
- reiskosten of the same behandelaars, whoever the verzekerde is (INV 4.8).

Messages are committed in the order of `volgorde`, so those that a reader did not see have a higher one than he saw. Plain
SQL, as in `facts.py`; the shorter of two declarations is gone through, and the index finds it in the longer.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from mzsim.domain.facts import FactuurnummerFact
from mzsim.domain.sets import REISKOSTEN_CODES
from mzsim.store.connection import Connection
from mzsim.store.facts import FactSource
from mzsim.store.many_values import find
from mzsim.store.recording import Number, Recording

_STAND = "SELECT revisie, geladen FROM stand"
_MEANWHILE = "SELECT id, agb, uzovi FROM berichten WHERE volgorde > :revisie"
_CODES = ", ".join(f"'{code.decode()}'" for code in sorted(REISKOSTEN_CODES))
_OF_PERSONS = "SELECT 1 FROM prestaties WHERE persoon IN :personen AND bericht_id IN :berichten"
_WITH_NUMBERS = "SELECT 1 FROM prestaties WHERE referentienummer IN :nummers AND bericht_id IN :berichten"
_PERSONS = "SELECT DISTINCT persoon FROM prestaties WHERE bericht_id IN :berichten"
_NUMBERS = "SELECT DISTINCT referentienummer FROM prestaties WHERE bericht_id IN :berichten"
_BEHANDELAARS = (
    f"SELECT DISTINCT behandelaar FROM prestaties WHERE bericht_id IN :berichten AND prestatiecode IN ({_CODES})"
)


class Moment(NamedTuple):
    """The store as a declaration is judged by it: its last change, the last that was no message added, and where the
    factuurnummer of the declaration was received before."""

    number: Number
    revision: int
    loaded: int
    received: list[FactuurnummerFact]


def moment(connection: Connection, facts: FactSource, number: Number) -> Moment:
    """The store as it is for this connection, whose facts these are."""
    ((revision, loaded),) = connection.rows(_STAND)
    return Moment(number, revision, loaded, sorted(facts.factuurnummers(number.agb, number.factuurnummer)))


def still_holds(connection: Connection, then: Moment, book: Recording | None) -> bool:
    """Whether nothing was committed since then that the answer relied on; `book` is what is recorded at an insurer, written
    already. Asked by who has the store to himself."""
    now = moment(connection, FactSource(connection, then.number.ontvangen), then.number)
    if (now.loaded, now.received) != (then.loaded, then.received):
        return False
    if book is None:
        return True
    others = [row for row in connection.rows(_MEANWHILE, {"revisie": then.revision}) if row[0] != book.message_id]
    messages = [number for number, *_ in others]
    same_party = [number for number, *party in others if party == [book.message.agb, book.message.uzovi]]
    return not (
        (messages and _shares_persons(connection, book, messages))
        or (same_party and _shares_numbers(connection, book, same_party))
    )


def _shares_persons(connection: Connection, book: Recording, messages: list[int]) -> bool:
    """Whether any of these messages holds prestaties of the same verzekerden, or reiskosten of the same behandelaars."""
    if book.behandelaars and not book.behandelaars.isdisjoint(_values(connection, _BEHANDELAARS, messages)):
        return True
    if book.rows.few is not None:
        return _any(find(connection, _OF_PERSONS, {}, personen=book.persons, berichten=messages))
    return not book.persons.isdisjoint(_values(connection, _PERSONS, messages))


def _shares_numbers(connection: Connection, book: Recording, messages: list[int]) -> bool:
    """Whether any of these messages holds one of the same referentienummers."""
    few = book.rows.few
    if few is not None:
        own = {number for _, number, *_ in few}
        return _any(find(connection, _WITH_NUMBERS, {}, nummers=own, berichten=messages))
    others = _values(connection, _NUMBERS, messages)
    return _any(find(connection, _WITH_NUMBERS, {}, nummers=others, berichten=[book.message_id]))


def _values(connection: Connection, question: str, messages: list[int]) -> set[str]:
    return {value for (value,) in find(connection, question, {}, berichten=messages)}


def _any(rows: Iterable[object]) -> bool:
    return next(iter(rows), None) is not None

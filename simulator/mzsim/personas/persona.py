"""What a persona is: an invented verzekerde with what is declared for him and what comes back. Light to import."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

INSURER, PRAKTIJK, ZORGVERLENER = "9970", "12099901", "12999901"
"""Who is declared to and who declares, where a persona doesn't say otherwise."""
PROCESSED, DONE = dt.date(2026, 3, 31), "20260310"
"""The usual day of processing, and the usual 0408."""

Fields = Mapping[str, str | int]
"""Rubrieken by number; an amount in cents, or the text as it stands in the message."""


class SentBack(NamedTuple):
    """A record of the retour: kenmerk ("01", "02", "04"), identificatie detailrecord (0 of record 01), and its retourcodes.

    `granted` is 0483 in cents, a credit negative; 0 of other records.
    """

    record: str
    number: int
    codes: tuple[str, ...]
    granted: int = 0


class PersonaExpectation(NamedTuple):
    """What comes back: `sender` VECOZO or a UZOVI-nummer, the status of `replay --json`, the total in cents.

    `back` is the retour without its sluitrecord.
    """

    sender: str
    status: str
    granted: int
    back: tuple[SentBack, ...]


class PersonaDeclaration(NamedTuple):
    """One file to send: the records by rubriek, complete but for what is counted, and the day on which it is processed."""

    file_name: str
    datum: dt.date
    voorloop: Fields
    verzekerde: Fields
    prestaties: tuple[Fields, ...]
    expected: PersonaExpectation

    def bericht(self) -> bytes:
        """The MZ301."""
        from mzsim.standard.heen import heenbericht, heenrecord, numbered

        details = [heenrecord(b"02", self.verzekerde), *(heenrecord(b"04", fields) for fields in self.prestaties)]
        return heenbericht(heenrecord(b"01", self.voorloop), numbered(details))


class Persona(NamedTuple):
    """An invented verzekerde; `bsn` is None for one who is known by a verzekerdennummer. `reason` says why it ends so."""

    id: str
    title: str
    reason: str
    bsn: str | None
    verzekerdennummer: str | None
    name: str
    geboortedatum: dt.date
    declaraties: tuple[PersonaDeclaration, ...]

    @property
    def key(self) -> str:
        """By what the insurer knows him: BSN or verzekerdennummer."""
        return self.bsn or self.verzekerdennummer or ""

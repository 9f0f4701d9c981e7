"""The personas of `@proef`: whom to declare for, what to declare, and the one outcome that follows.

    from mzsim.personas import PROEF, personas, zoek
    for persona in personas():          # read once, when first asked for
        for declaratie in persona.declaraties:
            declaratie.bericht()        # the bytes of a valid MZ301, to replay on declaratie.datum
            declaratie.verwacht         # status, amount and every record that comes back

Load `PROEF` (as a verzekeraarsbestand: `mzsim.store.shipped_files.plaats_van(PROEF)`) in a store first. The declaraties of
a persona follow one another on that store; personas do not touch each other. Light to import.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

PROEF = "@proef"
"""The list of the program that the personas are insured by."""

VERZEKERAAR, PRAKTIJK, ZORGVERLENER = "9970", "12099901", "12999901"
"""Who is declared to and who declares, where a persona doesn't say otherwise."""
VERWERKT, GEDAAN = dt.date(2026, 3, 31), "20260310"
"""The usual day of processing, and the usual 0408."""

Velden = Mapping[str, str | int]
"""Rubrieken by number; an amount in cents, or the text as it stands in the message."""


class Teruggezonden(NamedTuple):
    """A record of the retour: kenmerk ("01", "02", "04"), identificatie detailrecord (0 of record 01), and its retourcodes.

    `toegekend` is 0483 in cents, a credit negative; 0 of other records.
    """

    record: str
    nummer: int
    codes: tuple[str, ...]
    toegekend: int = 0


class Verwacht(NamedTuple):
    """What comes back: `afzender` VECOZO or a UZOVI-nummer, the status of `replay --json`, the total in cents.

    `terug` is the retour without its sluitrecord.
    """

    afzender: str
    status: str
    toegekend: int
    terug: tuple[Teruggezonden, ...]


class Declaratie(NamedTuple):
    """One file to send: the records by rubriek, complete but for what is counted, and the day on which it is processed."""

    bestandsnaam: str
    datum: dt.date
    voorloop: Velden
    verzekerde: Velden
    prestaties: tuple[Velden, ...]
    verwacht: Verwacht

    def bericht(self) -> bytes:
        """The MZ301."""
        from mzsim.standard.heen import genummerd, heenbericht, heenrecord

        details = [heenrecord(b"02", self.verzekerde), *(heenrecord(b"04", velden) for velden in self.prestaties)]
        return heenbericht(heenrecord(b"01", self.voorloop), genummerd(details))


class Persona(NamedTuple):
    """An invented verzekerde; `bsn` is None for one who is known by a verzekerdennummer. `reden` says why it ends so."""

    id: str
    titel: str
    reden: str
    bsn: str | None
    verzekerdennummer: str | None
    naam: str
    geboortedatum: dt.date
    declaraties: tuple[Declaratie, ...]

    @property
    def sleutel(self) -> str:
        """By what the insurer knows him: BSN or verzekerdennummer."""
        return self.bsn or self.verzekerdennummer or ""


@cache
def personas() -> tuple[Persona, ...]:
    """All personas, in the order of the documentation."""
    from mzsim.personas.file import lees

    return lees()


def zoek(sleutel: str) -> Persona:
    """The persona with this id, BSN or verzekerdennummer. Raises InputError."""
    from mzsim.common.errors import InputError

    for persona in personas():
        if sleutel in (persona.id, persona.sleutel):
            return persona
    raise InputError(f"{sleutel}: no such persona; mzsim personas lists them")

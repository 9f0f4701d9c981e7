"""The personas of `@proef`: whom to declare for, what to declare, and the one outcome that follows.

    from mzsim.personas import PROEF, find, personas
    for persona in personas():          # read once, when first asked for
        for declaratie in persona.declaraties:
            declaratie.bericht()        # the bytes of a valid MZ301, to replay on declaratie.datum
            declaratie.expected         # status, amount and every record that comes back

Load `PROEF` (as a verzekeraarsbestand: `mzsim.store.shipped_files.path_of(PROEF)`) in a store first. The declaraties of
a persona follow one another on that store; personas do not touch each other. Light to import.
"""

from __future__ import annotations

from functools import cache

from mzsim.personas.persona import Persona

PROEF = "@proef"
"""The list of the program that the personas are insured by."""


@cache
def personas() -> tuple[Persona, ...]:
    """All personas, in the order of the documentation."""
    from mzsim.personas.file import read

    return read()


def find(key: str) -> Persona:
    """The persona with this id, BSN or verzekerdennummer. Raises InputError."""
    from mzsim.common.errors import InputError

    for persona in personas():
        if key in (persona.id, persona.key):
            return persona
    raise InputError(f"{key}: no such persona; mzsim personas lists them")

"""The rules of a script: what they match, and what they answer. Read from YAML by `mzsim.script.file`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

from mzsim.common.errors import ScriptError
from mzsim.domain.check import VECOZO, VERZEKERAAR, Controle, Deel

Onderdeel = Literal["bestand", "verzekerde", "prestatie"]
"""What a rule answers on: the file, a verzekerdenrecord or a prestatierecord."""

AFZENDERS = {"vecozo": VECOZO, "verzekeraar": VERZEKERAAR}

Records = Mapping[bytes, bytes]
"""The heen records that a rule may look at, by kenmerk: the voorlooprecord, and what it is about with its verzekerdenrecord."""


class Voorwaarde(NamedTuple):
    """A condition on one rubriek: the record that it is of, its place there, and whether a value meets it."""

    kenmerk: bytes
    plaats: slice
    past: Callable[[bytes], bool]

    def geldt(self, records: Records) -> bool:
        """Whether the record at hand meets it."""
        return self.past(records[self.kenmerk][self.plaats])


class Actie(NamedTuple):
    """What is answered. `toekennen` in cents and `percentage` of the declaratiebedrag; with neither, it is rejected.

    `controles` stand for the retourcodes, so that these can be reported as the objections of checks are.
    """

    afzender: str
    controles: tuple[Controle, ...]
    toekennen: int | None
    percentage: int | None

    @property
    def kent_toe(self) -> bool:
        """Whether it says which amount is granted."""
        return self.toekennen is not None or self.percentage is not None


class Scriptregel(NamedTuple):
    """One rule; `plek` is its file and line, `kenmerken` those of the records that it looks at beside the voorlooprecord."""

    nummer: int
    plek: str
    deel: Onderdeel
    match: tuple[Voorwaarde, ...]
    niet: tuple[Voorwaarde, ...]
    actie: Actie

    @property
    def kenmerken(self) -> frozenset[bytes]:
        return frozenset(voorwaarde.kenmerk for voorwaarde in self.match + self.niet) - {b"01"}

    def past(self, records: Records) -> bool:
        """Whether all of `match` and none of `not` holds."""
        return all(v.geldt(records) for v in self.match) and not any(v.geldt(records) for v in self.niet)

    def fout(self, wat: str) -> ScriptError:
        """The error that this rule can't be followed."""
        return ScriptError(f"{self.plek}: rule {self.nummer}: {wat}")


_DEEL: Mapping[Onderdeel, Deel] = {"bestand": "voorloop", "verzekerde": "verzekerde", "prestatie": "prestatie"}


def controle_van(nummer: int, plek: str, deel: Onderdeel, code: str, afzender: str) -> Controle:
    """What stands for a retourcode of a rule where the objection of a check would stand. It is in no register."""
    return Controle(
        id=f"script-{nummer}",
        niveau=7,
        deel=_DEEL[deel],
        rubriek=None,
        retourcode=code,
        door=afzender,
        bron=plek,
        herstel="Change this rule of the script, or replay without --antwoord.",
        zin=f"Rule {nummer} of the script says so.",
        leest=frozenset(),
        per="record",
        functie=_geen_toets,
    )


def _geen_toets(*_: object) -> bool:
    return False


def patroon(tekst: str, *, numeriek: bool) -> Callable[[bytes], bool]:
    """Whether a rubriek holds a text, with `*` for any characters.

    Spaces behind it may be left out, and the zeros before a number.
    """
    vorm = re.compile(b".*".join(re.escape(deel) for deel in tekst.encode("iso8859-1").split(b"*")), re.DOTALL)

    def past(waarde: bytes) -> bool:
        kaal = waarde.rstrip(b" ")
        if vorm.fullmatch(kaal):
            return True
        return numeriek and any(vorm.fullmatch(v) for v in _zonder_nullen(kaal))

    return past


def _zonder_nullen(waarde: bytes) -> tuple[bytes, ...]:
    kaal = waarde.lstrip(b"0")
    return (kaal,) if kaal else (b"", b"0")

"""What a check is, as a value: its place in the message, who performs it, and what its objection says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from mzsim.standard.retourcodes import FILE, SUBSTITUTE, retourcodes

Part = Literal[
    "bestand", "alle", "voorloop", "verzekerde", "debiteur", "prestatie", "toekenning", "commentaar", "sluit"
]
"""The part of the message that a check is about; `toekenning` is the amount granted for a prestatierecord."""

Per = Literal["inhoud", "sleutel", "datum", "referentie", "reeks", "machtiging", "credit", "record"]
"""What a check of a prestatierecord or of a verzekerdenrecord looks at: the same always gets the same verdict.

`inhoud`: the rubrieken that it lists in `reads`, of a prestatierecord of 0406-0431 (0408 by its tijdvak), and what is fixed
for the message;
`sleutel`: 0403-0405 and the verzekerde; `datum`: 0408 by `Surroundings.cover_stretch`, and the verzekerde; `referentie`: 0432
and 0433, and where they were used; `reeks`: other records and the store; of both `Surroundings.nothing_elsewhere` tells whether
they say anything; `machtiging`: what `Surroundings.machtiging` says, and nothing where that is None; `credit`: anything, but
objects to credits only; `record`: anything else. `SURROUNDINGS` in `checks.surroundings` has the fields of `Surroundings` that
each may read.
"""

VECOZO, INSURER = "V", "Z"


class Check(NamedTuple):
    """One check as data: an entry of the register, or what a script answers with in its place.

    `level` runs from 1 (the file as bytes) to 7 (policy and contract); `by` holds V (VECOZO), Z (the insurer) or
    both; `retourcode` is None where no retourbericht is possible; `reads` are the rubrieken whose values must have
    passed levels 3 and 4 before this check judges them; `remedy` says what to change.
    """

    id: str
    level: int
    part: Part
    rubriek: str | None
    retourcode: str | None
    by: str
    source: str
    remedy: str
    sentence: str
    reads: frozenset[str]
    per: Per
    function: Callable[..., bool]

    @property
    def substitute(self) -> bool:
        """Whether the code stands in for an official one that is not publicly known."""
        return self.retourcode == SUBSTITUTE

    @property
    def record(self) -> str:
        """The record type that the check is about."""
        return "prestatie" if self.part == "toekenning" else self.part

    @property
    def rejects_file(self) -> bool:
        """Whether its code rejects the file rather than the record."""
        return self.retourcode is None or retourcodes()[self.retourcode].kind in FILE

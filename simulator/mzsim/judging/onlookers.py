"""Who may look on or speak up while a declaration is judged, as far as the judgement knows them.

A script of answers and an explanation are made further on, by who wants them; here stands what they are asked and told.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import BinaryIO, Protocol

from mzsim.checks.surroundings import Omgeving
from mzsim.domain.check import Controle
from mzsim.domain.combination_rules import Combinatieregel
from mzsim.domain.decisions import Besluit
from mzsim.domain.findings import Bevinding
from mzsim.reading.first_reading import Verkenning


class Director(Protocol):
    """Says what is answered on a part of one message; what it says nothing of is judged as usual."""

    @property
    def besluit(self) -> Besluit | None:
        """What the insurer decides on the prestatierecord last asked about; None where that is not directed."""

    def bezwaren_tegen_bestand(self, door: str) -> list[Bevinding]:
        """With what VECOZO (V) or the insurer (Z) rejects the file; empty where it is not directed."""

    def over_verzekerde(self, heen: bytes, door: str) -> tuple[Controle, ...] | None:
        """The objections to a verzekerdenrecord; None where it is not directed. Its prestatierecords follow."""

    def over_prestatie(self, heen: bytes, plaats: int, door: str) -> tuple[Controle, ...] | None:
        """The same of a prestatierecord on this line (1-based). Raises a `MzsimError` where it can't be followed."""


class AnswerScript(Protocol):
    """What directs answers: the file that it was read from, None where there is none, and the SHA-256 of its bytes."""

    @property
    def pad(self) -> Path | None: ...
    @property
    def sha256(self) -> str: ...

    def director(self, verkenning: Verkenning, bron: BinaryIO, naam: str) -> Director:
        """What directs the answer to one message; `bron` is the declaration, `naam` what errors call it."""


class Onlooker(Protocol):
    """Hears what is objected to, and adds the rows of the store that decided it."""

    def combinatie(self, regel: int, combinatieregel: Combinatieregel, eerder: Collection[int]) -> None:
        """A rule on combinations objects to the record on this line, by these earlier prestaties (ids in the store)."""

    def bij_bestand(self, bevindingen: Sequence[Bevinding], nummer_bij: Sequence[str]) -> list[Bevinding]:
        """Objections to the file; `nummer_bij` names the insurers for which the factuurnummer is in use."""

    def bij_record(self, bevindingen: Sequence[Bevinding], heen: bytes, omgeving: Omgeving) -> list[Bevinding]:
        """Objections to a detail record in its surroundings."""

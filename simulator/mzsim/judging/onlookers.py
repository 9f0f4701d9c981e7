"""Who may look on or speak up while a declaration is judged, as far as the judgement knows them.

A script of answers and an explanation are made further on, by who wants them; here stands what they are asked and told.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import BinaryIO, Protocol

from mzsim.checks.surroundings import Surroundings
from mzsim.domain.check import Check
from mzsim.domain.combination_rules import Combinatieregel
from mzsim.domain.decisions import Decision
from mzsim.domain.findings import Finding, Row
from mzsim.reading.first_reading import FirstReading


class Director(Protocol):
    """Says what is answered on a part of one message; what it says nothing of is judged as usual."""

    @property
    def decision(self) -> Decision | None:
        """What the insurer decides on the prestatierecord last asked about; None where that is not directed."""

    def objections_to_file(self, by: str) -> list[Finding]:
        """With what VECOZO (V) or the insurer (Z) rejects the file; empty where it is not directed."""

    def over_verzekerde(self, heen: bytes, by: str) -> tuple[Check, ...] | None:
        """The objections to a verzekerdenrecord; None where it is not directed. Its prestatierecords follow."""

    def over_prestatie(self, heen: bytes, place: int, by: str) -> tuple[Check, ...] | None:
        """The same of a prestatierecord on this line (1-based). Raises a `MzsimError` where it can't be followed."""

    def commentaar(self, heen: bytes) -> tuple[str, ...]:
        """The texts that the insurer sends back behind this record, which he just judged, in records of their own."""


class AnswerScript(Protocol):
    """What directs answers: the file that it was read from, None where there is none, and the SHA-256 of its bytes."""

    @property
    def path(self) -> Path | None: ...
    @property
    def sha256(self) -> str: ...
    @property
    def unused(self) -> list[str]:
        """A line for each part of it whose turn came and that directed nothing."""

    def director(self, first_reading: FirstReading, source: BinaryIO, name: str) -> Director:
        """What directs the answer to one message; `source` is the declaration, `name` what errors call it."""


class Onlooker(Protocol):
    """Hears what is objected to, and adds the rows of the store that decided it."""

    def combination(self, line: int, combinatieregel: Combinatieregel, earlier: Collection[int]) -> None:
        """A rule on combinations objects to the record on this line, by these earlier prestaties (ids in the store)."""

    def on_file(self, findings: Sequence[Finding], number_at: Sequence[str]) -> list[Finding]:
        """Objections to the file; `number_at` names the insurers for which the factuurnummer is in use."""

    def on_record(
        self, line: int, objections: Sequence[Check], heen: bytes, surroundings: Surroundings
    ) -> list[tuple[Row, ...]]:
        """Objections to the detail record on this line (1-based), in its surroundings: the rows that decided each."""

"""The values that travel from checks to answer: immutable, without I/O."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from mzsim.domain.check import Check


class Stage(StrEnum):
    """Which part of the path is played."""

    VECOZO = "vecozo"
    INSURER = "verzekeraar"
    ALL = "all"


class Status(StrEnum):
    """How a declaration ended."""

    FULLY_GRANTED = "volledig_toegewezen"
    PARTLY_GRANTED = "deels_toegewezen"
    FULLY_REJECTED = "volledig_afgewezen"
    REJECTED_FILE = "afgekeurd_bestand"
    REJECTED_RECORD = "afgekeurd_record"
    FORWARDED = "doorgestuurd"
    UNREADABLE = "onleesbaar"


class Row(NamedTuple):
    """A row of the store: its list, the key that was looked for, and what it holds; None where there is no such row.

    Names and values are those of a store file, ready for JSON.
    """

    lijst: str
    sleutel: Mapping[str, Any]
    waarden: Mapping[str, Any] | None


class Finding(NamedTuple):
    """A check that objects to a record: line number (1-based), kenmerk, identificatie detailrecord, and the check.

    `rows` are the rows of the store that decided it, where they were asked for; `remark` is what was found, where that
    tells more than the sentence of the check.
    """

    line: int
    record: str
    identificatie: int | None
    check: Check
    rows: tuple[Row, ...] = ()
    remark: str = ""

    @property
    def text(self) -> str:
        """What is wrong, in a sentence."""
        sentence = self.check.sentence
        return f"{sentence.removesuffix('.')}: {self.remark}." if self.remark else sentence


class Melding(NamedTuple):
    """A bevinding with the retourcode that it is answered with; None where no retourbericht is possible."""

    finding: Finding
    retourcode: str | None

    @property
    def code(self) -> str:
        """The retourcode of an objection that goes into a retourbericht."""
        assert self.retourcode is not None
        return self.retourcode


class Outcome(NamedTuple):
    """The answer to one declaration. Totals in cents, a credit negative; `sender` is VECOZO or a UZOVI-nummer.

    `payment_date` is when the total is paid; None where there is nothing to pay, or the insurer doesn't say. `remark` is
    what the sender of the file may not expect, in a sentence.
    """

    status: Status
    sender: str | None
    total_declared: int
    total_granted: int
    meldingen: Sequence[Melding]
    payment_date: dt.date | None = None
    remark: str = ""

    @property
    def has_retour(self) -> bool:
        """Whether this outcome comes with a retourbericht."""
        return self.status not in (Status.FORWARDED, Status.UNREADABLE)

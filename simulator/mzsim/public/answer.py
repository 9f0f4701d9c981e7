"""Answering a declaration: `replay`, and the answer that it gives."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from io import BytesIO
from typing import Any, Literal, NamedTuple

from mzsim.common.in_memory import BytesMessage, RetourStream
from mzsim.common.names import kept
from mzsim.domain.findings import Melding, Outcome
from mzsim.explanation.collector import Collector
from mzsim.pipeline import Order
from mzsim.pipeline import replay as answered
from mzsim.presentation.output import mask, meldingen_json
from mzsim.public.sources import Message, ScriptSource, content_of, day_of, message_of, script_source, stage_of
from mzsim.public.store import Store
from mzsim.retour.bookings import book
from mzsim.script.file import load_script
from mzsim.standard.values import as_euro

Stage = Literal["vecozo", "verzekeraar", "all"]
"""Who answers: VECOZO only, the insurer without VECOZO before it, or the whole path."""


class Booking(NamedTuple):
    """How one prestatierecord must be booked; amounts in euro as "10.00", a credit negative.

    `outcome` is toegekend, deels, afgewezen or niet_beoordeeld; `left` is what was declared less what is granted.
    """

    referentienummer: str
    outcome: str
    declared: str
    granted: str
    left: str
    retourcodes: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """The answer to a declaration.

    `retour` are the bytes of the retourbericht, None where none is sent; `sender` is "VECOZO", the UZOVI-nummer of the
    insurer, or None. `declared` and `granted` are totals in euro, a credit negative. `toekenningen` say how each amount came
    about, as `mzsim replay --json` prints them. `payment_date` is None where the insurer has no betaaltermijn or pays nothing.
    `declaration` are the bytes that were answered, `path` where they were read. `remark` is what `mzsim replay` says on
    standard error of an answer that may not be meant; empty where there is nothing to say. `found` is what `meldingen` are
    made of, and private.
    """

    status: str
    retour: bytes | None
    sender: str | None
    declared: Decimal
    granted: Decimal
    toekenningen: list[dict[str, Any]]
    payment_date: dt.date | None
    declaration: bytes
    path: str | None = None
    remark: str = ""
    found: Sequence[Melding] = field(default=(), repr=False)

    @cached_property
    def meldingen(self) -> list[dict[str, Any]]:
        """What was objected to, as `mzsim replay --json` prints it; a list in memory from when it is first asked for."""
        return [json.loads(melding) for melding in meldingen_json(self.found)]

    @property
    def codes(self) -> tuple[str, ...]:
        """The retourcodes of the meldingen, in their order."""
        return tuple(melding.retourcode for melding in self.found if melding.retourcode is not None)

    @cached_property
    def bookings(self) -> tuple[Booking, ...]:
        """How every prestatierecord of the declaration must be booked; none without a retour."""
        return () if self.retour is None else bookings_of(self.declaration, self.retour)

    def to_dict(self) -> dict[str, Any]:
        """The object of `mzsim replay --json`; BSN and names are masked. `retour` is None: the bytes stand in no file."""
        return {
            "declaratie": None if self.path is None else kept(self.path),
            "retour": None,
            "afzender": self.sender,
            "status": self.status,
            "totaal_ingediend": self.totaal_ingediend,
            "totaal_toegekend": self.totaal_toegekend,
            **({"betaaldatum": self.betaaldatum} if self.betaaldatum else {}),
            **({"kanttekening": self.remark} if self.remark else {}),
            "meldingen": self.meldingen,
            "toekenningen": self.toekenningen,
        }

    @property
    def afzender(self) -> str | None:
        """`sender`, under the key of the JSON."""
        return self.sender

    @property
    def totaal_ingediend(self) -> str:
        """`declared` as the JSON has it: "660.00"."""
        return f"{self.declared:.2f}"

    @property
    def totaal_toegekend(self) -> str:
        """`granted` as the JSON has it: "660.00"."""
        return f"{self.granted:.2f}"

    @property
    def betaaldatum(self) -> str | None:
        """`payment_date` as the JSON has it: "2026-01-31"."""
        return None if self.payment_date is None else self.payment_date.isoformat()


def replay(
    declaration: Message,
    store: Store,
    *,
    date: dt.date | str | None = None,
    stage: Stage = "all",
    script: ScriptSource | None = None,
    dry_run: bool = False,
    key: str | None = None,
) -> Answer:
    """Answers a declaration as VECOZO and the insurer would; the store remembers what was declared and granted.

    `declaration` is its bytes, or the path of a file: nothing is written beside it. `date` is the processing date, a date or
    "2026-01-31" (default: today). `script` says what is answered on the records that its rules match: a path, the text of a
    script (a string of more than one line), or its rules as a list of mappings. With `dry_run` the store stays as it is.

    `key` is a name of your own for this submission, of at most 100 characters. The store keeps it with the answer: with the same
    key the same declaration gets that answer once more, and nothing is judged.

    A declaration without a readable voorlooprecord gives an answer too, with status onleesbaar. Raises InputError where
    the file can't be read, StoreError where the store can't be used, ScriptError for a script that is wrong, SubmissionError
    where the store knows the key with another declaration.
    """
    message, day, who = content_of(message_of(declaration)), day_of(date), stage_of(stage)
    database = store.opened()
    rules = None if script is None else load_script(script_source(script), database)
    retour = BytesIO()
    with Collector(mask, in_memory=True) as collector:
        task = Order(message, RetourStream(retour), day, who, dry_run, rules, collector=collector, key=key)
        outcome = answered(task, database)
        grants = [json.loads(grant) for grant in collector.grants()]
    path = None if isinstance(declaration, bytes) else message.name
    return _answer(outcome, message, retour.getvalue() if outcome.has_retour else None, grants, path)


def _answer(
    outcome: Outcome, message: BytesMessage, retour: bytes | None, grants: list[dict[str, Any]], path: str | None
) -> Answer:
    return Answer(
        status=str(outcome.status),
        retour=retour,
        sender=outcome.sender,
        declared=_euro(outcome.total_declared),
        granted=_euro(outcome.total_granted),
        toekenningen=grants,
        payment_date=outcome.payment_date,
        declaration=message.content,
        path=path,
        remark=outcome.remark,
        found=outcome.meldingen,
    )


def _euro(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def bookings_of(declaration: bytes, retour: bytes) -> tuple[Booking, ...]:
    """How every prestatierecord of a declaration must be booked, by its retour. Raises InputError where it is none."""
    return tuple(
        Booking(
            b.referentienummer,
            str(b.outcome),
            as_euro(b.declared),
            as_euro(b.granted),
            as_euro(b.rest),
            b.codes,
        )
        for b in book(BytesIO(declaration), BytesIO(retour)).bookings
    )

"""A retourbericht explained: what it says, and with the store that answered how it came about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO, NamedTuple

from mzsim.common.errors import InputError
from mzsim.common.in_memory import BytesMessage
from mzsim.common.message_names import declaration_beside
from mzsim.domain.facts import UzoviFact
from mzsim.explanation.collector import Collector
from mzsim.explanation.enrichment import enrich
from mzsim.explanation.rejudging import Rejudging, Underived, rejudge
from mzsim.judging.agreements import contracted_in_period
from mzsim.retour.words import Mask, Payment, WordedRetour, explain_retour
from mzsim.standard.records import Voorlooprecord
from mzsim.standard.retourcodes import Retourcode, retourcodes
from mzsim.standard.values import text
from mzsim.store.facts import FactSource
from mzsim.store.session import Database

_NOT_KEPT = "the store does not remember this answer: this is how it would answer on what it held that day"


class Explained(NamedTuple):
    """What a retour says; `grants` is what was granted, each as JSON, None where it isn't known how that came about."""

    explanation: WordedRetour
    grants: Iterator[str] | None


class Knowledge(NamedTuple):
    """The code list with what a store adds to it, what it knows of payment, and the insurers that it knows."""

    codes: Mapping[str, Retourcode]
    payment: Payment
    insurers: Mapping[str, UzoviFact]


def knowledge(store: Database | None) -> Knowledge:
    """What there is to read a retour with; without a store the list of the program."""
    if store is None:
        return Knowledge(retourcodes(), lambda *_: None, {})
    with store.read() as connection:
        facts = FactSource(connection, dt.date.min)
        return Knowledge({**retourcodes(), **facts.retourcodes()}, partial(_payment_date, store), facts.uzovi())


def _payment_date(store: Database, v: Voorlooprecord, dagtekening: dt.date, granted: int) -> dt.date | None:
    """When the insurer of 0108 pays by its beleid, and by its contract with who is paid or declares."""
    with store.read() as connection:
        facts = FactSource(connection, dagtekening)
        insurer = facts.uzovi().get(text(v.uzovi))
        if insurer is None or insurer.beleid.betaaltermijn is None:
            return None
        contracted = contracted_in_period(facts, insurer.number, v)
        return insurer.beleid.payment_date(dagtekening, granted, contracted=contracted)


@contextmanager
def explained(
    retour: Path | BytesMessage,
    source: BinaryIO,
    known: Knowledge,
    store: Database | None,
    declaration: Path | BytesMessage | None,
    mask: Mask,
    *,
    in_memory: bool = False,
) -> Iterator[Explained]:
    """Explains a retour, which `source` reads; what was granted can be read until the context is left.

    With a store the declaration is answered again: without `declaration` the one that stands beside the retour. With
    `in_memory` nothing goes to a temporary file. Raises InputError where `source` is no retourbericht, or a declaration that
    was named can't be read.
    """
    explanation = explain_retour(source, known.codes, known.payment)
    if store is None:
        yield Explained(explanation, None)
        return
    with Collector(mask, in_memory=in_memory) as collector:
        try:
            outcome = _derive(retour, declaration, source, store, collector)
        except Underived as reason:
            yield Explained(explanation._replace(underived=str(reason)), None)
            return
        explanation = enrich(explanation, outcome.outcome, collector)
        if not outcome.kept:
            explanation = explanation._replace(remark=_NOT_KEPT)
        yield Explained(explanation, collector.grants())


def _derive(
    retour: Path | BytesMessage,
    declaration: Path | BytesMessage | None,
    source: BinaryIO,
    store: Database,
    collector: Collector,
) -> Rejudging:
    if declaration is not None:
        return rejudge(declaration, source, store, collector)
    found = declaration_beside(retour) if isinstance(retour, Path) else None
    if found is None:
        raise Underived("its declaration is not beside it; name it with --declaratie to see how the retour came about")
    try:
        return rejudge(found, source, store, collector)
    except InputError as error:  # nobody named it, and a retour can be read without
        raise Underived(str(error)) from None

"""Answers a declaration again as of when it was answered, to tell how its retour came about.

The store remembers what was granted, not every weighing on the way. So the same judgement is made once more, on what was
declared before; it is believed only where it makes the same retour to the byte, and decides of every record what the store
remembers.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from mzsim.common.errors import InputError
from mzsim.common.in_memory import BytesMessage, RetourStream
from mzsim.common.inputs import open_message
from mzsim.domain.findings import Outcome, Stage, Status
from mzsim.domain.parties import party
from mzsim.explanation.collector import Collector, fingerprint
from mzsim.judging.message import SENDER_VECOZO
from mzsim.pipeline import AsOf, Order, replay
from mzsim.standard.layout import CHARSET, HEEN_LENGTH, RETOUR_LENGTH, layouts
from mzsim.standard.records import Voorlooprecord
from mzsim.standard.values import normalized, read_date, text
from mzsim.store.answered import decisions, last_message, messages
from mzsim.store.session import Database

_RETOUR = layouts("mz302")[b"01"]
_PIECE = 1 << 20
_HEEN = layouts("mz301")[b"01"]
_OTHERWISE = ("0102", "0106")
"""Rubrieken that a retour does not copy from the declaration."""
_SAME = tuple(rubriek.plaats for rubriek in _HEEN.rubrieken if rubriek.nummer not in _OTHERWISE)


class Underived(Exception):
    """It can't be told how a retour came about; the message says why."""


class Rejudging(NamedTuple):
    """The answer that a retour holds; `kept` says whether the store remembers it."""

    outcome: Outcome
    kept: bool


def rejudge(declaration: Path | BytesMessage, retour: BinaryIO, store: Database, collector: Collector) -> Rejudging:
    """Answers once more, for its toelichting.

    Raises `Underived` where this is not the declaration or not the store that the retour came from, and InputError where
    the declaration can't be read.
    """
    retour.seek(0)
    header = retour.read(RETOUR_LENGTH)
    _require_same(declaration, header)
    date = read_date(header[_RETOUR["0182"].plaats])
    if date is None:
        raise Underived("its dagtekening (0182) is no date, so it can't be told how it came about")
    by_vecozo = header[_RETOUR["0181"].plaats].startswith(SENDER_VECOZO.encode())
    stage = Stage.VECOZO if by_vecozo else Stage.INSURER
    with _empty_stream(retour) as again:
        order = Order(declaration, RetourStream(again), date, stage, dry_run=True, collector=collector)
        for as_of, kept in _when(store, Voorlooprecord(header[:HEEN_LENGTH]), date):
            again.seek(0)
            again.truncate()
            outcome = replay(order._replace(as_of=as_of), store)
            if not outcome.has_retour or not _equal(retour, again):
                continue
            if not kept or outcome.status is Status.REJECTED_FILE or _kept_so(store, as_of, collector):
                return Rejudging(outcome, kept)
    raise Underived(
        f"how it came about can't be told: of {declaration} this store makes another answer now (it was changed since, another"
        " store or a script answered)"
    )


def _empty_stream(retour: BinaryIO) -> BinaryIO:
    """A place for the retour that is made again: in memory where the retour itself is, else a file, however long it gets."""
    return BytesIO() if isinstance(retour, BytesIO) else cast(BinaryIO, tempfile.TemporaryFile())


def _require_same(declaration: Path | BytesMessage, header: bytes) -> None:
    if isinstance(declaration, Path) and declaration.exists() and not (declaration.is_file() or declaration.is_dir()):
        raise InputError(f"{declaration}: is no ordinary file, and has to be read more than once")
    with open_message(declaration) as source:
        heen = source.read(HEEN_LENGTH)
    if any(heen[place] != header[place] for place in _SAME):
        raise Underived(
            f"{declaration} is not the declaration that was answered, so it can't be told how the retour came about"
        )


def _equal(retour: BinaryIO, again: BinaryIO) -> bool:
    retour.seek(0)
    again.seek(0)
    while piece := retour.read(_PIECE):
        if again.read(_PIECE) != piece:
            return False
    return not again.read(1)


def _kept_so(store: Database, as_of: AsOf, collector: Collector) -> bool:
    """Whether the store remembers of every prestatierecord what was decided now: a retour shows only what came back."""
    with store.read() as connection:
        return fingerprint(decisions(connection, as_of.message_id)) == collector.fingerprint()


def _when(store: Database, header: Voorlooprecord, date: dt.date) -> Iterator[tuple[AsOf, bool]]:
    """As which message of the store it may have been answered; else as one of that day that the store doesn't hold (a test
    message, one that VECOZO rejected), whose factuurnummer may have been used since."""
    agb, uzovi = party(header).decode(CHARSET), text(header.uzovi)
    factuurnummer = text(normalized(header.factuurnummer))
    with store.read() as connection:
        found = messages(connection, agb, uzovi, factuurnummer, date)
        last = last_message(connection, date)
    for message_id in found:
        yield AsOf(message_id, number_free=True), True
        yield AsOf(message_id, number_free=False), True
    yield AsOf(last + 1, number_free=False), False
    yield AsOf(last + 1, number_free=True), False

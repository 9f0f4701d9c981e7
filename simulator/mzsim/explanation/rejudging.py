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

from mzsim.checks.voorlooprecord import partij
from mzsim.common.errors import InputError
from mzsim.common.in_memory import BytesMessage, RetourStream
from mzsim.common.inputs import open_bericht
from mzsim.domain.findings import Stage, Status, Uitkomst
from mzsim.explanation.collector import Toelichting, vingerafdruk
from mzsim.judging.message import AFZENDER_VECOZO
from mzsim.pipeline import Opdracht, Toen, replay
from mzsim.standard.layout import LENGTE_HEEN, LENGTE_RETOUR, TEKENSET, layouts
from mzsim.standard.records import Voorlooprecord
from mzsim.standard.values import genormaliseerd, lees_datum, tekst
from mzsim.store.answered import decisions, last_message, messages
from mzsim.store.session import Database

_RETOUR = layouts("mz302")[b"01"]
_STUK = 1 << 20
_HEEN = layouts("mz301")[b"01"]
_ANDERS = ("0102", "0106")
"""Rubrieken that a retour does not copy from the declaration."""
_ZELFDE = tuple(rubriek.plaats for rubriek in _HEEN.rubrieken if rubriek.nummer not in _ANDERS)


class Onherleid(Exception):
    """It can't be told how a retour came about; the message says why."""


class Herbeoordeling(NamedTuple):
    """The answer that a retour holds; `bewaard` says whether the store remembers it."""

    uitkomst: Uitkomst
    bewaard: bool


def herbeoordeel(
    declaratie: Path | BytesMessage, retour: BinaryIO, store: Database, toelichting: Toelichting
) -> Herbeoordeling:
    """Answers once more, for its toelichting.

    Raises `Onherleid` where this is not the declaration or not the store that the retour came from, and InputError where
    the declaration can't be read.
    """
    retour.seek(0)
    kop = retour.read(LENGTE_RETOUR)
    _eis_zelfde(declaratie, kop)
    datum = lees_datum(kop[_RETOUR["0182"].plaats])
    if datum is None:
        raise Onherleid("its dagtekening (0182) is no date, so it can't be told how it came about")
    door_vecozo = kop[_RETOUR["0181"].plaats].startswith(AFZENDER_VECOZO.encode())
    stage = Stage.VECOZO if door_vecozo else Stage.VERZEKERAAR
    with _lege_stroom(retour) as opnieuw:
        opdracht = Opdracht(declaratie, RetourStream(opnieuw), datum, stage, dry_run=True, toelichting=toelichting)
        for toen, bewaard in _wanneer(store, Voorlooprecord(kop[:LENGTE_HEEN]), datum):
            opnieuw.seek(0)
            opnieuw.truncate()
            uitkomst = replay(opdracht._replace(toen=toen), store)
            if not uitkomst.heeft_retour or not _gelijk(retour, opnieuw):
                continue
            if not bewaard or uitkomst.status is Status.AFGEKEURD_BESTAND or _zo_bewaard(store, toen, toelichting):
                return Herbeoordeling(uitkomst, bewaard)
    raise Onherleid(
        f"how it came about can't be told: of {declaratie} this store makes another answer now (it was changed since, another"
        " store or a script answered)"
    )


def _lege_stroom(retour: BinaryIO) -> BinaryIO:
    """A place for the retour that is made again: in memory where the retour itself is, else a file, however long it gets."""
    return BytesIO() if isinstance(retour, BytesIO) else cast(BinaryIO, tempfile.TemporaryFile())


def _eis_zelfde(declaratie: Path | BytesMessage, kop: bytes) -> None:
    if isinstance(declaratie, Path) and declaratie.exists() and not (declaratie.is_file() or declaratie.is_dir()):
        raise InputError(f"{declaratie}: is no ordinary file, and has to be read more than once")
    with open_bericht(declaratie) as bron:
        heen = bron.read(LENGTE_HEEN)
    if any(heen[plaats] != kop[plaats] for plaats in _ZELFDE):
        raise Onherleid(
            f"{declaratie} is not the declaration that was answered, so it can't be told how the retour came about"
        )


def _gelijk(retour: BinaryIO, opnieuw: BinaryIO) -> bool:
    retour.seek(0)
    opnieuw.seek(0)
    while stuk := retour.read(_STUK):
        if opnieuw.read(_STUK) != stuk:
            return False
    return not opnieuw.read(1)


def _zo_bewaard(store: Database, toen: Toen, toelichting: Toelichting) -> bool:
    """Whether the store remembers of every prestatierecord what was decided now: a retour shows only what came back."""
    with store.lezen() as verbinding:
        return vingerafdruk(decisions(verbinding, toen.bericht_id)) == toelichting.vingerafdruk()


def _wanneer(store: Database, kop: Voorlooprecord, datum: dt.date) -> Iterator[tuple[Toen, bool]]:
    """As which message of the store it may have been answered; else as one of that day that the store doesn't hold (a test
    message, one that VECOZO rejected), whose factuurnummer may have been used since."""
    agb, uzovi = partij(kop).decode(TEKENSET), tekst(kop.uzovi)
    factuurnummer = tekst(genormaliseerd(kop.factuurnummer))
    with store.lezen() as verbinding:
        gevonden = messages(verbinding, agb, uzovi, factuurnummer, datum)
        laatste = last_message(verbinding, datum)
    for bericht_id in gevonden:
        yield Toen(bericht_id, nummer_vrij=True), True
        yield Toen(bericht_id, nummer_vrij=False), True
    yield Toen(laatste + 1, nummer_vrij=False), False
    yield Toen(laatste + 1, nummer_vrij=True), False

"""Answers a declaration again as of when it was answered, to tell how its retour came about.

The store remembers what was granted, not every weighing on the way. So the same judgement is made once more, on what was
declared before; it is believed only where it makes the same retour to the byte.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa

from simulator.bericht import AFZENDER_VECOZO
from simulator.controles.voorloop import partij
from simulator.ei.layout import LENGTE_HEEN, LENGTE_RETOUR, TEKENSET, layouts
from simulator.ei.records import Voorlooprecord
from simulator.ei.waarden import genormaliseerd, lees_datum, tekst
from simulator.model import Stage, Uitkomst
from simulator.pipeline import Opdracht, Toen, replay
from simulator.store.session import Store
from simulator.toelichting.verzamelaar import Toelichting

_RETOUR = layouts("mz302")[b"01"]
_STUK = 1 << 20
_BERICHTEN = sa.text(
    "SELECT id FROM berichten WHERE agb = :agb AND uzovi = :uzovi AND factuurnummer = :factuurnummer"
    " AND ontvangen = :ontvangen ORDER BY id DESC"
).bindparams(sa.bindparam("ontvangen", type_=sa.Date))


def herbeoordeel(declaratie: Path, retour: BinaryIO, store: Store, toelichting: Toelichting) -> Uitkomst | None:
    """The answer that the retour holds, with its toelichting; None where this store and declaration make another retour.

    Raises InvoerFout where the declaration can't be read.
    """
    retour.seek(0)
    kop = retour.read(LENGTE_RETOUR)
    datum = lees_datum(kop[_RETOUR["0182"].plaats])
    if datum is None:
        return None
    door_vecozo = kop[_RETOUR["0181"].plaats].startswith(AFZENDER_VECOZO.encode())
    stage = Stage.VECOZO if door_vecozo else Stage.VERZEKERAAR
    with tempfile.TemporaryDirectory() as map_:
        opnieuw = Path(map_, "opnieuw.asc")
        opdracht = Opdracht(declaratie, opnieuw, datum, stage, dry_run=True, vluchtig=True, toelichting=toelichting)
        for toen in _wanneer(store, Voorlooprecord(kop[:LENGTE_HEEN]), datum):
            uitkomst = replay(opdracht._replace(toen=toen), store)
            if uitkomst.heeft_retour and _gelijk(retour, opnieuw):
                return uitkomst
    return None


def _gelijk(retour: BinaryIO, opnieuw: Path) -> bool:
    retour.seek(0)
    with opnieuw.open("rb") as ander:
        while stuk := retour.read(_STUK):
            if ander.read(_STUK) != stuk:
                return False
        return not ander.read(1)


def _wanneer(store: Store, kop: Voorlooprecord, datum: dt.date) -> Iterator[Toen | None]:
    """As which message of the store it may have been answered; None as one that the store doesn't hold."""
    sleutel = {
        "agb": partij(kop).decode(TEKENSET),
        "uzovi": tekst(kop.uzovi),
        "factuurnummer": tekst(genormaliseerd(kop.factuurnummer)),
        "ontvangen": datum,
    }
    with store.lezen() as verbinding:
        gevonden = verbinding.scalars(_BERICHTEN, sleutel).all()
    for bericht_id in gevonden:
        yield Toen(bericht_id, nummer_vrij=True)
        yield Toen(bericht_id, nummer_vrij=False)
    yield None

"""The least store in which a declaration can be granted: its insurer, its verzekerden, and a pakket that covers all."""

from __future__ import annotations

import datetime as dt
from typing import Any

from mzsim.checks.voorlooprecord import WLZ
from mzsim.common.errors import InputError
from mzsim.mutation.declaration import tekst
from mzsim.mutation.store_lines import Lijsten, als_storebestand
from mzsim.standard.heen import lees
from mzsim.standard.layout import LENGTE_HEEN
from mzsim.standard.values import BSN_ONBEKEND, lees_datum

_PAKKET = "ALLES"
_INGANG = dt.date(2006, 1, 1)


def afgeleide_store(bericht: bytes) -> bytes:
    """A store file for a message, as far as that can be read; what is wrong with it shows when it is replayed.

    Raises InputError where it can't be read as a message at all.
    """
    regels = [regel for regel in bericht.split(b"\r\n") if len(regel) == LENGTE_HEEN]
    if not regels or regels[0][:2] != b"01" or not lees(regels[0], "0108").isdigit():
        raise InputError("no voorlooprecord of 310 positions that names an insurer (0108)")
    wlz = lees(regels[0], "0102") == WLZ
    uzovi = tekst(regels[0], "0108")
    lijsten: Lijsten = {
        "uzovi": [
            {
                "nummer": uzovi,
                "naam": "Zorgkantoor" if wlz else "Zorgverzekeraar",
                "soort": "zorgkantoor" if wlz else "zorgverzekeraar",
                "edp": True,
            }
        ],
        "pakketten": [
            {
                "uzovi": uzovi,
                "code": _PAKKET,
                "soort": "wlz" if wlz else "basis",
                "dekkingen": [{"prestaties": ["*"], "percentage": 100}],
            }
        ],
        "polissen": [],
    }
    nummers = {uzovi, "0000"}
    personen: set[tuple[str, str]] = set()
    for heen in (regel for regel in regels if regel[:2] == b"02"):
        eigen = uzovi if wlz else tekst(heen, "0204")
        if not wlz and eigen.isdigit() and eigen not in nummers:
            nummers.add(eigen)
            lijsten["uzovi"].append(
                {"nummer": eigen, "naam": "Label", "soort": "zorgverzekeraar", "edp": True, "label_van": uzovi}
            )
        polis = _polis(heen, eigen)
        if polis and (sleutel := (eigen, polis["bsn"] or polis["verzekerdennummer"])) not in personen:
            personen.add(sleutel)
            lijsten["polissen"].append(polis)
    return als_storebestand(
        lijsten, "The least store in which the declaration is granted; made of the declaration itself."
    )


def _polis(heen: bytes, uzovi: str) -> dict[str, Any] | None:
    bsn, geboren = lees(heen, "0203"), lees_datum(lees(heen, "0207"))
    nummer = tekst(heen, "0205") or None
    if geboren is None or not bsn.isdigit() or not uzovi.isdigit() or (bsn == BSN_ONBEKEND and nummer is None):
        return None
    return {
        "bsn": None if bsn == BSN_ONBEKEND else bsn.decode("ascii"),
        "verzekerdennummer": nummer,
        "geboortedatum": geboren,
        "naam": tekst(heen, "0210") or "-",
        "uzovi": uzovi,
        "ingang": _INGANG,
        "pakketten": [_PAKKET],
    }

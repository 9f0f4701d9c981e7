"""The least store in which a declaration can be granted: its insurer, its verzekerden, and a pakket that covers all."""

from __future__ import annotations

import datetime as dt
from typing import Any

from mzsim.checks.voorlooprecord import WLZ
from mzsim.common.errors import InputError
from mzsim.mutation.declaration import text
from mzsim.mutation.store_lines import Lists, as_store_file
from mzsim.standard.heen import read
from mzsim.standard.layout import HEEN_LENGTH
from mzsim.standard.values import BSN_UNKNOWN, read_date

_PAKKET = "ALLES"
_START = dt.date(2006, 1, 1)


def derived_store(message: bytes) -> bytes:
    """A store file for a message, as far as that can be read; what is wrong with it shows when it is replayed.

    Raises InputError where it can't be read as a message at all.
    """
    lines = [line for line in message.split(b"\r\n") if len(line) == HEEN_LENGTH]
    if not lines or lines[0][:2] != b"01" or not read(lines[0], "0108").isdigit():
        raise InputError("no voorlooprecord of 310 positions that names an insurer (0108)")
    wlz = read(lines[0], "0102") == WLZ
    uzovi = text(lines[0], "0108")
    lists: Lists = {
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
    }
    numbers = {uzovi, "0000"}
    polissen: dict[tuple[str, str], dict[str, Any]] = {}
    for heen in (line for line in lines if line[:2] == b"02"):
        own = uzovi if wlz else text(heen, "0204")
        if not wlz and own.isdigit() and own not in numbers:
            numbers.add(own)
            lists["uzovi"].append(
                {"nummer": own, "naam": "Label", "soort": "zorgverzekeraar", "edp": True, "label_van": uzovi}
            )
        if polis := _polis(heen, own):
            polissen.setdefault((own, polis["bsn"] or polis["verzekerdennummer"]), polis)
    with_bsn = {_number(polis) for polis in polissen.values() if polis["bsn"]}
    lists["polissen"] = [polis for polis in polissen.values() if polis["bsn"] or _number(polis) not in with_bsn]
    return as_store_file(lists, "The least store in which the declaration is granted; made of the declaration itself.")


def _number(polis: dict[str, Any]) -> tuple[Any, ...]:
    """By what a verzekerde is known without his BSN."""
    return polis["uzovi"], polis["verzekerdennummer"], polis["geboortedatum"]


def _polis(heen: bytes, uzovi: str) -> dict[str, Any] | None:
    bsn, born = read(heen, "0203"), read_date(read(heen, "0207"))
    number = text(heen, "0205") or None
    if born is None or not bsn.isdigit() or not uzovi.isdigit() or (bsn == BSN_UNKNOWN and number is None):
        return None
    return {
        "bsn": None if bsn == BSN_UNKNOWN else bsn.decode("ascii"),
        "verzekerdennummer": number,
        "geboortedatum": born,
        "naam": text(heen, "0210") or "-",
        "uzovi": uzovi,
        "ingang": _START,
        "pakketten": [_PAKKET],
    }

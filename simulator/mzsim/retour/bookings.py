"""What a retourbericht means for the books: one booking for every prestatierecord of its declaration.

Approved records don't come back (INV 3.2 example 1, 3.3), so a booking follows from both messages. It knows four
outcomes, and the amount is always that of the retour:

- a record that came back is booked by its own codes: 8002, and VECOZO's 0200 (the insurer never saw the declaration),
  say that it was not judged; else rubriek 0483 says whether all, a part or nothing of it is granted;
- a record that did not come back was not judged where the file is rejected (0001), and is granted in full otherwise.

What is left is what was declared less what is granted, whatever the outcome: for whom it is (to declare again, for the
patient) the codes say. For a credit all amounts are negative.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import BinaryIO, NamedTuple

from mzsim.common.errors import InputError
from mzsim.judging.message import AFZENDER_VECOZO
from mzsim.standard.layout import LENGTE_HEEN, LENGTE_RETOUR, TEKENSET, layouts
from mzsim.standard.reader import lees_regels
from mzsim.standard.retourcodes import AFGEKEURD_BESTAND, GEEN_OPMERKING, NIET_BEOORDEELD, given_codes
from mzsim.standard.values import lees_bedrag

_RETOUR = layouts("mz302")
_ZEGT_NIETS = (GEEN_OPMERKING, NIET_BEOORDEELD)


class Boekuitkomst(StrEnum):
    """What became of a prestatierecord."""

    TOEGEKEND = "toegekend"
    DEELS = "deels"
    AFGEWEZEN = "afgewezen"
    NIET_BEOORDEELD = "niet_beoordeeld"


class Boeking(NamedTuple):
    """The booking of one prestatierecord; `regel` is its line in the declaration (1-based), amounts in cents.

    `codes` are its retourcodes, without 0200; `berekend` is rubriek 0481. A record that did not come back has neither.
    An amount that can't be read (`leesbaar`: 0430 and 0431) counts as 0, as in the totals of a retour.
    """

    regel: int
    referentienummer: str
    uitkomst: Boekuitkomst
    gedeclareerd: int
    toegekend: int
    codes: tuple[str, ...] = ()
    berekend: int | None = None
    teruggekomen: bool = False
    leesbaar: bool = True

    @property
    def rest(self) -> int:
        """What this retour leaves unpaid, in cents."""
        return self.gedeclareerd - self.toegekend


class Boekhouding(NamedTuple):
    """What one retour says: its bookings in the order of the declaration, and the total of rubriek 9909 in cents.

    `codes` are those of the records that are booked nowhere (01, 02, 03, 98), each once, in order, without 0200 and 8002.
    """

    van_vecozo: bool
    codes: tuple[str, ...]
    totaal: int
    boekingen: tuple[Boeking, ...]

    @property
    def bestand_afgekeurd(self) -> bool:
        """Whether the file was rejected as a whole."""
        return AFGEKEURD_BESTAND in self.codes


def boek(declaratie: BinaryIO, retour: BinaryIO) -> Boekhouding:
    """Books a retour that is in order (`retour.check`); raises `InputError` where it can't be one on this declaration."""
    kop, terug, sluit, codes = _lees_retour(retour)
    van_vecozo = _veld(kop, "0181").startswith(AFZENDER_VECOZO)
    afgekeurd = AFGEKEURD_BESTAND in given_codes(kop)
    boekingen = []
    volgende = next(terug, None)
    for regel, heen in _prestaties(declaratie):
        if volgende is not None and volgende[:LENGTE_HEEN] == heen:
            boekingen.append(_teruggekomen(regel, volgende, van_vecozo=van_vecozo))
            volgende = next(terug, None)
        else:
            boekingen.append(_niet_teruggekomen(regel, heen, afgekeurd=afgekeurd))
    if volgende is not None:
        raise InputError(
            "the retour holds a prestatierecord that its declaration doesn't; mzsim check-retour says more"
        )
    return Boekhouding(van_vecozo, codes, _bedrag(sluit, "9909", "9910"), tuple(boekingen))


def _lees_retour(retour: BinaryIO) -> tuple[bytes, Iterator[bytes], bytes, tuple[str, ...]]:
    """Its voorlooprecord, prestatierecords, sluitrecord, and the codes of all but the prestatierecords."""
    retour.seek(0)
    regels = [regel for regel, _ in lees_regels(retour, LENGTE_RETOUR)]
    if not regels or any(len(regel) != LENGTE_RETOUR or regel[:2] not in _RETOUR for regel in regels):
        raise InputError("no retourbericht: a line is no record of 370 positions; mzsim check-retour says more")
    kop, sluit = regels[0], regels[-1]
    if kop[:2] != b"01" or sluit[:2] != b"99":
        raise InputError("no retourbericht: it needs a voorlooprecord and a sluitrecord")
    boven = (code for regel in regels[:-1] if regel[:2] not in (b"04", b"99") for code in given_codes(regel))
    codes = tuple(dict.fromkeys(code for code in boven if code not in _ZEGT_NIETS))
    return kop, (regel for regel in regels if regel[:2] == b"04"), sluit, codes


def _prestaties(declaratie: BinaryIO) -> Iterator[tuple[int, bytes]]:
    declaratie.seek(0)
    for nummer, (regel, _) in enumerate(lees_regels(declaratie), start=1):
        if regel[:2] == b"04":
            yield nummer, regel


def _teruggekomen(regel: int, record: bytes, *, van_vecozo: bool) -> Boeking:
    codes = tuple(code for code in given_codes(record) if code != GEEN_OPMERKING)
    toegekend, gedeclareerd = _bedrag(record, "0483", "0484"), _bedrag(record, "0430", "0431")
    return Boeking(
        regel,
        _veld(record, "0432"),
        _uitkomst(codes, gedeclareerd, toegekend, van_vecozo=van_vecozo),
        gedeclareerd,
        toegekend,
        codes,
        _bedrag(record, "0481", "0482"),
        teruggekomen=True,
        leesbaar=_leesbaar(record),
    )


def _uitkomst(codes: tuple[str, ...], gedeclareerd: int, toegekend: int, *, van_vecozo: bool) -> Boekuitkomst:
    if NIET_BEOORDEELD in codes or (van_vecozo and not codes):
        return Boekuitkomst.NIET_BEOORDEELD
    if toegekend == gedeclareerd and (toegekend or not codes):
        return Boekuitkomst.TOEGEKEND
    return Boekuitkomst.DEELS if toegekend else Boekuitkomst.AFGEWEZEN


def _niet_teruggekomen(regel: int, heen: bytes, *, afgekeurd: bool) -> Boeking:
    gedeclareerd = _bedrag(heen, "0430", "0431")
    uitkomst = Boekuitkomst.NIET_BEOORDEELD if afgekeurd else Boekuitkomst.TOEGEKEND
    toegekend = 0 if afgekeurd else gedeclareerd
    return Boeking(regel, _veld(heen, "0432"), uitkomst, gedeclareerd, toegekend, leesbaar=_leesbaar(heen))


def _veld(record: bytes, nummer: str) -> str:
    return record[_RETOUR[record[:2]][nummer].plaats].decode(TEKENSET).strip()


def _leesbaar(record: bytes) -> bool:
    layout = _RETOUR[b"04"]
    return lees_bedrag(record[layout["0430"].plaats], record[layout["0431"].plaats]) is not None


def _bedrag(record: bytes, bedrag: str, indicatie: str) -> int:
    layout = _RETOUR[record[:2]]
    return lees_bedrag(record[layout[bedrag].plaats], record[layout[indicatie].plaats]) or 0

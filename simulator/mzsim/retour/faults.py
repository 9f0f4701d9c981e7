"""Faulty retourberichten: a good one with a single fault, to see whether the software that receives it refuses it.

A fault is a few bytes that take the place of others, so that a retour of any length is copied and never held in memory.
`check-retour` finds each kind (INV 3.2 example 3b and 3.3 example 5 are two of them).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import BinaryIO, NamedTuple

from mzsim.standard.layout import CRLF, LENGTE_HEEN, LENGTE_REGEL, LENGTE_RETOUR, TEKENSET, Rubriek, layouts
from mzsim.standard.messages import retourcode_rubrieken
from mzsim.standard.retourcodes import GEEN_OPMERKING
from mzsim.standard.values import CREDIT

MERK = "VERSTOORD"
"""Stands in the name of a faulty retour and in its rubriek 0181."""

_RETOUR = layouts("mz302")
_REGEL = LENGTE_RETOUR + len(CRLF)
_IDENTIFICATIE = _RETOUR[b"02"]["0202"]
_TELLING = {b"02": "9902", b"03": "9903", b"04": "9904", b"98": "9905"}
_VREEMDE_BSN = b"999990019"


class Ingreep(NamedTuple):
    """Bytes that take the place of those from `begin` up to `eind` (0-based, in the good retour)."""

    begin: int
    eind: int
    nieuw: bytes


class Goed(NamedTuple):
    """The good retour with its declaration, and the retourcodes there are."""

    retour: BinaryIO
    declaratie: BinaryIO
    codes: Collection[str]
    aantal: int
    """How many records the retour has."""

    @classmethod
    def van(cls, retour: BinaryIO, declaratie: BinaryIO, codes: Collection[str]) -> Goed:
        """Reads nothing but the length."""
        return cls(retour, declaratie, codes, retour.seek(0, 2) // _REGEL)

    @property
    def sluit(self) -> int:
        """The number of the sluitrecord (0-based); the records before it, but the first, are detail records."""
        return self.aantal - 1

    @property
    def heeft_details(self) -> bool:
        return self.aantal > 2

    def record(self, nummer: int) -> bytes:
        """A record without its line end; number 0 is the voorlooprecord."""
        self.retour.seek(nummer * _REGEL)
        return self.retour.read(LENGTE_RETOUR)

    def zet(self, nummer: int, rubriek: Rubriek, waarde: bytes) -> Ingreep:
        """Another value in a rubriek of a record."""
        assert len(waarde) == rubriek.lengte
        begin = nummer * _REGEL + rubriek.begin - 1
        return Ingreep(begin, begin + rubriek.lengte, waarde)

    def meer(self, nummer: int, rubriek: Rubriek) -> Ingreep:
        """One more in a number of a record; one less where it is full."""
        waarde = int(self.record(nummer)[rubriek.plaats])
        anders = waarde + 1 if waarde + 1 < 10**rubriek.lengte else waarde - 1
        return self.zet(nummer, rubriek, b"%0*d" % (rubriek.lengte, anders))

    def erbij(self, nummer: int, record: bytes) -> tuple[Ingreep, ...]:
        """Another detail record before this one, counted in the sluitrecord."""
        layout = _RETOUR[b"99"]
        telling = (self.meer(self.sluit, layout[naam]) for naam in (_TELLING[record[:2]], "9906"))
        return Ingreep(nummer * _REGEL, nummer * _REGEL, record + CRLF), *telling


Verstoring = Callable[[Goed], tuple[Ingreep, ...] | str]
"""What makes a kind of fault, or in words why a retour can't have it."""


def _aantal(goed: Goed) -> tuple[Ingreep, ...]:
    """The number of prestatierecords in the sluitrecord is not that of the records."""
    return (goed.meer(goed.sluit, _RETOUR[b"99"]["9904"]),)


def _totaal(goed: Goed) -> tuple[Ingreep, ...]:
    """The total granted is not the sum of what was granted."""
    return (goed.meer(goed.sluit, _RETOUR[b"99"]["9909"]),)


def _laatste(goed: Goed) -> int:
    """The last detail record; the sluitrecord where there is none."""
    return goed.sluit - 1 if goed.heeft_details else goed.sluit


def _lengte(goed: Goed) -> tuple[Ingreep, ...]:
    """A record is one position short."""
    eind = _laatste(goed) * _REGEL + LENGTE_RETOUR
    return (Ingreep(eind - 1, eind, b""),)


def _crlf(goed: Goed) -> tuple[Ingreep, ...]:
    """A record is not followed by CR/LF."""
    eind = _laatste(goed) * _REGEL
    return (Ingreep(eind - len(CRLF), eind, b""),)


def _slot(goed: Goed) -> tuple[Ingreep, ...]:
    """The sluitrecord is missing."""
    return (Ingreep(goed.sluit * _REGEL, goed.aantal * _REGEL, b""),)


def _vreemd(goed: Goed) -> tuple[Ingreep, ...] | str:
    """A record of another declaration stands among the others."""
    goed.declaratie.seek(LENGTE_REGEL)
    heen = goed.declaratie.read(LENGTE_HEEN)
    if len(heen) != LENGTE_HEEN or heen[:2] != b"02" or CRLF[:1] in heen:
        return "the declaration has no verzekerdenrecord to make another of"
    layout = _RETOUR[b"02"]
    record = bytearray(heen + GEEN_OPMERKING.encode().ljust(LENGTE_RETOUR - LENGTE_HEEN))
    volgende = goed.declaratie.seek(0, 2) // LENGTE_REGEL + 1
    record[layout["0202"].plaats] = b"%0*d" % (_IDENTIFICATIE.lengte, volgende)
    record[layout["0203"].plaats] = _VREEMDE_BSN
    return goed.erbij(goed.sluit, bytes(record))


def _heen(goed: Goed) -> tuple[Ingreep, ...]:
    """Data of the declaration were corrected (INV 3.3 example 5)."""
    nummer, rubriek = (1, _RETOUR[b"02"]["0207"]) if goed.heeft_details else (0, _RETOUR[b"01"]["0117"])
    was = goed.record(nummer)[rubriek.plaats]
    return (goed.zet(nummer, rubriek, b"20080229" if was != b"20080229" else b"20080228"),)


def _code(goed: Goed) -> tuple[Ingreep, ...]:
    """A retourcode is not in the code list."""
    onbekend = next(code for n in range(9999, 0, -1) if (code := f"{n:04d}") not in goed.codes)
    nummer = goed.sluit - 1
    kenmerk = goed.record(nummer)[:2]
    # Of the voorlooprecord the second: the first says how the file ended, on which more depends than a code.
    eerste, tweede, _ = retourcode_rubrieken(kenmerk)
    return (goed.zet(nummer, _RETOUR[kenmerk][tweede if kenmerk == b"01" else eerste], onbekend.encode()),)


def _wissel(goed: Goed) -> tuple[Ingreep, ...] | str:
    """Two records have changed places."""
    if goed.aantal < 4:
        return "it has no two detail records to change places"
    eerste, tweede = goed.record(1), goed.record(2)
    return (Ingreep(_REGEL, 3 * _REGEL, tweede + CRLF + eerste + CRLF),)


def _dubbel(goed: Goed) -> tuple[Ingreep, ...]:
    """A record stands twice."""
    if not goed.heeft_details:
        begin = goed.sluit * _REGEL
        return (Ingreep(begin, begin, goed.record(goed.sluit) + CRLF),)
    record = goed.record(goed.sluit - 1)
    erbij = goed.erbij(goed.sluit, record)
    return (*erbij, _toegekend_erbij(goed, record)) if record[:2] == b"04" else erbij


def _toegekend_erbij(goed: Goed, prestatie: bytes) -> Ingreep:
    """Rubrieken 9909 and 9910 with what this record was granted once more, so that the total is no second fault."""
    plaats = _RETOUR[b"99"].stuk("9909", "9910")
    som = _bedrag(goed.record(goed.sluit)[plaats]) + _bedrag(prestatie[_RETOUR[b"04"].stuk("0483", "0484")])
    nieuw = b"%011d" % abs(som) + (b"C" if som < 0 else b"D")
    begin = goed.sluit * _REGEL
    return Ingreep(begin + plaats.start, begin + plaats.stop, nieuw)


def _bedrag(velden: bytes) -> int:
    return -int(velden[:-1]) if velden[-1:] == CREDIT else int(velden[:-1])


def _factuur(goed: Goed) -> tuple[Ingreep, ...]:
    """The factuurnummer is that of no declaration."""
    rubriek = _RETOUR[b"01"]["0116"]
    nieuw = b"ONBEKEND".ljust(rubriek.lengte)
    if goed.record(0)[rubriek.plaats] == nieuw:
        nieuw = b"ONBEKEND-2".ljust(rubriek.lengte)
    return (goed.zet(0, rubriek, nieuw),)


def _afkap(goed: Goed) -> tuple[Ingreep, ...]:
    """The file ends in the middle of a record."""
    midden = _laatste(goed) * _REGEL + LENGTE_RETOUR // 2
    return (Ingreep(midden, goed.aantal * _REGEL, b""),)


VERSTORINGEN: dict[str, Verstoring] = {
    "aantal": _aantal,
    "totaal": _totaal,
    "lengte": _lengte,
    "crlf": _crlf,
    "slot": _slot,
    "vreemd": _vreemd,
    "heen": _heen,
    "code": _code,
    "wissel": _wissel,
    "dubbel": _dubbel,
    "factuur": _factuur,
    "afkap": _afkap,
}
"""The kinds of fault; each has room behind `MERK` in rubriek 0181. The docstring of its function says what is wrong."""


def wat(soort: str) -> str:
    """What is wrong with a retour of this kind, in a sentence."""
    return VERSTORINGEN[soort].__doc__ or ""


def plaats_van(retour: Path, soort: str) -> Path:
    """Where a faulty retour goes: beside the good one, marked in its name."""
    return retour.with_name(f"{retour.stem}.{MERK}-{soort}{retour.suffix}")


def ingrepen(soort: str, goed: Goed) -> tuple[Ingreep, ...] | str:
    """What to change in a good retour, its mark included; in words why, where it can't have this fault."""
    gevonden = VERSTORINGEN[soort](goed)
    return gevonden if isinstance(gevonden, str) else (_merk(goed, soort), *gevonden)


def _merk(goed: Goed, soort: str) -> Ingreep:
    rubriek = _RETOUR[b"01"]["0181"]
    afzender = goed.record(0)[rubriek.plaats].decode(TEKENSET).partition("-")[0].strip()
    return goed.zet(0, rubriek, f"{afzender}-{MERK}-{soort}".ljust(rubriek.lengte).encode(TEKENSET))


def schrijf(goed: Goed, ingrepen: Iterable[Ingreep], naar: BinaryIO) -> None:
    """Copies a retour with other bytes in some places."""
    tot = 0
    for ingreep in sorted(ingrepen):
        _kopieer(goed.retour, tot, ingreep.begin, naar)
        naar.write(ingreep.nieuw)
        tot = ingreep.eind
    goed.retour.seek(tot)
    shutil.copyfileobj(goed.retour, naar)


def _kopieer(bron: BinaryIO, begin: int, eind: int, naar: BinaryIO) -> None:
    bron.seek(begin)
    over = eind - begin
    while over and (stuk := bron.read(min(over, 1 << 20))):
        naar.write(stuk)
        over -= len(stuk)

"""Writes a retourbericht: the heen bytes of each record, the retour tail behind them, counts and totals at the end.

The only place that lays out an MZ302, and the only one that counts and adds up. A value that doesn't fit raises.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import BinaryIO

from mzsim.standard.layout import (
    CRLF,
    LENGTE_HEEN,
    LENGTE_RETOUR,
    TEKENSET,
    Rubriek,
    layouts,
)
from mzsim.standard.messages import CODE_LENGTH, FIRST_RETOURCODE, MEESTE_CODES, answered_with
from mzsim.standard.values import CREDIT, DEBET

_RETOUR = layouts("mz302")
_STAART = LENGTE_RETOUR - LENGTE_HEEN


class Overloop(Exception):
    """A value does not fit in its rubriek."""


def numeriek(getal: int, lengte: int) -> bytes:
    """A number right-aligned with leading zeros."""
    tekst = b"%0*d" % (lengte, getal)
    if len(tekst) != lengte or getal < 0:
        raise Overloop(f"{getal} does not fit in {lengte} digits")
    return tekst


def alfanumeriek(tekst: str, lengte: int) -> bytes:
    """A text left-aligned with trailing spaces."""
    waarde = tekst.encode(TEKENSET).ljust(lengte)
    if len(waarde) != lengte:
        raise Overloop(f"{tekst!r} does not fit in {lengte} positions")
    return waarde


def met_teken(bedrag: int, lengte: int) -> bytes:
    """An amount in cents followed by its indicatie debet/credit (D at zero)."""
    return numeriek(abs(bedrag), lengte) + (CREDIT if bedrag < 0 else DEBET)


@cache
def _codes(codes: tuple[str, ...], lengte: int) -> bytes:
    if len(codes) > MEESTE_CODES:
        raise Overloop(f"{len(codes)} retourcodes on one record")
    return b"".join(alfanumeriek(code, CODE_LENGTH) for code in codes).ljust(lengte)


@cache
def _lengte_na(nummer: str, kenmerk: bytes) -> int:
    """How many positions of a retour record are left from a rubriek on."""
    return LENGTE_RETOUR - _RETOUR[kenmerk][nummer].begin + 1


@lru_cache(maxsize=4096)
def _bedragstaart(berekend: int, toegekend: int) -> bytes:
    layout = _RETOUR[b"04"]
    return met_teken(berekend, layout["0481"].lengte) + met_teken(toegekend, layout["0483"].lengte)


class Retourschrijver:
    """Writes one retourbericht to an empty, seekable stream: first `record` for each detail record, then `sluit`."""

    def __init__(self, stroom: BinaryIO) -> None:
        self._stroom = stroom
        self._aantallen: Counter[bytes] = Counter()
        self.totaal_toegekend = 0
        """What is granted over the whole declaration, in cents, a credit negative; whoever grants adds to it, for records
        that don't go back too."""
        # The first record says how it ended, so it is written last.
        stroom.write(b" " * LENGTE_RETOUR + CRLF)

    @property
    def leeg(self) -> bool:
        """Whether no detail record goes back."""
        return not self._aantallen

    def record(self, heen: bytes, codes: tuple[str, ...], berekend: int = 0, toegekend: int = 0) -> None:
        """Sends a record back with its codes; a prestatierecord with B and the granted amount, a credit negative."""
        kenmerk = heen[:2]
        self._aantallen[kenmerk] += 1
        staart = _codes(codes, _lengte_na(FIRST_RETOURCODE[kenmerk], kenmerk))
        if kenmerk == b"04":
            staart = _bedragstaart(berekend, toegekend) + staart
        self._stroom.write(heen[:LENGTE_HEEN] + staart + CRLF)

    def sluit(self, kop: bytes, referentie: str, dagtekening: bytes, codes: Sequence[str], ingediend: bytes) -> None:
        """Completes the message: sluitrecord, then voorlooprecord.

        `kop` is the heen voorlooprecord, `referentie` rubriek 0181, `ingediend` rubrieken 9907 and 9908 as in the heen
        sluitrecord.
        """
        self._stroom.write(self._sluitrecord(ingediend) + CRLF)
        self._stroom.seek(0)
        layout = _RETOUR[b"01"]
        heen = bytearray(kop)
        heen[layout["0102"].plaats] = answered_with(kop[layout["0102"].plaats])
        heen[layout["0106"].plaats] = b"0" * layout["0106"].lengte
        staart = alfanumeriek(referentie, layout["0181"].lengte) + dagtekening
        staart += _codes(tuple(codes), _STAART - len(staart))
        self._stroom.write(bytes(heen) + staart + CRLF)

    def _sluitrecord(self, ingediend: bytes) -> bytes:
        layout = _RETOUR[b"99"]
        velden = (
            b"99"
            + self._aantal(layout["9902"], b"02")
            + self._aantal(layout["9903"], b"03")
            + self._aantal(layout["9904"], b"04")
            + self._aantal(layout["9905"], b"98")
            + numeriek(sum(self._aantallen.values()), layout["9906"].lengte)
            + ingediend
            + met_teken(self.totaal_toegekend, layout["9909"].lengte)
        )
        return velden.ljust(LENGTE_RETOUR)

    def _aantal(self, rubriek: Rubriek, kenmerk: bytes) -> bytes:
        return numeriek(self._aantallen[kenmerk], rubriek.lengte)

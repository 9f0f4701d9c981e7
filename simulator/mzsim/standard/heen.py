"""Writes heen records (MZ301): rubrieken by number to 310 positions, and the sluitrecord that fits what stands before it.

The counterpart of `writer`, which lays out the retour. A value that doesn't fit raises `Overloop`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from mzsim.standard.layout import CRLF, Rubriek, layouts
from mzsim.standard.values import CREDIT, DEBET, centen
from mzsim.standard.writer import Overloop, alfanumeriek, numeriek

_HEEN = layouts("mz301")
_BEDRAG = _HEEN[b"04"]["0430"].plaats
_DEBET_CREDIT = _HEEN[b"04"]["0431"].plaats
_IDENTIFICATIE = _HEEN[b"02"]["0202"]
_GENUMMERD = frozenset({b"02", b"03", b"04"})


def veld(rubriek: Rubriek, waarde: str | int) -> bytes:
    """A value as it stands in a rubriek: numeric ones to the right behind zeros, others to the left before spaces.

    A text in a numeric rubriek is not asked to be digits: a wrong message must be writable as well.
    """
    if isinstance(waarde, int):
        return numeriek(waarde, rubriek.lengte)
    try:
        return alfanumeriek(waarde.rjust(rubriek.lengte, "0") if rubriek.type == "N" else waarde, rubriek.lengte)
    except Overloop:
        raise Overloop(f"rubriek {rubriek.nummer}: {waarde!r} does not fit in {rubriek.lengte} positions") from None


def heenrecord(kenmerk: bytes, velden: Mapping[str, str | int]) -> bytes:
    """A record of 310 positions; a rubriek that is not named gets its escape value (zeros or spaces).

    Raises KeyError for a rubriek that the record doesn't have.
    """
    layout = _HEEN[kenmerk]
    for nummer in velden:
        layout[nummer]
    gevuld = {layout.rubrieken[0].nummer: kenmerk.decode("ascii"), **velden}
    return b"".join(veld(rubriek, gevuld.get(rubriek.nummer, "")) for rubriek in layout.rubrieken)


def met(heen: bytes, velden: Mapping[str, str | int]) -> bytes:
    """A record with other values in some rubrieken."""
    layout = _HEEN[heen[:2]]
    nieuw = bytearray(heen)
    for nummer, waarde in velden.items():
        nieuw[layout[nummer].plaats] = veld(layout[nummer], waarde)
    return bytes(nieuw)


def lees(heen: bytes, nummer: str) -> bytes:
    """The bytes of a rubriek of a record."""
    return heen[_HEEN[heen[:2]][nummer].plaats]


def genummerd(details: Iterable[bytes]) -> list[bytes]:
    """Detail records with their identificatie counted from 1; a commentaarrecord gets that of the record before it."""
    nummer = 0
    geteld = []
    for heen in details:
        nummer += heen[:2] in _GENUMMERD
        geteld.append(heen[:2] + numeriek(nummer, _IDENTIFICATIE.lengte) + heen[_IDENTIFICATIE.eind :])
    return geteld


def sluitrecord(details: Sequence[bytes]) -> bytes:
    """The sluitrecord behind these detail records; an amount that can't be read counts as 0."""
    aantal = Counter(heen[:2] for heen in details)
    totaal = sum(
        -centen(heen[_BEDRAG]) if heen[_DEBET_CREDIT] == CREDIT else centen(heen[_BEDRAG])
        for heen in details
        if heen[:2] == b"04"
    )
    return heenrecord(
        b"99",
        {
            "9902": aantal[b"02"],
            "9903": aantal[b"03"],
            "9904": aantal[b"04"],
            "9905": aantal[b"98"],
            "9906": len(details),
            "9907": abs(totaal),
            "9908": (CREDIT if totaal < 0 else DEBET).decode("ascii"),
        },
    )


def heenbericht(voorloop: bytes, details: Sequence[bytes]) -> bytes:
    """A whole message, with its sluitrecord and line ends."""
    return b"".join(heen + CRLF for heen in (voorloop, *details, sluitrecord(details)))

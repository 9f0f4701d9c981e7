"""Writes heen records (MZ301): rubrieken by number to 310 positions, and the sluitrecord that fits what stands before it.

The counterpart of `writer`, which lays out the retour. A value that doesn't fit raises `Overflow`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from mzsim.standard.layout import CRLF, Rubriek, layouts
from mzsim.standard.values import CREDIT, DEBET, cents
from mzsim.standard.writer import Overflow, alphanumeric, numeric

_HEEN = layouts("mz301")
_AMOUNT = _HEEN[b"04"]["0430"].plaats
_DEBET_CREDIT = _HEEN[b"04"]["0431"].plaats
_IDENTIFICATIE = _HEEN[b"02"]["0202"]
_NUMBERED = frozenset({b"02", b"03", b"04"})


def field(rubriek: Rubriek, value: str | int) -> bytes:
    """A value as it stands in a rubriek: numeric ones to the right behind zeros, others to the left before spaces.

    A text in a numeric rubriek is not asked to be digits: a wrong message must be writable as well.
    """
    if isinstance(value, int):
        return numeric(value, rubriek.length)
    try:
        return alphanumeric(value.rjust(rubriek.length, "0") if rubriek.type == "N" else value, rubriek.length)
    except Overflow:
        raise Overflow(f"rubriek {rubriek.nummer}: {value!r} does not fit in {rubriek.length} positions") from None


def heenrecord(kenmerk: bytes, fields: Mapping[str, str | int]) -> bytes:
    """A record of 310 positions; a rubriek that is not named gets its escape value (zeros or spaces).

    Raises KeyError for a rubriek that the record doesn't have.
    """
    layout = _HEEN[kenmerk]
    for number in fields:
        layout[number]
    filled = {layout.rubrieken[0].nummer: kenmerk.decode("ascii"), **fields}
    return b"".join(field(rubriek, filled.get(rubriek.nummer, "")) for rubriek in layout.rubrieken)


def combined_with(heen: bytes, fields: Mapping[str, str | int]) -> bytes:
    """A record with other values in some rubrieken."""
    layout = _HEEN[heen[:2]]
    new = bytearray(heen)
    for number, value in fields.items():
        new[layout[number].plaats] = field(layout[number], value)
    return bytes(new)


def read(heen: bytes, number: str) -> bytes:
    """The bytes of a rubriek of a record."""
    return heen[_HEEN[heen[:2]][number].plaats]


def numbered(details: Iterable[bytes]) -> list[bytes]:
    """Detail records with their identificatie counted from 1; a commentaarrecord gets that of the record before it."""
    number = 0
    counted = []
    for heen in details:
        number += heen[:2] in _NUMBERED
        counted.append(heen[:2] + numeric(number, _IDENTIFICATIE.length) + heen[_IDENTIFICATIE.ending :])
    return counted


def sluitrecord(details: Sequence[bytes]) -> bytes:
    """The sluitrecord behind these detail records; an amount that can't be read counts as 0."""
    count = Counter(heen[:2] for heen in details)
    total = sum(
        -cents(heen[_AMOUNT]) if heen[_DEBET_CREDIT] == CREDIT else cents(heen[_AMOUNT])
        for heen in details
        if heen[:2] == b"04"
    )
    return heenrecord(
        b"99",
        {
            "9902": count[b"02"],
            "9903": count[b"03"],
            "9904": count[b"04"],
            "9905": count[b"98"],
            "9906": len(details),
            "9907": abs(total),
            "9908": (CREDIT if total < 0 else DEBET).decode("ascii"),
        },
    )


def heenbericht(voorloop: bytes, details: Sequence[bytes]) -> bytes:
    """A whole message, with its sluitrecord and line ends."""
    return b"".join(heen + CRLF for heen in (voorloop, *details, sluitrecord(details)))

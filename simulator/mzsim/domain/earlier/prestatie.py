"""What makes a prestatierecord the same prestatie as another (contract 4): the one definition, for whoever asks."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from mzsim.domain.teeth import jaw_of
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import text

HONORARIUM = "01"
"""Soort of the records whose aantal counts."""
COSTS = ("02", "04")
"""Soorten of the costs that belong to a treatment."""


class PrestatieKey(NamedTuple):
    """Equal for records of one verzekerde and one day that are the same prestatie; `prestatie_key` makes it."""

    kind: str
    prestatiecode: str
    behandelaar: str
    gebitselement: str
    surface: str
    jaw: str


@lru_cache(maxsize=4096)
def surfaces(vlak: str) -> str:
    """The surfaces of 0416 in one order: its letters are a set, so "MO" and "OM" are one prestatie (our choice; BER 0416
    says nothing of an order)."""
    return "".join(sorted(vlak))


def prestatie_key(
    kind: str, prestatiecode: str, behandelaar: str, gebitselement: str, vlak: str, jaw: str
) -> PrestatieKey:
    """That of a record with these rubrieken as the store keeps them."""
    return PrestatieKey(kind, prestatiecode, behandelaar, gebitselement, surfaces(vlak), jaw)


def prestatie_of(p: Prestatierecord) -> PrestatieKey:
    """That of a record of a message."""
    return prestatie_key(
        text(p.soort),
        text(p.prestatiecode),
        text(p.behandelaar),
        text(p.gebitselement),
        text(p.vlak),
        text(p.boven_onder),
    )


def as_number(prestatie: PrestatieKey) -> int:
    """A prestatie as a number (no text holds a NUL), with room for the eight positions of a day below it."""
    return int.from_bytes("\0".join(prestatie).encode(), "big") << 64


def jaw(prestatie: PrestatieKey) -> str:
    """The jaw that a prestatie is about."""
    return jaw_of(prestatie.jaw, prestatie.gebitselement)

"""What a check of a retourbericht reports: where, what was expected, what was found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mzsim.standard.layout import LENGTE_HEEN, TEKENSET, RecordLayout, layouts
from mzsim.standard.reader import Regel

DETAIL = (b"02", b"03", b"04", b"98")
"""Kenmerk of the records between voorlooprecord and sluitrecord."""
IDENTIFICATIE = layouts("mz301")[b"02"]["0202"].plaats
"""Where each of them has its number."""


class Afwijking(NamedTuple):
    """Something wrong in a retourbericht: line (1-based) and record of the retour, rubriek where one is to blame."""

    regel: int
    record: str
    identificatie: int | None
    rubriek: str | None
    verwacht: str
    gevonden: str
    reden: str

    def __str__(self) -> str:
        waar = f"line {self.regel}, record {self.record}"
        if self.identificatie is not None:
            waar += f" {self.identificatie}"
        if self.rubriek:
            waar += f", rubriek {self.rubriek}"
        return f"{waar}: {self.reden}"


def verschillen(regel: Regel, heen: bytes, layout: RecordLayout) -> Iterator[Afwijking]:
    """The rubrieken of a retour record that differ from the heen record."""
    if regel.inhoud[:LENGTE_HEEN] == heen:
        return
    for rubriek in layout.rubrieken:
        if rubriek.eind > LENGTE_HEEN:
            return
        if regel.inhoud[rubriek.plaats] != heen[rubriek.plaats]:
            yield op(regel, rubriek.nummer, heen[rubriek.plaats].decode(TEKENSET), regel.inhoud[rubriek.plaats],
                      "not what the declaration says")  # fmt: skip


def op(regel: Regel, rubriek: str | None, verwacht: str, gevonden: bytes, reden: str) -> Afwijking:
    """Something wrong on a line of the retour."""
    kenmerk, identificatie = regel.inhoud[:2], regel.inhoud[IDENTIFICATIE]
    nummer = int(identificatie) if kenmerk in DETAIL and identificatie.isdigit() else None
    return Afwijking(
        regel.nummer, kenmerk.decode(TEKENSET), nummer, rubriek, verwacht, gevonden.decode(TEKENSET), reden
    )

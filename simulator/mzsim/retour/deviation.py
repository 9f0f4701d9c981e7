"""What a check of a retourbericht reports: where, what was expected, what was found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from mzsim.standard.layout import CHARSET, HEEN_LENGTH, RecordLayout, layouts
from mzsim.standard.reader import Line

DETAIL = (b"02", b"03", b"04", b"98")
"""Kenmerk of the records between voorlooprecord and sluitrecord."""
IDENTIFICATIE = layouts("mz301")[b"02"]["0202"].plaats
"""Where each of them has its number."""


class RetourDeviation(NamedTuple):
    """Something wrong in a retourbericht: line (1-based) and record of the retour, rubriek where one is to blame."""

    regel: int
    record: str
    identificatie: int | None
    rubriek: str | None
    verwacht: str
    gevonden: str
    reden: str

    def __str__(self) -> str:
        where = f"line {self.regel}, record {self.record}"
        if self.identificatie is not None:
            where += f" {self.identificatie}"
        if self.rubriek:
            where += f", rubriek {self.rubriek}"
        return f"{where}: {self.reden}"


Notice = Callable[[RetourDeviation], None]
"""Hears of what is not wrong in a retourbericht, and that a receiver should see all the same."""


def differences(line: Line, heen: bytes, layout: RecordLayout) -> Iterator[RetourDeviation]:
    """The rubrieken of a retour record that differ from the heen record."""
    if line.content[:HEEN_LENGTH] == heen:
        return
    for rubriek in layout.rubrieken:
        if rubriek.ending > HEEN_LENGTH:
            return
        if line.content[rubriek.plaats] != heen[rubriek.plaats]:
            yield on(line, rubriek.nummer, heen[rubriek.plaats].decode(CHARSET), line.content[rubriek.plaats],
                      "not what the declaration says")  # fmt: skip


def on(line: Line, rubriek: str | None, expected: str, found: bytes, reason: str) -> RetourDeviation:
    """Something wrong on a line of the retour."""
    kenmerk, identificatie = line.content[:2], line.content[IDENTIFICATIE]
    number = int(identificatie) if kenmerk in DETAIL and identificatie.isdigit() else None
    return RetourDeviation(
        line.number, kenmerk.decode(CHARSET), number, rubriek, expected, found.decode(CHARSET), reason
    )

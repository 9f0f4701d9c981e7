"""The record layouts as data: `layouts/mz301.tsv` (heenbericht) and `layouts/mz302.tsv` (retourbericht).

Source: berichtspecificaties MZ301 and MZ302 v1.3 (Vektis, 17-12-2007). Positions are 1-based and inclusive, as there.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from struct import Struct
from typing import NamedTuple

from mzsim.standard.messages import HEEN, RETOUR

LENGTE_HEEN = HEEN.length
LENGTE_RETOUR = RETOUR.length
CRLF = b"\r\n"
LENGTE_REGEL = LENGTE_HEEN + len(CRLF)
TEKENSET = "iso8859-1"

KENMERK_VAN_RECORD = {
    "voorlooprecord": b"01",
    "verzekerdenrecord": b"02",
    "debiteurrecord": b"03",
    "prestatierecord": b"04",
    "commentaarrecord": b"98",
    "sluitrecord": b"99",
}
RECORD_VAN_KENMERK = {kenmerk: record for record, kenmerk in KENMERK_VAN_RECORD.items()}


class LayoutFout(Exception):
    """A layout file of the project itself is wrong."""


class Rubriek(NamedTuple):
    """One field of a record; `begin` and `eind` are 1-based positions, both inclusive."""

    nummer: str
    record: str
    naam: str
    type: str
    lengte: int
    begin: int
    eind: int
    patroon: str
    verplichting: str

    @property
    def plaats(self) -> slice:
        """Where the field stands in the record's bytes."""
        return slice(self.begin - 1, self.eind)


class RecordLayout:
    """The rubrieken of one record type, in order."""

    __slots__ = ("_per_nummer", "kenmerk", "lengte", "naam", "rubrieken")

    def __init__(self, naam: str, rubrieken: tuple[Rubriek, ...]) -> None:
        self.naam = naam
        self.kenmerk = KENMERK_VAN_RECORD[naam]
        self.rubrieken = rubrieken
        self.lengte = rubrieken[-1].eind
        self._per_nummer = {rubriek.nummer: rubriek for rubriek in rubrieken}
        self._controleer()

    def _controleer(self) -> None:
        verwacht = 1
        for rubriek in self.rubrieken:
            if rubriek.begin != verwacht or rubriek.eind - rubriek.begin + 1 != rubriek.lengte:
                raise LayoutFout(f"rubriek {rubriek.nummer} does not follow position {verwacht - 1}")
            verwacht = rubriek.eind + 1

    def __getitem__(self, nummer: str) -> Rubriek:
        return self._per_nummer[nummer]

    def stuk(self, eerste: str, laatste: str) -> slice:
        """The place of a run of rubrieken, the last one included."""
        return slice(self[eerste].begin - 1, self[laatste].eind)

    def snijder(self, *stukken: tuple[str, str]) -> Callable[[bytes], tuple[bytes, ...]]:
        """A function that cuts runs of rubrieken from a record, which has its full length; they stand in their order."""
        maat, plaats = "", 0
        for stuk in (self.stuk(*grenzen) for grenzen in stukken):
            maat += f"{stuk.start - plaats}x{stuk.stop - stuk.start}s"
            plaats = stuk.stop
        return Struct(maat).unpack_from


@cache
def layouts(bericht: str) -> dict[bytes, RecordLayout]:
    """The layouts of `mz301` or `mz302`, by kenmerk record (b"01" … b"99")."""
    tekst = (files(__package__) / "layouts" / f"{bericht}.tsv").read_text("utf-8")
    kop, *regels = (regel.split("\t") for regel in tekst.splitlines())
    per_record: dict[str, list[Rubriek]] = {}
    for velden in regels:
        rij = dict(zip(kop, velden, strict=True))
        per_record.setdefault(rij["record"], []).append(
            Rubriek(
                nummer=rij["rubriek"],
                record=rij["record"],
                naam=rij["naam"],
                type=rij["type"],
                lengte=int(rij["lengte"]),
                begin=int(rij["begin"]),
                eind=int(rij["eind"]),
                patroon=rij["patroon"],
                verplichting=rij["verplichting"],
            )
        )
    return {KENMERK_VAN_RECORD[naam]: RecordLayout(naam, tuple(rubrieken)) for naam, rubrieken in per_record.items()}


def rubrieknaam(nummer: str) -> str:
    """The official name of a rubriek of either message, for people."""
    for bericht in ("mz302", "mz301"):
        for layout in layouts(bericht).values():
            for rubriek in layout.rubrieken:
                if rubriek.nummer == nummer:
                    return rubriek.naam
    raise KeyError(nummer)

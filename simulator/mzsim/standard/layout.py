"""The record layouts as data: `layouts/mz301.tsv` (heenbericht) and `layouts/mz302.tsv` (retourbericht).

Source: berichtspecificaties MZ301 and MZ302 v1.3 (Vektis, 17-12-2007). Positions are 1-based and inclusive, as there.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from struct import Struct
from typing import NamedTuple

from mzsim.standard.messages import HEEN, RETOUR

HEEN_LENGTH = HEEN.length
RETOUR_LENGTH = RETOUR.length
CRLF = b"\r\n"
LINE_LENGTH = HEEN_LENGTH + len(CRLF)
CHARSET = "iso8859-1"

KENMERK_OF_RECORD = {
    "voorlooprecord": b"01",
    "verzekerdenrecord": b"02",
    "debiteurrecord": b"03",
    "prestatierecord": b"04",
    "commentaarrecord": b"98",
    "sluitrecord": b"99",
}
RECORD_OF_KENMERK = {kenmerk: record for record, kenmerk in KENMERK_OF_RECORD.items()}


class LayoutError(Exception):
    """A layout file of the project itself is wrong."""


class Rubriek(NamedTuple):
    """One field of a record; `begin` and `ending` are 1-based positions, both inclusive."""

    nummer: str
    record: str
    naam: str
    type: str
    length: int
    begin: int
    ending: int
    pattern: str
    obligation: str

    @property
    def plaats(self) -> slice:
        """Where the field stands in the record's bytes."""
        return slice(self.begin - 1, self.ending)


class RecordLayout:
    """The rubrieken of one record type, in order."""

    __slots__ = ("_per_number", "kenmerk", "length", "name", "rubrieken")

    def __init__(self, name: str, rubrieken: tuple[Rubriek, ...]) -> None:
        self.name = name
        self.kenmerk = KENMERK_OF_RECORD[name]
        self.rubrieken = rubrieken
        self.length = rubrieken[-1].ending
        self._per_number = {rubriek.nummer: rubriek for rubriek in rubrieken}
        self._check()

    def _check(self) -> None:
        expected = 1
        for rubriek in self.rubrieken:
            if rubriek.begin != expected or rubriek.ending - rubriek.begin + 1 != rubriek.length:
                raise LayoutError(f"rubriek {rubriek.nummer} does not follow position {expected - 1}")
            expected = rubriek.ending + 1

    def __getitem__(self, number: str) -> Rubriek:
        return self._per_number[number]

    def piece(self, first: str, last: str) -> slice:
        """The place of a run of rubrieken, the last one included."""
        return slice(self[first].begin - 1, self[last].ending)

    def cutter(self, *pieces: tuple[str, str]) -> Callable[[bytes], tuple[bytes, ...]]:
        """A function that cuts runs of rubrieken from a record, which has its full length; they stand in their order."""
        size, place = "", 0
        for piece in (self.piece(*limits) for limits in pieces):
            size += f"{piece.start - place}x{piece.stop - piece.start}s"
            place = piece.stop
        return Struct(size).unpack_from


@cache
def layouts(message: str) -> dict[bytes, RecordLayout]:
    """The layouts of `mz301` or `mz302`, by kenmerk record (b"01" … b"99")."""
    text = (Path(__file__).parent / "layouts" / f"{message}.tsv").read_text("utf-8")
    header, *lines = (line.split("\t") for line in text.splitlines())
    per_record: dict[str, list[Rubriek]] = {}
    for fields in lines:
        row = dict(zip(header, fields, strict=True))
        per_record.setdefault(row["record"], []).append(
            Rubriek(
                nummer=row["rubriek"],
                record=row["record"],
                naam=row["naam"],
                type=row["type"],
                length=int(row["lengte"]),
                begin=int(row["begin"]),
                ending=int(row["eind"]),
                pattern=row["patroon"],
                obligation=row["verplichting"],
            )
        )
    return {KENMERK_OF_RECORD[name]: RecordLayout(name, tuple(rubrieken)) for name, rubrieken in per_record.items()}


def rubriek_name(number: str) -> str:
    """The official name of a rubriek of either message, for people."""
    for message in ("mz302", "mz301"):
        for layout in layouts(message).values():
            for rubriek in layout.rubrieken:
                if rubriek.nummer == number:
                    return rubriek.naam
    raise KeyError(number)

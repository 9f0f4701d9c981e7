"""Declarations and stores for tests: records by rubriek number, messages whose counts and totals are right.

A record is a mapping from rubriek number to value; `Message` numbers the records, repeats the keys of the
verzekerdenrecord in its prestatierecords and fills in the sluitrecord, unless told otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import factory

from mzsim.standard.heen import combined_with, heenrecord, sluitrecord
from mzsim.standard.layout import CRLF

Fields = dict[str, str]


def record(kenmerk: str, fields: Mapping[str, str]) -> bytes:
    """A heen record of 310 positions; a rubriek that is not named gets its escape value (zeros or spaces)."""
    return heenrecord(kenmerk.encode(), fields)


class Record(factory.DictFactory):
    """A record as rubrieken: {"0203": "…"}. In a call a rubriek is named r0203, since a name can't begin with a digit."""

    class Meta:
        abstract = True

    @classmethod
    def _adjust_kwargs(cls, **kwargs: Any) -> dict[str, Any]:
        return {name[1:]: str(value) for name, value in kwargs.items()}


class Voorloop(Record):
    """Record 01: a praktijk that declares to insurer 0736, as in INV chapter 3."""

    r0101 = "01"
    r0102 = "176"
    r0103 = "01"
    r0104 = "03"
    r0105 = "P"
    r0108 = "0736"
    r0110 = "12004567"
    r0111 = "12012345"
    r0113 = "03"
    r0114 = "20110301"
    r0115 = "20110331"
    r0116 = "F20110001"
    r0117 = "20110430"
    r0119 = "EUR"


class Verzekerde(Record):
    """Record 02: the first verzekerde of INV chapter 3."""

    r0201 = "02"
    r0203 = "123456782"
    r0204 = "0736"
    r0207 = "19541210"
    r0208 = "2"
    r0209 = "1"
    r0210 = "Jansen"
    r0215 = "M"
    r0217 = "3708JE"
    r0219 = "18"
    r0223 = "2"


class Debiteur(Record):
    """Record 03."""

    r0301 = "03"
    r0303 = "D1"
    r0306 = "1"
    r0307 = "Jansen"
    r0313 = "1"
    r0315 = "Dorpsstraat"
    r0316 = "18"
    r0320 = "Zeist"


class Prestatie(Record):
    """Record 04: a periodieke controle of 10 euro; the amounts follow from tarief and aantal."""

    r0401 = "04"
    r0407 = "1"
    r0408 = "20110331"
    r0409 = "01"
    r0410 = "N"
    r0412 = "010"
    r0413 = "C11"
    r0419 = "N"
    r0420 = "12004567"
    r0424 = "1000"
    r0425 = "1"
    r0426 = factory.LazyAttribute(lambda o: _product(o.r0424, o.r0425))
    r0427 = "D"
    r0430 = factory.SelfAttribute("r0426")
    r0431 = factory.SelfAttribute("r0427")


def _product(tariff: str, count: str) -> str:
    return str(int(tariff) * int(count)) if tariff.isdigit() and count.isdigit() else "0"


class Commentaar(Record):
    """Record 98."""

    r9801 = "98"
    r9803 = "0001"
    r9804 = "ABCDEFGH"


_FACTORIES = {"01": Voorloop, "02": Verzekerde, "03": Debiteur, "04": Prestatie, "98": Commentaar}
_NUMBERED = ("02", "03", "04")


def make(kenmerk: str, **fields: str) -> Fields:
    """A record of a type with some rubrieken (as r0203="…") other than usual."""
    return dict(_FACTORIES[kenmerk](**fields))


@dataclass
class Message:
    """A declaration in the making: detail records in order, then `bytes()`.

    `sluit` overrules what would be filled in in the sluitrecord.
    """

    voorloop: Fields = field(default_factory=lambda: make("01"))
    details: list[tuple[str, Fields]] = field(default_factory=list)
    sluit: Fields = field(default_factory=dict)

    def add(self, kenmerk: str, **fields: str) -> Message:
        """Adds a detail record; rubrieken as r0408="20110331"."""
        self.details.append((kenmerk, make(kenmerk, **fields)))
        return self

    def records(self) -> list[bytes]:
        """The records without line ends."""
        number = 0
        key: Fields = {}
        made = [record("01", self.voorloop)]
        for kenmerk, fields in self.details:
            number += kenmerk in _NUMBERED
            filled = {f"{kenmerk}02": str(number), **fields}
            if kenmerk == "02":
                key = {f"04{rubriek[2:]}": filled.get(rubriek, "") for rubriek in ("0203", "0204", "0205")}
            elif kenmerk == "04":
                filled = {"0432": f"REF-{number:04d}", **key, **filled}
            made.append(record(kenmerk, filled))
        made.append(combined_with(sluitrecord(made[1:]), self.sluit))
        return made

    def __bytes__(self) -> bytes:
        return b"".join(line + CRLF for line in self.records())


def simple(**fields: str) -> Message:
    """The smallest declaration: one verzekerde, one prestatie; rubrieken of any record as r0408="…"."""
    per_record: dict[str, dict[str, str]] = {k: {} for k in ("01", "02", "04", "99")}
    for name, value in fields.items():
        per_record[name[1:3]][name] = value
    message = Message(voorloop=make("01", **per_record["01"]))
    message.add("02", **per_record["02"]).add("04", **per_record["04"])
    message.sluit = {name[1:]: value for name, value in per_record["99"].items()}
    return message


def from_yaml(setup: Mapping[str, Any]) -> Message:
    """A declaration as a case file describes it: {"01": {…}, "records": [{"02": {…}}, …], "99": {…}}; "01" and "99" hold
    only what differs from the usual."""

    def fields(values: Mapping[str, Any] | None) -> dict[str, str]:
        return {f"r{number}": str(value) for number, value in (values or {}).items()}

    message = Message(voorloop=make("01", **fields(setup.get("01"))))
    records: Iterable[Mapping[str, Any]] = setup.get("records", [{"02": {}}, {"04": {}}])
    for line in records:
        ((kenmerk, values),) = line.items()
        message.add(kenmerk, **fields(values))
    message.sluit = {str(number): str(value) for number, value in (setup.get("99") or {}).items()}
    return message

"""What `show`, `diff` and `stats` print."""

from __future__ import annotations

from typing_extensions import TypedDict

from mzsim.presentation.kinds.values import Amount, Status, closed


@closed
class ShownField(TypedDict):
    """A rubriek of a record; positions from 1, both inclusive."""

    rubriek: str
    naam: str
    begin: int
    eind: int
    waarde: str
    betekenis: str | None


@closed
class Show(TypedDict):
    """A record of a message with its rubrieken named."""

    regel: int
    record: str
    naam: str | None
    identificatie: int | None
    opmerking: str | None
    rubrieken: list[ShownField]


@closed
class Diff(TypedDict):
    """One difference between two messages; `regel` is null for a record that the second misses."""

    regel: int | None
    record: str
    identificatie: int | None
    rubriek: str | None
    eerste: str
    tweede: str


@closed
class CountedCode(TypedDict):
    """How often a retourcode was given."""

    retourcode: str
    records: int
    retouren: int
    soort: str
    betekenis: str


@closed
class Stats(TypedDict):
    """What many retourberichten say together."""

    retouren: int
    totaal_ingediend: Amount
    totaal_toegekend: Amount
    statussen: dict[Status, int]
    afzenders: dict[str, int]
    retourcodes: list[CountedCode]

"""Defects of a message to a servicebureau: the declaration is addressed to one, with a debiteur for each verzekerde."""

from __future__ import annotations

from collections.abc import Iterator

from mzsim.mutation.declaration import Fields, MutableDeclaration, Mutant
from mzsim.mutation.mutators import Mutation, add, mutation
from mzsim.mutation.store_lines import Line, Lists
from mzsim.standard.heen import combined_with, heenrecord

_VERZEKERDE = "a verzekerdenrecord"
_BUREAU: Line = {"agb": "98012345", "soort": "servicebureau", "naam": "Servicebureau", "werkt_in": []}


def debiteurrecord_of(number: str) -> bytes:
    """A debiteurrecord under this debiteurnummer, in order for a verzekerde dead or alive."""
    fields = {"0303": number, "0306": "1", "0307": "Voorbeeld", "0309": "0", "0313": "1", "0315": "Dorpsstraat"}
    return heenrecord(b"03", {**fields, "0316": "18", "0320": "Zeist", "0326": "23"})


def _addressed(d: MutableDeclaration) -> tuple[MutableDeclaration, Lists | None]:
    """The declaration as a message to a servicebureau, and what the register of its store must hold beside."""
    header = combined_with(d.header, {"0108": "0000", "0109": _BUREAU["agb"]})
    details: list[bytes] = []
    number = ""
    for place, heen in enumerate(d.details):
        if heen[:2] == b"02":
            number = f"D{place + 1}"
            heen = combined_with(heen, {"0216": "1", "0222": number})
        elif number and heen[:2] == b"04":
            details.append(debiteurrecord_of(number))
            number = ""
        details.append(heen)
    store: Lists | None = {"zorgaanbieders": [_BUREAU]} if d.shop.zorgaanbieders else None
    return d._replace(header=header, details=tuple(details)), store


def _otherwise(d: MutableDeclaration, kenmerk: bytes, fields: Fields) -> Iterator[Mutant]:
    to_bureau, store = _addressed(d)
    for place in to_bureau.places(kenmerk)[:1]:
        yield Mutant(to_bureau.message(to_bureau.otherwise((place, fields))), store)


@mutation("0222-2", _VERZEKERDE)
def no_debiteurrecord(d: MutableDeclaration) -> Iterator[Mutant]:
    """In a message to a servicebureau a verzekerde with a debiteurnummer (0222) has no debiteurrecord."""
    to_bureau, store = _addressed(d)
    for place in to_bureau.places(b"03")[:1]:
        yield Mutant(to_bureau.message(to_bureau.without(place)), store)


@mutation("0326-1", _VERZEKERDE)
def heirs_not_named(d: MutableDeclaration) -> Iterator[Mutant]:
    """To a servicebureau: the debiteur of a verzekerde who died has no soort relatie (0326)."""
    to_bureau, store = _addressed(d)
    for verzekerde, debiteur in zip(to_bureau.places(b"02")[:1], to_bureau.places(b"03")[:1], strict=False):
        yield Mutant(
            to_bureau.message(to_bureau.otherwise((verzekerde, {"0223": "1"}), (debiteur, {"0326": ""}))), store
        )


_FIELDS: tuple[tuple[str, str, bytes, Fields, tuple[str, ...]], ...] = (
    ("0216-2", "To a servicebureau: the naamcode (0216) is 0.", b"02", {"0216": "0"}, ()),
    (
        "0303-1",
        "To a servicebureau: the debiteurnummer (0303) is another than 0222.",
        b"03",
        {"0303": "ANDER"},
        ("0222-2",),
    ),
    ("0306-1", "To a servicebureau: the naamcode of the debiteur (0306) is 2.", b"03", {"0306": "2"}, ()),
    ("0309-1", "To a servicebureau: the naamcode of the debiteur (0309) is 1.", b"03", {"0309": "1"}, ()),
    ("0313-1", "To a servicebureau: the naamcode of the debiteur (0313) is 0.", b"03", {"0313": "0"}, ()),
    (
        "0316-1",
        "To a servicebureau: the house number of the debiteur (0316) holds a letter.",
        b"03",
        {"0316": "18A"},
        (),
    ),
)


def _field(check: str, sentence: str, kenmerk: bytes, fields: Fields, together: tuple[str, ...]) -> Mutation:
    return Mutation(check, "", sentence, _VERZEKERDE, frozenset(together), lambda d: _otherwise(d, kenmerk, fields))


for _row in _FIELDS:
    add(_field(*_row))

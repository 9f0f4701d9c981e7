"""How a row of the tables in `fields` becomes a mutator, and what its values depend on.

A row is tried on the records of its type in turn. What else depends on a value changes with it: the key of a verzekerde
in his prestatierecords, the total in the sluitrecord.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from mzsim.domain.parties import PARTY
from mzsim.mutation.declaration import MutableDeclaration, Mutant, amount, text
from mzsim.mutation.mutators import Mutation
from mzsim.mutation.store_lines import eejjmmdd
from mzsim.standard.heen import read
from mzsim.standard.values import filled, read_date

Values = Mapping[str, str | int]
Rule = Callable[[MutableDeclaration, bytes], Values | None]
"""The values for a record; None where they make no sense in it."""

_KEY = {"0203": "03", "0204": "04", "0205": "05"}


class FieldFault(NamedTuple):
    """What to put into a record, in words; `asks` and `together` as in `Mutation`."""

    check: str
    sentence: str
    values: Values | Rule
    asks: str = ""
    together: tuple[str, ...] = ()


def as_mutation(error: FieldFault, kenmerk: bytes) -> Mutation:
    """The mutator of a row, for records of this type."""

    def maker(d: MutableDeclaration) -> Iterator[Mutant]:
        for place, heen in _records(d, kenmerk):
            values = error.values(d, heen) if callable(error.values) else error.values
            if values:
                yield Mutant(_message(d, place, values))

    return Mutation(error.check, "", error.sentence, error.asks, frozenset(error.together), maker)


def _records(d: MutableDeclaration, kenmerk: bytes) -> Iterator[tuple[int, bytes]]:
    if kenmerk == b"01":
        yield 0, d.header
        return
    # The plainest records first: less depends on them.
    usual = dict.fromkeys(d.honoraria if kenmerk == b"04" else ())
    for place in usual | dict.fromkeys(d.places(kenmerk)):
        yield place, d.details[place]


def _message(d: MutableDeclaration, place: int, values: Values) -> bytes:
    if next(iter(values)).startswith("01"):
        return d.with_header(**{f"r{number}": value for number, value in values.items()})
    key = {_KEY[number]: str(value) for number, value in values.items() if number in _KEY}
    if not key:
        return d.message(d.otherwise((place, values)))
    other = {number: value for number, value in values.items() if number not in _KEY}
    return d.message(d.other_key(place, key, other))


def day_after(heen: bytes, number: str, days: int) -> str:
    """A date of a valid record, some days later."""
    day = read_date(read(heen, number))
    assert day is not None, "the declaration is in order"
    return eejjmmdd(day + dt.timedelta(days=days))


def only_where(condition: Callable[[MutableDeclaration, bytes], bool], values: Values) -> Rule:
    """Values for the records that are so."""
    return lambda d, heen: values if condition(d, heen) else None


def filled_in(number: str) -> Callable[[MutableDeclaration, bytes], bool]:
    """Whether a rubriek of a record holds anything."""
    return lambda _, heen: filled(read(heen, number))


def empty_party(d: MutableDeclaration, header: bytes) -> Values | None:
    """A code for 0113 (COD833) of a party that the voorlooprecord doesn't name."""
    empty = [code.decode("ascii") for code, number in PARTY.items() if not filled(read(header, number))]
    return {"0113": empty[0]} if empty else None


def other_berekend(d: MutableDeclaration, heen: bytes) -> Values:
    """In a Wlz message the declaratiebedrag has to follow."""
    otherwise = {"0426": amount(heen, "0426") + 1}
    return {**otherwise, "0430": amount(heen, "0430") + 1} if d.wlz else otherwise


def reduction(d: MutableDeclaration, heen: bytes) -> Values | None:
    """A reduction of a euro that the other amounts take into account."""
    berekend = amount(heen, "0426") - 100
    if berekend <= 0 or text(heen, "0410") == "J":
        return None
    return {"0428": 100, "0426": berekend, "0430": min(berekend, amount(heen, "0430"))}


def list_asks(kenmerk: str) -> Callable[[MutableDeclaration, bytes], bool]:
    """Whether the prestatiecodelijst asks for the element, kaak or vlak of a record."""

    def asked(d: MutableDeclaration, heen: bytes) -> bool:
        code = d.shop.code(text(heen, "0413"), read(heen, "0408"))
        return code is not None and bool(getattr(code, kenmerk))

    return asked


def with_list(d: MutableDeclaration, _: bytes) -> bool:
    """Whether the store has a prestatiecodelijst."""
    return bool(d.shop.prestatiecodes)


def with_register(d: MutableDeclaration, _: bytes) -> bool:
    """Whether the store has a register of zorgaanbieders."""
    return bool(d.shop.zorgaanbieders)


def is_wlz(d: MutableDeclaration, _: bytes) -> bool:
    """Whether this is a Wlz message."""
    return d.wlz


def is_zvw(d: MutableDeclaration, _: bytes) -> bool:
    """Whether this is a Zvw message."""
    return not d.wlz


def with_amounts(d: MutableDeclaration, heen: bytes) -> bool:
    """Whether tarief, berekend bedrag and declaratiebedrag of a record are all filled."""
    return all(amount(heen, number) for number in ("0424", "0426", "0430"))


def other_number(d: MutableDeclaration, heen: bytes) -> Values | None:
    """The referentienummer of the first prestatierecord, for another one."""
    first = d.details[d.prestaties[0]]
    return {"0432": text(first, "0432")} if heen != first else None

"""Defects that cost part of the grant, or all of it: a lower tariff, a maximum of the cover, an earlier grant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from mzsim.common.patterns import names
from mzsim.domain.parties import parties
from mzsim.mutation.beleid import with_beleid
from mzsim.mutation.declaration import MutableDeclaration, Mutant, amount, text
from mzsim.mutation.mutators import mutation
from mzsim.mutation.store_lines import Line, Lists
from mzsim.standard.heen import read
from mzsim.standard.layout import CHARSET
from mzsim.standard.records import Voorlooprecord

_TARIFF = "a record 01 with a tariff (0424)"
_WITH_DEKKING = "a debet record 01 of a verzekerde with a BSN, whose polis covers it"
_START = dt.date(2000, 1, 1)
_ZERO: dict[str, str | int] = {"0424": 0, "0426": 0, "0428": 0, "0430": 0}


def _contracten(d: MutableDeclaration, tariffs: dict[str, Decimal]) -> Lists:
    """The contracten with the party that is paid and the declarant, or one where there is none, with other tariffs."""
    who = [agb.decode(CHARSET) for agb in parties(Voorlooprecord(d.header))]
    own = [line for line in d.shop.contracten if line["uzovi"] == d.uzovi and line["agb"] in who]
    new: Line = {"uzovi": d.uzovi, "agb": who[0], "ingang": _START, "einde": None}
    return {"contracten": [{**line, "tarieven": {**(line.get("tarieven") or {}), **tariffs}} for line in own or [new]]}


def _euro(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def _lower(d: MutableDeclaration, choice: str, *, tenths: bool) -> Iterator[Mutant]:
    """A contract with a tariff below the declared one: a cent and, where that changes no grant, a tenth."""
    for i in d.honoraria:
        tariff = amount(d.details[i], "0424")
        for less in (1, -(-tariff // 10)) if tenths else (1,):
            if tariff:
                contract = _contracten(d, {text(d.details[i], "0413"): _euro(tariff - less)})
                yield Mutant(d.message(), with_beleid(d, tarief_afwijking=choice) | contract)


@mutation("0424-4", "a Zvw message with a record 01")
def zero_not_agreed(d: MutableDeclaration) -> Iterator[Mutant]:
    """The amounts of a record are zero, and the contract agrees no tariff of 0."""
    for i in () if d.wlz else d.honoraria:
        yield Mutant(d.message(d.otherwise((i, _ZERO))), _contracten(d, {}))


@mutation("0424-5", _TARIFF)
def tariff_too_high(d: MutableDeclaration) -> Iterator[Mutant]:
    """The tariff of the contract is a cent below the declared one, and the insurer rejects what is above it."""
    return _lower(d, "afwijzen", tenths=False)


@mutation("0424-6", _TARIFF)
def tariff_lowered(d: MutableDeclaration) -> Iterator[Mutant]:
    """The tariff of the contract is below the declared one, and the insurer grants his own."""
    return _lower(d, "eigen_tarief", tenths=True)


def _equal(d: MutableDeclaration, place: int) -> list[int]:
    """Where the debet records of the same verzekerde, year and prestatiecode stand."""
    own = d.details[place]
    return [
        i
        for i in d.prestaties
        if d.debet(i)
        and read(d.details[i], "0403") == read(own, "0403")
        and read(d.details[i], "0408")[:4] == read(own, "0408")[:4]
        and read(d.details[i], "0413") == read(own, "0413")
    ]


def _limited(d: MutableDeclaration, place: int, **limit: object) -> Lists | None:
    """The pakketten of the verzekerde of a record, in which each dekking of its prestatiecode has a maximum a year.

    The dekkingen stay as they are for what else they cover.
    """
    code = text(d.details[place], "0413")
    pakketten = []
    for pakket in d.shop.pakketten_of(d.shop.polissen_of(text(d.details[place], "0403"))):
        fitting = [r for r in pakket["dekkingen"] if names(r["prestaties"], code)]
        own = [{**dekking, "prestaties": [code], **limit, "per": "kalenderjaar"} for dekking in fitting]
        if own:
            pakketten.append({**pakket, "dekkingen": [*own, *pakket["dekkingen"]]})
    return {"pakketten": pakketten} if pakketten else None


@mutation("0425-3", _WITH_DEKKING)
def maximum_aantal(d: MutableDeclaration) -> Iterator[Mutant]:
    """The cover of a prestatiecode has a maximum number, one less than a verzekerde has in the year."""
    for i in d.honoraria:
        count = sum(amount(d.details[j], "0425") for j in _equal(d, i) if text(d.details[j], "0409") == "01")
        if pakketten := _limited(d, i, maximum_aantal=count - 1):
            yield Mutant(d.message(), pakketten)


@mutation("0430-4", _WITH_DEKKING)
def maximum_bedrag(d: MutableDeclaration) -> Iterator[Mutant]:
    """The cover of a prestatiecode has a maximum amount, less than a verzekerde has in the year."""
    for i in d.honoraria:
        together = sum(amount(d.details[j], "0430") for j in _equal(d, i))
        # Where several pakketten pay, each may stay below the whole; with a cent they are all too small.
        for limit in dict.fromkeys((together - 1, 1)):
            if together > 1 and (pakketten := _limited(d, i, maximum_bedrag=_euro(limit))):
                yield Mutant(d.message(), pakketten)


@mutation("0413-8", "a production message (0105) with a record 01 that is granted something")
def earlier_granted(d: MutableDeclaration) -> Iterator[Mutant]:
    """A prestatie was granted before, under another factuurnummer and referentienummer."""
    for i in d.honoraria:
        yield Mutant(d.message(), earlier=(d.loose(i, d.changed(i)),))

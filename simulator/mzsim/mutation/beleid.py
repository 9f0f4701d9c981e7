"""Defects against what an insurer chooses: contracts and terms. The declaration stays as it is, the beleid changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from mzsim.common.dates import days_later, months_later
from mzsim.domain.parties import party
from mzsim.mutation.declaration import MutableDeclaration, Mutant
from mzsim.mutation.mutators import mutation
from mzsim.mutation.store_lines import Line, Lists
from mzsim.standard.heen import read
from mzsim.standard.records import Voorlooprecord
from mzsim.standard.values import read_date, write_date

_WITHOUT_CONTRACT = "a store without a contract of the party that is paid or the declarant"
_DEBET = "a debet record"
_START = dt.date(2000, 1, 1)


def with_beleid(d: MutableDeclaration, **choices: object) -> Lists:
    """The insurer of the message, with other choices."""
    insurer = d.shop.uzovi[d.uzovi]
    return {"uzovi": [{**insurer, "beleid": {**(insurer.get("beleid") or {}), **choices}}]}


def _contract(d: MutableDeclaration, agb: bytes, end: dt.date | None) -> Lists:
    line: Line = {"uzovi": d.uzovi, "agb": agb.decode("ascii"), "ingang": _START, "einde": end}
    return {"contracten": [line]}


def _days(d: MutableDeclaration) -> list[dt.date]:
    """The days of the debet records, in order."""
    days = (read_date(read(d.details[place], "0408")) for place in d.prestaties if d.debet(place))
    return sorted(day for day in days if day)


@mutation("0113-3", f"{_WITHOUT_CONTRACT} and {_DEBET}")
def contract_past(d: MutableDeclaration) -> Iterator[Mutant]:
    """The contract of the party that is paid ended the day before the declaratieperiode."""
    ending = read_date(read(d.header, "0114"))
    if ending is not None and ending > _START:
        store = _contract(d, party(Voorlooprecord(d.header)), days_later(ending, -1))
        yield Mutant(d.message(), with_beleid(d, contract_vereist="bestand") | store)


@mutation("0408-7", f"{_WITHOUT_CONTRACT} and {_DEBET}")
def contract_ended(d: MutableDeclaration) -> Iterator[Mutant]:
    """The contract of the party that is paid ended the day before the last prestatie."""
    for day in _days(d)[-1:]:
        if day > _START:
            store = _contract(d, party(Voorlooprecord(d.header)), days_later(day, -1))
            yield Mutant(d.message(), with_beleid(d, contract_vereist="record") | store)


@mutation("0408-6", f"{_DEBET} of a day before the processing date")
def too_late(d: MutableDeclaration) -> Iterator[Mutant]:
    """The insurer takes prestaties for so many months that the first is just too late."""
    for day in _days(d)[:1]:
        in_time = (d.date.year - day.year) * 12 + d.date.month - day.month
        for months in range(in_time, -1, -1):
            if months_later(day, months) < d.date:
                yield Mutant(d.message(), with_beleid(d, indientermijn={"soort": "maanden", "maanden": months}))
                return


@mutation("0117-4", "a prestatie, and a dagtekening (0117) that is, or can be, before the processing date")
def factuur_too_old(d: MutableDeclaration) -> Iterator[Mutant]:
    """The insurer takes no factuur that is as old as this one."""
    dagtekening = read_date(read(d.header, "0117"))
    assert dagtekening is not None, "the declaration is in order"
    old = (d.date - dagtekening).days
    if old > 0:
        yield Mutant(d.message(), with_beleid(d, factuurdatum_max_dagen=old - 1))
        return
    earlier = write_date(days_later(dagtekening, -1))
    if all(day <= earlier for day in (read(d.header, "0114"), *(read(d.details[i], "0408") for i in d.prestaties))):
        end = min(read(d.header, "0115"), earlier)
        otherwise = d.with_header(r0115=end.decode("ascii"), r0117=earlier.decode("ascii"))
        yield Mutant(otherwise, with_beleid(d, factuurdatum_max_dagen=0))

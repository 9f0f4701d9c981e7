"""Which rows of the store decided an objection: for each check of levels 6 and 7 where to look.

A row that is not there may be what decides: then the key that was looked for is given. What is decided within the message
alone (a number that stands twice in it, a rule that its own records break) has no row but that of the rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import itemgetter
from typing import Any

from mzsim.domain.beleid import Duty
from mzsim.domain.combination_rules import Combinatieregel
from mzsim.domain.covers import DekkingKey
from mzsim.domain.earlier.credits import EarlierRecord, is_credit, standing, taken_back
from mzsim.domain.earlier.maxima import read_shares
from mzsim.domain.earlier.prestatie import COSTS, prestatie_of
from mzsim.domain.facts import NO_INSURER
from mzsim.domain.findings import Row
from mzsim.explanation.matter import Matter, as_day
from mzsim.standard.values import as_euro, number_and_birth, text
from mzsim.store.facts import five_years_earlier


def _hold(rows: Iterable[Row], day: str) -> Iterator[Row]:
    """Those that hold on a day; what is not there stays."""
    for row in rows:
        w = row.waarden
        if w is None or (w["ingang"] <= day and (w["einde"] is None or day <= w["einde"])):
            yield row


def _beleid(z: Matter, key: str) -> Iterator[Row]:
    """A choice of the insurer of 0108."""
    for row in z.find("uzovi", nummer=z.message.uzovi_number):
        if row.waarden is not None:
            choice = row.waarden["beleid"].get(key)
            yield row._replace(waarden={"nummer": row.waarden["nummer"], "beleid": {key: choice}})


def _duty(z: Matter, duty: Duty) -> Iterator[Row]:
    """A line of `machtigingsplichtig`."""
    filled: dict[str, Any] = {name: value for name, value in duty._asdict().items() if value is not None}
    filled["prestaties"] = list(duty.prestaties)
    if duty.boven_bedrag is not None:
        filled["boven_bedrag"] = as_euro(duty.boven_bedrag)
    for row in _beleid(z, "machtigingsplichtig"):
        yield row._replace(waarden={"nummer": row.sleutel["nummer"], "beleid": {"machtigingsplichtig": [filled]}})


def _factuurnummer(z: Matter) -> Iterator[Row]:
    key = {"agb": z.message.party or "", "factuurnummer": z.message.factuurnummer or ""}
    for uzovi in z.number_at:
        if uzovi != NO_INSURER:  # no line of a store file says what went to a servicebureau
            yield from z.find("factuurnummers", uzovi=uzovi, **key)


def _zorgaanbieder(name: str) -> Callable[[Matter], Iterable[Row]]:
    return lambda z: z.find("zorgaanbieders", agb=text(getattr(z.message.voorloop, name)))


def _works_in(z: Matter, agb: str) -> Iterator[Row]:
    """A zorgaanbieder, and what it works in over any number of steps, as far as the register holds it."""
    reached = [agb]
    for one in reached:  # which grows on the way
        for row in z.find("zorgaanbieders", agb=one):
            if row.waarden is not None:
                yield row
                reached += [agb for agb in row.waarden["werkt_in"] if agb not in reached]


def _uzovi_of_message(z: Matter) -> Iterable[Row]:
    return z.find("uzovi", nummer=z.message.uzovi_number)


def _uzovi_of_verzekerde(z: Matter) -> Iterable[Row]:
    return z.find("uzovi", nummer=text(z.o.verzekerde.uzovi))


def _polissen(z: Matter) -> Iterable[Row]:
    """Where there is none, that is said of the first insurer that may have one."""
    return _polissen_of(z, persoon=z.o.person)


def _polissen_of(z: Matter, **key: str) -> list[Row]:
    at = z.message.insured_at(text(z.o.verzekerde.uzovi))
    found = [row for uzovi in at for row in z.find("polissen", uzovi=uzovi, **key)]
    rows = [(row.waarden["ingang"], row.waarden["uzovi"], row) for row in found if row.waarden is not None]
    return [row for *_, row in sorted(rows, key=itemgetter(0, 1))] or found[:1]


def _polissen_with_number(z: Matter) -> Iterable[Row]:
    """Those with the verzekerdennummer of one whose BSN is unknown, whoever holds them."""
    return _polissen_of(z, verzekerdennummer=text(z.o.verzekerde.verzekerdennummer))


def _polissen_that_fit(z: Matter) -> Iterator[Row]:
    born = as_day(z.o.verzekerde.geboortedatum)
    for row in _polissen_with_number(z):
        if row.waarden is not None and row.waarden["geboortedatum"] == born:
            yield row


def _polis_of_deceased(z: Matter) -> Iterator[Row]:
    for row in _polissen(z):
        if row.waarden is not None and row.waarden["overleden"] is not None and row.waarden["overleden"] < z.day:
            yield row


def _prestatiecodes(z: Matter) -> Iterable[Row]:
    return z.find("prestatiecodes", code=text(z.p.prestatiecode))


def _codelijst(listing: str, attribute: str) -> Callable[[Matter], Iterable[Row]]:
    return lambda z: z.find("codelijsten", lijst=listing, code=text(getattr(z.p, attribute)))


def _valid_prestatiecode(z: Matter) -> Iterable[Row]:
    return _hold(_prestatiecodes(z), z.day)


def _contracten(z: Matter) -> Iterator[Row]:
    """Those with the declarant, then those with another party that is paid: of these the last that holds counts."""
    for agb in reversed(z.message.parties):
        yield from z.find("contracten", uzovi=z.message.uzovi_number, agb=agb)


def _contract_vereist(z: Matter) -> Iterator[Row]:
    yield from _beleid(z, "contract_vereist")
    yield from _contracten(z)


def _indientermijn(z: Matter) -> Iterator[Row]:
    yield from _beleid(z, "indientermijn")
    terms = z.message.beleid.indientermijn
    if terms is not None and terms.met_contract != terms.zonder_contract:
        yield from _contracten(z)


def contracttarief(z: Matter) -> tuple[Row, ...]:
    """The contract that counts on the day, with its tariff for the prestatiecode; where there is none, with whom."""
    contracten = tuple(_hold(_contracten(z), z.day))
    in_force = [row for row in contracten if row.waarden is not None]
    return (z.source.contracttarief(in_force[-1], text(z.p.prestatiecode)),) if in_force else contracten


def tariff(z: Matter) -> tuple[Row, ...]:
    """The row with the highest tariff for a record 01: the contract's, else the national maximum; empty without either."""
    for contract in contracttarief(z):
        if contract.waarden is not None and contract.waarden["tarieven"][text(z.p.prestatiecode)] is not None:
            return (contract,)
    national = _hold(z.find("tarieven", prestatiecode=text(z.p.prestatiecode)), z.day)
    return tuple(row for row in national if row.waarden is not None)[-1:]


def _machtiging(z: Matter) -> Iterator[Row]:
    """What is known under the number, of all whose authorisations count for the verzekerde."""
    number = text(z.p.machtigingsnummer)
    at = z.message.authorised_at(text(z.o.verzekerde.uzovi))
    found = [row for uzovi in at for row in z.find("machtigingen", uzovi=uzovi, nummer=number)]
    yield from [row for row in found if row.waarden is not None] or found


def _lapsed_machtiging(z: Matter) -> Iterator[Row]:
    """The same; of those that leave too little also what was granted on them, none of which is in the store where it was
    granted in this very message."""
    if not z.o.limited_machtigingen:
        yield from _machtiging(z)
    earlier = z.source.prestaties(uzovi=z.message.uzovi_number, persoon=z.o.person) if z.o.limited_machtigingen else ()
    for machtiging in z.o.limited_machtigingen:
        yield from z.find("machtigingen", uzovi=machtiging.uzovi, nummer=machtiging.number)
        for record, row in earlier:
            if any(key == machtiging.key for key, _, _ in read_shares(record.aandelen)):
                yield row


def _machtiging_needed(z: Matter) -> Iterator[Row]:
    """What asks for an authorisation, and those that the verzekerde has, none of which does."""
    asks = z.o.machtiging and z.o.machtiging.asked_by
    if isinstance(asks, Duty):
        yield from _duty(z, asks)
    elif asks:
        yield from _dekkingen(z, [asks])
    if number_and_birth(z.o.person) is None:  # those of persons without a BSN are all under the same one
        every = z.find("machtigingen", bsn=z.o.person)
        among = z.message.search_in | {z.message.head}
        own = [row for row in every if row.waarden is not None and row.waarden["uzovi"] in among]
        yield from own or (Row("machtigingen", every[0].sleutel, None),)


def _earlier(z: Matter, **key: str) -> Iterator[dict[str, str]]:
    """The keys of what was declared before for the verzekerde on the day, under this prestatiecode: to the insurer of 0108
    first, then to those that are one with it."""
    on = {"datum": text(z.p.datum), "prestatiecode": text(z.p.prestatiecode)}
    for uzovi in _group(z):
        yield {"uzovi": uzovi, "persoon": z.o.person, **on, **key}


def _group(z: Matter) -> list[str]:
    """The insurers that are one to the verzekerde, that of 0108 first."""
    return sorted(z.message.group, key=lambda uzovi: (uzovi != z.message.uzovi_number, uzovi))


def _earlier_prestaties(z: Matter, **key: str) -> dict[EarlierRecord, Row]:
    return {earlier: row for of in _earlier(z, **key) for earlier, row in z.source.prestaties(**of)}


def _same_prestatie(z: Matter) -> Iterator[Row]:
    """Where the store holds none, it was granted in this very message."""
    rows = _earlier_prestaties(z, soort=text(z.p.soort))
    for earlier_records in standing(rows):
        if earlier_records.prestatie == prestatie_of(z.p):
            yield rows[earlier_records]


def _basis(z: Matter) -> list[Row]:
    """The treatment of costs: none was declared, or one that does not count (not judged, credited, by another)."""
    rows = [row for key in _earlier(z, agb=z.message.party or "") for row in z.find("prestaties", **key)]
    found = [row for row in rows if row.waarden and row.waarden["soort"] not in COSTS]
    return found or [Row("prestaties", rows[0].sleutel, None)]


def _costs_before(z: Matter) -> Iterator[Row]:
    """The costs that were granted under the prestatiecode; where the store holds none, in this very message."""
    rows = _earlier_prestaties(z, agb=z.message.party or "")
    for earlier_records in standing(rows):
        if earlier_records.soort in COSTS:
            yield rows[earlier_records]


def _not_beside(z: Matter) -> Iterable[Row]:
    earlier_records = z.o.retrospect and z.o.retrospect.not_beside
    return z.find("prestaties", id=earlier_records.id) if earlier_records else ()


def _reiskosten(z: Matter) -> Iterable[Row]:
    """Where the store holds none, they stand in this very message."""
    earlier_records = z.o.retrospect and z.o.retrospect.reiskosten
    return z.find("prestaties", id=earlier_records.id) if earlier_records else ()


def _referentienummer(z: Matter) -> Iterator[Row]:
    limit = five_years_earlier(z.message.date).isoformat()
    number = text(z.p.referentienummer)
    key = {"uzovi": z.message.uzovi_number, "agb": z.message.party or ""}
    for row in z.find("prestaties", referentienummer=number, **key):
        if row.waarden and row.waarden["ontvangen"] > limit:
            yield row


def _named_debet(z: Matter) -> Iterable[Row]:
    """What a credit names, where no granted record is just that: something may have been declared under that number."""
    key = {"agb": z.message.party or "", "referentienummer": text(z.p.vorig_referentienummer)}
    rows = [row for uzovi in _group(z) for row in z.find("prestaties", uzovi=uzovi, **key)]
    return [row for row in rows if row.waarden is not None] or rows[:1]


def debet(z: Matter) -> Iterator[Row]:
    """The granted record that a credit takes back, and what credited it before."""
    earlier_records = z.o.retrospect and z.o.retrospect.debet
    if not earlier_records:
        return
    (row,) = z.find("prestaties", id=earlier_records.id)
    yield row
    rows = _earlier_prestaties(z, agb=earlier_records.agb, soort=earlier_records.soort)
    taken = taken_back(rows)
    yield from (row for other, row in rows.items() if other.id in taken and taken[other.id].id == earlier_records.id)


def _lines(z: Matter, *kinds: str, excluding: bool = False) -> Iterator[Row]:
    """The rules on combinations of these soorten that a record breaks, and the earlier prestaties by which it does."""
    for line, earlier in z.lines:
        if (line.soort in kinds) != excluding:
            yield from (r for r in z.find("combinatieregels", nummer=line.nummer) if _is(r, line))
            for id in earlier:
                yield from z.find("prestaties", id=id)


def _is(row: Row, line: Combinatieregel) -> bool:
    return row.waarden is not None and row.waarden["ingang"] == as_day(line.ingang.encode())


def _at_maximum(what: str) -> Callable[[Matter], Iterator[Row]]:
    """The dekkingen of which a maximum, of bedrag or aantal, leaves less than they would pay."""
    return lambda z: _dekkingen(z, z.weighed.at_maximum(what) if z.weighed else ())


def _dekkingen(z: Matter, keys: Iterable[DekkingKey]) -> Iterator[Row]:
    for uzovi, pakket, known_by in keys:
        named: dict[str, str | int] = {"id" if isinstance(known_by, str) else "volgnummer": known_by}
        yield from z.find("dekkingen", uzovi=uzovi, pakket=pakket, **named)


def _cover(z: Matter) -> Iterator[Row]:
    """What the cover that falls short consists of."""
    if is_credit(z.p):
        yield from debet(z)
        return
    yield from tuple(_hold(_polissen(z), z.day))[-1:]
    if z.weighed is not None:
        yield from _dekkingen(z, (chosen.key for chosen in z.weighed.plan.chosen))
        if z.weighed.without_contract:
            yield from _beleid(z, "niet_gecontracteerd")
            yield from _contracten(z)


ORIGIN: Mapping[str, Callable[[Matter], Iterable[Row]]] = {
    "0108-2": _uzovi_of_message,
    "0108-3": _uzovi_of_message,
    "0109-2": _zorgaanbieder("servicebureau"),
    "0109-4": _zorgaanbieder("servicebureau"),
    "0110-4": _zorgaanbieder("zorgverlener"),
    "0110-5": lambda z: _works_in(z, text(z.message.voorloop.zorgverlener)),
    "0110-7": _zorgaanbieder("zorgverlener"),
    "0111-3": _zorgaanbieder("praktijk"),
    "0111-5": _zorgaanbieder("praktijk"),
    "0112-2": _zorgaanbieder("instelling"),
    "0112-4": _zorgaanbieder("instelling"),
    "0113-3": _contract_vereist,
    "0116-2": _factuurnummer,
    "0117-3": lambda _: (),  # the processing date decides
    "0117-4": lambda z: _beleid(z, "factuurdatum_max_dagen"),
    "0203-3": _polissen,
    "0204-2": _uzovi_of_verzekerde,
    "0204-3": _uzovi_of_verzekerde,
    "0205-3": _polissen_with_number,
    "0205-5": _polissen_that_fit,
    "0207-3": _polissen,
    "0207-4": _polissen_with_number,
    "0406-1": _uzovi_of_message,
    "0406-2": _machtiging_needed,
    "0406-3": _machtiging,
    "0406-4": _lapsed_machtiging,
    "0406-5": _machtiging,
    "0406-6": _machtiging,
    "0408-4": _polissen,
    "0408-5": _polis_of_deceased,
    "0408-6": _indientermijn,
    "0408-7": _contract_vereist,
    "0409-5": _valid_prestatiecode,
    "0409-6": _valid_prestatiecode,
    "0409-7": _basis,
    "0409-16": _costs_before,
    "0409-17": _not_beside,
    "0411-4": _codelijst("COD859", "soort_bijzondere_tandheelkunde"),
    "0413-3": _prestatiecodes,
    "0413-6": _reiskosten,
    "0413-8": _same_prestatie,
    "0413-9": lambda z: _lines(z, "interval"),
    "0413-10": lambda z: _lines(z, "interval", excluding=True),
    "0414-2": _valid_prestatiecode,
    "0415-2": _valid_prestatiecode,
    "0416-2": _valid_prestatiecode,
    "0418-3": _codelijst("COD852", "diagnosecode"),
    "0420-3": lambda z: z.find("zorgaanbieders", agb=text(z.p.behandelaar)),
    "0420-4": lambda z: _works_in(z, text(z.p.behandelaar)),
    "0420-5": _valid_prestatiecode,
    "0421-1": _codelijst("COD016", "specialisme_behandelaar"),
    "0423-1": _codelijst("COD016", "specialisme_verwijzer"),
    "0424-4": contracttarief,
    "0424-5": tariff,
    "0424-6": tariff,
    "0425-3": _at_maximum("aantal"),
    "0430-4": _at_maximum("bedrag"),
    "0430-5": _cover,
    "0432-3": _referentienummer,
    "0433-3": _named_debet,
    "0433-4": debet,
    "0433-5": debet,
}
"""Where to look, by check; those of the lower levels judge by the message alone."""

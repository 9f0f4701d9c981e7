"""Defects against what the store knows: parties, insurers, polissen, and numbers that were used before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import islice

from mzsim.checks.voorlooprecord import ZORGKANTOOR
from mzsim.domain.parties import declarant
from mzsim.mutation.declaration import MutableDeclaration, Mutant, text
from mzsim.mutation.mutators import mutation
from mzsim.mutation.store_lines import Line, Lists, date_of
from mzsim.standard.heen import read
from mzsim.standard.layout import CHARSET
from mzsim.standard.records import Voorlooprecord
from mzsim.standard.values import filled, read_date

_UNKNOWN_BSN = "999999999"
_WITH_REGISTER = "a store with zorgaanbieders"
_IS_ZVW = "a Zvw message (176)"
_WITH_BSN = "a verzekerde with a BSN"
_PRODUCTION = "a production message (0105)"
_TO_CREDIT = "a record 01 that can be credited"


def _zorgaanbieders(d: MutableDeclaration, *lines: Line) -> Lists | None:
    """Lines for the register; none where the store has no register to check against."""
    return {"zorgaanbieders": list(lines)} if d.shop.zorgaanbieders else None


def _zorgverlener(agb: str, *werkt_in: str) -> Line:
    return {"agb": agb, "soort": "zorgverlener", "naam": "Voorbeeld", "werkt_in": list(werkt_in)}


@mutation("0110-3")
def zorgverlener_as_instelling(d: MutableDeclaration) -> Iterator[Mutant]:
    """The zorgverlener (0110) is of a kind that is an instelling, or stands beside one."""
    praktijk = text(d.header, "0111")
    if filled(read(d.header, "0112")):
        for agb in ("12099998", *d.shop.zorgaanbieders):
            yield Mutant(d.with_header(r0110=agb))
    yield Mutant(d.with_header(r0110="53099998"), _zorgaanbieders(d, _zorgverlener("53099998", praktijk)))


@mutation("0110-5", f"a praktijk (0111) and {_WITH_REGISTER}")
def zorgverlener_from_elsewhere(d: MutableDeclaration) -> Iterator[Mutant]:
    """The zorgverlener (0110) does not work in the praktijk (0111)."""
    if d.shop.zorgaanbieders and filled(read(d.header, "0111")):
        yield Mutant(d.with_header(r0110="12099998"), _zorgaanbieders(d, _zorgverlener("12099998")))


def _as_other(d: MutableDeclaration, rubriek: str, soort: str) -> Iterator[Mutant]:
    """The register holds a party of the voorlooprecord under another soort."""
    line = d.shop.zorgaanbieders.get(text(d.header, rubriek))
    if line is not None:
        yield Mutant(d.message(), {"zorgaanbieders": [{**line, "soort": soort}]})


@mutation("0109-4", _WITH_REGISTER)
def servicebureau_is_other(d: MutableDeclaration) -> Iterator[Mutant]:
    """The servicebureau (0109) is a praktijk in the register."""
    line = {"agb": "98099998", "soort": "praktijk", "naam": "Voorbeeld"}
    if lines := _zorgaanbieders(d, line):
        yield Mutant(d.with_header(r0109="98099998"), lines)


@mutation("0110-7", f"a zorgverlener (0110) and {_WITH_REGISTER}")
def zorgverlener_is_other(d: MutableDeclaration) -> Iterator[Mutant]:
    """The zorgverlener (0110) is a praktijk in the register."""
    return _as_other(d, "0110", "praktijk")


@mutation("0111-5", f"a praktijk (0111) and {_WITH_REGISTER}")
def praktijk_is_other(d: MutableDeclaration) -> Iterator[Mutant]:
    """The praktijk (0111) is an instelling in the register."""
    return _as_other(d, "0111", "instelling")


@mutation("0112-4", f"an instelling (0112) and {_WITH_REGISTER}")
def instelling_is_other(d: MutableDeclaration) -> Iterator[Mutant]:
    """The instelling (0112) is a praktijk in the register."""
    return _as_other(d, "0112", "praktijk")


# Beside an instelling a praktijk lacks its zorgverlener as well.
@mutation("0111-2", together=("0110-2",))
def praktijk_as_instelling(d: MutableDeclaration) -> Iterator[Mutant]:
    """The praktijk (0111) is of a kind that is an instelling, or stands beside one."""
    agb = "53099998"
    line = {"agb": agb, "soort": "praktijk", "naam": "Voorbeeld"}
    own = text(d.header, "0110")
    works_there = [_zorgverlener(own, agb)] if filled(read(d.header, "0110")) else []
    yield Mutant(d.with_header(r0111=agb), _zorgaanbieders(d, line, *works_there))


@mutation("0204-3", _IS_ZVW)
def insured_elsewhere(d: MutableDeclaration) -> Iterator[Mutant]:
    """The UZOVI-nummer of the verzekerde (0204) is of another insurer than that of the message."""
    number = d.shop.free_uzovi()
    other = {"nummer": number, "naam": "Andere Zorgverzekeraar", "soort": "zorgverzekeraar", "edp": True}
    if not d.wlz:
        for place in d.places(b"02"):
            yield Mutant(d.message(d.other_key(place, {"04": number})), {"uzovi": [other]})


@mutation("0203-2", "a record 01")
def verzekerde_twice(d: MutableDeclaration) -> Iterator[Mutant]:
    """A verzekerdenrecord stands twice, each time with a prestatierecord."""
    for place in d.places(b"02"):
        own = d.of_verzekerde(place)
        for i in own:
            if i in d.honoraria:
                yield Mutant(d.message(d.inserted(d.end(own[-1]), d.details[place], d.changed(i))))


_BY_NUMBER = {"03": _UNKNOWN_BSN, "05": "MUTATIE-1"}


def _polis_with_number(d: MutableDeclaration, place: int, bsn: str | None, born: dt.date) -> Line:
    """A polis with the number of `_BY_NUMBER` at the insurer of a verzekerdenrecord."""
    return {
        "bsn": bsn,
        "verzekerdennummer": _BY_NUMBER["05"],
        "geboortedatum": born,
        "naam": "Voorbeeld",
        "uzovi": text(d.details[place], "0204"),
        "ingang": dt.date(2006, 1, 1),
    }


@mutation("0205-5", _IS_ZVW)
def number_of_two(d: MutableDeclaration) -> Iterator[Mutant]:
    """Without a BSN, two persons have the verzekerdennummer (0205) and the date of birth."""
    if d.wlz:
        return
    for place in d.places(b"02"):
        two = islice(d.shop.free_bsns(), 2)
        polissen = [_polis_with_number(d, place, bsn, d.born(place)) for bsn in two]
        yield Mutant(d.message(d.other_key(place, _BY_NUMBER)), {"polissen": polissen})


@mutation("0207-4", _IS_ZVW)
def geboortedatum_by_number(d: MutableDeclaration) -> Iterator[Mutant]:
    """Without a BSN, the date of birth (0207) is not that of the polis with the verzekerdennummer."""
    if d.wlz:
        return
    for place in d.places(b"02"):
        polis = _polis_with_number(d, place, None, d.born(place) - dt.timedelta(days=1))
        yield Mutant(d.message(d.other_key(place, _BY_NUMBER)), {"polissen": [polis]})


@mutation("0406-1", "a Zvw message with a record without machtigingsnummer (0406)")
def machtiging_of_dji(d: MutableDeclaration) -> Iterator[Mutant]:
    """The insurer is DJI, and there is no machtigingsnummer (0406)."""
    insurer = d.shop.uzovi[d.uzovi]
    without = [i for i in d.prestaties if not text(d.details[i], "0406")]
    if without and insurer["soort"] != ZORGKANTOOR:
        yield Mutant(d.message(), {"uzovi": [{**insurer, "soort": "dji"}]})


def _polissen(d: MutableDeclaration, place: int, **otherwise: object) -> Lists | None:
    """The polissen of the verzekerde of a record, with other values; None where one begins after its last day."""
    found = [{**polis, **otherwise} for polis in d.shop.polissen_of(text(d.details[place], "0403"))]
    end = otherwise.get("einde")
    too_late = any(isinstance(end, dt.date) and date_of(polis["ingang"]) > end for polis in found)
    return {"polissen": found} if found and not too_late else None


def _days(d: MutableDeclaration) -> list[tuple[dt.date, int]]:
    """The day before each prestatie and its place, the last first: then the fewest of a verzekerde come after it."""
    days = ((read_date(read(d.details[place], "0408")), place) for place in d.prestaties)
    return sorted(((day - dt.timedelta(days=1), place) for day, place in days if day), reverse=True)


@mutation("0408-4", "a polis that began before a prestatie")
def polis_ended(d: MutableDeclaration) -> Iterator[Mutant]:
    """The polis ended the day before a prestatie."""
    for earlier, place in _days(d):
        if polissen := _polissen(d, place, einde=earlier):
            yield Mutant(d.message(), polissen)


@mutation("0408-5", _WITH_BSN)
def overleden(d: MutableDeclaration) -> Iterator[Mutant]:
    """The verzekerde died the day before a prestatie."""
    for earlier, place in _days(d):
        if polissen := _polissen(d, place, overleden=earlier):
            yield Mutant(d.message(), polissen)


@mutation("0430-5", _WITH_BSN)
def without_dekking(d: MutableDeclaration) -> Iterator[Mutant]:
    """The polis of a verzekerde covers nothing."""
    for verzekerde in sorted(d.places(b"02"), key=lambda place: len(d.of_verzekerde(place))):
        for place in d.of_verzekerde(verzekerde)[:1]:
            if polissen := _polissen(d, place, pakketten=[]):
                yield Mutant(d.message(), polissen)


@mutation("0420-4", f"a praktijk (0111) or instelling (0112) and {_WITH_REGISTER}")
def behandelaar_from_elsewhere(d: MutableDeclaration) -> Iterator[Mutant]:
    """The behandelaar (0420) does not work in the praktijk or instelling that declares."""
    if d.shop.zorgaanbieders:
        for i in d.prestaties:
            agb = f"{text(d.details[i], '0420')[:2]}099998"
            yield Mutant(d.message(d.otherwise((i, {"0420": agb}))), _zorgaanbieders(d, _zorgverlener(agb)))


@mutation("0420-5", "a prestatiecode that not everybody may claim, in a store with prestatiecodes")
def behandelaar_not_bevoegd(d: MutableDeclaration) -> Iterator[Mutant]:
    """The behandelaar (0420) is of a kind that may not claim the prestatiecode."""
    works_in = declarant(Voorlooprecord(d.header)).decode(CHARSET)
    for i in d.prestaties:
        heen = d.details[i]
        code = d.shop.code(text(heen, "0413"), read(heen, "0408"))
        if code is not None and code.bevoegd:
            kind = next(f"{n:02d}" for n in range(20, 100) if f"{n:02d}" not in {s[:2] for s in code.bevoegd})
            agb = f"{kind}099998"
            yield Mutant(d.message(d.otherwise((i, {"0420": agb}))), _zorgaanbieders(d, _zorgverlener(agb, works_in)))


@mutation("0116-2", _PRODUCTION)
def factuurnummer_used(d: MutableDeclaration) -> Iterator[Mutant]:
    """The declaration is sent a second time, with the same factuurnummer (0116)."""
    yield Mutant(d.message(), earlier=(d.message(),))


@mutation("0432-3", _PRODUCTION)
def referentienummer_used(d: MutableDeclaration) -> Iterator[Mutant]:
    """A prestatie is sent a second time, with the same referentienummer (0432) under another factuurnummer."""
    for i in d.honoraria:
        yield Mutant(d.loose(i, d.details[i]), earlier=(d.message(),))


def _credit(d: MutableDeclaration, place: int, number: str, previous: str) -> bytes:
    return d.changed(place, r0427="C", r0431="C", r0432=d.free_reference(number), r0433=previous)


def _attached(d: MutableDeclaration, place: int, previous: str) -> Mutant:
    """The declaration with a credit of a record behind it."""
    return Mutant(d.message(d.inserted(d.end(place), _credit(d, place, "CREDIT", previous))))


@mutation("0433-1", _TO_CREDIT)
def credit_without_reference(d: MutableDeclaration) -> Iterator[Mutant]:
    """A credit names no earlier referentienummer (0433)."""
    for i in d.honoraria:
        yield _attached(d, i, "")


@mutation("0433-2", _TO_CREDIT)
def credit_in_same_file(d: MutableDeclaration) -> Iterator[Mutant]:
    """A credit takes back a record of the same file."""
    for i in d.honoraria:
        yield _attached(d, i, text(d.details[i], "0432"))


@mutation("0433-3", _TO_CREDIT)
def credit_without_debet(d: MutableDeclaration) -> Iterator[Mutant]:
    """A credit takes back what was never declared."""
    for i in d.honoraria:
        yield _attached(d, i, "ONBEKEND")


@mutation("0433-4", _TO_CREDIT)
def credited_twice(d: MutableDeclaration) -> Iterator[Mutant]:
    """A prestatie is credited a second time."""
    for i in d.honoraria:
        first, second = (_credit(d, i, name, text(d.details[i], "0432")) for name in ("CREDIT", "WEER"))
        yield Mutant(d.loose(i, second, 2), earlier=(d.message(), d.loose(i, first)))


@mutation("0433-5", "a set of records in a Wlz message")
def part_credited(d: MutableDeclaration) -> Iterator[Mutant]:
    """Of a set only the 01 is credited."""
    if d.wlz:
        for i in d.prestaties:
            if text(d.details[i], "0409") == "01" and d.debet(i):
                yield Mutant(d.loose(i, _credit(d, i, "CREDIT", text(d.details[i], "0432"))), earlier=(d.message(),))

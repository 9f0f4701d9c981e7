"""What a single rubriek of a declaration may hold, said once more and apart from the checks: by the layout, INV and the store.

For `tests/mutants.py`, which changes one rubriek of a declaration that is approved in full. A rubriek without an entry may
hold nothing else than it did: where it is changed, an approval is a wrong one.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

Rubrieken = Mapping[str, str]
"""Rubrieken of a record by number, in their full length."""


class Change(NamedTuple):
    """One rubriek that holds something else: its record, with the new value, and what stands around it.

    `before` is what it held; `store` are the lists of the store by name; `others` are the values of that rubriek in the other
    records of its kind.
    """

    rubriek: str
    before: str
    record: Rubrieken
    voorloop: Rubrieken
    days: tuple[str, ...]
    others: tuple[str, ...]
    store: Mapping[str, list[dict[str, Any]]]
    today: dt.date

    @property
    def value(self) -> str:
        """What the rubriek holds now."""
        return self.record[self.rubriek]

    def number(self, rubriek: str) -> int:
        """An amount or number of the record."""
        return int(self.record[rubriek])

    def filled(self, rubriek: str) -> bool:
        """Whether a rubriek of the record holds anything."""
        return self.record[rubriek].strip(" 0") != ""


def _date(value: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value) if re.fullmatch("[0-9]{8}", value) else None
    except ValueError:
        return None


def _left(value: str) -> bool:
    """Empty, or left aligned."""
    return not value.startswith(" ") or not value.strip()


def _left_filled(value: str) -> bool:
    return _left(value) and value.strip() != ""


def _digits(value: str) -> bool:
    return re.fullmatch("[0-9]+", value) is not None


def _name(value: str) -> bool:
    return _left_filled(value) and value.strip(" 0") != ""


def _periods(c: Change) -> bool:
    begin, end, made = (_date(c.voorloop[number]) for number in ("0114", "0115", "0117"))
    latest = max(_date(day) or dt.date.max for day in c.days)
    return bool(begin and end and made and begin <= end <= made <= c.today and latest <= made)


def _agb(value: str, store: Mapping[str, list[dict[str, Any]]]) -> bool:
    """The register decides, where the store has one."""
    known = [row["agb"] for row in store.get("zorgaanbieders", ())]
    return _digits(value) and value[:2] != "00" and value[2:] != "000000" and (not known or value in known)


def _day(c: Change) -> bool:
    day, made = _date(c.value), _date(c.voorloop["0117"])
    return day is not None and made is not None and dt.date(2008, 2, 1) <= day <= made


def _prestatie(c: Change) -> dict[str, Any] | None:
    rows = [row for row in c.store.get("prestatiecodes", ()) if row["code"] == c.record["0413"].strip()]
    return rows[-1] if rows else None


def _costs(c: Change) -> bool:
    """INV 4.4.1, 4.4.2: what was bought (02) may as well have been made in own management (04), and the other way round, as
    far as the prestatie knows either."""
    row = _prestatie(c)
    by_technician, by_laboratory = (bool(row and row.get(f"{what}kosten")) for what in ("techniek", "laboratorium"))
    known = row is None or (by_technician or by_laboratory if c.value == "02" else by_technician or not by_laboratory)
    return {c.before, c.value} == {"02", "04"} and known


def _needed(c: Change, place: str) -> bool:
    row = _prestatie(c)
    return bool(row and row.get(place))


def _in_list(c: Change) -> bool:
    """Another prestatie: what it needs must stand there, and it may not be cheaper than what is declared."""
    if not c.store.get("prestatiecodes"):
        return _left_filled(c.value) and re.fullmatch("[A-Z]00 *", c.value) is None
    row = _prestatie(c)
    places = {"element": "0415", "kaak": "0414", "vlak": "0416"}
    return row is not None and all(c.filled(number) for place, number in places.items() if row.get(place))


def _element(c: Change) -> bool:
    fdi = re.fullmatch("[1-4][1-8]|[5-8][1-5]|99", c.value) is not None
    return fdi or (c.value == "00" and not _needed(c, "element"))


def _surfaces(c: Change) -> bool:
    letters = c.value.rstrip(" ")
    if letters == "":
        return not _needed(c, "vlak")
    return re.fullmatch("[A-KM-UW-Z]+", letters) is not None and len({*letters}) == len(letters)


def _amounts(c: Change) -> bool:
    """INV 2.3.14, 2.3.16, 4.6.3: tariff times number less the reduction, to a cent; in units of five minutes a twelfth."""
    if not all(_digits(c.record[number]) for number in ("0424", "0425", "0426", "0428", "0430")):
        return False
    tariff, count, calculated, less = (c.number(number) for number in ("0424", "0425", "0426", "0428"))
    declared = c.number("0430")
    if count and c.record["0409"] == "03" and not (tariff or calculated or declared):  # Wlz: the hours have the amount
        return True
    if count == 0 or 0 in (tariff, calculated, declared) or (less and c.record["0410"] != "J"):
        return False
    wlz = c.voorloop["0102"] == "250"
    if (declared != calculated if wlz else declared > calculated) or (less and wlz):
        return False
    product = tariff * count
    whole = product - less - 1 <= calculated <= product - less
    return whole or calculated + less in (product // 12, -(-product // 12))


def _diagnosis(c: Change) -> bool:
    listing, code = c.record["0417"], c.record["0418"]
    if not _digits(listing) or not _digits(code) or listing not in ("000", "026"):
        return False
    return (listing == "000") == (code == "0000") and not (
        listing == "000" and c.record["0410"] == "J" and not c.record["0406"].strip() and c.voorloop["0102"] != "250"
    )


def _special(c: Change) -> bool:
    special, kind = c.record["0410"], c.record["0411"]
    if special == "N":
        return kind == "000" and not c.filled("0428")
    wlz = c.voorloop["0102"] == "250"
    return special == "J" and _digits(kind) and kind != "000" and (kind == "020") == wlz and _diagnosis(c)


def _partner(c: Change) -> bool:
    """INV 2.3.7: the second naamcode goes with the name of the partner."""
    code, name, prefix = c.record["0212"], c.record["0213"], c.record["0214"]
    if name.strip():
        return code == "2" and _name(name) and (not prefix.strip() or _name(prefix))
    return code == "0" and not prefix.strip()


_PAID = {"01": "0109", "02": "0110", "03": "0111", "04": "0112"}
_COUNTRIES = re.compile("[A-Z]{2}")


def _address(c: Change) -> bool:
    here, abroad, country = c.record["0217"], c.record["0218"], c.record["0221"]
    if here.strip():
        fits = re.fullmatch("[1-9][0-9]{3}[A-Z]{2}", here) is not None
        return fits and not abroad.strip() and country in ("  ", "NL")
    if abroad.strip():
        return _left(abroad) and _COUNTRIES.fullmatch(country) is not None and country != "NL"
    return country == "  " or _COUNTRIES.fullmatch(country) is not None


def _software(c: Change) -> bool:
    code, version = c.record["0106"], c.record["0107"]
    return _digits(code) and _left(version) and (code == "000000") == (version.strip() == "")


def _performing(c: Change) -> bool:
    who, specialism = c.record["0420"], c.record["0421"]
    if not _digits(who) or not _digits(specialism):
        return False
    return _agb(who, c.store) if c.filled("0420") else c.filled("0421")


VALID: Mapping[str, Callable[[Change], bool]] = {
    "0105": lambda c: c.value in "PT",
    "0106": _software,
    "0107": _software,
    "0109": lambda c: c.value == "00000000" or (c.value[:2] == "98" and _agb(c.value, c.store)),
    "0110": lambda c: _agb(c.value, c.store),
    "0111": lambda c: _agb(c.value, c.store) and c.value[2] == "0",
    "0112": lambda c: _agb(c.value, c.store),
    "0113": lambda c: c.value in _PAID and c.filled(_PAID[c.value]),
    "0114": _periods,
    "0115": _periods,
    "0116": lambda c: _left_filled(c.value),
    "0117": _periods,
    "0118": lambda c: c.value.strip() == "" or re.fullmatch("NL[0-9]{9}B[0-9]{2}", c.value) is not None,
    # Beside a BSN the insurer may not object to the number, whatever it is (INV 2.3.5).
    "0205": lambda c: c.voorloop["0102"] != "250" and c.record["0203"] != "999999999",
    "0206": lambda c: _left(c.value),
    "0208": lambda c: c.value in "12",
    "0210": lambda c: _name(c.value),
    "0211": lambda c: c.value.strip() == "" or _name(c.value),
    "0212": _partner,
    "0213": _partner,
    "0214": _partner,
    "0215": lambda c: _left_filled(c.value),
    "0216": lambda c: c.value in "01234",
    "0217": _address,
    "0218": _address,
    "0219": lambda c: _digits(c.value),
    "0220": lambda c: _left(c.value),
    "0221": _address,
    "0223": lambda c: c.value in "12",
    "0406": lambda c: c.value.strip() == "",
    "0408": _day,
    "0409": _costs,
    "0410": _special,
    "0411": _special,
    "0413": _in_list,
    "0414": lambda c: c.value in "12" or (c.value == "0" and not _needed(c, "kaak")),
    "0415": _element,
    "0416": _surfaces,
    "0417": _diagnosis,
    "0418": _diagnosis,
    "0419": lambda c: c.value in "JNO ",
    "0420": _performing,
    "0421": _performing,
    "0422": lambda c: c.value == "00000000" or (_digits(c.value) and c.value[:2] != "00" and c.value[2:] != "000000"),
    "0423": lambda c: _digits(c.value),
    "0424": _amounts,
    "0425": _amounts,
    "0426": _amounts,
    "0428": lambda c: _amounts(c) and _special(c),
    "0429": lambda c: c.value in ("0000", "0600", "0900", "1900", "2100"),
    "0430": _amounts,
    "0432": lambda c: _left_filled(c.value) and c.value not in c.others,
    "0433": lambda c: (
        _left(c.value) and (not c.value.strip() or (c.value != c.record["0432"] and c.value not in c.others))
    ),
    "9804": lambda c: _left_filled(c.value),
}
"""For each rubriek that may hold something else, whether its new value is a valid one."""

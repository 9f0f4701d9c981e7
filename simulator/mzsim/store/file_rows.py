"""Rows of the store as a store file would write them, for people who ask what decided. Plain SQL, as in `facts.py`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from mzsim.domain.earlier.credits import EarlierRecord
from mzsim.domain.findings import Row
from mzsim.standard.values import as_bytes, as_euro, as_iso, number_and_birth
from mzsim.store.columns import PRESTATIES, as_json, of_prestaties
from mzsim.store.connection import Connection

Mask = Callable[[str], str] | None


def _same(stored: Any) -> Any:
    return stored


def _date(stored: str | dt.date) -> str:
    return stored if isinstance(stored, str) else stored.isoformat()


def _euro_within(stored: Any) -> dict[str, Any] | None:
    """A mapping whose `bedrag` is in cents, with a decimal string there; null where it holds that."""
    values: dict[str, Any] | None = as_json(stored)
    return values and {**values, "bedrag": as_euro(values["bedrag"])}


_TEXT = _NUMBER = _same
_DATE, _BOOL, _JSON, _EURO = _date, bool, as_json, as_euro
_Columns = Mapping[str, Callable[[Any], Any]]
"""Columns in order, each with what makes of what the driver gives what a store file writes; null stays null."""
_PERIOD: _Columns = {"ingang": _DATE, "einde": _DATE}
_LISTS: Mapping[str, tuple[str, _Columns]] = {
    "uzovi": (
        "uzovi",
        {"nummer": _TEXT, "naam": _TEXT, "soort": _TEXT, "edp": _BOOL, "label_van": _TEXT, "beleid": _JSON},
    ),
    "factuurnummers": (
        "factuurnummers",
        {"agb": _TEXT, "factuurnummer": _TEXT, "uzovi": _TEXT, "ontvangen": _DATE, "uitkomst": _TEXT},
    ),
    "zorgaanbieders": ("zorgaanbieders", {"agb": _TEXT, "soort": _TEXT, "naam": _TEXT, "werkt_in": _JSON}),
    "contracten": ("contracten", {"uzovi": _TEXT, "agb": _TEXT, **_PERIOD, "modules": _JSON}),
    "prestatiecodes": (
        "prestatiecodes",
        {
            "code": _TEXT,
            "omschrijving": _TEXT,
            **_PERIOD,
            "bevoegd": _JSON,
            **dict.fromkeys(("techniekkosten", "laboratoriumkosten", "element", "kaak", "vlak"), _BOOL),
        },
    ),
    "tarieven": (
        "tarieven",
        {"prestatiecode": _TEXT, "tarief": _EURO, "tarief_bijzonder": _EURO, "per_vijf_minuten": _BOOL, **_PERIOD},
    ),
    "combinatieregels": (
        "combinatieregels",
        {
            **dict.fromkeys(("nummer", "soort"), _TEXT),
            **dict.fromkeys(("prestaties", "tegenhanger", "behalve"), _JSON),
            **dict.fromkeys(("bereik", "plaats", "kaak"), _TEXT),
            **dict.fromkeys(("maanden", "dagen", "aantal"), _NUMBER),
            "zelfde_zorgaanbieder": _BOOL,
            **_PERIOD,
            **dict.fromkeys(("bron", "tekst"), _TEXT),
        },
    ),
    "codelijsten": ("codelijsten", {"lijst": _TEXT, "code": _TEXT, "omschrijving": _TEXT, **_PERIOD}),
    "dekkingen": (
        "dekkingen",
        {
            **dict.fromkeys(("uzovi", "pakket"), _TEXT),
            "volgnummer": _NUMBER,
            "id": _TEXT,
            **dict.fromkeys(("prestaties", "soort_prestatierecord"), _JSON),
            **dict.fromkeys(("leeftijd_vanaf", "leeftijd_tot"), _NUMBER),
            "bijzondere_tandheelkunde": _BOOL,
            "percentage": _NUMBER,
            "over": _TEXT,
            "eigen_bijdrage": _euro_within,
            "maximum_bedrag": _EURO,
            "maximum_aantal": _NUMBER,
            "per": _TEXT,
            "machtiging": _BOOL,
            "wachttijd_maanden": _NUMBER,
        },
    ),
    "polissen": (
        "polissen",
        {
            **dict.fromkeys(("uzovi", "bsn", "verzekerdennummer"), _TEXT),
            "geboortedatum": _DATE,
            "naam": _TEXT,
            **_PERIOD,
            "overleden": _DATE,
            "id": _NUMBER,
            "persoon": _TEXT,
        },
    ),
    "machtigingen": (
        "machtigingen",
        {
            **dict.fromkeys(("uzovi", "nummer", "bsn", "agb"), _TEXT),
            "prestaties": _JSON,
            **_PERIOD,
            "aantal": _NUMBER,
            "bedrag": _EURO,
            "status": _TEXT,
        },
    ),
    "prestaties": (
        PRESTATIES,
        {
            **dict.fromkeys(("b.uzovi", "b.agb", "b.factuurnummer"), _TEXT),
            "b.ontvangen": _DATE,
            **dict.fromkeys(("p.persoon", "p.datum", "p.soort", "p.prestatiecode", "p.behandelaar"), _TEXT),
            **dict.fromkeys(("p.gebitselement", "p.vlak", "p.kaak", "p.referentienummer"), _TEXT),
            "p.vorig_referentienummer": _TEXT,
            "p.aantal": _NUMBER,
            **dict.fromkeys(("p.declaratiebedrag", "p.toegekend_bedrag"), _EURO),
            "p.uitkomst": _TEXT,
            "p.beoordeeld": _BOOL,
            **dict.fromkeys(("p.id", "p.bericht_id"), _NUMBER),
        },
    ),
}
"""Where each list of a store file is, and its columns in order."""
_ORDER = {"prestaties": "p.id", "dekkingen": "volgnummer", "factuurnummers": "ontvangen", "zorgaanbieders": "agb"}
"""By what the others are in order that begin and end on no day."""
_PAKKETTEN = "SELECT pakket FROM polispakketten WHERE polis_id = :id ORDER BY volgnummer"
_CONTRACTTARIEF = (
    "SELECT t.tarief FROM contracttarieven t JOIN contracten c ON c.id = t.contract_id"
    " WHERE c.uzovi = :uzovi AND c.agb = :agb AND c.ingang = :ingang AND t.prestatiecode = :code"
)
_HIDDEN = {"polissen": ("id",), "prestaties": ("id", "bericht_id")}
"""Columns of the store that a store file doesn't have, by list."""
_PERSONAL = ("bsn", "verzekerdennummer", "naam")
"""Keys that say who somebody is."""
_WITHOUT_EMPTY = ("dekkingen", "combinatieregels")
"""Lists in whose lines most keys are left out."""


LISTS = tuple(_LISTS)
"""The lists whose rows can be shown."""


@lru_cache(maxsize=256)
def _order(listing: str, keys: tuple[str, ...]) -> tuple[str, tuple[tuple[str, Callable[[Any], Any]], ...]]:
    """The statement for the rows of a list under keys, without any for a piece of the whole list; and how each of its columns
    is called and read."""
    off, columns = _LISTS[listing]
    short = {column.rpartition(".")[2]: column for column in columns}
    where = f"WHERE {' AND '.join(f'{short[key]} = :{key}' for key in keys)}" if keys else ""
    ordering = "ingang" if "ingang" in columns else _ORDER.get(listing, "nummer")
    piece = "" if keys else f", {next(iter(columns))} LIMIT :most OFFSET :begin"
    order = f"SELECT {', '.join(columns)} FROM {off} {where} ORDER BY {ordering}{piece}"
    return order, tuple(zip(short, columns.values(), strict=True))


@lru_cache(maxsize=16)
def _earlier_records(keys: tuple[str, ...]) -> str:
    """The same of prestaties for those who look back, in the same order."""
    where = " AND ".join(f"{of_prestaties([key])} = :{key}" for key in keys)
    ordering = _ORDER["prestaties"]
    return f"SELECT {of_prestaties(EarlierRecord._fields)} FROM {PRESTATIES} WHERE {where} ORDER BY {ordering}"


def _as_in_file(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """A person by what the store knows him by (a polis has all that of its own), and a dekking by its place in the pakket,
    from 1."""
    for name, value in values.items():
        if name == "volgnummer":
            yield "dekking", value + 1
        elif name != "persoon":
            yield name, value
        elif "bsn" not in values:
            if (by_number := number_and_birth(value)) is None:
                yield "bsn", value
            else:
                number, born = by_number
                yield "verzekerdennummer", number
                yield "geboortedatum", f"{born[:4]}-{born[4:6]}-{born[6:]}"


def _in_euro(beleid: Mapping[str, Any]) -> dict[str, Any]:
    """Its amounts as a store file writes them."""
    duties = [
        duty | ({"boven_bedrag": as_euro(duty["boven_bedrag"])} if duty.get("boven_bedrag") is not None else {})
        for duty in beleid.get("machtigingsplichtig", ())
    ]
    amounts: dict[str, Any] = {"machtigingsplichtig": duties} if duties else {}
    without = beleid.get("niet_gecontracteerd", {})
    if "maximum" in without:
        most = {pattern: as_euro(amount) for pattern, amount in without["maximum"].items()}
        amounts["niet_gecontracteerd"] = {**without, "maximum": most}
    return {**beleid, **amounts}


class FileRows:
    """Answers which rows the store holds under a key.

    `for_message` leaves out prestaties received with it or later; `mask` hides who somebody is, None shows it.
    """

    def __init__(self, connection: Connection, for_message: int, mask: Mask = None) -> None:
        self._connection = connection
        self._for_message = for_message
        self._mask = mask
        # The same few rows decide over thousands of records.
        self.find = lru_cache(maxsize=4096)(self._find)

    def _find(self, listing: str, **key: str | int) -> tuple[Row, ...]:
        """The rows of a list under a key, in order; one that says so where there is none."""
        found = self._rows(listing, tuple(key), key)
        named = self._covered(listing, dict(_as_in_file(key)))
        rows = [
            # An id means nothing outside the store.
            Row(
                listing,
                {"referentienummer": row["referentienummer"]} if listing == "prestaties" and "id" in key else named,
                self._values(listing, row),
            )
            for row in found
            if listing != "prestaties" or row["bericht_id"] < self._for_message
        ]
        return tuple(rows) or (Row(listing, named, None),)

    def _rows(self, listing: str, keys: tuple[str, ...], values: Mapping[str, Any]) -> list[dict[str, Any]]:
        order, columns = _order(listing, keys)
        return [
            {name: None if value is None else read(value) for (name, read), value in zip(columns, row, strict=True)}
            for row in self._connection.rows(order, values)
        ]

    def piece(self, listing: str, begin: int, most: int) -> list[dict[str, Any]]:
        """So many lines of a whole list, as a store file has them, from place `begin` on (0-based)."""
        return [self._values(listing, row) for row in self._rows(listing, (), {"begin": begin, "most": most})]

    def count(self, listing: str) -> int:
        """How many lines a list has."""
        return int(self._connection.scalar(f"SELECT count(*) FROM {_LISTS[listing][0]}"))

    def prestaties(self, **key: str) -> tuple[tuple[EarlierRecord, Row], ...]:
        """The prestaties under a key, in order: each as those judge it who look back, and as `find` gives it."""
        found = self._connection.rows(_earlier_records(tuple(key)), key)
        earlier_records = [row for row in map(EarlierRecord._make, found) if row.bericht_id < self._for_message]
        return tuple(zip(earlier_records, self.find("prestaties", **key), strict=True)) if earlier_records else ()

    def _values(self, listing: str, row: Mapping[str, Any]) -> dict[str, Any]:
        values: dict[str, Any] = {
            name: value
            for name, value in _as_in_file(row)
            if name not in _HIDDEN.get(listing, ()) and not (value is None and listing in _WITHOUT_EMPTY)
        }
        if listing == "polissen":
            values["pakketten"] = self._connection.scalars(_PAKKETTEN, {"id": row["id"]})
        if listing == "uzovi":
            values["beleid"] = _in_euro(values["beleid"])
        return self._covered(listing, values)

    def _covered(self, listing: str, values: dict[str, Any]) -> dict[str, Any]:
        if listing == "prestaties" and "datum" in values:  # as the message has it
            values["datum"] = as_iso(as_bytes(values["datum"]))
        if self._mask is not None and listing != "uzovi":  # which is no person
            values.update((name, self._mask(values[name])) for name in _PERSONAL if values.get(name))
        return values

    def contracttarief(self, contract: Row, prestatiecode: str) -> Row:
        """A row of contracten with its tariff for one prestatiecode, null where it names none."""
        assert contract.waarden is not None
        values = contract.waarden
        key = {name: values[name] for name in ("uzovi", "agb")} | {"code": prestatiecode}
        tariff = self._connection.scalar(_CONTRACTTARIEF, key | {"ingang": values["ingang"]})
        was_read = None if tariff is None else as_euro(tariff)
        return contract._replace(waarden={**values, "tarieven": {prestatiecode: was_read}})

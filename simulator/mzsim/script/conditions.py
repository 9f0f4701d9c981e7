"""What a rule of a script may ask of a rubriek: a text with wildcards, one of several, or an amount or date within bounds."""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from mzsim.script.rules import AnsweredPart, Condition, pattern
from mzsim.standard.layout import CHARSET, RECORD_OF_KENMERK, Rubriek, layouts
from mzsim.standard.values import read_date

_HEEN = layouts("mz301")
_RUBRIEKEN = {rubriek.nummer: (kenmerk, rubriek) for kenmerk, layout in _HEEN.items() for rubriek in layout.rubrieken}
_KENMERKEN: Mapping[AnsweredPart, tuple[bytes, ...]] = {
    "bestand": (b"01", b"02", b"04"),
    "verzekerde": (b"01", b"02"),
    "prestatie": (b"01", b"02", b"04"),
}
_AMOUNTS = frozenset({"0424", "0426", "0428", "0430"})
_COUNTS = frozenset({"0425"})
_DATE = "EEJJMMDD"
_LIMITS: Mapping[str, Callable[[Any, Any], bool]] = {
    "boven": operator.gt,
    "vanaf": operator.ge,
    "hoogstens": operator.le,
    "onder": operator.lt,
}

Reader = Callable[[bytes], Any]
"""Reads a rubriek as a value to compare; None where it can't be read."""


def read_condition(number: str, value: Any, part: AnsweredPart) -> Condition | str:
    """A condition as the file gives it; where it makes none, what is wrong with it."""
    if number not in _RUBRIEKEN:
        return 'is no rubriek of a declaration; a rubriek is named by its four digits, as "0413"'
    kenmerk, rubriek = _RUBRIEKEN[number]
    if kenmerk not in _KENMERKEN[part]:
        names = " or ".join(RECORD_OF_KENMERK[k] for k in _KENMERKEN[part])
        return f"is of the {RECORD_OF_KENMERK[kenmerk]}; a rule on a {part} looks at rubrieken of the {names}"
    fits = _limits(rubriek, value) if isinstance(value, dict) else _texts(rubriek, value)
    return fits if isinstance(fits, str) else Condition(kenmerk, rubriek.plaats, fits)


def _texts(rubriek: Rubriek, value: Any) -> Callable[[bytes], bool] | str:
    texts = value if isinstance(value, list) else [value]
    if not texts:
        return "may not be empty"
    for text in texts:
        if what := _objection_to_text(rubriek, text):
            return what
    patterns = [pattern(text, numeric=rubriek.type == "N") for text in texts]
    return lambda content: any(fits(content) for fits in patterns)


def _objection_to_text(rubriek: Rubriek, text: Any) -> str | None:
    if not isinstance(text, str):
        return "must be text in quotes, a list of texts, or bounds ({boven: 100.00})"
    try:
        length = len(text.replace("*", "").encode(CHARSET))
    except UnicodeEncodeError:
        return "holds a character that a message has no place for (ISO 8859-1)"
    return f"can't match: the rubriek has {rubriek.length} positions" if length > rubriek.length else None


def _limits(rubriek: Rubriek, limits: Mapping[str, Any]) -> Callable[[bytes], bool] | str:
    kind = _kind(rubriek)
    if kind is None:
        return "has no bounds; these are for amounts, the aantal and dates"
    if not limits or not limits.keys() <= _LIMITS.keys():
        return f"must hold one or more of: {', '.join(_LIMITS)}"
    reader, to_value, form = kind
    predicates = []
    for name, limit in limits.items():
        value = to_value(limit)
        if value is None:
            return f"{name} must be {form}"
        predicates.append((_LIMITS[name], value))

    def fits(content: bytes) -> bool:
        was_read = reader(content)
        return was_read is not None and all(predicate(was_read, value) for predicate, value in predicates)

    return fits


def _kind(rubriek: Rubriek) -> tuple[Reader, Callable[[Any], Any], str] | None:
    if rubriek.nummer in _AMOUNTS:
        return _figure, _cents, "an amount in euro, as 100.00 (a number, without quotes)"
    if rubriek.nummer in _COUNTS:
        return _figure, _whole, "a whole number"
    if rubriek.pattern == _DATE:
        return read_date, _day, "a date (YYYY-MM-DD)"
    return None


def _figure(content: bytes) -> int | None:
    return int(content) if content.isdigit() else None


def _cents(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    cents = Decimal(value) * 100
    return int(cents) if cents == int(cents) and cents >= 0 else None


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _day(value: Any) -> dt.date | None:
    return value if isinstance(value, dt.date) else None

"""What a rule of a script may ask of a rubriek: a text with wildcards, one of several, or an amount or date within bounds."""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from mzsim.script.rules import Onderdeel, Voorwaarde, patroon
from mzsim.standard.layout import RECORD_VAN_KENMERK, TEKENSET, Rubriek, layouts
from mzsim.standard.values import lees_datum

_HEEN = layouts("mz301")
_RUBRIEKEN = {rubriek.nummer: (kenmerk, rubriek) for kenmerk, layout in _HEEN.items() for rubriek in layout.rubrieken}
_KENMERKEN: Mapping[Onderdeel, tuple[bytes, ...]] = {
    "bestand": (b"01", b"02", b"04"),
    "verzekerde": (b"01", b"02"),
    "prestatie": (b"01", b"02", b"04"),
}
_BEDRAGEN = frozenset({"0424", "0426", "0428", "0430"})
_AANTALLEN = frozenset({"0425"})
_DATUM = "EEJJMMDD"
_GRENZEN: Mapping[str, Callable[[Any, Any], bool]] = {
    "boven": operator.gt,
    "vanaf": operator.ge,
    "hoogstens": operator.le,
    "onder": operator.lt,
}

Lezer = Callable[[bytes], Any]
"""Reads a rubriek as a value to compare; None where it can't be read."""


def lees_voorwaarde(nummer: str, waarde: Any, deel: Onderdeel) -> Voorwaarde | str:
    """A condition as the file gives it; where it makes none, what is wrong with it."""
    if nummer not in _RUBRIEKEN:
        return 'is no rubriek of a declaration; a rubriek is named by its four digits, as "0413"'
    kenmerk, rubriek = _RUBRIEKEN[nummer]
    if kenmerk not in _KENMERKEN[deel]:
        namen = " or ".join(RECORD_VAN_KENMERK[k] for k in _KENMERKEN[deel])
        return f"is of the {RECORD_VAN_KENMERK[kenmerk]}; a rule on a {deel} looks at rubrieken of the {namen}"
    past = _grenzen(rubriek, waarde) if isinstance(waarde, dict) else _teksten(rubriek, waarde)
    return past if isinstance(past, str) else Voorwaarde(kenmerk, rubriek.plaats, past)


def _teksten(rubriek: Rubriek, waarde: Any) -> Callable[[bytes], bool] | str:
    teksten = waarde if isinstance(waarde, list) else [waarde]
    if not teksten:
        return "may not be empty"
    for tekst in teksten:
        if wat := _bezwaar_tegen_tekst(rubriek, tekst):
            return wat
    patronen = [patroon(tekst, numeriek=rubriek.type == "N") for tekst in teksten]
    return lambda inhoud: any(past(inhoud) for past in patronen)


def _bezwaar_tegen_tekst(rubriek: Rubriek, tekst: Any) -> str | None:
    if not isinstance(tekst, str):
        return "must be text in quotes, a list of texts, or bounds ({boven: 100.00})"
    try:
        lengte = len(tekst.replace("*", "").encode(TEKENSET))
    except UnicodeEncodeError:
        return "holds a character that a message has no place for (ISO 8859-1)"
    return f"can't match: the rubriek has {rubriek.lengte} positions" if lengte > rubriek.lengte else None


def _grenzen(rubriek: Rubriek, grenzen: Mapping[str, Any]) -> Callable[[bytes], bool] | str:
    soort = _soort(rubriek)
    if soort is None:
        return "has no bounds; these are for amounts, the aantal and dates"
    if not grenzen or not grenzen.keys() <= _GRENZEN.keys():
        return f"must hold one or more of: {', '.join(_GRENZEN)}"
    lezer, naar_waarde, vorm = soort
    toetsen = []
    for naam, grens in grenzen.items():
        waarde = naar_waarde(grens)
        if waarde is None:
            return f"{naam} must be {vorm}"
        toetsen.append((_GRENZEN[naam], waarde))

    def past(inhoud: bytes) -> bool:
        gelezen = lezer(inhoud)
        return gelezen is not None and all(toets(gelezen, waarde) for toets, waarde in toetsen)

    return past


def _soort(rubriek: Rubriek) -> tuple[Lezer, Callable[[Any], Any], str] | None:
    if rubriek.nummer in _BEDRAGEN:
        return _getal, _centen, "an amount in euro, as 100.00 (a number, without quotes)"
    if rubriek.nummer in _AANTALLEN:
        return _getal, _geheel, "a whole number"
    if rubriek.patroon == _DATUM:
        return lees_datum, _dag, "a date (YYYY-MM-DD)"
    return None


def _getal(inhoud: bytes) -> int | None:
    return int(inhoud) if inhoud.isdigit() else None


def _centen(waarde: Any) -> int | None:
    if isinstance(waarde, bool) or not isinstance(waarde, int | Decimal):
        return None
    centen = Decimal(waarde) * 100
    return int(centen) if centen == int(centen) and centen >= 0 else None


def _geheel(waarde: Any) -> int | None:
    return waarde if isinstance(waarde, int) and not isinstance(waarde, bool) else None


def _dag(waarde: Any) -> dt.date | None:
    return waarde if isinstance(waarde, dt.date) else None

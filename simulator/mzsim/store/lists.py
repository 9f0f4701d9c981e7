"""The lists that hold for everybody, each as a whole: prestatiecodes, national maxima, and code lists that are not public."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from mzsim.domain.facts import Codelijsten, ListedCode, PrestatiecodeFact, Prestatiecodes, TariffFact, Tariffs
from mzsim.standard.layout import layouts
from mzsim.standard.values import as_bytes, write_date
from mzsim.store.columns import Selection
from mzsim.store.connection import Connection


class _Prestatiecoderij(NamedTuple):
    code: str
    ingang: dt.date
    einde: dt.date | None
    bevoegd: list[str]
    techniekkosten: bool
    laboratoriumkosten: bool
    element: bool
    kaak: bool
    vlak: bool


class _Tariefrij(NamedTuple):
    prestatiecode: str
    ingang: dt.date
    einde: dt.date | None
    tarief: int
    tarief_bijzonder: int | None
    per_vijf_minuten: bool


class _Codelijstrij(NamedTuple):
    lijst: str
    code: str
    ingang: dt.date
    einde: dt.date | None


_PRESTATIECODES = Selection(_Prestatiecoderij, "FROM prestatiecodes ORDER BY code, ingang")
_TARIFFS = Selection(_Tariefrij, "FROM tarieven ORDER BY prestatiecode, ingang")
_CODELIJSTEN = Selection(_Codelijstrij, "FROM codelijsten ORDER BY lijst, code, ingang")

_CODE_LENGTH = layouts("mz301")[b"04"]["0413"].length


def as_rubriek(prestatiecode: str) -> bytes:
    """A prestatiecode as rubriek 0413 holds it."""
    return as_bytes(prestatiecode.ljust(_CODE_LENGTH))


def last_day(end: dt.date | None) -> bytes | None:
    return None if end is None else write_date(end)


def prestatiecodes(connection: Connection) -> Prestatiecodes:
    """The prestatiecodelijst as a whole; empty where the store holds none."""
    found: dict[bytes, list[PrestatiecodeFact]] = {}
    for row in _PRESTATIECODES.rows(connection):
        fact = PrestatiecodeFact(
            start=write_date(row.ingang),
            end=last_day(row.einde),
            bevoegd=frozenset(as_bytes(kind[:2]) for kind in row.bevoegd),
            techniekkosten=row.techniekkosten,
            laboratoriumkosten=row.laboratoriumkosten,
            element=row.element,
            kaak=row.kaak,
            vlak=row.vlak,
        )
        found.setdefault(as_rubriek(row.code), []).append(fact)
    return {code: tuple(periods) for code, periods in found.items()}


def tariffs(connection: Connection) -> Tariffs:
    """The national maxima."""
    found: dict[bytes, list[TariffFact]] = {}
    for row in _TARIFFS.rows(connection):
        fact = TariffFact(
            start=write_date(row.ingang),
            end=last_day(row.einde),
            tariff=row.tarief,
            special=row.tarief_bijzonder,
            per_vijf_minuten=row.per_vijf_minuten,
        )
        found.setdefault(as_rubriek(row.prestatiecode), []).append(fact)
    return {code: tuple(periods) for code, periods in found.items()}


def codelijsten(connection: Connection) -> Codelijsten:
    """What the store holds of code lists that are not public."""
    found: dict[str, dict[bytes, list[ListedCode]]] = {}
    for row in _CODELIJSTEN.rows(connection):
        periods = found.setdefault(row.lijst, {}).setdefault(as_bytes(row.code), [])
        periods.append(ListedCode(write_date(row.ingang), last_day(row.einde)))
    return found

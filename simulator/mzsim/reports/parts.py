"""What a practice placed, and what became of it: implantaten, drukknoppen, steggen and protheses, and their repairs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from mzsim.domain.teeth import GEEN_ELEMENT, GEEN_KAAK, KAKEN, kaak_van
from mzsim.reports.implantologiecodes import (
    PROTHESE,
    REPAREERT,
    VERVANGT,
    Implantologiecode,
    implantologiecodes,
)
from mzsim.reports.practice import Prestatie


class Onderdeel(NamedTuple):
    """One implantaat, drukknop, steg or prothese; `vervangen` is the day on which another took its place."""

    soort: str
    persoon: str
    code: str
    geplaatst: dt.date
    vervangen: dt.date | None


class Reparatie(NamedTuple):
    """One repair of a prosthesis; `geplaatst` is the day of the treatment, None where the practice placed none."""

    persoon: str
    code: str
    datum: dt.date
    geplaatst: dt.date | None


class Verloop(NamedTuple):
    """Everything that a practice placed and repaired."""

    onderdelen: tuple[Onderdeel, ...]
    reparaties: tuple[Reparatie, ...]


@dataclass(slots=True)
class _Stuk:
    """An onderdeel in the mouth, where it is as far as that is known."""

    code: str
    geplaatst: dt.date
    element: str
    kaak: str
    vervangen: dt.date | None = None


def volg(prestaties: Iterable[Prestatie]) -> Verloop:
    """Follows every onderdeel of every verzekerde from the day on which it was placed."""
    codes = implantologiecodes()
    van_belang = ((p, codes[p.code]) for p in prestaties if codes[p.code].rol)
    ingrepen = sorted(van_belang, key=lambda ingreep: (ingreep[0].persoon, ingreep[1].onderdeel, ingreep[0]))
    onderdelen: list[Onderdeel] = []
    reparaties: list[Reparatie] = []
    for (persoon, soort), groep in groupby(ingrepen, key=lambda i: (i[0].persoon, i[1].onderdeel)):
        eigen = list(groep)
        stukken = _volg_een(eigen)
        onderdelen += [Onderdeel(soort, persoon, s.code, s.geplaatst, s.vervangen) for s in stukken]
        if soort == PROTHESE:
            reparaties += _reparaties(eigen, stukken)
    return Verloop(tuple(onderdelen), tuple(reparaties))


def _volg_een(ingrepen: Sequence[tuple[Prestatie, Implantologiecode]]) -> list[_Stuk]:
    """The onderdelen of one kind of one verzekerde. What is placed on one day stands beside the rest of that day."""
    stukken: list[_Stuk] = []
    for dag, van_de_dag in groupby(ingrepen, key=lambda i: i[0].datum):
        nieuw: list[_Stuk] = []
        for p, code in van_de_dag:
            if code.rol == REPAREERT:
                continue
            for _ in range(p.aantal * code.stuks):
                stuk = _Stuk(p.code, dag, _element(p), _kaak(p, code))
                oud = _voorganger(stuk, stukken, gezegd=code.rol == VERVANGT)
                if oud is not None:
                    oud.vervangen = dag
                nieuw.append(stuk)
        stukken += nieuw
    return stukken


def _voorganger(nieuw: _Stuk, stukken: Sequence[_Stuk], *, gezegd: bool) -> _Stuk | None:
    """What a new onderdeel takes the place of: in the same element, else the last one of that kaak.

    Where the code does not say that it replaces (`gezegd`), only an onderdeel in the same place is replaced: an implant
    in another element, or beside two of which the element is not known, is one more.
    """
    mogelijk = [s for s in stukken if s.vervangen is None and _past(nieuw, s, gezegd=gezegd)]
    return max(mogelijk, key=lambda s: (s.element == nieuw.element, s.geplaatst), default=None)


def _past(nieuw: _Stuk, oud: _Stuk, *, gezegd: bool) -> bool:
    if nieuw.element and oud.element:
        return nieuw.element == oud.element
    if not gezegd and (nieuw.element or oud.element):
        return False
    return _zelfde_kaak(nieuw.kaak, oud.kaak)


def _zelfde_kaak(een: str, ander: str) -> bool:
    return een == ander or not (een and ander)


def _element(p: Prestatie) -> str:
    return "" if p.element == GEEN_ELEMENT else p.element


def _kaak(p: Prestatie, code: Implantologiecode) -> str:
    van_element = kaak_van(GEEN_KAAK, p.element)
    return next((kaak for kaak in (van_element, p.kaak) if kaak in KAKEN), code.kaak)


def _reparaties(
    ingrepen: Sequence[tuple[Prestatie, Implantologiecode]], stukken: Sequence[_Stuk]
) -> Iterable[Reparatie]:
    for p, code in ingrepen:
        if code.rol != REPAREERT:
            continue
        kaak = _kaak(p, code)
        eerder = (s.geplaatst for s in stukken if s.geplaatst < p.datum and _zelfde_kaak(kaak, s.kaak))
        geplaatst = max(eerder, default=None)
        yield from [Reparatie(p.persoon, p.code, p.datum, geplaatst)] * (p.aantal * code.stuks)

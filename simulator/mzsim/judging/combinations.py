"""Judges the prestaties of one verzekerde by the rules on combinations (NZa): pure functions of plain values.

The objection is on the record whose code a rule is about. Of two prestaties that exclude each other the other one gets
an objection only by a rule of its own: which of the two was meant is for the declarant to say, and a record that no rule
is about was declared as it may be. What a record doesn't tell (its element, its jaw) is never held against it. A wildcard
or list of tegenhangers never means the record's own code, but for an interval: how often a prestatie may be declared is
for a maximum to say.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeVar

from mzsim.domain.combination_rules import MAXIMUM, ZITTING, Combinatieregel, Regelset
from mzsim.domain.teeth import plaats

TE_SNEL, COMBINATIE = "0413-9", "0413-10"
"""The checks of an interval and of every other rule."""
_NOOIT = "99999999"

V = TypeVar("V")


class Lid(NamedTuple):
    """A debet record 01 that can be read, as rules see it; equal records are one. Dates are EEJJMMDD, kaak 0 and element
    00 stand for none, `aantal` is rubriek 0425, and `eigen` says whether the party that is paid now declared it."""

    datum: str
    code: str
    kaak: str
    element: str
    vlak: str
    behandelaar: str
    aantal: int
    eigen: bool = True

    @property
    def prestatie(self) -> tuple[str, ...]:
        """What makes it the same prestatie as another (of one verzekerde): its day and what `PrestatieKey` has of a record
        01. A test holds the two equal; to make that key of every record would take longer than the rules do."""
        return self[:6]


Leden = Mapping[Lid, Sequence[int]]
"""The records of a verzekerde in the message, with the lines on which each stands, in order."""
_Groep = tuple[str, str]
"""Time and place within which a rule looks."""


class Bezwaar(NamedTuple):
    """What a rule objects to: the line of the record, the check that says so, and the rule."""

    regel: int
    controle: str
    combinatieregel: Combinatieregel


def beoordeel(regels: Regelset, leden: Leden, eerder: Iterable[Lid] = ()) -> Iterator[Bezwaar]:
    """What the rules object to. `eerder` was granted before and not credited since.

    The same prestatie that was granted before is no other one: whether it can be granted again is not for these rules.
    """
    eerdere = list(eerder)
    if eerdere:
        in_bestand = {lid.prestatie for lid in leden}
        eerdere = [lid for lid in eerdere if lid.prestatie not in in_bestand]
    dragers: defaultdict[int, list[Lid]] = defaultdict(list)
    tegenhangers: defaultdict[int, list[Lid]] = defaultdict(list)
    eerder_geteld: defaultdict[int, list[Lid]] = defaultdict(list)
    for lid in leden:
        for bit, regel in regels.van(regels.klasse(lid.code).draagt):
            if regel.in_kracht(lid.datum) and (regel.kaak is None or _kaak(lid) == regel.kaak):
                dragers[bit].append(lid)
    gedragen = sum(dragers)
    for lid in (*leden, *eerdere):
        for bit, regel in regels.van(regels.klasse(lid.code).tegen & gedragen):
            if lid.eigen or not regel.eigen_partij:
                tegenhangers[bit].append(lid)
    for lid in eerdere:
        for bit, regel in regels.van(regels.klasse(lid.code).draagt & regels.maxima & gedragen):
            if lid.eigen or not regel.eigen_partij:
                eerder_geteld[bit].append(lid)
    for bit, regel in regels.van(gedragen):
        if regel.soort == MAXIMUM:
            te_veel = _maximum(regel, dragers[bit], tegenhangers[bit], eerder_geteld[bit], leden)
            yield from (Bezwaar(nummer, COMBINATIE, regel) for nummer in te_veel)
            continue
        toets, controle = _TOETSEN[regel.soort]
        gevonden = toets(regel, dragers[bit], tegenhangers[bit], leden)
        yield from (Bezwaar(nummer, controle, regel) for nummer in gevonden)


def _kaak(lid: Lid) -> str | None:
    return plaats("kaak", lid.kaak, lid.element, lid.vlak)


def _plaats(regel: Combinatieregel, lid: Lid) -> str | None:
    return plaats(regel.plaats, lid.kaak, lid.element, lid.vlak)


def _niet_met(
    regel: Combinatieregel, dragers: Sequence[Lid], tegenhangers: Sequence[Lid], leden: Leden
) -> Iterator[int]:
    codes: defaultdict[_Groep, set[str]] = defaultdict(set)
    for lid in tegenhangers:
        if (plek := _plaats(regel, lid)) is not None:
            codes[regel.tijd(lid.datum), plek].add(lid.code)
    for lid in dragers:
        plek = _plaats(regel, lid)
        if plek is not None and codes.get((regel.tijd(lid.datum), plek), set()) - {lid.code}:
            yield from leden[lid]


def _alleen_met(
    regel: Combinatieregel, dragers: Sequence[Lid], tegenhangers: Sequence[Lid], leden: Leden
) -> Iterator[int]:
    codes: defaultdict[str, defaultdict[str | None, set[str]]] = defaultdict(lambda: defaultdict(set))
    for lid in tegenhangers:
        codes[regel.tijd(lid.datum)][_plaats(regel, lid)].add(lid.code)
    for lid in dragers:
        if not any(gevonden - {lid.code} for gevonden in _mogelijk(codes[regel.tijd(lid.datum)], _plaats(regel, lid))):
            yield from leden[lid]


def _alleen_na(
    regel: Combinatieregel, dragers: Sequence[Lid], tegenhangers: Sequence[Lid], leden: Leden
) -> Iterator[int]:
    if regel.bereik == ZITTING:  # in which order a sitting went no record says
        yield from _alleen_met(regel, dragers, tegenhangers, leden)
        return
    dagen = _dagen(regel, tegenhangers)
    for lid in dragers:
        vorige = (_laatste(per_code, lid, tot_en_met=True) for per_code in _mogelijk(dagen, _plaats(regel, lid)))
        if not any(dag and lid.datum <= (_duurt_tot(regel, dag) or _NOOIT) for dag in vorige):
            yield from leden[lid]


def _niet_na(
    regel: Combinatieregel, dragers: Sequence[Lid], tegenhangers: Sequence[Lid], leden: Leden
) -> Iterator[int]:
    dagen = _dagen(regel, tegenhangers)
    for lid in dragers:
        plek = _plaats(regel, lid)
        dag = None if plek is None else _laatste(dagen.get(plek, {}), lid, tot_en_met=False)
        if dag and lid.datum <= (_duurt_tot(regel, dag) or _NOOIT):
            yield from leden[lid]


def _interval(
    regel: Combinatieregel, dragers: Sequence[Lid], tegenhangers: Sequence[Lid], leden: Leden
) -> Iterator[int]:
    dagen = _dagen(regel, tegenhangers)
    eigen: defaultdict[tuple[str | None, str], list[tuple[str, int]]] = defaultdict(list)
    codes = {lid.code for lid in dragers}
    for lid in tegenhangers:
        if lid.code in codes:
            eigen[_plaats(regel, lid), lid.code] += [(lid.datum, nummer) for nummer in leden.get(lid, (0,))]
    for rij in eigen.values():
        rij.sort()
    for lid in dragers:
        plek = _plaats(regel, lid)
        if plek is None:
            continue
        ander = _laatste(dagen.get(plek, {}), lid, tot_en_met=True)
        zelfde = eigen.get((plek, lid.code), [])
        for nummer in leden[lid]:
            # Of two on one day the second comes too soon.
            ervoor = bisect_left(zelfde, (lid.datum, nummer))
            dag = max(ander or "", zelfde[ervoor - 1][0] if ervoor else "")
            if dag and lid.datum < (_duurt_tot(regel, dag) or ""):
                yield nummer


_Toets = Callable[[Combinatieregel, Sequence[Lid], Sequence[Lid], Leden], Iterator[int]]
_TOETSEN: dict[str, tuple[_Toets, str]] = {
    "niet_met": (_niet_met, COMBINATIE),
    "alleen_met": (_alleen_met, COMBINATIE),
    "alleen_na": (_alleen_na, COMBINATIE),
    "niet_na": (_niet_na, COMBINATIE),
    "interval": (_interval, TE_SNEL),
}


def _maximum(
    regel: Combinatieregel,
    dragers: Sequence[Lid],
    tegenhangers: Sequence[Lid],
    eerder: Sequence[Lid],
    leden: Leden,
) -> Iterator[int]:
    """Lines that exceed a maximum, in order of datum and file; what exceeds it doesn't use it up for what comes after."""
    assert regel.aantal is not None
    groepen: defaultdict[_Groep, list[Lid]] = defaultdict(list)
    for lid in dragers:
        if (plek := _plaats(regel, lid)) is not None:
            groepen[regel.tijd(lid.datum), plek].append(lid)
    op = _tel(regel, eerder, leden)
    per = _tel(regel, tegenhangers, leden)
    for groep, deel in groepen.items():
        ruimte = regel.aantal
        if regel.tegenhanger:
            if not per[groep]:
                continue
            ruimte *= per[groep]
        ruimte -= op[groep]
        for _, nummer, aantal in sorted((lid.datum, nummer, lid.aantal) for lid in deel for nummer in leden[lid]):
            if aantal > ruimte:
                yield nummer
            else:
                ruimte -= aantal


def _tel(regel: Combinatieregel, geteld: Collection[Lid], leden: Leden) -> defaultdict[_Groep, int]:
    aantallen: defaultdict[_Groep, int] = defaultdict(int)
    for lid in geteld:
        if (plek := _plaats(regel, lid)) is not None:
            aantallen[regel.tijd(lid.datum), plek] += lid.aantal * len(leden.get(lid, (0,)))
    return aantallen


_Dagen = dict[str, list[str]]
"""Days by prestatiecode, in order."""


def _dagen(regel: Combinatieregel, tegenhangers: Iterable[Lid]) -> dict[str | None, _Dagen]:
    """The days of tegenhangers by place."""
    dagen: defaultdict[str | None, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for lid in tegenhangers:
        dagen[_plaats(regel, lid)][lid.code].add(lid.datum)
    return {plek: {code: sorted(op) for code, op in per_code.items()} for plek, per_code in dagen.items()}


def _laatste(per_code: _Dagen, lid: Lid, *, tot_en_met: bool) -> str | None:
    """The last day on which another code stands before the day of a record, or on it."""
    zoek = bisect_right if tot_en_met else bisect_left
    return max(
        (dagen[tot - 1] for code, dagen in per_code.items() if code != lid.code and (tot := zoek(dagen, lid.datum))),
        default=None,
    )


def _mogelijk(per_plaats: Mapping[str | None, V], plek: str | None) -> Iterator[V]:
    """What may be at a place: there, or where no record tells."""
    if plek is None:
        yield from per_plaats.values()
        return
    yield from (per_plaats[hier] for hier in (plek, None) if hier in per_plaats)


def _duurt_tot(regel: Combinatieregel, datum: str) -> str | None:
    """The day at the end of the maanden or dagen of a rule from a day on; None where it has none."""
    return _later(datum, regel.maanden, regel.dagen) if regel.maanden or regel.dagen else None


@lru_cache(maxsize=4096)
def _later(datum: str, maanden: int | None, dagen: int | None) -> str | None:
    dag = dt.date(int(datum[:4]), int(datum[4:6]), int(datum[6:]))
    try:
        if dagen:
            return (dag + dt.timedelta(days=dagen)).strftime("%Y%m%d")
        jaar, maand = divmod(dag.year * 12 + dag.month - 1 + (maanden or 0), 12)
        return f"{jaar:04d}{maand + 1:02d}{min(dag.day, monthrange(jaar, maand + 1)[1]):02d}"
    except (OverflowError, ValueError):  # behind the last year that a calendar has
        return _NOOIT

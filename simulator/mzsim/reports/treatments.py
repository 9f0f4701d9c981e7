"""Which requests are of one treatment, what counts as approved, and which treatments were performed.

Source: VGZ, Implantologiescores. A request that had to be made again is of the same treatment and counts once; other
treatments of the same patient count apart. A request for what needs none counts as rejected: the portal shows it as
vervallen.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

from mzsim.reports.implantologiecodes import JA, NEE, implantologiecodes, machtiging_nodig
from mzsim.reports.practice import AFGEGEVEN, MACHTIGINGSVRIJ, Aanvraag, Praktijk

GEEN_NODIG_MODULE = "no machtiging is needed under the machtigingsvrije module"
GEEN_NODIG_BEHANDELING = "this treatment needs no machtiging"


class Aangevraagd(NamedTuple):
    """A treatment that a machtiging was asked for, once or again; `waarom` says why it counts as rejected, or None."""

    aanvragen: tuple[Aanvraag, ...]
    waarom: str | None


def aangevraagd(praktijk: Praktijk, van: dt.date, tot: dt.date) -> list[Aangevraagd]:
    """The treatments that a practice asked a machtiging for in a period (`tot` exclusive)."""
    in_periode = (a for a in praktijk.aanvragen if van <= a.ingang < tot)
    return [Aangevraagd(groep, _waarom_afgewezen(praktijk, groep)) for groep in per_behandeling(in_periode)]


def per_behandeling(aanvragen: Iterable[Aanvraag]) -> list[tuple[Aanvraag, ...]]:
    """Requests by treatment: those of one verzekerde that have a prestatie in common, be it through a third request.

    A machtiging names no kaak or element, so the prestaties are what tells one treatment from another.
    """
    groepen: list[tuple[Aanvraag, ...]] = []
    for _, eigen in groupby(sorted(aanvragen, key=lambda a: (a.persoon, a.ingang, a.nummer)), key=lambda a: a.persoon):
        van_persoon: list[tuple[Aanvraag, ...]] = []
        for aanvraag in eigen:
            erbij = [groep for groep in van_persoon if any(a.codes & aanvraag.codes for a in groep)]
            van_persoon = [groep for groep in van_persoon if groep not in erbij]
            van_persoon.append((*(a for groep in erbij for a in groep), aanvraag))
        groepen += van_persoon
    return groepen


def _waarom_afgewezen(praktijk: Praktijk, groep: tuple[Aanvraag, ...]) -> str | None:
    if all(praktijk.module(a.ingang) == MACHTIGINGSVRIJ for a in groep):
        return GEEN_NODIG_MODULE
    if not _behoeft_machtiging(praktijk, groep):
        return GEEN_NODIG_BEHANDELING
    if any(a.status == AFGEGEVEN for a in groep):
        return None
    return f"the machtiging is {groep[-1].status}"


def _behoeft_machtiging(praktijk: Praktijk, groep: tuple[Aanvraag, ...]) -> bool:
    codes = frozenset[str]().union(*(a.codes for a in groep))
    return any(machtiging_nodig(code, praktijk.machtigingsplichtig) != NEE for code in codes)


class Uitgevoerd(NamedTuple):
    """How many treatments were performed, and the requests of which something was."""

    aantal: int
    gebruikt: frozenset[Aanvraag]


def uitgevoerd(praktijk: Praktijk, van: dt.date, tot: dt.date) -> Uitgevoerd:
    """The treatments performed in a period that needed a machtiging, under the Standaardmodule at least.

    One for each treatment whose machtiging covers a prestatie of the period. Of a verzekerde without such a machtiging
    (a practice under the machtigingsvrije module asks for none) what always needs one is one treatment.
    """
    aanvragen: defaultdict[str, list[Aanvraag]] = defaultdict(list)
    for a in praktijk.aanvragen:
        aanvragen[a.persoon].append(a)
    gebruikt: set[Aanvraag] = set()
    ongedekt: set[str] = set()
    for p in praktijk.prestaties:
        if van <= p.datum < tot:
            dekkend = [a for a in aanvragen[p.persoon] if a.dekt(p)]
            gebruikt.update(dekkend)
            if not dekkend and _altijd_nodig(praktijk, p.code):
                ongedekt.add(p.persoon)
    gemachtigd = [groep for groep in per_behandeling(gebruikt) if _behoeft_machtiging(praktijk, groep)]
    zonder = ongedekt - {groep[0].persoon for groep in gemachtigd}
    return Uitgevoerd(len(gemachtigd) + len(zonder), frozenset(gebruikt))


def _altijd_nodig(praktijk: Praktijk, code: str) -> bool:
    return implantologiecodes()[code].machtiging == JA and machtiging_nodig(code, praktijk.machtigingsplichtig) == JA

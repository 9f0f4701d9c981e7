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

from mzsim.reports.implantologiecodes import NO, YES, implantologiecodes, machtiging_needed
from mzsim.reports.practice import GIVEN, MACHTIGINGSVRIJ, Praktijk, Request

MODULE_NOT_NEEDED = "no machtiging is needed under the machtigingsvrije module"
TREATMENT_NOT_NEEDED = "this treatment needs no machtiging"


class Requested(NamedTuple):
    """A treatment that a machtiging was asked for, once or again; `why` says why it counts as rejected, or None."""

    requests: tuple[Request, ...]
    why: str | None


def requested(praktijk: Praktijk, of: dt.date, until: dt.date) -> list[Requested]:
    """The treatments that a practice asked a machtiging for in a period (`until` exclusive)."""
    in_period = (a for a in praktijk.requests if of <= a.start < until)
    return [Requested(group, _why_rejected(praktijk, group)) for group in per_treatment(in_period)]


def per_treatment(requests: Iterable[Request]) -> list[tuple[Request, ...]]:
    """Requests by treatment: those of one verzekerde that have a prestatie in common, be it through a third request.

    A machtiging names no kaak or element, so the prestaties are what tells one treatment from another.
    """
    groups: list[tuple[Request, ...]] = []
    for _, own in groupby(sorted(requests, key=lambda a: (a.person, a.start, a.number)), key=lambda a: a.person):
        of_person: list[tuple[Request, ...]] = []
        for request in own:
            added = [group for group in of_person if any(a.codes & request.codes for a in group)]
            of_person = [group for group in of_person if group not in added]
            of_person.append((*(a for group in added for a in group), request))
        groups += of_person
    return groups


def _why_rejected(praktijk: Praktijk, group: tuple[Request, ...]) -> str | None:
    if all(praktijk.module(a.start) == MACHTIGINGSVRIJ for a in group):
        return MODULE_NOT_NEEDED
    if not _needs_machtiging(praktijk, group):
        return TREATMENT_NOT_NEEDED
    if any(a.status == GIVEN for a in group):
        return None
    return f"the machtiging is {group[-1].status}"


def _needs_machtiging(praktijk: Praktijk, group: tuple[Request, ...]) -> bool:
    codes = frozenset[str]().union(*(a.codes for a in group))
    return any(machtiging_needed(code, praktijk.machtigingsplichtig) != NO for code in codes)


class Performed(NamedTuple):
    """How many treatments were performed, and the requests of which something was."""

    aantal: int
    used: frozenset[Request]


def performed(praktijk: Praktijk, of: dt.date, until: dt.date) -> Performed:
    """The treatments performed in a period that needed a machtiging, under the Standaardmodule at least.

    One for each treatment whose machtiging covers a prestatie of the period. Of a verzekerde without such a machtiging
    (a practice under the machtigingsvrije module asks for none) what always needs one is one treatment.
    """
    requests: defaultdict[str, list[Request]] = defaultdict(list)
    for a in praktijk.requests:
        requests[a.person].append(a)
    used: set[Request] = set()
    uncovered: set[str] = set()
    for p in praktijk.prestaties:
        if of <= p.date < until:
            covering = [a for a in requests[p.person] if a.covers(p)]
            used.update(covering)
            if not covering and _always_needed(praktijk, p.code):
                uncovered.add(p.person)
    authorised = [group for group in per_treatment(used) if _needs_machtiging(praktijk, group)]
    without = uncovered - {group[0].person for group in authorised}
    return Performed(len(authorised) + len(without), frozenset(used))


def _always_needed(praktijk: Praktijk, code: str) -> bool:
    return implantologiecodes()[code].machtiging == YES and machtiging_needed(code, praktijk.machtigingsplichtig) == YES

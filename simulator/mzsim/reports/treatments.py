"""Which requests are of one treatment, what counts as approved, and which treatments were performed.

Source: VGZ, Implantologiescores. A request that had to be made again is of the same treatment and counts once; other
treatments of the same patient count apart. A request for what needs none counts as rejected: the portal shows it as
vervallen. A machtiging names no kaak or element, so what was done on it tells one treatment from another (our choice).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from mzsim.domain.teeth import JAWS, NO_ELEMENT, jaw_of
from mzsim.reports.implantologiecodes import NO, YES, implantologiecodes, machtiging_needed
from mzsim.reports.practice import GIVEN, MACHTIGINGSVRIJ, PracticePrestatie, Praktijk, Request

MODULE_NOT_NEEDED = "no machtiging is needed under the machtigingsvrije module"
TREATMENT_NOT_NEEDED = "this treatment needs no machtiging"


class Requested(NamedTuple):
    """A treatment that a machtiging was asked for, once or again; `why` says why it counts as rejected, or None."""

    requests: tuple[Request, ...]
    why: str | None


def requested(praktijk: Praktijk, of: dt.date, until: dt.date) -> list[Requested]:
    """The treatments that a practice asked a machtiging for in a period (`until` exclusive)."""
    in_period = (a for a in praktijk.requests if of <= a.start < until)
    return [Requested(group, _why_rejected(praktijk, group)) for group in per_treatment(in_period, praktijk.prestaties)]


def per_treatment(requests: Iterable[Request], prestaties: Iterable[PracticePrestatie]) -> list[tuple[Request, ...]]:
    """Requests by treatment, each oldest first: `prestaties` are those that may have been done on them.

    A request is of the treatment of an earlier one of the same verzekerde where it has a prestatie in common with it, and
    that one was neither used nor at its end; so two treatments may turn out to be one. One that is refused where the
    treatment has its machtiging is another: a refusal is made good only by what is asked after it. Where several were
    given, and what was done on them is at several places, each is a treatment.
    """
    done: defaultdict[str, list[PracticePrestatie]] = defaultdict(list)
    for p in prestaties:
        done[p.person].append(p)
    treatments: list[tuple[Request, ...]] = []
    for person, own in groupby(sorted(requests, key=_in_order), key=lambda a: a.person):
        of_person: list[list[Request]] = []
        for request in own:
            same = [group for group in of_person if _asked_again(request, group, done[person])]
            of_person = [group for group in of_person if group not in same]
            of_person.append([*sorted((a for group in same for a in group), key=_in_order), request])
        for group in of_person:
            treatments += _by_place(group, done[person])
    return treatments


def _in_order(a: Request) -> tuple[str, dt.date, str]:
    return a.person, a.start, a.number


def _asked_again(request: Request, group: Sequence[Request], done: Sequence[PracticePrestatie]) -> bool:
    """Whether a request is for the treatment that an earlier group of requests is for."""
    if not any(a.codes & request.codes for a in group):
        return False
    given = [a for a in group if a.status == GIVEN]
    if given and request.status != GIVEN:
        return False
    if all(a.end is not None and a.end < request.start for a in group):
        return False
    return not any(a.covers(p) and p.date < request.start for a in given for p in done)


def _by_place(group: Sequence[Request], done: Sequence[PracticePrestatie]) -> list[tuple[Request, ...]]:
    """Cuts a group behind its first given requests, for each further place at which something was done on them."""
    given = [number for number, a in enumerate(group) if a.status == GIVEN]
    places = len(per_place([p for p in done if any(a.covers(p) for a in group)]))
    cuts = [0, *(number + 1 for number in given[: max(places, 1) - 1] if number + 1 < len(group)), len(group)]
    return [tuple(group[a:b]) for a, b in pairwise(cuts)]


def per_place(prestaties: Iterable[PracticePrestatie]) -> list[list[PracticePrestatie]]:
    """The prestaties of one verzekerde by treatment, as far as places and days tell: in one kaak, of one day or element.

    What names no kaak may belong to any, and what names no element to any of its kaak.
    """
    treatments: list[list[PracticePrestatie]] = []
    for p in sorted(prestaties):
        own = [group for group in treatments if any(_together(p, other) for other in group)]
        treatments = [group for group in treatments if group not in own]
        treatments.append([*(other for group in own for other in group), p])
    return treatments


def _together(one: PracticePrestatie, other: PracticePrestatie) -> bool:
    jaws = {jaw_of(p.jaw, p.element) for p in (one, other)} & JAWS
    elements = {p.element for p in (one, other)} - {NO_ELEMENT, ""}
    return len(jaws) < 2 and (one.date == other.date or len(elements) < 2)


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

    One for each treatment whose machtiging covers a prestatie of the period. What always needs one and was done without
    (a practice under the machtigingsvrije module asks for none) is told apart by place and day, as `per_place` does; where
    it was done with what a machtiging covers, it belongs to that treatment.
    """
    requests: defaultdict[str, list[Request]] = defaultdict(list)
    for a in praktijk.requests:
        requests[a.person].append(a)
    used: set[Request] = set()
    done: defaultdict[str, list[PracticePrestatie]] = defaultdict(list)
    uncovered: set[PracticePrestatie] = set()
    for p in praktijk.prestaties:
        if of <= p.date < until:
            covering = [a for a in requests[p.person] if a.covers(p)]
            used.update(covering)
            if not covering and _always_needed(praktijk, p.code):
                uncovered.add(p)
            if covering or p in uncovered:
                done[p.person].append(p)
    of_period = [p for own in done.values() for p in own]
    authorised = [group for group in per_treatment(used, of_period) if _needs_machtiging(praktijk, group)]
    without = [group for own in done.values() for group in per_place(own) if uncovered.issuperset(group)]
    return Performed(len(authorised) + len(without), frozenset(used))


def _always_needed(praktijk: Praktijk, code: str) -> bool:
    return implantologiecodes()[code].machtiging == YES and machtiging_needed(code, praktijk.machtigingsplichtig) == YES

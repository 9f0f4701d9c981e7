"""How far a pack reaches: per retourcode, outcome, kind of fault and requirement how often the software met it, and did right."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from mzsim.certification.grading import BookingKind, Grading, RetourVerdict
from mzsim.certification.pack import PackCase
from mzsim.checks import REGISTER
from mzsim.requirements import covered_by_checks, requirements
from mzsim.retour.bookings import BookingOutcome
from mzsim.standard.retourcodes import (
    FILE_REJECTED_BY_AGREEMENT,
    FULLY_GRANTED,
    FULLY_REJECTED,
    GOOD_BUT_REJECTED,
    NOT_JUDGED,
    REJECTED_FILE,
    retourcodes,
)

_WITHOUT_CHECK = (
    REJECTED_FILE,
    FULLY_GRANTED,
    NOT_JUDGED,
    FULLY_REJECTED,
    GOOD_BUT_REJECTED,
    FILE_REJECTED_BY_AGREEMENT,
)
"""Codes that a retour can hold without any check that gives them; 0200 says nothing and is not counted."""


class ReachCounts(NamedTuple):
    """How often something was met, how often the software did right by it, and how often it didn't say."""

    what: str
    meaning: str
    aantal: int
    good: int
    not_reported: int = 0


class Reach(NamedTuple):
    """What a pack holds of what there is."""

    codes: tuple[ReachCounts, ...]
    outcomes: tuple[ReachCounts, ...]
    faults: tuple[ReachCounts, ...]
    never_seen: tuple[ReachCounts, ...]
    """Retourcodes that can come back and that no retour of the pack held."""
    requirements: tuple[ReachCounts, ...]
    """Of each requirement that a retour is about; `what` is its id, `meaning` its source."""


def possible_codes() -> set[str]:
    """Every retourcode that a retour of this program can hold, by the register of checks; 0200 left out."""
    return {c.retourcode for c in REGISTER.values() if c.retourcode} | set(_WITHOUT_CHECK)


def reach(grading: Grading) -> Reach:
    """Counts over all retours of a pack."""
    count: dict[str, Counter[str]] = {
        kind: Counter() for kind in ("code", "goede_code", "stille_code", "uitkomst", "goede_uitkomst")
    }
    faulty: Counter[tuple[str, str]] = Counter()
    refused: Counter[tuple[str, str]] = Counter()
    for retour in grading.retours:
        if retour.bookkeeping is None:
            assert retour.retour.fault is not None
            kind = retour.retour.fault, retour.retour.says or ""
            faulty[kind] += 1
            refused[kind] += retour.good
        else:
            _tally(retour, count)
    listing = retourcodes()
    names = {code: listing[code].meaning if code in listing else "" for code in possible_codes() | set(count["code"])}
    return Reach(
        tuple(
            ReachCounts(code, names[code], n, count["goede_code"][code], count["stille_code"][code])
            for code, n in sorted(count["code"].items())
        ),
        tuple(ReachCounts(u, "", count["uitkomst"][u], count["goede_uitkomst"][u]) for u in BookingOutcome),
        tuple(ReachCounts(kind, says, n, refused[kind, says]) for (kind, says), n in sorted(faulty.items())),
        tuple(ReachCounts(code, names[code], 0, 0) for code in sorted(possible_codes() - set(count["code"]))),
        _requirements(grading),
    )


def _requirements(grading: Grading) -> tuple[ReachCounts, ...]:
    met: Counter[str] = Counter()
    good: Counter[str] = Counter()
    for verdict in grading.cases:
        for retour in verdict.retours:
            about = requirements_of(verdict.case, retour)
            met.update(about)
            good.update(about if retour.good else ())
    known = requirements()
    return tuple(ReachCounts(id, known[id].source, met[id], good[id]) for id in known if id in met)


def codes_of(retour: RetourVerdict) -> frozenset[str]:
    """The retourcodes of all records of a good retour, without 0200."""
    books = retour.bookkeeping
    return frozenset() if books is None else frozenset(books.codes).union(*(b.codes for b in books.bookings))


def requirements_of(case: PackCase, retour: RetourVerdict) -> frozenset[str]:
    """The ids of the requirements that a good retour is about.

    They are those of the checks, or the requirements, that the case names in its tags or its source; of a case that names
    none, those of the checks behind the codes that came back.
    """
    codes = codes_of(retour)
    if retour.bookkeeping is None:
        return frozenset()
    named = frozenset(_WORD.findall(" ".join((*case.tags, case.source or ""))))
    own = named.intersection(requirements()) | _of_checks(named.intersection(REGISTER))
    return own or _of_checks(frozenset(id for code in codes for id in _checks_of_codes().get(code, ())))


_WORD = re.compile(r"[\w.-]*[\w]")


@cache
def _of_checks(checks: frozenset[str]) -> frozenset[str]:
    return frozenset(requirement.id for requirement in covered_by_checks(checks))


@cache
def _checks_of_codes() -> Mapping[str, list[str]]:
    """The checks behind each retourcode, but for codes that stand in for others: those don't tell one check from another."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for check in REGISTER.values():
        if check.retourcode and not check.substitute:
            found[check.retourcode].append(check.id)
    return found


def _tally(retour: RetourVerdict, count: dict[str, Counter[str]]) -> None:
    assert retour.bookkeeping is not None
    for expected, _, good in retour.bookings:
        count["uitkomst"][expected.outcome] += 1
        count["goede_uitkomst"][expected.outcome] += good
        count["code"].update(expected.codes)
        count["goede_code"].update(expected.codes if good else ())
    codes = retour.bookkeeping.codes
    count["code"].update(codes)
    if not retour.codes_reported:
        count["stille_code"].update(codes)
    elif not any(defect.kind is BookingKind.RETOURCODES for defect in retour.defects):
        count["goede_code"].update(codes)

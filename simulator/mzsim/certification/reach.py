"""How far a pack reaches: per retourcode, outcome and kind of fault how often the software met it, and did right."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from mzsim.certification.grading import BookingKind, Grading, RetourVerdict
from mzsim.checks import REGISTER
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
    )


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

"""A certificate: what a profile asks of software, per role, and what of it the software showed."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from mzsim.certification.evidence import Shown, evidence, fits
from mzsim.certification.grading import Grading
from mzsim.certification.observations import Observation, Observations
from mzsim.certification.pack import Pack
from mzsim.certification.profile import Eis, Profile, Rol, Step


class Verdict(StrEnum):
    """What came of something that is asked: `open` where nothing is wrong, and not enough was shown."""

    PASSED = "passed"
    FAILED = "failed"
    OPEN = "open"


class EisVerdict(NamedTuple):
    """How much of what an eis chooses the software met, how much of it was right, and what was not.

    `short` are the kinds of fault, retourcodes and outcomes of which it showed fewer than the eis asks of each.
    """

    eis: Eis
    verdict: Verdict
    met: int
    right: int
    short: tuple[str, ...]
    wrong: tuple[Shown, ...]


class RoleVerdict(NamedTuple):
    """The verdict on a role: that of its musts."""

    role: Rol
    verdict: Verdict
    requirements: tuple[EisVerdict, ...]


class StepVerdict(NamedTuple):
    """What was seen of a step that no file shows, if anything."""

    step: Step
    verdict: Verdict
    seen: Observation | None


class About(NamedTuple):
    """What a report is about: who, which software, when, graded by which program; hashes are SHA-256.

    `pack` is the hash of `pack.json`, which has those of all files of a pack; `key` is None where the pack has no key.
    """

    vendor: str | None
    contact: str | None
    software: str | None
    date: dt.date
    version: str
    rules: str
    pack: str
    key: str | None
    result: str


class Certificate(NamedTuple):
    """The verdict by a profile, with what it is about."""

    about: About
    profile: Profile
    verdict: Verdict
    roles: tuple[RoleVerdict, ...]
    steps: tuple[StepVerdict, ...]
    observations: str | None
    """The hash of the file of waarnemingen."""
    practice: bool
    """Whether the pack was an open one, whose names tell what is faulty, where the profile asks for a blind one."""

    @property
    def good(self) -> bool:
        """Whether every must is met."""
        return self.verdict is Verdict.PASSED


def certify(pack: Pack, grading: Grading, profile: Profile, observations: Observations, about: About) -> Certificate:
    """Holds a grading against a profile."""
    shown = tuple(evidence(pack, grading))
    roles = tuple(_role(role, shown) for role in profile.roles)
    steps = tuple(_step(step, observations.of.get(step.id)) for step in profile.steps)
    practice = profile.blind and not pack.blind
    verdict = _together([*(role.verdict for role in roles), *_musts(steps), *([Verdict.OPEN] if practice else [])])
    return Certificate(about, profile, verdict, roles, steps, observations.sha256, practice)


def _role(role: Rol, shown: tuple[Shown, ...]) -> RoleVerdict:
    verdicts = tuple(_eis(eis, shown) for eis in role.eisen)
    return RoleVerdict(role, _together(v.verdict for v in verdicts if v.eis.verplicht), verdicts)


def _eis(eis: Eis, shown: tuple[Shown, ...]) -> EisVerdict:
    chosen = [one for one in shown if fits(eis.kies, one)]
    wrong = tuple(one for one in chosen if not one.right)
    right = len(chosen) - len(wrong)
    short = tuple(_short(eis, [one for one in chosen if one.right]))
    enough = right >= eis.minstens and not short
    verdict = Verdict.FAILED if wrong else Verdict.PASSED if enough else Verdict.OPEN
    return EisVerdict(eis, verdict, len(chosen), right, short, wrong)


def _short(eis: Eis, right: list[Shown]) -> Iterator[str]:
    if eis.minstens_van_elk is None:
        return
    found = Counter(kind for one in right for kind in (one.fault, one.outcome, *one.codes))
    yield from (kind for kinds in eis.kies.listed for kind in kinds if found[kind] < eis.minstens_van_elk)


def _step(step: Step, seen: Observation | None) -> StepVerdict:
    if seen is None:
        return StepVerdict(step, Verdict.OPEN, None)
    return StepVerdict(step, Verdict.PASSED if seen.uitkomst == "voldaan" else Verdict.FAILED, seen)


def _musts(steps: Iterable[StepVerdict]) -> Iterator[Verdict]:
    return (one.verdict for one in steps if one.step.verplicht)


def _together(verdicts: Iterable[Verdict]) -> Verdict:
    """One that failed fails all; one that is open leaves all open."""
    found = set(verdicts)
    return next((verdict for verdict in (Verdict.FAILED, Verdict.OPEN) if verdict in found), Verdict.PASSED)

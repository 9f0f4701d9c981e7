"""Grading for a report that is filed, and the certificate in it: as JSON, and as lines."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from mzsim.certification.certificate import About, Certificate, EisVerdict, RoleVerdict, StepVerdict, Verdict, certify
from mzsim.certification.grading import Grading, judge
from mzsim.certification.observations import NOTHING_SEEN, read_observations
from mzsim.certification.pack import Pack
from mzsim.certification.profile import Language, read_profile
from mzsim.certification.report import JunitTest, as_dict
from mzsim.certification.result import parse_report_back, read_result
from mzsim.common.version import __version__
from mzsim.presentation.parts import Part, Table
from mzsim.program import rules_of_this_program


class Wanted(NamedTuple):
    """What a certificate is asked for with; who, and which software, count where the result doesn't say."""

    profile: str
    date: dt.date
    observations: Path | None = None
    vendor: str | None = None
    contact: str | None = None
    software: str | None = None


class Graded(NamedTuple):
    """A grading, with the certificate where one is asked for."""

    grading: Grading
    certificate: Certificate | None

    @property
    def good(self) -> bool:
        """Whether the certificate is earned; without one whether everything is right."""
        return self.grading.good if self.certificate is None else self.certificate.good


def grade(pack: Pack, result: Path, wanted: Wanted | None) -> Graded:
    """Grades a result, once it is known that the profile and the waarnemingen can be used. Raises a MzsimError."""
    if wanted is None:
        return Graded(judge(pack, parse_report_back(result, read_result(result))), None)
    profile = read_profile(wanted.profile)
    seen = read_observations(wanted.observations, profile, wanted.date) if wanted.observations else NOTHING_SEEN
    content = read_result(result)
    report_back = parse_report_back(result, content)
    grading = judge(pack, report_back)
    about = About(
        vendor=report_back.vendor or wanted.vendor,
        contact=report_back.contact or wanted.contact,
        software=report_back.software or wanted.software,
        date=wanted.date,
        version=__version__,
        rules=rules_of_this_program(),
        pack=pack.sha256,
        key=pack.key,
        result=hashlib.sha256(content).hexdigest(),
    )
    return Graded(grading, certify(pack, grading, profile, seen, about))


def graded_as_dict(graded: Graded, language: Language) -> dict[str, Any]:
    """The whole report; titles of the profile in one language."""
    certificate = graded.certificate
    return {
        **as_dict(graded.grading),
        "certificate": None if certificate is None else _certificate(certificate, language),
    }


def _certificate(certificate: Certificate, language: Language) -> dict[str, Any]:
    about, profile = certificate.about, certificate.profile
    return {
        "profile": profile.name,
        "title": profile.title[language],
        "language": language,
        "verdict": str(certificate.verdict),
        "practice": certificate.practice,
        "vendor": about.vendor,
        "contact": about.contact,
        "software": about.software,
        "date": about.date.isoformat(),
        "program": {"version": about.version, "rules": about.rules},
        "sha256": {
            "pack": about.pack,
            "key": about.key,
            "result": about.result,
            "profile": profile.sha256,
            "waarnemingen": certificate.observations,
        },
        "roles": [_role(role, language) for role in certificate.roles],
        "waarnemingen": [_step(step, language) for step in certificate.steps],
    }


def _role(verdict: RoleVerdict, language: Language) -> dict[str, Any]:
    return {
        "role": verdict.role.id,
        "title": verdict.role.titel[language],
        "verdict": str(verdict.verdict),
        "requirements": [_eis(eis, language) for eis in verdict.requirements],
    }


def _eis(verdict: EisVerdict, language: Language) -> dict[str, Any]:
    eis = verdict.eis
    return {
        "requirement": eis.id,
        "title": eis.titel[language],
        "source": eis.bron,
        "must": eis.verplicht,
        "verdict": str(verdict.verdict),
        "at_least": eis.minstens,
        "at_least_of_each": eis.minstens_van_elk,
        "met": verdict.met,
        "right": verdict.right,
        "short": list(verdict.short),
        "wrong": [
            {"case": one.case, "retour": one.retour, "referentienummer": one.referentienummer} for one in verdict.wrong
        ],
    }


def _step(verdict: StepVerdict, language: Language) -> dict[str, Any]:
    seen = verdict.seen
    return {
        "step": verdict.step.id,
        "title": verdict.step.titel[language],
        "must": verdict.step.verplicht,
        "verdict": str(verdict.verdict),
        "name": seen.naam if seen else None,
        "date": seen.datum.isoformat() if seen else None,
        "remark": seen.opmerking if seen else None,
    }


# For people.


def certificate_parts(certificate: Certificate) -> Iterator[Part]:
    """The verdict by the profile on standard output: per role its requirements, then the steps, then all in one line."""
    yield Table(("role", "requirement", "counts as", "right of met", "verdict"), _rows(certificate))
    if certificate.practice:
        yield "the pack is an open one, for practice: this certificate takes a blind pack (suite export --sleutel)"
    yield certificate_line(certificate)


def _rows(certificate: Certificate) -> Iterator[tuple[str, ...]]:
    for role in certificate.roles:
        for one in role.requirements:
            counts = f"{one.right} of {one.met}{too_few(one)}"
            yield role.role.id, one.eis.titel["en"], _must(must=one.eis.verplicht), counts, str(one.verdict)
    for step in certificate.steps:
        by = f"{step.seen.naam}, {step.seen.datum.isoformat()}" if step.seen else "nobody yet"
        yield "waarneming", step.step.titel["en"], _must(must=step.step.verplicht), by, str(step.verdict)


def too_few(verdict: EisVerdict) -> str:
    """What an eis that is open still asks for."""
    if verdict.verdict is not Verdict.OPEN:
        return ""
    if verdict.short:
        return f", {verdict.eis.minstens_van_elk} asked of each: {' '.join(verdict.short)}"
    return f", {verdict.eis.minstens} asked"


def _must(*, must: bool) -> str:
    return "must" if must else "optional"


def certificate_line(certificate: Certificate) -> str:
    """The verdict in one line."""
    counts = {verdict: sum(one is verdict for one in _all_musts(certificate)) for verdict in Verdict}
    return (
        f"certificate {certificate.profile.name}: {certificate.verdict}; musts: {counts[Verdict.PASSED]} met,"
        f" {counts[Verdict.FAILED]} failed, {counts[Verdict.OPEN]} open"
    )


def _all_musts(certificate: Certificate) -> Iterator[Verdict]:
    yield from (one.verdict for one in _requirements(certificate) if one.eis.verplicht)
    yield from (step.verdict for step in certificate.steps if step.step.verplicht)


# JUnit.


def junit_tests(graded: Graded) -> dict[str, list[JunitTest]]:
    """A test for each requirement of the profile and each step; an optional one that is not met does not fail."""
    if graded.certificate is None:
        return {}
    certificate = graded.certificate
    suite = f"profile {certificate.profile.name}"
    return {suite: [*map(_eis_test, _requirements(certificate)), *map(_step_test, certificate.steps)]}


def _requirements(certificate: Certificate) -> Iterator[EisVerdict]:
    return (one for role in certificate.roles for one in role.requirements)


def _eis_test(one: EisVerdict) -> JunitTest:
    message = f"{one.verdict}: {one.right} of {one.met} right{too_few(one)}"
    wrong = "\n".join(" ".join(filter(None, (w.case, w.retour, w.referentienummer))) for w in one.wrong)
    failed = one.eis.verplicht and one.verdict is not Verdict.PASSED
    return JunitTest(one.eis.id, one.eis.titel["en"], message if failed else "", wrong if failed else "")


def _step_test(one: StepVerdict) -> JunitTest:
    failed = one.step.verplicht and one.verdict is not Verdict.PASSED
    return JunitTest(one.step.id, one.step.titel["en"], str(one.verdict) if failed else "")

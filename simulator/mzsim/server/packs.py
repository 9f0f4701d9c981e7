"""Certification packs and how results are graded, each a job: what pages and API have in common."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from mzsim.certification.profile import SHIPPED
from mzsim.server.jobs import Job, Jobs, UnknownJobError

PACK, REPORT = "pack.zip", "report.html"
MOST_RESULT = 50_000_000
"""Bytes of a result."""
_KEY, _RESULT = "key", "result"


def start_pack(jobs: Jobs, suites: Sequence[str], *, blind: bool, seed: int | None) -> int:
    """Begins to make a pack of suites; `seed` is for one whose cases bear no names. Raises BusyError."""
    command = ["suite", "export", *suites, "--zip", "--out", PACK]
    if blind:
        command += ["--sleutel", _KEY]
        command += [] if seed is None else ["--seed", str(seed)]
    return jobs.start("pack", {"suites": list(suites), "blind": blind}, command)


def start_grading(jobs: Jobs, pack: Job, result: bytes, profile: str | None, language: str) -> int:
    """Begins to grade a result of a pack that is done; a profile that is not of the program is none. Raises BusyError."""
    profile = profile if profile in SHIPPED else None
    command = ["suite", "grade", str(pack.folder / PACK), _RESULT, "--json", "--html", REPORT, "--taal", language]
    command += ["--sleutel", str(pack.folder / _KEY)] if pack.about["blind"] else []
    command += ["--profiel", profile] if profile else []
    return jobs.start("grade", {"pack": pack.id, "profile": profile}, command, {_RESULT: result})


def graded(jobs: Jobs, pack: int, number: int) -> Job:
    """A grading of a pack. Raises UnknownJobError."""
    job = jobs.job(number, "grade")
    if job.about["pack"] != pack:
        raise UnknownJobError("this result is of another pack")
    return job


def report_of(job: Job) -> dict[str, Any] | None:
    """What a grading found, as `mzsim suite grade --json` prints it; None where it goes on, or could not be done."""
    if job.status not in (0, 1):
        return None
    found: dict[str, Any] = json.loads(job.printed.read_bytes())
    return found

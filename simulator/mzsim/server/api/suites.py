"""Suites: to play one of those that come with the program, and how far a run is."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from mzsim.server.api.common import AskedJobs, problems
from mzsim.server.api.models import Gespeeld, Run, Suite
from mzsim.server.jobs import Job
from mzsim.server.suite_runs import cases_of, counts, require_suite, results, start_run
from mzsim.suites.locations import suite_names

router = APIRouter(tags=["suites"])
_Name = Annotated[str, Path(max_length=40)]
_Number = Annotated[int, Path(ge=1, le=999_999_999)]


@router.get("/suites")
def every() -> list[Suite]:
    """The suites, and how many cases each has."""
    return [Suite(naam=name, cases=cases_of(name)) for name in suite_names()]


@router.post("/suites/{suite}/runs", status_code=202, responses=problems(404))
def start(jobs: AskedJobs, response: Response, suite: _Name) -> Run:
    """Play a suite; `Location` is the run."""
    id = start_run(jobs, require_suite(suite))
    response.headers["location"] = f"/suites/{suite}/runs/{id}"
    return _shown(jobs.job(id, "suite"))


@router.get("/suites/{suite}/runs", responses=problems(404))
def runs(jobs: AskedJobs, suite: _Name) -> list[Run]:
    """The runs of a suite, the newest first."""
    return [_shown(job) for job in jobs.all("suite", suite=require_suite(suite))]


@router.get("/suites/{suite}/runs/{run}", responses=problems(404))
def one(jobs: AskedJobs, suite: _Name, run: _Number) -> Gespeeld:
    """How far a run is, and what came of each case so far, as `mzsim suite run --json` prints it."""
    job = jobs.job(run, "suite")
    return Gespeeld(**_shown(job).model_dump(), resultaten=list(results(job.folder)))


def _shown(job: Job) -> Run:
    seen = counts(job.folder)
    return Run(
        id=job.id,
        suite=job.about["suite"],
        cases=job.about["cases"],
        gespeeld=seen.total(),
        uitkomsten=dict(seen),
        exit_status=job.status,
    )

"""Certification: to make a pack for a vendor's software, to hand its result in, and to read the report."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from mzsim.server.api.common import AskedJobs, problems
from mzsim.server.api.models import Beoordeling, Json, NewPakket, Pakket, ResultAsked
from mzsim.server.bodies import content_of
from mzsim.server.jobs import Job
from mzsim.server.packs import MOST_RESULT, graded, report_of, start_grading, start_pack
from mzsim.server.suite_runs import require_suite

router = APIRouter(tags=["certificering"])
_Pack = Annotated[int, Path(ge=1, le=999_999_999, description="The number of the pack.")]
_BODY: Json = {
    "requestBody": {
        "required": True,
        "description": "The result, as the pack asks for it: JSON or CSV.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary", "minLength": 1}}},
    }
}


@router.get("/certificering")
def every(jobs: AskedJobs) -> list[Pakket]:
    """The packs that were made, the newest first."""
    return [_pack(job) for job in jobs.all("pack")]


@router.post("/certificering", status_code=202, responses=problems(404))
def make(jobs: AskedJobs, response: Response, new: NewPakket) -> Pakket:
    """Make a pack of suites; `Location` is the pack."""
    suites = [require_suite(name) for name in dict.fromkeys(new.suites)]
    id = start_pack(jobs, suites, blind=new.blind, seed=new.zaad)
    response.headers["location"] = f"/certificering/{id}"
    return _pack(jobs.job(id, "pack"))


@router.get("/certificering/{pakket}", responses=problems(404))
def one(jobs: AskedJobs, pakket: _Pack) -> Pakket:
    """A pack."""
    return _pack(jobs.job(pakket, "pack"))


@router.post(
    "/certificering/{pakket}/resultaten", status_code=202, openapi_extra=_BODY, responses=problems(404, 408, 409, 413)
)
async def grade(
    request: Request, jobs: AskedJobs, response: Response, pakket: _Pack, asked: Annotated[ResultAsked, Query()]
) -> Beoordeling:
    """Hand in the result of a pack that is done; `Location` is its report."""
    pack = await run_in_threadpool(jobs.job, pakket, "pack")
    if pack.status != 0:
        raise HTTPException(409, f"pack {pakket} is not done, or could not be made")
    content = await content_of(request, MOST_RESULT)
    id = await run_in_threadpool(start_grading, jobs, pack, content, asked.profiel, asked.taal)
    response.headers["location"] = f"/certificering/{pakket}/resultaten/{id}"
    return _grading(graded(jobs, pakket, id))


@router.get("/certificering/{pakket}/resultaten", responses=problems(404))
def results(jobs: AskedJobs, pakket: _Pack) -> list[Beoordeling]:
    """The results of a pack, the newest first."""
    return [_grading(job) for job in jobs.all("grade", pack=jobs.job(pakket, "pack").id)]


@router.get("/certificering/{pakket}/resultaten/{nummer}", responses=problems(404))
def result(jobs: AskedJobs, pakket: _Pack, nummer: Annotated[int, Path(ge=1, le=999_999_999)]) -> Beoordeling:
    """A result, and its report."""
    return _grading(graded(jobs, pakket, nummer))


def _pack(job: Job) -> Pakket:
    return Pakket(id=job.id, suites=job.about["suites"], blind=job.about["blind"], exit_status=job.status)


def _grading(job: Job) -> Beoordeling:
    return Beoordeling(
        id=job.id,
        pakket=job.about["pack"],
        profiel=job.about["profile"],
        exit_status=job.status,
        melding=job.reason,
        rapport=report_of(job),
    )

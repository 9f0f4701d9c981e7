"""Certification: a pack for a vendor's software to take, the result of it back, and the report."""

from __future__ import annotations

from starlette.responses import Response

from mzsim.certification.catalogue import catalogue
from mzsim.certification.profile import SHIPPED
from mzsim.server.jobs import Job
from mzsim.server.numbers import number
from mzsim.server.packs import MOST_RESULT, PACK, REPORT, graded, report_of, start_grading, start_pack
from mzsim.server.web.page import Page, action, download, page, see
from mzsim.suites.locations import suite_names

_MOST_SHOWN = 200


def every(page: Page) -> Response:
    """The packs that were made, and a form for another."""
    return page.render("certification.html", packs=page.jobs.all("pack"), suites=suite_names(), wrong="")


def make(page: Page) -> Response:
    """Makes a pack of the suites that were chosen."""
    names = [name for name in page.values("suite") if name in suite_names()]
    if not names:
        return page.render(
            "certification.html", 400, packs=page.jobs.all("pack"), suites=suite_names(), wrong="no_suite"
        )
    blind = page.value("soort") == "blind"
    seed = number(page.value("zaad"))
    return see(f"/certificering/{start_pack(page.jobs, names, blind=blind, seed=seed)}")


def one(page: Page) -> Response:
    """A pack: to take it, to hand a result in, and the reports so far."""
    pack = _pack(page)
    return _one(page, pack)


def _one(page: Page, pack: Job, status: int = 200, wrong: str = "") -> Response:
    found = page.jobs.all("grade", pack=pack.id)
    return page.render("pack.html", status, pack=pack, graded=found, profiles=SHIPPED, wrong=wrong)


def take(page: Page) -> Response:
    """The pack as a zip file."""
    pack = _pack(page)
    return page.stored(pack.folder / PACK, f"mzsim-pack-{pack.id}.zip")


def grade(page: Page) -> Response:
    """Grades a result."""
    pack = _pack(page)
    uploads = page.uploads("resultaat")
    if not uploads or pack.status != 0:
        return _one(page, pack, 400, "no_result")
    content = uploads[0].file.read(MOST_RESULT + 1)
    if len(content) > MOST_RESULT:
        return _one(page, pack, 413, "too_large")
    id = start_grading(page.jobs, pack, content, page.value("profiel"), page.language)
    return see(f"/certificering/{pack.id}/resultaten/{id}")


def result(page: Page) -> Response:
    """The report of a result."""
    job = _graded(page)
    found = report_of(job)
    cases = [case for case in found["cases"] if not case["passed"]] if found else []
    return page.render(
        "graded.html",
        job=job,
        found=found,
        causes=catalogue(page.language).diagnoses,
        cases=cases[:_MOST_SHOWN],
        more=max(0, len(cases) - _MOST_SHOWN),
    )


def report(page: Page) -> Response:
    """The whole report, as `mzsim suite grade --html` writes it."""
    job = _graded(page)
    return page.stored(job.folder / REPORT, f"mzsim-report-{job.id}.html")


def _pack(page: Page) -> Job:
    return page.jobs.job(number(page.path("id")) or 0, "pack")


def _graded(page: Page) -> Job:
    return graded(page.jobs, number(page.path("id")) or 0, number(page.path("number")) or 0)


ROUTES = (
    page("/certificering", every),
    action("/certificering", make),
    page("/certificering/{id}", one),
    download("/certificering/{id}/pakket", take),
    action("/certificering/{id}/resultaten", grade),
    page("/certificering/{id}/resultaten/{number}", result),
    download("/certificering/{id}/resultaten/{number}/rapport", report),
)

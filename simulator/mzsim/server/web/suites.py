"""Suites: to play one, how far a run is, and what differed, rubriek by rubriek."""

from __future__ import annotations

from collections import Counter
from typing import Any

from starlette.responses import Response

from mzsim.server.numbers import number
from mzsim.server.suite_runs import REPORT, cases_of, require_suite, results, start_run
from mzsim.server.suite_runs import counts as counts_of
from mzsim.server.web.page import Page, action, download, page, see
from mzsim.suites.display import VERDICTS
from mzsim.suites.locations import suite_names

_MOST_CASES = 100
"""Cases that a page shows; the report has them all."""
_MOST_DIFFERENCES = 50


def every(page: Page) -> Response:
    """The suites that come with the program, and how their last run ended."""
    jobs = page.jobs
    found = [(name, cases_of(name), next(iter(jobs.all("suite", suite=name)), None)) for name in suite_names()]
    return page.render("suites.html", suites=[(name, n, job, job and counts_of(job.folder)) for name, n, job in found])


def start(page: Page) -> Response:
    """Begins a run."""
    name = _name(page)
    id = start_run(page.jobs, name)
    return see(f"/suites/{name}/runs/{id}")


def one(page: Page) -> Response:
    """A suite and its runs."""
    name = _name(page)
    runs = [(job, counts_of(job.folder)) for job in page.jobs.all("suite", suite=name)]
    return page.render("suite.html", name=name, runs=runs, cases=cases_of(name))


def run(page: Page) -> Response:
    """A run: how far it is, and the cases that did not pass first."""
    job = page.jobs.job(number(page.path("id")) or 0, "suite")
    counts: Counter[str] = Counter()
    shown: list[dict[str, Any]] = []
    passed: list[dict[str, Any]] = []
    for result in results(job.folder):
        counts[result["verdict"]] += 1
        kept = passed if result["verdict"] == "passed" else shown
        if len(kept) < _MOST_CASES:
            kept.append(result)
    return page.render(
        "run.html",
        job=job,
        counts=counts,
        done=counts.total(),
        cases=(shown + passed)[:_MOST_CASES],
        more=counts.total() - len((shown + passed)[:_MOST_CASES]),
        most=_MOST_DIFFERENCES,
        verdicts=VERDICTS,
    )


def report(page: Page) -> Response:
    """The report of a run, as `mzsim suite run --html` writes it."""
    job = page.jobs.job(number(page.path("id")) or 0, "suite")
    return page.stored(job.folder / REPORT, f"{job.about['suite']}-{job.id}.html")


def _name(page: Page) -> str:
    return require_suite(page.path("name"))


ROUTES = (
    page("/suites", every),
    page("/suites/{name}", one),
    action("/suites/{name}/runs", start),
    page("/suites/{name}/runs/{id}", run),
    download("/suites/{name}/runs/{id}/rapport", report),
)

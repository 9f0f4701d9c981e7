"""Suites: to play one, how far a run is, and what differed, rubriek by rubriek."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from mzsim.server.web.page import Page, action, download, page, see
from mzsim.suites.display import VERDICTS
from mzsim.suites.index import index
from mzsim.suites.locations import folder_of, suite_names

_RESULTS, _REPORT = "results.jsonl", "report.html"
_MOST_CASES = 100
"""Cases that a page shows; the report has them all."""
_MOST_DIFFERENCES = 50


def every(page: Page) -> Response:
    """The suites that come with the program, and how their last run ended."""
    jobs = page.jobs
    found = [
        (name, len(index(folder_of(name))), next(iter(jobs.all("suite", suite=name)), None)) for name in suite_names()
    ]
    return page.render("suites.html", suites=[(name, n, job, job and _counts(job.folder)) for name, n, job in found])


def start(page: Page) -> Response:
    """Begins a run."""
    name = _name(page)
    command = ["suite", "run", name, "--results", _RESULTS, "--html", _REPORT]
    id = page.jobs.start("suite", {"suite": name, "cases": len(index(folder_of(name)))}, command)
    return see(f"/suites/{name}/runs/{id}")


def one(page: Page) -> Response:
    """A suite and its runs."""
    name = _name(page)
    runs = [(job, _counts(job.folder)) for job in page.jobs.all("suite", suite=name)]
    return page.render("suite.html", name=name, runs=runs, cases=len(index(folder_of(name))))


def run(page: Page) -> Response:
    """A run: how far it is, and the cases that did not pass first."""
    job = page.jobs.job(_number(page.path("id")), "suite")
    counts: Counter[str] = Counter()
    shown: list[dict[str, Any]] = []
    passed: list[dict[str, Any]] = []
    for result in _results(job.folder):
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
    job = page.jobs.job(_number(page.path("id")), "suite")
    return page.stored(job.folder / _REPORT, f"{job.about['suite']}-{job.id}.html")


def _results(folder: Path) -> Iterator[dict[str, Any]]:
    """The results so far; a line that is being written is none yet."""
    try:
        with (folder / _RESULTS).open("rb") as lines:
            yield from (json.loads(line) for line in lines if line.endswith(b"\n"))
    except FileNotFoundError:
        return


def _counts(folder: Path) -> Counter[str]:
    return Counter(result["verdict"] for result in _results(folder))


def _name(page: Page) -> str:
    name = page.path("name")
    if name not in suite_names():
        raise HTTPException(404, f"{name}: no such suite; there are {', '.join(suite_names())}")
    return name


def _number(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 10 else 0


ROUTES = (
    page("/suites", every),
    page("/suites/{name}", one),
    action("/suites/{name}/runs", start),
    page("/suites/{name}/runs/{id}", run),
    download("/suites/{name}/runs/{id}/rapport", report),
)

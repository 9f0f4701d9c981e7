"""Runs of the suites that come with the program: to start one, and how far it is."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mzsim.common.errors import CaseError
from mzsim.server.jobs import Jobs
from mzsim.suites.index import index
from mzsim.suites.locations import folder_of, suite_names

REPORT = "report.html"
_RESULTS = "results.jsonl"


class UnknownSuiteError(CaseError):
    """No suite of this name comes with the program."""


def require_suite(name: str) -> str:
    """The name, where a suite has it. Raises UnknownSuiteError."""
    if name not in suite_names():
        raise UnknownSuiteError(f"{name}: no such suite; there are {', '.join(suite_names())}")
    return name


def cases_of(name: str) -> int:
    """How many cases a suite has."""
    return len(index(folder_of(name)))


def start_run(jobs: Jobs, name: str) -> int:
    """Begins a run, and gives its number. Raises BusyError."""
    command = ["suite", "run", name, "--results", _RESULTS, "--html", REPORT]
    return jobs.start("suite", {"suite": name, "cases": cases_of(name)}, command)


def results(folder: Path) -> Iterator[dict[str, Any]]:
    """The results of a run so far; a line that is being written is none yet."""
    try:
        with (folder / _RESULTS).open("rb") as lines:
            yield from (json.loads(line) for line in lines if line.endswith(b"\n"))
    except FileNotFoundError:
        return


def counts(folder: Path) -> Counter[str]:
    """How many cases ended how, so far."""
    return Counter(result["verdict"] for result in results(folder))

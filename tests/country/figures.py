"""The figures that were measured, as `python -m tests.country --measure` writes them: `figures.yaml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.country.model import Line, Times

FILE = Path(__file__).with_name("figures.yaml")


@cache
def figures() -> dict[str, Any]:
    """Seconds and bytes, by what was measured."""
    found: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return found


def times() -> Times:
    """What the model is fed with."""
    return times_of(figures())


def times_of(measured: dict[str, Any]) -> Times:
    """The same of other figures."""
    job, disk = measured["job"], measured["disk"]
    return Times(
        accept=Line(*measured["accept"]["server"]),
        worker=Line(*measured["answer"]["worker"]),
        server=Line(*measured["answer"]["server"]),
        job=Line(job["worker"], job["server"]),
        disk=disk["wait"] * disk["times"],
        wake=job["wake"],
    )


def bytes_of(declarations: float, prestaties: float, tables: tuple[str, ...] = ()) -> float:
    """What so many declarations with so many prestaties together weigh in the database, in these tables or in all."""
    weights = figures()["bytes"]
    return sum(
        fixed * declarations + each * prestaties
        for table, (fixed, each) in weights.items()
        if not tables or table in tables
    )

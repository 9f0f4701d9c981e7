"""Comparing two runs by their files of results: which cases are answered otherwise now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from mzsim.presentation.parts import Part, Table
from mzsim.suites.display import Played, count
from mzsim.suites.results import read_results


class Answer(NamedTuple):
    """What came of a case, as far as two runs are compared: the verdict, and of each step how it ended and its retour."""

    verdict: str
    steps: tuple[tuple[str | None, ...], ...]

    def __str__(self) -> str:
        steps = (" ".join(part for part in step[:-1] if part) for step in self.steps)
        return ": ".join(filter(None, (self.verdict, "; ".join(filter(None, steps)))))

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        names = ("status", "totaal_toegekend", "codes", "sha256")
        return {"verdict": self.verdict, "steps": [dict(zip(names, step, strict=True)) for step in self.steps]}


class Change(NamedTuple):
    """A case of which two runs give another answer; None where it was not played."""

    id: str
    was: Answer | None
    now: Answer | None


def changes(before: Path, after: Path) -> tuple[list[Change], int]:
    """What changed between two runs, by id, and how many cases there are in either. Raises InputError."""
    was = {played["id"]: _answer(played) for played in read_results(before)}
    cases, changed = len(was), []
    for played in read_results(after):
        id, now = played["id"], _answer(played)
        earlier = was.pop(id, None)
        cases += earlier is None
        if earlier != now:
            changed.append(Change(id, earlier, now))
    changed += [Change(id, earlier, None) for id, earlier in was.items()]
    return sorted(changed, key=lambda change: change.id), cases


def _answer(played: Played) -> Answer:
    return Answer(played["verdict"], tuple(_answered(step) for step in played["steps"]))


def _answered(step: Mapping[str, Any]) -> tuple[str | None, ...]:
    codes = " ".join(m["retourcode"] for m in step.get("meldingen", ()) if m["retourcode"])
    return step.get("status"), step.get("totaal_toegekend"), codes, step["sha256"]


def change_parts(changed: Sequence[Change], cases: int) -> Iterator[Part]:
    """What changed, for people."""
    if changed:
        yield Table(("case", "was", "is now"), [_row(change) for change in changed])
    yield f"{len(changed):,} of {count(cases, 'case')} changed"


def _row(change: Change) -> tuple[str, str, str]:
    was, now = ("not played" if answer is None else str(answer) for answer in (change.was, change.now))
    return change.id, was, f"{now}, another retour" if was == now else now


def change_as_dict(change: Change) -> dict[str, Any]:
    """A change, for JSON."""
    return {
        "id": change.id,
        "was": change.was and change.was.as_dict(),
        "now": change.now and change.now.as_dict(),
    }

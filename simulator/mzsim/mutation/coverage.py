"""What mutate prints: how much of the register the suite covers, and which checks it doesn't."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path

from mzsim.checks import REGISTER
from mzsim.common.names import kept, shown, typed
from mzsim.mutation.suite import Result, WrittenDefect
from mzsim.presentation.parts import Part, Table


def coverage_parts(target: Path, result: Result, checks: Collection[str], *, everything: bool) -> Iterator[Part]:
    """The result for people; `checks` are those that were asked for, with `everything` every case is named."""
    covered = {g.mutation.check for g in result.written}
    yield f"{shown(target)}: {len(result.written)} cases for {len(covered)} of {len(checks)} checks"
    yield Table(("level", "checks", "with a case"), _per_level(covered, checks))
    if everything:
        yield Table(("case", "code", "records", "defect"), (_row(g) for g in result.written))
    if result.skipped:
        yield "Without a case:"
        yield Table(
            ("check", "because it", "the check"),
            ((o.controle, o.reden, REGISTER[o.controle].sentence) for o in result.skipped),
        )
    yield f"Next: mzsim suite run {typed(target)}"


def _per_level(covered: set[str], checks: Collection[str]) -> list[tuple[str, str, str]]:
    there_are = Counter(REGISTER[check].level for check in checks)
    are_covered = Counter(REGISTER[check].level for check in covered)
    return [(str(level), str(there_are[level]), str(are_covered[level])) for level in sorted(there_are)]


def _row(g: WrittenDefect) -> tuple[str, str, str, str]:
    return g.mutation.id, " ".join(_codes(g)) or "none", str(len(g.meldingen)), g.mutation.sentence


def _codes(g: WrittenDefect) -> list[str]:
    return list(dict.fromkeys(m.retourcode for m in g.meldingen if m.retourcode))


def as_json(declaration: Path, target: Path, result: Result) -> str:
    """The result for programs, on one line."""
    return json.dumps(
        {
            "declaratie": kept(declaration),
            "suite": kept(target),
            "cases": [
                {"id": g.mutation.id, "controle": g.mutation.check, "retourcodes": _codes(g)} for g in result.written
            ],
            "overgeslagen": [o._asdict() for o in result.skipped],
        }
    )

"""Holding a report that was filed against the pack and the result that it is about: by hashes, and by grading again."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from mzsim.certification.filed import Wanted, grade, graded_as_dict
from mzsim.certification.pack import Pack
from mzsim.certification.profile import SHIPPED
from mzsim.common.archive import read_counted
from mzsim.common.errors import InputError
from mzsim.common.strict_json import as_text
from mzsim.presentation.kinds.grading import SuiteGrade

_MOST = 1 << 30
"""Bytes of a report: it has every booking twice."""
_FIRST = 10
"""Differences that are named."""


class Given(NamedTuple):
    """What a report is held against: `profile` and `observations` where it was made with files of its own."""

    pack: Pack
    result: Path
    profile: str | None
    observations: Path | None


class Line(NamedTuple):
    """One thing that was compared: a hash by its key in the report, `program`, `rules`, or the verdict of grading again."""

    about: str
    right: bool
    text: str


def as_dict(lines: Sequence[Line]) -> dict[str, Any]:
    """What was compared as an object, of the kind `suite-verify-1`."""
    return {"right": all(line.right for line in lines), "compared": [line._asdict() for line in lines]}


def read_report(place: Path) -> dict[str, Any]:
    """A report with a certificate, as `suite grade --report` writes it. Raises InputError for anything else."""
    try:
        report: dict[str, Any] = json.loads(as_text(str(place), read_counted(place, _MOST)))
        TypeAdapter(SuiteGrade).validate_python(report)
        if report["certificate"] is None:
            raise InputError(f"{place}: has no certificate; grade with --profiel")
        dt.date.fromisoformat(report["certificate"]["date"])
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{place}: is no report of mzsim suite grade: {where}: {first['msg']}") from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{place}: is no report of mzsim suite grade: {error}") from None
    return report


def verified(report: dict[str, Any], given: Given) -> Iterator[Line]:
    """What is as the report says, and what is not; raises a MzsimError where a file can't be used."""
    then = report["certificate"]
    wanted = _wanted(then, given)
    graded = graded_as_dict(grade(given.pack, given.result, wanted), then["language"])
    now: dict[str, Any] = json.loads(json.dumps(graded))
    for name, found in now["certificate"]["sha256"].items():
        yield _same_hash(name, then["sha256"][name], found)
    program = now["certificate"]["program"]
    yield _same("program", f"mzsim {then['program']['version']}", f"mzsim {program['version']}")
    yield _same("rules", then["program"]["rules"], program["rules"])
    yield from _same_verdict(report, now)


def _wanted(then: dict[str, Any], given: Given) -> Wanted:
    """The same grading once more."""
    profile = given.profile
    if profile is None:
        if then["profile"] not in SHIPPED:
            raise InputError(f"{then['profile']}: is a profile of your own; name its file with --profiel")
        profile = then["profile"]
    date = dt.date.fromisoformat(then["date"])
    about = (then["vendor"], then["contact"], then["software"])
    return Wanted(profile, date, given.observations, *about)


_NAMES = {
    "pack": "the pack (pack.json)",
    "key": "the key",
    "result": "the result",
    "profile": "the profile",
    "waarnemingen": "the file of waarnemingen",
}


def _same_hash(name: str, then: str | None, now: str | None) -> Line:
    what = _NAMES[name]
    if then == now:
        return Line(name, True, f"{what} is that of the report" if then else f"{what}: the report has none")
    if now is None:
        return Line(name, False, f"{what}: the report was made with it; give it with --{name}")
    if then is None:
        return Line(name, False, f"{what}: the report was made without it")
    return Line(name, False, f"{what}: SHA-256 is {now}, the report has {then}")


def _same(what: str, then: str, now: str) -> Line:
    right = then == now
    return Line(what, right, f"{what}: {now}" if right else f"{what}: this is {now}, the report has {then}")


def _same_verdict(report: dict[str, Any], now: dict[str, Any]) -> Iterator[Line]:
    """The whole report, but for the hashes and the program, which have lines of their own."""
    found = list(_differences(_verdicts(report), _verdicts(now), ""))
    for where, then, again in found[:_FIRST]:
        yield Line("verdict", False, f"{where}: the report says {then}, graded again it is {again}")
    if len(found) > _FIRST:
        yield Line("verdict", False, f"and {len(found) - _FIRST} more")
    if not found:
        yield Line("verdict", True, f"graded again the verdict is the same: {report['certificate']['verdict']}")


def _verdicts(report: dict[str, Any]) -> dict[str, Any]:
    certificate = {name: value for name, value in report["certificate"].items() if name not in ("program", "sha256")}
    return {**report, "certificate": certificate}


def _differences(then: Any, now: Any, where: str) -> Iterator[tuple[str, str, str]]:
    """Where two values of JSON differ, with both in short."""
    if isinstance(then, dict) and isinstance(now, dict) and then.keys() == now.keys():
        for key in now:
            yield from _differences(then[key], now[key], f"{where}.{key}".removeprefix("."))
    elif isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        for number, (one, other) in enumerate(zip(then, now, strict=True)):
            yield from _differences(one, other, f"{where}[{number}]")
    elif then != now or type(then) is not type(now):
        yield where, _in_short(then), _in_short(now)


def _in_short(value: Any) -> str:
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, dict):
        return f"an object with {', '.join(value)}"[:60]
    return json.dumps(value)[:60]

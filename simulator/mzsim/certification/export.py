"""Making a pack of suites: each case is played, and its declarations and retours, good and faulty, are put together."""

from __future__ import annotations

import csv
import io
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any, Literal, NamedTuple

from mzsim.certification import pack
from mzsim.certification.blind import SuiteCase, make_blind
from mzsim.certification.faulty_retours import KINDS, RetourFault, faulty_retour
from mzsim.certification.instructions import BLIND, EXAMPLE, OPEN
from mzsim.certification.result import COLUMNS, OPEN_COLUMNS, schema
from mzsim.common.errors import CaseError, OutputError
from mzsim.common.version import __version__
from mzsim.common.whole_file import write_whole
from mzsim.retour.faults import MARK
from mzsim.standard.retourcodes import retourcodes
from mzsim.suites.case import Case
from mzsim.suites.playing import CaseReport, StepReport
from mzsim.suites.running import run
from mzsim.suites.workers import cores

Faulty = Literal["each", "once", "none"]
"""Which faulty retours go into a pack: every kind with each retour, every kind once, or none."""


class MadePack(NamedTuple):
    """The files of a pack by name, how many retours are in it, and the key of a blind one."""

    files: dict[str, bytes]
    sound: int
    faulty: int
    key: bytes | None = None


def name_suites(suites: Sequence[tuple[str, Sequence[Case]]]) -> list[tuple[str, Sequence[Case]]]:
    """Suites by the name of their folder, with a number where another has it too."""
    names: list[str] = []
    for path, _ in suites:
        own = Path(path).resolve().name
        alike = (name for n in count(1) if (name := own if n == 1 else f"{own}-{n}") not in names)
        names.append(next(alike))
    return [(name, cases) for name, (_, cases) in zip(names, suites, strict=True)]


def make_pakket(suites: Sequence[tuple[str, Sequence[Case]]], faulty: Faulty) -> MadePack:
    """Makes an open pack, of suites by name; cases of several suites bear the name of theirs.

    Raises CaseError for a case that doesn't pass, or where nothing comes back in any.
    """
    alone = len(suites) == 1
    cases = [case if alone else case._replace(id=f"{suite}/{case.id}") for suite, own in suites for case in own]
    files = _instructions(OPEN, OPEN_COLUMNS)
    still = {error.kind for error in KINDS} if faulty != "none" else set()
    listing = [
        _case(case_report, files, still, once=faulty == "once")
        for case_report in _played(cases)
        if any(step.retour is not None for step in case_report.steps)
    ]
    if not listing:
        raise _nothing_sent()
    content = {"format": pack.FORMAT, "made_by": f"mzsim {__version__}", "cases": listing}
    files[pack.LIST] = pack.as_json(content)
    retours = [retour for case in listing for step in case["steps"] for retour in step["retours"]]
    sound = sum(retour["fault"] is None for retour in retours)
    return MadePack(files, sound, len(retours) - sound)


def make_blind_pakket(suites: Sequence[tuple[str, Sequence[Case]]], seed: int) -> MadePack:
    """Makes a blind pack and its key, of suites by name. Raises CaseError as `make_pakket` does."""
    names = [suite for suite, own in suites for _ in own]
    reports = _played([case for _, own in suites for case in own])
    made = make_blind([SuiteCase(suite, report) for suite, report in zip(names, reports, strict=True)], seed)
    faulty = sum(case.fault is not None for case in made.key.cases)
    return MadePack(_instructions(BLIND, COLUMNS) | made.files, made.sound, faulty, pack.as_json(made.key.model_dump()))


def _instructions(explanation: str, columns: Sequence[str]) -> dict[str, bytes]:
    """What any pack tells a vendor beside its cases."""
    return {
        "README.txt": explanation.encode(),
        "result.schema.json": pack.as_json(schema()),
        "result.csv": _template(columns),
        "result.example.json": pack.as_json(EXAMPLE),
        "retourcodes.tsv": _retourcodes(),
    }


def _played(cases: Sequence[Case]) -> Iterator[CaseReport]:
    for case_report in run(cases, cores()):
        if not case_report.passed:
            what = "does not pass, so it can't be exported; mzsim suite run says why"
            raise CaseError(f"{case_report.case.file}: {what}")
        yield case_report


def _nothing_sent() -> CaseError:
    return CaseError("in none of these cases a retour is sent, so there is nothing to export")


def _case(case_report: CaseReport, files: dict[str, bytes], still: set[str], *, once: bool) -> dict[str, Any]:
    case = case_report.case
    steps = []
    for number, step in enumerate(case_report.steps, start=1):
        folder = f"cases/{case.id}"
        declaration = f"{folder}/{number}.mz301.asc"
        files[declaration] = step.declaration
        retours = []
        for name, error, content in _retours(number, step, still):
            files[f"{folder}/{name}"] = content
            retours.append(
                {
                    "name": name,
                    **pack.file(f"{folder}/{name}", content),
                    "fault": error.kind if error else None,
                    "says": error.sentence if error else None,
                }
            )
            if error and once:
                still.discard(error.kind)
        steps.append(
            {
                "date": step.step.date.isoformat(),
                "declaration": pack.file(declaration, step.declaration),
                "retours": retours,
            }
        )
    return {"id": case.id, "title": case.title, "source": case.source, "tags": list(case.tags), "steps": steps}


def _retours(number: int, step: StepReport, still: set[str]) -> Iterator[tuple[str, RetourFault | None, bytes]]:
    """The retours of a step with their names: the faulty ones of the kinds that are asked for, then the good one."""
    if step.retour is None:
        return
    for error in KINDS:
        if error.kind in still:
            faulty = faulty_retour(error.kind, step.declaration, step.retour)
            if faulty is not None:
                yield f"{number}.{MARK}-{error.kind}.mz302.asc", error, faulty
    yield f"{number}.mz302.asc", None, step.retour


def _template(columns: Sequence[str]) -> bytes:
    off = io.StringIO(newline="")
    csv.writer(off, lineterminator="\r\n").writerow(columns)
    return off.getvalue().encode()


def _retourcodes() -> bytes:
    rows = (f"{one.code}\t{one.meaning}\t{one.kind}\n" for one in retourcodes().values())
    return ("code\tmeaning\tkind\n" + "".join(rows)).encode()


def require_place_for_key(key: Path, pakket: Path) -> None:
    """Refuses a key that would go to the vendor, or take the place of another. Raises OutputError."""
    if key.resolve().is_relative_to(pakket.resolve()):
        raise OutputError(f"{key}: is in the pack, which the vendor gets; choose another place with --sleutel")
    if key.exists():
        raise OutputError(f"{key}: exists already; without it the pack that it is for can't be graded")


def put_with_key(made: MadePack, place: Path, key: Path, *, as_zip: bool) -> None:
    """Writes a blind pack and its key, which is for its maker alone: both, or neither. Raises OutputError."""
    assert made.key is not None
    write_whole(key, made.key, "--sleutel")
    try:
        put_in_place(made.files, place, as_zip=as_zip)
    except BaseException:  # whatever ends it, Ctrl-C as well
        key.unlink(missing_ok=True)
        raise


def put_in_place(files: dict[str, bytes], place: Path, *, as_zip: bool) -> None:
    """Writes a pack to its place: whole, or not at all. Raises OutputError; a folder that holds something stays."""
    if as_zip and place.is_dir():
        raise OutputError(f"{place}: is a folder; name the zip file to write")
    if not as_zip and place.exists() and not (place.is_dir() and _is_empty(place.iterdir())):
        raise OutputError(f"{place}: exists already; remove it, or choose another place")
    part = place.absolute().with_name(f".{place.absolute().name}.{os.getpid()}.deel")
    try:
        if as_zip:
            pack.write_zip(files, part)
        else:
            part.mkdir()
            pack.write_folder(files, part)
            with suppress(FileNotFoundError):
                place.rmdir()
        part.replace(place)
    except OSError as error:
        raise OutputError(f"{place}: can't be written: {error.strerror}") from None
    finally:
        with suppress(OSError):
            shutil.rmtree(part) if part.is_dir() else part.unlink()


def _is_empty(content: Iterable[Path]) -> bool:
    return next(iter(content), None) is None

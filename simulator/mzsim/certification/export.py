"""Making a pack of a suite: each case is played, and its declarations and retours, good and faulty, are put together."""

from __future__ import annotations

import csv
import io
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal, NamedTuple

from mzsim.certification import pack
from mzsim.certification.faulty_retours import KINDS, RetourFault, faulty_retour
from mzsim.certification.result import COLUMNS, schema
from mzsim.common.errors import CaseError, OutputError
from mzsim.common.version import __version__
from mzsim.retour.faults import MARK
from mzsim.suites.case import Case
from mzsim.suites.playing import CaseReport, StepReport
from mzsim.suites.running import run
from mzsim.suites.workers import cores

EXPLANATION = """\
What is in this pack, and what is asked of the software under test
==================================================================

pack.json           the cases: per step the declaration that was sent and the retours on it, with their hashes
cases/              the files: MZ301 declarations and MZ302 retourberichten
result.schema.json  what the software reports back, as a JSON Schema (2020-12)
result.csv          the same as a table: fill it in, or write JSON

Every case begins with an empty administration. Per step, in order:
1. enter the declaration as sent;
2. offer its retours to the software, in the order of pack.json. One with a "fault" is faulty: the software has to see
   that by itself, refuse it and book nothing of it. The last one is good, and has to be booked.

The result has an entry for every retour ("case" is the id of the case, "retour" the name of the retour):
- refused: true or false; reason is free text;
- retourcodes (may be left out): the codes that stand on other records than the prestatierecords; 0200 and 8002 need
  not be named;
- bookings: one for EVERY prestatierecord of the declaration, in a good retour; none in a faulty one.

A booking holds:
- referentienummer: rubriek 0432 as in the declaration. Where several records have the same: a booking for each, in the
  order of the declaration;
- outcome: toegekend, deels, afgewezen or niet_beoordeeld. A record with 8002 was not judged; nor was any record of a
  file that is rejected (0001), or one without objection in a message that VECOZO rejected on its records;
- granted: the granted amount in euro, "10.00"; negative for a credit;
- left: what was declared less what is granted, whatever the outcome; negative for a credit. Of a record whose declared
  amount can't be read (0430, 0431) it is not graded;
- retourcodes: the codes on this prestatierecord; none where it did not come back. 0200 need not be named.

In result.csv a booking is a row with referentienummer and outcome, a retour is a row without them; retourcodes are
separated by spaces. A retour with bookings and no row of its own was not refused. The separator is , or ; as you like.

    case,retour,refused,reason,referentienummer,outcome,granted,left,retourcodes
    a-case,1.mz302.asc,false,,,,,,8004
    a-case,1.mz302.asc,,,REF-0002,toegekend,10.00,0.00,
    a-case,1.mz302.asc,,,REF-0004,niet_beoordeeld,0.00,500.00,8002
    a-case,1.VERSTOORD-aantal.mz302.asc,true,9904 is not the number of records,,,,,

Graded is it by: mzsim suite grade PACK RESULT
"""


Faulty = Literal["each", "once", "none"]
"""Which faulty retours go into a pack: every kind with each retour, every kind once, or none."""


class MadePack(NamedTuple):
    """The files of a pack by name, and how many retours are in it."""

    files: dict[str, bytes]
    sound: int
    faulty: int


def make_pakket(cases: Sequence[Case], faulty: Faulty) -> MadePack:
    """Makes a pack. Raises CaseError for a case that doesn't pass, or where nothing comes back in any."""
    files: dict[str, bytes] = {
        "README.txt": EXPLANATION.encode(),
        "result.schema.json": pack.as_json(schema()),
        "result.csv": _template(),
    }
    still = {error.kind for error in KINDS} if faulty != "none" else set()
    listing: list[dict[str, Any]] = []
    for case_report in run(cases, cores()):
        if not case_report.passed:
            what = "does not pass, so it can't be exported; mzsim suite run says why"
            raise CaseError(f"{case_report.case.file}: {what}")
        if any(step.retour is not None for step in case_report.steps):
            listing.append(_case(case_report, files, still, once=faulty == "once"))
    if not listing:
        raise CaseError("in none of these cases a retour is sent, so there is nothing to export")
    content = {"format": pack.FORMAT, "made_by": f"mzsim {__version__}", "cases": listing}
    files[pack.LIST] = pack.as_json(content)
    retours = [retour for case in listing for step in case["steps"] for retour in step["retours"]]
    sound = sum(retour["fault"] is None for retour in retours)
    return MadePack(files, sound, len(retours) - sound)


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


def _template() -> bytes:
    off = io.StringIO(newline="")
    csv.writer(off, lineterminator="\r\n").writerow(COLUMNS)
    return off.getvalue().encode()


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

"""What a vendor's software reports back on a pack: JSON by a schema, or CSV with the same columns."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, StringConstraints, ValidationError

from mzsim.common.archive import read_counted
from mzsim.common.errors import InputError
from mzsim.common.file_values import FileLine, FourDigits, Text
from mzsim.common.strict_json import as_text, objection, read_json

Amount = Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,9}\.[0-9]{2}$")]


class ReportedBooking(FileLine):
    """One prestatierecord as the software booked it."""

    referentienummer: str = Field(
        description="Rubriek 0432 as in the declaration. Where it stands on several records: one booking for each, in "
        "the order of the declaration."
    )
    outcome: Literal["toegekend", "deels", "afgewezen", "niet_beoordeeld"] = Field(
        description="Granted in full, in part, rejected, or not judged (8002, a file that was rejected with 0001, and a "
        "record without objection in a message that VECOZO rejected on its records)."
    )
    granted: Amount = Field(description="What is granted, in euro; negative for a credit.")
    left: Amount = Field(description="What was declared less what is granted, in euro, whatever the outcome.")
    retourcodes: list[FourDigits] = Field(
        description="The codes on this prestatierecord; [] where there are none. 0200 may be left out."
    )


class RetourNotice(FileLine):
    """One retour as the software handled it."""

    case: Text = Field(description="The id of the case.")
    retour: Text = Field(description="The name of the retour, as in pack.json.")
    refused: bool = Field(description="Whether the software refused the retour as faulty.")
    reason: str | None = Field(default=None, description="Why it was refused; for people.")
    retourcodes: list[FourDigits] | None = Field(
        default=None,
        description="The codes that stand on other records than the prestatierecords (01, 02, 03, 98). May be left out; "
        "then it isn't graded whether the software shows them. 0200 and 8002 may be left out.",
    )
    resend: bool | None = Field(
        default=None,
        description="Whether the whole declaration has to be sent again, once it is repaired. May be left out for a "
        "retour that was refused, and in an open pack.",
    )
    bookings: list[ReportedBooking] = Field(
        default_factory=list, description="Every prestatierecord of the declaration, also those that did not come back."
    )


class ReportBack(FileLine):
    """The result of one run of the software over a pack."""

    software: str | None = Field(default=None, description="Name and version of the software.")
    vendor: str | None = Field(default=None, description="Who makes the software; for the report.")
    contact: str | None = Field(default=None, description="Whom to ask about it; for the report.")
    retours: list[RetourNotice]


KIND = "a result"
_MOST = 256 << 20
"""Bytes of a result: half a million bookings in either form."""
COLUMNS = (
    "case",
    "retour",
    "refused",
    "reason",
    "referentienummer",
    "outcome",
    "granted",
    "left",
    "retourcodes",
    "resend",
)
OPEN_COLUMNS = COLUMNS[:-1]
"""Those of an open pack, as it always was: nobody is asked there what has to be sent again."""
_MAY_LACK = ("reason", "resend")


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a result."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **ReportBack.model_json_schema(),
        "title": "What the software booked of an mzsim pack",
    }


def read_report_back(place: Path) -> ReportBack:
    """Reads a result, JSON or CSV by what it holds. Raises InputError for the first thing that is wrong."""
    return parse_report_back(place, read_result(place))


def read_result(place: Path) -> bytes:
    """The bytes of a result. Raises InputError."""
    return read_counted(place, _MOST)


def parse_report_back(place: Path, content: bytes) -> ReportBack:
    """The same of bytes that were read already; `place` is what errors call them."""
    if content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"["):
        return read_json(str(place), content, ReportBack, KIND)
    return _read_csv(place, as_text(str(place), content))


class _ResultRow(NamedTuple):
    line: int
    cells: dict[str, str]


def _read_csv(place: Path, text: str) -> ReportBack:
    retours: list[dict[str, Any]] = []
    lines: list[tuple[int, list[int]]] = []
    """Per retour its line, and the lines of its bookings."""
    location: dict[tuple[str, str], int] = {}
    for line, cells in _rows(place, text):
        key = cells["case"], cells["retour"]
        booking = bool(cells["referentienummer"] or cells["outcome"])
        own = location.get(key)
        if own is None or (not booking and "gemeld" in retours[own]):
            own = location[key] = len(retours)
            retours.append({"case": key[0], "retour": key[1], "refused": False, "bookings": []})
            lines.append((line, []))
        if booking:
            for name in ("refused", "resend"):
                if _truth(cells[name] or "false") is not False:
                    raise _error(place, line, name, "stands on a row of its own, without referentienummer and outcome")
            retours[own]["bookings"].append(_booking(cells))
            lines[own][1].append(line)
        else:
            if too_many := [name for name in ("granted", "left") if cells[name]]:
                raise _error(place, line, too_many[0], "belongs to a booking; fill in referentienummer and outcome")
            retours[own] |= {"gemeld": True, **_retour(cells)}
            lines[own] = (line, lines[own][1])
    try:
        return ReportBack.model_validate(
            {"retours": [{name: value for name, value in r.items() if name != "gemeld"} for r in retours]}
        )
    except ValidationError as error:
        one = error.errors(include_url=False)[0]
        _, i, *rest = one["loc"]
        of_retour, of_bookings = lines[int(i)]
        if rest[0] == "bookings":
            raise _error(place, of_bookings[int(rest[1])], str(rest[2]), objection(one, KIND)) from None
        raise _error(place, of_retour, str(rest[0]), objection(one, KIND)) from None


def _rows(place: Path, text: str) -> Iterator[_ResultRow]:
    """The rows that hold something, with their lines; the header decides which sign parts the columns."""
    separator = max(",;\t", key=text.partition("\n")[0].count)
    # Never a line end inside a cell but between quotes, and no cell that swallows the rest of the file unseen.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        header = [cell.strip() for cell in next(reader, [])]
        _require_header(place, header)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                what = f"has {len(cells)} columns where the header has {len(header)}"
                raise _error(place, reader.line_num, None, what)
            filled = dict(zip(header, (cell.strip() for cell in cells), strict=True))
            yield _ResultRow(reader.line_num, {name: filled.get(name, "") for name in COLUMNS})
    except csv.Error as error:
        raise _error(place, max(reader.line_num, 1), None, f"not CSV: {error}") from None


def _require_header(place: Path, header: list[str]) -> None:
    needed = [name for name in COLUMNS if name not in _MAY_LACK]
    if missing := [name for name in needed if name not in header]:
        what = "is no JSON, and as CSV it lacks" if len(missing) == len(needed) else "lacks"
        raise _error(place, 1, None, f"{what} the columns {', '.join(missing)}")
    if foreign := [name for name in header if name not in COLUMNS]:
        raise _error(place, 1, None, f"{foreign[0]!a} is no column of a result; these are: {', '.join(COLUMNS)}")
    if len(set(header)) < len(header):
        raise _error(place, 1, None, "has a column twice")


_TRUTHS = {"true": True, "waar": True, "false": False, "onwaar": False}


def _truth(cell: str) -> bool | str:
    return _TRUTHS.get(cell.lower(), cell)


def _booking(cells: dict[str, str]) -> dict[str, Any]:
    return {
        "referentienummer": cells["referentienummer"],
        "outcome": cells["outcome"],
        "granted": _amount(cells["granted"]),
        "left": _amount(cells["left"]),
        "retourcodes": cells["retourcodes"].split(),
    }


def _retour(cells: dict[str, str]) -> dict[str, Any]:
    codes = {"retourcodes": cells["retourcodes"].split()} if cells["retourcodes"] else {}
    resend = {"resend": _truth(cells["resend"])} if cells["resend"] else {}
    return {"refused": _truth(cells["refused"]), "reason": cells["reason"] or None, **codes, **resend}


def _amount(cell: str) -> str:
    """A Dutch spreadsheet writes 10,00."""
    return cell.replace(",", ".") if re.fullmatch(r"-?[0-9]+,[0-9]{2}", cell) else cell


def _error(place: Path, line: int, column: str | None, what: str) -> InputError:
    return InputError(": ".join(filter(None, (f"{place}:{line}", column, what))))

"""What a vendor's software reports back on a pack: JSON by a schema, or CSV with the same columns."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, StringConstraints, ValidationError

from mzsim.common.errors import InputError
from mzsim.common.file_values import Regel, Tekst, Viercijfers
from mzsim.common.strict_json import als_tekst, bezwaar, lees_json

Bedrag = Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,9}\.[0-9]{2}$")]


class Geboekt(Regel):
    """One prestatierecord as the software booked it."""

    referentienummer: str = Field(
        description="Rubriek 0432 as in the declaration. Where it stands on several records: one booking for each, in "
        "the order of the declaration."
    )
    outcome: Literal["toegekend", "deels", "afgewezen", "niet_beoordeeld"] = Field(
        description="Granted in full, in part, rejected, or not judged (8002, a file that was rejected with 0001, and a "
        "record without objection in a message that VECOZO rejected on its records)."
    )
    granted: Bedrag = Field(description="What is granted, in euro; negative for a credit.")
    left: Bedrag = Field(description="What was declared less what is granted, in euro, whatever the outcome.")
    retourcodes: list[Viercijfers] = Field(
        description="The codes on this prestatierecord; [] where there are none. 0200 may be left out."
    )


class Retourmelding(Regel):
    """One retour as the software handled it."""

    case: Tekst = Field(description="The id of the case.")
    retour: Tekst = Field(description="The name of the retour, as in pack.json.")
    refused: bool = Field(description="Whether the software refused the retour as faulty.")
    reason: str | None = Field(default=None, description="Why it was refused; for people.")
    retourcodes: list[Viercijfers] | None = Field(
        default=None,
        description="The codes that stand on other records than the prestatierecords (01, 02, 03, 98). May be left out; "
        "then it isn't graded whether the software shows them. 0200 and 8002 may be left out.",
    )
    bookings: list[Geboekt] = Field(
        default_factory=list, description="Every prestatierecord of the declaration, also those that did not come back."
    )


class Terugmelding(Regel):
    """The result of one run of the software over a pack."""

    software: str | None = Field(default=None, description="Name and version of the software.")
    retours: list[Retourmelding]


SOORT = "a result"
KOLOMMEN = ("case", "retour", "refused", "reason", "referentienummer", "outcome", "granted", "left", "retourcodes")


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a result."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Terugmelding.model_json_schema(),
        "title": "What the software booked of an mzsim pack",
    }


def lees_terugmelding(plaats: Path) -> Terugmelding:
    """Reads a result, JSON or CSV by what it holds. Raises InputError for the first thing that is wrong."""
    try:
        inhoud = plaats.read_bytes()
    except OSError as fout:
        raise InputError(f"{plaats}: can't be read: {fout.strerror}") from None
    if inhoud.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"["):
        return lees_json(str(plaats), inhoud, Terugmelding, SOORT)
    return _lees_csv(plaats, als_tekst(str(plaats), inhoud))


class _Rij(NamedTuple):
    regel: int
    cellen: dict[str, str]


def _lees_csv(plaats: Path, tekst: str) -> Terugmelding:
    retours: list[dict[str, Any]] = []
    regels: list[tuple[int, list[int]]] = []
    """Per retour its line, and the lines of its bookings."""
    plek: dict[tuple[str, str], int] = {}
    for regel, cellen in _rijen(plaats, tekst):
        sleutel = cellen["case"], cellen["retour"]
        boeking = bool(cellen["referentienummer"] or cellen["outcome"])
        eigen = plek.get(sleutel)
        if eigen is None or (not boeking and "gemeld" in retours[eigen]):
            eigen = plek[sleutel] = len(retours)
            retours.append({"case": sleutel[0], "retour": sleutel[1], "refused": False, "bookings": []})
            regels.append((regel, []))
        if boeking:
            if _waarheid(cellen["refused"] or "false") is not False:
                raise _fout(
                    plaats, regel, "refused", "stands on a row of its own, without referentienummer and outcome"
                )
            retours[eigen]["bookings"].append(_boeking(cellen))
            regels[eigen][1].append(regel)
        else:
            if teveel := [naam for naam in ("granted", "left") if cellen[naam]]:
                raise _fout(plaats, regel, teveel[0], "belongs to a booking; fill in referentienummer and outcome")
            retours[eigen] |= {"gemeld": True, **_retour(cellen)}
            regels[eigen] = (regel, regels[eigen][1])
    try:
        return Terugmelding.model_validate(
            {"retours": [{naam: waarde for naam, waarde in r.items() if naam != "gemeld"} for r in retours]}
        )
    except ValidationError as fout:
        een = fout.errors(include_url=False)[0]
        _, i, *rest = een["loc"]
        van_retour, van_boekingen = regels[int(i)]
        if rest[0] == "bookings":
            raise _fout(plaats, van_boekingen[int(rest[1])], str(rest[2]), bezwaar(een, SOORT)) from None
        raise _fout(plaats, van_retour, str(rest[0]), bezwaar(een, SOORT)) from None


def _rijen(plaats: Path, tekst: str) -> Iterator[_Rij]:
    """The rows that hold something, with their lines; the header decides which sign parts the columns."""
    scheiding = max(",;\t", key=tekst.partition("\n")[0].count)
    # Never a line end inside a cell but between quotes, and no cell that swallows the rest of the file unseen.
    lezer = csv.reader(io.StringIO(tekst, newline=""), delimiter=scheiding, strict=True)
    try:
        kop = [cel.strip() for cel in next(lezer, [])]
        _eis_kop(plaats, kop)
        for cellen in lezer:
            if not any(cel.strip() for cel in cellen):
                continue
            if len(cellen) != len(kop):
                wat = f"has {len(cellen)} columns where the header has {len(kop)}"
                raise _fout(plaats, lezer.line_num, None, wat)
            gevuld = dict(zip(kop, (cel.strip() for cel in cellen), strict=True))
            yield _Rij(lezer.line_num, {naam: gevuld.get(naam, "") for naam in KOLOMMEN})
    except csv.Error as fout:
        raise _fout(plaats, max(lezer.line_num, 1), None, f"not CSV: {fout}") from None


def _eis_kop(plaats: Path, kop: list[str]) -> None:
    nodig = [naam for naam in KOLOMMEN if naam != "reason"]
    if ontbreekt := [naam for naam in nodig if naam not in kop]:
        wat = "is no JSON, and as CSV it lacks" if len(ontbreekt) == len(nodig) else "lacks"
        raise _fout(plaats, 1, None, f"{wat} the columns {', '.join(ontbreekt)}")
    if vreemd := [naam for naam in kop if naam not in KOLOMMEN]:
        raise _fout(plaats, 1, None, f"{vreemd[0]!a} is no column of a result; these are: {', '.join(KOLOMMEN)}")
    if len(set(kop)) < len(kop):
        raise _fout(plaats, 1, None, "has a column twice")


_WAARHEDEN = {"true": True, "waar": True, "false": False, "onwaar": False}


def _waarheid(cel: str) -> bool | str:
    return _WAARHEDEN.get(cel.lower(), cel)


def _boeking(cellen: dict[str, str]) -> dict[str, Any]:
    return {
        "referentienummer": cellen["referentienummer"],
        "outcome": cellen["outcome"],
        "granted": _bedrag(cellen["granted"]),
        "left": _bedrag(cellen["left"]),
        "retourcodes": cellen["retourcodes"].split(),
    }


def _retour(cellen: dict[str, str]) -> dict[str, Any]:
    codes = {"retourcodes": cellen["retourcodes"].split()} if cellen["retourcodes"] else {}
    return {"refused": _waarheid(cellen["refused"]), "reason": cellen["reason"] or None, **codes}


def _bedrag(cel: str) -> str:
    """A Dutch spreadsheet writes 10,00."""
    return cel.replace(",", ".") if re.fullmatch(r"-?[0-9]+,[0-9]{2}", cel) else cel


def _fout(plaats: Path, regel: int, kolom: str | None, wat: str) -> InputError:
    return InputError(": ".join(filter(None, (f"{plaats}:{regel}", kolom, wat))))

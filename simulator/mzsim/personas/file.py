"""Reads `personas.yaml`, strictly, and completes its records."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from mzsim.common.file_values import Bsn, Codes, Date, FileLine, FourDigits, Number, Text, refuse
from mzsim.common.strict_yaml import read_strict
from mzsim.personas.persona import (
    DONE,
    INSURER,
    PRAKTIJK,
    PROCESSED,
    ZORGVERLENER,
    Fields,
    Persona,
    PersonaDeclaration,
    PersonaExpectation,
    SentBack,
)
from mzsim.standard.layout import layouts
from mzsim.standard.messages import HEEN
from mzsim.standard.values import BSN_UNKNOWN

FILE = Path(__file__).parent / "personas.yaml"

_ZVW, _WLZ = HEEN.zvw.decode("ascii"), HEEN.wlz.decode("ascii")


def _cents(value: str) -> str:
    if not re.fullmatch(r"-?(0|[1-9][0-9]*)\.[0-9]{2}", value):
        raise refuse('must be an amount in euro as --json prints it: "10.00", a credit "-10.00"')
    return value


def _rubrieken(kenmerk: bytes) -> AfterValidator:
    known = {rubriek.nummer for rubriek in layouts("mz301")[kenmerk].rubrieken}

    def predicate(fields: dict[str, str | int]) -> dict[str, str | int]:
        if foreign := sorted(fields.keys() - known):
            raise refuse(f"{foreign[0]} is no rubriek of record {kenmerk.decode()}")
        return fields

    return AfterValidator(predicate)


Amount = Annotated[str, AfterValidator(_cents)]
_Given = dict[str, str | int]


class _SentBackFile(FileLine):
    record: Literal["01", "02", "04"]
    nummer: int = 0
    codes: Codes
    toegekend: Amount = "0.00"


class _PersonaExpected(FileLine):
    afzender: Literal["VECOZO"] | FourDigits | None = None
    status: Literal[
        "volledig_toegewezen", "deels_toegewezen", "volledig_afgewezen", "afgekeurd_bestand", "afgekeurd_record"
    ]
    toegekend: Amount
    terug: list[_SentBackFile]


class _PersonaDeclarationFile(FileLine):
    datum: Date = PROCESSED
    voorloop: Annotated[_Given, _rubrieken(b"01")] = Field(default_factory=dict)
    verzekerde: Annotated[_Given, _rubrieken(b"02")] = Field(default_factory=dict)
    prestaties: list[Annotated[_Given, _rubrieken(b"04")]]
    verwacht: _PersonaExpected


class _PersonaEntry(FileLine):
    id: Annotated[str, Field(pattern="^[a-z0-9-]+$")]
    nummer: Annotated[int, Field(ge=1, le=999)]
    titel: Text
    reden: Text
    bsn: Bsn | None = None
    verzekerdennummer: Number | None = None
    naam: Text
    geboortedatum: Date
    declaraties: list[_PersonaDeclarationFile]


class _PersonaFile(FileLine):
    personas: list[_PersonaEntry]


def read() -> tuple[Persona, ...]:
    """The personas of the file. Raises StoreFileError."""
    content, _ = read_strict(FILE, _PersonaFile, "the file of personas")
    return tuple(_persona(p) for p in content.personas)


def _persona(p: _PersonaEntry) -> Persona:
    declaraties = tuple(_declaration(p, d, volgnummer) for volgnummer, d in enumerate(p.declaraties, start=1))
    return Persona(p.id, p.titel, p.reden, p.bsn, p.verzekerdennummer, p.naam, p.geboortedatum, declaraties)


def _declaration(p: _PersonaEntry, d: _PersonaDeclarationFile, volgnummer: int) -> PersonaDeclaration:
    days = [str(fields.get("0408", DONE)) for fields in d.prestaties]
    dagtekening = str(d.voorloop.get("0117", _date(d.datum)))
    number = f"PROEF-{p.nummer:03d}-{volgnummer}"
    voorloop: Fields = {
        "0102": _ZVW,
        "0103": "01",
        "0104": "03",
        "0105": "P",
        "0108": INSURER,
        "0110": ZORGVERLENER,
        "0111": PRAKTIJK,
        "0113": "03",
        "0114": min(days),
        "0115": min(max(days), dagtekening),
        "0116": number,
        "0117": dagtekening,
        "0119": "EUR",
        **d.voorloop,
    }
    verzekerde = _verzekerde(p, voorloop) | d.verzekerde
    key = {f"04{rubriek[2:]}": verzekerde[rubriek] for rubriek in ("0203", "0204", "0205")}
    return PersonaDeclaration(
        file_name=f"{p.id}-{volgnummer}.mz301.asc" if len(p.declaraties) > 1 else f"{p.id}.mz301.asc",
        datum=d.datum,
        voorloop=voorloop,
        verzekerde=verzekerde,
        prestaties=tuple(
            key | {"0432": f"{number}-{place}"} | _prestatie(fields)
            for place, fields in enumerate(d.prestaties, start=1)
        ),
        expected=_expected(d.verwacht, str(voorloop["0108"])),
    )


def _verzekerde(p: _PersonaEntry, voorloop: Fields) -> dict[str, str | int]:
    return {
        "0203": p.bsn or BSN_UNKNOWN.decode("ascii"),
        "0204": voorloop["0108"],
        "0205": "" if voorloop["0102"] == _WLZ else p.verzekerdennummer or "",
        "0207": _date(p.geboortedatum),
        "0208": 2 - p.nummer % 2,
        "0209": 1,
        "0210": p.naam,
        "0215": "ABCDEFGHJKLMNP"[p.nummer % 14],
        "0217": f"{1000 + p.nummer}ZZ",
        "0219": p.nummer,
        "0223": 2,
    }


def _prestatie(fields: Mapping[str, str | int]) -> dict[str, str | int]:
    tariff, count = int(fields["0424"]), int(fields.get("0425", 1))
    amount = fields.get("0426", tariff * count)
    return {
        "0407": 1,
        "0408": DONE,
        "0409": "01",
        "0410": "N",
        "0412": "010",
        "0419": "N",
        "0420": ZORGVERLENER,
        "0425": count,
        "0426": amount,
        "0427": "D",
        "0430": amount,
        "0431": "D",
        **fields,
    }


def _expected(v: _PersonaExpected, uzovi: str) -> PersonaExpectation:
    back = tuple(SentBack(t.record, t.nummer, tuple(t.codes), _in_cents(t.toegekend)) for t in v.terug)
    return PersonaExpectation(v.afzender or uzovi, v.status, _in_cents(v.toegekend), back)


def _in_cents(amount: str) -> int:
    return int(amount.replace(".", ""))


def _date(day: dt.date) -> str:
    return f"{day:%Y%m%d}"

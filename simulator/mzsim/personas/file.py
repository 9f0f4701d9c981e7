"""Reads `personas.yaml`, strictly, and completes its records."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from mzsim.common.file_values import Bsn, Codes, Datum, Nummer, Regel, Tekst, Viercijfers, weiger
from mzsim.common.strict_yaml import lees_strikt
from mzsim.personas.persona import (
    GEDAAN,
    PRAKTIJK,
    VERWERKT,
    VERZEKERAAR,
    ZORGVERLENER,
    Declaratie,
    Persona,
    Teruggezonden,
    Velden,
    Verwacht,
)
from mzsim.standard.layout import layouts
from mzsim.standard.messages import HEEN
from mzsim.standard.values import BSN_ONBEKEND

BESTAND = Path(__file__).parent / "personas.yaml"

_ZVW, _WLZ = HEEN.zvw.decode("ascii"), HEEN.wlz.decode("ascii")


def _centen(waarde: str) -> str:
    if not re.fullmatch(r"-?(0|[1-9][0-9]*)\.[0-9]{2}", waarde):
        raise weiger('must be an amount in euro as --json prints it: "10.00", a credit "-10.00"')
    return waarde


def _rubrieken(kenmerk: bytes) -> AfterValidator:
    bekend = {rubriek.nummer for rubriek in layouts("mz301")[kenmerk].rubrieken}

    def toets(velden: dict[str, str | int]) -> dict[str, str | int]:
        if vreemd := sorted(velden.keys() - bekend):
            raise weiger(f"{vreemd[0]} is no rubriek of record {kenmerk.decode()}")
        return velden

    return AfterValidator(toets)


Bedrag = Annotated[str, AfterValidator(_centen)]
_Gegeven = dict[str, str | int]


class _Teruggezonden(Regel):
    record: Literal["01", "02", "04"]
    nummer: int = 0
    codes: Codes
    toegekend: Bedrag = "0.00"


class _Verwacht(Regel):
    afzender: Literal["VECOZO"] | Viercijfers | None = None
    status: Literal[
        "volledig_toegewezen", "deels_toegewezen", "volledig_afgewezen", "afgekeurd_bestand", "afgekeurd_record"
    ]
    toegekend: Bedrag
    terug: list[_Teruggezonden]


class _Declaratie(Regel):
    datum: Datum = VERWERKT
    voorloop: Annotated[_Gegeven, _rubrieken(b"01")] = Field(default_factory=dict)
    verzekerde: Annotated[_Gegeven, _rubrieken(b"02")] = Field(default_factory=dict)
    prestaties: list[Annotated[_Gegeven, _rubrieken(b"04")]]
    verwacht: _Verwacht


class _Persona(Regel):
    id: Annotated[str, Field(pattern="^[a-z0-9-]+$")]
    nummer: Annotated[int, Field(ge=1, le=999)]
    titel: Tekst
    reden: Tekst
    bsn: Bsn | None = None
    verzekerdennummer: Nummer | None = None
    naam: Tekst
    geboortedatum: Datum
    declaraties: list[_Declaratie]


class _Bestand(Regel):
    personas: list[_Persona]


def lees() -> tuple[Persona, ...]:
    """The personas of the file. Raises StoreFileError."""
    inhoud, _ = lees_strikt(BESTAND, _Bestand, "the file of personas")
    return tuple(_persona(p) for p in inhoud.personas)


def _persona(p: _Persona) -> Persona:
    declaraties = tuple(_declaratie(p, d, volgnummer) for volgnummer, d in enumerate(p.declaraties, start=1))
    return Persona(p.id, p.titel, p.reden, p.bsn, p.verzekerdennummer, p.naam, p.geboortedatum, declaraties)


def _declaratie(p: _Persona, d: _Declaratie, volgnummer: int) -> Declaratie:
    dagen = [str(velden.get("0408", GEDAAN)) for velden in d.prestaties]
    dagtekening = str(d.voorloop.get("0117", _datum(d.datum)))
    nummer = f"PROEF-{p.nummer:03d}-{volgnummer}"
    voorloop: Velden = {
        "0102": _ZVW,
        "0103": "01",
        "0104": "03",
        "0105": "P",
        "0108": VERZEKERAAR,
        "0110": ZORGVERLENER,
        "0111": PRAKTIJK,
        "0113": "03",
        "0114": min(dagen),
        "0115": min(max(dagen), dagtekening),
        "0116": nummer,
        "0117": dagtekening,
        "0119": "EUR",
        **d.voorloop,
    }
    verzekerde = _verzekerde(p, voorloop) | d.verzekerde
    sleutel = {f"04{rubriek[2:]}": verzekerde[rubriek] for rubriek in ("0203", "0204", "0205")}
    return Declaratie(
        bestandsnaam=f"{p.id}-{volgnummer}.mz301.asc" if len(p.declaraties) > 1 else f"{p.id}.mz301.asc",
        datum=d.datum,
        voorloop=voorloop,
        verzekerde=verzekerde,
        prestaties=tuple(
            sleutel | {"0432": f"{nummer}-{plaats}"} | _prestatie(velden)
            for plaats, velden in enumerate(d.prestaties, start=1)
        ),
        verwacht=_verwacht(d.verwacht, str(voorloop["0108"])),
    )


def _verzekerde(p: _Persona, voorloop: Velden) -> dict[str, str | int]:
    return {
        "0203": p.bsn or BSN_ONBEKEND.decode("ascii"),
        "0204": voorloop["0108"],
        "0205": "" if voorloop["0102"] == _WLZ else p.verzekerdennummer or "",
        "0207": _datum(p.geboortedatum),
        "0208": 2 - p.nummer % 2,
        "0209": 1,
        "0210": p.naam,
        "0215": "ABCDEFGHJKLMNP"[p.nummer % 14],
        "0217": f"{1000 + p.nummer}ZZ",
        "0219": p.nummer,
        "0223": 2,
    }


def _prestatie(velden: Mapping[str, str | int]) -> dict[str, str | int]:
    tarief, aantal = int(velden["0424"]), int(velden.get("0425", 1))
    bedrag = velden.get("0426", tarief * aantal)
    return {
        "0407": 1,
        "0408": GEDAAN,
        "0409": "01",
        "0410": "N",
        "0412": "010",
        "0419": "N",
        "0420": ZORGVERLENER,
        "0425": aantal,
        "0426": bedrag,
        "0427": "D",
        "0430": bedrag,
        "0431": "D",
        **velden,
    }


def _verwacht(v: _Verwacht, uzovi: str) -> Verwacht:
    terug = tuple(Teruggezonden(t.record, t.nummer, tuple(t.codes), _in_centen(t.toegekend)) for t in v.terug)
    return Verwacht(v.afzender or uzovi, v.status, _in_centen(v.toegekend), terug)


def _in_centen(bedrag: str) -> int:
    return int(bedrag.replace(".", ""))


def _datum(dag: dt.date) -> str:
    return f"{dag:%Y%m%d}"

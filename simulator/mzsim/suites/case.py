"""A case: a folder with `case.yaml`, its declarations, and what must come back for them. Read strictly, never changed."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import yaml
from pydantic import AfterValidator, Field, model_validator

from mzsim.common.errors import CaseError, InputError, StoreFileError
from mzsim.common.file_values import Codes, Datum, Regel, Tekst, Viercijfers, weiger
from mzsim.common.strict_yaml import lees_strikt
from mzsim.common.yaml_lines import Boom, Fout
from mzsim.domain.findings import Stage, Status
from mzsim.standard.values import als_euro
from mzsim.store.shipped_files import plaats_van

NAAM = "case.yaml"

Eis = tuple[tuple[str, str | int | None], ...]
"""What a melding must hold: (("record", "04"), ("retourcode", "8007")); what it leaves out may be anything."""


class Verwacht(NamedTuple):
    """What a step must give; only what is named in `gegeven` counts, so that a retour of None can mean: none is sent.

    `totaal_toegekend` in cents; `retour` is the file that the retour must be equal to.
    """

    gegeven: frozenset[str]
    retour: Path | None = None
    status: Status | None = None
    totaal_toegekend: int | None = None
    codes: tuple[str, ...] = ()
    meldingen: tuple[Eis, ...] = ()


class Stap(NamedTuple):
    """One declaration of a case. `antwoord` is a script of what the insurer answers, None for the insurer itself."""

    declaratie: Path
    datum: dt.date
    stage: Stage
    antwoord: Path | None
    verwacht: Verwacht


class Geval(NamedTuple):
    """A case. The files of its store are paths; a list that comes with the program is the path of that list."""

    map_: Path
    id: str
    titel: str
    bron: str | None
    tags: tuple[str, ...]
    store: tuple[Path, ...]
    stappen: tuple[Stap, ...]

    @property
    def bestand(self) -> Path:
        """Its case.yaml."""
        return self.map_ / NAAM


def _id(waarde: str) -> str:
    if not re.fullmatch(r"[a-z0-9.-]+", waarde):
        raise weiger("must be small letters, digits, points and hyphens")
    return waarde


def _bedrag(waarde: str) -> str:
    if not re.fullmatch(r"-?(0|[1-9][0-9]*)\.[0-9]{2}", waarde):
        raise weiger('must be an amount in euro as --json prints it: "10.00", a credit "-10.00"')
    return waarde


def _pad(waarde: str) -> str:
    if not waarde or Path(waarde).is_absolute():
        raise weiger("must be a path from the folder of the case")
    return waarde


Pad = Annotated[str, AfterValidator(_pad)]
Stagenaam = Literal["vecozo", "verzekeraar", "all"]
Statusnaam = Literal[
    "volledig_toegewezen",
    "deels_toegewezen",
    "volledig_afgewezen",
    "afgekeurd_bestand",
    "afgekeurd_record",
    "doorgestuurd",
    "onleesbaar",
]


class _Melding(Regel):
    record: str | None = None
    identificatie: int | None = None
    rubriek: Viercijfers | None = None
    retourcode: Viercijfers | None = None
    controle: str | None = None


class _Expect(Regel):
    retour: Pad | None = None
    status: Statusnaam | None = None
    totaal_toegekend: Annotated[str, AfterValidator(_bedrag)] = "0.00"
    codes: list[Viercijfers] = Field(default_factory=list)
    meldingen: list[_Melding] = Field(default_factory=list)

    @model_validator(mode="after")
    def _iets(self) -> _Expect:
        if not self.model_fields_set:
            raise weiger(f"must hold at least one of {', '.join(_Expect.model_fields)}")
        if "status" in self.model_fields_set and self.status is None:
            raise weiger("status may not be empty")
        return self


class _Step(Regel):
    declaration: Pad
    date: Datum | None = None
    stage: Stagenaam | None = None
    antwoord: Pad | None = None
    expect: _Expect


class _Case(Regel):
    id: Annotated[str, AfterValidator(_id)]
    title: Tekst
    source: Tekst | None = None
    tags: Codes = Field(default_factory=list)
    date: Datum | None = None
    stage: Stagenaam = "all"
    store: list[Tekst] = Field(default_factory=list)
    steps: Annotated[list[_Step], Field(min_length=1)]


def lees_geval(map_: Path, *, nog_zonder_retour: bool = False) -> Geval:
    """The case in a folder. Raises CaseError for the first thing that is wrong in it; every file it names must exist.

    With `nog_zonder_retour` an expected retour may be missing: it is about to be written.
    """
    pad = map_ / NAAM
    try:
        inhoud, boom = lees_strikt(pad, _Case, "a case")
        boom.eis_geen(_ontbrekend(inhoud, boom, map_, nog_zonder_retour))
    except StoreFileError as fout:
        raise CaseError(str(fout)) from None
    return Geval(
        map_=map_,
        id=inhoud.id,
        titel=inhoud.title,
        bron=inhoud.source,
        tags=tuple(inhoud.tags),
        store=tuple(_storebestand(map_, naam) for naam in inhoud.store),
        stappen=tuple(_stap(map_, stap, inhoud) for stap in inhoud.steps),
    )


def _stap(map_: Path, stap: _Step, case: _Case) -> Stap:
    datum = stap.date or case.date
    assert datum is not None, "seen by _ontbrekend"
    eisen = stap.expect
    return Stap(
        declaratie=_in(map_, stap.declaration),
        datum=datum,
        stage=Stage(stap.stage or case.stage),
        antwoord=_in(map_, stap.antwoord) if stap.antwoord else None,
        verwacht=Verwacht(
            gegeven=frozenset(eisen.model_fields_set),
            retour=_in(map_, eisen.retour) if eisen.retour else None,
            status=Status(eisen.status) if eisen.status else None,
            totaal_toegekend=int(eisen.totaal_toegekend.replace(".", "")),
            codes=tuple(eisen.codes),
            meldingen=tuple(_eis(melding) for melding in eisen.meldingen),
        ),
    )


def _eis(melding: _Melding) -> Eis:
    gegeven = melding.model_dump(include=melding.model_fields_set)
    return tuple((naam, gegeven[naam]) for naam in _Melding.model_fields if naam in gegeven)


def _storebestand(map_: Path, naam: str) -> Path:
    return plaats_van(naam) if naam.startswith("@") else _in(map_, naam)


def _in(map_: Path, naam: str) -> Path:
    """A file that a case names, without the .. that messages would show."""
    return Path(os.path.normpath(map_ / naam))


def _ontbrekend(case: _Case, boom: Boom, map_: Path, nog_zonder_retour: bool) -> Iterator[Fout]:
    """What is right in itself and yet can't be played: files that don't exist, a step without a date."""
    for i, naam in enumerate(case.store):
        try:
            bestand = _storebestand(map_, naam)
        except InputError as fout:
            yield boom.fout(("store", i), str(fout).partition(": ")[2])
            continue
        yield from _bestaat(bestand, boom, ("store", i))
    for i, stap in enumerate(case.steps):
        if stap.date is None and case.date is None:
            yield boom.fout(("steps", i, "date"), "is missing; give the case a date, or each of its steps")
        yield from _bestaat(_in(map_, stap.declaration), boom, ("steps", i, "declaration"))
        if stap.antwoord:
            yield from _bestaat(_in(map_, stap.antwoord), boom, ("steps", i, "antwoord"))
        if stap.expect.retour and not nog_zonder_retour:
            yield from _bestaat(_in(map_, stap.expect.retour), boom, ("steps", i, "expect", "retour"))


def _bestaat(bestand: Path, boom: Boom, plek: tuple[str | int, ...]) -> Iterator[Fout]:
    if not bestand.is_file():
        yield boom.fout(plek, f"{bestand}: no such file")


def vind_gevallen(map_: Path, *, nog_zonder_retour: bool = False) -> list[Geval]:
    """The cases in a folder and below it, by id. Raises CaseError where one is wrong, two have one id, or none is."""
    if not map_.is_dir():
        raise CaseError(f"{map_}: {'is no folder' if map_.exists() else 'no such folder'}")
    mappen = sorted(Path(waar) for waar, _, bestanden in os.walk(map_) if NAAM in bestanden)
    if not mappen:
        raise CaseError(f"{map_}: holds no case (a folder with {NAAM}); mzsim suite new makes one")
    gevonden: dict[str, Geval] = {}
    for waar in mappen:
        geval = lees_geval(waar, nog_zonder_retour=nog_zonder_retour)
        ander = gevonden.setdefault(geval.id, geval)
        if ander is not geval:
            raise CaseError(f"{geval.bestand}: id: {ander.bestand} has the id {geval.id} as well; give one another")
    return [gevonden[id] for id in sorted(gevonden)]


def als_yaml(geval: Geval) -> str:
    """The text of the case.yaml of a case; the same case gives the same text, and reading it gives the same case."""
    eerste = geval.stappen[0]
    zelfde_stage = all(stap.stage is eerste.stage for stap in geval.stappen)
    kop: dict[str, Any] = {
        "id": geval.id,
        "title": geval.titel,
        "source": geval.bron,
        "tags": list(geval.tags),
        "date": eerste.datum,
        "stage": str(eerste.stage) if zelfde_stage else "all",
        "store": [naam_in(geval.map_, bestand) for bestand in geval.store],
    }
    stappen = [_stap_als_dict(geval, stap, kop) for stap in geval.stappen]
    gevuld = {naam: waarde for naam, waarde in kop.items() if waarde not in (None, [])}
    return _dump({**gevuld, "steps": stappen})


def _stap_als_dict(geval: Geval, stap: Stap, kop: dict[str, Any]) -> dict[str, Any]:
    als: dict[str, Any] = {"declaration": naam_in(geval.map_, stap.declaratie)}
    if stap.datum != kop["date"]:
        als["date"] = stap.datum
    if stap.stage != kop["stage"]:
        als["stage"] = str(stap.stage)
    if stap.antwoord:
        als["antwoord"] = naam_in(geval.map_, stap.antwoord)
    return {**als, "expect": verwacht_als_dict(geval, stap.verwacht)}


def verwacht_als_dict(geval: Geval, verwacht: Verwacht) -> dict[str, Any]:
    """What a step expects as its case.yaml holds it."""
    eisen = {
        "retour": naam_in(geval.map_, verwacht.retour) if verwacht.retour else None,
        "status": verwacht.status and str(verwacht.status),
        "totaal_toegekend": als_euro(verwacht.totaal_toegekend or 0),
        "codes": list(verwacht.codes),
        "meldingen": [dict(eis) for eis in verwacht.meldingen],
    }
    return {naam: eis for naam, eis in eisen.items() if naam in verwacht.gegeven}


def naam_in(map_: Path, bestand: Path) -> str:
    """How the case.yaml in a folder names a file: its path from there, a list that comes with the program by its @name."""
    if bestand == _lijst(bestand):
        return f"@{bestand.stem}"
    return Path(os.path.relpath(bestand, map_)).as_posix()


def _lijst(bestand: Path) -> Path | None:
    try:
        return plaats_van(f"@{bestand.stem}")
    except InputError:
        return None


class _Dumper(yaml.SafeDumper):
    """Writes no anchors, and lists indented."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        return super().increase_indent(flow, False)


def _tekst(dumper: yaml.SafeDumper, tekst: str) -> yaml.Node:
    # A number to some reader of YAML or other, as 0587 is.
    stijl = '"' if re.fullmatch(r"[-+.:0-9]+", tekst) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", tekst, style=stijl)


_Dumper.add_representer(str, _tekst)


def _dump(inhoud: dict[str, Any]) -> str:
    return yaml.dump(inhoud, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


def als_yamlwaarde(waarde: Any) -> str:
    """A value on one line, as it stands behind a key."""
    tekst: str = yaml.dump(
        waarde, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10**6, default_flow_style=True
    )
    return tekst.removesuffix("\n").removesuffix("\n...")


def kies(gevallen: Iterable[Geval], woord: str | None, tags: Iterable[str]) -> list[Geval]:
    """The cases whose id or title holds a word (capitals don't matter) and that have one of the tags, where asked."""
    gezocht, gevraagd = (woord or "").casefold(), set(tags)
    return [
        geval
        for geval in gevallen
        if gezocht in f"{geval.id}\n{geval.titel}".casefold() and (not gevraagd or gevraagd & set(geval.tags))
    ]

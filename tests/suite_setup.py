"""What the shipped suites are made of: a case as declarations and store files, played to know what comes back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from mzsim.domain.findings import Stage
from mzsim.suites.case import Geval, Stap, Verwacht, als_yaml
from mzsim.suites.difference import codes_van
from mzsim.suites.playing import speel_geval
from tests.factories import Bericht, maak

DATUM = dt.date(2011, 5, 2)


class Declaratie(NamedTuple):
    """A step: the name of the file without .mz301.asc, its bytes, and date and stage where not those of the case."""

    naam: str
    inhoud: bytes
    datum: dt.date | None = None
    stage: Stage | None = None


class Opzet(NamedTuple):
    """A case to be made. `store` are files of the suite, one folder up; `eigen_store` is what the case adds itself."""

    id: str
    titel: str
    stappen: tuple[Declaratie, ...]
    tags: tuple[str, ...]
    bron: str | None = None
    stage: Stage = Stage.ALL
    datum: dt.date = DATUM
    store: tuple[str, ...] = ("store.yaml",)
    eigen_store: Mapping[str, Any] | None = None


def beleid(**keuze: object) -> dict[str, Any]:
    """The insurer of the examples, with choices of his own."""
    return {
        "uzovi": [{"nummer": "0736", "naam": "Voorbeeld", "soort": "zorgverzekeraar", "edp": True, "beleid": keuze}]
    }


def basis(*dekkingen: dict[str, Any]) -> dict[str, Any]:
    """The pakket of the examples, with other dekkingen."""
    return {"pakketten": [{"code": "ALLES", "uzovi": "0736", "soort": "basis", "dekkingen": list(dekkingen)}]}


def factuur(nummer: str, *prestaties: dict[str, str], **voorloop: str) -> Bericht:
    """A declaration with a factuurnummer: one verzekerde, a prestatie for each of these."""
    bericht = Bericht(voorloop=maak("01", r0116=nummer, **voorloop)).voeg_toe("02")
    for velden in prestaties:
        bericht.voeg_toe("04", **velden)
    return bericht


def credit_van(nummer: str, vorig: str, **velden: str) -> dict[str, str]:
    """The rubrieken of a credit."""
    return {"r0427": "C", "r0432": nummer, "r0433": vorig, **velden}


def een(id: str, titel: str, bericht: Bericht, *tags: str, **anders: Any) -> Opzet:
    """A case of one declaration."""
    return Opzet(id, titel, (Declaratie("declaratie", bytes(bericht)),), tags, **anders)


def reeks(id: str, titel: str, berichten: list[Bericht], *tags: str, **anders: Any) -> Opzet:
    """A case of several declarations, one after another."""
    stappen = tuple(Declaratie(str(nummer), bytes(bericht)) for nummer, bericht in enumerate(berichten, start=1))
    return Opzet(id, titel, stappen, tags, **anders)


def maak_geval(opzet: Opzet, suite: Path, werkmap: Path) -> Geval:
    """Writes a case into a suite: its declarations, what came back, and its case.yaml."""
    map_ = suite / opzet.id
    map_.mkdir(parents=True)
    store = [map_ / ".." / naam for naam in opzet.store]
    if opzet.eigen_store:
        store.append(map_ / "store.yaml")
        store[-1].write_text(yaml.safe_dump(dict(opzet.eigen_store), sort_keys=False, allow_unicode=True), "utf-8")
    stappen = []
    for declaratie in opzet.stappen:
        plaats = map_ / f"{declaratie.naam}.mz301.asc"
        plaats.write_bytes(declaratie.inhoud)
        datum, stage = declaratie.datum or opzet.datum, declaratie.stage or opzet.stage
        stappen.append(Stap(plaats, datum, stage, None, Verwacht(frozenset())))
    geval = Geval(map_, opzet.id, opzet.titel, opzet.bron, opzet.tags, tuple(store), tuple(stappen))
    verslag = speel_geval(geval, werkmap)
    assert verslag.geslaagd, f"{opzet.id}: {verslag.fout or [stap.fout for stap in verslag.stappen]}"
    bekend = []
    for stap, declaratie in zip(verslag.stappen, opzet.stappen, strict=True):
        assert stap.uitkomst is not None
        retour = None
        if stap.retour is not None:
            retour = map_ / f"{declaratie.naam}.mz302.asc"
            retour.write_bytes(stap.retour)
        verwacht = Verwacht(
            gegeven=frozenset({"retour", "status", "totaal_toegekend", "codes"}),
            retour=retour,
            status=stap.uitkomst.status,
            totaal_toegekend=stap.uitkomst.totaal_toegekend,
            codes=codes_van(stap.uitkomst),
        )
        bekend.append(stap.stap._replace(verwacht=verwacht))
    geval = geval._replace(stappen=tuple(bekend))
    geval.bestand.write_text(als_yaml(geval), "utf-8")
    return geval

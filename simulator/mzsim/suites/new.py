"""Making a case of somebody's own declarations: copies of the files, and what comes back now as what is expected."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import tempfile
from collections.abc import Iterable
from itertools import count
from pathlib import Path
from typing import NamedTuple

from mzsim.common.errors import CaseError, InputError, OutputError
from mzsim.common.message_names import retournaam
from mzsim.domain.findings import Stage
from mzsim.store.shipped_files import plaats_van
from mzsim.suites.case import NAAM, Geval, Stap, Verwacht, als_yaml, vind_gevallen
from mzsim.suites.playing import Verslag, speel_geval


class Opzet(NamedTuple):
    """What a case is made of; `stores` are files and @names."""

    map_: Path
    declaraties: tuple[Path, ...]
    stores: tuple[str, ...]
    titel: str | None
    tags: tuple[str, ...]
    datum: dt.date
    stage: Stage


def maak_geval(opzet: Opzet) -> Verslag:
    """Makes the folder of a case and says what came back. Raises a MzsimError, and then there is no folder."""
    if opzet.map_.exists():
        raise OutputError(f"{opzet.map_}: is there already; choose another name, or see mzsim suite accept")
    id_ = _id(opzet.map_)
    try:
        opzet.map_.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".mzsim-", dir=opzet.map_.parent) as werk:
            verslag = _vul(opzet, id_, Path(werk) / "geval", Path(werk))
            (Path(werk) / "geval").rename(opzet.map_)
    except OSError as fout:
        raise OutputError(f"{opzet.map_}: can't be made: {fout.strerror}") from None
    geval = _verplaatst(verslag.geval, opzet.map_)
    stappen = zip(verslag.stappen, geval.stappen, strict=True)
    return verslag._replace(geval=geval, stappen=tuple(gespeeld._replace(stap=stap) for gespeeld, stap in stappen))


def _id(map_: Path) -> str:
    """The name of the folder as an id, which no other case beside it may have."""
    id_ = re.sub(r"[^a-z0-9.-]+", "-", map_.resolve().name.lower()).strip("-")
    if not id_:
        raise CaseError(f"{map_}: give the folder a name with a letter or digit; it becomes the id of the case")
    if map_.parent.is_dir() and _heeft_gevallen(map_.parent):
        for ander in vind_gevallen(map_.parent, nog_zonder_retour=True):
            if ander.id == id_:
                raise CaseError(f"{map_}: {ander.bestand} has the id {id_} already; choose another name")
    return id_


def _heeft_gevallen(map_: Path) -> bool:
    return any(NAAM in bestanden for _, _, bestanden in os.walk(map_))


def _vul(opzet: Opzet, id_: str, map_: Path, werk: Path) -> Verslag:
    map_.mkdir()
    inrichting = _Inrichting(map_)
    stores = tuple(inrichting.storebestand(naam) for naam in opzet.stores)
    stappen = tuple(
        Stap(inrichting.kopie(declaratie), opzet.datum, opzet.stage, None, Verwacht(frozenset()))
        for declaratie in opzet.declaraties
    )
    titel = opzet.titel or ", ".join(declaratie.name for declaratie in opzet.declaraties)
    geval = Geval(map_, id_, titel, None, opzet.tags, stores, stappen)
    verslag = speel_geval(geval, werk)
    for fout in (verslag.fout, *(stap.fout for stap in verslag.stappen)):
        if fout is not None:
            raise InputError(inrichting.met_bronnen(fout))
    verwacht = []
    for stap in verslag.stappen:
        assert stap.uitkomst is not None
        plaats = None
        if stap.retour is not None:
            plaats = map_ / inrichting.naam(retournaam(stap.stap.declaratie))
            plaats.write_bytes(stap.retour)
        gegeven = frozenset({"retour", "status"})
        verwacht.append(stap.stap._replace(verwacht=Verwacht(gegeven, plaats, stap.uitkomst.status)))
    geval = geval._replace(stappen=tuple(verwacht))
    geval.bestand.write_text(als_yaml(geval), "utf-8")
    return verslag._replace(geval=geval)


class _Inrichting:
    """The files of a case in the making: names that stand once, and where each was copied from."""

    def __init__(self, map_: Path) -> None:
        self._map = map_
        self._bezet = {NAAM}
        self._bronnen: dict[Path, Path] = {}

    def naam(self, gewenst: str) -> str:
        """A name that is free, like the one that is wanted."""
        naam, (stam, punt, rest) = gewenst, gewenst.partition(".")
        for n in count(2):
            if naam.casefold() not in self._bezet:
                break
            naam = f"{stam}-{n}{punt}{rest}"
        self._bezet.add(naam.casefold())
        return naam

    def storebestand(self, naam: str) -> Path:
        bestand = plaats_van(naam)
        return bestand if naam.startswith("@") else self.kopie(bestand)

    def kopie(self, bestand: Path) -> Path:
        doel = self._map / self.naam(bestand.name)
        try:
            shutil.copyfile(bestand, doel)
        except (OSError, shutil.SpecialFileError) as fout:
            reden = fout.strerror if isinstance(fout, OSError) and fout.strerror else "is no ordinary file"
            raise InputError(f"{bestand}: can't be read: {reden}") from None
        self._bronnen[doel] = bestand
        return doel

    def met_bronnen(self, fout: str) -> str:
        """A message about copies as one about what they are copies of."""
        for kopie, bron in self._bronnen.items():
            fout = fout.replace(str(kopie), str(bron))
        return fout


def _verplaatst(geval: Geval, map_: Path) -> Geval:
    """The case with its own files in the folder where it is now."""

    def nu(bestanden: Iterable[Path]) -> tuple[Path, ...]:
        return tuple(map_ / bestand.name if bestand.parent == geval.map_ else bestand for bestand in bestanden)

    stappen = []
    for stap in geval.stappen:
        (declaratie,) = nu([stap.declaratie])
        retour = stap.verwacht.retour
        verwacht = stap.verwacht._replace(retour=map_ / retour.name if retour else None)
        stappen.append(stap._replace(declaratie=declaratie, verwacht=verwacht))
    return geval._replace(map_=map_, store=nu(geval.store), stappen=tuple(stappen))

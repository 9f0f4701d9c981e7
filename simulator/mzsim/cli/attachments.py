"""What `replay` writes beside a retour where it is asked for: its manifest, and versions of it with a fault."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from mzsim import manifest as manifesten
from mzsim.cli.options import VERSTORINGEN
from mzsim.common.errors import InputError, OutputError
from mzsim.common.inputs import open_bericht
from mzsim.domain.findings import Uitkomst
from mzsim.manifest import Optekening
from mzsim.pipeline import Opdracht
from mzsim.retour import faults
from mzsim.retour.faulty_files import write_faulty
from mzsim.standard.retourcodes import Retourcode, retourcodes

ALLE = "all"


class Bijlage(NamedTuple):
    """A file that was written, and what it is; or one that was not, and why."""

    plaats: Path
    geschreven: bool
    wat: str


class Bijlagen:
    """The same for every declaration of a command: kinds of fault, whether with a manifest, and the store's own codes."""

    def __init__(self, soorten: Collection[str], eigen_codes: Mapping[str, Retourcode], *, met_manifest: bool) -> None:
        self._soorten = [soort for soort in VERSTORINGEN if soort in soorten or ALLE in soorten]
        self._codes = {**retourcodes(), **eigen_codes}
        self._met_manifest = met_manifest

    def eis_vrij(self, opdrachten: Sequence[Opdracht]) -> None:
        """Refuses, before anything is replayed, what would be written over a declaration, a retour or the script."""
        for declaratie, retour in (opdracht.files for opdracht in opdrachten):
            if any(self._plaatsen(retour)) and declaratie.exists() and not declaratie.is_file():
                raise InputError(f"{declaratie}: is no ordinary file; --manifest and --verstoor need one")
        bezet = {os.path.realpath(pad) for o in opdrachten for pad in _gelezen_en_geschreven(o)}
        for opdracht in opdrachten:
            for plaats in self._plaatsen(opdracht.files[1]):
                if os.path.realpath(plaats) in bezet:
                    raise OutputError(f"{plaats}: is already read or written by this command; use --out")
                bezet.add(os.path.realpath(plaats))

    def _plaatsen(self, retour: Path) -> Iterator[Path]:
        if self._met_manifest:
            yield manifesten.plaats_van(retour)
        yield from (faults.plaats_van(retour, soort) for soort in self._soorten)

    def bij(self, opdracht: Opdracht) -> Opdracht:
        """A replay that is watched, where a manifest is asked for."""
        return opdracht._replace(getuige=Optekening()) if self._met_manifest else opdracht

    def schrijf(self, opdracht: Opdracht, uitkomst: Uitkomst) -> Iterator[Bijlage]:
        """Writes what belongs to a retour that has its place."""
        declaratie, retourbestand = opdracht.files
        if not uitkomst.heeft_retour:
            yield from (Bijlage(plaats, False, "there is no retour") for plaats in self._plaatsen(retourbestand))
            return
        if isinstance(opdracht.getuige, Optekening):
            yield Bijlage(manifesten.schrijf(opdracht, opdracht.getuige), True, "The manifest of this run.")
        if self._soorten:
            with open_bericht(declaratie) as heen, open_bericht(retourbestand) as retour:
                goed = faults.Goed.van(retour, heen, self._codes)
                for soort in self._soorten:
                    yield self._schrijf_verstoord(faults.plaats_van(retourbestand, soort), soort, goed)

    def _schrijf_verstoord(self, plaats: Path, soort: str, goed: faults.Goed) -> Bijlage:
        waarom_niet = write_faulty(plaats, soort, goed, self._codes)
        return Bijlage(plaats, waarom_niet is None, faults.wat(soort) if waarom_niet is None else waarom_niet)


def _gelezen_en_geschreven(opdracht: Opdracht) -> Iterator[Path]:
    yield from opdracht.files
    if opdracht.antwoord is not None and opdracht.antwoord.pad is not None:
        yield opdracht.antwoord.pad

"""How far one declaration travels through the program: `python -m tests.trace [DECLARATION] [--stage all]`.

Answers a declaration (by default INV example 4b, eight lines) on the store of the examples and prints how many modules of
mzsim it visits, how many calls cross from one of them to another, and how often the file is read from its start to its end.
A generator that is asked for its next value counts as a call. What is imported or kept on first use is there already: the
declaration was answered once before.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple
from unittest import mock

from mzsim import pipeline
from mzsim.domain.findings import Stage
from mzsim.pipeline import Opdracht, replay
from mzsim.standard.layout import LENGTE_REGEL
from mzsim.store.loading import laad_bestand
from mzsim.store.session import open_store
from tests.make_inv3 import DATUM, MAP, STORE

VOORBEELD = MAP / "4b-fout-in-prestatierecord.mz301.asc"
_MEESTE = 20


class Trace(NamedTuple):
    """What was seen: the modules visited, the calls from one to another by (caller, called), and the whole readings."""

    modules: frozenset[str]
    crossings: Counter[tuple[str, str]]
    readings: int


class _CountedFile(io.BufferedReader):
    """A file that knows how often it was read to its end from its first or second line on."""

    def __init__(self, plaats: Path) -> None:
        super().__init__(io.FileIO(plaats))
        self._size = plaats.stat().st_size
        self._from_start = True
        self.readings = 0

    def seek(self, offset: int, whence: int = 0, /) -> int:
        plaats = super().seek(offset, whence)
        self._from_start = plaats <= LENGTE_REGEL
        return plaats

    def read(self, size: int | None = -1, /) -> bytes:
        return self._look(super().read(size))

    def readline(self, size: int | None = -1, /) -> bytes:
        return self._look(super().readline(size))

    def _look(self, gelezen: bytes) -> bytes:
        if self._from_start and self.tell() == self._size:
            self.readings += 1
            self._from_start = False
        return gelezen


def _module(frame: FrameType | None) -> str | None:
    naam = frame.f_globals.get("__name__", "") if frame is not None else ""
    return naam if naam.split(".")[0] == "mzsim" else None


def trace(declaratie: Path, stage: Stage = Stage.ALL) -> Trace:
    """Answers a declaration of INV chapter 3 and looks on."""
    modules: set[str] = set()
    crossings: Counter[tuple[str, str]] = Counter()

    def look(frame: FrameType, soort: str, _: Any) -> None:
        if soort == "call" and (naar := _module(frame)) is not None:
            modules.add(naar)
            van = _module(frame.f_back)
            if van not in (None, naar):
                crossings[str(van), f"{naar}.{frame.f_code.co_name}"] += 1

    with tempfile.TemporaryDirectory() as map_, ExitStack() as tot_slot:
        store = open_store(f"sqlite:///{map_}/store.db")
        tot_slot.callback(store.sluit)
        laad_bestand(store, STORE)
        opdracht = Opdracht(declaratie, Path(map_, "retour.asc"), DATUM, stage)
        replay(opdracht._replace(dry_run=True), store)
        bestand = tot_slot.enter_context(_CountedFile(declaratie))
        tot_slot.enter_context(mock.patch.object(pipeline, "open_bericht", return_value=bestand))
        sys.setprofile(look)
        try:
            replay(opdracht, store)
        finally:
            sys.setprofile(None)
    return Trace(frozenset(modules), crossings, bestand.readings)


def main() -> None:
    opties = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    opties.add_argument("declaratie", type=Path, nargs="?", default=VOORBEELD)
    opties.add_argument("--stage", type=Stage, default=Stage.ALL)
    keuze = opties.parse_args()
    gezien = trace(keuze.declaratie, keuze.stage)
    print(
        f"{keuze.declaratie.name}: {len(gezien.modules)} modules, {gezien.crossings.total():,} crossings,"
        f" {gezien.readings} readings"
    )
    for (van, naar), keren in gezien.crossings.most_common(_MEESTE):
        print(f"{keren:>5}  {van} -> {naar}")


if __name__ == "__main__":
    main()

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
from mzsim.pipeline import Order, replay
from mzsim.standard.layout import LINE_LENGTH
from mzsim.store.loading import load_file
from mzsim.store.session import open_store
from tests.make_inv3 import DATE, FOLDER, STORE

EXAMPLE = FOLDER / "4b-fout-in-prestatierecord.mz301.asc"
_MOST = 20


class Trace(NamedTuple):
    """What was seen: the modules visited, the calls from one to another by (caller, called), and the whole readings."""

    modules: frozenset[str]
    crossings: Counter[tuple[str, str]]
    readings: int


class _CountedFile(io.BufferedReader):
    """A file that knows how often it was read to its end from its first or second line on."""

    def __init__(self, place: Path) -> None:
        super().__init__(io.FileIO(place))
        self._size = place.stat().st_size
        self._from_start = True
        self.readings = 0

    def seek(self, offset: int, whence: int = 0, /) -> int:
        place = super().seek(offset, whence)
        self._from_start = place <= LINE_LENGTH
        return place

    def read(self, size: int | None = -1, /) -> bytes:
        return self._look(super().read(size))

    def readline(self, size: int | None = -1, /) -> bytes:
        return self._look(super().readline(size))

    def _look(self, was_read: bytes) -> bytes:
        if self._from_start and self.tell() == self._size:
            self.readings += 1
            self._from_start = False
        return was_read


def _module(frame: FrameType | None) -> str | None:
    name = frame.f_globals.get("__name__", "") if frame is not None else ""
    return name if name.split(".")[0] == "mzsim" else None


def trace(declaration: Path, stage: Stage = Stage.ALL) -> Trace:
    """Answers a declaration of INV chapter 3 and looks on."""
    modules: set[str] = set()
    crossings: Counter[tuple[str, str]] = Counter()

    def look(frame: FrameType, kind: str, _: Any) -> None:
        if kind == "call" and (to := _module(frame)) is not None:
            modules.add(to)
            of = _module(frame.f_back)
            if of not in (None, to):
                crossings[str(of), f"{to}.{frame.f_code.co_name}"] += 1

    with tempfile.TemporaryDirectory() as folder, ExitStack() as at_the_end:
        store = open_store(f"sqlite:///{folder}/store.db")
        at_the_end.callback(store.close)
        load_file(store, STORE)
        order = Order(declaration, Path(folder, "retour.asc"), DATE, stage)
        replay(order._replace(dry_run=True), store)
        file = at_the_end.enter_context(_CountedFile(declaration))
        at_the_end.enter_context(mock.patch.object(pipeline, "open_message", return_value=file))
        sys.setprofile(look)
        try:
            replay(order, store)
        finally:
            sys.setprofile(None)
    return Trace(frozenset(modules), crossings, file.readings)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("declaratie", type=Path, nargs="?", default=EXAMPLE)
    options.add_argument("--stage", type=Stage, default=Stage.ALL)
    choice = options.parse_args()
    seen = trace(choice.declaratie, choice.stage)
    print(
        f"{choice.declaratie.name}: {len(seen.modules)} modules, {seen.crossings.total():,} crossings,"
        f" {seen.readings} readings"
    )
    for (of, to), keren in seen.crossings.most_common(_MOST):
        print(f"{keren:>5}  {of} -> {to}")


if __name__ == "__main__":
    main()

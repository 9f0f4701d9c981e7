"""The files of reports: their places are tried before a run begins, and written whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from mzsim.common.errors import OutputError
from mzsim.common.whole_file import Retourbestand


@contextmanager
def rapporten(*plaatsen: Path | None) -> Iterator[tuple[BinaryIO | None, ...]]:
    """A stream for each place that is given; put in place where nothing goes wrong in between. Raises OutputError."""
    with ExitStack() as open_:
        bestanden = [open_.enter_context(Retourbestand(plaats)) if plaats else None for plaats in plaatsen]
        yield tuple(bestand.stroom if bestand else None for bestand in bestanden)
        for bestand in filter(None, bestanden):
            try:
                bestand.voltooi()
            except OSError as fout:
                raise OutputError(f"{bestand.plaats}: can't be written: {fout.strerror}") from None
            bestand.zet_neer()


def schrijf(plaats: Path, inhoud: bytes) -> None:
    """Writes a file whole or not at all. Raises OutputError."""
    with rapporten(plaats) as (stroom,):
        assert stroom is not None
        try:
            stroom.write(inhoud)
        except OSError as fout:
            raise OutputError(f"{plaats}: can't be written: {fout.strerror}") from None

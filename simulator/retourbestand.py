"""The file of a retourbericht: written beside its place under another name, and put there whole."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from simulator.fouten import UitvoerFout


class Retourbestand:
    """A retour in the making. Leaving the context removes what was not put in its place."""

    def __init__(self, plaats: Path) -> None:
        self.plaats = plaats
        # Absolute, because the store keeps it and another run may have another working folder.
        self.deel = plaats.absolute().with_name(f".{plaats.name}.{os.getpid()}.deel")
        self.stroom: BinaryIO

    def __enter__(self) -> Retourbestand:
        if self.plaats.exists() and not self.plaats.is_file():
            raise UitvoerFout(f"{self.plaats}: is no ordinary file; choose another with --out")
        try:
            self.stroom = self.deel.open("w+b")
        except OSError as fout:
            raise UitvoerFout(
                f"{self.plaats}: can't be written: {fout.strerror}; choose another place with --out"
            ) from None
        return self

    def __exit__(
        self, soort: type[BaseException] | None, fout: BaseException | None, spoor: TracebackType | None
    ) -> None:
        with suppress(OSError):  # a full disk shows again on close; what matters was raised before
            self.stroom.close()
        self.deel.unlink(missing_ok=True)

    def voltooi(self) -> None:
        """Sees to it that the bytes are on disk, whatever happens next."""
        self.stroom.flush()
        os.fsync(self.stroom.fileno())

    def zet_neer(self) -> None:
        """Gives the file its name."""
        hernoem(self.deel, self.plaats)


def hernoem(deel: Path, plaats: Path) -> None:
    """Puts a completed retour in its place, over one that stands there."""
    try:
        deel.replace(plaats)
    except OSError as fout:
        raise UitvoerFout(f"{plaats}: can't be written: {fout.strerror}") from None

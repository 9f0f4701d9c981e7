"""The file of a retourbericht: written beside its place under another name, and put there whole."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from mzsim.common.errors import OutputError
from mzsim.common.in_memory import RetourStream


class Retourbestand:
    """A retour in the making. Leaving the context removes what was not put in its place."""

    def __init__(self, plaats: Path) -> None:
        self.plaats = plaats
        self.deel: Path
        """Where it waits; absolute, because the store keeps it and another run may have another working folder."""
        self.stroom: BinaryIO

    def __str__(self) -> str:
        return str(self.plaats)

    def __enter__(self) -> Retourbestand:
        try:
            if self.plaats.exists() and not self.plaats.is_file():
                raise OutputError(f"{self.plaats}: is no ordinary file; choose another with --out")
            self.deel, self.stroom = _nieuw_naast(self.plaats.absolute())
        except OSError as fout:
            raise OutputError(
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
        """Gives the file its name, unless another run did: it completes what it finds waiting in the store."""
        try:
            hernoem(self.deel, self.plaats)
        except OutputError:
            if not self._staat_er():
                raise

    def _staat_er(self) -> bool:
        try:
            return os.path.samestat(self.plaats.stat(), os.fstat(self.stroom.fileno()))
        except OSError:
            return False


@contextmanager
def writable(plaats: Path | RetourStream) -> Iterator[None]:
    """An error of the disk while a retour is written, as one clear line. Raises OutputError."""
    try:
        yield
    except OSError as fout:
        raise OutputError(f"{plaats}: can't be written: {fout.strerror}; nothing was recorded") from None


@contextmanager
def uitvoermap(map_: Path) -> Iterator[None]:
    """A folder to write in, made with those above it where it isn't there; gone again where something goes wrong before
    anything stands in it. Raises OutputError."""
    gemaakt: list[Path] = []
    try:
        try:
            if map_.exists() and not map_.is_dir():
                raise OutputError(f"{map_}: is no folder; choose another with --out")
            for deel in (*reversed(map_.parents), map_):
                if not deel.exists():
                    deel.mkdir(exist_ok=True)  # by another run, this very moment
                    gemaakt.append(deel)
        except OSError as fout:
            raise OutputError(f"{map_}: can't be made: {fout.strerror}; choose another with --out") from None
        yield
    except BaseException:
        with suppress(OSError):  # not empty: what was written stays
            for deel in reversed(gemaakt):
                deel.rmdir()
        raise


def _nieuw_naast(plaats: Path) -> tuple[Path, BinaryIO]:
    # Never one that is there: in a container each run may have the same number, and one that was killed may have left it.
    for nummer in count():
        deel = plaats.with_name(f".{plaats.name}.{os.getpid()}-{nummer}.deel")
        with suppress(FileExistsError):
            return deel, deel.open("x+b")
    raise AssertionError  # count() has no end


@contextmanager
def schrijffout(plaats: Path, verder: str = "") -> Iterator[None]:
    """An error of the disk while a file is written, as one clear line; `verder` is what else there is to say."""
    try:
        yield
    except OSError as fout:
        raise OutputError(f"{plaats}: can't be written: {fout.strerror}{verder}") from None


def hernoem(deel: Path, plaats: Path) -> None:
    """Puts a completed retour in its place, over one that stands there."""
    try:
        deel.replace(plaats)
    except OSError as fout:
        raise OutputError(f"{plaats}: can't be written: {fout.strerror}") from None

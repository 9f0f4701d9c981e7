"""The file of a retourbericht: written beside its place under another name, and put there whole.

Its name says what may become of it. As `.x.asc.NUMBER.deel` it is being written: nobody misses it when that run is gone.
As `.x.asc.NUMBER.wacht` a store may know it, and it stays until it is in its place.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from mzsim.common.errors import OutputError
from mzsim.common.in_memory import RetourStream
from mzsim.common.promise import Promise, fingerprint, standing
from mzsim.common.regular_file import hold, is_held, open_regular, sync_folder

_HALF_DONE = re.compile(r"\..+\.\d+-\d+\.deel")
_WAITS = ".wacht"


class RetourFile:
    """A retour in the making, or another file that appears whole. Leaving the context removes what was neither put in its
    place nor promised.

    `option` is that of the command with which another place can be chosen, empty where there is none. A `private` file is
    for its maker alone, as what names persons should be; any other is for whom the system lets read new files.
    """

    def __init__(self, place: Path, option: str = "--out", *, private: bool = True) -> None:
        self.place = place
        self._elsewhere = f"; choose another place with {option}" if option else ""
        self._mode = 0o600 if private else 0o666
        self.part: Path
        """Where it waits; absolute, because the store keeps it and another run may have another working folder."""
        self.stream: BinaryIO
        self._promised = False

    def __str__(self) -> str:
        return str(self.place)

    def __enter__(self) -> RetourFile:
        try:
            if self.place.exists() and not self.place.is_file():
                raise OutputError(f"{self.place}: is no ordinary file{self._elsewhere}")
            self.part, self.stream = _new_beside(self.place.absolute(), self._mode)
        except OSError as error:
            raise OutputError(f"{self.place}: can't be written: {error.strerror}{self._elsewhere}") from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with suppress(OSError):  # a full disk shows again on close; what matters was raised before
            self.stream.close()
        if not self._promised:
            with suppress(OSError):  # a folder that is away; who writes there next clears it away
                self.part.unlink(missing_ok=True)

    def begin_again(self) -> None:
        """Throws away what was written so far."""
        self.stream.seek(0)
        self.stream.truncate()

    def complete(self) -> None:
        """Sees to it that the bytes are on disk, whatever happens next."""
        self.stream.flush()
        os.fsync(self.stream.fileno())

    def promise(self) -> Promise:
        """What a store is to remember of a complete file, until it is in its place; `keep` makes it true. Raises OutputError."""
        place = self.place.absolute()
        try:
            return Promise(place, self.part.with_suffix(_WAITS), fingerprint(self.stream), standing(place))
        except OSError as error:
            raise self._not_written(error) from None

    def keep(self) -> None:
        """Keeps a complete file from here on, whatever becomes of this run: the store is about to say that it has a place.

        Raises OutputError.
        """
        kept = self.part.with_suffix(_WAITS)
        try:
            self.part.rename(kept)
        except OSError as error:
            raise self._not_written(error) from None
        self.part, self._promised = kept, True
        sync_folder(kept.parent)

    def _not_written(self, error: OSError) -> OutputError:
        return OutputError(f"{self.place}: can't be written: {error.strerror}")

    def withdraw(self) -> None:
        """Takes a promise back: no store knows of the file."""
        self._promised = False

    def put_in_place(self) -> None:
        """Gives the file its name, unless another run did: it places what it finds waiting in the store."""
        try:
            rename(self.part, self.place)
        except OutputError:
            if not _is(self.place, self.stream):
                raise
        sync_folder(self.place.absolute().parent)

    def put_in_free_place(self) -> None:
        """Gives the file its name where nothing has it: a link makes sure of that, on a file system that has links. Raises
        OutputError."""
        try:
            os.link(self.part, self.place)
        except FileExistsError:
            raise OutputError(f"{self.place}: is there already{self._elsewhere}") from None
        except OSError:
            self.put_in_place()
        sync_folder(self.place.absolute().parent)


@contextmanager
def writable(place: Path | RetourStream) -> Iterator[None]:
    """An error of the disk while a retour is written, as one clear line. Raises OutputError."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"{place}: can't be written: {error.strerror}; nothing was recorded") from None


def write_whole(place: Path, content: bytes, option: str = "", further: str = "", *, private: bool = True) -> None:
    """Writes a file whole or not at all; `option` and `private` as in `RetourFile`, `further` as in `schrijffout`.

    Raises OutputError.
    """
    with RetourFile(place, option, private=private) as file:
        with schrijffout(place, further):
            file.stream.write(content)
            file.complete()
        file.put_in_place()


@contextmanager
def output_folder(folder_: Path, option: str = "--out") -> Iterator[None]:
    """A folder to write in, made with those above it where it isn't there; gone again where something goes wrong before
    anything stands in it. `option` is the one that named it. Raises OutputError."""
    made: list[Path] = []
    try:
        try:
            if folder_.exists() and not folder_.is_dir():
                raise OutputError(f"{folder_}: is no folder; choose another with {option}")
            for part in (*reversed(folder_.parents), folder_):
                if not part.exists():
                    part.mkdir(exist_ok=True)  # by another run, this very moment
                    made.append(part)
        except OSError as error:
            raise OutputError(f"{folder_}: can't be made: {error.strerror}; choose another with {option}") from None
        clear_half_done(folder_)
        yield
    except BaseException:
        with suppress(OSError):  # not empty: what was written stays
            for part in reversed(made):
                part.rmdir()
        raise


def clear_half_done(folder: Path) -> None:
    """Takes away what killed runs left half done in a folder, and nothing of a run that lives: that holds its file."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _HALF_DONE.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                with suppress(OSError), open_regular(Path(entry.path)) as file:
                    if is_held(file) is False:
                        Path(entry.path).unlink()


def _new_beside(place: Path, mode: int) -> tuple[Path, BinaryIO]:
    # Never one that is there: in a container each run may have the same number, and one that was killed may have left it.
    for number in count():
        part = place.with_name(f".{place.name}.{os.getpid()}-{number}.deel")
        with suppress(FileExistsError):
            stream = open(part, "x+b", opener=partial(os.open, mode=mode))  # noqa: SIM115 - Path has no opener
            if hold(stream) and _is(part, stream):
                if not part.with_suffix(_WAITS).exists():
                    return part, stream
                part.unlink()
            stream.close()
    raise AssertionError  # count() has no end


def _is(place: Path, stream: BinaryIO) -> bool:
    """Whether an open file is the one at a place: another run may have taken it for left, before it was held."""
    try:
        return os.path.samestat(place.stat(), os.fstat(stream.fileno()))
    except OSError:
        return False


@contextmanager
def schrijffout(place: Path, further: str = "") -> Iterator[None]:
    """An error of the disk while a file is written, as one clear line; `further` is what else there is to say."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"{place}: can't be written: {error.strerror}{further}") from None


def rename(part: Path, place: Path) -> None:
    """Puts a completed retour in its place, over one that stands there."""
    try:
        part.replace(place)
    except OSError as error:
        raise OutputError(f"{place}: can't be written: {error.strerror}") from None

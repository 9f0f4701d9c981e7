"""The watch folder: declarations that appear in one folder are answered into another, as files went to and fro before there
were portals.

Each step is one rename, so that whoever comes after a run that was killed sees where it was, and nothing is lost or doubled:

- `IN/x.asc` has come in; it is taken once it stands still.
- `IN/.mzsim/TAKEN/x.asc` is being answered. The store knows it by TAKEN, the moment at which it was taken: asked again it
  gives what it gave before.
- `OUT/.mzsim/TAKEN/x.mz302.asc` is its retour, whole, which nobody looks at yet.
- `IN/verwerkt/x.asc` has been answered.
- `OUT/x.mz302.asc` is delivered, once its time has come.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import BinaryIO, NamedTuple

from mzsim.common.errors import InputError, MzsimError, OutputError, StoreError
from mzsim.common.in_memory import RetourStream
from mzsim.common.message_names import retour_name
from mzsim.common.names import printable
from mzsim.common.regular_file import hold, sync_folder
from mzsim.common.whole_file import RetourFile, clear_half_done, schrijffout, write_whole
from mzsim.domain.findings import Outcome, Stage, Status
from mzsim.pipeline import Order, replay
from mzsim.standard.values import as_euro
from mzsim.store.session import Database

WORK, DONE, ASIDE = ".mzsim", "verwerkt", "fout"
"""Folders within: what is at hand, what was answered, what was not."""
REASON = ".reden.txt"
"""What the name of a reason ends with, behind that of its file."""
UNFINISHED = (".tmp", ".part", ".filepart", ".deel")
"""Ends of names that programs give to a file until it is complete."""
_MOMENT = re.compile(r"[0-9]{10}\.[0-9]{6}")
"""When a file was taken, in seconds since 1970."""
_NAME = re.compile(r"(.*?)((?:\.mz30[12])?(?:\.[^.]{0,20})?)", re.IGNORECASE | re.DOTALL)
"""A name, and its end."""
_LONGEST_NAME = 200
"""Bytes of a name: what goes back has a longer one."""

Clock = Callable[[], float]
"""Seconds since 1970, as `time.time`."""
Passing = Callable[[], float]
"""Seconds that pass, since any moment, as `time.monotonic`: whoever sets the clock doesn't matter."""


class Terms(NamedTuple):
    """How declarations are answered: seconds from taking to delivering, seconds that a file must stand still, the processing
    date (None: the day on which it is answered) and by whom."""

    delay: float = 0
    still: float = 2
    date: dt.date | None = None
    stage: Stage = Stage.ALL


class Event(NamedTuple):
    """What happened to a file, in words; `aside` where it was put aside."""

    name: str
    what: str
    aside: bool = False


class _State(NamedTuple):
    """What changes of a file while somebody writes it."""

    number: int
    size: int
    changed_at: int


class Watch:
    """Two folders that are watched. Leaving the context lets them go. Nobody else watches them meanwhile."""

    def __init__(
        self, coming: Path, going: Path, store: Database, terms: Terms, clock: Clock, passing: Passing
    ) -> None:
        """Raises OutputError where they are no folders to work in."""
        self._in, self._out = coming, going
        self._store, self._terms, self._clock, self._passing = store, terms, clock, passing
        self._seen: dict[str, tuple[_State, float]] = {}
        self._held: list[BinaryIO] = []
        _require_two_folders(coming, going)

    def __enter__(self) -> Watch:
        try:
            for folder in (self._in, self._out):
                self._held.append(_hold(folder))
        except OutputError:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._held:
            file.close()

    @property
    def idle(self) -> bool:
        """Whether nothing is left to do: nothing came in, and all that did was answered and delivered."""
        return not (_coming(self._in) or _taken(self._in) or _taken(self._out))

    def look(self) -> Iterator[Event]:
        """Takes what came in, answers it, and delivers what is due; what is not yet goes on at the next look.

        Raises StoreError and OutputError: nothing is lost by it.
        """
        with schrijffout(self._in):
            self._take()
        for folder in _taken(self._in):
            yield from self._answer(folder)
        with schrijffout(self._out):
            for folder in _taken(self._out):
                yield from self._deliver(folder)

    def _take(self) -> None:
        """Takes the files that stand still, in the order in which they came."""
        now = self._passing()
        states = _coming(self._in)
        self._seen = {
            name: seen if (seen := self._seen.get(name, (state, now)))[0] == state else (state, now)
            for name, state in states.items()
        }
        complete = [name for name, (_, since) in self._seen.items() if now - since >= self._terms.still]
        for name in sorted(complete, key=lambda name: (states[name].changed_at, name)):
            folder = _new_folder(self._in / WORK, self._clock())
            with suppress(FileNotFoundError):  # whoever put it there took it back
                (self._in / name).rename(folder / name)
            sync_folder(folder)
            sync_folder(self._in)

    def _answer(self, folder: Path) -> Iterator[Event]:
        """Answers what was taken, unless a run before this one did, and puts it away."""
        with schrijffout(folder):
            place = next(folder.iterdir(), None)
            if place is None:
                folder.rmdir()
                return
            to = self._out / WORK / folder.name / retour_name(place)
            if to.exists():
                _move(place, self._in / DONE)
                folder.rmdir()
                return
            before = _state(place.lstat())
        try:
            outcome = self._replay(place, to)
            aside = outcome.meldingen[0].finding.text if outcome.status is Status.UNREADABLE else ""
        except (StoreError, OutputError):
            raise
        except MzsimError as error:
            if _state(place.lstat()) != before:  # somebody still writes it
                return
            aside = str(error).removeprefix(f"{printable(str(place))}: ")
        except Exception as error:
            # One declaration that brings out a mistake of the program must not hold up all that come after it.
            aside = printable(f"a mistake of the program, please report it: {type(error).__name__}: {error}")
        with schrijffout(folder):
            if aside:
                _put_aside(place, self._in / ASIDE, aside)
                yield Event(place.name, aside, aside=True)
            else:
                _move(place, self._in / DONE)
                yield Event(place.name, _in_words(outcome))
            folder.rmdir()

    def _replay(self, declaration: Path, retour: Path) -> Outcome:
        if not stat.S_ISREG(declaration.lstat().st_mode):
            raise InputError("is no ordinary file")
        if len(os.fsencode(declaration.name)) > _LONGEST_NAME:
            raise InputError(f"its name is longer than {_LONGEST_NAME} bytes")
        date = self._terms.date or dt.date.fromtimestamp(self._clock())  # noqa: DTZ012 - the day where the user is
        with schrijffout(retour):
            retour.parent.mkdir(exist_ok=True)
            clear_half_done(retour.parent)
        try:
            with RetourFile(retour, "") as file:
                stream = RetourStream(file.stream)
                order = Order(declaration, stream, date, self._terms.stage, key=_key(declaration), silent=False)
                outcome = replay(order, self._store)
                if outcome.has_retour:
                    with schrijffout(retour):
                        file.complete()
                    file.put_in_place()
                return outcome
        finally:
            with suppress(OSError):  # not empty where there is a retour
                retour.parent.rmdir()

    def _deliver(self, folder: Path) -> Iterator[Event]:
        """Delivers a retour whose declaration has been put away, when it is due."""
        if (self._in / WORK / folder.name).exists() or self._clock() < float(folder.name) + self._terms.delay:
            return
        for retour in folder.iterdir():
            yield Event(retour.name, f"delivered as {_move(retour, self._out).name}")
        folder.rmdir()


def _in_words(outcome: Outcome) -> str:
    by = f" by {outcome.sender}" if outcome.sender else ""
    amounts = f"{as_euro(outcome.total_granted)} of {as_euro(outcome.total_declared)}"
    return f"{outcome.status}{by}, {amounts}" + (f"; {outcome.remark}" if outcome.remark else "")


def _key(declaration: Path) -> str:
    """The key of a file that was taken: that moment, and its bytes. Raises InputError."""
    try:
        with declaration.open("rb") as source:
            content = hashlib.file_digest(source, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"{declaration}: can't be read: {error.strerror}") from None
    return f"map:{declaration.parent.name}:{content}"


def _require_two_folders(coming: Path, going: Path) -> None:
    for folder in (coming, going):
        if not folder.is_dir():
            raise OutputError(f"{folder}: is no folder")
    if going.resolve() in {coming.resolve(), *((coming / name).resolve() for name in (WORK, DONE, ASIDE))}:
        raise OutputError(f"{going}: retours can't go where declarations come in; choose another folder")


def _hold(folder: Path) -> BinaryIO:
    """A folder for this run alone, with the folder for what is at hand. Raises OutputError."""
    with schrijffout(folder):
        work = folder / WORK
        work.mkdir(mode=0o700, exist_ok=True)
        file = (work / "slot").open("ab")
        if hold(file):
            return file
        file.close()
    raise OutputError(f"{folder}: another mzsim watch works there")


def _coming(folder: Path) -> dict[str, _State]:
    """The files that came in and how they stand, but those whose names say that they aren't complete."""
    found = {}
    with os.scandir(folder) as entries:
        for entry in entries:
            unfinished = entry.name.startswith(".") or entry.name.lower().endswith(UNFINISHED)
            if not unfinished and not entry.is_dir(follow_symlinks=False):
                with suppress(FileNotFoundError):  # whoever put it there took it back
                    found[entry.name] = _state(entry.stat(follow_symlinks=False))
    return found


def _state(of: os.stat_result) -> _State:
    return _State(of.st_ino, of.st_size, of.st_mtime_ns)


def _taken(folder: Path) -> list[Path]:
    """The folders of what is at hand, in the order in which it was taken."""
    with schrijffout(folder):
        return sorted(place for place in (folder / WORK).iterdir() if _MOMENT.fullmatch(place.name))


def _new_folder(within: Path, now: float) -> Path:
    for more in count():
        folder = within / f"{now + more / 1_000_000:017.6f}"
        with suppress(FileExistsError):
            folder.mkdir()
            return folder
    raise AssertionError  # count() has no end


def _put_aside(place: Path, folder: Path, reason: str) -> None:
    folder.mkdir(exist_ok=True)
    to = _free(folder, place.name)
    write_whole(to.with_name(f"{to.name}{REASON}"), f"{reason}\n".encode(), private=False)
    place.rename(to)
    sync_folder(folder)


def _move(place: Path, folder: Path) -> Path:
    """Gives a file its place in a folder, beside whatever stands there."""
    folder.mkdir(exist_ok=True)
    to = _free(folder, place.name)
    place.rename(to)
    sync_folder(folder)
    return to


def _free(folder: Path, name: str) -> Path:
    """A place in a folder where nothing stands: x.mz302.asc, or else x.2.mz302.asc and on."""
    found = _NAME.fullmatch(name)
    assert found is not None
    stem, end = (os.fsdecode(os.fsencode(part)[:_LONGEST_NAME]) for part in found.groups())
    names = (f"{stem}.{number}{end}" if number > 1 else f"{stem}{end}" for number in count(1))
    return next(place for name in names if not os.path.lexists(place := folder / name))

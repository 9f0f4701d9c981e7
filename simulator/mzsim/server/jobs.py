"""Work that takes longer than a page may: commands of the program in processes of their own, each in a folder of its own.

A job is its folder: what it was asked, what it printed, how it ended. So those of before a restart are still there, and portals
may share them: whose job is running holds a file in its folder.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from copy import copy
from itertools import count
from pathlib import Path
from shutil import rmtree
from typing import Any, BinaryIO, Literal, NamedTuple

from mzsim.common.errors import MzsimError
from mzsim.common.regular_file import hold, is_held
from mzsim.server.own_process import surroundings

Kind = Literal["suite", "pack", "grade"]
_ABOUT, _PRINTED, _SAID, _STATUS, _HELD = "job.json", "printed", "said", "status", "held"
_MOST_RUNNING = 2
"""Jobs of a portal at a time: each may use all processors."""
_MOST_KEPT = 100
"""Jobs of the token of a store that stay; the oldest goes for one more."""


class BusyError(MzsimError):
    """As many jobs are running as may."""


class UnknownJobError(MzsimError):
    """There is no such job."""


class Job(NamedTuple):
    """A job: its number, what it is about, and how it ended: None while it runs, the status of a command else; below 0 where
    its process was ended."""

    id: int
    kind: Kind
    about: dict[str, Any]
    status: int | None
    folder: Path

    @property
    def printed(self) -> Path:
        """What it wrote on standard output."""
        return self.folder / _PRINTED

    @property
    def reason(self) -> str:
        """The last line that it said of what went wrong; empty where it said nothing."""
        lines = (self.folder / _SAID).read_text("utf-8", "replace").strip().splitlines()
        return lines[-1].removeprefix("mzsim: ") if lines else ""


class _Running(NamedTuple):
    process: subprocess.Popen[bytes]
    follower: threading.Thread


class Jobs:
    """The jobs of a portal, below one folder. Threads may share it, and portals the folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._opens: frozenset[str] | None = None
        self._running: dict[int, _Running] = {}
        self._lock = threading.Lock()

    def of(self, opens: frozenset[str] | None) -> Jobs:
        """The same jobs for whose token opens these stores alone: those that were made with one that opens no others. None
        opens all."""
        found = copy(self)
        found._opens = opens  # noqa: SLF001 - of this class
        return found

    def start(
        self, kind: Kind, about: dict[str, Any], command: Sequence[str], files: dict[str, bytes] | None = None
    ) -> int:
        """Starts a command of the program; `files` are put in its folder first, in which it runs. Raises BusyError."""
        with self._lock:
            if len(self._running) >= _MOST_RUNNING:
                raise BusyError("as many jobs are running as may; wait until one of them is done")
            folder = self._new_folder()
            if self._opens is not None:
                self._make_room(about)
            opens = None if self._opens is None else sorted(self._opens)
            held = (folder / _HELD).open("wb")
            hold(held)
            for name, content in (files or {}).items():
                (folder / name).write_bytes(content)
            (folder / _ABOUT).write_text(json.dumps({"kind": kind, "about": about, "opens": opens}), "utf-8")
            process = _started(command, folder)
            follower = threading.Thread(target=self._follow, args=(process, folder, held), daemon=True)
            self._running[int(folder.name)] = _Running(process, follower)
            follower.start()
            return int(folder.name)

    def _new_folder(self) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        for id in count(max(self._ids(), default=0) + 1):
            with suppress(FileExistsError):  # another portal was first
                (folder := self._folder / str(id)).mkdir()
                return folder
        raise AssertionError  # count() has no end

    def _follow(self, process: subprocess.Popen[bytes], folder: Path, held: BinaryIO) -> None:
        """Writes down how a job ended, as soon as it does: who asks may ask another portal."""
        with held:
            status = process.wait()
            with suppress(OSError):  # removed meanwhile
                (folder / _STATUS).write_text(str(status), "ascii")
        with self._lock:
            del self._running[int(folder.name)]

    def job(self, id: int, kind: Kind) -> Job:
        """A job of this kind. Raises UnknownJobError."""
        found = self._read(id)
        if found is None or found.kind != kind:
            raise UnknownJobError(f"{id}: no such {kind}")
        return found

    def all(self, kind: Kind, **about: Any) -> list[Job]:
        """The jobs of a kind that are about this, the newest first."""
        found = (self._read(id) for id in sorted(self._ids(), reverse=True))
        return [job for job in found if job and job.kind == kind and about.items() <= job.about.items()]

    def forget(self, store: str) -> None:
        """Ends and removes what the token of a store had made: another store may have its name."""
        theirs = [id for id, job in self._made() if job.get("opens") == [store]]
        self._end(set(theirs))
        for id in theirs:
            self._remove(id)

    def close(self) -> None:
        """Ends what is running here."""
        self._end(set(self._running))

    def _make_room(self, about: dict[str, Any]) -> None:
        """For one more of this token; a pack stays while it is graded."""
        made = dict(self._made())
        own = sorted(id for id, job in made.items() if self._is_own(job))
        running = [id for id in made if self._is_running(id)]
        used = {about.get("pack"), *running, *(made[id]["about"].get("pack") for id in running)}
        can_go = [id for id in own if id not in used]
        for id in can_go[: max(0, len(own) + 1 - _MOST_KEPT)]:
            self._remove(id)

    def _remove(self, id: int) -> None:
        """What it was about goes first: without that it is none, whatever else may be left."""
        (self._folder / str(id) / _ABOUT).unlink(missing_ok=True)
        rmtree(self._folder / str(id), ignore_errors=True)

    def _end(self, ids: set[int]) -> None:
        """Ends those of them that are running here, and waits until that is written down."""
        with self._lock:
            ending = [running for id, running in self._running.items() if id in ids]
        for running in ending:
            running.process.terminate()
        for running in ending:
            running.follower.join()

    def _is_running(self, id: int) -> bool:
        """Here, or at another portal."""
        if id in self._running:
            return True
        try:
            with (self._folder / str(id) / _HELD).open("rb") as held:
                return is_held(held) is True
        except OSError:  # one of before they were held, or removed
            return False

    def _ids(self) -> list[int]:
        if not self._folder.is_dir():
            return []
        return [int(place.name) for place in self._folder.iterdir() if place.name.isdecimal()]

    def _read(self, id: int) -> Job | None:
        folder = self._folder / str(id)
        content = self._about(id)
        if content is None or not self._is_own(content):
            return None
        return Job(id, content["kind"], content["about"], None if self._is_running(id) else _ended(folder), folder)

    def _made(self) -> Iterator[tuple[int, dict[str, Any]]]:
        for id in self._ids():
            if (found := self._about(id)) is not None:
                yield id, found

    def _about(self, id: int) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = json.loads((self._folder / str(id) / _ABOUT).read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return found

    def _is_own(self, content: dict[str, Any] | None) -> bool:
        made_with = content and content.get("opens")
        return self._opens is None or bool(made_with and self._opens.issuperset(made_with))


def _started(command: Sequence[str], folder: Path) -> subprocess.Popen[bytes]:
    with (folder / _PRINTED).open("wb") as printed, (folder / _SAID).open("wb") as said:
        return subprocess.Popen(  # noqa: S603 - the program itself
            [sys.executable, "-m", "mzsim", *command],
            cwd=folder,
            env=surroundings(),
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=said,
        )


def _ended(folder: Path) -> int:
    """How a job ended; one that a restart of the portal cut off was ended."""
    try:
        return int((folder / _STATUS).read_text("ascii"))
    except (OSError, ValueError):
        return -1

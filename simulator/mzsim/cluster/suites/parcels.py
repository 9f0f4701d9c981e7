"""Cases on their way to a worker: what stands in their case.yaml, and the files that they are made of, as one archive.

An archive is known by the SHA-256 of its bytes, and the same cases give the same bytes. It is a line of JSON and the content
of files, packed together. A list that comes with the program does not travel: its digest does.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator, Sequence
from errno import ELOOP
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from mzsim.common.errors import DamagedError
from mzsim.common.packing import packed, unpacked
from mzsim.domain.findings import Stage, Status
from mzsim.store.shipped_files import path_of, shipped_names
from mzsim.suites.case import Case, CaseStep, Expectation

_MOST = 1 << 30
"""Bytes that an archive may unpack to."""
Values = dict[str, Any]


class Traveller(NamedTuple):
    """A case that can travel: its values, the content of its files by their paths, and the digests of its lists by name."""

    values: Values
    files: dict[str, bytes]
    lists: dict[str, str]

    @property
    def size(self) -> int:
        """Bytes of its files."""
        return sum(map(len, self.files.values()))


def traveller(case: Case) -> Traveller:
    """A case with all its files. Raises OSError where one can't be read, or stands beside what a link leads to."""
    steps = [_step_values(step) for step in case.steps]
    store = [_name_of_list(file) or str(file) for file in case.store]
    lists = {name: digest_of_list(name) for name in store if name in _lists()}
    values = {
        "folder": str(case.folder),
        "id": case.id,
        "title": case.title,
        "source": case.source,
        "tags": case.tags,
        "store": store,
        "steps": steps,
    }
    own = {str(file): file for file in list(case.files)[1:] if _name_of_list(file) is None}
    for name in own:
        _require_straight(name)
    return Traveller(values, {name: file.read_bytes() for name, file in own.items()}, lists)


def _require_straight(name: str) -> None:
    """Behind a link .. is another place than in the text of a path, and a link does not travel. Raises OSError."""
    if ".." in Path(name).parts and os.path.realpath(name) != os.path.realpath(os.path.normpath(name)):
        raise OSError(ELOOP, os.strerror(ELOOP), name)


def _step_values(step: CaseStep) -> Values:
    expected = step.expected
    return {
        "declaration": str(step.declaration),
        "date": step.date.isoformat(),
        "stage": step.stage,
        "answer": step.answer and str(step.answer),
        "given": sorted(expected.given),
        "retour": expected.retour and str(expected.retour),
        "status": expected.status,
        "total": expected.total_granted,
        "codes": expected.codes,
        "meldingen": expected.meldingen,
    }


@cache
def _lists() -> dict[str, Path]:
    return {name: path_of(name) for name in shipped_names()}


@cache
def _names() -> dict[Path, str]:
    return {file: name for name, file in _lists().items()}


def _name_of_list(file: Path) -> str | None:
    return _names().get(file)


@cache
def digest_of_list(name: str) -> str:
    """The SHA-256 of a list of this program."""
    return sha256(path_of(name).read_bytes()).hexdigest()


def archive_of(travellers: Sequence[Traveller]) -> bytes:
    """The archive of some cases."""
    files = {name: content for one in travellers for name, content in one.files.items()}
    header = {
        "cases": [one.values for one in travellers],
        "lists": {name: digest for one in travellers for name, digest in one.lists.items()},
        "files": [[name, len(content)] for name, content in files.items()],
    }
    return b"".join(packed([json.dumps(header).encode(), b"\n", *files.values()]))


class Unpacked(NamedTuple):
    """Cases of an archive, with paths in a folder of whoever unpacked it, which begin with `root`."""

    cases: list[Case]
    root: str

    def as_sent(self, text: str) -> str:
        """A text of JSON with the paths of who sent the archive."""
        return text.replace(json.dumps(self.root)[1:-1], "")


def unpack(archive: bytes, folder: Path) -> Unpacked:
    """Writes the files of an archive into a folder, which must be empty, as they stood where it was made.

    Raises DamagedError where it is no such archive, or reaches out of the folder; OtherListError where a list of this program
    is another than that of whoever made it.
    """
    line, _, content = _content(archive).partition(b"\n")
    try:
        header = json.loads(line)
        for name, digest in header["lists"].items():
            if name not in _lists() or digest_of_list(name) != digest:
                raise OtherListError(f"{name} is another list where the case comes from: another version of mzsim")
        places = _Places(folder, [name for name, _ in header["files"]])
        places.write(memoryview(content), header["files"])
        return Unpacked([_case(values, places) for values in header["cases"]], places.root)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _damaged() from None


class OtherListError(DamagedError):
    """A list that comes with the program is another here than where a case comes from."""


def _damaged() -> DamagedError:
    return DamagedError("an archive of cases is damaged")


def _content(archive: bytes) -> bytes:
    whole = bytearray()
    for piece in unpacked([archive]):
        whole += piece
        if len(whole) > _MOST:
            raise _damaged()
    return bytes(whole)


def _write(place: str, content: memoryview) -> None:
    """Writes a new file, in half the time that `open` takes."""
    file = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        while content:
            content = content[os.write(file, content) :]
    finally:
        os.close(file)


class _Places:
    """Where files stand: their own paths below a root, so deep that no .. leads out of the folder.

    All paths of an archive are absolute, or all begin where it was made.
    """

    def __init__(self, folder: Path, names: list[str]) -> None:
        self._folder = os.path.join(folder, "")  # noqa: PTH118 - a text that ends with a separator
        self._files: dict[str, Path] = {}
        ups = max((Path(name).parts.count("..") for name in names), default=0)
        deep = folder.joinpath(*["o"] * ups)
        deep.mkdir(parents=True, exist_ok=True)
        absolute = bool(names) and os.path.isabs(names[0])  # noqa: PTH117 - of a text
        self.root = str(deep) if absolute else f"{deep}/"

    def write(self, content: memoryview, lengths: Sequence[tuple[str, int]]) -> None:
        """Writes files that stand one after another in `content`."""
        at, made = 0, set[str]()
        for name, length in lengths:
            place = os.path.normpath(self.root + name)
            if not place.startswith(self._folder) or length < 0:
                raise _damaged()
            parent = (self.root + name).rpartition("/")[0]  # with each .. in it, for so it is opened
            if parent not in made:
                os.makedirs(parent, exist_ok=True)  # noqa: PTH103 - of a text
                made.add(parent)
            _write(place, content[at : at + length])
            self._files[name] = Path(self.root + name)
            at += length
        if at != len(content):
            raise _damaged()

    def folder(self, name: str) -> Path:
        """The folder of a case; nothing is opened by it."""
        return Path(self.root + name)

    def file(self, name: str) -> Path:
        """A file that came along. Raises KeyError for another."""
        return self._files[name]

    def optional(self, name: str | None) -> Path | None:
        """The same, of one that a case may do without."""
        return None if name is None else self.file(name)

    def of_store(self, name: str) -> Path:
        """A file of a store, or a list of this program."""
        return _lists().get(name) or self.file(name)


def _case(values: Values, places: _Places) -> Case:
    return Case(
        folder=places.folder(values["folder"]),
        id=values["id"],
        title=values["title"],
        source=values["source"],
        tags=tuple(values["tags"]),
        store=tuple(places.of_store(name) for name in values["store"]),
        steps=tuple(_steps(values["steps"], places)),
    )


def _steps(steps: list[Values], places: _Places) -> Iterator[CaseStep]:
    for step in steps:
        status = step["status"]
        expected = Expectation(
            given=frozenset(step["given"]),
            retour=places.optional(step["retour"]),
            status=None if status is None else Status(status),
            total_granted=step["total"],
            codes=tuple(step["codes"]),
            meldingen=tuple(tuple((name, value) for name, value in one) for one in step["meldingen"]),
        )
        yield CaseStep(
            declaration=places.file(step["declaration"]),
            date=dt.date.fromisoformat(step["date"]),
            stage=Stage(step["stage"]),
            answer=places.optional(step["answer"]),
            expected=expected,
        )

"""Which cases a folder holds: their ids and where they stand, and no more, so that there may be a hundred thousand.

A case.yaml is read as a whole where its case is played. What is wrong with one is a verdict on that case alone.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from mzsim.common.apart import Used, require_apart
from mzsim.common.errors import CaseError, OutputError
from mzsim.suites.case import NAME, Case, choose, read_case

_ID = re.compile(rb"""^id:[ ]+(["']?)([a-z0-9.-]+)\1[ ]*(?:#.*)?\r?$""", re.MULTILINE)
_KEY = re.compile(rb"""^["']?id["']?[ ]*:""", re.MULTILINE)


class Entry(NamedTuple):
    """A case, found and not yet read.

    `file` is its case.yaml, from the folder of the suite. That is its `id` too where it has none of its own, or one that
    `other`, a case.yaml that comes before it, has as well.
    """

    id: str
    file: str
    other: str | None = None


class Shard(NamedTuple):
    """One part of a suite in `of`; `number` counts from 1."""

    number: int
    of: int


def index(folder: Path) -> list[Entry]:
    """The cases in a folder and below it, by id. Raises CaseError where there is no such folder, or no case in it."""
    if not folder.is_dir():
        raise CaseError(f"{folder}: {'is no folder' if folder.exists() else 'no such folder'}")
    found: dict[str, Entry] = {}
    for file in sorted(_files(folder)):
        id = _id(folder, file)
        other = found.get(id)
        entry = Entry(id, file) if other is None else Entry(file, file, other.file)
        found[entry.id] = entry
    if not found:
        raise CaseError(f"{folder}: holds no case (a folder with {NAME}); mzsim suite new makes one")
    return [found[id] for id in sorted(found)]


def _files(folder: Path) -> Iterable[str]:
    for where, _, files in os.walk(folder):
        if NAME in files:
            # With a slash, always: that no id has.
            yield f"{Path(where).relative_to(folder).as_posix()}/{NAME}"


def _id(folder: Path, file: str) -> str:
    """The id that stands in a case.yaml; the name of the file where it can't be told."""
    try:
        content = (folder / file).read_bytes()
    except OSError:
        return file
    found = _ID.findall(content)
    if len(found) == 1 and len(_KEY.findall(content)) == 1:
        return str(found[0][1], "ascii")
    try:  # written in another way
        return read_case((folder / file).parent, still_without_retour=True).id
    except CaseError:
        return file


def read_entry(folder: Path, entry: Entry) -> Case:
    """The case of an entry. Raises CaseError for what is wrong with it."""
    place = (folder / entry.file).parent
    case = read_case(place)
    if entry.other is not None:
        raise CaseError(
            f"{case.file}: id: {Path(os.path.normpath(folder / entry.other))} has the id {case.id} as well; give one another"
        )
    if case.id != entry.id:
        raise CaseError(f"{case.file}: id: is {case.id}, and was {entry.id} when the run began")
    return case


def unread(folder: Path, entry: Entry) -> Case:
    """What can be said of a case that can't be read: its id, and where it stands."""
    return Case((folder / entry.file).parent, entry.id, "", None, (), (), ())


class Look(NamedTuple):
    """What a look at a case tells: whether it is chosen, and how an output would be written over a file of it, if one would."""

    chosen: bool
    objection: str | None


def look(entry: Entry, folder: Path, word: str | None, tags: Sequence[str], outputs: Sequence[Used]) -> Look:
    """Looks at a case before any is played. One that can't be read is chosen, always: nobody knows what it would be."""
    try:
        case = read_entry(folder, entry)
    except CaseError:
        return Look(chosen=True, objection=_objection(entry, [folder / entry.file], outputs))
    return Look(bool(choose([case], word, tags)), _objection(entry, case.files, outputs))


def _objection(entry: Entry, files: Iterable[Path], outputs: Sequence[Used]) -> str | None:
    try:
        require_apart((Used(file, f"a file of the case {entry.id}") for file in files), outputs)
    except OutputError as error:
        return str(error)
    return None


def share(entries: Sequence[Entry], shard: Shard) -> list[Entry]:
    """The part of a shard: every so many-th by id, so that what is alike, and costs alike, is spread."""
    return list(entries[shard.number - 1 :: shard.of])

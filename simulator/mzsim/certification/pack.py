"""A pack: what a vendor's software must process, as a folder or a zip file. Nothing in it says how it must be booked.

`pack.json` lists per case the declarations and their retours, with hashes; what must be booked follows from those files
and is worked out again when the software is graded. An open pack, for practice, says of each retour what is faulty about
it. Of a blind one only its key says that, which stays with the certifier.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from mzsim.certification.key import Key, KeyCase, read_key, require_key_of
from mzsim.common.archive import Archive, Limits, open_folder, open_zip, within
from mzsim.common.errors import InputError
from mzsim.common.file_values import FileLine, Text, refuse
from mzsim.common.strict_json import read_json

LIST = "pack.json"
FORMAT: Final = 1
BLIND_FORMAT: Final = 2


def _within(name: str) -> str:
    if not within(name):
        raise refuse("must be the path of a file in the pack")
    return name


class PackFile(FileLine):
    """A file of the pack."""

    file: Annotated[Text, AfterValidator(_within)]
    sha256: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]


class Retour(PackFile):
    """A retour; `name` is how the result calls it, `fault` the kind of fault that was put in, null for a good one."""

    name: Text
    fault: Text | None
    says: Text | None
    """The fault in words."""


class PackStep(FileLine):
    """A declaration and the retours on it: the faulty ones first, the good one last."""

    date: Text
    declaration: PackFile
    retours: list[Retour]


class PackCase(FileLine):
    """A case: its steps share one administration."""

    id: Text
    title: Text
    source: Text | None
    tags: list[Text]
    steps: list[PackStep]


class PackList(FileLine):
    """`pack.json` of an open pack."""

    format: Literal[1]
    made_by: Text
    cases: Annotated[list[PackCase], Field(min_length=1)]


class BlindRetour(PackFile):
    """A retour; one that is `given` is good, and is what the declaration after it needs. Each case asks about its last."""

    name: Text
    given: bool


class BlindStep(FileLine):
    """A declaration and the retour on it, if there is one."""

    date: Text
    declaration: PackFile
    retours: Annotated[list[BlindRetour], Field(max_length=1)]


class BlindCase(FileLine):
    """A case by a number that says nothing."""

    id: Text
    steps: list[BlindStep]


class BlindList(FileLine):
    """`pack.json` of a blind pack."""

    format: Literal[2]
    made_by: Text
    cases: Annotated[list[BlindCase], Field(min_length=1)]


class _Format(BaseModel):
    """What tells the two apart."""

    format: Literal[1, 2]


class Pack:
    """A pack that can be read: every file is the one that `pack.json` lists, whose hash is `sha256`.

    `key` is the hash of the key of a `blind` one: what is faulty comes from there, and the result has to say more.
    """

    def __init__(
        self, place: Path, cases: list[PackCase], read: Callable[[str], bytes], sha256: str, key: str | None = None
    ) -> None:
        self.place = place
        self.cases = cases
        self.sha256 = sha256
        self.key = key
        self.blind = key is not None
        self._read = read

    def content(self, file: PackFile) -> bytes:
        """The bytes of a file. Raises InputError where they can't be read or are not those of the list."""
        content = self._read(file.file)
        if hash_of(content) != file.sha256:
            raise InputError(f"{self.place}: {file.file}: is not the file that was exported; export the pack again")
        return content


LIMITS = Limits(files=100_000, size=400 << 20, total=4 << 30)
"""Of a pack; the largest message of the standard has 372 MB."""
_MOST_OF_LIST = 32 << 20


def files_of(place: Path) -> list[Path]:
    """The files of a pack, folder or zip."""
    return [file for file in place.rglob("*") if file.is_file()] if place.is_dir() else [place]


@contextmanager
def open_pakket(place: Path, key: Path | None = None) -> Iterator[Pack]:
    """A pack, folder or zip, a blind one with its key. Raises InputError where it is none, or the key isn't its key."""
    if place.is_dir():
        yield _pakket(place, open_folder(place, LIMITS), key)
        return
    with open_zip(place, LIMITS, str(place)) as archive:
        yield _pakket(place, archive, key)


def _pakket(place: Path, archive: Archive, key: Path | None) -> Pack:
    content, name = archive.read(LIST, _MOST_OF_LIST), f"{place}: {LIST}"
    sha256 = hash_of(content)
    blind = read_json(name, content, _Format, "a pack").format == BLIND_FORMAT
    if not blind:
        if key is not None:
            raise InputError(f"{key}: is not needed: {place} is an open pack; leave out --sleutel")
        return Pack(place, read_json(name, content, PackList, "a pack").cases, archive.read, sha256)
    listing = read_json(name, content, BlindList, "a blind pack")
    if key is None:
        raise InputError(f"{place}: is a blind pack; give the key that was made with it as --sleutel")
    opened, of_key = read_key(key)
    require_key_of(opened, key, sha256)
    return Pack(place, _with_key(listing, opened, key), archive.read, sha256, of_key)


def _with_key(listing: BlindList, key: Key, place: Path) -> list[PackCase]:
    """The cases of a blind pack with what the key says of them. Raises InputError where it doesn't say it of each."""
    of = {case.id: case for case in key.cases}
    if of.keys() != {case.id for case in listing.cases}:
        raise InputError(f"{place}: does not hold the cases of its pack; it was changed since it was made")
    return [_unveiled(case, of[case.id]) for case in listing.cases]


def _unveiled(case: BlindCase, known: KeyCase) -> PackCase:
    return PackCase(
        id=case.id,
        title=f"{known.suite}/{known.case}: {known.title}",
        source=known.source,
        tags=known.tags,
        steps=[
            PackStep(
                date=step.date,
                declaration=step.declaration,
                retours=[_told(retour, known) for retour in step.retours],
            )
            for step in case.steps
        ],
    )


def _told(retour: BlindRetour, known: KeyCase) -> Retour:
    fault, says = (None, None) if retour.given else (known.fault, known.says)
    return Retour(name=retour.name, file=retour.file, sha256=retour.sha256, fault=fault, says=says)


def as_json(content: object) -> bytes:
    """JSON as every file of a pack holds it."""
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def file(name: str, content: bytes) -> dict[str, str]:
    """How `pack.json` lists a file."""
    return {"file": name, "sha256": hash_of(content)}


def hash_of(content: bytes) -> str:
    """How a file of a pack is known."""
    return hashlib.sha256(content).hexdigest()


_BEGIN_OF_ZIP = (1980, 1, 1, 0, 0, 0)
_BEGIN = dt.datetime(*_BEGIN_OF_ZIP, tzinfo=dt.UTC).timestamp()


def write_folder(files: Mapping[str, bytes], folder_: Path) -> None:
    """Writes the files of a pack into a folder; their times say as little as those in a zip."""
    for name, content in sorted(files.items()):
        place = folder_ / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        os.utime(place, (_BEGIN, _BEGIN))


def write_zip(files: Mapping[str, bytes], place: Path) -> None:
    """Writes the files of a pack as a zip file: the same files give the same bytes, on any machine and day."""
    with zipfile.ZipFile(place, "w") as archive:
        for name, content in sorted(files.items()):
            member = zipfile.ZipInfo(name, _BEGIN_OF_ZIP)
            member.create_system = 3
            member.external_attr = 0o644 << 16
            # Not compressed: what a compressor makes of it differs by its version.
            member.compress_type = zipfile.ZIP_STORED
            archive.writestr(member, content)

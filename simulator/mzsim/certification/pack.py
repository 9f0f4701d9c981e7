"""A pack: what a vendor's software must process, as a folder or a zip file. Nothing in it says how it must be booked.

`pack.json` lists per case the declarations and their retours, with hashes; what must be booked follows from those files
and is worked out again when the software is graded.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from mzsim.common.archive import Archive, Limits, open_folder, open_zip, within
from mzsim.common.errors import InputError
from mzsim.common.file_values import FileLine, Text, refuse
from mzsim.common.strict_json import read_json

LIST = "pack.json"
FORMAT = 1


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
    """`pack.json`."""

    format: Literal[1]
    made_by: Text
    cases: Annotated[list[PackCase], Field(min_length=1)]


class Pack:
    """A pack that can be read: every file is the one that `pack.json` lists."""

    def __init__(self, place: Path, listing: PackList, read: Callable[[str], bytes]) -> None:
        self.place = place
        self.cases = listing.cases
        self._read = read

    def content(self, file: PackFile) -> bytes:
        """The bytes of a file. Raises InputError where they can't be read or are not those of the list."""
        content = self._read(file.file)
        if hashlib.sha256(content).hexdigest() != file.sha256:
            raise InputError(f"{self.place}: {file.file}: is not the file that was exported; export the pack again")
        return content


LIMITS = Limits(files=100_000, size=400 << 20, total=4 << 30)
"""Of a pack; the largest message of the standard has 372 MB."""
_MOST_OF_LIST = 32 << 20


def files_of(place: Path) -> list[Path]:
    """The files of a pack, folder or zip."""
    return [file for file in place.rglob("*") if file.is_file()] if place.is_dir() else [place]


@contextmanager
def open_pakket(place: Path) -> Iterator[Pack]:
    """A pack, folder or zip. Raises InputError where it is none."""
    if place.is_dir():
        yield _pakket(place, open_folder(place, LIMITS))
        return
    with open_zip(place, LIMITS, str(place)) as archive:
        yield _pakket(place, archive)


def _pakket(place: Path, archive: Archive) -> Pack:
    content = archive.read(LIST, _MOST_OF_LIST)
    return Pack(place, read_json(f"{place}: {LIST}", content, PackList, "a pack"), archive.read)


def as_json(content: object) -> bytes:
    """JSON as every file of a pack holds it."""
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def file(name: str, content: bytes) -> dict[str, str]:
    """How `pack.json` lists a file."""
    return {"file": name, "sha256": hashlib.sha256(content).hexdigest()}


_BEGIN_OF_ZIP = (1980, 1, 1, 0, 0, 0)


def write_folder(files: Mapping[str, bytes], folder_: Path) -> None:
    """Writes the files of a pack into a folder."""
    for name, content in sorted(files.items()):
        place = folder_ / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)


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

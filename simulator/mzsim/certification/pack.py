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
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from mzsim.common.errors import InputError
from mzsim.common.file_values import Regel, Tekst, weiger
from mzsim.common.strict_json import lees_json

LIJST = "pack.json"
FORMAAT = 1


def _binnen(naam: str) -> str:
    pad = PurePosixPath(naam)
    if pad.is_absolute() or ".." in pad.parts or "\\" in naam or str(pad) != naam:
        raise weiger("must be the path of a file in the pack")
    return naam


class Bestand(Regel):
    """A file of the pack."""

    file: Annotated[Tekst, AfterValidator(_binnen)]
    sha256: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]


class Retour(Bestand):
    """A retour; `name` is how the result calls it, `fault` the kind of fault that was put in, null for a good one."""

    name: Tekst
    fault: Tekst | None
    says: Tekst | None
    """The fault in words."""


class Stap(Regel):
    """A declaration and the retours on it: the faulty ones first, the good one last."""

    date: Tekst
    declaration: Bestand
    retours: list[Retour]


class Geval(Regel):
    """A case: its steps share one administration."""

    id: Tekst
    title: Tekst
    source: Tekst | None
    tags: list[Tekst]
    steps: list[Stap]


class Lijst(Regel):
    """`pack.json`."""

    format: Literal[1]
    made_by: Tekst
    cases: Annotated[list[Geval], Field(min_length=1)]


class Pakket:
    """A pack that can be read: every file is the one that `pack.json` lists."""

    def __init__(self, plaats: Path, lijst: Lijst, lees: Callable[[str], bytes]) -> None:
        self.plaats = plaats
        self.gevallen = lijst.cases
        self._lees = lees

    def inhoud(self, bestand: Bestand) -> bytes:
        """The bytes of a file. Raises InputError where they can't be read or are not those of the list."""
        inhoud = self._lees(bestand.file)
        if hashlib.sha256(inhoud).hexdigest() != bestand.sha256:
            raise InputError(f"{self.plaats}: {bestand.file}: is not the file that was exported; export the pack again")
        return inhoud


@contextmanager
def open_pakket(plaats: Path) -> Iterator[Pakket]:
    """A pack, folder or zip. Raises InputError where it is none."""
    if plaats.is_dir():
        yield _pakket(plaats, lambda naam: (plaats / naam).read_bytes())
        return
    try:
        archief = zipfile.ZipFile(plaats)
    except zipfile.BadZipFile:
        raise InputError(f"{plaats}: is no pack: neither a folder nor a zip file") from None
    except OSError as fout:
        raise InputError(f"{plaats}: can't be read: {fout.strerror}") from None
    with archief:
        yield _pakket(plaats, archief.read)


def _pakket(plaats: Path, lezer: Callable[[str], bytes]) -> Pakket:
    def lees(naam: str) -> bytes:
        try:
            return lezer(naam)
        except (KeyError, FileNotFoundError):
            raise InputError(f"{plaats}: {naam}: is not in the pack; mzsim suite export makes one") from None
        except OSError as fout:
            raise InputError(f"{plaats}: {naam}: can't be read: {fout.strerror}") from None
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, ValueError) as fout:
            raise InputError(f"{plaats}: {naam}: can't be read: {' '.join(str(fout).split())}") from None

    return Pakket(plaats, lees_json(f"{plaats}: {LIJST}", lees(LIJST), Lijst, "a pack"), lees)


def als_json(inhoud: object) -> bytes:
    """JSON as every file of a pack holds it."""
    return (json.dumps(inhoud, indent=1, ensure_ascii=False) + "\n").encode()


def bestand(naam: str, inhoud: bytes) -> dict[str, str]:
    """How `pack.json` lists a file."""
    return {"file": naam, "sha256": hashlib.sha256(inhoud).hexdigest()}


_BEGIN_VAN_ZIP = (1980, 1, 1, 0, 0, 0)


def schrijf_map(bestanden: Mapping[str, bytes], map_: Path) -> None:
    """Writes the files of a pack into a folder."""
    for naam, inhoud in sorted(bestanden.items()):
        plaats = map_ / naam
        plaats.parent.mkdir(parents=True, exist_ok=True)
        plaats.write_bytes(inhoud)


def schrijf_zip(bestanden: Mapping[str, bytes], plaats: Path) -> None:
    """Writes the files of a pack as a zip file: the same files give the same bytes, on any machine and day."""
    with zipfile.ZipFile(plaats, "w") as archief:
        for naam, inhoud in sorted(bestanden.items()):
            lid = zipfile.ZipInfo(naam, _BEGIN_VAN_ZIP)
            lid.create_system = 3
            lid.external_attr = 0o644 << 16
            # Not compressed: what a compressor makes of it differs by its version.
            lid.compress_type = zipfile.ZIP_STORED
            archief.writestr(lid, inhoud)

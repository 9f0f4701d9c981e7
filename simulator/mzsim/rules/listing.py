"""The rules as a list, to keep and to compare with: checks, retourcodes, layouts, lists that come along, and the code itself."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from mzsim.checks import REGISTER
from mzsim.checks.register import ordering
from mzsim.common.shipped import shipped
from mzsim.common.version import __version__
from mzsim.program import PACKAGE, rule_files, rules_of_this_program
from mzsim.standard.messages import HEEN, RETOUR
from mzsim.standard.retourcodes import retourcodes
from mzsim.store.session import REVISION
from mzsim.store.shipped_files import path_of, shipped_names


class _Part(BaseModel):
    """A list of a newer program may have keys that this one doesn't know."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class ListedCheck(_Part):
    """A check; `gevallen` is the SHA-256 of its cases, which say what it objects to."""

    id: str
    niveau: int
    record: str
    rubriek: str | None
    retourcode: str | None
    door: str
    tekst: str
    bron: str
    gevallen: str


class ListedCode(_Part):
    """A retourcode of the list."""

    code: str
    betekenis: str
    soort: str


class ListedFile(_Part):
    """A file, by its SHA-256."""

    naam: str
    sha256: str


class Rules(_Part):
    """All of it. `regels` is what a manifest calls so: the SHA-256 of `bestanden`, the files of the program that decide."""

    versie: str
    regels: str
    controles: list[ListedCheck]
    retourcodes: list[ListedCode]
    indelingen: list[ListedFile]
    lijsten: list[ListedFile]
    bestanden: list[ListedFile]


def version() -> Mapping[str, str]:
    """Which program this is: its version, the SHA-256 of its rules, the schema that its stores have, and its Python."""
    return {
        "versie": __version__,
        "regels": rules_of_this_program(),
        "schema": REVISION,
        "python": platform.python_version(),
    }


def rules_of_program() -> Rules:
    """The rules of this program."""
    cases = shipped("cases")
    return Rules(
        versie=__version__,
        regels=rules_of_this_program(),
        controles=[
            ListedCheck(
                id=c.id,
                niveau=c.level,
                record=c.record,
                rubriek=c.rubriek,
                retourcode=c.retourcode,
                door=c.by,
                tekst=c.sentence,
                bron=c.source,
                gevallen=_sha256(cases / f"{c.id}.yaml"),
            )
            for c in sorted(REGISTER.values(), key=ordering)
        ],
        retourcodes=[ListedCode(code=c.code, betekenis=c.meaning, soort=c.kind) for c in retourcodes().values()],
        indelingen=_files(
            (kind.name, PACKAGE / "standard" / "layouts" / f"{kind.name}.tsv") for kind in (HEEN, RETOUR)
        ),
        lijsten=_files((name, path_of(name)) for name in shipped_names()),
        bestanden=_files((path.relative_to(PACKAGE).as_posix(), path) for path in rule_files(PACKAGE)),
    )


def _files(named: Iterable[tuple[str, Path]]) -> list[ListedFile]:
    return [ListedFile(naam=name, sha256=_sha256(path)) for name, path in named]


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()

"""The manifest of a retour: what it was made of and by, so that the run can be repeated and comes out the same.

A run depends on the declaration, the program with its rules, the options, and the store before it. The manifest has the
SHA-256 of each; paths are relative to the folder of the manifest, so that it can travel with its files.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from functools import cache
from pathlib import Path
from typing import BinaryIO, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from mzsim.common.errors import ManifestError
from mzsim.common.version import __version__
from mzsim.common.whole_file import Retourbestand, schrijffout
from mzsim.domain.findings import Stage
from mzsim.pipeline import Opdracht
from mzsim.script.file import laad_script
from mzsim.store.session import Connection, Database
from mzsim.store.state import stand_van

_STUK = 1 << 20
_KINDS = frozenset({".py", ".tsv", ".sql"})
"""Of files that decide: code, code lists and layouts. The lists of store files count by the store that holds them."""
NO_RULES = {
    "__init__.py": "names the version, which a manifest has beside the rules",
    "__main__.py": "starts the command line",
    "certification": "weighs what another program makes of a retour",
    "cli": "reads options and prints",
    "cluster": "hands declarations to processes that each answer as one does",
    "explanation": "looks on while a declaration is answered",
    "generation": "makes declarations",
    "manifest.py": "looks on, and compares",
    "manual": "is read by people",
    "mutation": "makes declarations",
    "personas": "makes declarations",
    "presentation": "prints",
    "public": "hands a declaration to the path and its answer back",
    "reports": "counts what the store remembers",
    "server": "hands declarations to the path and answers back",
    "shipped": "holds what comes along: migrations, of which a manifest has the store's, suites and examples",
    "suites": "compares answers",
    "testing": "helps the tests of others",
    "tools": "looks at messages without answering them",
}
"""What is no part of the rules, of all that stands at the top of the package, and why. All else decides how a record is
judged, what is granted, or whether a retour leaves: also a room that is built tomorrow."""


class _Deel(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Afdruk(_Deel):
    """A file: its path from the folder of the manifest, and the SHA-256 of its bytes."""

    pad: str
    sha256: str


class Opties(_Deel):
    """How it was replayed."""

    date: dt.date
    stage: Stage
    dry_run: bool
    antwoord: Afdruk | None


class Programma(_Deel):
    """The program; `regels` is the SHA-256 of its rules."""

    versie: str
    regels: str


class Storestand(_Deel):
    """The store before the run: see `mzsim.store.state.Stand`."""

    versie: str
    revisie: int
    sha256: str


class Manifest(_Deel):
    """The whole file."""

    manifest: Literal[1]
    declaratie: Afdruk
    retour: Afdruk
    opties: Opties
    programma: Programma
    store: Storestand


def plaats_van(retour: Path) -> Path:
    """Where the manifest of a retour goes: x.mz302.asc has x.mz302.manifest.json."""
    return retour.with_name(f"{retour.stem}.manifest.json")


def als_tekst(manifest: Manifest) -> str:
    """The manifest as JSON with sorted keys."""
    import json

    return json.dumps(manifest.model_dump(mode="json"), indent=2, sort_keys=True) + "\n"


def schrijf(opdracht: Opdracht, optekening: Optekening) -> Path:
    """Writes the manifest of a replay beside its retour, and gives its place. Raises OutputError."""
    plaats = plaats_van(opdracht.files[1])
    with Retourbestand(plaats) as bestand:
        with schrijffout(plaats, "; the retour itself was"):
            bestand.stroom.write(als_tekst(optekening.manifest(opdracht)).encode())
            bestand.voltooi()
        bestand.zet_neer()
    return plaats


class Optekening:
    """Watches a replay and takes down what its manifest needs."""

    def __init__(self) -> None:
        self.declaratie = ""
        self.retour = ""
        self.store: Storestand | None = None

    def begin(self, declaratie: BinaryIO, verbinding: Connection, *, in_wijziging: bool) -> None:
        self.declaratie = _sha256(declaratie)
        self.store = Storestand(**stand_van(verbinding, in_wijziging=in_wijziging)._asdict())

    def einde(self, retour: BinaryIO) -> None:
        self.retour = _sha256(retour)

    def manifest(self, opdracht: Opdracht) -> Manifest:
        """The manifest of a replay that ended with a retour."""
        assert self.store is not None
        script = opdracht.antwoord
        declaratie, retour = opdracht.files
        map_ = retour.absolute().parent
        assert script is None or script.pad is not None, "the command line reads scripts from files"
        return Manifest(
            manifest=1,
            declaratie=Afdruk(pad=_vanuit(map_, declaratie), sha256=self.declaratie),
            retour=Afdruk(pad=retour.name, sha256=self.retour),
            opties=Opties(
                date=opdracht.datum,
                stage=opdracht.stage,
                dry_run=opdracht.dry_run,
                antwoord=Afdruk(pad=_vanuit(map_, script.pad), sha256=script.sha256)
                if script is not None and script.pad is not None
                else None,
            ),
            programma=_programma(),
            store=self.store,
        )


class Herhaling:
    """Watches a replay and stops it where it is not the one that the manifest tells of."""

    def __init__(self, plaats: Path, manifest: Manifest) -> None:
        self._plaats = plaats
        self._manifest = manifest
        if manifest.programma.versie != __version__:
            raise self._fout(f"was made by mzsim {manifest.programma.versie}; this is {__version__}")
        if manifest.programma != _programma():
            raise self._fout(f"was made with other rules than those of this mzsim {__version__}")

    def _fout(self, wat: str) -> ManifestError:
        return ManifestError(f"{self._plaats}: {wat}")

    def opdracht(self, store: Database, out: Path | None, *, dry_run: bool) -> Opdracht:
        """The replay once more; the retour goes beside the manifest under its old name, or to `out`, a file or folder."""
        m, map_ = self._manifest, self._plaats.parent
        script = None
        if m.opties.antwoord is not None:
            script = laad_script(map_ / m.opties.antwoord.pad, store)
            if script.sha256 != m.opties.antwoord.sha256:
                raise self._fout(f"{script.pad} is not the script of that run (another SHA-256)")
        declaratie = map_ / m.declaratie.pad
        naam = Path(m.retour.pad).name
        naar = map_ / naam if out is None else out / naam if out.is_dir() else out
        if os.path.realpath(naar) == os.path.realpath(declaratie):
            raise self._fout(f"the retour would be written over {declaratie}; use --out")
        return Opdracht(declaratie, naar, m.opties.date, m.opties.stage, dry_run or m.opties.dry_run, script, self)

    def begin(self, declaratie: BinaryIO, verbinding: Connection, *, in_wijziging: bool) -> None:
        m = self._manifest
        if _sha256(declaratie) != m.declaratie.sha256:
            raise self._fout(
                f"{self._plaats.parent / m.declaratie.pad} is not the declaration of that run (another SHA-256)"
            )
        stand = Storestand(**stand_van(verbinding, in_wijziging=in_wijziging)._asdict())
        if stand.versie != m.store.versie:
            raise self._fout(f"the store has schema {stand.versie}, that run had {m.store.versie}")
        if stand.revisie != m.store.revisie:
            raise self._fout(
                f"the store is at revision {stand.revisie}, that run began at {m.store.revisie}; repeat it with --store"
                " on a copy of the store from before the run"
            )
        if stand.sha256 != m.store.sha256:
            raise self._fout(f"the store is at revision {stand.revisie} too, but holds something else than in that run")

    def einde(self, retour: BinaryIO) -> None:
        if _sha256(retour) != self._manifest.retour.sha256:
            raise self._fout("the retour would differ from that run's; nothing was written and nothing recorded")


def lees_manifest(plaats: Path) -> Manifest:
    """Reads a manifest; raises `ManifestError` where it is none."""
    try:
        return Manifest.model_validate_json(plaats.read_bytes())
    except OSError as fout:
        raise ManifestError(f"{plaats}: can't be read: {fout.strerror}") from None
    except ValidationError as fout:
        eerste = fout.errors(include_url=False)[0]
        waar = ".".join(str(deel) for deel in eerste["loc"])
        raise ManifestError(": ".join(filter(None, (str(plaats), "is no manifest", waar, eerste["msg"])))) from None


@cache
def _programma() -> Programma:
    return Programma(versie=__version__, regels=rules_sha256(Path(__file__).parent))


def rules_sha256(package: Path) -> str:
    """The SHA-256 of the rules of a package of this program: of each of its files that decides, path and bytes."""
    digest = hashlib.sha256()
    for path in rule_files(package):
        digest.update(f"{path.relative_to(package).as_posix()}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def rule_files(package: Path) -> list[Path]:
    """The files of a package that decide, in the order of their paths."""
    top = (path for path in package.iterdir() if path.name not in NO_RULES)
    found = (file for path in top for file in ([path] if path.is_file() else path.rglob("*")))
    return sorted((file for file in found if file.suffix in _KINDS), key=Path.as_posix)


def _sha256(bron: BinaryIO) -> str:
    som = hashlib.sha256()
    bron.seek(0)
    while stuk := bron.read(_STUK):
        som.update(stuk)
    return som.hexdigest()


def _vanuit(map_: Path, pad: Path) -> str:
    try:
        return Path(os.path.relpath(pad.absolute(), map_)).as_posix()
    except ValueError:  # on another drive of Windows
        return pad.absolute().as_posix()

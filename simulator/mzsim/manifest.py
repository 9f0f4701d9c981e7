"""The manifest of a retour: what it was made of and by, so that the run can be repeated and comes out the same.

A run depends on the declaration, the program with its rules, the options, and the store before it. The manifest has the
SHA-256 of each; paths are relative to the folder of the manifest, so that it can travel with its files.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from pathlib import Path
from typing import BinaryIO, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from mzsim.common.errors import ManifestError
from mzsim.common.message_names import place_of
from mzsim.common.names import kept, restored
from mzsim.common.version import __version__
from mzsim.common.whole_file import write_whole
from mzsim.domain.findings import Stage
from mzsim.pipeline import Order
from mzsim.program import rules_of_this_program
from mzsim.script.file import load_script
from mzsim.store.session import Connection, Database
from mzsim.store.state import state_of

_PIECE = 1 << 20


class _ManifestPart(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Fingerprint(_ManifestPart):
    """A file: its path from the folder of the manifest, as `kept` writes it, and the SHA-256 of its bytes."""

    pad: str
    sha256: str


class Options(_ManifestPart):
    """How it was replayed."""

    date: dt.date
    stage: Stage
    dry_run: bool
    antwoord: Fingerprint | None


class Program(_ManifestPart):
    """The program; `regels` is the SHA-256 of its rules."""

    versie: str
    regels: str


class ManifestStoreState(_ManifestPart):
    """The store before the run: see `mzsim.store.state.MachtigingState`."""

    versie: str
    revisie: int
    sha256: str


class Manifest(_ManifestPart):
    """The whole file."""

    manifest: Literal[1]
    declaratie: Fingerprint
    retour: Fingerprint
    opties: Options
    programma: Program
    store: ManifestStoreState


def path_of(retour: Path) -> Path:
    """Where the manifest of a retour goes: x.mz302.asc has x.mz302.manifest.json."""
    return retour.with_name(f"{retour.stem}.manifest.json")


def as_text(manifest: Manifest) -> str:
    """The manifest as JSON with sorted keys."""
    import json

    return json.dumps(manifest.model_dump(mode="json"), indent=2, sort_keys=True) + "\n"


def write(order: Order, run_record: RunRecord) -> Path:
    """Writes the manifest of a replay beside its retour, and gives its place. Raises OutputError."""
    place = path_of(order.files[1])
    content = as_text(run_record.manifest(order)).encode()
    write_whole(place, content, "--out", "; the retour itself was")
    return place


class RunRecord:
    """Watches a replay and takes down what its manifest needs."""

    def __init__(self) -> None:
        self.declaration = ""
        self.retour = ""
        self.store: ManifestStoreState | None = None

    def begin(self, declaration: BinaryIO, connection: Connection, *, in_change: bool) -> None:
        self.declaration = _sha256(declaration)
        self.store = ManifestStoreState(**state_of(connection, in_change=in_change)._asdict())

    def end(self, retour: BinaryIO) -> None:
        self.retour = _sha256(retour)

    def manifest(self, order: Order) -> Manifest:
        """The manifest of a replay that ended with a retour."""
        assert self.store is not None
        script = order.script
        declaration, retour = order.files
        folder_ = retour.absolute().parent
        assert script is None or script.path is not None, "the command line reads scripts from files"
        return Manifest(
            manifest=1,
            declaratie=Fingerprint(pad=_from(folder_, declaration), sha256=self.declaration),
            retour=Fingerprint(pad=kept(retour.name), sha256=self.retour),
            opties=Options(
                date=order.date,
                stage=order.stage,
                dry_run=order.dry_run,
                antwoord=Fingerprint(pad=_from(folder_, script.path), sha256=script.sha256)
                if script is not None and script.path is not None
                else None,
            ),
            programma=_program(),
            store=self.store,
        )


class Repetition:
    """Watches a replay and stops it where it is not the one that the manifest tells of."""

    def __init__(self, place: Path, manifest: Manifest) -> None:
        self._place = place
        self._manifest = manifest
        if manifest.programma.versie != __version__:
            raise self._error(f"was made by mzsim {manifest.programma.versie}; this is {__version__}")
        if manifest.programma != _program():
            raise self._error(f"was made with other rules than those of this mzsim {__version__}")

    def _error(self, what: str) -> ManifestError:
        return ManifestError(f"{self._place}: {what}")

    @property
    def declaration(self) -> Path:
        """The declaration of that run."""
        return self._place.parent / restored(self._manifest.declaratie.pad)

    @property
    def script(self) -> Path | None:
        """The script of that run, where there was one."""
        script = self._manifest.opties.antwoord
        return None if script is None else self._place.parent / restored(script.pad)

    def retour(self, out: Path | None) -> Path:
        """Where the retour goes: beside the manifest under its old name, or to `out`, a file or folder."""
        return place_of(restored(self._manifest.retour.pad).name, self._place.parent if out is None else out)

    def order(self, store: Database, out: Path | None, *, dry_run: bool) -> Order:
        """The replay once more; `out` as in `retour`."""
        options = self._manifest.opties
        script = None
        if self.script is not None and options.antwoord is not None:
            script = load_script(self.script, store)
            if script.sha256 != options.antwoord.sha256:
                raise self._error(f"{script.path} is not the script of that run (another SHA-256)")
        to = self.retour(out)
        return Order(self.declaration, to, options.date, options.stage, dry_run or options.dry_run, script, self)

    def begin(self, declaration: BinaryIO, connection: Connection, *, in_change: bool) -> None:
        m = self._manifest
        if _sha256(declaration) != m.declaratie.sha256:
            raise self._error(f"{self.declaration} is not the declaration of that run (another SHA-256)")
        state = ManifestStoreState(**state_of(connection, in_change=in_change)._asdict())
        if state.versie != m.store.versie:
            raise self._error(f"the store has schema {state.versie}, that run had {m.store.versie}")
        if state.revisie != m.store.revisie:
            raise self._error(
                f"the store is at revision {state.revisie}, that run began at {m.store.revisie}; repeat it with --store"
                " on a copy of the store from before the run"
            )
        if state.sha256 != m.store.sha256:
            raise self._error(
                f"the store is at revision {state.revisie} too, but holds something else than in that run"
            )

    def end(self, retour: BinaryIO) -> None:
        if _sha256(retour) != self._manifest.retour.sha256:
            raise self._error("the retour would differ from that run's; nothing was written and nothing recorded")


def read_manifest(place: Path) -> Manifest:
    """Reads a manifest; raises `ManifestError` where it is none."""
    try:
        return Manifest.model_validate_json(place.read_bytes())
    except OSError as error:
        raise ManifestError(f"{place}: can't be read: {error.strerror}") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ManifestError(": ".join(filter(None, (str(place), "is no manifest", where, first["msg"])))) from None


def _program() -> Program:
    return Program(versie=__version__, regels=rules_of_this_program())


def _sha256(source: BinaryIO) -> str:
    total = hashlib.sha256()
    source.seek(0)
    while piece := source.read(_PIECE):
        total.update(piece)
    return total.hexdigest()


def _from(folder_: Path, path: Path) -> str:
    try:
        return kept(Path(os.path.relpath(path.absolute(), folder_)).as_posix())
    except ValueError:  # on another drive of Windows
        return kept(path.absolute().as_posix())

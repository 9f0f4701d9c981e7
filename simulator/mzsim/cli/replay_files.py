"""What a call of `replay` reads and writes, kept apart. Light to import."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mzsim.cli.options import FAULTS, files_of_store, open_store
from mzsim.common.apart import Used, require_apart
from mzsim.common.errors import InputError, SilentStoreError

if TYPE_CHECKING:
    from mzsim.store.session import Database

ALL = "all"


class Asked(NamedTuple):
    """What is asked for beside each retour: kinds of fault, or all, and a manifest."""

    faults: Collection[str]
    manifest: bool

    @property
    def kinds(self) -> list[str]:
        """The kinds of fault, in order."""
        return [kind for kind in FAULTS if kind in self.faults or ALL in self.faults]

    def places(self, declaration: Path, retour: Path) -> list[Path]:
        """Where it goes. Raises InputError for a declaration that can't be read again for it."""
        if not any(self):
            return []
        from mzsim import manifest
        from mzsim.retour import faults

        if declaration.exists() and not declaration.is_file():
            raise InputError(f"{declaration}: is no ordinary file; --manifest and --verstoor need one")
        with_manifest = [manifest.path_of(retour)] if self.manifest else []
        return with_manifest + [faults.path_of(retour, kind) for kind in self.kinds]


class ReplayFiles(NamedTuple):
    """The files of a call: its store, the retour of each declaration, its script, and the manifest that it repeats."""

    store: str
    retours: Mapping[Path, Path]
    script: Path | None
    manifest: Path | None
    asked: Asked

    def open_store(self, *, read_only: bool, wait: float) -> Database:
        """The store, where no output takes the place of anything else; in place of one that is not there an empty one that
        is gone at the end. Raises OutputError."""
        require_apart(self._reads(), self._writes())
        from mzsim.store.session import is_missing

        return open_store(self.store, read_only=read_only or is_missing(self.store), wait=wait)

    def require_store(self, *, read_only: bool) -> None:
        """Raises StoreError where the store is not there, and so would remember nothing."""
        from mzsim.store.session import is_missing, named

        if is_missing(self.store) and not read_only:
            raise SilentStoreError(f"{named(self.store)} is not there; mzsim db upgrade makes an empty one")

    @property
    def silence(self) -> str:
        """What to do about a store that knows no insurer."""
        from mzsim.store.session import named

        return (
            f"{named(self.store)} knows no insurer; fill it with mzsim db load FILE.yaml (mzsim db draft DECLARATION writes a"
            " file that grants your own; @proef is an insurer for tests), or let it answer all the same with --leeg"
        )

    def _reads(self) -> Iterator[Used]:
        yield from (Used(declaration, "the declaration") for declaration in self.retours)
        others = (self.script, "the script"), (self.manifest, "the manifest")
        yield from (Used(path, what) for path, what in others if path is not None)

    def _writes(self) -> Iterator[Used]:
        yield from files_of_store(self.store)
        for declaration, retour in self.retours.items():
            yield Used(retour, f"the retour of {declaration}", "--out")
            for place in self.asked.places(declaration, retour):
                yield Used(place, f"what belongs to the retour of {declaration}", "--out")


def without_retours(named: Sequence[Path]) -> tuple[list[Path], dict[Path, Path]]:
    """Declarations apart from what is the retour of one of them, as `dir/*.asc` names both; of each retour its declaration."""
    if not any(".mz302." in path.name for path in named):
        return list(named), {}
    owner = {place: declaration for declaration in named for place in _retours_of(declaration)}
    retours = {path: owner[path] for path in named if path in owner and _is_retour(path)}
    return [path for path in named if path not in retours], retours


def _retours_of(declaration: Path) -> Iterator[Path]:
    from mzsim.common.message_names import retour_name
    from mzsim.retour import faults

    retour = declaration.parent / retour_name(declaration)
    yield retour
    yield from (faults.path_of(retour, kind) for kind in FAULTS)


def _is_retour(path: Path) -> bool:
    """By its first bytes, kenmerk and 0102: a name can mislead. A pipe is not read for it."""
    from mzsim.standard.recognition import is_retour

    try:
        if path.is_file():
            with path.open("rb") as source:
                return is_retour(source.read(5)[2:])
    except OSError:  # the run says so where it comes to it
        pass
    return False

"""How the file of a retour is named after that of its declaration, and back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from mzsim.common.apart import require_once
from mzsim.common.errors import OutputError


def places(declaraties: Sequence[Path], out: Path | None) -> dict[Path, Path]:
    """Where the retour of each declaration goes; `out` is a file for one, a folder, or None for beside the declaration.

    Raises OutputError where there is no such place, InputError for a declaration that is named twice.
    """
    if out is not None and len(declaraties) > 1 and not out.is_dir():
        raise OutputError(f"{out}: is no folder; several declarations need one that exists")
    require_once(declaraties)
    found: dict[Path, Path] = {}
    for declaration in declaraties:
        found[declaration] = place_of(retour_name(declaration), _folder_of(declaration) if out is None else out)
    return found


def place_of(name: str, out: Path) -> Path:
    """Where a retour of this name goes: in a folder, or to the file that was named."""
    return out / name if out.is_dir() else out


_NO_FOLDERS = frozenset({"/dev", "/dev/fd"})


def _folder_of(declaration: Path) -> Path:
    """The folder beside a declaration. What comes from a pipe or a device has none, under whatever name."""
    folder = declaration.absolute().parent
    of_the_system = str(folder) in _NO_FOLDERS or folder.parts[:2] == ("/", "proc")
    if of_the_system or (declaration.exists() and not declaration.is_file() and not declaration.is_dir()):
        raise OutputError(f"{declaration}: is no file with a folder for its retour; name its place with --out")
    return declaration.parent


def retour_name(declaration: Path) -> str:
    """The name of the retour of a declaration: x.mz301.asc and x.asc give x.mz302.asc."""
    stem = re.sub(r"\.mz301$", "", declaration.stem, flags=re.IGNORECASE)
    return f"{stem}.mz302{declaration.suffix}"


def store_file_name(declaration: Path) -> str:
    """The name of a store file for a declaration: x.mz301.asc and x.asc give x.store.yaml."""
    stem = re.sub(r"\.mz301$", "", declaration.stem, flags=re.IGNORECASE)
    return f"{stem}.store.yaml"


def declaration_beside(retour: Path) -> Path | None:
    """The declaration beside a retour: of x.mz302.asc that is x.mz301.asc, or else x.asc."""
    stem = re.sub(r"\.mz302$", "", retour.stem, flags=re.IGNORECASE)
    if stem == retour.stem:
        return None
    possible = (retour.with_name(f"{stem}{part}{retour.suffix}") for part in (".mz301", ".MZ301", ""))
    return next((place for place in possible if place.is_file()), None)

"""How the file of a retour is named after that of its declaration, and back."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from mzsim.common.errors import OutputError


def places(declaraties: Sequence[Path], out: Path | None) -> dict[Path, Path]:
    """Where the retour of each declaration goes; two to one place, or one over a declaration, is refused."""
    if out is not None and len(declaraties) > 1 and not out.is_dir():
        raise OutputError(f"{out}: is no folder; several declarations need one that exists")
    found: dict[Path, Path] = {}
    inputs = {os.path.realpath(declaration): declaration for declaration in declaraties}
    taken = dict(inputs)
    for declaration in declaraties:
        place = _place(declaration, out)
        real = os.path.realpath(place)
        other = taken.setdefault(real, declaration)
        if declaration in found or real in inputs or other is not declaration:
            raise OutputError(f"{place}: the retour of {declaration} would be written over {other}; use --out")
        found[declaration] = place
    return found


def _place(declaration: Path, out: Path | None) -> Path:
    if out is not None and not out.is_dir():
        return out
    return (out or declaration.parent) / retour_name(declaration)


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

"""How the file of a retour is named after that of its declaration, and back."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from mzsim.common.errors import OutputError


def plaatsen(declaraties: Sequence[Path], out: Path | None) -> dict[Path, Path]:
    """Where the retour of each declaration goes; two to one place, or one over a declaration, is refused."""
    if out is not None and len(declaraties) > 1 and not out.is_dir():
        raise OutputError(f"{out}: is no folder; several declarations need one that exists")
    gevonden: dict[Path, Path] = {}
    invoer = {os.path.realpath(declaratie): declaratie for declaratie in declaraties}
    bezet = dict(invoer)
    for declaratie in declaraties:
        plaats = _plaats(declaratie, out)
        echt = os.path.realpath(plaats)
        ander = bezet.setdefault(echt, declaratie)
        if declaratie in gevonden or echt in invoer or ander is not declaratie:
            raise OutputError(f"{plaats}: the retour of {declaratie} would be written over {ander}; use --out")
        gevonden[declaratie] = plaats
    return gevonden


def _plaats(declaratie: Path, out: Path | None) -> Path:
    if out is not None and not out.is_dir():
        return out
    return (out or declaratie.parent) / retournaam(declaratie)


def retournaam(declaratie: Path) -> str:
    """The name of the retour of a declaration: x.mz301.asc and x.asc give x.mz302.asc."""
    stam = re.sub(r"\.mz301$", "", declaratie.stem, flags=re.IGNORECASE)
    return f"{stam}.mz302{declaratie.suffix}"


def declaratie_bij(retour: Path) -> Path | None:
    """The declaration beside a retour: of x.mz302.asc that is x.mz301.asc, or else x.asc."""
    stam = re.sub(r"\.mz302$", "", retour.stem, flags=re.IGNORECASE)
    if stam == retour.stem:
        return None
    mogelijk = (retour.with_name(f"{stam}{deel}{retour.suffix}") for deel in (".mz301", ".MZ301", ""))
    return next((plaats for plaats in mogelijk if plaats.is_file()), None)

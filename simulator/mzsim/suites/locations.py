"""Where suites are: a folder of the user, or one that comes with the program, by its name."""

from __future__ import annotations

from pathlib import Path

from mzsim.common.errors import CaseError
from mzsim.common.shipped import shipped


def namen() -> list[str]:
    """The suites that come with the program."""
    return sorted(map_.name for map_ in shipped("suites").iterdir() if map_.is_dir())


def map_van(naam: str) -> Path:
    """The folder of a suite; one that is there goes before one that comes with the program. Raises CaseError."""
    if Path(naam).is_dir():
        return Path(naam)
    if naam in namen():
        return shipped("suites") / naam
    soort = "is no folder" if Path(naam).exists() else "no such folder"
    raise CaseError(f"{naam}: {soort}; the suites that come with the program are {', '.join(namen())}")

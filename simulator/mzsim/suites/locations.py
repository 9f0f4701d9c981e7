"""Where suites are: a folder of the user, or one that comes with the program, by its name."""

from __future__ import annotations

from pathlib import Path

from mzsim.common.errors import CaseError
from mzsim.common.shipped import shipped


def suite_names() -> list[str]:
    """The suites that come with the program."""
    return sorted(folder.name for folder in shipped("suites").iterdir() if folder.is_dir())


def folder_of(name: str) -> Path:
    """The folder of a suite; one that is there goes before one that comes with the program. Raises CaseError."""
    if Path(name).is_dir():
        return Path(name)
    if name in suite_names():
        return shipped("suites") / name
    if Path(name).exists():
        raise CaseError(f"{name}: is no folder; name the folder that it stands in")
    raise CaseError(f"{name}: no such folder; the suites that come with the program are {', '.join(suite_names())}")

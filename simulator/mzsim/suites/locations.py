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
    kind = "is no folder" if Path(name).exists() else "no such folder"
    raise CaseError(f"{name}: {kind}; the suites that come with the program are {', '.join(suite_names())}")

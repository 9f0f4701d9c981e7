"""Verzekeraarsbestanden that come with the program, named as @nza-2026."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from mzsim.common.errors import InputError

_FOLDER = Path(__file__).parent / "shipped"


@cache
def shipped_names() -> tuple[str, ...]:
    """The lists there are, with their @."""
    return tuple(sorted(f"@{file.stem}" for file in _FOLDER.glob("*.yaml")))


def path_of(file: str) -> Path:
    """The path of a file, or of a list by its @name."""
    if not file.startswith("@"):
        return Path(file)
    if file not in shipped_names():
        raise InputError(f"{file}: no such list; there are {', '.join(shipped_names())}")
    return _FOLDER / f"{file[1:]}.yaml"

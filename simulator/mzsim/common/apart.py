"""What one call reads and writes, told apart as files: an output never replaces an input, nor another output.

A file is the same under every name that leads to it: a link of either kind, other capitals where the disk has one file for
both, `..` in its path.
"""

from __future__ import annotations

import os
import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Iterable
from pathlib import Path
from typing import NamedTuple

from mzsim.common.errors import InputError, OutputError


class Used(NamedTuple):
    """A file of a call, and what it is there: "the store", "the retour of x.asc". `option` names another place for it."""

    path: Path
    what: str
    option: str = ""


def require_apart(reads: Iterable[Used], writes: Iterable[Used]) -> None:
    """Refuses, before anything is done, an output in the place of what is read or of another output. Raises OutputError.

    What is read may be one file under two names.
    """
    outputs = list(writes)
    if not outputs:
        return
    taken = _Taken()
    for one in reads:
        taken.add(one)
    for one in outputs:
        other = taken.add(one)
        if other is not None:
            elsewhere = f"; choose another place with {one.option}" if one.option else ""
            raise OutputError(f"{one.path}: {one.what} would be written over {other.what}, {other.path}{elsewhere}")


def require_once(inputs: Iterable[Path]) -> None:
    """Refuses an input that is named more than once, be it by another name. Raises InputError."""
    taken = _Taken()
    for path in inputs:
        other = taken.add(Used(path, ""))
        if other is not None:
            also = "" if other.path == path else f", as {other.path} too"
            raise InputError(f"{path}: is named twice{also}; name it once")


class _Taken:
    """The files that are spoken for."""

    def __init__(self) -> None:
        self._files: defaultdict[Hashable, list[Used]] = defaultdict(list)

    def add(self, one: Used) -> Used | None:
        """Adds a file, unless it is there already: then gives it as it was added first."""
        there = self._files[_identity(one.path)]
        for other in there:
            if _same(one.path, other.path):
                return other
        there.append(one)
        return None


def _identity(path: Path) -> Hashable:
    """Equal for paths to one file. Of a file that is not there: its folder, and its name without regard to capitals."""
    found = _on_disk(path)
    if found is not None:
        return found
    real = _real(path)
    return _on_disk(real.parent) or str(real.parent), unicodedata.normalize("NFC", real.name).casefold()


def _on_disk(path: Path) -> tuple[int, int] | None:
    try:
        state = path.stat()
    except (OSError, ValueError):  # ValueError: a name that no file can have, with a NUL
        return None
    return state.st_dev, state.st_ino


def _real(path: Path) -> Path:
    try:
        return Path(os.path.realpath(path))
    except ValueError:
        return path.absolute()


def _same(path: Path, other: Path) -> bool:
    """Of paths with one identity: whether they are one file. Names that differ in capitals are where the disk says so."""
    real, name = _real(path), _real(other).name
    return real.name == name or path.exists() or _one_name(real.parent, real.name, name)


def _one_name(folder: Path, name: str, other: str) -> bool:
    """Whether two names are one in a folder; found out in a folder within it, for every folder may differ."""
    import tempfile  # a third of what this module takes to import

    try:
        with tempfile.TemporaryDirectory(prefix=".mzsim-", dir=folder) as trial:
            (Path(trial) / name).touch()
            return (Path(trial) / other).exists()
    except OSError:  # where nothing can be written nothing is written over
        return False

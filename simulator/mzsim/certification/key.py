"""The key of a blind pack: which of its retours are faulty and how, and where each came from. It stays with the certifier."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from mzsim.common.archive import read_counted
from mzsim.common.errors import InputError
from mzsim.common.file_values import FileLine, Text
from mzsim.common.strict_json import read_json

FORMAT: Final = 1
_MOST = 64 << 20


class KeyCase(FileLine):
    """A case of the pack: what its last retour is like, and the case of a suite that it was made of."""

    id: Text
    suite: Text
    case: Text
    title: Text
    source: Text | None
    tags: list[Text]
    odd: Text | None
    """What looks odd about the retour and is no fault."""
    fault: Text | None
    """The kind of fault that was put in, null for a good retour; `says` is the fault in words, `form` its form."""
    says: Text | None
    form: Text | None


class Key(FileLine):
    """A key; `pack` is the SHA-256 of the `pack.json` that it is for, which holds the hashes of all other files."""

    format: Literal[1]
    made_by: Text
    seed: int
    pack: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
    cases: Annotated[list[KeyCase], Field(min_length=1)]


def read_key(place: Path) -> tuple[Key, str]:
    """Reads a key, and gives the SHA-256 of its file too. Raises InputError where it is none."""
    content = read_counted(place, _MOST)
    return read_json(str(place), content, Key, "a key"), hashlib.sha256(content).hexdigest()


def require_key_of(key: Key, place: Path, pack: str) -> None:
    """Refuses the key of another pack than the one with this hash. Raises InputError."""
    if key.pack != pack:
        raise InputError(f"{place}: is the key of another pack, or this pack was changed since it was exported")

"""Prestatiecodes with * as wildcard, as a store file writes them."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import lru_cache

from simulator.ei.layout import TEKENSET


@lru_cache(maxsize=20_000)
def past(patronen: tuple[str, ...], prestatiecode: bytes) -> bool:
    """Whether any of these names a prestatiecode, given as rubriek 0413 holds it."""
    code = prestatiecode.decode(TEKENSET).rstrip(" ")
    return any(fnmatchcase(code, patroon) for patroon in patronen)

"""Prestatiecodes with * as wildcard, as a store file writes them. Nothing else stands for other than itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from mzsim.standard.layout import TEKENSET


@lru_cache(maxsize=4096)
def uitdrukking(patroon: str) -> re.Pattern[str]:
    """A pattern as a regular expression that has to match the whole of a code."""
    return re.compile(".*".join(re.escape(deel) for deel in re.split(r"\*+", patroon)), re.DOTALL)


def noemt(patronen: Iterable[str], code: str) -> bool:
    """Whether any of these names a prestatiecode."""
    return any(uitdrukking(patroon).fullmatch(code) for patroon in patronen)


@lru_cache(maxsize=20_000)
def past(patronen: tuple[str, ...], prestatiecode: bytes) -> bool:
    """Whether any of these names a prestatiecode, given as rubriek 0413 holds it."""
    return noemt(patronen, prestatiecode.decode(TEKENSET).rstrip(" "))

"""Prestatiecodes with * as wildcard, as a store file writes them. Nothing else stands for other than itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from mzsim.standard.layout import CHARSET


@lru_cache(maxsize=4096)
def expression(pattern: str) -> re.Pattern[str]:
    """A pattern as a regular expression that has to match the whole of a code."""
    return re.compile(".*".join(re.escape(part) for part in re.split(r"\*+", pattern)), re.DOTALL)


def names(patterns: Iterable[str], code: str) -> bool:
    """Whether any of these names a prestatiecode."""
    return any(expression(pattern).fullmatch(code) for pattern in patterns)


@lru_cache(maxsize=20_000)
def fits(patterns: tuple[str, ...], prestatiecode: bytes) -> bool:
    """Whether any of these names a prestatiecode, given as rubriek 0413 holds it."""
    return names(patterns, prestatiecode.decode(CHARSET).rstrip(" "))

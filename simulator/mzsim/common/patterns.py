"""Texts with * as wildcard: prestatiecodes of a store file, rubrieken of a script. Nothing else stands for other than itself.

A value is looked at once, from front to back: however many stars there are, it takes no longer than its length.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from typing import AnyStr

from mzsim.standard.layout import CHARSET

Matcher = Callable[[AnyStr], bool]
"""Whether a pattern stands for the whole of a value."""


def matcher(pieces: list[AnyStr]) -> Matcher[AnyStr]:
    """What a pattern stands for, given what is between its stars.

    Its ends have to be those of the value. A piece in between is taken where it stands first: what comes after it then
    has the most room. Of stars that follow one another the empty pieces between them say nothing.
    """
    if len(pieces) == 1:
        return pieces[0].__eq__
    return partial(_matches, pieces[0], [piece for piece in pieces[1:-1] if piece], pieces[-1])


def _matches(first: AnyStr, between: list[AnyStr], last: AnyStr, value: AnyStr) -> bool:
    if not (value.startswith(first) and value.endswith(last)):
        return False
    place, end = len(first), len(value) - len(last)
    for piece in between:
        place = value.find(piece, place, end)
        if place < 0:
            return False
        place += len(piece)
    return place <= end


@lru_cache(maxsize=4096)
def of_code(pattern: str) -> Matcher[str]:
    """The prestatiecodes that a pattern names."""
    return matcher(pattern.split("*"))


def names(patterns: Iterable[str], code: str) -> bool:
    """Whether any of these names a prestatiecode."""
    return any(of_code(pattern)(code) for pattern in patterns)


@lru_cache(maxsize=20_000)
def fits(patterns: tuple[str, ...], prestatiecode: bytes) -> bool:
    """Whether any of these names a prestatiecode, given as rubriek 0413 holds it."""
    return names(patterns, prestatiecode.decode(CHARSET).rstrip(" "))

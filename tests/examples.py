"""How many examples a property is tried on: always the same ones, however long one takes.

A `costly` property takes seconds. It tries a third of its examples, and all of them where `--all` or `-k` asks for more:
so it is with the parameters of a slow test, see `tests/conftest.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from hypothesis import settings

T = TypeVar("T")

_asked_for_all = False


def try_all() -> None:
    """From here on a costly property gets all of its examples."""
    global _asked_for_all
    _asked_for_all = True


def fixed(examples: int) -> settings:
    """The same examples in every run."""
    return settings(max_examples=examples, derandomize=True, deadline=None, database=None)


def costly(examples: int) -> settings:
    """A third of these examples, or all of them where they are asked for."""
    return fixed(share(examples))


def share(count: int) -> int:
    """A third of what can be tried, or all of it where that is asked for."""
    return count if _asked_for_all else count // 3


def some(what: Sequence[T]) -> Sequence[T]:
    """Every third, or all of them where they are asked for."""
    return what if _asked_for_all else what[::3]

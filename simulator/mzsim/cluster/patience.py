"""How long to wait for a server that is away."""

from __future__ import annotations

from collections.abc import Iterator

_FIRST, _MOST = 0.1, 10.0
"""Seconds."""


def pauses(most: float = _MOST) -> Iterator[float]:
    """Seconds to wait before each attempt after the first, without end: each twice the one before, up to so many."""
    pause = _FIRST
    while True:
        yield pause
        pause = min(most, 2 * pause)

"""What a user's own tests work with, and the pytest plugin."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:  # what type checkers and editors see
    from mzsim.testing.portal import server as server

__all__ = ["server"]


def __getattr__(name: str) -> object:
    if name != "server":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from mzsim.testing.portal import server

    return server

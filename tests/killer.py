"""Runs `mzsim` and kills it at a chosen moment: `python -m tests.killer POINT NUMBER WORD…`.

POINT is a place in the program where a kill could do harm, NUMBER which time it is passed there (from 1). It kills itself
with SIGKILL before that call, so that nothing gets a chance to clear away; `na-` kills right behind it. The point `call` is any
call at all, of Python or of C, since the replay began.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mzsim.cli import cmd_replay
from mzsim.cli.main import main
from mzsim.cluster import stores
from mzsim.common.whole_file import RetourFile
from mzsim.store.session import Connection

PLACES: dict[str, tuple[Any, str]] = {
    "fsync": (os, "fsync"),
    "commit": (Connection, "commit"),
    "replace": (Path, "replace"),
    "rename": (Path, "rename"),
    "unlink": (Path, "unlink"),
    "link": (os, "link"),
    "complete": (RetourFile, "complete"),
    "put_in_place": (RetourFile, "put_in_place"),
    "exit": (RetourFile, "__exit__"),
    "put_in_free_place": (RetourFile, "put_in_free_place"),
    "clear_away": (stores, "clear_away"),
    "reopen": (stores, "reopen"),
}


def set_up(point: str, times: int, signum: int = signal.SIGKILL) -> None:
    """Lets this process send itself a signal at a point."""
    if point == "call":
        count_calls(lambda number: os.kill(os.getpid(), signum) if number == times else None)
        return
    category, name = PLACES[point.removeprefix("na-")]
    real: Callable[..., Any] = getattr(category, name)
    passes = 0

    def replacement(*args: Any, **kwargs: Any) -> Any:
        nonlocal passes
        passes += 1
        if passes == times and not point.startswith("na-"):
            os.kill(os.getpid(), signum)
        value = real(*args, **kwargs)
        if passes == times and point.startswith("na-"):
            os.kill(os.getpid(), signum)
        return value

    setattr(category, name, replacement)


def count_calls(tell: Callable[[int], object]) -> None:
    """Tells the number of every call, from 1, once a replay has its store and its declarations."""
    real = cmd_replay._make_way
    passes = 0

    def profile(_: object, event: str, __: object) -> None:
        nonlocal passes
        if event in ("call", "c_call"):
            passes += 1
            tell(passes)

    def begin(*args: Any) -> None:
        sys.setprofile(profile)
        real(*args)

    cmd_replay._make_way = begin


if __name__ == "__main__":
    _, point, times, *words = sys.argv
    if "/" in point:
        point, signum = point.split("/")
        set_up(point, int(times), signal.Signals[signum])
    else:
        set_up(point, int(times))
    main(words)

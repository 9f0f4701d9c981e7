"""Runs `mzsim` and kills it at a chosen moment: `python -m tests.killer POINT NUMBER WORD…`.

POINT is a place in the program where a kill could do harm, NUMBER which time it is passed there (from 1). It kills itself
with SIGKILL before that call, so that nothing gets a chance to clear away; `na-` kills right behind it.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from mzsim.cli.main import main
from mzsim.common.whole_file import Retourbestand

PLAATSEN: dict[str, tuple[Any, str]] = {
    "fsync": (os, "fsync"),
    "commit": (Connection, "commit"),
    "replace": (Path, "replace"),
    "unlink": (Path, "unlink"),
    "link": (os, "link"),
    "voltooi": (Retourbestand, "voltooi"),
    "zet_neer": (Retourbestand, "zet_neer"),
    "exit": (Retourbestand, "__exit__"),
}


def stel_in(punt: str, keer: int, sein: int = signal.SIGKILL) -> None:
    """Lets this process send itself a signal at a point."""
    klasse, naam = PLAATSEN[punt.removeprefix("na-")]
    echt: Callable[..., Any] = getattr(klasse, naam)
    gepasseerd = 0

    def vervanger(*args: Any, **kwargs: Any) -> Any:
        nonlocal gepasseerd
        gepasseerd += 1
        if gepasseerd == keer and not punt.startswith("na-"):
            os.kill(os.getpid(), sein)
        waarde = echt(*args, **kwargs)
        if gepasseerd == keer and punt.startswith("na-"):
            os.kill(os.getpid(), sein)
        return waarde

    setattr(klasse, naam, vervanger)


if __name__ == "__main__":
    _, punt, keer, *woorden = sys.argv
    if "/" in punt:
        punt, sein = punt.split("/")
        stel_in(punt, int(keer), signal.Signals[sein])
    else:
        stel_in(punt, int(keer))
    main(woorden)

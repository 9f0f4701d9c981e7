"""What the scripts that kill by the hundred have in common: their command, and what they print."""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from tests.databases import DATABASES

CountUp = Callable[[str, Path, dict[str, int], int], dict[str, Counter[str]]]
"""Plays rounds on a kind of database, in a folder, so many of each kind, by a seed; what there is to count of each."""


def count_rounds(
    description: str | None,
    wanted: dict[str, int],
    count_up: CountUp,
    conclusion: str,
    databases: Sequence[str] = DATABASES,
) -> NoReturn:
    """The command of a script that kills: how many rounds of each kind, and on which of these databases. Prints what there was to
    count; what is written in capitals must not be, and is the exit status."""
    reader = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, usual in (wanted | {"seed": 1}).items():
        reader.add_argument(f"--{name}", type=int, default=usual)
    reader.add_argument("--database", choices=databases, help="only on this kind")
    asked = vars(reader.parse_args())
    seed, only = asked.pop("seed"), asked.pop("database")
    bad = 0
    for kind in [only] if only else databases:
        with tempfile.TemporaryDirectory() as folder:
            for name, counts in count_up(kind, Path(folder) / kind, asked, seed).items():
                print(f"{kind}, {name}: " + ", ".join(f"{n} {what}" for what, n in counts.items()), flush=True)
                bad += sum(n for what, n in counts.items() if what.isupper())
    print(f"{bad} {conclusion}")
    raise SystemExit(bad > 0)

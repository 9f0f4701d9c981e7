"""What a country would take: `python -m tests.country [--seed N]` prints the tables; see the page `country.md` of the manual.

`--measure` measures anew what the model is fed with, on the server of MZSIM_TEST_POSTGRES, which runs on this machine, and writes
it to `figures.yaml`: ten minutes. `--check` holds the model against real workers on that server: a quarter of an hour.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.country.tables import tables
from tests.databases import SERVER

SEED = 1


def lines(seed: int) -> Iterator[str]:
    """All that is printed without an option, each line as soon as it is known."""
    for title, table in tables(seed):
        yield f"## {title}"
        yield ""
        yield from table
        yield ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=SEED, help="of what comes in")
    parser.add_argument("--measure", action="store_true", help="write figures.yaml anew")
    parser.add_argument("--check", action="store_true", help="hold the model against two real workers")
    parser.add_argument("--minutes", type=float, default=10, help="in which the check sends what an hour brings")
    asked = parser.parse_args()
    if (asked.measure or asked.check) and SERVER is None:
        parser.error("MZSIM_TEST_POSTGRES must be the URL of a server of PostgreSQL on this machine")
    with tempfile.TemporaryDirectory() as folder:
        if asked.measure:
            from tests.country.measure import write  # the program and its database, which the model does without

            write(Path(folder))
        elif asked.check:
            from tests.country.check import check

            for line in check(Path(folder), asked.seed, asked.minutes):
                print(line, flush=True)
        else:
            for line in lines(asked.seed):
                print(line)


if __name__ == "__main__":
    main()

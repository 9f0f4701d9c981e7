"""How fast `mzsim replay` is, against the bare work on the same file in the same run, and how much memory it takes.

    python -m tests.benchmark [--quick] [--times 5]

Each row of the table is a declaration and a store that holds the reference list of 2026: in order, with an insurer that has
shares, maxima and authorisations and has granted a million prestatierecords before, with a fifth and with all of its
prestatierecords coming back, a small one, and the largest that the standard's counters allow (900,000: they end at 999,999).
The last row is a suite that comes with the program, which has no bare work.

Of each, two commands run in turn: `mzsim replay` (start-up, both senders' checks, the retour, its own check and the
recording in the store included), and the bare work (read the file, slice every rubriek, echo 370 positions a record). A pair
gives the ratio of their CPU times, which a machine that is busy with other work hardly changes; the table has the median
of the pairs with the smallest and the largest. `--quick` takes a tenth of the records and three pairs: a minute.

Both start as an installed program does, whose modules are compiled, even where Python is told to keep no bytecode.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

SUITE = Path(__file__).parents[1] / "fixtures" / "suites" / "codes"


class Row(NamedTuple):
    """A declaration of the table: what it is, how many prestatierecords, how many the insurer granted before, and which of
    them come back (as `benchmark_files` names it)."""

    name: str
    prestaties: int
    history: int = 0
    wrong: str = ""


ROWS = (
    Row("in order", 100_000),
    Row("in order, granted before", 100_000, history=1_000_000),
    Row("a fifth comes back", 100_000, wrong="fifth"),
    Row("all comes back, from VECOZO", 100_000, wrong="vecozo"),
    Row("all comes back, from the insurer", 100_000, wrong="insurer"),
    Row("small", 100),
    Row("largest, in order", 900_000),
    Row("largest, all comes back, from VECOZO", 900_000, wrong="vecozo"),
    Row("largest, all comes back, from the insurer", 900_000, wrong="insurer"),
)


class Used(NamedTuple):
    """What a command used: seconds of CPU, and at most so many megabytes of memory."""

    cpu: float
    memory: float


class Result(NamedTuple):
    """What the pairs of a row gave; `ratios` is empty where there is no bare work."""

    name: str
    records: int
    cpu: float
    ratios: list[float]
    memory: float

    @property
    def line(self) -> str:
        """The row of the table."""
        ratio = f"{median(self.ratios):.1f} ({min(self.ratios):.1f}-{max(self.ratios):.1f})" if self.ratios else ""
        records, rate = (f"{n:,.0f}" if self.records else "" for n in (self.records, self.records / self.cpu))
        return f"| {self.name} | {records} | {self.cpu:.2f} s | {rate} | {ratio} | {self.memory:.0f} MB |"


def run(*order: str, bytecode: Path) -> Used:
    """Runs a command of Python; `bytecode` is where its compiled modules are kept."""
    surroundings = os.environ | {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(bytecode)}
    process = subprocess.Popen((sys.executable, *order), stdout=subprocess.DEVNULL, env=surroundings)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(order)} ended with {process.returncode}")
    per_unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return Used(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / per_unit)


def measure(row: Row, folder: Path, times: int, bytecode: Path) -> Result:
    """Makes the files of a row and runs its pairs."""
    declaration, store, fresh = folder / "declaratie.asc", folder / "store.db", folder / "vers.db"
    verzekerden = -(-row.prestaties // 10)
    numbers = (str(number) for number in (row.prestaties, verzekerden, 2 * verzekerden, row.history))
    files = [sys.executable, "-m", "tests.benchmark_files", str(folder), *numbers, row.wrong]
    records = int(subprocess.run(files, check=True, capture_output=True, text=True).stdout)
    pairs = []
    for _ in range(times):
        shutil.copy(store, fresh)
        replay = run(
            *("-m", "mzsim", "replay", str(declaration), "--store", f"sqlite:///{fresh}", "--date", "2026-04-03"),
            *("--fail-on", "afgekeurd_bestand"),
            bytecode=bytecode,
        )
        bare = run("-m", "tests.bare_work", str(declaration), str(folder / "kaal.asc"), bytecode=bytecode)
        pairs.append((replay, bare))
    ratios = [replay.cpu / bare.cpu for replay, bare in pairs]
    cpu, memory = median(replay.cpu for replay, _ in pairs), max(replay.memory for replay, _ in pairs)
    return Result(row.name, records, cpu, ratios, memory)


def measure_suite(times: int, bytecode: Path) -> Result:
    """Plays a suite in one process."""
    runs = [run("-m", "mzsim", "suite", "run", str(SUITE), "--jobs", "1", bytecode=bytecode) for _ in range(times)]
    return Result("the suite `codes`", 0, median(run.cpu for run in runs), [], max(run.memory for run in runs))


def table(rows: tuple[Row, ...], times: int) -> Iterator[str]:
    """The lines of the table, each as soon as it is known."""
    yield "| declaration | records | CPU | records/s | ratio | peak memory |"
    yield "| --- | --- | --- | --- | --- | --- |"
    with tempfile.TemporaryDirectory() as work_folder:
        bytecode = Path(work_folder) / "bytecode"
        for number, row in enumerate(rows):
            folder = Path(work_folder) / str(number)
            folder.mkdir()
            yield measure(row, folder, times, bytecode).line
            shutil.rmtree(folder)
        yield measure_suite(min(times, 3), bytecode).line


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--quick", action="store_true", help="a tenth of the records, three pairs, nothing larger")
    options.add_argument("--times", type=int, default=5, help="pairs of each row")
    choice = options.parse_args()
    rows, times = ROWS, choice.times
    if choice.quick:
        small = (row for row in ROWS if row.prestaties <= 100_000)
        rows = tuple(
            row._replace(prestaties=max(100, row.prestaties // 10), history=row.history // 10) for row in small
        )
        times = min(times, 3)
    for line in table(rows, times):
        print(line, flush=True)


if __name__ == "__main__":
    main()

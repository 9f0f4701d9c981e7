"""How fast `mzsim replay` is, against the bare work on the same file in the same run.

    python -m tests.benchmark [--prestaties 100000] [--verzekerden 10000] [--polissen 20000] [--historie 1000000]

Makes a declaration and a store that holds the reference list of 2026, then runs, each as a command of its own:
`mzsim replay` (start-up, both senders' checks, the retour, its own check and the recording in the store included), and
the bare work (read the file, slice every rubriek, echo 370 positions a record); three times in turn, of which the fastest
of each counts. Prints records a second, the ratio of the two, and peak memory; then the same for ten times (by default:
nine times, the standard's counters end at 999,999) as many prestatierecords; then the first again with an insurer that has
shares, maxima and authorisations and has granted so many prestatierecords before (0 leaves that out).

Both start as an installed program does, whose modules are compiled, even where Python is told to keep no bytecode.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_MOST = 900_000
_TIMES = 3


def _measure(*order: str, bytecode: Path) -> tuple[float, float]:
    """Seconds and peak megabytes of a command; `bytecode` is where its compiled modules are kept."""
    surroundings = os.environ | {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(bytecode)}
    begin = time.perf_counter()
    process = subprocess.Popen(order, stdout=subprocess.DEVNULL, env=surroundings)
    _, status, resource_usage = os.wait4(process.pid, 0)
    duration = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(order)} ended with {process.returncode}")
    per_unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return duration, resource_usage.ru_maxrss / per_unit


def _copy(of: Path, to: Path) -> None:
    """Copies the store to the disk itself, so that what is measured next does not wait for that."""
    with of.open("rb") as source, to.open("wb") as target:
        shutil.copyfileobj(source, target)
        os.fsync(target.fileno())


def measure(folder: Path, prestaties: int, verzekerden: int, polissen: int, history: int = 0) -> None:
    """Makes the files, runs both commands, prints a line."""
    declaration, store, fresh = folder / "declaratie.asc", folder / "store.db", folder / "vers.db"
    numbers = [str(figure) for figure in (prestaties, verzekerden, polissen, history)]
    files = [sys.executable, "-m", "tests.benchmark_files", str(folder), *numbers]
    records = int(subprocess.run(files, check=True, capture_output=True, text=True).stdout)
    bare = ("-m", "tests.bare_work", str(declaration), str(folder / "kaal.asc"))
    replay = ("-m", "mzsim", "replay", str(declaration), "--store", f"sqlite:///{fresh}", "--date", "2026-04-03")
    bare_s, replay_s, memory, bytecode = [], [], 0.0, folder / "bytecode"
    for _ in range(_TIMES):  # in turn, so that a machine that is busy for a while slows both
        _copy(store, fresh)
        seconds, megabytes = _measure(sys.executable, *replay, "--fail-on", "afgekeurd_bestand", bytecode=bytecode)
        replay_s.append(seconds)
        memory = max(memory, megabytes)
        bare_s.append(_measure(sys.executable, *bare, bytecode=bytecode)[0])
    bare_fastest, replay_fastest = min(bare_s), min(replay_s)
    print(
        f"{prestaties:>9,} prestatierecords, {verzekerden:,} verzekerden, {polissen:,} polissen, {history:,} before:"
        f" replay {records / replay_fastest:,.0f} records/s ({replay_fastest:.2f} s),"
        f" bare work {records / bare_fastest:,.0f} records/s ({bare_fastest:.2f} s),"
        f" ratio {replay_fastest / bare_fastest:.1f}, peak memory {memory:.0f} MB"
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--prestaties", type=int, default=100_000)
    options.add_argument("--verzekerden", type=int, default=10_000)
    options.add_argument("--polissen", type=int, default=20_000)
    options.add_argument("--historie", type=int, default=1_000_000)
    choice = options.parse_args()
    with tempfile.TemporaryDirectory() as work_folder:
        for factor in (1, 10):
            prestaties = min(factor * choice.prestaties, max(_MOST, choice.prestaties))
            scale = prestaties / choice.prestaties
            measure(Path(work_folder), prestaties, round(scale * choice.verzekerden), round(scale * choice.polissen))
        if choice.history:
            measure(Path(work_folder), choice.prestaties, choice.verzekerden, choice.polissen, choice.history)


if __name__ == "__main__":
    main()

"""How fast `mzsim replay` is, against the bare work on the same file in the same run.

    python -m tests.benchmark [--prestaties 100000] [--verzekerden 10000] [--polissen 20000] [--historie 1000000]

Makes a declaration and a store that holds the reference list of 2026, then runs, each as a command of its own:
`mzsim replay` (start-up, both senders' checks, the retour, its own check and the recording in the store included), and
the bare work (read the file, slice every rubriek, echo 370 positions a record). Prints records a second, the ratio of the
two, and peak memory; then the same for ten times (by default: nine times, the standard's counters end at 999,999) as many
prestatierecords; then the first again with an insurer that has shares, maxima and authorisations and has granted so many
prestatierecords before (0 leaves that out).
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_MEESTE = 900_000


def _meet(*opdracht: str) -> tuple[float, float]:
    """Seconds and peak megabytes of a command."""
    begin = time.perf_counter()
    proces = subprocess.Popen(opdracht, stdout=subprocess.DEVNULL)
    _, status, gebruik = os.wait4(proces.pid, 0)
    duur = time.perf_counter() - begin
    proces.returncode = os.waitstatus_to_exitcode(status)
    if proces.returncode:
        raise SystemExit(f"{' '.join(opdracht)} ended with {proces.returncode}")
    per_eenheid = 1024 * 1024 if sys.platform == "darwin" else 1024
    return duur, gebruik.ru_maxrss / per_eenheid


def meet(map_: Path, prestaties: int, verzekerden: int, polissen: int, historie: int = 0) -> None:
    """Makes the files, runs both commands, prints a line."""
    declaratie, store = map_ / "declaratie.asc", map_ / "store.db"
    getallen = [str(getal) for getal in (prestaties, verzekerden, polissen, historie)]
    bestanden = [sys.executable, "-m", "tests.benchmark_bestanden", str(map_), *getallen]
    records = int(subprocess.run(bestanden, check=True, capture_output=True, text=True).stdout)
    kaal = ("-m", "tests.kaal_werk", str(declaratie), str(map_ / "kaal.asc"))
    replay = ("-m", "simulator", "replay", str(declaratie), "--store", f"sqlite:///{store}", "--date", "2026-04-03")
    kaal_s = min(_meet(sys.executable, *kaal)[0] for _ in range(3))
    replay_s, geheugen = _meet(sys.executable, *replay, "--json", "--fail-on", "afgekeurd_bestand")
    print(
        f"{prestaties:>9,} prestatierecords, {verzekerden:,} verzekerden, {polissen:,} polissen, {historie:,} before:"
        f" replay {records / replay_s:,.0f} records/s ({replay_s:.2f} s), bare work {records / kaal_s:,.0f} records/s"
        f" ({kaal_s:.2f} s), ratio {replay_s / kaal_s:.1f}, peak memory {geheugen:.0f} MB"
    )


def main() -> None:
    opties = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    opties.add_argument("--prestaties", type=int, default=100_000)
    opties.add_argument("--verzekerden", type=int, default=10_000)
    opties.add_argument("--polissen", type=int, default=20_000)
    opties.add_argument("--historie", type=int, default=1_000_000)
    keuze = opties.parse_args()
    with tempfile.TemporaryDirectory() as werkmap:
        for factor in (1, 10):
            prestaties = min(factor * keuze.prestaties, max(_MEESTE, keuze.prestaties))
            schaal = prestaties / keuze.prestaties
            meet(Path(werkmap), prestaties, round(schaal * keuze.verzekerden), round(schaal * keuze.polissen))
        if keuze.historie:
            meet(Path(werkmap), keuze.prestaties, keuze.verzekerden, keuze.polissen, keuze.historie)


if __name__ == "__main__":
    main()

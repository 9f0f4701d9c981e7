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

_MEESTE = 900_000
_KEREN = 3


def _meet(*opdracht: str, bytecode: Path) -> tuple[float, float]:
    """Seconds and peak megabytes of a command; `bytecode` is where its compiled modules are kept."""
    omgeving = os.environ | {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(bytecode)}
    begin = time.perf_counter()
    proces = subprocess.Popen(opdracht, stdout=subprocess.DEVNULL, env=omgeving)
    _, status, gebruik = os.wait4(proces.pid, 0)
    duur = time.perf_counter() - begin
    proces.returncode = os.waitstatus_to_exitcode(status)
    if proces.returncode:
        raise SystemExit(f"{' '.join(opdracht)} ended with {proces.returncode}")
    per_eenheid = 1024 * 1024 if sys.platform == "darwin" else 1024
    return duur, gebruik.ru_maxrss / per_eenheid


def _kopieer(van: Path, naar: Path) -> None:
    """Copies the store to the disk itself, so that what is measured next does not wait for that."""
    with van.open("rb") as bron, naar.open("wb") as doel:
        shutil.copyfileobj(bron, doel)
        os.fsync(doel.fileno())


def meet(map_: Path, prestaties: int, verzekerden: int, polissen: int, historie: int = 0) -> None:
    """Makes the files, runs both commands, prints a line."""
    declaratie, store, verse = map_ / "declaratie.asc", map_ / "store.db", map_ / "vers.db"
    getallen = [str(getal) for getal in (prestaties, verzekerden, polissen, historie)]
    bestanden = [sys.executable, "-m", "tests.benchmark_files", str(map_), *getallen]
    records = int(subprocess.run(bestanden, check=True, capture_output=True, text=True).stdout)
    kaal = ("-m", "tests.bare_work", str(declaratie), str(map_ / "kaal.asc"))
    replay = ("-m", "mzsim", "replay", str(declaratie), "--store", f"sqlite:///{verse}", "--date", "2026-04-03")
    kaal_s, replay_s, geheugen, bytecode = [], [], 0.0, map_ / "bytecode"
    for _ in range(_KEREN):  # in turn, so that a machine that is busy for a while slows both
        _kopieer(store, verse)
        seconden, megabytes = _meet(sys.executable, *replay, "--fail-on", "afgekeurd_bestand", bytecode=bytecode)
        replay_s.append(seconden)
        geheugen = max(geheugen, megabytes)
        kaal_s.append(_meet(sys.executable, *kaal, bytecode=bytecode)[0])
    kaal_snelst, replay_snelst = min(kaal_s), min(replay_s)
    print(
        f"{prestaties:>9,} prestatierecords, {verzekerden:,} verzekerden, {polissen:,} polissen, {historie:,} before:"
        f" replay {records / replay_snelst:,.0f} records/s ({replay_snelst:.2f} s),"
        f" bare work {records / kaal_snelst:,.0f} records/s ({kaal_snelst:.2f} s),"
        f" ratio {replay_snelst / kaal_snelst:.1f}, peak memory {geheugen:.0f} MB"
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

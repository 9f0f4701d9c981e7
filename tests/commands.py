"""Running `mzsim` in tests: in this process, as a process of its own, or on bytes without a command line."""

from __future__ import annotations

import datetime as dt
import gc
import os
import signal
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner, Result

import mzsim
from mzsim.cli.main import main
from mzsim.domain.findings import Stage, Uitkomst
from mzsim.pipeline import Opdracht, replay
from mzsim.script.directing import Script
from mzsim.store.session import Database

DATUM = dt.date(2011, 5, 2)
"""The day on which the examples of INV chapter 3 play."""
OP_DATUM = ("--date", "2011-05-02")


def invoke(*woorden: object, **omgeving: str) -> Result:
    """A command in this process; `omgeving` are environment variables."""
    sigterm = signal.getsignal(signal.SIGTERM)
    try:
        return CliRunner().invoke(main, [str(woord) for woord in woorden], env=omgeving, catch_exceptions=False)
    finally:
        signal.signal(signal.SIGTERM, sigterm)
        gc.enable()


def omgeving(**anders: str) -> dict[str, str]:
    """The environment of a process that runs the program under test, without what the user has set for it."""
    eigen = {naam: waarde for naam, waarde in os.environ.items() if not naam.startswith(("MZSIM_", "PYTEST_", "COV_"))}
    return eigen | {"PYTHONPATH": str(Path(mzsim.__file__).parents[1])} | anders


def opdracht(*woorden: object) -> list[str]:
    """The words that start a command as a process."""
    return [sys.executable, "-m", "mzsim", *(str(woord) for woord in woorden)]


def proces(*woorden: object, cwd: Path | None = None, **anders: str) -> subprocess.CompletedProcess[str]:
    """A command as a process of its own; `anders` are environment variables."""
    return subprocess.run(
        opdracht(*woorden), cwd=cwd, env=omgeving(**anders), capture_output=True, text=True, timeout=60, check=False
    )


def eis_een_regel(stderr: str) -> str:
    """The one line that standard error should hold, without a traceback."""
    assert stderr.endswith("\n")
    (regel,) = stderr.splitlines()
    assert regel.startswith("mzsim: ")
    assert "a mistake of the program" not in regel
    return regel


def speel(
    store: Database,
    map_: Path,
    declaratie: bytes,
    *,
    stage: Stage = Stage.ALL,
    datum: dt.date = DATUM,
    dry_run: bool = False,
    antwoord: Script | None = None,
) -> tuple[Uitkomst, bytes | None]:
    """Replays a declaration: how it ended, and the bytes of the retour where there is one."""
    plaats, retour = map_ / "declaratie.asc", map_ / "declaratie.mz302.asc"
    plaats.write_bytes(declaratie)
    retour.unlink(missing_ok=True)
    uitkomst = replay(Opdracht(plaats, retour, datum, stage, dry_run, antwoord), store)
    return uitkomst, retour.read_bytes() if retour.exists() else None

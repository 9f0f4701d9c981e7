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
from mzsim.domain.findings import Outcome, Stage
from mzsim.pipeline import Order, replay
from mzsim.script.directing import Script
from mzsim.store.session import Database
from tests.json_kinds import require_kind

DATE = dt.date(2011, 5, 2)
"""The day on which the examples of INV chapter 3 play."""
ON_DATE = ("--date", "2011-05-02")


def invoke(*words: object, **surroundings: str) -> Result:
    """A command in this process; `surroundings` are environment variables."""
    sigterm = signal.getsignal(signal.SIGTERM)
    command = [str(word) for word in words]
    try:
        result = CliRunner().invoke(main, command, env=surroundings, catch_exceptions=False)
        require_kind(command, result.stdout)
        return result
    finally:
        signal.signal(signal.SIGTERM, sigterm)
        gc.enable()


def surroundings(**otherwise: str) -> dict[str, str]:
    """The environment of a process that runs the program under test, without what the user has set for it."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("MZSIM_", "PYTEST_", "COV_"))}
    return own | {"PYTHONPATH": str(Path(mzsim.__file__).parents[1])} | otherwise


def order(*words: object) -> list[str]:
    """The words that start a command as a process."""
    return [sys.executable, "-m", "mzsim", *(str(word) for word in words)]


def process(*words: object, cwd: Path | None = None, **otherwise: str) -> subprocess.CompletedProcess[str]:
    """A command as a process of its own; `otherwise` are environment variables."""
    return subprocess.run(
        order(*words), cwd=cwd, env=surroundings(**otherwise), capture_output=True, text=True, timeout=60, check=False
    )


def script(name: str, *words: object) -> str:
    """What a script of these tests prints, `python -m tests.NAME`, on the databases that these run on. It must succeed."""
    server = os.environ.get("MZSIM_TEST_POSTGRES")
    ended = subprocess.run(
        [sys.executable, "-m", f"tests.{name}", *map(str, words)],
        cwd=Path(__file__).parents[1],
        env=surroundings(**({"MZSIM_TEST_POSTGRES": server} if server else {})),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def require_one_line(stderr: str) -> str:
    """The one line that standard error should hold, without a traceback."""
    assert stderr.endswith("\n")
    (line,) = stderr.splitlines()
    assert line.startswith("mzsim: ")
    assert "a mistake of the program" not in line
    return line


def play(
    store: Database,
    folder: Path,
    declaration: bytes,
    *,
    stage: Stage = Stage.ALL,
    date: dt.date = DATE,
    dry_run: bool = False,
    answer: Script | None = None,
) -> tuple[Outcome, bytes | None]:
    """Replays a declaration: how it ended, and the bytes of the retour where there is one."""
    place, retour = folder / "declaratie.asc", folder / "declaratie.mz302.asc"
    place.write_bytes(declaration)
    retour.unlink(missing_ok=True)
    outcome = replay(Order(place, retour, date, stage, dry_run, answer), store)
    return outcome, retour.read_bytes() if retour.exists() else None

"""What a command imports: a small one is over before SQLAlchemy would have been imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import surroundings
from tests.make_inv3 import FOLDER, STORE

_SQL = {"sqlalchemy", "alembic"}
_FILES = {"pydantic", "yaml", "importlib.metadata", "importlib.resources", "typing_extensions"}
_TABLES = {"rich", "logging"}
_PAGES = {"jinja2", "holidays"}
_NETWORK = {"asyncio", "ssl", "socket", "http", "email", "subprocess", "multiprocessing", "concurrent.futures"}
_EVERYTHING = _SQL | _FILES | _TABLES | _PAGES | _NETWORK

APPROVED = FOLDER / "1-volledig-toegewezen.mz301.asc"
OBJECTED, RETOUR = (FOLDER / f"4b-fout-in-prestatierecord.{end}.asc" for end in ("mz301", "verzekeraar.mz302"))
REPLAY = ("--store", "store.db", "--date", "2011-05-02", "--out", "retour.asc", "--dry-run")
API = f"""
import mzsim
with mzsim.Store.memory() as store:
    store.load({str(STORE)!r})
    mzsim.replay({str(APPROVED)!r}, store)
"""


def _imported(line: str, folder: Path) -> set[str]:
    """The modules that a line of Python imports, of those that no small command needs; what it prints goes nowhere."""
    after = f"import sys; sys.stderr.write('\\n' + ' '.join(sorted({_EVERYTHING!r} & set(sys.modules))))"
    given = f"import atexit\natexit.register(lambda: exec({after!r}))\n{line}"
    ended = subprocess.run(
        [sys.executable, "-c", given], cwd=folder, env=surroundings(), capture_output=True, text=True, check=False
    )
    assert "Traceback" not in ended.stderr
    return set(ended.stderr.rpartition("\n")[2].split())


def _command(*words: object) -> str:
    return f"import sys; sys.argv = {['mzsim', *map(str, words)]!r}; from mzsim.cli.main import main; main()"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a store with the insurer of INV chapter 3 stands."""
    place = tmp_path_factory.mktemp("licht")
    assert not _imported(_command("db", "load", STORE, "--store", "store.db"), place) & _SQL
    return place


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "needed"),
    [
        (_command("--help"), set()),
        (_command("replay", "--help"), set()),
        (_command("replay", APPROVED, *REPLAY), set()),
        (_command("replay", OBJECTED, *REPLAY, "--json"), set()),
        (_command("replay", OBJECTED, *REPLAY), _TABLES),
        (_command("explain", RETOUR), _TABLES),
        (_command("check-retour", OBJECTED, RETOUR), set()),
        (_command("show", OBJECTED), _TABLES),
        (_command("suite", "run", FOLDER, "--json"), _EVERYTHING - _SQL),
        (API, _FILES | _NETWORK | {"logging"}),
    ],
    ids=["help", "of replay", "replay", "as JSON", "objections", "explain", "check-retour", "show", "suite", "API"],
)
def test_what_is_not_needed_is_not_imported(line: str, needed: set[str], folder: Path) -> None:
    assert _imported(line, folder) - needed == set()

"""A user's own project, with folders and modules named like ours, where mzsim is installed: nothing disturbs the other."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import mzsim
from tests.commands import surroundings

pytestmark = pytest.mark.slow  # a process or more each

ROOT = Path(__file__).parents[1]
PACKAGE = Path(mzsim.__file__).parent


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the program as pip installs it: the package, what is shipped with it, and its entry points."""
    place = tmp_path_factory.mktemp("site")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    shutil.copytree(PACKAGE, place / "mzsim", ignore=shutil.ignore_patterns("__pycache__"))
    for source, target in project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"].items():
        shutil.copytree(ROOT / source, place / target)
    info = place / f"mzsim-{mzsim.__version__}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: mzsim\nVersion: {mzsim.__version__}\n")
    entries = project["project"]["entry-points"] | {"console_scripts": project["project"]["scripts"]}
    lines = [f"[{group}]\n" + "".join(f"{n} = {w}\n" for n, w in named.items()) for group, named in entries.items()]
    (info / "entry_points.txt").write_text("\n".join(lines))
    return place


@pytest.fixture(params=[True, False], ids=["package", "folder"])
def theirs(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A project with its own `simulator`, a package or a folder, and a module for each name of ours that must not be imported."""
    names = [file.stem for file in PACKAGE.iterdir() if file.suffix in ("", ".py") and not file.name.startswith("_")]
    for name in names:
        (tmp_path / f"{name}.py").write_text(f"raise RuntimeError('their {name} was imported')\n")
    simulator = tmp_path / "simulator"
    simulator.mkdir()
    (simulator / "run.py").write_text("THEIRS = True\n")
    if request.param:
        (simulator / "__init__.py").touch()
    else:
        (tmp_path / "pytest.ini").write_text("[pytest]\npythonpath = simulator\n")
    shutil.copy(ROOT / "fixtures" / "inv3" / "store.yaml", tmp_path / "insurer.yaml")
    shutil.copy(ROOT / "fixtures" / "inv3" / "1-volledig-toegewezen.mz301.asc", tmp_path / "claim.asc")
    (tmp_path / "conftest.py").touch()  # their own modules are on the path, as they are in such a project
    (tmp_path / "test_theirs.py").write_text(
        f"{'from simulator import run' if request.param else 'import run'}\n"
        "def test_own(): assert run.THEIRS\n"
        "def test_with_ours(mzsim):\n"
        "    mzsim.load('insurer.yaml')\n"
        "    assert mzsim.replay('claim.asc', date='2011-05-02').status == 'volledig_toegewezen'\n"
    )
    return tmp_path


def _run(theirs: Path, path: str, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, *words],
        cwd=theirs,
        env=surroundings(PYTHONPATH=path),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("own_folder_first", ["-P", "-m"], ids=["pytest", "python-m-pytest"])
def test_pytest(theirs: Path, installed: Path, own_folder_first: str) -> None:
    """`pytest` has the folder of its script first on the path (`-P` leaves that out), `python -m pytest` theirs."""
    words = ["-P", "-m"] if own_folder_first == "-P" else ["-m"]
    out = _run(theirs, str(installed), *words, "pytest", "-q", "-p", "no:cacheprovider")
    assert "2 passed" in out
    assert not (installed / "simulator").exists(), "a folder without __init__.py gives way to any package of its name"


_SCRIPT = "import sys; from mzsim.cli.main import main; sys.argv = ['mzsim', 'demo']; main()"


@pytest.mark.parametrize(
    ("own_path", "words"),
    [("", ("-P", "-c", _SCRIPT)), ("", ("-m", "mzsim", "demo")), (".", ("-P", "-c", _SCRIPT))],
    ids=["mzsim", "python-m-mzsim", "PYTHONPATH=."],
)
def test_commands(theirs: Path, installed: Path, own_path: str, words: tuple[str, ...]) -> None:
    before = sorted(theirs.iterdir())
    path = f"{own_path}{os.pathsep}{installed}" if own_path else str(installed)
    assert "4a-fout-in-verzekerdenrecord" in _run(theirs, path, *words)
    assert [file for file in sorted(theirs.iterdir()) if file.name != "__pycache__"] == before


def test_what_is_installed_has_the_manual(theirs: Path, installed: Path) -> None:
    assert "# " in _run(theirs, str(installed), "-m", "mzsim", "manual", "index")

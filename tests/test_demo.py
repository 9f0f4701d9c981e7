"""`mzsim demo --out`: the worked examples as files to try, never over a file of somebody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands import invoke, require_one_line

INV3 = Path(__file__).parents[1] / "fixtures" / "inv3"
EXAMPLES = sorted([*(file.name for file in INV3.glob("*.mz301.asc")), "store.yaml"])


def _names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_out_writes_what_goes_in_and_prints_the_table(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "examples"
    outcome = invoke("demo", "--out", folder)
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    assert outcome.stdout == f"{folder}: {len(EXAMPLES) - 1} declarations and store.yaml\n\n" + invoke("demo").stdout
    assert _names(folder) == EXAMPLES
    for name in EXAMPLES:
        assert (folder / name).read_bytes() == (INV3 / name).read_bytes()


def test_what_was_written_can_be_replayed(tmp_path: Path) -> None:
    invoke("demo", "--out", tmp_path)
    url = f"sqlite:///{tmp_path}/store.db"
    assert invoke("db", "load", tmp_path / "store.yaml", "--store", url).exit_code == 0
    example = tmp_path / "4a-fout-in-verzekerdenrecord.mz301.asc"
    outcome = invoke("replay", example, "--store", url, "--date", "2011-05-02")
    assert outcome.stdout.startswith(f"{example}: deels_toegewezen by 0736, 10.00 of 660.00")


def test_the_same_files_may_stand_there(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert invoke("demo", "--out", tmp_path).exit_code == 0
    written = {file: file.stat().st_mtime_ns for file in tmp_path.iterdir()}
    (tmp_path / EXAMPLES[0]).unlink()
    assert invoke("demo", "--out", tmp_path).exit_code == 0
    assert _names(tmp_path) == sorted([*EXAMPLES, "mine.txt"])
    assert all(file.stat().st_mtime_ns == time for file, time in written.items() if file.name != EXAMPLES[0])


@pytest.mark.parametrize("what", ["file", "folder"])
def test_another_file_is_not_overwritten(tmp_path: Path, what: str) -> None:
    place = tmp_path / EXAMPLES[-1]
    if what == "folder":
        place.mkdir()
    else:
        place.write_text("mine")
    outcome = invoke("demo", "--out", tmp_path)
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    line = require_one_line(outcome.stderr)
    assert line == f"mzsim: {place}: is there already, with other contents; choose another folder with --out"
    assert _names(tmp_path) == [place.name]
    assert what == "folder" or place.read_text() == "mine"


def test_out_that_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for place in (tmp_path / "file", tmp_path / "file" / "x"):
        outcome = invoke("demo", "--out", place)
        assert (outcome.exit_code, outcome.stdout) == (2, "")
        assert str(place) in require_one_line(outcome.stderr)


@pytest.mark.slow
def test_keep_and_out_may_be_the_same_folder(tmp_path: Path) -> None:
    """--keep adds the stores and the retours, and is done again over its own files."""
    for _ in range(2):
        assert invoke("demo", "--out", tmp_path, "--keep", tmp_path).exit_code == 0
    names = _names(tmp_path)
    assert set(EXAMPLES) < set(names)
    assert "4a-fout-in-verzekerdenrecord.db" in names
    assert "4a-fout-in-verzekerdenrecord.all.mz302.asc" in names

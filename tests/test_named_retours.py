"""`replay dir/*.asc` a second time names the retours of the first: they are left alone, with a line.

Named alone one is answered.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from mzsim.cli.options import FAULTS
from tests.commands import ON_DATE, invoke

INV3 = Path("fixtures/inv3").resolve()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MZSIM_STORE", "x.db")
    assert invoke("db", "load", INV3 / "store.yaml").exit_code == 0
    place = tmp_path / "d"
    place.mkdir()
    shutil.copy(INV3 / "4a-fout-in-verzekerdenrecord.mz301.asc", place / "a.asc")
    shutil.copy(INV3 / "1-volledig-toegewezen.mz301.asc", place / "B.MZ301.ASC")
    return place


def _answered(*words: object) -> tuple[list[str], str]:
    ended = invoke("replay", *words, "--dry-run", "--json", *ON_DATE)
    assert ended.exit_code == 0
    return [json.loads(line)["declaratie"] for line in ended.stdout.splitlines()], ended.stderr


def test_a_retour_is_left_alone_where_its_declaration_is_named_too(folder: Path) -> None:
    _answered(*sorted(folder.iterdir()), "--verstoor", "all")
    every = sorted(folder.iterdir())
    faulty = [path for path in every if "VERSTOORD" in path.name]
    assert 2 < len(faulty) <= 2 * len(FAULTS)
    before = {path: path.read_bytes() for path in every}
    answered, said = _answered(*every)
    assert answered == [str(folder / name) for name in ("B.MZ301.ASC", "a.asc")]
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
    assert said.count("skipped") == len(every) - 2
    a = folder / "a.asc"
    assert f"mzsim: {folder / 'a.mz302.asc'}: skipped: it is the retour of {a}, which is named too\n" in said


@pytest.mark.parametrize("out", [(), ("--out", "o")], ids=["beside", "elsewhere"])
def test_named_alone_it_is_answered(folder: Path, out: tuple[str, ...]) -> None:
    Path("o").mkdir()
    _answered(folder / "a.asc")
    retour = folder / "a.mz302.asc"
    ended = invoke("replay", retour, folder / "B.MZ301.ASC", "--json", *ON_DATE, *out)
    first = json.loads(ended.stdout.splitlines()[0])
    assert (first["status"], first["meldingen"][0]["retourcode"]) == ("afgekeurd_bestand", "8061")


def test_a_declaration_with_the_name_of_a_retour_is_answered(folder: Path) -> None:
    """Left out without being one it would look answered."""
    Path("o").mkdir()
    shutil.copy(folder / "B.MZ301.ASC", folder / "a.mz302.asc")
    answered, said = _answered(folder / "a.asc", folder / "a.mz302.asc", "--out", "o")
    assert answered == [str(folder / "a.asc"), str(folder / "a.mz302.asc")]
    assert said == ""
    refused = invoke("replay", folder / "a.asc", folder / "a.mz302.asc", *ON_DATE)
    assert refused.exit_code == 2
    assert "would be written over" in refused.stderr


@pytest.mark.parametrize("name", ["a.mz302.asc", "is-not-there.mz302.asc", "."])
def test_what_is_no_file_stays_an_error(folder: Path, name: str) -> None:
    place = folder / name
    if name == "a.mz302.asc":
        place.mkdir()
    ended = invoke("replay", folder / "a.asc", folder / "is-not-there.asc", place, "--dry-run", "--out", "o", *ON_DATE)
    assert ended.exit_code == 2
    assert "skipped" not in ended.stderr

"""The example of the practice reports: its files are fresh, and the README shows what the commands really print."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.commands import invoke
from tests.make_report import FOLDER, declaraties, store

README = Path(__file__).parents[2] / "README.md"


def test_fixtures_are_fresh() -> None:
    assert (FOLDER / "store.yaml").read_text("utf-8") == store()
    assert {p.name: p.read_bytes() for p in FOLDER.glob("*.asc")} == {
        f"{n}.mz301.asc": b for n, b in declaraties().items()
    }


def test_the_readme_shows_what_the_commands_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chapter = README.read_text("utf-8").split("\n## Practice reports\n")[1].split("\n## ")[0]
    (block,) = re.findall(r"```console\n(.*?)```", chapter, re.DOTALL)
    shutil.copytree(FOLDER, tmp_path / "fixtures" / "rapport")
    monkeypatch.chdir(tmp_path)
    steps = re.split(r"^\$ mzsim ", block, flags=re.MULTILINE)[1:]
    assert len(steps) == 4
    for step in steps:
        order, _, expected = step.partition("\n")
        ended = invoke(*shlex.split(order))
        assert (ended.exit_code, ended.stderr) == (0, "")
        assert _lines(ended.stdout) == _lines(expected), order


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines() if line.strip()]

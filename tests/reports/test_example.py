"""The example of the practice reports: its files are fresh, and the README shows what the commands really print."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.commands import invoke
from tests.make_report import MAP, declaraties, store

README = Path(__file__).parents[2] / "README.md"


def test_fixtures_zijn_vers() -> None:
    assert (MAP / "store.yaml").read_text("utf-8") == store()
    assert {p.name: p.read_bytes() for p in MAP.glob("*.asc")} == {
        f"{n}.mz301.asc": b for n, b in declaraties().items()
    }


def test_de_readme_toont_wat_de_opdrachten_zeggen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hoofdstuk = README.read_text("utf-8").split("\n## Practice reports\n")[1].split("\n## ")[0]
    (blok,) = re.findall(r"```console\n(.*?)```", hoofdstuk, re.DOTALL)
    shutil.copytree(MAP, tmp_path / "fixtures" / "rapport")
    monkeypatch.chdir(tmp_path)
    stappen = re.split(r"^\$ mzsim ", blok, flags=re.MULTILINE)[1:]
    assert len(stappen) == 4
    for stap in stappen:
        opdracht, _, verwacht = stap.partition("\n")
        afloop = invoke(*shlex.split(opdracht))
        assert (afloop.exit_code, afloop.stderr) == (0, "")
        assert _regels(afloop.stdout) == _regels(verwacht), opdracht


def _regels(tekst: str) -> list[str]:
    return [regel.rstrip() for regel in tekst.splitlines() if regel.strip()]

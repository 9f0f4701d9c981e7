"""A store that is not there, or knows no insurer, answers nothing: what it would say of a declaration is no help (contract of
the command line). `db load` and `db upgrade` make a store; `replay` and `explain` don't."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands import ON_DATE, invoke, require_one_line

GOOD = Path("fixtures/inv3/1-volledig-toegewezen.mz301.asc").resolve()


@pytest.fixture
def declaration(tmp_path: Path) -> Path:
    place = tmp_path / "x.asc"
    place.write_bytes(GOOD.read_bytes())
    return place


@pytest.fixture(params=["not there", "empty file", "upgraded"])
def silent(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    file = tmp_path / "s.db"
    url = f"sqlite:///{file}"
    if request.param == "empty file":
        file.touch()
    if request.param == "upgraded":
        assert invoke("db", "upgrade", "--store", url).exit_code == 0
    return url


@pytest.mark.parametrize(
    "options", [(), ("--dry-run",), ("--stage", "vecozo"), ("--stage", "verzekeraar")], ids=" ".join
)
def test_nothing_is_answered_and_nothing_made(declaration: Path, silent: str, options: tuple[str, ...]) -> None:
    before = {file: file.stat().st_size for file in declaration.parent.iterdir()}
    result = invoke("replay", declaration, "--store", silent, *ON_DATE, *options)
    assert result.exit_code == 2
    line = require_one_line(result.stderr)
    assert "mzsim db load" in line
    assert "mzsim db draft" in line
    assert "--leeg" in line
    assert {file: file.stat().st_size for file in declaration.parent.iterdir()} == before


def test_what_can_not_be_read_is_reported_as_ever(declaration: Path, silent: str) -> None:
    unreadable = declaration.with_name("y.asc")
    unreadable.write_bytes(b"hello")
    alone = invoke("replay", unreadable, "--store", silent, "--json")
    assert alone.exit_code == 3
    assert json.loads(alone.stdout)["status"] == "onleesbaar"
    both = invoke("replay", declaration, unreadable, declaration.with_name("z.asc"), "--store", silent, "--json")
    assert both.exit_code == 2
    assert [line.get("status") for line in map(json.loads, both.stdout.splitlines())] == [None, "onleesbaar", None]


def test_several_declarations_are_told_once(declaration: Path, silent: str) -> None:
    other = declaration.with_name("y.asc")
    other.write_bytes(GOOD.read_bytes())
    require_one_line(invoke("replay", declaration, other, "--store", silent, *ON_DATE).stderr)


def test_it_answers_where_that_is_asked(declaration: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 's.db'}"
    refused = invoke("replay", declaration, "--store", url, *ON_DATE, "--leeg")
    assert refused.exit_code == 2
    assert "mzsim db upgrade" in require_one_line(refused.stderr)
    assert invoke("replay", declaration, "--store", url, *ON_DATE, "--leeg", "--dry-run").exit_code == 0
    assert not (tmp_path / "s.db").exists()
    assert invoke("db", "upgrade", "--store", url).exit_code == 0
    answered = invoke("replay", declaration, "--store", url, *ON_DATE, "--leeg", "--json")
    assert answered.exit_code == 0
    assert [m["retourcode"] for m in json.loads(answered.stdout)["meldingen"]] == ["8198"]


def test_explain_makes_no_store(declaration: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 's.db'}"
    retour = Path("fixtures/inv3/1-volledig-toegewezen.alle.mz302.asc").resolve()
    assert invoke("explain", retour, "--store", url).exit_code == 2
    assert not (tmp_path / "s.db").exists()

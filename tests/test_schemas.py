"""`mzsim schema`, and the objects of failures. That what commands print fits is demanded by `tests/json_kinds.py`, of every
test that runs one in this process."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import mzsim
from mzsim.presentation.kinds import KINDS
from tests.commands import invoke
from tests.commands import process as in_a_process


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_one(kind: str) -> None:
    printed = json.loads(invoke("schema", kind).stdout)
    Draft202012Validator.check_schema(printed)
    assert printed["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert printed["$id"] == f"urn:mzsim:{kind}"
    assert printed["description"]


def test_the_kinds_are_listed() -> None:
    listed = invoke("schema").stdout
    for kind, one in KINDS.items():
        assert kind in listed
        assert ", ".join(one.commands) in listed


def test_an_unknown_kind() -> None:
    result = invoke("schema", "replay-0")
    assert result.exit_code == 2
    assert "replay-1" in result.stderr


def test_every_command_with_json_has_a_kind() -> None:
    """Each use of the option --json belongs to a command that a kind names."""
    folder = Path(mzsim.__file__).parent / "cli"
    found = {
        node.name.rstrip("_").replace("_", "-")
        for file in folder.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(by, ast.Name) and by.id == "option_json" for by in node.decorator_list)
    }
    named = {command.split()[-1] for one in KINDS.values() for command in one.commands} - {"--version"}
    assert {_COMMANDS.get(name, name) for name in found} == named


_COMMANDS = {"checks": "controles", "show-message": "show"}
"""Functions that don't bear the name of their command."""


def test_an_object_that_lacks_a_key_or_has_another_is_no_object_of_its_kind() -> None:
    """The schemas are closed, so that a key that goes or comes unnoticed is noticed."""
    controle = json.loads(invoke("controles", "--json", "--rubriek", "0408").stdout.splitlines()[0])
    validator = Draft202012Validator(json.loads(invoke("schema", "controles-1").stdout))
    assert validator.is_valid(controle)
    assert not validator.is_valid(controle | {"nieuw": 1})
    assert not validator.is_valid({key: value for key, value in controle.items() if key != "bron"})


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ("replay", "nergens.asc"),
        ("replay",),
        ("replay", "nergens.asc", "--stage", "niemand"),
        ("explain", "nergens.asc"),
        ("check-retour", "a", "b"),
        ("show", "nergens.asc"),
        ("diff", "a", "b"),
        ("stats", "a"),
        ("suite", "run", "nergens"),
        ("suite", "grade", "a", "b"),
        ("mutate", "nergens.asc"),
        ("personas", "niemand"),
        ("db", "waiting", "--store", "nonsense"),
    ],
    ids=lambda words: " ".join(words),
)
def test_a_failure_is_an_object_too(words: tuple[str, ...], tmp_path: Path) -> None:
    result = in_a_process(*words, "--json", cwd=tmp_path)
    assert result.returncode == 2
    first = _object(result.stdout.splitlines()[0])
    assert first["exit_status"] == 2
    assert _said(first["fout"]) in _said(result.stderr)


def _object(line: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(line)
    assert set(found) == {"fout", "exit_status"}
    return found


def _said(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.slow
def test_without_json_there_is_no_object(tmp_path: Path) -> None:
    assert in_a_process("replay", "nergens.asc", cwd=tmp_path).stdout == ""

"""What the rules are, in what those of two versions differ, and what a program says of its version."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import mzsim
from mzsim.program import rules_of_this_program
from mzsim.store.session import REVISION
from mzsim.suites.suite_file import NAME as SUITE_FILE
from tests.commands import ON_DATE, invoke, require_one_line
from tests.suite_folder import make_case

EXAMPLE = Path("fixtures/inv3/1-volledig-toegewezen.mz301.asc").resolve()
STORE = Path("fixtures/inv3/store.yaml").resolve()


def _listed() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(invoke("rules", "list", "--json").stdout)
    return found


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    place = tmp_path / "rules.json"
    place.write_text(json.dumps(_listed()), "utf-8")
    return place


def _change(place: Path, **parts: Any) -> None:
    place.write_text(json.dumps(json.loads(place.read_text("utf-8")) | parts), "utf-8")


# The version.


@pytest.mark.parametrize("words", [("--version", "--json"), ("--json", "--version")], ids=" ".join)
def test_the_version_for_programs(words: tuple[str, ...]) -> None:
    said = json.loads(invoke(*words).stdout)
    assert (said["versie"], said["regels"], said["schema"]) == (mzsim.__version__, rules_of_this_program(), REVISION)


def test_json_without_a_command_is_for_the_version() -> None:
    result = invoke("--json", "rules", "list")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--json stands behind the command" in result.stderr


def test_the_changelog_knows_this_version() -> None:
    headers = [line for line in Path("CHANGELOG.md").read_text("utf-8").splitlines() if line.startswith("## ")]
    assert headers[0].startswith(f"## {mzsim.__version__} (")


# The list.


def test_the_list_holds_every_check_and_every_list() -> None:
    listed = _listed()
    checks = [json.loads(line) for line in invoke("controles", "--json").stdout.splitlines()]
    assert {row["id"] for row in listed["controles"]} == {row["id"] for row in checks}
    assert {"8004", "0001", "0200"} <= {row["code"] for row in listed["retourcodes"]}
    assert {"@nza-2026", "@proef"} <= {row["naam"] for row in listed["lijsten"]}
    assert [row["naam"] for row in listed["indelingen"]] == ["mz301", "mz302"]
    assert "checks/earlier.py" in {row["naam"] for row in listed["bestanden"]}
    assert len({row["gevallen"] for row in listed["controles"]}) == len(checks)


def test_the_list_for_people() -> None:
    said = invoke("rules", "list").stdout
    assert rules_of_this_program() in said
    assert " @nza-2026 " in said


# What differs.


def test_the_same_rules(kept: Path) -> None:
    result = invoke("rules", "diff", kept)
    assert (result.exit_code, result.stdout) == (0, f"the rules are the same: {rules_of_this_program()}\n")
    assert json.loads(invoke("rules", "diff", kept, "--json").stdout)["verschillen"] == []


def test_every_difference_is_named(kept: Path) -> None:
    listed = _listed()
    first, second, third, *checks = listed["controles"]
    added = {**third, "id": "9999-1"}
    _change(
        kept,
        versie="0.1.0",
        regels="a" * 64,
        controles=[
            {**first, "retourcode": "8072", "tekst": "Was another."},
            {**second, "gevallen": "b" * 64},
            *checks,
            added,
        ],
        lijsten=[{**row, "sha256": "c" * 64} if row["naam"] == "@vgz" else row for row in listed["lijsten"]],
        bestanden=[row for row in listed["bestanden"] if row["naam"] != "checks/sets.py"],
        retourcodes=[{**row, "soort": "X"} if row["code"] == "8004" else row for row in listed["retourcodes"]],
        later="a key of a newer program",
    )
    result = invoke("rules", "diff", kept)
    assert result.exit_code == 1
    rows = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert rows[0].endswith(
        f"rules aaaaaaaaaaaa of mzsim 0.1.0; these are {rules_of_this_program()[:12]} of mzsim {mzsim.__version__}"
    )
    for row in (
        f"controles {second['id']} its cases",
        f"controles {third['id']} is new",
        "controles 9999-1 is gone",
        "retourcodes 8004 soort: X -> D",
        "lijsten @vgz content",
        "bestanden checks/sets.py is new",
    ):
        assert row in rows
    assert any(row.startswith(f"controles {first['id']} retourcode: 8072 -> -") for row in rows)
    found = json.loads(invoke("rules", "diff", kept, "--json").stdout)
    assert found["gelijk"] is False
    assert [(row["deel"], row["was"] is None, row["now"] is None) for row in found["verschillen"]] == [
        *[("controles", False, False)] * 2,
        ("controles", True, False),
        ("controles", False, True),
        ("retourcodes", False, False),
        ("lijsten", False, False),
        ("bestanden", True, False),
    ]


def test_a_list_that_comes_along_counts_though_the_hash_of_the_rules_is_the_same(kept: Path) -> None:
    _change(kept, lijsten=[])
    assert invoke("rules", "diff", kept).exit_code == 1


def test_a_manifest_tells_whether_they_differ(tmp_path: Path) -> None:
    shutil.copy(EXAMPLE, tmp_path / "x.asc")
    store = tmp_path / "s.db"
    invoke("db", "load", STORE, "--store", store)
    invoke("replay", tmp_path / "x.asc", "--store", store, "--manifest", *ON_DATE)
    manifest = tmp_path / "x.mz302.manifest.json"
    assert invoke("rules", "diff", manifest).exit_code == 0
    content = json.loads(manifest.read_text("utf-8"))
    content["programma"] = {"versie": "0.1.0", "regels": "d" * 64}
    manifest.write_text(json.dumps(content), "utf-8")
    result = invoke("rules", "diff", manifest)
    assert result.exit_code == 1
    assert "With mzsim 0.1.0 installed, mzsim rules list --json > rules.json" in result.stdout
    assert json.loads(invoke("rules", "diff", manifest, "--json").stdout)["verschillen"] is None


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"uzovi: []", ":1: not JSON: "),
        (b"[]", ": must be a mapping of keys to values"),
        (b"{}", ": is neither a list of rules (mzsim rules list --json) nor a manifest"),
        (b'{"controles": []}', ": versie: is missing"),
        (b'{"controles": [{"id": 3}], "versie": "0.1.0"}', ": regels: is missing"),
        (b'{"manifest": 2}', ": is no manifest: manifest: "),
        (b"\xff", ":1: not UTF-8"),
        (None, ": can't be read: No such file"),
    ],
)
def test_what_is_no_list(content: bytes | None, what: str, tmp_path: Path) -> None:
    place = tmp_path / "x.json"
    if content is not None:
        place.write_bytes(content)
    result = invoke("rules", "diff", place)
    assert (result.exit_code, result.stdout) == (2, "")
    assert require_one_line(result.stderr).startswith(f"mzsim: {place}{what}")


# A suite that is pinned to rules.


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    folder = tmp_path / "suite"
    make_case(folder / "a", id="good")
    return folder


def test_a_suite_that_is_pinned_to_other_rules_says_so(suite: Path) -> None:
    (suite / SUITE_FILE).write_text(f"rules: {'e' * 64}\n", "utf-8")
    result = invoke("suite", "run", suite)
    assert (result.exit_code, result.stdout) == (0, "1 passed of 1 case\n")
    line = require_one_line(result.stderr)
    assert line.startswith(
        f"mzsim: {suite / SUITE_FILE}: the suite is pinned to rules eeeeeeeeeeee, this mzsim {mzsim.__version__} has "
    )
    assert rules_of_this_program()[:12] in line


@pytest.mark.parametrize("content", [f"rules: {rules_of_this_program()}\n", "rules: null\n", "# nothing\n"])
def test_a_suite_that_is_pinned_to_these_rules_or_to_none(suite: Path, content: str) -> None:
    (suite / SUITE_FILE).write_text(content, "utf-8")
    assert invoke("suite", "run", suite).stderr == ""


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("rules: 350f7c\n", ":1: rules: must be the hash of rules, as mzsim --version"),
        ("rule: x\n", ":1: rule: is no key of a suite"),
        ("- a\n", ":1: must be a mapping"),
    ],
)
def test_a_wrong_suite_file_stops_the_run(suite: Path, content: str, what: str) -> None:
    (suite / SUITE_FILE).write_text(content, "utf-8")
    result = invoke("suite", "run", suite)
    assert (result.exit_code, result.stdout) == (2, "")
    assert require_one_line(result.stderr).startswith(f"mzsim: {suite / SUITE_FILE}{what}")

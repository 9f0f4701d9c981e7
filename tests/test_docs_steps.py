"""The pages for who works on the program hold: what they name exists, and the steps name all that tests demand."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from mzsim.checks import REGISTER
from mzsim.cli.main import main

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "simulator" / "mzsim"
FOR_PROGRAM, FOR_TESTS = ROOT / "simulator" / "README.md", ROOT / "tests" / "README.md"
PAGES = (FOR_PROGRAM, FOR_TESTS)
_FOLDERS = ("simulator/", "tests/", "migrations", "fixtures")
_IMAGINED = {"tests/cases/0425-9.yaml", "simulator/mzsim/cli/cmd_NAME.py"}
"""What the steps say to make."""

_RUN_BY_OTHERS = {"bare_work", "benchmark_files", "killer"}
"""Processes that the benchmark and the tests start."""

each_page = pytest.mark.parametrize("page", PAGES, ids=["simulator", "tests"])


def chapter(page: Path, title: str) -> str:
    """The text below a heading of the second level."""
    return page.read_text("utf-8").split(f"\n## {title}\n")[1].split("\n## ")[0]


def code(text: str) -> list[str]:
    """What stands between backticks, in one line each."""
    outside = re.sub(r"(?ms)^```.*?^```$", "", text)
    return [" ".join(found.split()) for found in re.findall(r"`([^`]+)`", outside)]


def paths(text: str) -> Iterator[str]:
    """The files and folders of the checkout that a text names, in commands too."""
    for words in code(text):
        for word in words.split():
            plain = word.partition("::")[0]
            if plain.startswith(_FOLDERS) or plain in {"README.md", "CHANGELOG.md", "pyproject.toml", ".ci/run"}:
                yield plain


# What a page names exists.


@each_page
def test_what_is_named_exists(page: Path) -> None:
    named = set(paths(page.read_text("utf-8")))
    assert len(named) > 10
    assert [path for path in sorted(named - _IMAGINED) if not (ROOT / path).exists()] == []
    assert [path for path in _IMAGINED if (ROOT / path).exists()] == []


@each_page
def test_every_link_leads_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    anchors = {re.sub(r"[^\w\- ]", "", t.lower()).replace(" ", "-") for t in re.findall(r"(?m)^#+ (.+)$", text)}
    for target in re.findall(r"\]\(([^)]+)\)", text):
        file, _, anchor = target.partition("#")
        assert not file or (page.parent / file).is_file(), target
        assert not anchor or anchor in anchors, target


@each_page
def test_every_module_to_run_can_be_run(page: Path) -> None:
    modules = set(re.findall(r"python -m (tests\.\w+)", page.read_text("utf-8")))
    assert modules
    for module in modules:
        place = ROOT / module.replace(".", "/")
        file = place / "__main__.py" if place.is_dir() else place.with_suffix(".py")
        assert 'if __name__ == "__main__":' in file.read_text("utf-8"), module


@each_page
def test_every_command_of_ours_exists(page: Path) -> None:
    for name, option in re.findall(r"mzsim (controles|personas) (--\w+)", page.read_text("utf-8")):
        assert option in CliRunner().invoke(main, [name, "--help"]).output


def test_the_page_of_the_tests_names_all_that_can_be_run() -> None:
    runs = re.compile(r'(?m)^if __name__ == "__main__":')
    can = {file.stem for file in (ROOT / "tests").glob("*.py") if runs.search(file.read_text("utf-8"))}
    can |= {file.parent.name for file in (ROOT / "tests").glob("*/__main__.py")}
    named = set(re.findall(r"python -m tests\.(\w+)", FOR_TESTS.read_text("utf-8")))
    assert named == can - _RUN_BY_OTHERS


def test_the_page_of_the_tests_names_every_variable() -> None:
    text = "".join(file.read_text("utf-8") for file in (ROOT / "tests").rglob("*.py") if file != Path(__file__))
    assert set(re.findall(r"MZSIM_TEST_\w+", text)) == set(re.findall(r"MZSIM_TEST_\w+", FOR_TESTS.read_text("utf-8")))


# The floor plan.


def _layers() -> list[str]:
    """The layers of the contract that are there, the lowest first."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contract = settings["tool"]["importlinter"]["contracts"][0]
    layers = (layer.strip("()") for layer in reversed(contract["layers"]))
    return [layer for layer in layers if (PACKAGE / layer).is_dir() or (PACKAGE / f"{layer}.py").is_file()]


def test_the_floor_plan_is_that_of_the_contract() -> None:
    rows = re.findall(r"(?m)^\| `(\w+)(?:/|\.py)` \| (.+) \|$", chapter(FOR_PROGRAM, "The floor plan"))
    assert [name for name, _ in rows] == _layers()
    for name, about in rows:
        file = PACKAGE / name / "__init__.py" if (PACKAGE / name).is_dir() else PACKAGE / f"{name}.py"
        assert about == (ast.get_docstring(ast.parse(file.read_text("utf-8"))) or "").splitlines()[0], name


def test_the_path_names_modules_that_are_there() -> None:
    named = [word for word in code(chapter(FOR_PROGRAM, "The path of a declaration")) if word.endswith(".py")]
    inside = [word for word in named if not word.startswith(("simulator/", "tests/"))]
    assert len(inside) > 10
    assert [word for word in inside if not (PACKAGE / word).is_file()] == []


def test_every_word_is_one_of_the_code() -> None:
    source = "".join(file.read_text("utf-8") for file in PACKAGE.rglob("*.py")).lower()
    words = [
        word
        for cell in re.findall(r"(?m)^\| ([a-z, ]+) \|", chapter(FOR_PROGRAM, "Words"))
        for word in re.split(r", | ", cell)
        if cell != "word"
    ]
    assert len(words) == len(set(words)) > 50
    identifiers = {part for name in re.findall(r"\b[a-z_]\w*", source) for part in name.split("_")}
    assert [word for word in words if not any(word in identifier for identifier in identifiers)] == []


# The steps name all places that tests demand something of.


def _walks_the_register() -> list[str]:
    """The test modules that hold every check to something."""
    files = [*(ROOT / "tests").glob("test_*.py"), *(ROOT / "tests" / "store").glob("test_*.py")]
    every = re.compile(r"(sorted|set)\(REGISTER\)|REGISTER\.(keys|values)\(\)|= codes\(\)|all_cases\(\)|\*REGISTER")
    own = Path(__file__).name
    return sorted(file.name for file in files if file.name != own and every.search(file.read_text("utf-8")))


_WALK_IT_FOR_SOMETHING_ELSE = {
    "test_beleid_keys.py",  # step 7 leads to its steps
    "test_cli.py",  # what `checks` prints: all that is registered
    "test_terms.py",  # the cases of four checks, by both paths
}


def test_the_steps_for_a_check_name_every_test_that_walks_the_register() -> None:
    walking = _walks_the_register()
    assert "test_mutate.py" in walking
    assert "test_suites_shipped.py" in walking
    run = next(words for words in code(chapter(FOR_PROGRAM, "Add a check")) if words.startswith("pytest tests/test_ch"))
    missing = [name for name in walking if f"tests/{name}" not in run and name not in _WALK_IT_FOR_SOMETHING_ELSE]
    assert missing == []


_DEMANDS: dict[str, Callable[[], bool]] = {
    "simulator/mzsim/checks": lambda: bool(REGISTER),
    "tests/cases/0425-9.yaml": lambda: {f.stem for f in (ROOT / "tests" / "cases").glob("*.yaml")} == set(REGISTER),
    "simulator/mzsim/checks/REGISTER.md": lambda: _all_in(PACKAGE / "checks" / "REGISTER.md", set(REGISTER)),
    "simulator/mzsim/explanation/origin.py": lambda: _all_in(PACKAGE / "explanation" / "origin.py", _of_level(6, 7)),
    "tests/test_explanation.py": lambda: _all_in(ROOT / "tests" / "test_explanation.py", _of_level(6, 7)),
    "simulator/mzsim/mutation/fields.py": lambda: _all_in(PACKAGE / "mutation", set(REGISTER)),
    "simulator/mzsim/standard/retourcodes.tsv": lambda: _all_in(PACKAGE / "standard" / "retourcodes.tsv", _codes()),
    "CHANGELOG.md": lambda: "### Rules" in (ROOT / "CHANGELOG.md").read_text("utf-8"),
}
"""Each place that a check must be in, with whether all checks that are there are in it."""


def _of_level(*levels: int) -> set[str]:
    return {id for id, check in REGISTER.items() if check.level in levels}


def _codes() -> set[str]:
    return {check.retourcode for check in REGISTER.values() if check.retourcode is not None}


def _all_in(place: Path, words: set[str]) -> bool:
    files = [place] if place.is_file() else place.rglob("*.py")
    text = "".join(file.read_text("utf-8") for file in files)
    return bool(words) and not [word for word in words if word not in text]


@pytest.mark.parametrize("place", _DEMANDS)
def test_a_check_is_in_every_place_that_the_steps_name(place: str) -> None:
    assert place in set(paths(chapter(FOR_PROGRAM, "Add a check")))
    assert _DEMANDS[place]()


def test_the_suite_of_codes_is_in_the_steps() -> None:
    assert "python -m tests.make_suites" in code(chapter(FOR_PROGRAM, "Add a check"))
    assert {folder.name for folder in (ROOT / "fixtures" / "suites" / "codes").iterdir() if folder.is_dir()} == _codes()


def _names(file: str) -> set[str]:
    """The names that a module gives to something at its top."""
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    found = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return found


@pytest.mark.parametrize(
    ("steps", "name", "file"),
    [
        ("Add a check", "ORIGIN", "simulator/mzsim/explanation/origin.py"),
        ("Add a check", "ROWS", "tests/test_explanation.py"),
        ("Add a check", "Surroundings", "simulator/mzsim/checks/surroundings.py"),
        ("Add a choice of beleid", "Beleid", "simulator/mzsim/domain/beleid.py"),
        ("Add a choice of beleid", "Form", "simulator/mzsim/domain/beleid.py"),
        ("Add a choice of beleid", "_AS", "simulator/mzsim/domain/beleid.py"),
        ("Add a choice of beleid", "_FORMS", "simulator/mzsim/store/beleid_file.py"),
        ("Add a choice of beleid", "EXAMPLES", "tests/test_beleid_keys.py"),
        ("Add a choice of beleid", "BELEID", "tests/store/test_load.py"),
        ("Add a column of the store", "STORE", "tests/store/test_file_rows.py"),
        ("Add a command", "_ELSEWHERE", "simulator/mzsim/cli/main.py"),
        ("Add a command", "show", "simulator/mzsim/cli/printing.py"),
        ("Add a command", "show_json", "simulator/mzsim/cli/printing.py"),
        ("Add a command", "invoke", "tests/commands.py"),
        ("Add a command", "COMMANDS", "tests/test_cli.py"),
    ],
)
def test_a_name_in_the_steps_is_where_they_say(steps: str, name: str, file: str) -> None:
    text = code(chapter(FOR_PROGRAM, steps))
    assert name in text
    assert file in text
    assert name in _names(file)

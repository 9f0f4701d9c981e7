"""What a user does first, to the letter, with the wheel: `python -m tests.first_steps ENVIRONMENT WHEEL`.

ENVIRONMENT is one in which nothing but WHEEL was installed. Plays there what the README says to do with a declaration of
one's own; then, in a project as the page on CI describes it, every command of its recipes, on the suite and the test that
it makes. Ends with 1 at the first command that does something else than its page says.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.test_manual import MANUAL, README, Block, blocks, commands, play, prose, run

CI = MANUAL / "ci.md"
_SET_FOR_US = ("MZSIM_", "PYTEST_", "PYTHON", "COV_")


def main() -> int:
    """Plays both pages; see the module."""
    environment, wheel = (Path(word).resolve() for word in sys.argv[1:])
    around = {name: value for name, value in os.environ.items() if not name.startswith(_SET_FOR_US)}
    around |= {"PATH": f"{environment / 'bin'}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "120", "LC_ALL": "C.UTF-8"}
    examples, *_ = section(README, "## Your own first declaration in ten minutes")
    with tempfile.TemporaryDirectory() as folder:
        try:
            for block in (examples, *section(README, "### Then your own")):
                play(block, Path(folder), around)
            _in_a_project(Path(folder) / "project", wheel, around)
        except (AssertionError, pytest.fail.Exception) as error:
            print(error, file=sys.stderr)
            return 1
    print(f"{README.name} and {CI.name}: as they say")
    return 0


def _in_a_project(project: Path, wheel: Path, around: dict[str, str]) -> None:
    (project / "tools").mkdir(parents=True)
    shutil.copy(wheel, project / "tools")
    session = section(CI, "## Trying it first")
    played = {command.text for block in session if block.language == "console" for command in commands(block)}
    for command in recipe_commands():
        if command not in played:  # it installs, or makes a folder
            run(["bash", "-c", command], project, around)
    for block in session:
        if block.file is None:
            play(block, project, around)
        else:
            (project / block.file).parent.mkdir(exist_ok=True)
            (project / block.file).write_text(block.text, "utf-8")


def section(page: Path, heading: str) -> list[Block]:
    """The blocks of a page between a heading and the next."""
    headings = [(number, line) for number, line in prose(page) if line.startswith("#")]
    (begin,) = (number for number, line in headings if line == heading)
    end = min((number for number, _ in headings if number > begin), default=float("inf"))
    return [block for block in blocks(page) if begin < block.line < end]


def recipe_commands() -> list[str]:
    """What the recipes of the page on CI run, each line once."""
    recipes = [yaml.safe_load(block.text) for block in blocks(CI) if (block.file or "").startswith(".")]
    assert len(recipes) == 2
    return list(dict.fromkeys(line for recipe in recipes for text in _scripts(recipe) for line in text.splitlines()))


def _scripts(recipe: object) -> Iterator[str]:
    """The texts that a recipe gives to a shell, wherever they stand in it."""
    if isinstance(recipe, dict):
        for key, value in recipe.items():
            if key in ("run", "before_script", "script"):
                yield from [value] if isinstance(value, str) else value
            else:
                yield from _scripts(value)
    elif isinstance(recipe, list):
        for one in recipe:
            yield from _scripts(one)


if __name__ == "__main__":
    raise SystemExit(main())

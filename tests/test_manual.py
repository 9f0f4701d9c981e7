"""The README and the manual: every example in them is run, every link leads somewhere, every command is described.

The examples of a page run in order, in one fresh folder, as a reader would run them:

- A ```console block is a session. A line that starts with `$ ` is a command; a line that ends in a backslash, or a heredoc,
  continues it. What follows until the next `$ ` is all that it prints, standard error included. A line that is just `…`
  stands for any number of lines, and `…` within a line for any text. A last line `(status N)` is its exit status, which is
  0 where nothing is said. Of a command without a word of output behind it only the exit status counts.
- A ```python block is a program that must end without an error.
- A ```yaml block is a verzekeraarsbestand, loaded into a new store. One that is called `fragment` has only to be YAML.
- A block with the name of a file behind its language (```yaml script.yaml) is that file: it is written into the folder.
- Blocks of another language are for the reader only.
"""

from __future__ import annotations

import difflib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from tests.commands import invoke

MODULE = "mzsim"
"""The package whose program the examples run."""
ROOT = next(folder for folder in Path(__file__).parents if (folder / "simulator").is_dir())
README = ROOT / "README.md"
MANUAL = ROOT / "simulator" / "mzsim" / "manual"
PAGES = [README, *sorted(MANUAL.glob("*.md"))]

TIMEOUT = 120
"""Seconds that a command of an example may take."""
WIDTH = 120
_OF_PYTEST = {"--mzsim-cases"}
"""An option that the plugin gives to pytest."""
_NOT_OURS = {"-h", "--help", "--version"}

every_page = pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
bash = pytest.mark.skipif(shutil.which("bash") is None, reason="the examples are commands for bash")


class Block(NamedTuple):
    """A fenced block of a page: the line of its fence (1-based), its language, what is behind that, and its text."""

    page: Path
    line: int
    language: str
    label: str
    text: str

    @property
    def where(self) -> str:
        """Where it stands, to be found by a person."""
        return f"{self.page.name}:{self.line}"

    @property
    def file(self) -> str | None:
        """The file that it is, where it is one."""
        return self.label if re.fullmatch(r"[\w./-]+\.\w+", self.label) else None


class Command(NamedTuple):
    """A command of a session: its line in the page, what is typed, what it prints (None: not compared), its exit status."""

    line: int
    text: str
    output: list[str] | None
    status: int


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    begin, language, label, content = 0, "", "", list[str]()
    for number, line in enumerate(page.read_text("utf-8").splitlines(), start=1):
        if not line.startswith("```"):
            content.append(line)
        elif begin:
            yield Block(page, begin, language, label, "\n".join(content) + "\n")
            begin = 0
        else:
            begin, content = number, []
            language, _, label = line.removeprefix("```").strip().partition(" ")
    assert not begin, f"{page.name}:{begin}: this block has no end"


def prose(page: Path) -> Iterator[tuple[int, str]]:
    """The lines of a page outside its blocks, with their numbers."""
    in_block = False
    for number, line in enumerate(page.read_text("utf-8").splitlines(), start=1):
        if line.startswith("```"):
            in_block = not in_block
        elif not in_block:
            yield number, line


def commands(block: Block) -> Iterator[Command]:
    """The commands of a session."""
    lines = block.text.splitlines()
    i = 0
    while i < len(lines):
        assert lines[i].startswith("$ "), f"{block.page.name}:{block.line + 1 + i}: a session begins with a command"
        begin, typed = i, [lines[i].removeprefix("$ ")]
        while typed[-1].endswith("\\"):
            i += 1
            typed.append(lines[i])
        if heredoc := re.search(r"<<-?\s*'?(\w+)'?", "\n".join(typed)):
            while lines[i] != heredoc[1]:
                i += 1
                typed.append(lines[i])
        i += 1
        output = []
        while i < len(lines) and not lines[i].startswith("$ "):
            output.append(lines[i].rstrip())
            i += 1
        status = 0
        if output and (given := re.fullmatch(r"\(status ([0-9])\)", output[-1])):
            status = int(given[1])
            output.pop()
        yield Command(block.line + 1 + begin, "\n".join(typed), _without_blank_end(output) or None, status)


def _without_blank_end(lines: list[str]) -> list[str]:
    filled = [number for number, line in enumerate(lines, start=1) if line]
    return lines[: filled[-1]] if filled else []


def matches(expected: list[str], found: list[str]) -> bool:
    """Whether these lines were printed, where `…` stands for what is not shown."""
    pattern = "".join(
        "(?:.*\n)*?" if line == "…" else ".*".join(map(re.escape, line.split("…"))) + "\n" for line in expected
    )
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in found)) is not None


def test_matches() -> None:
    assert matches(["a", "…", "c"], ["a", "c"])
    assert matches(["a", "…", "c"], ["a", "b", "b", "c"])
    assert matches(["a … (c)"], ["a b (c)"])
    assert not matches(["a", "…", "c"], ["a", "b"])
    assert not matches(["a.c"], ["abc"])


# Running the examples.


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the examples find: `mzsim`, `python` and `pytest` of this checkout, and nothing that was set for a test."""
    bin_ = tmp_path_factory.mktemp("bin")
    spec = find_spec(MODULE)
    assert spec is not None
    assert spec.origin is not None
    words = {
        "mzsim": f"-m {MODULE}",
        "python": "",
        # The plugin by its name: it need not be installed, and is not there twice where it is.
        "pytest": f"-m pytest -p no:mzsim -p {MODULE}.testing.pytest_plugin -p no:cacheprovider",
    }
    for name, what in words.items():
        (bin_ / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {what} "$@"\n', "utf-8")
        (bin_ / name).chmod(0o755)
    own = {name: value for name, value in os.environ.items() if not name.startswith(("MZSIM_", "PYTEST_", "COV_"))}
    for name in ("CI", "BUILD_NUMBER"):  # where one is set, pytest prints every difference in full
        own.pop(name, None)
    return own | {
        "PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(Path(spec.origin).parents[1]),
        "PYTHONUTF8": "1",
        "COLUMNS": "120",
        "LC_ALL": "C.UTF-8",
    }


@pytest.fixture(scope="module")
def empty_store(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Path:
    """A new store, to copy for each store file of a page."""
    place = tmp_path_factory.mktemp("store") / "empty.db"
    run(["mzsim", "db", "upgrade", "--store", f"sqlite:///{place}"], place.parent, environment)
    return place


def run(words: list[str], folder: Path, environment: dict[str, str], status: int = 0) -> list[str]:
    """Runs a command and gives what it prints, line by line; fails where it ends with another status."""
    process = subprocess.run(
        words,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=TIMEOUT,
        check=False,
    )
    output = process.stdout.decode("utf-8", "replace")
    assert process.returncode == status, f"exit status {process.returncode}, not {status}:\n{output}"
    return _without_blank_end([line.rstrip() for line in output.splitlines()])


@bash
@pytest.mark.slow
@every_page
def test_examples(page: Path, tmp_path: Path, environment: dict[str, str], empty_store: Path) -> None:
    work, elsewhere = tmp_path / "work", tmp_path / "elsewhere"
    work.mkdir()
    elsewhere.mkdir()
    for block in blocks(page):
        try:
            if block.file is not None:
                place = work / block.file
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(block.text, "utf-8")
            elif block.language == "console":
                play(block, work, environment)
            elif block.language == "python":
                program = elsewhere / "example.py"
                program.write_text(block.text, "utf-8")
                run([sys.executable, str(program)], work, environment)
            elif block.language == "yaml":
                _load(block, elsewhere, environment, empty_store)
        except AssertionError as error:
            pytest.fail(f"{block.where}: {error}", pytrace=False)


def play(block: Block, work: Path, environment: dict[str, str]) -> None:
    for command in commands(block):
        at = f"{block.page.name}:{command.line}: {command.text}"
        try:
            found = run(["bash", "-c", command.text], work, environment, command.status)
        except AssertionError as error:
            pytest.fail(f"{at}\n{error}", pytrace=False)
        if command.output is not None and not matches(command.output, found):
            difference = "\n".join(difflib.unified_diff(command.output, found, "the page", "printed", lineterm=""))
            pytest.fail(f"{at}\n{difference}", pytrace=False)


def _load(block: Block, folder: Path, environment: dict[str, str], empty_store: Path) -> None:
    assert block.label in ("", "fragment"), f"a block is a file, a fragment or neither; not: {block.label}"
    if block.label == "fragment":
        assert yaml.safe_load(block.text) is not None
        return
    file, store = folder / "example.yaml", folder / "store.db"
    file.write_text(block.text, "utf-8")
    shutil.copy(empty_store, store)
    run(["mzsim", "db", "load", "--store", f"sqlite:///{store}", str(file)], folder, environment)


# A recipe for CI is not run, but what it runs is: each of its commands stands in a session of its page.


@every_page
def test_the_commands_of_a_recipe_are_played(page: Path) -> None:
    recipes = [block for block in blocks(page) if block.language == "yaml" and (block.file or "").startswith(".")]
    played = {o.text for block in blocks(page) if block.language == "console" for o in commands(block)}
    for block in recipes:
        assert isinstance(yaml.safe_load(block.text), dict), block.where
        for command in re.findall(r"^\s+(?:- )?((?:mzsim|pytest) .*)$", block.text, re.MULTILINE):
            assert command in played, f"{block.where}: {command!r} is run nowhere on this page"


# Links and the index.

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def headings(page: Path) -> set[str]:
    """The anchors of a page, as GitHub makes them of its headings."""
    titles = (line.lstrip("#").strip() for _, line in prose(page) if re.match(r"#+ ", line))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@every_page
def test_links_lead_somewhere(page: Path) -> None:
    for number, line in prose(page):
        for target in _LINK.findall(line):
            if target.startswith("https://"):
                continue
            where = f"{page.name}:{number}: {target}"
            name, _, anchor = target.partition("#")
            file = page.parent / name if name else page
            assert file.is_file(), f"{where}: there is no such file"
            if page != README:
                assert file.resolve().parent == MANUAL.resolve(), f"{where}: a page has links to other pages only"
            if anchor:
                assert anchor in headings(file), f"{where}: there is no such heading"


def test_the_readme_points_to_the_manual() -> None:
    found = {target for _, line in prose(README) for target in _LINK.findall(line)}
    assert "simulator/mzsim/manual/index.md" in found


def test_the_index_names_every_page() -> None:
    named = {target for _, line in prose(MANUAL / "index.md") for target in _LINK.findall(line)}
    assert named == {page.name for page in PAGES if page != README} - {"index.md"}


@every_page
def test_form(page: Path) -> None:
    lines = dict(prose(page))
    assert lines[1].startswith("# ")
    assert lines[2] == ""
    assert re.match(r"\w|`", lines[3]), "what the page is about stands under its title"
    # The text below the table of personas is what the program prints.
    long = [n for n, line in lines.items() if len(line) > WIDTH and not line.startswith(("|", "`date` is that"))]
    assert not long, f"{page.name}: longer than {WIDTH}: lines {long}"


@every_page
def test_tables_are_straight(page: Path) -> None:
    """A bar in a cell, in code too, begins another cell."""
    cells = 0
    for number, line in prose(page):
        if not line.startswith("|"):
            cells = 0
            continue
        found = len(re.findall(r"(?<!\\)\|", line))
        assert cells in (0, found), f"{page.name}:{number}: another number of cells than its header"
        cells = found


def test_the_readme_is_short() -> None:
    assert 150 <= len(README.read_text("utf-8").splitlines()) <= 250


# The page of all commands.


class Help(NamedTuple):
    """What a command says of itself."""

    command: tuple[str, ...]
    options: frozenset[str]
    subcommands: tuple[str, ...]


@pytest.fixture(scope="module")
def helps() -> list[Help]:
    """Every command with its options, as `--help` lists them."""
    every, waiting = list[Help](), [tuple[str, ...]()]
    while waiting:
        seen = list(map(_help, waiting))
        every += seen
        waiting = [(*one.command, subcommand) for one in seen for subcommand in one.subcommands]
    return every


def _help(words: tuple[str, ...]) -> Help:
    text = invoke(*words, "--help", COLUMNS=str(WIDTH)).stdout
    parts = dict(re.findall(r"^(Options|Commands):\n((?:  .*\n?)*)", text, re.MULTILINE))
    options = re.findall(r"^  (-.*?)(?:  |$)", parts["Options"], re.MULTILINE)
    names = {name for option in options for name in re.findall(r"(?<!\S)--?[a-z-]+", option)}
    subcommands = re.findall(r"^  ([a-z][a-z-]*)", parts.get("Commands", ""), re.MULTILINE)
    return Help(words, frozenset(names) - _NOT_OURS, tuple(subcommands))


def parts_of_commands() -> dict[str, str]:
    """The parts of the page of all commands, by heading."""
    parts: dict[str, str] = {}
    heading = ""
    for _, line in prose(MANUAL / "commands.md"):
        if line.startswith("#"):
            heading = line.lstrip("#").strip().strip("`")
        parts[heading] = f"{parts.get(heading, '')}{line}\n"
    return parts


def test_every_command_and_option_is_described(helps: list[Help]) -> None:
    parts = parts_of_commands()
    for one in helps:
        if not one.command:
            continue
        heading = " ".join(("mzsim", *one.command))
        assert heading in parts, f"commands.md has no heading `{heading}`"
        described = {name for first in _first_cells(parts[heading]) for name in re.findall(r"(?<!\S)--?[a-z-]+", first)}
        assert described == one.options, heading


def _first_cells(part: str) -> Iterator[str]:
    """The first cells of the tables of options, without the marks of code."""
    for line in part.splitlines():
        if line.startswith(("| `-", "|`-")):
            yield line.split("|")[1].replace("`", " ").replace(",", " ")


@every_page
def test_every_named_option_exists(page: Path, helps: list[Help]) -> None:
    known = {name for one in helps for name in one.options} | _NOT_OURS | _OF_PYTEST
    for number, line in prose(page):
        for code in re.findall(r"`([^`]+)`", line):
            ours = code.startswith(("mzsim ", "-"))
            for option in re.findall(r"(?<![\w-])--[a-z][a-z-]*", code) if ours else ():
                assert option in known, f"{page.name}:{number}: {option} is no option of mzsim"

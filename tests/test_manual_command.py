"""`mzsim manual`: every page can be found, listed and printed as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

import mzsim
from mzsim.presentation import manual
from tests.commands import invoke, require_one_line

FOLDER = Path(mzsim.__file__).parent / "manual"
PAGES = sorted(file.stem for file in FOLDER.glob("*.md"))


def test_the_list_has_every_page() -> None:
    outcome = invoke("manual")
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    rows = [line.split() for line in outcome.stdout.splitlines() if line.strip()]
    assert rows[0] == ["page", "title", "about"]
    assert PAGES[0] in {row[0] for row in rows}
    assert [page.name for page in manual.pages()] == ["index", *(name for name in PAGES if name != "index")]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_as_it_is(name: str) -> None:
    outcome = invoke("manual", name)
    assert outcome.exit_code == 0
    assert outcome.stdout_bytes == (FOLDER / f"{name}.md").read_bytes()
    assert invoke("manual", f"{name}.md").stdout == outcome.stdout


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_a_title(name: str) -> None:
    page = manual.page(name)
    assert page.text.startswith(f"# {page.title}\n")
    assert len(page.first_sentence.splitlines()) <= 1


@pytest.mark.parametrize(
    ("text", "title", "sentence"),
    [
        ("# Stores\n\nWhat an insurer knows. And more.\n", "Stores", "What an insurer knows."),
        ("# Stores #\n## Files\nOne line\nand a second: 10.00 euro. More.\n", "Stores", "One line and a second: 10.00 euro."),
        ("# Stores\n", "Stores", ""),
        ("no heading\n", "name", "no heading"),
        ("", "name", ""),
    ],
)  # fmt: skip
def test_title_and_first_sentence(text: str, title: str, sentence: str) -> None:
    page = manual.Page("name", text)
    assert (page.title, page.first_sentence) == (title, sentence)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("stor", "near it: store"),
        ("STORE", "near it: store"),
        ("rapport", "near it: reports"),
        ("zzz", "mzsim manual lists them"),
        ("../index", "near it: index"),
    ],
)
def test_an_unknown_page(name: str, near: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for page in ("index", "store", "reports"):
        (tmp_path / f"{page}.md").write_text(f"# {page}\n")
    monkeypatch.setattr(manual, "_FOLDER", tmp_path)
    outcome = invoke("manual", name)
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert require_one_line(outcome.stderr) == f"mzsim: {name}: the manual has no such page; {near}"

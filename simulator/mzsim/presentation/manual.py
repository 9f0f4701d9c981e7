"""The manual: the pages that come with the program, a subject each, as Markdown."""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from mzsim.common.errors import InputError

_FOLDER = Path(__file__).parents[1] / "manual"
_MOST_NEAR = 5


class Page(NamedTuple):
    """A page: its name, as it is asked for, its Markdown, and what it begins with."""

    name: str
    text: str

    @property
    def title(self) -> str:
        """The first heading; the name of a page without one."""
        found = re.search(r"^#+ +(.+?) *#*$", self.text, re.MULTILINE)
        return found[1] if found else self.name

    @property
    def first_sentence(self) -> str:
        """The first sentence below the title; empty where there is none."""
        paragraphs = (part.strip() for part in re.split(r"\n[ \t]*\n", re.sub(r"(?m)^#+ .*$", "\n", self.text)))
        paragraph = " ".join(next(filter(None, paragraphs), "").split())
        return re.split(r"(?<=[.!?]) ", paragraph, maxsplit=1)[0]


def pages() -> list[Page]:
    """Every page: the index first, then by name."""
    files = sorted(_FOLDER.glob("*.md"), key=lambda file: (file.stem != "index", file.stem))
    return [Page(file.stem, file.read_text("utf-8")) for file in files]


def page(name: str) -> Page:
    """The page with this name, with or without .md. Raises InputError with the names that come near where there is none."""
    found = {page.name: page for page in pages()}
    wanted = name.removesuffix(".md")
    if wanted in found:
        return found[wanted]
    near = [
        *(other for other in found if wanted and wanted.lower() in other.lower()),
        *get_close_matches(wanted.lower(), found, _MOST_NEAR),
    ]
    hint = f"near it: {', '.join(list(dict.fromkeys(near))[:_MOST_NEAR])}" if near else "mzsim manual lists them"
    raise InputError(f"{name}: the manual has no such page; {hint}")

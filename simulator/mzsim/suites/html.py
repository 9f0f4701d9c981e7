"""Reports for people: pages without anything from outside, with the differences and the explained retour of each case.

A suite of hundreds of cases is one page. A larger one is an index, with pages in a folder beside it: a browser reads no
page of a gigabyte, and nothing here holds more than one page.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from mzsim.common.errors import OutputError
from mzsim.common.version import __version__
from mzsim.common.whole_file import write_whole
from mzsim.presentation.page import templates
from mzsim.suites.display import Played, closing_line, count, in_one_line, rubriek, value
from mzsim.suites.playing import Verdict

_VERDICTS: tuple[Verdict, ...] = ("error", "failed", "passed")
"""What needs a look comes first."""
ON_ONE_PAGE = 500
"""A run of more cases gets an index and pages."""
_PER_PAGE = 200
_MOST_CHARACTERS = 1_500_000
"""Of what the cases of a page hold, as JSON: the page is some two megabytes then."""
_MOST_NAMED = 1_000
"""Cases that did not pass that an index names."""


class _Page(NamedTuple):
    """A page of an index: its file, its first and last case, and how many of each verdict."""

    name: str
    first: str
    last: str
    counts: list[tuple[Verdict, int]]


class HtmlReport:
    """The report of a run of `of` cases at a place, made as they come; `stream` becomes the file at that
    place. Its pages are `private` as in `RetourFile`."""

    def __init__(self, suite: str, of: int, place: Path, stream: BinaryIO, *, private: bool = False) -> None:
        self._suite, self._stream, self._place, self._private = suite, stream, place, private
        self._paged = of > ON_ONE_PAGE
        self._templates = templates()
        self._templates.filters.update(rubriek=rubriek, waarde=value, regel=in_one_line, aantal=count, zoek=_search)
        self._at_hand: list[Played] = []
        self._characters = 0
        self._counts: Counter[Verdict] = Counter()
        self._pages: list[_Page] = []
        self._named: list[tuple[Verdict, str, str, str]] = []

    def add(self, played: Played) -> None:
        """The next case."""
        self._counts[played["verdict"]] += 1
        if self._paged:
            size = len(json.dumps(played))
            if self._at_hand and (len(self._at_hand) == _PER_PAGE or self._characters + size > _MOST_CHARACTERS):
                self._turn()
            self._characters += size
            if played["verdict"] != "passed" and len(self._named) < _MOST_NAMED:
                self._named.append((played["verdict"], played["id"], played["title"], self._name(len(self._pages))))
        self._at_hand.append(played)

    def complete(self) -> None:
        """Writes what remains, now that everything is known. Raises OutputError."""
        if not self._paged:
            self._stream.write(self._page(self._at_hand, self._counts, back=None))
            return
        if self._at_hand:
            self._turn()
        self._remove_older()
        index = self._render(
            "suite_index.html",
            slotregel=closing_line(self._counts),
            oordelen=_by_verdict(self._counts),
            genoemd=self._named,
            rest=self._counts["error"] + self._counts["failed"] - len(self._named),
            paginas=self._pages,
            map=self._folder.name,
        )
        self._stream.write(index)

    @property
    def _folder(self) -> Path:
        """Where the pages stand: report-pages, of report.html."""
        return self._place.with_name(f"{self._place.stem}-pages")

    def _name(self, number: int) -> str:
        return f"page-{number + 1:05}.html"

    def _turn(self) -> None:
        """Writes the page at hand and begins another."""
        cases, counts = self._at_hand, Counter[Verdict](played["verdict"] for played in self._at_hand)
        name = self._name(len(self._pages))
        try:
            self._folder.mkdir(exist_ok=True)
        except OSError as error:
            raise OutputError(f"{self._folder}: can't be made: {error.strerror}") from None
        page = self._page(cases, counts, back=f"../{self._place.name}")
        write_whole(self._folder / name, page, "--html", private=self._private)
        self._pages.append(_Page(name, cases[0]["id"], cases[-1]["id"], _by_verdict(counts)))
        self._at_hand, self._characters = [], 0

    def _remove_older(self) -> None:
        """Pages of an earlier and longer run, which this index does not name."""
        own = {page.name for page in self._pages}
        for file in self._folder.iterdir():
            if re.fullmatch(r"page-[0-9]{5}\.html", file.name) and file.name not in own:
                with suppress(OSError):
                    file.unlink()

    def _page(self, cases: Sequence[Played], counts: Counter[Verdict], *, back: str | None) -> bytes:
        return self._render(
            "suite.html",
            slotregel=closing_line(counts),
            oordelen=_by_verdict(counts),
            tags=sorted({tag for played in cases for tag in played["tags"]}),
            gevallen=sorted(cases, key=lambda played: _VERDICTS.index(played["verdict"])),
            terug=back,
        )

    def _render(self, template: str, **values: Any) -> bytes:
        page = self._templates.get_template(template).render(suite=self._suite, versie=__version__, **values)
        return f"{page}\n".encode("utf-8", "replace")


def _by_verdict(counts: Counter[Verdict]) -> list[tuple[Verdict, int]]:
    return [(verdict, counts[verdict]) for verdict in _VERDICTS if counts[verdict]]


def _search(played: Played) -> str:
    """What a case is found by: id, title and retourcodes."""
    codes = (m["retourcode"] or "" for step in played["steps"] for m in step.get("meldingen", ()))
    return f"{played['id']} {played['title']} {' '.join(codes)}".casefold()

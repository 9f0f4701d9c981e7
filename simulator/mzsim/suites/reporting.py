"""The reports of a run, written as its results come: JUnit, pages, and the results themselves."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, NamedTuple

from mzsim.common.apart import Used
from mzsim.common.errors import OutputError
from mzsim.presentation.report_file import reports
from mzsim.suites.display import Played
from mzsim.suites.html import HtmlReport
from mzsim.suites.junit import JunitReport
from mzsim.suites.playing import Verdict


class Places(NamedTuple):
    """Where reports go; None for one that is not asked for."""

    junit: Path | None = None
    html: Path | None = None
    results: Path | None = None

    @property
    def given(self) -> list[Used]:
        """Those that are asked for."""
        what = {"junit": "the JUnit report", "html": "the page", "results": "the file of results"}
        return [Used(place, what[name], f"--{name}") for name, place in self._asdict().items() if place is not None]


class Reports:
    """The reports at hand, and how many cases there were of each verdict."""

    def __init__(self, junit: JunitReport | None, html: HtmlReport | None, results: _ResultsFile | None) -> None:
        self.counts: Counter[Verdict] = Counter()
        self._writers = [writer for writer in (junit, html, results) if writer is not None]

    def add(self, result: Played) -> None:
        """The next result."""
        self.counts[result["verdict"]] += 1
        for writer in self._writers:
            writer.add(result)


class _ResultsFile:
    """A file that holds what was written so far, whatever happens next: a run that is stopped leaves what it found."""

    def __init__(self, place: Path, *, private: bool) -> None:
        self._place = place
        try:
            self.stream: BinaryIO = place.open("wb")
            if private:
                place.chmod(0o600)
        except OSError as error:
            raise OutputError(f"{place}: can't be written: {error.strerror}") from None

    def add(self, result: Played) -> None:
        try:
            self.stream.write(f"{json.dumps(result)}\n".encode())
            self.stream.flush()
        except OSError as error:
            raise OutputError(f"{self._place}: can't be written: {error.strerror}") from None


@contextmanager
def open_reports(suite: str, cases: int, places: Places, *, private: bool = False) -> Iterator[Reports]:
    """Reports of so many cases. JUnit and pages get their names at the end, where nothing goes wrong in between. They are
    `private`, as in `RetourFile`, where they show persons.

    Raises OutputError for a place that can't be written, before anything is played.
    """
    with ExitStack() as at_the_end:
        streams = at_the_end.enter_context(reports((places.junit, "--junit"), (places.html, "--html"), private=private))
        junit = JunitReport(suite, at_the_end.enter_context(TemporaryFile())) if places.junit else None
        html = (
            HtmlReport(suite, cases, places.html, streams[1], private=private) if places.html and streams[1] else None
        )
        results = _ResultsFile(places.results, private=private) if places.results else None
        if results is not None:
            at_the_end.enter_context(results.stream)
        yield Reports(junit, html, results)
        if junit is not None and streams[0] is not None:
            junit.write_to(streams[0])
        if html is not None:
            html.complete()

"""The files of reports: their places are tried before a run begins, and written whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from mzsim.common.errors import OutputError
from mzsim.common.whole_file import RetourFile


@contextmanager
def reports(*places: Path | None) -> Iterator[tuple[BinaryIO | None, ...]]:
    """A stream for each place that is given; put in place where nothing goes wrong in between. Raises OutputError."""
    with ExitStack() as open_:
        files = [open_.enter_context(RetourFile(place)) if place else None for place in places]
        yield tuple(file.stream if file else None for file in files)
        for file in filter(None, files):
            try:
                file.complete()
            except OSError as error:
                raise OutputError(f"{file.place}: can't be written: {error.strerror}") from None
            file.put_in_place()


def write(place: Path, content: bytes) -> None:
    """Writes a file whole or not at all. Raises OutputError."""
    with reports(place) as (stream,):
        assert stream is not None
        try:
            stream.write(content)
        except OSError as error:
            raise OutputError(f"{place}: can't be written: {error.strerror}") from None

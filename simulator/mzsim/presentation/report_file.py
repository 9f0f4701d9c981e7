"""The files of reports: their places are tried before a run begins, and written whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from mzsim.common.whole_file import RetourFile, schrijffout


@contextmanager
def reports(*wanted: tuple[Path | None, str], private: bool = False) -> Iterator[tuple[BinaryIO | None, ...]]:
    """A stream for each report, None where it isn't asked for; put in place where nothing goes wrong in between.

    `wanted` has the place of each, and the option that names it. `private` where they show persons: then they are for their
    maker alone. Raises OutputError.
    """
    with ExitStack() as open_:
        files = [
            None if place is None else open_.enter_context(RetourFile(place, option, private=private))
            for place, option in wanted
        ]
        yield tuple(file.stream if file else None for file in files)
        for file in filter(None, files):
            with schrijffout(file.place):
                file.complete()
            file.put_in_place()

"""Rows that wait until they may be written: in memory while they are few, in a temporary file from then on."""

from __future__ import annotations

import marshal
import struct
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from tempfile import TemporaryFile
from types import TracebackType
from typing import BinaryIO, NamedTuple, cast

Ending = tuple[str | int | bool | None, ...]
"""What thousands of rows end in alike. Plain values only, so that they can go to a file in the quickest way there is."""
Row = tuple[str, str, str, str, int]
"""Of whom, its referentienummer and its vorig referentienummer, its day, and the number of its ending."""


MOST_ENDINGS = 20_000
"""A row ends in one of the last so many: of what is older nothing needs to be known any more."""
_LENGTH = struct.Struct("<Q")


class RowPart(NamedTuple):
    """Some rows in a row, and the endings that none before them has, of which the first has number `first`."""

    first: int
    endings: list[Ending]
    rows: list[Row]


class SpooledRows:
    """First add every row with its `ending`, then go through them, as often as is needed."""

    PER_TIME = 4_800

    def __init__(self) -> None:
        self._rows: list[Row] = []
        self._endings: list[Ending] = []
        self._first = 0
        self._file: BinaryIO | None = None
        self._until_closed = ExitStack()

    def __enter__(self) -> SpooledRows:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()

    def clear(self) -> None:
        """Forgets all rows."""
        self._until_closed.close()
        self._file = None
        self._rows, self._endings, self._first = [], [], 0

    @property
    def few(self) -> list[Row] | None:
        """All rows, where they never were so many that they went to the file."""
        return self._rows if self._file is None else None

    def ending(self, ending: Ending) -> int:
        """The number of an ending, for the rows that come next."""
        self._endings.append(ending)
        return self._first + len(self._endings) - 1

    def add(self, rows: Sequence[Row]) -> None:
        """Adds rows."""
        self._rows += rows
        if len(self._rows) >= self.PER_TIME:
            if self._file is None:
                self._file = cast(BinaryIO, self._until_closed.enter_context(TemporaryFile()))  # noqa: SIM115 - closed by `clear`
            part = marshal.dumps((self._first, self._endings, self._rows))
            self._file.write(_LENGTH.pack(len(part)) + part)
            self._first += len(self._endings)
            self._rows, self._endings = [], []

    def parts(self) -> Iterator[RowPart]:
        """The rows in order, some thousands at a time."""
        if self._file is not None:
            self._file.seek(0)
            while length := self._file.read(_LENGTH.size):
                yield RowPart._make(marshal.loads(self._file.read(*_LENGTH.unpack(length))))  # noqa: S302 - written above
        if self._rows:
            yield RowPart(self._first, self._endings, self._rows)

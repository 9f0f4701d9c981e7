"""Rows that wait until they may be written: in memory while they are few, in a temporary file from then on."""

from __future__ import annotations

import marshal
import struct
from collections.abc import Iterator
from contextlib import ExitStack
from tempfile import TemporaryFile
from types import TracebackType
from typing import BinaryIO, cast

Row = tuple[str, str, str, str, tuple[str | int | bool | None, ...]]
"""Plain values only, so that they can go to a file in the quickest way there is."""


_LENGTH = struct.Struct("<Q")


class SpooledRows:
    """First `add` every row, then go through them, as often as is needed."""

    PER_TIME = 4_800

    def __init__(self) -> None:
        self._rows: list[Row] = []
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
        self._rows = []

    @property
    def few(self) -> list[Row] | None:
        """All rows, where they never were so many that they went to the file."""
        return self._rows if self._file is None else None

    def add(self, row: Row) -> None:
        self._rows.append(row)
        if len(self._rows) >= self.PER_TIME:
            if self._file is None:
                self._file = cast(BinaryIO, self._until_closed.enter_context(TemporaryFile()))  # noqa: SIM115 - closed by `clear`
            part = marshal.dumps(self._rows)
            self._file.write(_LENGTH.pack(len(part)) + part)
            self._rows = []

    def parts(self) -> Iterator[list[Row]]:
        """The rows in order, at most `PER_TIME` at a time."""
        if self._file is not None:
            self._file.seek(0)
            while length := self._file.read(_LENGTH.size):
                yield marshal.loads(self._file.read(*_LENGTH.unpack(length)))  # noqa: S302 - written above
        if self._rows:
            yield self._rows

"""What is shown to people, as values: lines of text and tables. Whoever shows them decides how, a command or a page."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import IO, NamedTuple, TypeVar

from mzsim.common.names import printable

T = TypeVar("T")


class Table(NamedTuple):
    """A table: its header, and its rows with a cell for each column."""

    header: Sequence[str]
    rows: Iterable[Sequence[str]]


Part = str | Table
"""A line of text without its line end (or a few, with those between them), or a table."""

WIDTH = 180
"""Columns of a table where there is no terminal: 80 would break every sentence."""
_MOST_ROWS = 25


def first_rows(header: Sequence[str], everything: Sequence[T], as_row: Callable[[T], Sequence[str]]) -> Iterator[Part]:
    """A table of as much as a person reads, and how much there is."""
    yield Table(header, [as_row(one) for one in everything[:_MOST_ROWS]])
    rest = len(everything) - _MOST_ROWS
    if rest > 0:
        yield f"and {rest} more; --json prints them all"


def as_text(parts: Iterable[Part]) -> str:
    """The parts as plain text, as a command writes them to a file or a pipe."""
    out = io.StringIO()
    for part in parts:
        if isinstance(part, str):
            out.write(f"{part}\n")
        else:
            print_table(part, out, WIDTH)
    return out.getvalue()


def print_table(table: Table, out: IO[str], width: int | None) -> None:
    """Writes a table to a stream of text; with a `width` of None as wide as the terminal behind it."""
    from rich import box
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    drawn = RichTable(*table.header, box=box.SIMPLE_HEAD, pad_edge=False)
    for row in table.rows:
        drawn.add_row(*(Text(printable(cell)) for cell in row))
    Console(file=out, width=width).print(drawn)

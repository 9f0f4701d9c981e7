"""Any bytes to lines. Nothing here raises on content."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import repeat
from operator import contains
from struct import Struct
from typing import BinaryIO, NamedTuple

from mzsim.standard.layout import CRLF, HEEN_LENGTH, LINE_LENGTH

# Reading in pieces keeps memory flat for a file without line ends.
LONGEST_LINE = 4096
"""Bytes of a line that are kept."""
_PER_BLOCK = 500
_CR, _LF = CRLF
_END = re.compile(rb"\r\n|\r|\n")


class Line(NamedTuple):
    """One line of a file: its number (1-based), its bytes without the line end, and the line end as it stands."""

    number: int
    content: bytes
    end: bytes


def read_lines(source: BinaryIO, length: int = HEEN_LENGTH) -> Iterator[tuple[bytes, bytes]]:
    """Every line of a file from its current position, as (bytes, line end).

    CR/LF, a lone CR and a lone LF all end a line; the line end of a line that is right is `CRLF` itself. `length` is
    that of a record as it should be: 310 positions in a heenbericht, 370 in a retourbericht. Of a line of more than
    4,096 bytes only the first 4,096 are kept: it is no record in any case.
    """
    line_length = length + len(CRLF)
    while equal := _equal_lines(source, length):
        yield from zip(equal, repeat(CRLF))
    rest = b""
    while raw := source.readline(LONGEST_LINE):
        if len(raw) == line_length and raw[-1] == _LF and raw.find(b"\r") == length and not rest:
            yield raw[:length], CRLF
            continue
        if raw[-1] == _CR:  # never a CR at the end of a piece with its LF in the next
            raw += source.readline(1)
        begin = 0
        for end in _END.finditer(raw):
            line = (rest + raw[begin : end.start()])[:LONGEST_LINE]
            yield line, CRLF if end.group() == CRLF else end.group()
            rest = b""
            begin = end.end()
        rest = (rest + raw[begin:])[:LONGEST_LINE]
    if rest:
        yield rest, b""


def _equal_lines(source: BinaryIO, length: int) -> tuple[bytes, ...]:
    """The next few hundred lines where all of them are as they should be; else none, and nothing is read."""
    begin = source.tell()
    line_length = length + len(CRLF)
    block = source.read(_PER_BLOCK * line_length)
    count, over = divmod(len(block), line_length)
    if (
        not over
        and block[length::line_length] == count * CRLF[:1]
        and block[length + 1 :: line_length] == count * CRLF[1:]
    ):
        lines = _cutter(f"{length}s{len(CRLF)}x", count)(block)
        # Three times as fast as to look for line ends, and as sure.
        if not any(map(contains, lines, repeat(_CR))) and not any(map(contains, lines, repeat(_LF))):
            return lines
    source.seek(begin)
    return ()


@lru_cache(maxsize=16)
def _cutter(size: str, count: int) -> Callable[[bytes], tuple[bytes, ...]]:
    """A function that cuts so many lines of this format (as of `struct`) from bytes that hold them."""
    return Struct(count * size).unpack_from


_PER_GROUP = 2000


def read_groups(source: BinaryIO) -> Iterator[tuple[bytes, ...]]:
    """The lines behind the voorlooprecord, CR/LF included, a few thousand at a time.

    For a message whose structure is in order (levels 1 and 2 passed): line 2 comes first, the sluitrecord last. Of a file
    that is cut off meanwhile a part of a line is left out; whoever reads it finds that it changed.
    """
    source.seek(LINE_LENGTH)
    while block := source.read(_PER_GROUP * LINE_LENGTH):
        yield _cutter(f"{LINE_LENGTH}s", len(block) // LINE_LENGTH)(block)

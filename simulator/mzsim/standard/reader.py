"""Any bytes to lines. Nothing here raises on content."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import repeat
from operator import contains
from struct import Struct
from typing import BinaryIO, NamedTuple

from mzsim.standard.layout import CRLF, LENGTE_HEEN, LENGTE_REGEL

# Reading in pieces keeps memory flat for a file without line ends.
_LANGSTE_REGEL = 4096
_PER_BLOK = 500
_CR, _LF = CRLF
_EINDE = re.compile(rb"\r\n|\r|\n")


class Regel(NamedTuple):
    """One line of a file: its number (1-based), its bytes without the line end, and the line end as it stands."""

    nummer: int
    inhoud: bytes
    einde: bytes


def lees_regels(bron: BinaryIO, lengte: int = LENGTE_HEEN) -> Iterator[tuple[bytes, bytes]]:
    """Every line of a file from its current position, as (bytes, line end).

    CR/LF, a lone CR and a lone LF all end a line; the line end of a line that is right is `CRLF` itself. `lengte` is
    that of a record as it should be: 310 positions in a heenbericht, 370 in a retourbericht. Of a line of more than
    4,096 bytes only the first 4,096 are kept: it is no record in any case.
    """
    regellengte = lengte + len(CRLF)
    while gelijk := _gelijke_regels(bron, lengte):
        yield from zip(gelijk, repeat(CRLF))
    rest = b""
    while ruw := bron.readline(_LANGSTE_REGEL):
        if len(ruw) == regellengte and ruw[-1] == _LF and ruw.find(b"\r") == lengte and not rest:
            yield ruw[:lengte], CRLF
            continue
        if ruw[-1] == _CR:  # never a CR at the end of a piece with its LF in the next
            ruw += bron.readline(1)
        begin = 0
        for einde in _EINDE.finditer(ruw):
            regel = (rest + ruw[begin : einde.start()])[:_LANGSTE_REGEL]
            yield regel, CRLF if einde.group() == CRLF else einde.group()
            rest = b""
            begin = einde.end()
        rest = (rest + ruw[begin:])[:_LANGSTE_REGEL]
    if rest:
        yield rest, b""


def _gelijke_regels(bron: BinaryIO, lengte: int) -> tuple[bytes, ...]:
    """The next few hundred lines where all of them are as they should be; else none, and nothing is read."""
    begin = bron.tell()
    regellengte = lengte + len(CRLF)
    blok = bron.read(_PER_BLOK * regellengte)
    aantal, over = divmod(len(blok), regellengte)
    if (
        not over
        and blok[lengte::regellengte] == aantal * CRLF[:1]
        and blok[lengte + 1 :: regellengte] == aantal * CRLF[1:]
    ):
        regels = _knipper(f"{lengte}s{len(CRLF)}x", aantal)(blok)
        # Three times as fast as to look for line ends, and as sure.
        if not any(map(contains, regels, repeat(_CR))) and not any(map(contains, regels, repeat(_LF))):
            return regels
    bron.seek(begin)
    return ()


@lru_cache(maxsize=16)
def _knipper(maat: str, aantal: int) -> Callable[[bytes], tuple[bytes, ...]]:
    """A function that cuts so many lines of this format (as of `struct`) from bytes that hold them."""
    return Struct(aantal * maat).unpack_from


_PER_GROEP = 2000


def lees_groepen(bron: BinaryIO) -> Iterator[tuple[bytes, ...]]:
    """The lines behind the voorlooprecord, CR/LF included, a few thousand at a time.

    For a message whose structure is in order (levels 1 and 2 passed): line 2 comes first, the sluitrecord last. Of a file
    that is cut off meanwhile a part of a line is left out; whoever reads it finds that it changed.
    """
    bron.seek(LENGTE_REGEL)
    while blok := bron.read(_PER_GROEP * LENGTE_REGEL):
        yield _knipper(f"{LENGTE_REGEL}s", len(blok) // LENGTE_REGEL)(blok)

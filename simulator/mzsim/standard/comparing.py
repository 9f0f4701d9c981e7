"""In what two messages of one kind differ: by record and rubriek, never whole records."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from io import BytesIO
from typing import NamedTuple

from mzsim.standard.layout import CHARSET, CRLF, layouts
from mzsim.standard.messages import FIRST_RETOURCODE, RETOUR, MessageKind
from mzsim.standard.reader import read_lines
from mzsim.standard.retourcodes import given_codes

NUMBERED = (b"02", b"03", b"04", b"98")
"""The records that have an identificatie."""
NO = "none"
"""What is said of what one of the two doesn't have."""


class RecordDifference(NamedTuple):
    """One difference: the line of the second message (1-based; None for a record that it misses), kenmerk, identificatie, and
    the rubriek where one differs. `first` and `second` are not masked."""

    line: int | None
    record: str
    identificatie: int | None
    rubriek: str | None
    first: str
    second: str


class _Record(NamedTuple):
    number: int
    content: bytes
    end: bytes

    @property
    def key(self) -> bytes:
        """What it is about: kenmerk and identificatie, of a commentaarrecord its regelnummer as well."""
        length = {b"98": 18}.get(self.content[:2], 14) if self.content[:2] in NUMBERED else 2
        return self.content[:length]

    def difference(self, rubriek: str | None, first: str, second: str, *, missing: bool = False) -> RecordDifference:
        kenmerk = self.content[:2].decode(CHARSET)
        return RecordDifference(
            None if missing else self.number, kenmerk, identificatie(self.content), rubriek, first, second
        )

    @property
    def short(self) -> str:
        """The record in a few words."""
        if self.content[:2] not in FIRST_RETOURCODE or len(self.content) != RETOUR.length:
            return "a record"
        return f"a record with {' '.join(given_codes(self.content)) or 'no retourcode'}"


def identificatie(record: bytes) -> int | None:
    """The number of a detail record in its message; None where it has none that can be read."""
    number = record[2:14] if record[:2] in NUMBERED else b""
    return int(number) if number.isdigit() else None


def count_records(message: bytes, kind: MessageKind) -> int:
    """How many lines a message has."""
    return len(_records(message, kind))


def compare(first: bytes, second: bytes, kind: MessageKind) -> Iterator[RecordDifference]:
    """Everything in which the second of two messages of a kind is not like the first."""
    old, new = _records(first, kind), _records(second, kind)
    comparison = SequenceMatcher(None, [r.key for r in old], [r.key for r in new], autojunk=False)
    for what, i, j, k, m in comparison.get_opcodes():
        if what == "equal":
            for one, other in zip(old[i:j], new[k:m], strict=True):
                yield from _record(one, other, kind)
            continue
        yield from (one.difference(None, one.short, NO, missing=True) for one in old[i:j])
        yield from (other.difference(None, NO, other.short) for other in new[k:m])


def _records(message: bytes, kind: MessageKind) -> list[_Record]:
    lines = enumerate(read_lines(BytesIO(message), kind.length), start=1)
    return [_Record(number, content, end) for number, (content, end) in lines]


def _record(one: _Record, other: _Record, kind: MessageKind) -> Iterator[RecordDifference]:
    if one.end != other.end:
        yield other.difference(None, f"line end {_end(one.end)}", f"line end {_end(other.end)}")
    if one.content == other.content:
        return
    layout = layouts(kind.name).get(one.content[:2])
    if layout is None or len(one.content) != len(other.content) or len(one.content) != kind.length:
        yield other.difference(None, f"{len(one.content)} positions", f"{len(other.content)} positions")
        return
    for rubriek in layout.rubrieken:
        left, right = one.content[rubriek.plaats], other.content[rubriek.plaats]
        if left != right:
            yield other.difference(rubriek.nummer, left.decode(CHARSET), right.decode(CHARSET))


def _end(end: bytes) -> str:
    return {CRLF: "CR/LF", b"\r": "CR", b"\n": "LF"}.get(end, NO)

"""A message of this standard as it stands, record by record, with its rubrieken named: a declaration or a retour."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from mzsim.common.errors import InputError
from mzsim.standard.comparing import identificatie
from mzsim.standard.layout import CHARSET, HEEN_LENGTH, Rubriek, layouts
from mzsim.standard.messages import FIRST_RETOURCODE, HEEN, RETOUR, MessageKind, retourcode_rubrieken
from mzsim.standard.reader import read_lines
from mzsim.standard.recognition import unreadable
from mzsim.standard.retourcodes import retourcodes
from mzsim.standard.values import as_euro, read_date

_CODE = slice(2, 5)
_AMOUNTS = frozenset({"0424", "0426", "0428", "0430", "0481", "0483", "9907", "9909"})
_DATE = "EEJJMMDD"
_RETOURCODES = frozenset(rubriek for kenmerk in FIRST_RETOURCODE for rubriek in retourcode_rubrieken(kenmerk))


class ShownField(NamedTuple):
    """A rubriek of a record: its value as it stands, and what that means, where that is not the value itself."""

    rubriek: Rubriek
    value: str
    meaning: str

    @property
    def filled(self) -> bool:
        """Whether it holds anything: an empty rubriek has spaces or zeros."""
        return self.value.strip(" 0") != "" if self.rubriek.type == "N" else self.value.strip(" ") != ""


class ShownRecord(NamedTuple):
    """A line of a message. `name` is the kind of its record, empty where it is none; then it has no fields, but a remark."""

    line: int
    kenmerk: str
    name: str
    identificatie: int | None
    fields: tuple[ShownField, ...]
    remark: str = ""


def kind_of(source: BinaryIO, name: object) -> MessageKind:
    """Which message a file is; it is left at its start. Raises InputError where it is none of this standard."""
    source.seek(0)
    begin = source.read(HEEN_LENGTH)
    source.seek(0)
    if begin[:2] == b"01":
        for kind in (HEEN, RETOUR):
            if begin[_CODE] in (kind.zvw, kind.wlz):
                return kind
    why = unreadable(begin)
    raise InputError(f"{name}: is no MZ301 or MZ302 message{f': {why}' if why else ''}")


def records(source: BinaryIO, kind: MessageKind) -> Iterator[ShownRecord]:
    """Every line of a message, whatever it holds."""
    for number, (content, _) in enumerate(read_lines(source, kind.length), start=1):
        yield record(number, content, kind)


def record(number: int, content: bytes, kind: MessageKind) -> ShownRecord:
    """One line of a message, by its number."""
    kenmerk = content[:2].decode(CHARSET)
    layout = layouts(kind.name).get(content[:2])
    if layout is None or len(content) != kind.length:
        what = "is no record of this message" if layout is None else f"has {len(content)} positions, not {kind.length}"
        return ShownRecord(number, kenmerk, layout.name if layout else "", identificatie(content), (), what)
    fields = tuple(_field(rubriek, content[rubriek.plaats]) for rubriek in layout.rubrieken)
    return ShownRecord(number, kenmerk, layout.name, identificatie(content), fields)


def _field(rubriek: Rubriek, value: bytes) -> ShownField:
    return ShownField(rubriek, value.decode(CHARSET), _meaning(rubriek, value))


def _meaning(rubriek: Rubriek, value: bytes) -> str:
    if rubriek.nummer in _RETOURCODES:
        code = retourcodes().get(value.decode(CHARSET))
        return code.meaning if code is not None else ""
    if rubriek.pattern == _DATE:
        day = read_date(value)
        return day.isoformat() if day is not None else ""
    return as_euro(int(value)) if rubriek.nummer in _AMOUNTS and value.isdigit() else ""

"""A declaration beside its retour: record against record, whatever came back or was added."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mzsim.personas import find
from mzsim.presentation.output import mask
from mzsim.server.web.records import Beside, beside
from tests.retours import put

_FOLDER = Path(__file__).parents[2] / "fixtures" / "inv3"
DECLARATION = (_FOLDER / "4a-fout-in-verzekerdenrecord.mz301.asc").read_bytes()
RETOUR = (_FOLDER / "4a-fout-in-verzekerdenrecord.verzekeraar.mz302.asc").read_bytes()


def _beside(
    declaration: bytes, retour: bytes | None, begin: int = 1, most: int = 100, *, back: bool = False
) -> list[Beside]:
    pieces = None if retour is None else [retour[:1000], retour[1000:]]
    return beside([declaration], pieces, begin=begin, most=most, only_back=back, mask=mask)


def test_each_record_stands_beside_its_own() -> None:
    found = _beside(DECLARATION, RETOUR)
    assert [one.place for one in found] == list(range(1, DECLARATION.count(b"\r\n") + 1))
    back = {(one.kenmerk, one.identificatie): one.codes for one in found if one.codes is not None}
    assert back[("02", 3)] == ("8004",)
    assert back[("04", 4)] == ("8002",)
    assert back[("01", None)] == ("0200",)
    assert ("04", 2) not in back, "it was approved"


def test_only_what_came_back_is_all_of_the_retour() -> None:
    assert len(_beside(DECLARATION, RETOUR, back=True)) == RETOUR.count(b"\r\n")


def test_the_declaration_alone_stands_beside_nothing() -> None:
    found = _beside(DECLARATION, None)
    assert {one.codes for one in found} == {None}
    assert {cell.back for one in found for cell in one.cells} == {None}


def test_what_the_retour_says_otherwise_is_new() -> None:
    first, *_ = _beside(DECLARATION, RETOUR)
    new = {cell.number: (cell.sent, cell.back) for cell in first.cells if cell.is_new}
    assert new["0102"] == ("176", "177")
    assert new["0196"] == (None, "0200")
    assert "0116" not in new


def test_pieces_of_it_are_the_whole() -> None:
    whole = _beside(DECLARATION, RETOUR)
    pieces = [one for begin in range(1, len(whole) + 1, 2) for one in _beside(DECLARATION, RETOUR, begin, 2)]
    assert pieces == whole


def test_no_more_is_read_than_is_shown() -> None:
    read = 0

    def pieces() -> Iterator[bytes]:
        nonlocal read
        for begin in range(0, len(DECLARATION), 312):
            read += 1
            yield DECLARATION[begin : begin + 312]

    assert len(beside(pieces(), None, begin=1, most=2, only_back=False, mask=None)) == 2
    assert read <= 3


@pytest.mark.parametrize("size", [1, 7, 311, 312, 313, 5000])
@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
def test_lines_come_whole_out_of_pieces_of_any_size(size: int, end: bytes) -> None:
    content = DECLARATION.replace(b"\r\n", end)
    pieces = [content[begin : begin + size] for begin in range(0, len(content), size)]
    found = beside(pieces, None, begin=1, most=100, only_back=False, mask=mask)
    assert found == _beside(DECLARATION, None)


def test_persons_are_masked() -> None:
    cells = [cell for one in _beside(DECLARATION, RETOUR) for cell in one.cells]
    bsn = {cell.value for cell in cells if cell.number in ("0203", "0403")}
    assert bsn == {"*" * 9}
    assert {cell.back for cell in cells if cell.number == "0403"} == {None, "*" * 9}


@pytest.mark.parametrize("place", [3, 5])
def test_commentaar_that_the_insurer_added_stands_where_it_belongs(place: int) -> None:
    lines = RETOUR.splitlines(keepends=True)
    number = lines[place - 1][2:14]
    added = b"98" + number + b"0009" + b"Called".ljust(140)
    lines.insert(place, added.ljust(370) + b"\r\n")
    found = _beside(DECLARATION, b"".join(lines), back=True)
    assert len(found) == len(lines), "nothing behind it is lost"
    (one,) = (one for one in found if one.added)
    before = found[found.index(one) - 1]
    assert (one.kenmerk, before.identificatie) == ("98", int(number))


@pytest.mark.parametrize(
    "content", [b"", b"x", b"\r\n\r\n", b"01" * 400, b"04" + b"\xff" * 308 + b"\r\n", DECLARATION[:500]]
)
def test_any_bytes_are_shown(content: bytes) -> None:
    for retour in (None, b"", b"y" * 370, RETOUR):
        for one in _beside(content, retour):
            assert all(cell.value.isprintable() for cell in one.cells)


def test_control_characters_of_a_declaration_are_made_plain() -> None:
    content = put(find("volledig").declaraties[0].bericht(), 1, "0116", "\x1b[31m\x00".ljust(12))
    (cell,) = (cell for cell in _beside(content, None)[0].cells if cell.number == "0116")
    assert cell.value.startswith("\\x1b[31m\\x00")

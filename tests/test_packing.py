"""Bytes packed in pieces come back as they were, however large."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from mzsim.common.errors import DamagedError
from mzsim.common.packing import Packed, packed, unpacked


@pytest.mark.parametrize("size", [0, 1, 1 << 20, 5 << 20])
def test_they_come_back(size: int, tmp_path: Path) -> None:
    content = random.Random(size).randbytes(size)
    pieces = [content[i : i + 65_536] for i in range(0, size, 65_536)]
    assert b"".join(unpacked(packed(pieces))) == content
    waiting = Packed(iter(pieces), tmp_path)
    assert b"".join(unpacked(waiting.pieces())) == content
    assert not any(tmp_path.iterdir())
    waiting.close()


def test_of_what_repeats_itself_little_is_unpacked_at_once() -> None:
    assert max(map(len, unpacked(packed(bytes(1 << 20) for _ in range(50))))) <= 1 << 20


@pytest.mark.parametrize("damaged", [[], [1], [0, 1], [0, 0, 1, 2], [0, 2], [2, 1, 0], [0, 1, 2, 2]])
def test_what_is_not_there_whole_is_damaged(damaged: list[int]) -> None:
    """Of no pieces there is nothing; of some of them, or in another order, the end says so."""
    pieces = list(packed([random.Random(1).randbytes(5 << 19)]))
    pieces = [*(pieces[0][i : i + (1 << 20)] for i in (0, 1 << 20)), b"".join((pieces[0][2 << 20 :], *pieces[1:]))]
    assert b"".join(unpacked(pieces))
    if not damaged:
        assert list(unpacked([])) == []
        return
    with pytest.raises(DamagedError):
        list(unpacked(pieces[i] for i in damaged))


@pytest.mark.parametrize("piece", [b"", b"\0", b"x\x9c", b"no pack"])
def test_another_piece_is_damaged(piece: bytes) -> None:
    with pytest.raises(DamagedError):
        list(unpacked([piece]))

"""Bytes packed in pieces come back as they were, however large."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

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

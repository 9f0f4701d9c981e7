"""What a stranger sends is accepted, or refused with one clear line; it costs no memory, and leaves nothing on the disk."""

from __future__ import annotations

import io
import random
import stat
import struct
import tracemalloc
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from mzsim.common.errors import OutputError
from mzsim.common.packing import unpacked
from mzsim.server.accepting import Incoming, Limits, taken_in
from tests.server.conftest import GOOD

_MB = 1 << 20
RANDOM = random.Random(1).randbytes(_MB)
ORDINARY = Limits()
_LITTLE = 8 * _MB
"""Memory that anything may cost; zlib and the largest piece take about three."""


class Stream(io.RawIOBase):
    """So many bytes that stand nowhere."""

    def __init__(self, size: int, piece: bytes = bytes(_MB)) -> None:
        self._left, self._piece = size, piece

    def read(self, size: int = -1) -> bytes:
        assert size > 0
        content = self._piece[: min(size, self._left)]
        self._left -= len(content)
        return content


def _zip(files: dict[str, bytes], packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packed) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def _entry(name: str, **fields: int) -> bytes:
    """A zip with one file, of which the list says something else."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(info, GOOD)
        for field, value in fields.items():
            setattr(info, field, value)
    return out.getvalue()


def _twice() -> bytes:
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("x.asc", GOOD)
        archive.writestr("x.asc", GOOD)
    return out.getvalue()


def _over_each_other() -> bytes:
    """Thirty entries of the list that share the bytes of one file."""
    one = _zip({"a00.asc": bytes(_MB)})
    begin, end = one.index(b"PK\x01\x02"), one.index(b"PK\x05\x06")
    entry, files = one[begin:end], one[:begin]
    entries = b"".join(entry.replace(b"a00.asc", b"a%02d.asc" % i) for i in range(30))
    closing = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 30, 30, len(entries), len(files), 0)
    return files + entries + closing


@cache
def _bomb(size: int, said: int | None = None) -> bytes:
    """A file of zeros in a zip; `said` is its size as the zip says it."""
    packing = zlib.compressobj(9, zlib.DEFLATED, -15)
    zeros, total = bytes(_MB), 0
    packed = b""
    for _ in range(size // _MB):
        packed += packing.compress(zeros)
        total = zlib.crc32(zeros, total)
    packed += packing.flush()
    said = size if said is None else said
    head = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0, total, len(packed), said, 5, 0)
    local = b"PK\x03\x04" + head + b"x.asc" + packed
    entry = b"PK\x01\x02" + struct.pack("<H", 20) + head + struct.pack("<HHHII", 0, 0, 0, 0, 0) + b"x.asc"
    closing = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 1, 1, len(entry), len(local), 0)
    return local + entry + closing


def _take(
    content: bytes | io.RawIOBase, name: str, folder: Path, limits: Limits = ORDINARY
) -> tuple[list[Incoming], list[bytes]]:
    """What becomes of it, and the bytes that were kept; nothing is left in the folder, and little memory was used."""
    source = io.BytesIO(content) if isinstance(content, bytes) else content
    tracemalloc.start()
    try:
        with taken_in(source, name, folder, limits) as upload:  # type: ignore[arg-type] # it is read, and no more
            files = upload.files
            peak = tracemalloc.get_traced_memory()[1]
            kept = [b"".join(unpacked(file.content.pieces())) for file in files if file.size < _LITTLE and file.content]
    finally:
        tracemalloc.stop()
    assert peak < _LITTLE
    assert not any(folder.iterdir())
    return files, kept


def _refused(content: bytes | io.RawIOBase, name: str, folder: Path) -> str:
    (one,), kept = _take(content, name, folder)
    assert (one.content, one.size, kept) == (None, 0, [])
    assert one.objection.isprintable()
    assert one.name.isprintable()
    assert len(one.objection) < 300
    return one.objection


@pytest.mark.parametrize("name", ["x.asc", "x.txt", "X.ASC", "a-b_c.d.txt", "0.asc", "_-.asc", "a" * 96 + ".txt"])
def test_a_declaration_is_accepted(name: str, tmp_path: Path) -> None:
    (one,), kept = _take(GOOD, name, tmp_path)
    assert kept == [GOOD]
    assert (one.name, one.size, one.uzovi, one.objection) == (name, len(GOOD), "0736", "")
    assert one.factuurnummer


def test_what_is_no_declaration_is_accepted_too(tmp_path: Path) -> None:
    """Whether it can be read is for VECOZO to say."""
    (one,), kept = _take(b"%PDF", "x.txt", tmp_path)
    assert (kept, one.uzovi, one.factuurnummer, one.objection) == ([b"%PDF"], "", "", "")


@pytest.mark.parametrize("packed", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_is_a_declaration_for_each_file(packed: int, tmp_path: Path) -> None:
    files = {f"d{i}.asc": GOOD + bytes([i]) for i in range(30)}
    found, kept = _take(_zip(files, packed), "alles.ZIP", tmp_path)
    assert [one.name for one in found] == list(files)
    assert kept == list(files.values())
    assert not any(one.objection for one in found)


def test_as_large_as_may_be(tmp_path: Path) -> None:
    limits = Limits(zipped=2 * _MB, unpacked=3 * _MB, files=2)
    (one,), _ = _take(bytes(3 * _MB), "x.asc", tmp_path, limits)
    assert (one.size, one.objection) == (3 * _MB, "")
    found, _ = _take(_zip({"a.asc": bytes(2 * _MB), "b.asc": bytes(_MB)}), "x.zip", tmp_path, limits)
    assert [one.objection for one in found] == ["", ""]


_HOSTILE = ("", ".", "..", ".asc", ".zip", "x", "x.exe", "x.asc.exe", "a/x.asc", "../x.asc", "/etc/x.asc", "C:\\x.asc")
_MORE_HOSTILE = ("x .asc", "é.asc", "x\n.asc", "x\0.asc", "<script>.asc", "x.asc\n", "‮csa.x.asc", "a" * 97 + ".asc")


@pytest.mark.parametrize("name", [*_HOSTILE, *_MORE_HOSTILE, "-rf .asc", "x.asc;rm", "$(x).asc", "a" * 100_000])
def test_a_name_that_a_stranger_chose(name: str, tmp_path: Path) -> None:
    assert "must be named with letters" in _refused(GOOD, name, tmp_path)


@pytest.mark.parametrize("name", ["a/x.asc", "../x.asc", "/x.asc", "x.zip", "x.exe", "é.asc", "x\n.asc", "a\\x.asc"])
def test_a_name_in_a_zip(name: str, tmp_path: Path) -> None:
    assert name[:1].strip("./") in _refused(_entry(name), "x.zip", tmp_path)


ZIPS = {
    "holds no files": _zip({}),
    "x.asc: is empty": _zip({"x.asc": b""}),
    "holds more than 30 files": _zip({f"{i}.asc": GOOD for i in range(31)}),
    "map/: is a folder": _zip({"map/": b"", "x.asc": GOOD}),
    "stands in it twice": _twice(),
    "stands in it twice, once as x.asc": _zip({"x.asc": GOOD, "X.ASC": GOOD}),
    "is no ordinary file": _entry("x.asc", external_attr=(stat.S_IFLNK | 0o777) << 16),
    "needs a password": _entry("x.asc", flag_bits=1),
    "deflate is": _zip({"x.asc": GOOD}, zipfile.ZIP_BZIP2),
    "is no zip file, or a broken one": _zip({"x.asc": GOOD})[:-30],
    "lie over each other": _over_each_other(),
    "is no zip": GOOD,
    "can't be read": _entry("x.asc", CRC=1),
    "more than 300 MB unpacked": _zip({"a.asc": bytes(_MB), "b.asc": GOOD}).replace(
        struct.pack("<I", _MB), struct.pack("<I", 300 * _MB)
    ),
    "is larger than 300 MB": _bomb(2 * _MB, said=0xFFFFFFF0),
}


@pytest.mark.parametrize("what", ZIPS)
def test_a_zip_that_can_not_be_trusted(what: str, tmp_path: Path) -> None:
    assert what in _refused(ZIPS[what], "x.zip", tmp_path)


def test_a_folder_alone_is_refused(tmp_path: Path) -> None:
    assert "is a folder" in _refused(_zip({"map/": b""}), "x.zip", tmp_path)


def test_nothing_at_all(tmp_path: Path) -> None:
    assert _refused(b"", "x.asc", tmp_path) == "x.asc: is empty"
    assert "no zip file" in _refused(b"", "x.zip", tmp_path)


@pytest.mark.slow
def test_a_bomb_that_says_what_it_is(tmp_path: Path) -> None:
    assert "larger than 300 MB" in _refused(_bomb(301 * _MB), "x.zip", tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("said", [1, _MB, 299 * _MB])
def test_a_bomb_that_lies(said: int, tmp_path: Path) -> None:
    assert "can't be read" in _refused(_bomb(400 * _MB, said), "x.zip", tmp_path)


@pytest.mark.slow
def test_a_bomb_that_is_just_allowed_costs_no_memory(tmp_path: Path) -> None:
    (one,), _ = _take(_bomb(300 * _MB), "x.zip", tmp_path)
    assert (one.size, one.objection) == (300 * _MB, "")


@pytest.mark.slow
def test_a_megabyte_too_much(tmp_path: Path) -> None:
    assert _refused(Stream(301 * _MB), "x.asc", tmp_path) == "is larger than 300 MB"
    assert _refused(Stream(21 * _MB, RANDOM), "x.zip", tmp_path) == "is larger than 20 MB"


@pytest.mark.slow
def test_what_can_not_be_packed_costs_no_memory_either(tmp_path: Path) -> None:
    (one,), _ = _take(Stream(60 * _MB, RANDOM), "x.asc", tmp_path)
    assert (one.size, one.objection) == (60 * _MB, "")


class _Full(io.RawIOBase):
    def read(self, size: int = -1) -> bytes:
        raise OSError(28, "No space left on device")


def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    with (
        pytest.raises(OutputError, match="what comes in can't be kept: No space left on device"),
        taken_in(_Full(), "x.asc", tmp_path, Limits()),  # type: ignore[arg-type] # it is read, and no more
    ):
        pass


def test_whoever_stops_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield GOOD
        raise ConnectionResetError

    pieces = broken()

    class Broken(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            return next(pieces)

    with pytest.raises(OutputError), taken_in(Broken(), "x.asc", tmp_path, Limits()):  # type: ignore[arg-type]
        pass
    assert not any(tmp_path.iterdir())

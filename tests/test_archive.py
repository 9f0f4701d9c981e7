"""Zips and folders from strangers: one clear line for each way in which they are wrong, and no more memory than is allowed."""

from __future__ import annotations

import io
import os
import random
import stat
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from mzsim.common.archive import Limits, open_folder, open_zip, printable, read_counted, within
from mzsim.common.errors import InputError

LIMITS = Limits(files=5, size=2 << 20, total=4 << 20, ratio=100)
RANDOM = random.Random(1).randbytes(3 << 20)


def _zip(files: dict[str, bytes], packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packed) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def _read(content: bytes, *names: str, limits: Limits = LIMITS) -> list[bytes]:
    with open_zip(io.BytesIO(content), limits, "p.zip") as archive:
        return [archive.read(name) for name in names or archive.names]


def _objection(content: bytes, *names: str) -> str:
    with pytest.raises(InputError) as caught:
        _read(content, *names)
    text = str(caught.value)
    assert text.startswith("p.zip: ")
    assert "\n" not in text
    assert text.isprintable()
    return text.removeprefix("p.zip: ")


def _member(name: str = "a", content: bytes = b"x", **fields: object) -> bytes:
    """A zip with one file, of which the list says something else."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo("a" * len(name))
        info.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(info, content)
        for field, value in fields.items():
            setattr(info, field, value)
    return out.getvalue().replace(b"a" * len(name), name.encode())


def _patched(content: bytes, place: int, form: str, value: int) -> bytes:
    """A zip whose entry in the list holds another value at a place (zip appnote 4.3.12)."""
    begin = content.rindex(b"PK\x01\x02") + place
    return content[:begin] + struct.pack(form, value) + content[begin + struct.calcsize(form) :]


def test_what_is_good_is_read() -> None:
    content = _zip({"a.txt": b"1", "map/": b"", "map/b.txt": b"", "ë": RANDOM[: 1 << 20]})
    with open_zip(io.BytesIO(content), LIMITS, "p.zip") as archive:
        assert archive.names == ("a.txt", "map/b.txt", "ë")
        assert archive.read("a.txt") == b"1"
        assert archive.read("ë") == RANDOM[: 1 << 20]
    assert _read(_zip({"a": RANDOM[: 1 << 20]}, zipfile.ZIP_STORED)) == [RANDOM[: 1 << 20]]
    assert _read(_zip({}), *[]) == []


def test_a_file_with_something_before_it(tmp_path: Path) -> None:
    (tmp_path / "p.zip").write_bytes(b"#!/bin/sh\n" + _zip({"a": b"1"}))
    with open_zip(tmp_path / "p.zip", LIMITS, "p.zip") as archive:
        assert archive.read("a") == b"1"


@pytest.mark.parametrize(
    "name",
    [
        "/a",
        "../a",
        "a/../../b",
        "a/..",
        "C:/a",
        "C:a",
        "a\\b",
        "..\\a",
        "./a",
        "a//b",
        "/",
        ".",
        "a\x01b",
        "a\nb",
        "a\x7f",
    ],
)
def test_a_name_that_leads_elsewhere(name: str) -> None:
    assert not within(name)
    assert _objection(_member(name)).endswith("is no name of a file within")


def test_a_name_with_a_nul() -> None:
    """What follows is cut off by who reads it; it is refused for the whole name."""
    assert _objection(_member("a\0b")) == r"a\x00b: is no name of a file within"


@pytest.mark.parametrize("one", ["a", "A", "é"])
def test_the_same_name_twice(one: str) -> None:
    other = {"a": "a", "A": "a", "é": "e\u0301"}[one]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(one, b"1")
        if one == other:
            with pytest.warns(UserWarning, match="Duplicate name"):
                archive.writestr(other, b"2")
        else:
            archive.writestr(other, b"2")
    assert "stands in it twice" in _objection(out.getvalue())


def test_a_folder_and_a_file_of_one_name() -> None:
    assert "stands in it twice" in _objection(_zip({"a": b"1", "a/": b""}))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK])
def test_what_is_no_file(kind: int) -> None:
    assert "is no ordinary file" in _objection(_patched(_member(), 38, "<L", (kind | 0o644) << 16))


@pytest.mark.parametrize("flag", [0x1, 0x40, 0x41])
def test_what_needs_a_password(flag: int) -> None:
    assert _objection(_patched(_member(), 8, "<H", flag)) == "a: needs a password"


@pytest.mark.parametrize("packed", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packed_in_another_way(packed: int) -> None:
    """An unpacker of these may take gigabytes because a few bytes say so."""
    assert "packed in a way that is not read" in _objection(_zip({"a": b"x"}, packed))


def test_too_many_files() -> None:
    assert _read(_zip({str(n): b"" for n in range(5)}))
    assert _objection(_zip({str(n): b"" for n in range(6)})) == "holds more than 5 files"


def test_a_list_of_files_that_is_too_long_is_not_read() -> None:
    content = _zip({f"{n:0>200}": b"" for n in range(2000)})
    tracemalloc.start()
    assert _objection(content) == "holds more than 5 files"
    assert tracemalloc.get_traced_memory()[1] < 500_000
    tracemalloc.stop()


def test_too_large() -> None:
    assert _objection(_zip({"a": RANDOM[: (2 << 20) + 1]})) == "a: is larger than 2 MB"
    assert _read(_zip({"a": RANDOM[: 2 << 20]})) == [RANDOM[: 2 << 20]]
    most = _zip(dict.fromkeys("abc", RANDOM[: 3 << 19]), zipfile.ZIP_STORED)
    assert _objection(most) == "is larger than 4 MB"
    text = (b"%d," * 200_000) % tuple(range(200_000))
    assert len(text) > 1_200_000
    assert _objection(_zip(dict.fromkeys("abcd", text))) == "holds more than 4 MB unpacked"
    assert _objection(_zip({"a": b"0" * (2 << 20)})) == "a: unpacks to more than 100 times its size"
    with open_zip(io.BytesIO(_zip({"a": b"12345"})), LIMITS, "p.zip") as archive:
        assert archive.read("a", 5) == b"12345"
        with pytest.raises(InputError, match="a: is larger than 4 bytes"):
            archive.read("a", 4)


@pytest.mark.slow
@pytest.mark.parametrize("says", [0, 1, 10, 1 << 20])
def test_a_size_that_is_a_lie(says: int) -> None:
    """A file of 100 MB in 100 KB whose list says that it is small: no more is unpacked than that."""
    content = _patched(_zip({"a": b"\0" * (100 << 20)}), 24, "<L", says)
    tracemalloc.start()
    assert "a: " in _objection(content, "a")
    assert tracemalloc.get_traced_memory()[1] < 4 << 20
    tracemalloc.stop()


def test_files_that_lie_over_each_other() -> None:
    """One packed file, listed many times: so a few MB may be many GB, each entry as it should be."""
    content = _zip({"a": RANDOM[:1000]}, zipfile.ZIP_STORED)
    begin = content.rindex(b"PK\x01\x02")
    end = content.rindex(b"PK\x05\x06")
    entry = content[begin:end]
    many = b"".join(entry[:46] + bytes([97 + n]) + entry[47:] for n in range(3))
    closing = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 3, 3, len(many), begin, 0)
    assert "lie over each other" in _objection(content[:begin] + many + closing)


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x05\x06" + b"\0" * 17, b"no zip", b"\0" * 100_000])
def test_no_zip(content: bytes) -> None:
    assert _objection(content) == "is no zip file, or a broken one"


def test_not_in_it() -> None:
    assert _objection(_zip({"a": b"1"}), "b") == "b: is not in it"


def test_broken_bytes_are_one_line() -> None:
    """Any byte of a zip that is another, or is missing."""
    chance = random.Random(7)
    whole = _zip({"a.txt": RANDOM[:300], "b/c.txt": b"abc" * 200, "d": b""})
    outcomes = set()
    for _ in range(3000):
        broken = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(len(broken))
            broken[place : place + chance.randint(0, 2)] = chance.randbytes(chance.randint(0, 2))
        try:
            read = _read(bytes(broken))
        except InputError as error:
            outcomes.add(str(error).startswith("p.zip: ") and "\n" not in str(error))
        else:
            outcomes.add(isinstance(read, list))
    assert outcomes == {True}


def test_a_name_is_shown_on_one_line() -> None:
    assert printable("a\x1b[31m\u202e") == r"a\x1b[31m\x202e"
    assert printable("x" * 200) == "x" * 100 + "…"


# Folders.


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "p" / "map").mkdir(parents=True)
    (tmp_path / "p" / "map" / "a").write_bytes(b"1")
    (tmp_path / "outside").write_bytes(b"secret")
    return tmp_path / "p"


def _fifo(place: Path) -> None:
    os.mkfifo(place)


OBSTACLES: dict[str, tuple[Callable[[Path], object], str]] = {
    "nothing": (lambda _: None, "is not in it"),
    "folder": (Path.mkdir, "can't be read"),
    "pipe": (_fifo, "is no ordinary file"),
    "endless": (lambda place: place.symlink_to("/dev/zero"), "is no name of a file within"),
    "outside": (lambda place: place.symlink_to("../outside"), "is no name of a file within"),
    "round": (lambda place: place.symlink_to("x"), "can't be read"),
    "large": (lambda place: place.write_bytes(RANDOM), "is larger than 2 MB"),
}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
@pytest.mark.parametrize("what", OBSTACLES)
def test_what_is_no_file_of_the_folder(folder: Path, what: str) -> None:
    make, reason = OBSTACLES[what]
    make(folder / "x")
    with pytest.raises(InputError, match=reason) as caught:
        open_folder(folder, LIMITS).read("x")
    assert "\n" not in str(caught.value)


def test_a_folder_is_read_as_a_zip_is(folder: Path) -> None:
    archive = open_folder(folder, LIMITS)
    assert archive.read("map/a") == b"1"
    (folder / "link").symlink_to("map")
    assert archive.read("link/a") == b"1", "within"
    (folder / "away").symlink_to("..")
    for name in ("away/outside", "../outside", str(folder / "map" / "a"), "map/../map/a", "map//a", ""):
        with pytest.raises(InputError, match="is no name of a file within"):
            archive.read(name)
    with pytest.raises(InputError, match="is not in it"):
        archive.read("map/a/b")
    with pytest.raises(InputError, match="is larger than 0 bytes"):
        archive.read("map/a", 0)


def test_a_zip_that_is_no_file(folder: Path, tmp_path: Path) -> None:
    for place in (folder, tmp_path / "not there"):
        with pytest.raises(InputError, match="can't be read"), open_zip(place, LIMITS, "p"):
            pass
    if os.name != "nt":
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(InputError, match="is no ordinary file"), open_zip(tmp_path / "pipe", LIMITS, "p"):
            pass


def test_any_file_up_to_a_size(folder: Path) -> None:
    assert read_counted(folder / "map" / "a", 1) == b"1"
    with pytest.raises(InputError, match="is larger than 1 MB"):
        read_counted(Path("/dev/zero"), 1 << 20)
    with pytest.raises(InputError, match="can't be read"):
        read_counted(folder, 1)

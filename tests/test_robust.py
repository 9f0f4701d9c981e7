"""Whatever comes in, and whatever place can't be used: a retour, or one clear line and the documented exit status.

Nothing is half written and nothing is registered. The tests hold for root as well: a place that can't be used is a path
under a file, a folder in the place of a file, or a device.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import socket
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mzsim import pipeline
from mzsim.domain.findings import Outcome
from mzsim.judging import file
from mzsim.standard import writer
from mzsim.standard.layout import CRLF
from mzsim.store import session
from tests.commands import ON_DATE, invoke, order, process, require_one_line, surroundings
from tests.factories import Message, make
from tests.make_inv3 import FOLDER, STORE
from tests.retours import read

pytestmark = pytest.mark.slow

GOOD = (FOLDER / "1-volledig-toegewezen.mz301.asc").read_bytes()
TABLES = ("berichten", "prestaties", "factuurnummers")


@pytest.fixture
def db(inv_store: Path, tmp_path: Path) -> Path:
    (tmp_path / "stores").mkdir()
    return Path(shutil.copy(inv_store, tmp_path / "stores" / "store.db"))


@pytest.fixture
def declaration(tmp_path: Path) -> Path:
    (tmp_path / "werk").mkdir()
    place = tmp_path / "werk" / "x.asc"
    place.write_bytes(GOOD)
    return place


def _content(db: Path) -> dict[str, list[object]]:
    connection = sqlite3.connect(db)
    try:
        return {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}
    finally:
        connection.close()


def _url(db: Path) -> str:
    return f"sqlite:///{db}"


# What can be in a file.

REJECTED, UNREADABLE = 0, 3
CONTENTS: dict[str, tuple[bytes, int]] = {
    "leeg": (b"", UNREADABLE),
    "een byte": (b"0", UNREADABLE),
    "regeleinde": (CRLF, UNREADABLE),
    "tekst": (b"Geachte heer, hierbij de nota.\n" * 40, UNREADABLE),
    "binair": (bytes(range(256)) * 50, UNREADABLE),
    "nullen": (bytes(5000), UNREADABLE),
    "utf-16": (GOOD.decode().encode("utf-16"), UNREADABLE),
    "met een BOM": (b"\xef\xbb\xbf" + GOOD, UNREADABLE),
    "zonder voorlooprecord": (GOOD[312:], UNREADABLE),
    "voorlooprecord te kort": (GOOD[:309], UNREADABLE),
    "alleen een voorlooprecord": (GOOD[:312], REJECTED),
    "voorlooprecord zonder regeleinde": (GOOD[:310], REJECTED),
    "afgekapt in een record": (GOOD[:1000], REJECTED),
    "afgekapt achter een record": (GOOD[: 4 * 312], REJECTED),
    "zonder het laatste regeleinde": (GOOD[:-2], REJECTED),
    "laatste regeleinde half": (GOOD[:-1], REJECTED),
    "alleen LF": (GOOD.replace(CRLF, b"\n"), REJECTED),
    "alleen CR": (GOOD.replace(CRLF, b"\r"), REJECTED),
    "LF CR": (GOOD.replace(CRLF, b"\n\r"), REJECTED),
    "dubbele regeleinden": (GOOD.replace(CRLF, CRLF + CRLF), REJECTED),
    "zonder regeleinden": (GOOD.replace(CRLF, b""), REJECTED),
    "tweemaal achter elkaar": (GOOD + GOOD, REJECTED),
    "Ctrl-Z aan het eind": (GOOD + b"\x1a", REJECTED),
    "hoge bytes": (GOOD[:312] + GOOD[312:].replace(b"Jansen", b"J\xe0n\x00\xffn"), REJECTED),
    "een lange regel": (GOOD[:312] + b"04" * 500_000, REJECTED),
    "veel lege regels": (GOOD[:312] + CRLF * 5000, REJECTED),
}


@pytest.mark.parametrize("content", CONTENTS)
@pytest.mark.parametrize("stage", ["all", "vecozo", "verzekeraar"])
def test_any_content_gets_an_answer(content: str, stage: str, db: Path, declaration: Path) -> None:
    content_bytes, exit_status = CONTENTS[content]
    declaration.write_bytes(content_bytes)
    ended = invoke("replay", declaration, "--store", _url(db), *ON_DATE, "--json", "--stage", stage)
    outcome = json.loads(ended.stdout)
    retour = declaration.with_name("x.mz302.asc")
    if content == "hoge bytes":  # a name may hold any character of ISO 8859-1; the rest is in order
        assert ended.exit_code == 0
        assert outcome["status"] != "onleesbaar"
        return
    assert ended.exit_code == exit_status
    if exit_status == UNREADABLE:
        assert "voorlooprecord" in require_one_line(ended.stderr)
        assert outcome["status"] == "onleesbaar"
        assert not retour.exists()
        assert _content(db) == _content(db) | {"berichten": [], "prestaties": []}
    else:
        assert ended.stderr == ""
        assert outcome["status"] == "afgekeurd_bestand"
        ((kenmerk, _, codes, *_),) = read(retour.read_bytes())
        assert (kenmerk, codes[0]) == ("01", "0001")
        assert invoke("check-retour", declaration, retour).exit_code == 0


# What can be wrong with a path.


def _under_a_file(folder_: Path) -> Path:
    (folder_ / "bestand").write_bytes(b"")
    return folder_ / "bestand" / "x.asc"


def _loop(folder_: Path) -> Path:
    (folder_ / "kring").symlink_to("kring")
    return folder_ / "kring"


def _socket(folder_: Path) -> Path:
    here = Path.cwd()
    os.chdir(folder_)  # the name of a socket may not be long
    try:
        with socket.socket(socket.AF_UNIX) as s:
            s.bind("s")
    finally:
        os.chdir(here)
    return folder_ / "s"


UNREADABLE_PATHS: dict[str, Callable[[Path], Path]] = {
    "ontbreekt": lambda folder_: folder_ / "weg.asc",
    "map ontbreekt": lambda folder_: folder_ / "weg" / "x.asc",
    "is een map": lambda folder_: folder_,
    "onder een bestand": _under_a_file,
    "koppeling naar zichzelf": _loop,
    "naam te lang": lambda folder_: folder_ / ("x" * 300),
    "leesfout": lambda _: Path("/proc/self/mem"),
    "socket": _socket,
}


@pytest.mark.parametrize("path", UNREADABLE_PATHS)
@pytest.mark.parametrize("command", ["replay", "explain", "check-retour", "check-retour tweede", "db load"])
def test_unreadable_path(path: str, command: str, db: Path, declaration: Path, tmp_path: Path) -> None:
    folder_ = tmp_path / "invoer"
    folder_.mkdir()
    bad = UNREADABLE_PATHS[path](folder_)
    words = {
        "replay": ["replay", bad, "--out", tmp_path / "uit.asc", *ON_DATE],
        "explain": ["explain", bad],
        "check-retour": ["check-retour", bad, declaration],
        "check-retour tweede": ["check-retour", declaration, bad],
        "db load": ["db", "load", bad],
    }[command]
    before = _content(db)
    ended = invoke(*words, "--store", _url(db))
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert str(bad) in require_one_line(ended.stderr)
    assert _content(db) == before
    assert not (tmp_path / "uit.asc").exists()


UNWRITABLE_PATHS: dict[str, Callable[[Path], Path]] = {
    "map ontbreekt": lambda folder_: folder_ / "weg" / "x.asc",
    "onder een bestand": _under_a_file,
    "apparaat": lambda _: Path("/dev/full"),
    "apparaat dat alles slikt": lambda _: Path("/dev/null"),
    "naam te lang": lambda folder_: folder_ / ("x" * 300),
    "map die niets aanneemt": lambda _: Path("/proc/self/x.asc"),
    "socket": _socket,
}


@pytest.mark.parametrize("path", UNWRITABLE_PATHS)
def test_unwritable_retour(path: str, db: Path, declaration: Path, tmp_path: Path) -> None:
    folder_ = tmp_path / "uitvoer"
    folder_.mkdir()
    bad = UNWRITABLE_PATHS[path](folder_)
    before, files = _content(db), sorted(tmp_path.rglob("*"))
    ended = invoke("replay", declaration, "--store", _url(db), *ON_DATE, "--out", bad)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert str(bad) in require_one_line(ended.stderr)
    assert _content(db) == before
    assert sorted(tmp_path.rglob("*")) == files


def test_the_place_of_the_retour_is_a_folder(db: Path, declaration: Path) -> None:
    declaration.with_name("x.mz302.asc").mkdir()
    before = _content(db)
    ended = invoke("replay", declaration, "--store", _url(db), *ON_DATE)
    assert (ended.exit_code, ended.stdout) == (2, "")
    require_one_line(ended.stderr)
    assert _content(db) == before
    assert sorted(p.name for p in declaration.parent.iterdir()) == ["x.asc", "x.mz302.asc"]


def test_a_retour_that_can_not_be_placed_in_the_end(
    db: Path, declaration: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the store has recorded it: what was recorded is undone."""

    def refuses(self: Path, target: object) -> Path:
        raise PermissionError(1, "Operation not permitted")

    before = _content(db)
    monkeypatch.setattr(Path, "replace", refuses)
    ended = invoke("replay", declaration, "--store", _url(db), *ON_DATE)
    monkeypatch.undo()
    assert ended.exit_code == 2
    assert "Operation not permitted" in require_one_line(ended.stderr)
    assert _content(db) == before
    assert [p.name for p in declaration.parent.iterdir()] == ["x.asc"]
    assert invoke("replay", declaration, "--store", _url(db), *ON_DATE, "--fail-on", "afgekeurd_bestand").exit_code == 0


def test_the_other_files_go_on(db: Path, declaration: Path, tmp_path: Path) -> None:
    ended = invoke("replay", tmp_path / "weg.asc", tmp_path, declaration, "--store", _url(db), *ON_DATE)
    assert ended.exit_code == 2
    assert len(ended.stderr.splitlines()) == 2
    assert declaration.with_name("x.mz302.asc").exists()


def test_a_declaration_that_changes_while_it_is_read(
    db: Path, declaration: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = pipeline._read_back

    def alter(*args: object) -> None:
        real(*args)
        with declaration.open("ab") as file:
            file.write(b"nog een regel")

    monkeypatch.setattr(pipeline, "_read_back", alter)
    _require_changed(db, declaration)


@pytest.mark.parametrize("in_it", [b"x", b"\r\n", b"qq" * 350])
def test_a_declaration_that_shifts_while_it_is_read(
    db: Path, declaration: Path, monkeypatch: pytest.MonkeyPatch, in_it: bytes
) -> None:
    """What stands at no place any more where it was ends in the same line, whatever went wrong because of it."""
    real, content = pipeline._answer, declaration.read_bytes()

    def alter(*args: Any) -> Outcome:
        declaration.write_bytes(content[:312] + in_it + content[312:])
        return real(*args)

    monkeypatch.setattr(pipeline, "_answer", alter)
    _require_changed(db, declaration)


def _require_changed(db: Path, declaration: Path) -> None:
    """A replay says that the declaration changed, and leaves nothing behind."""
    before = _content(db)
    ended = invoke("replay", declaration, "--store", _url(db), *ON_DATE)
    assert ended.exit_code == 2
    assert "changed while it was read" in require_one_line(ended.stderr)
    assert _content(db) == before
    assert [p.name for p in declaration.parent.iterdir()] == ["x.asc"]


@pytest.mark.parametrize(
    ("broken", "codes"),
    [
        pytest.param(lambda b: b[:-314] + b[-312:], ["record-1", "record-3"], id="zonder regeleinde ervoor"),
        pytest.param(lambda b: b[:-314] + b"\r" + b[-312:], ["bestand-2"], id="met een CR ervoor"),
        pytest.param(
            lambda b: b[:-290] + b"\n" + b[-289:], ["bestand-2", "record-1", "record-2"], id="met een LF erin"
        ),
        pytest.param(
            lambda b: b[:-300] + b"\r" + b[-299:], ["bestand-2", "record-1", "record-2"], id="met een CR erin"
        ),
        pytest.param(lambda b: b + b[-312:-2], ["bestand-2", "record-3"], id="dubbel, zonder regeleinde"),
    ],
)
def test_a_sluitrecord_that_is_no_line(
    db: Path, declaration: Path, broken: Callable[[bytes], bytes], codes: list[str]
) -> None:
    declaration.write_bytes(broken(declaration.read_bytes()))
    ended = invoke("replay", declaration, "--store", _url(db), *ON_DATE, "--json")
    assert (ended.exit_code, ended.stderr) == (0, "")
    answer = json.loads(ended.stdout)
    assert answer["status"] == "afgekeurd_bestand"
    assert sorted({m["controle"] for m in answer["meldingen"]}) == codes


def test_a_retour_that_our_own_check_refuses(db: Path, declaration: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _content(db)
    monkeypatch.setattr(writer, "answered_with", lambda code: code)
    ended = invoke("replay", declaration, "--store", _url(db), *ON_DATE)
    assert ended.exit_code == 2
    line = require_one_line(ended.stderr)
    assert "its own check refuses it" in line
    assert "0102" in line
    assert _content(db) == before
    assert [p.name for p in declaration.parent.iterdir()] == ["x.asc"]


def test_an_error_of_the_program_is_one_line(db: Path, declaration: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that crashes is never an approval, and never a traceback."""

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("two\nlines")

    before = _content(db)
    monkeypatch.setattr(file, "examination", broken)
    ended = invoke("replay", declaration, "--store", _url(db), *ON_DATE)
    assert (ended.exit_code, ended.stdout) == (2, "")
    (line,) = ended.stderr.splitlines()
    assert "a mistake of the program" in line
    assert _content(db) == before
    assert [p.name for p in declaration.parent.iterdir()] == ["x.asc"]


# A full disk.


def _large() -> bytes:
    """A declaration of two hundred verzekerden, whose insurer sends every record back."""
    message = Message(voorloop=make("01"))
    for _ in range(200):
        message.add("02", r0203="999999999", r0205="V404").add("04")
    return bytes(message)


@pytest.mark.parametrize("limit", [0, 100, 5_000, 50_000, 100_000], ids=lambda n: f"{n} bytes")
def test_full_disk(limit: int, db: Path, declaration: Path) -> None:
    """No file may grow beyond the limit, be it the retour or the store's journal."""
    declaration.write_bytes(_large())
    before = _content(db)
    ended = subprocess.run(
        order("replay", declaration, "--store", _url(db), *ON_DATE, "--stage", "verzekeraar"),
        env=surroundings(PYTHONDONTWRITEBYTECODE="1"),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    require_one_line(ended.stderr)
    assert _content(db) == before
    assert [p.name for p in declaration.parent.iterdir()] == ["x.asc"]
    assert [p.name for p in db.parent.iterdir()] == [db.name]


def test_full_disk_for_a_new_store(tmp_path: Path) -> None:
    ended = subprocess.run(
        order("db", "upgrade", "--store", _url(tmp_path / "nieuw.db")),
        env=surroundings(PYTHONDONTWRITEBYTECODE="1"),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    require_one_line(ended.stderr)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["", "PYTHONUNBUFFERED"])
@pytest.mark.parametrize("words", [["controles"], ["demo"], ["--help"]], ids=" ".join)
def test_output_to_a_full_disk(words: list[str], unbuffered: str) -> None:
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            order(*words),
            env=surroundings(PYTHONUNBUFFERED=unbuffered),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert ended.returncode == 2
    assert "No space left" in require_one_line(ended.stderr)


def test_output_that_nobody_listens_to() -> None:
    read, writing = os.pipe()
    os.close(read)
    try:
        ended = subprocess.run(
            order("controles"),
            env=surroundings(),
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        os.close(writing)
    assert ended.returncode != 0
    assert "Traceback" not in ended.stderr


# What can be wrong with a store.


def _text(db: Path) -> str:
    db.write_text("dit is geen store\n" * 100)
    return "is not a store"


def _folder(db: Path) -> str:
    db.unlink()
    db.mkdir()
    return "can't be opened"


def _other_database(db: Path) -> str:
    db.unlink()
    connection = sqlite3.connect(db)
    connection.execute("CREATE TABLE iets (a)")
    connection.close()
    return "is not a store"


def _newer(db: Path) -> str:
    return _revision(db, "9999", "was made by a newer mzsim")


def _damaged(db: Path) -> str:
    content = bytearray(db.read_bytes())
    for begin in range(4096, len(content), 4096):
        content[begin : begin + 200] = b"\xff" * 200
    db.write_bytes(content)
    return "is damaged"


def _revision(db: Path, revision: str, melding: str) -> str:
    connection = sqlite3.connect(db)
    connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    connection.commit()
    connection.close()
    return melding


BAD_STORES = {
    "tekst": _text,
    "map": _folder,
    "andere database": _other_database,
    "nieuwer": _newer,
    "beschadigd": _damaged,
}


@pytest.mark.parametrize("kind", BAD_STORES)
@pytest.mark.parametrize("options", [[], ["--dry-run"]], ids=["", "dry-run"])
def test_bad_store(kind: str, options: list[str], db: Path, declaration: Path) -> None:
    melding = BAD_STORES[kind](db)
    before = db.read_bytes() if db.is_file() else None
    ended = invoke("replay", declaration, "--store", _url(db), *ON_DATE, *options)
    assert (ended.exit_code, ended.stdout) == (2, "")
    line = require_one_line(ended.stderr)
    assert str(db) in line
    assert melding in line
    assert [p.name for p in declaration.parent.iterdir()] == ["x.asc"]
    assert (db.read_bytes() if db.is_file() else None) == before


@pytest.mark.parametrize("kind", BAD_STORES)
def test_bad_store_on_load(kind: str, db: Path) -> None:
    BAD_STORES[kind](db)
    ended = invoke("db", "load", STORE, "--store", _url(db))
    assert (ended.exit_code, ended.stdout) == (2, "")
    require_one_line(ended.stderr)


@pytest.mark.parametrize("kind", ["tekst", "map", "andere database", "nieuwer"])
def test_bad_store_on_upgrade(kind: str, db: Path) -> None:
    BAD_STORES[kind](db)
    ended = invoke("db", "upgrade", "--store", _url(db))
    assert (ended.exit_code, ended.stdout) == (2, "")
    require_one_line(ended.stderr)


def test_an_older_store_asks_for_an_upgrade(db: Path, declaration: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "EARLIER_REVISIONS", frozenset({"0000"}))
    _revision(db, "0000", "")
    ended = invoke("replay", declaration, "--store", _url(db), *ON_DATE)
    assert (ended.exit_code, ended.stdout) == (2, "")
    line = require_one_line(ended.stderr)
    assert "older mzsim" in line
    assert "mzsim db upgrade" in line
    assert [p.name for p in declaration.parent.iterdir()] == ["x.asc"]


@pytest.mark.parametrize(
    ("url", "melding"),
    [
        ("geen:url", "no store URL"),
        ("sqlite:/mis.db", "no store URL"),
        ("nonsens://x/y", "nonsens"),
        ("oracle://x/y", "driver"),
        ("sqlite+nonsens:///x.db", "driver"),
        ("postgresql+psycopg://nergens:1/geen", "postgresql"),
        ("postgresql+psycopg://u:geheim@127.0.0.1:1/geen", "127.0.0.1"),
    ],
)
@pytest.mark.parametrize("words", [["replay"], ["db", "upgrade"]], ids=" ".join)
def test_bad_url(url: str, melding: str, words: list[str], declaration: Path) -> None:
    extra = [declaration] if words == ["replay"] else []
    ended = invoke(*words, *extra, "--store", url)
    assert (ended.exit_code, ended.stdout) == (2, "")
    line = require_one_line(ended.stderr)
    assert melding in line
    assert "geheim" not in line
    assert [p.name for p in declaration.parent.iterdir()] == ["x.asc"]


def test_the_folder_of_the_store_is_missing(tmp_path: Path, declaration: Path) -> None:
    db = tmp_path / "weg" / "store.db"
    ended = invoke("replay", declaration, "--store", _url(db))
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert str(db) in require_one_line(ended.stderr)
    assert [p.name for p in declaration.parent.iterdir()] == ["x.asc"]


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    """What mktemp leaves: the file is filled, in its place."""
    db = tmp_path / "leeg.db"
    db.touch()
    assert invoke("db", "load", STORE, "--store", _url(db)).exit_code == 0
    assert [p.name for p in tmp_path.iterdir()] == ["leeg.db"]
    assert _content(db)["factuurnummers"] != []


@pytest.mark.parametrize("slot", ["IMMEDIATE", "EXCLUSIVE"])
def test_locked_store(slot: str, db: Path, declaration: Path) -> None:
    other = sqlite3.connect(db, isolation_level=None)
    other.execute(f"BEGIN {slot}")
    try:
        ended = invoke("replay", declaration, "--store", _url(db), *ON_DATE, "--wacht", "0.1")
        loaded = invoke("db", "load", STORE, "--store", _url(db), "--wacht", "0.1")
    finally:
        other.close()
    for result in (ended, loaded):
        assert (result.exit_code, result.stdout) == (2, "")
        assert "is locked by another process" in require_one_line(result.stderr)
    assert [p.name for p in declaration.parent.iterdir()] == ["x.asc"]
    assert _content(db)["berichten"] == []
    assert invoke("replay", declaration, "--store", _url(db), *ON_DATE).exit_code == 0


def test_a_lock_that_opens_in_time(db: Path, declaration: Path) -> None:
    """A short wait is no error: the other is done before the waiting time is over."""
    other = sqlite3.connect(db, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    running = subprocess.Popen(
        order("replay", declaration, "--store", _url(db), *ON_DATE),
        env=surroundings(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    with running:
        with pytest.raises(subprocess.TimeoutExpired):
            running.wait(1.5)
        other.execute("ROLLBACK")
        other.close()
        assert running.stderr is not None
        assert running.stderr.read() == ""
    assert running.returncode == 0


def test_demo_to_a_place_that_can_not_be_written(tmp_path: Path) -> None:
    (tmp_path / "bestand").touch()
    for place in (tmp_path / "bestand", tmp_path / "bestand" / "x"):
        ended = invoke("demo", "--keep", place)
        assert (ended.exit_code, ended.stdout) == (2, "")
        assert str(place) in require_one_line(ended.stderr)


def test_a_work_folder_that_is_no_longer_there(tmp_path: Path, declaration: Path) -> None:
    gone = tmp_path / "weg"
    gone.mkdir()
    ended = subprocess.run(
        order("replay", declaration, "--date", "2011-05-02"),
        env=surroundings(),
        cwd=gone,
        preexec_fn=gone.rmdir,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    require_one_line(ended.stderr)
    assert [p.name for p in declaration.parent.iterdir()] == ["x.asc"]


def test_debug_shows_where(tmp_path: Path) -> None:
    (tmp_path / "keep" / "1-volledig-toegewezen.db").mkdir(parents=True)
    ended = process("demo", "--keep", tmp_path / "keep", MZSIM_DEBUG="1")
    assert "Traceback" in ended.stderr

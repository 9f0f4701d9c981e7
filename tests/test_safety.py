"""Stores and retours are their maker's alone, and every wrong place, name or number is one line that says what to do."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import mzsim
from mzsim.checks.register import checks
from mzsim.common.whole_file import RetourFile
from mzsim.script.file import read_script
from mzsim.standard.layout import layouts
from mzsim.store.session import open_store
from tests.commands import ON_DATE, invoke, order, require_one_line, surroundings
from tests.make_inv3 import FOLDER, STORE

GOOD = FOLDER / "1-volledig-toegewezen.mz301.asc"


@pytest.fixture(autouse=True)
def _open_to_all() -> Iterator[None]:
    """The system would let everybody read new files."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def _mode(place: Path) -> int:
    return stat.S_IMODE(place.stat().st_mode)


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    shutil.copy(GOOD, "x.asc")
    shutil.copy(STORE, "s.yaml")
    return tmp_path


needs_modes = pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")


@pytest.mark.slow
@needs_modes
def test_stores_and_retours_are_for_their_maker_alone(work: Path) -> None:
    Path("empty.db").touch()
    for store in ("new.db", "empty.db"):
        invoke("db", "load", "s.yaml", "--store", f"sqlite:///{store}")
        assert _mode(Path(store)) == 0o600
    invoke("db", "upgrade", "--store", "sqlite:///upgraded.db")
    assert _mode(Path("upgraded.db")) == 0o600
    words = ("--manifest", "--verstoor", "totaal", "--store", "sqlite:///new.db", *ON_DATE)
    assert invoke("replay", "x.asc", *words).exit_code == 0
    written = set(work.glob("x.mz302*"))
    assert len(written) == 3
    assert {_mode(place) for place in written} == {0o600}


@needs_modes
@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_what_sqlite_keeps_beside_a_store_is_too(work: Path, journal: str) -> None:
    store = open_store("sqlite:///s.db")
    with sqlite3.connect("s.db") as connection:
        connection.execute(f"PRAGMA journal_mode = {journal}")
    connection.close()
    with store.change():
        beside = [place for place in work.glob("s.db*") if place.name != "s.db"]
        assert beside
        assert {_mode(place) for place in beside} == {0o600}
    store.close()


@needs_modes
def test_a_store_that_is_there_keeps_its_permissions(work: Path) -> None:
    invoke("db", "upgrade", "--store", "sqlite:///s.db")
    Path("s.db").chmod(0o660)
    invoke("db", "load", "s.yaml", "--store", "sqlite:///s.db")
    assert _mode(Path("s.db")) == 0o660


@needs_modes
def test_a_retour_in_the_making_is_too(work: Path) -> None:
    with RetourFile(Path("r.asc")) as retour:
        assert _mode(retour.part) == 0o600


@needs_modes
@pytest.mark.parametrize(("words", "mode"), [((), 0o644), (("--unmask",), 0o600)])
def test_a_report_is_where_it_shows_persons(work: Path, words: tuple[str, ...], mode: int) -> None:
    invoke("suite", "new", "m/een", "--declaration", "x.asc", "--store", "s.yaml", *ON_DATE)
    invoke("suite", "run", "m", "--html", "r.html", "--junit", "r.xml", *words)
    assert {_mode(Path("r.html")), _mode(Path("r.xml"))} == {mode}


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/stdin").exists(), reason="a name that Linux and macOS have")
@pytest.mark.parametrize("by", ["a pipe", "a file"])
def test_a_declaration_from_a_stream_has_no_folder_for_its_retour(work: Path, by: str) -> None:
    invoke("db", "load", "s.yaml", "--store", "sqlite:///s.db")

    def replay(*words: str) -> subprocess.CompletedProcess[str]:
        command = order("replay", "/dev/stdin", "--store", "sqlite:///s.db", *ON_DATE, *words)
        with Path("x.asc").open() as file:
            content = {"stdin": file} if by == "a file" else {"input": file.read()}
            return subprocess.run(
                command, env=surroundings(), capture_output=True, text=True, timeout=60, check=False, **content
            )

    ended = replay()
    assert (ended.returncode, ended.stdout) == (2, "")
    line = require_one_line(ended.stderr)
    assert line == "mzsim: /dev/stdin: is no file with a folder for its retour; name its place with --out"
    assert replay("--out", "r.asc").returncode == 0
    assert Path("r.asc").is_file()


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("sqlite:///file:x.db?uri=true", "is no store URL: of SQLite it names a file and nothing else"),
        ("sqlite:///file::memory:?cache=shared&uri=true", "is no store URL"),
        ("sqlite:///x.db?mode=ro", "is no store URL"),
        ("sqlite:///x.db?timeout=abc", "of SQLite it names a file and nothing else"),
        ("sqlite://host/x.db", "is no store URL"),
        (os.fsdecode(b"postgresql+psycopg://a\xe9@localhost/x"), "a server knows no such characters"),
    ],
)
def test_a_url_that_is_no_store(work: Path, url: str, what: str) -> None:
    before = set(work.iterdir())
    for words in (("db", "load", "s.yaml"), ("db", "upgrade"), ("replay", "x.asc")):
        ended = invoke(*words, "--store", url)
        assert (ended.exit_code, ended.stdout) == (2, "")
        assert what in require_one_line(ended.stderr)
    assert set(work.iterdir()) == before


def test_a_question_mark_in_the_name_of_a_store(work: Path) -> None:
    assert invoke("db", "load", "s.yaml", "--store", "sqlite:///is%3Fdit.db").exit_code == 0
    assert Path("is?dit.db").is_file()


def test_the_store_to_upgrade_is_named(work: Path) -> None:
    invoke("db", "upgrade", "--store", "sqlite:///een oude.db")
    with sqlite3.connect("een oude.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.close()
    line = require_one_line(invoke("replay", "x.asc", "--store", "sqlite:///een oude.db").stderr)
    assert line.endswith("; run: mzsim db upgrade --store 'sqlite:///een oude.db'")


@pytest.mark.parametrize(
    "command", ["suite run m --html", "suite run m --junit", "replay x.asc --out", "generate --out"]
)
def test_the_option_that_is_named_is_one_of_the_command(work: Path, command: str) -> None:
    invoke("suite", "new", "m/een", "--declaration", "x.asc", "--store", "s.yaml", *ON_DATE)
    *words, option = command.split()
    store = ("--store", "sqlite:///s.db") if words[0] == "replay" else ()
    ended = invoke(*words, *store, option, "x.asc/under/a/file")
    assert ended.exit_code == 2
    assert require_one_line(ended.stderr).endswith(f" with {option}")


@pytest.mark.parametrize("bsn", ["123456789", "000000000", "999999998"])
def test_a_polis_with_a_number_that_is_no_bsn(work: Path, bsn: str) -> None:
    text = Path("s.yaml").read_text()
    known = next(line for line in text.splitlines() if "bsn:" in line).partition("bsn: ")[2][:11]
    Path("s.yaml").write_text(text.replace(known, f'"{bsn}"', 1))
    ended = invoke("db", "load", "s.yaml", "--store", "sqlite:///s.db")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "bsn: is no BSN: it fails the elfproef" in require_one_line(ended.stderr)


# Any byte in a rubriek, with a script that grants.


@pytest.mark.slow
@pytest.mark.parametrize("value", [b"\0", b"\xff", b"\xe9", b"*", b"\x1a"])
def test_any_byte_with_a_script_that_grants(value: bytes, work: Path, inv_store: Path) -> None:
    """In any rubriek, of which no check of its form is performed; and once more under other numbers, so that what the store
    holds of it decides and is shown."""
    Path("a.yaml").write_text("- action: {percentage: 50}\n")
    assert read_script(Path("a.yaml")).rules
    declaration = Path("x.asc").read_bytes()
    words = ("--store", "sqlite:///s.db", *ON_DATE, "--stage", "verzekeraar")
    shown = 0
    for rubriek in layouts("mz301")[b"04"].rubrieken:
        shutil.copy(inv_store, "s.db")
        _let_pass(rubriek.nummer)
        odd = _with_first(declaration, rubriek.plaats, value)
        again = odd.replace(b"F20110001", b"F20110009").replace(b"REF-", b"REG-")
        for content, script in ((odd, ("--antwoord", "a.yaml")), (again, ())):
            Path("x.asc").write_bytes(content)
            ended = invoke("replay", "x.asc", "--json", *words, *script)
            if script and rubriek.nummer in ("0430", "0431"):  # no percentage of what nobody can read
                assert ended.exit_code == 2
                assert "rule 1: can't grant an amount" in require_one_line(ended.stderr)
            else:
                assert (ended.exit_code, ended.stderr) == (0, ""), rubriek.nummer
        shown += '"lijst": "prestaties", "sleutel"' in ended.stdout
    assert shown > 20


def _let_pass(rubriek: str) -> None:
    """The insurer performs no check of what this rubriek looks like."""
    amounts = ("0430", "0431")  # without which nothing can be granted
    form = [check for check in checks("prestatie", by="Z") if check.level in (3, 4) and check.rubriek == rubriek]
    off = [check.id for check in form if check.rubriek not in amounts]
    line = {"nummer": "0736", "naam": "Voorbeeld", "soort": "zorgverzekeraar", "edp": True, "beleid": {"uit": off}}
    with mzsim.Store("s.db") as store:
        store.load({"uzovi": [line]})


def _with_first(declaration: bytes, place: slice, value: bytes) -> bytes:
    """The first prestatierecord with this byte all through a rubriek."""
    lines = declaration.splitlines(keepends=True)
    n = next(n for n, line in enumerate(lines) if line.startswith(b"04"))
    lines[n] = lines[n][: place.start] + value * (place.stop - place.start) + lines[n][place.stop :]
    return b"".join(lines)

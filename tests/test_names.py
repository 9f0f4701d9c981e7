"""Names of files that are no UTF-8, or that no line can hold: every command works with them, and shows them as text."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mzsim
from mzsim.common.errors import MzsimError
from mzsim.common.names import kept, plain, printable, restored, shown, typed
from tests.commands import ON_DATE, invoke, process, require_one_line
from tests.make_inv3 import FOLDER, STORE

_NAMES = st.binary(max_size=20).filter(lambda name: b"\0" not in name)
_AIMED = st.lists(st.sampled_from([b"\\", b"x", b"e9", b"\xe9", b"\xc3\xa9", b"\\x5c", b"/", b"\n"])).map(b"".join)


@given(_NAMES | _AIMED)
def test_what_is_kept_is_text_and_gives_the_name_again(name: bytes) -> None:
    path = os.fsdecode(name)
    text = kept(path)
    assert json.loads(json.dumps(text).encode("utf-8")) == text
    assert text.encode("utf-8").decode("utf-8") == text
    assert os.fsencode(restored(text)) == os.fsencode(Path(path))


@given(_NAMES | _AIMED, _NAMES | _AIMED)
def test_no_two_names_are_kept_as_one(name: bytes, other: bytes) -> None:
    assert (kept(os.fsdecode(name)) == kept(os.fsdecode(other))) is (name == other)


@pytest.mark.slow
@given(_NAMES | st.text().map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_what_is_shown_is_one_line_of_text(name: bytes) -> None:
    path = os.fsdecode(name)
    for text in (shown(path), str(MzsimError(path)), plain(path)):
        assert text.isprintable()
        text.encode("utf-8")


@pytest.mark.parametrize(
    ("name", "as_shown"),
    [
        ("café.asc", "café.asc"),
        (os.fsdecode(b"praktijk\xe9"), r"praktijk\xe9"),
        ("a\nb\t\x1b[31m", r"a\nb\t\x1b[31m"),
        ("rood\u202e.asc", r"rood\u202e.asc"),
    ],
)
def test_shown(name: str, as_shown: str) -> None:
    assert printable(name) == as_shown


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash reads what it would be given")
@pytest.mark.parametrize("name", [b"x.asc", b"een naam", b"praktijk\xe9a", b"it's\xe9\\", b"a\nb\t\x1b"])
def test_what_is_typed_is_the_name_to_a_shell(name: bytes) -> None:
    line = f"printf %s {typed(os.fsdecode(name))}"
    assert subprocess.run(["bash", "-c", line], capture_output=True, check=True).stdout == name


# Every command, in a folder from a zip that was made on Windows.


@pytest.fixture(
    params=[b"praktijk\xe9", b"a\nb\x1b[31m", "praktijk\u202ecsa".encode()], ids=["latin-1", "control", "bidi"]
)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder = tmp_path / os.fsdecode(request.param)
    folder.mkdir()
    (folder / os.fsdecode(b"x\xe9.asc")).write_bytes((FOLDER / "4a-fout-in-verzekerdenrecord.mz301.asc").read_bytes())
    shutil.copy(STORE, folder / os.fsdecode(b"s\xe9.yaml"))
    return folder


def _done(*words: object, status: int = 0) -> str:
    """What a command prints, all of it text in lines of its own."""
    ended = invoke(*words)
    assert ended.exit_code == status, ended.stderr
    assert "a mistake of the program" not in ended.stderr
    assert all(line.isprintable() for line in (ended.stdout + ended.stderr).splitlines())
    return ended.stdout


@pytest.mark.slow
@pytest.mark.parametrize("where", ["named", "worked in"])
def test_every_command(folder: Path, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if where == "worked in":
        monkeypatch.chdir(folder)
        folder = Path()
    declaration, store_file = folder / os.fsdecode(b"x\xe9.asc"), folder / os.fsdecode(b"s\xe9.yaml")
    store = ("--store", f"sqlite:///{folder / 's.db'}")
    assert r"\xe9.yaml: loaded" in _done("db", "load", store_file, *store)
    answer = json.loads(_done("replay", declaration, *store, *ON_DATE, "--json", "--manifest", "--verstoor", "totaal"))
    retour = restored(answer["retour"])
    assert (restored(answer["declaratie"]), retour.is_file()) == (declaration, True)
    assert "VERSTOORD-totaal" in "".join(map(str, retour.parent.iterdir()))
    manifest = retour.with_name(f"{retour.stem}.manifest.json")
    assert restored(json.loads(manifest.read_text())["declaratie"]["pad"]).name == declaration.name
    _done("explain", retour, *store)
    assert restored(json.loads(_done("check-retour", declaration, retour, "--json"))["retour"]) == retour
    _done("suite", "new", folder / "m" / "een", "--declaration", declaration, "--store", store_file, *ON_DATE)
    report = folder / os.fsdecode(b"r\xe9.html"), folder / os.fsdecode(b"r\xe9.xml")
    case = json.loads(_done("suite", "run", folder / "m", "--json", "--html", report[0], "--junit", report[1]))
    assert case["verdict"] == "passed"
    assert restored(case["folder"]) == folder / "m" / "een"
    _done("suite", "list", folder / "m")
    _done("suite", "accept", folder / "m")
    _done("suite", "export", folder / "m", "--out", folder / "pack", "--faulty", "none")
    _done("generate", "--out", folder / "g")
    _done("mutate", declaration, "--store-file", store_file, "--out", folder / "mut", "--check", "0408-1", status=2)
    _done("db", "waiting", *store)
    for path in (folder / "no", folder):
        for words in (
            ("replay", path, "--out", "o"),
            ("explain", path),
            ("db", "load", path),
            ("suite", "run", path / "no"),
        ):
            ended = invoke(*words, *(store if words[0] != "suite" else ()))
            assert ended.exit_code == 2
            assert require_one_line(ended.stderr).isprintable()


def test_the_manifest_of_a_run_is_repeated(folder: Path) -> None:
    declaration = folder / os.fsdecode(b"x\xe9.asc")
    store = ("--store", f"sqlite:///{folder / 's.db'}")
    (folder / os.fsdecode(b"a\xe9.yaml")).write_text("[]\n")
    script = ("--antwoord", folder / os.fsdecode(b"a\xe9.yaml"))
    invoke("db", "load", STORE, *store)
    invoke("replay", declaration, *store, *ON_DATE, "--dry-run", "--manifest", *script)
    retour = folder / os.fsdecode(b"x\xe9.mz302.asc")
    first = retour.read_bytes()
    retour.unlink()
    ended = invoke("replay", "--from", folder / os.fsdecode(b"x\xe9.mz302.manifest.json"), *store)
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert retour.read_bytes() == first


@pytest.mark.slow
def test_a_terminal_that_is_strict(tmp_path: Path) -> None:
    """Whatever its encoding, and whatever Python would do with what it has no place for."""
    place = tmp_path / os.fsdecode("caf\u00e9\u20ac".encode() + b"\xe9.asc")
    place.write_bytes(b"")
    for encoding in ("utf-8:strict", "ascii:strict"):
        ended = process("replay", place, "--store", "sqlite://", "--out", tmp_path / "o", PYTHONIOENCODING=encoding)
        assert ended.returncode == 3
        ended = process("manual", "scripts", PYTHONIOENCODING=encoding)
        assert (ended.returncode, ended.stderr) == (0, "")


def test_the_api(folder: Path) -> None:
    declaration = folder / os.fsdecode(b"x\xe9.asc")
    with mzsim.Store.memory() as store:
        store.load(folder / os.fsdecode(b"s\xe9.yaml"))
        answer = mzsim.replay(declaration, store, date="2011-05-02")
        assert answer.path == str(declaration)
        assert restored(answer.to_dict()["declaratie"]) == declaration
        with pytest.raises(mzsim.MzsimError) as raised:
            mzsim.replay(folder / "no", store)
        assert str(raised.value).isprintable()

"""An output never replaces what a call reads, nor another output: every option that names a file, against every input."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import click
import pytest

from mzsim.cli.main import main
from mzsim.common import apart
from mzsim.common.apart import Used, require_apart, require_once
from mzsim.common.errors import InputError, OutputError
from tests.commands import ON_DATE, invoke, require_one_line
from tests.make_inv3 import FOLDER, STORE

GOOD = FOLDER / "1-volledig-toegewezen.mz301.asc"


class Call(NamedTuple):
    """A call that works: its words, the files and folders that it reads, and its options that name what it writes."""

    words: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


_REPLAY = "replay x.asc --store sqlite:///s.db --date 2011-05-02"
CALLS = {
    "replay": Call(f"{_REPLAY} --antwoord a.yaml", ("x.asc", "s.db", "a.yaml"), ("--out",)),
    "replay --from": Call("replay --from m.json --store sqlite:///s.db", ("m.json", "x.asc", "s.db"), ("--out",)),
    "replay twice": Call("replay x.asc y.asc --store sqlite:///s.db --date 2011-05-02", ("x.asc", "y.asc"), ("--out",)),
    "suite run": Call(
        "suite run m", ("m/een/case.yaml", "m/een/x.asc", "m/een/s.yaml"), ("--html", "--junit", "--results")
    ),
    "suite run -k": Call("suite run m -k een", ("m/twee/case.yaml", "m/twee/x.mz302.asc"), ("--html", "--junit")),
    "suite run --retry": Call("suite run m --retry r.jsonl", ("r.jsonl",), ("--html", "--junit", "--results")),
    "suite merge": Call("suite merge r.jsonl", ("r.jsonl",), ("--html", "--junit", "--results")),
    "suite export --zip": Call("suite export m --zip", ("m/een/case.yaml", "m/een/x.asc"), ("--out",)),
    "suite export": Call("suite export m", ("m", "m/een/case.yaml"), ("--out",)),
    "suite export --sleutel": Call("suite export m --out nieuw", ("m/een/case.yaml", "k.json"), ("--sleutel",)),
    "suite grade --sleutel": Call("suite grade blind r.csv --sleutel k.json", ("k.json",), ("--html", "--junit")),
    "suite grade": Call(
        "suite grade pack r.csv", ("r.csv", "pack/pack.json", "pack/cases/een/1.mz301.asc"), ("--html", "--junit")
    ),
    "suite grade --profiel": Call(
        "suite grade pack r.csv --profiel p.yaml --waarnemingen w.yaml",
        ("p.yaml", "w.yaml", "r.csv", "pack/pack.json"),
        ("--html", "--junit", "--report"),
    ),
    "suite grade zip": Call("suite grade pack.zip r.csv", ("r.csv", "pack.zip"), ("--html", "--junit")),
    "show": Call("show x.asc", ("x.asc",), ("--html",)),
    "db draft": Call("db draft x.asc", ("x.asc", "s.yaml"), ("--out",)),
    "mutate": Call("mutate x.asc --store-file s.yaml --check 0408-1", ("x.asc", "s.yaml", "m"), ("--out",)),
    "generate": Call("generate", ("x.asc",), ("--out",)),
    "personas": Call("personas", ("x.asc",), ("--out",)),
    "demo": Call("demo", ("x.asc",), ("--out", "--keep")),
}
PROFILE = """
naam: mine
titel: Mine
rollen: [{id: r, titel: R, eisen: [{id: e, titel: E, kies: {wet: zvw}}]}]
waarnemingen: [{id: s, titel: S}]
"""
INPUT_OPTIONS = {
    "replay --antwoord",
    "suite run --retry",
    "replay --from",
    "suite new --declaration",
    "explain --declaratie",
    "suite grade --sleutel",
    "suite grade --waarnemingen",
    "suite verify --pack",
    "suite verify --sleutel",
    "suite verify --result",
    "suite verify --waarnemingen",
    "stores archive --out",  # of a store on a server, to a file that may not be there yet
    "serve --map",  # a folder of the portal's own, in which it writes under names of its own
}
"""Options that name a file to read. All others of a path are among the outputs above."""


def _commands(group: click.Group, name: str = "") -> Iterator[tuple[str, click.Command]]:
    with click.Context(group) as context:
        for part in group.list_commands(context):
            command = group.get_command(context, part)
            assert command is not None
            if isinstance(command, click.Group):
                yield from _commands(command, f"{name}{part} ")
            else:
                yield f"{name}{part}", command


def test_every_option_that_names_a_file_is_tried() -> None:
    tried = {f"{call.words.partition(' --')[0]} {option}" for call in CALLS.values() for option in call.outputs}
    for name, command in _commands(main):
        for option in command.params:
            if isinstance(option, click.Option) and isinstance(option.type, click.Path):
                full = f"{name} {option.opts[0]}"
                assert full in INPUT_OPTIONS or any(
                    one.startswith(f"{name} ") and one.endswith(f" {option.opts[0]}") for one in tried
                ), f"{full}: an output to try here, or an input"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds everything that the calls read."""
    folder = tmp_path_factory.mktemp("files")
    for name in ("x.asc", "y.asc"):
        shutil.copy(GOOD, folder / name)
    shutil.copy(STORE, folder / "s.yaml")
    (folder / "a.yaml").write_text("- action: {percentage: 50}\n")
    (folder / "p.yaml").write_text(PROFILE)
    (folder / "w.yaml").write_text("waarnemingen: [{stap: s, uitkomst: voldaan, naam: A, datum: 2020-01-01}]\n")
    here = Path.cwd()
    os.chdir(folder)
    try:
        for words in (
            "db load s.yaml --store sqlite:///s.db",
            f"{_REPLAY} --dry-run --manifest --out x.mz302.asc",
            f"suite new m/een --declaration x.asc --store s.yaml {' '.join(ON_DATE)}",
            f"suite new m/twee --declaration x.asc --store s.yaml {' '.join(ON_DATE)}",
            "suite run m --results r.jsonl",
            "suite export m --out pack --faulty none",
            "suite export m --out pack.zip --zip --faulty none",
            "suite export m --out blind --sleutel k.json",
        ):
            ended = invoke(*words.split())
            assert ended.exit_code == 0, ended.stderr
    finally:
        os.chdir(here)
    (folder / "x.mz302.manifest.json").rename(folder / "m.json")
    shutil.copy(folder / "pack" / "result.csv", folder / "r.csv")
    return folder


def _link(place: Path) -> Path:
    other = place.with_name("link")
    other.symlink_to(place.name)
    return other


def _hard_link(place: Path) -> Path:
    other = place.with_name("hard")
    if place.is_dir():
        return place
    other.hardlink_to(place)
    return other


SPELLINGS: dict[str, Callable[[Path], Path]] = {
    "as it is": lambda place: place,
    "absolute": Path.absolute,
    "round about": lambda place: place.parent / ".." / place.absolute().parent.name / place.name,
    "a link": _link,
    "a hard link": _hard_link,
}


def _contents(folder: Path) -> dict[Path, bytes]:
    return {place: place.read_bytes() for place in folder.rglob("*") if place.is_file()}


@pytest.mark.slow
@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("name", CALLS)
def test_no_input_is_written_over(
    name: str, spelling: str, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = CALLS[name]
    folder = Path(shutil.copytree(files, tmp_path / "files"))
    monkeypatch.chdir(folder)
    for file in call.inputs:
        for option in call.outputs:
            target = SPELLINGS[spelling](Path(file))
            before = _contents(folder)
            ended = invoke(*call.words.split(), option, target)
            assert (ended.exit_code, ended.stdout) == (2, ""), f"{option} {target}"
            require_one_line(ended.stderr)
            assert _contents(folder) == before, f"{option} {target}"
            for link in ("link", "hard"):
                Path(file).with_name(link).unlink(missing_ok=True)


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (
            f"{_REPLAY} --out s.db",
            "the retour of x.asc would be written over the store, s.db; choose another place with",
        ),
        (f"{_REPLAY} --out s.db-journal", "would be written over the store"),
        (f"{_REPLAY} --out s.db-wal", "would be written over the store"),
        ("replay x.asc --store sqlite:///nieuw.db --out nieuw.db", "would be written over the store, nieuw.db"),
        ("replay leeg.asc --store sqlite:///leeg.asc", "the store would be written over the declaration, leeg.asc"),
        ("db load leeg.asc --store sqlite:///leeg.asc", "the store would be written over the store file, leeg.asc"),
        (f"{_REPLAY} --manifest --antwoord x.mz302.manifest.json", "would be written over the script"),
        (
            "suite run m --html r --junit r",
            "the page would be written over the JUnit report, r; choose another place with",
        ),
        ("suite run m --html r --junit ./m/../r", "would be written over the JUnit report"),
    ],
)
def test_what_is_written_over_what(
    words: str, what: str, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(shutil.copytree(files, tmp_path / "files"))
    monkeypatch.chdir(folder)
    Path("leeg.asc").touch()
    before = _contents(folder)
    ended = invoke(*words.split())
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert what in require_one_line(ended.stderr)
    assert _contents(folder) == before


def test_the_examples_of_the_program_are_not_written_over() -> None:
    before = _contents(FOLDER)
    ended = invoke("demo", "--keep", FOLDER)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "would be written over the example" in require_one_line(ended.stderr)
    assert _contents(FOLDER) == before


def test_suite_accept_renews_its_own_files(files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(shutil.copytree(files, tmp_path / "files"))
    monkeypatch.chdir(folder)
    retour = Path("m/een/x.mz302.asc")
    good = retour.read_bytes()
    retour.write_bytes(good.replace(b"8001", b"8002"))
    assert invoke("suite", "accept", "m", "--yes").exit_code == 0
    assert retour.read_bytes() == good


# Names that differ in capitals.


def test_other_capitals_are_another_file_where_the_disk_says_so(tmp_path: Path) -> None:
    names = [Used(tmp_path / name, name) for name in ("Rapport.html", "rapport.html", "RAPPORT.HTML")]
    (tmp_path / "a").touch()
    if (tmp_path / "A").exists():
        with pytest.raises(OutputError):
            require_apart([], names)
    else:
        require_apart([], names)
    assert [place.name for place in tmp_path.iterdir()] == ["a"]


def test_other_capitals_are_the_same_file_where_the_disk_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "_one_name", lambda *_: True)
    with pytest.raises(OutputError, match="would be written over the JUnit report"):
        require_apart([], [Used(tmp_path / "R\u00e9.x", "the JUnit report"), Used(tmp_path / "re\u0301.X", "the page")])
    with pytest.raises(InputError, match="is named twice"):
        require_once([tmp_path / "x.asc", tmp_path / "X.asc"])


def test_what_is_read_may_be_read_twice(tmp_path: Path) -> None:
    (tmp_path / "x").touch()
    require_apart(
        [Used(tmp_path / "x", "the declaration"), Used(tmp_path / "x", "the script")], [Used(tmp_path / "y", "y")]
    )


def test_a_name_that_no_file_can_have(tmp_path: Path) -> None:
    require_apart([Used(Path("/no/such\0name"), "x")], [Used(tmp_path / "y", "y"), Used(tmp_path / ("z" * 300), "z")])

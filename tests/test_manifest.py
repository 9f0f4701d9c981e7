"""The manifest of a retour, and repeating its run: the same bytes, or one line that says what differs."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import mzsim
from mzsim import program
from mzsim.store.loading import load_file
from mzsim.store.session import REVISION, open_store
from mzsim.store.state import state_of
from tests.check_cases import STORE
from tests.commands import ON_DATE, invoke, process, require_one_line
from tests.factories import simple
from tests.make_inv3 import FOLDER

SCRIPT = '- match: {"0413": "V*"}\n  action: {toekennen: 10.00}\n'


class Work:
    """A folder with a declaration x.asc, a script s.yaml and a store, of which `before.db` is a copy from before any run."""

    def __init__(self, folder: Path, db: Path) -> None:
        self.map = folder
        shutil.copy(db, folder / "store.db")
        shutil.copy(db, folder / "voor.db")
        shutil.copy(FOLDER / "4b-fout-in-prestatierecord.mz301.asc", folder / "x.asc")
        (folder / "s.yaml").write_text(SCRIPT, "utf-8")
        self.retour = folder / "x.mz302.asc"
        self.plaats = folder / "x.mz302.manifest.json"

    def replay(self, *words: object, store: str = "store.db") -> str:
        """A replay that goes well, and what it says."""
        ended = invoke("replay", *words, "--store", f"sqlite:///{self.map}/{store}")
        assert (ended.exit_code, ended.stderr) == (0, "")
        return ended.stdout

    def first(self, *options: object) -> dict[str, Any]:
        """The first run with its manifest."""
        self.replay(self.map / "x.asc", *ON_DATE, "--manifest", *options)
        content: dict[str, Any] = json.loads(self.plaats.read_text("utf-8"))
        return content

    def refuse(self, *words: object, store: str = "voor.db") -> str:
        """A repeat that is refused in one line, with nothing done."""

        def everything() -> dict[Path, bytes]:
            return {p: p.read_bytes() for p in self.map.rglob("*") if p.is_file()}

        was = everything()
        ended = invoke("replay", "--from", self.plaats, "--store", f"sqlite:///{self.map}/{store}", *words)
        assert (ended.exit_code, ended.stdout) == (2, "")
        assert everything() == was
        return require_one_line(ended.stderr)

    def wijzig(self, **otherwise: Any) -> None:
        """Other values in the manifest, by the path of their keys: store__revisie=3."""
        content = json.loads(self.plaats.read_text("utf-8"))
        for path, value in otherwise.items():
            *above, key = path.split("__")
            part = content
            for name in above:
                part = part[name]
            part[key] = value
        self.plaats.write_text(json.dumps(content), "utf-8")


@pytest.fixture
def work(tmp_path: Path, inv_store: Path) -> Work:
    return Work(tmp_path, inv_store)


def _sha256(place: Path) -> str:
    return hashlib.sha256(place.read_bytes()).hexdigest()


# What is in it.


def test_contents(work: Work) -> None:
    content = work.first("--stage", "verzekeraar", "--antwoord", work.map / "s.yaml")
    lines, store = content["programma"].pop("regels"), content["store"].pop("sha256")
    assert len(lines) == len(store) == 64
    assert content == {
        "manifest": 1,
        "declaratie": {"pad": "x.asc", "sha256": _sha256(work.map / "x.asc")},
        "retour": {"pad": "x.mz302.asc", "sha256": _sha256(work.retour)},
        "opties": {
            "date": "2011-05-02",
            "stage": "verzekeraar",
            "dry_run": False,
            "antwoord": {"pad": "s.yaml", "sha256": _sha256(work.map / "s.yaml")},
        },
        "programma": {"versie": mzsim.__version__},
        "store": {"versie": REVISION, "revisie": 1},
    }


def test_sorted_and_the_same_every_time(work: Work) -> None:
    work.first("--dry-run")
    at_first = work.plaats.read_bytes()
    assert at_first == (json.dumps(json.loads(at_first), indent=2, sort_keys=True) + "\n").encode()
    work.first("--dry-run")
    assert work.plaats.read_bytes() == at_first


def test_to_another_folder(work: Work) -> None:
    """Paths are from the folder of the manifest."""
    (work.map / "uit").mkdir()
    work.replay(work.map / "x.asc", *ON_DATE, "--manifest", "--out", work.map / "uit")
    content = json.loads((work.map / "uit" / "x.mz302.manifest.json").read_text("utf-8"))
    assert (content["declaratie"]["pad"], content["retour"]["pad"]) == ("../x.asc", "x.mz302.asc")


def test_a_manifest_of_its_own_for_every_retour(work: Work) -> None:
    """Each with the revision at which its own run began."""
    (work.map / "y.asc").write_bytes(bytes(simple(r0116="F2")))
    work.replay(work.map / "y.asc", work.map / "x.asc", *ON_DATE, "--manifest")
    begun = [json.loads((work.map / f"{n}.mz302.manifest.json").read_text())["store"]["revisie"] for n in "yx"]
    assert begun == [1, 2]


def test_without_a_retour_no_manifest(work: Work) -> None:
    (work.map / "y.asc").write_bytes(bytes(simple()))
    words = ("--store", f"sqlite:///{work.map}/store.db", *ON_DATE, "--manifest", "--stage", "vecozo")
    ended = invoke("replay", work.map / "y.asc", *words)
    assert ended.exit_code == 0
    assert require_one_line(ended.stderr) == f"mzsim: {work.map}/y.mz302.manifest.json: not written: there is no retour"
    assert not list(work.map.glob("*.json"))


# Repeating.


@pytest.mark.parametrize(
    "options",
    [(), ("--stage", "verzekeraar"), ("--antwoord", "s.yaml"), ("--stage", "verzekeraar", "--antwoord", "s.yaml")],
)
def test_repeated_on_a_copy_of_the_store(work: Work, options: tuple[str, ...]) -> None:
    first = work.first(*(work.map / o if o == "s.yaml" else o for o in options))
    retour = work.retour.read_bytes()
    work.retour.unlink()
    work.replay("--from", work.plaats, store="voor.db")
    assert work.retour.read_bytes() == retour
    assert first["store"]["revisie"] == 1
    repeated, earlier = _revision(work.map / "voor.db"), _revision(work.map / "store.db")
    assert repeated == earlier


def _revision(db: Path) -> int:
    connection = sqlite3.connect(db)
    try:
        revision: int = connection.execute("SELECT revisie FROM stand").fetchone()[0]
    finally:
        connection.close()
    return revision


def test_repeated_on_a_new_store_with_the_same_files(work: Work) -> None:
    """No copy is needed where the same files, loaded in the same order, make the same store."""
    work.first()
    work.retour.unlink()
    url = f"sqlite:///{work.map}/nieuw.db"
    assert invoke("db", "load", STORE, "--store", url).exit_code == 0
    work.replay("--from", work.plaats, store="nieuw.db")
    assert work.retour.exists()


def test_dry_run_leaves_the_copy_as_it_is(work: Work) -> None:
    work.first("--stage", "verzekeraar")
    for _ in range(2):
        work.replay("--from", work.plaats, "--dry-run", store="voor.db")
    work.replay("--from", work.plaats, store="voor.db")
    assert "at revision 2, that run began at 1" in work.refuse()


def test_what_began_as_dry_run_repeats_so_on_the_same_store(work: Work) -> None:
    was = (work.map / "store.db").read_bytes()
    work.first("--dry-run", "--stage", "verzekeraar")
    work.replay("--from", work.plaats)
    assert (work.map / "store.db").read_bytes() == was


@pytest.mark.parametrize(("out", "where"), [("uit", "uit/x.mz302.asc"), ("uit/z.asc", "uit/z.asc")])
def test_out(work: Work, out: str, where: str) -> None:
    work.first("--dry-run")
    (work.map / "uit").mkdir()
    work.replay("--from", work.plaats, "--out", work.map / out)
    assert (work.map / where).read_bytes() == work.retour.read_bytes()


def test_with_faulty_retours(work: Work) -> None:
    work.first("--dry-run")
    work.replay("--from", work.plaats, "--verstoor", "slot")
    assert (work.map / "x.mz302.VERSTOORD-slot.asc").exists()


@pytest.mark.slow
def test_moved_with_its_files(work: Work, tmp_path: Path) -> None:
    """From a shell, in another folder."""
    work.first("--dry-run", "--antwoord", work.map / "s.yaml")
    elsewhere = tmp_path / "elders"
    elsewhere.mkdir()
    for name in ("x.asc", "s.yaml", "store.db", "x.mz302.manifest.json"):
        shutil.copy(work.map / name, elsewhere)
    ended = process(
        "replay", "--from", "elders/x.mz302.manifest.json", "--store", f"sqlite:///{elsewhere}/store.db", cwd=tmp_path
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert (elsewhere / "x.mz302.asc").read_bytes() == work.retour.read_bytes()


# What differs.


def test_the_store_is_further_on(work: Work) -> None:
    work.first("--stage", "verzekeraar")
    line = work.refuse(store="store.db")
    assert "the store is at revision 2, that run began at 1; repeat it with --store on a copy of the store" in line


def test_another_store_with_the_same_revision(work: Work) -> None:
    work.first()
    db = sqlite3.connect(work.map / "voor.db")
    db.execute("UPDATE polissen SET geboortedatum = '1999-01-01' WHERE id = 1")
    db.commit()
    db.close()
    assert "at revision 1 too, but holds something else" in work.refuse()


def test_another_declaration(work: Work) -> None:
    work.first()
    (work.map / "x.asc").write_bytes(bytes(simple()))
    assert f"{work.map}/x.asc is not the declaration of that run" in work.refuse()


def test_the_declaration_is_gone(work: Work) -> None:
    work.first()
    (work.map / "x.asc").unlink()
    assert f"{work.map}/x.asc: can't be read" in work.refuse()


def test_another_script(work: Work) -> None:
    work.first("--antwoord", work.map / "s.yaml")
    (work.map / "s.yaml").write_text(SCRIPT + "\n", "utf-8")
    assert f"{work.map}/s.yaml is not the script of that run" in work.refuse()
    (work.map / "s.yaml").unlink()
    assert f"{work.map}/s.yaml: can't be read" in work.refuse()


@pytest.mark.parametrize(
    ("otherwise", "what"),
    [
        ({"programma__versie": "0.0.9"}, f"was made by mzsim 0.0.9; this is {mzsim.__version__}"),
        ({"programma__regels": "0" * 64}, "was made with other rules than those of this mzsim"),
        ({"store__versie": "9999"}, f"the store has schema {REVISION}, that run had 9999"),
        ({"store__revisie": 7}, "the store is at revision 1, that run began at 7"),
        (
            {"retour__sha256": "0" * 64},
            "the retour would differ from that run's; nothing was written and nothing recorded",
        ),
        ({"opties__date": "2011-05-03"}, "the retour would differ from that run's"),
        ({"manifest": 2}, "is no manifest: manifest: Input should be 1"),
        ({"opties__stage": "arts"}, "is no manifest: opties.stage: Input should be"),
        ({"opties__date": "morgen"}, "is no manifest: opties.date: "),
        ({"store__revisie": "1"}, "is no manifest: store.revisie: "),
        ({"kleur": "rood"}, "is no manifest: kleur: Extra inputs are not permitted"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_another_manifest(work: Work, otherwise: dict[str, Any], what: str) -> None:
    work.first("--stage", "verzekeraar")
    work.wijzig(**otherwise)
    line = work.refuse()
    assert line.startswith(f"mzsim: {work.plaats}: ")
    assert what in line


def test_a_retour_over_its_declaration(work: Work) -> None:
    work.first("--stage", "verzekeraar")
    work.wijzig(retour__pad="x.asc")
    assert "would be written over the declaration" in work.refuse()


@pytest.mark.parametrize("content", [None, b"", b"[]", b"{", b"\xff", b"{}"])
def test_no_manifest(work: Work, content: bytes | None) -> None:
    if content is not None:
        work.plaats.write_bytes(content)
    assert str(work.plaats) in work.refuse()


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("x.asc",), "not both"),
        (("--date", "2011-05-02"), "--from says what --date would"),
        (("--stage", "all"), "--from says what --stage would"),
        (("--antwoord", "s.yaml"), "--from says what --antwoord would"),
        (("--manifest",), "--from says what --manifest would"),
    ],
)
def test_from_with_what_the_manifest_says_already(work: Work, words: tuple[str, ...], what: str) -> None:
    work.first()
    ended = invoke("replay", "--from", work.plaats, *words)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert what in ended.stderr


def test_without_a_declaration_and_without_a_manifest() -> None:
    ended = invoke("replay")
    assert ended.exit_code == 2
    assert "Missing argument 'DECLARATIE...'" in ended.stderr


# What the hashes see.


def test_the_state_sees_every_change_but_not_where_a_retour_is(work: Work, tmp_path: Path) -> None:
    work.first("--stage", "verzekeraar")
    store = open_store(f"sqlite:///{work.map}/store.db")
    with store.read() as connection:
        at_first = state_of(connection, in_change=False)
    db = sqlite3.connect(work.map / "store.db")
    db.execute(
        "INSERT INTO wachtende_retouren (bericht_id, plaats, deel, nam_nummer, computer)"
        " SELECT id, x'78', x'79', 0, 'elders' FROM berichten"
    )
    db.commit()
    with store.read() as connection:
        assert state_of(connection, in_change=False) == at_first
    db.execute("UPDATE prestaties SET toegekend_bedrag = 1")
    db.commit()
    db.close()
    with store.read() as connection:
        assert state_of(connection, in_change=False).sha256 != at_first.sha256
    with store.change() as connection:
        assert state_of(connection, in_change=True).revisie == at_first.revisie
    extra = tmp_path / "extra.yaml"
    extra.write_text('retourcodes:\n  - {code: "3999", betekenis: Eigen code, soort: D}\n', "utf-8")
    load_file(store, extra)
    with store.read() as connection:
        assert state_of(connection, in_change=False).revisie == at_first.revisie + 1
    store.close()


PACKAGE = Path(mzsim.__file__).parent
_DECIDING = ("standard", "common", "domain", "checks", "store", "reading", "judging", "granting", "answering", "script")
"""Rooms of which every file of code and every list decides."""


@pytest.mark.slow
def test_every_file_that_decides_is_in_the_rules(tmp_path: Path) -> None:
    """Changed one after the other in a copy of the package, each gives another hash; what is no rule gives none."""
    package = Path(shutil.copytree(PACKAGE, tmp_path / "mzsim", ignore=shutil.ignore_patterns("__pycache__")))
    was = program.rules_sha256(package)
    assert was == program.rules_of_this_program()
    deciding = [package / "pipeline.py", package / "retour" / "check.py", package / "retour" / "heenbericht.py"]
    deciding += [f for room in _DECIDING for kind in ("py", "tsv", "sql") for f in (package / room).rglob(f"*.{kind}")]
    assert len(deciding) > 80
    assert package / "standard" / "retourcodes.tsv" in deciding
    assert package / "standard" / "layouts" / "mz302.tsv" in deciding
    hashes = {was}
    for file in deciding:
        content = file.read_bytes()
        file.write_bytes(content + b"#")
        hashes.add(program.rules_sha256(package))
        file.write_bytes(content)
    assert len(hashes) == len(deciding) + 1
    for room in ("presentation", "cli", "suites"):
        (package / room / "__init__.py").write_text("changed", "utf-8")
    assert program.rules_sha256(package) == was


def test_a_new_room_counts_without_being_named(tmp_path: Path) -> None:
    (tmp_path / "weighing").mkdir()
    (tmp_path / "weighing" / "scales.py").write_text("", "utf-8")
    (tmp_path / "weighing" / "__pycache__").mkdir()
    (tmp_path / "weighing" / "__pycache__" / "scales.cpython-311.pyc").write_text("", "utf-8")
    assert program.rule_files(tmp_path) == [tmp_path / "weighing" / "scales.py"]


_IMPORTED = """
import sys
from mzsim.cli.main import main
try:
    main(sys.argv[1:])
finally:
    print(*sorted(m.__file__ for n, m in sys.modules.items() if n.partition(".")[0] == "mzsim"), sep="\\n", file=sys.stderr)
"""
_NOT_HASHED = {"__init__.py", "cli", "explanation", "manifest.py", "presentation", "program.py"}
"""What a replay with a script imports beside the rules: `NO_RULES` says why it is none. Of `cli` all commands that are
named together."""


@pytest.mark.slow
def test_what_a_replay_imports_is_in_the_rules(work: Work) -> None:
    """In a process of its own: every module of the program is hashed, or has a reason why not."""
    store = f"sqlite:///{work.map}/store.db"
    words = ["replay", work.map / "x.asc", *ON_DATE, "--manifest", "--antwoord", work.map / "s.yaml", "--store", store]
    run = subprocess.run(
        [sys.executable, "-c", _IMPORTED, *map(str, words)],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(PACKAGE.parent)},
    )
    imported = {Path(line) for line in run.stderr.splitlines()}
    assert PACKAGE / "script" / "directing.py" in imported
    other = {path.relative_to(PACKAGE).parts[0] for path in imported - set(program.rule_files(PACKAGE))}
    assert other <= _NOT_HASHED
    assert program.NO_RULES.keys() >= _NOT_HASHED

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
from mzsim import manifest as manifesten
from mzsim.store.loading import laad_bestand
from mzsim.store.session import REVISIE, open_store
from mzsim.store.state import stand_van
from tests.check_cases import STORE
from tests.commands import OP_DATUM, eis_een_regel, invoke, proces
from tests.factories import eenvoudig
from tests.make_inv3 import MAP

SCRIPT = '- match: {"0413": "V*"}\n  action: {toekennen: 10.00}\n'


class Werk:
    """A folder with a declaration x.asc, a script s.yaml and a store, of which `voor.db` is a copy from before any run."""

    def __init__(self, map_: Path, db: Path) -> None:
        self.map = map_
        shutil.copy(db, map_ / "store.db")
        shutil.copy(db, map_ / "voor.db")
        shutil.copy(MAP / "4b-fout-in-prestatierecord.mz301.asc", map_ / "x.asc")
        (map_ / "s.yaml").write_text(SCRIPT, "utf-8")
        self.retour = map_ / "x.mz302.asc"
        self.plaats = map_ / "x.mz302.manifest.json"

    def replay(self, *woorden: object, store: str = "store.db") -> str:
        """A replay that goes well, and what it says."""
        afloop = invoke("replay", *woorden, "--store", f"sqlite:///{self.map}/{store}")
        assert (afloop.exit_code, afloop.stderr) == (0, "")
        return afloop.stdout

    def eerste(self, *opties: object) -> dict[str, Any]:
        """The first run with its manifest."""
        self.replay(self.map / "x.asc", *OP_DATUM, "--manifest", *opties)
        inhoud: dict[str, Any] = json.loads(self.plaats.read_text("utf-8"))
        return inhoud

    def weiger(self, *woorden: object, store: str = "voor.db") -> str:
        """A repeat that is refused in one line, with nothing done."""

        def alles() -> dict[Path, bytes]:
            return {p: p.read_bytes() for p in self.map.rglob("*") if p.is_file()}

        was = alles()
        afloop = invoke("replay", "--from", self.plaats, "--store", f"sqlite:///{self.map}/{store}", *woorden)
        assert (afloop.exit_code, afloop.stdout) == (2, "")
        assert alles() == was
        return eis_een_regel(afloop.stderr)

    def wijzig(self, **anders: Any) -> None:
        """Other values in the manifest, by the path of their keys: store__revisie=3."""
        inhoud = json.loads(self.plaats.read_text("utf-8"))
        for pad, waarde in anders.items():
            *boven, sleutel = pad.split("__")
            deel = inhoud
            for naam in boven:
                deel = deel[naam]
            deel[sleutel] = waarde
        self.plaats.write_text(json.dumps(inhoud), "utf-8")


@pytest.fixture
def werk(tmp_path: Path, store_van_inv: Path) -> Werk:
    return Werk(tmp_path, store_van_inv)


def _sha256(plaats: Path) -> str:
    return hashlib.sha256(plaats.read_bytes()).hexdigest()


# What is in it.


def test_inhoud(werk: Werk) -> None:
    inhoud = werk.eerste("--stage", "verzekeraar", "--antwoord", werk.map / "s.yaml")
    regels, store = inhoud["programma"].pop("regels"), inhoud["store"].pop("sha256")
    assert len(regels) == len(store) == 64
    assert inhoud == {
        "manifest": 1,
        "declaratie": {"pad": "x.asc", "sha256": _sha256(werk.map / "x.asc")},
        "retour": {"pad": "x.mz302.asc", "sha256": _sha256(werk.retour)},
        "opties": {
            "date": "2011-05-02",
            "stage": "verzekeraar",
            "dry_run": False,
            "antwoord": {"pad": "s.yaml", "sha256": _sha256(werk.map / "s.yaml")},
        },
        "programma": {"versie": mzsim.__version__},
        "store": {"versie": REVISIE, "revisie": 1},
    }


def test_gesorteerd_en_bij_elke_keer_gelijk(werk: Werk) -> None:
    werk.eerste("--dry-run")
    eerst = werk.plaats.read_bytes()
    assert eerst == (json.dumps(json.loads(eerst), indent=2, sort_keys=True) + "\n").encode()
    werk.eerste("--dry-run")
    assert werk.plaats.read_bytes() == eerst


def test_naar_een_andere_map(werk: Werk) -> None:
    """Paths are from the folder of the manifest."""
    (werk.map / "uit").mkdir()
    werk.replay(werk.map / "x.asc", *OP_DATUM, "--manifest", "--out", werk.map / "uit")
    inhoud = json.loads((werk.map / "uit" / "x.mz302.manifest.json").read_text("utf-8"))
    assert (inhoud["declaratie"]["pad"], inhoud["retour"]["pad"]) == ("../x.asc", "x.mz302.asc")


def test_elk_retour_zijn_eigen_manifest(werk: Werk) -> None:
    """Each with the revision at which its own run began."""
    (werk.map / "y.asc").write_bytes(bytes(eenvoudig(r0116="F2")))
    werk.replay(werk.map / "y.asc", werk.map / "x.asc", *OP_DATUM, "--manifest")
    begonnen = [json.loads((werk.map / f"{n}.mz302.manifest.json").read_text())["store"]["revisie"] for n in "yx"]
    assert begonnen == [1, 2]


def test_zonder_retour_geen_manifest(werk: Werk) -> None:
    (werk.map / "y.asc").write_bytes(bytes(eenvoudig()))
    woorden = ("--store", f"sqlite:///{werk.map}/store.db", *OP_DATUM, "--manifest", "--stage", "vecozo")
    afloop = invoke("replay", werk.map / "y.asc", *woorden)
    assert afloop.exit_code == 0
    assert eis_een_regel(afloop.stderr) == f"mzsim: {werk.map}/y.mz302.manifest.json: not written: there is no retour"
    assert not list(werk.map.glob("*.json"))


# Repeating.


@pytest.mark.parametrize(
    "opties",
    [(), ("--stage", "verzekeraar"), ("--antwoord", "s.yaml"), ("--stage", "verzekeraar", "--antwoord", "s.yaml")],
)
def test_herhaald_op_een_kopie_van_de_store(werk: Werk, opties: tuple[str, ...]) -> None:
    eerste = werk.eerste(*(werk.map / o if o == "s.yaml" else o for o in opties))
    retour = werk.retour.read_bytes()
    werk.retour.unlink()
    werk.replay("--from", werk.plaats, store="voor.db")
    assert werk.retour.read_bytes() == retour
    assert eerste["store"]["revisie"] == 1
    herhaald, eerder = _revisie(werk.map / "voor.db"), _revisie(werk.map / "store.db")
    assert herhaald == eerder


def _revisie(db: Path) -> int:
    verbinding = sqlite3.connect(db)
    try:
        revisie: int = verbinding.execute("SELECT revisie FROM stand").fetchone()[0]
    finally:
        verbinding.close()
    return revisie


def test_herhaald_op_een_nieuwe_store_met_dezelfde_bestanden(werk: Werk) -> None:
    """No copy is needed where the same files, loaded in the same order, make the same store."""
    werk.eerste()
    werk.retour.unlink()
    url = f"sqlite:///{werk.map}/nieuw.db"
    assert invoke("db", "load", STORE, "--store", url).exit_code == 0
    werk.replay("--from", werk.plaats, store="nieuw.db")
    assert werk.retour.exists()


def test_dry_run_laat_de_kopie_zoals_hij_is(werk: Werk) -> None:
    werk.eerste("--stage", "verzekeraar")
    for _ in range(2):
        werk.replay("--from", werk.plaats, "--dry-run", store="voor.db")
    werk.replay("--from", werk.plaats, store="voor.db")
    assert "at revision 2, that run began at 1" in werk.weiger()


def test_wat_met_dry_run_begon_herhaalt_zo_op_dezelfde_store(werk: Werk) -> None:
    was = (werk.map / "store.db").read_bytes()
    werk.eerste("--dry-run", "--stage", "verzekeraar")
    werk.replay("--from", werk.plaats)
    assert (werk.map / "store.db").read_bytes() == was


@pytest.mark.parametrize(("out", "waar"), [("uit", "uit/x.mz302.asc"), ("uit/z.asc", "uit/z.asc")])
def test_out(werk: Werk, out: str, waar: str) -> None:
    werk.eerste("--dry-run")
    (werk.map / "uit").mkdir()
    werk.replay("--from", werk.plaats, "--out", werk.map / out)
    assert (werk.map / waar).read_bytes() == werk.retour.read_bytes()


def test_met_verstoorde_retouren(werk: Werk) -> None:
    werk.eerste("--dry-run")
    werk.replay("--from", werk.plaats, "--verstoor", "slot")
    assert (werk.map / "x.mz302.VERSTOORD-slot.asc").exists()


def test_verhuisd_met_zijn_bestanden(werk: Werk, tmp_path: Path) -> None:
    """From a shell, in another folder."""
    werk.eerste("--dry-run", "--antwoord", werk.map / "s.yaml")
    elders = tmp_path / "elders"
    elders.mkdir()
    for naam in ("x.asc", "s.yaml", "store.db", "x.mz302.manifest.json"):
        shutil.copy(werk.map / naam, elders)
    afloop = proces(
        "replay", "--from", "elders/x.mz302.manifest.json", "--store", f"sqlite:///{elders}/store.db", cwd=tmp_path
    )
    assert (afloop.returncode, afloop.stderr) == (0, "")
    assert (elders / "x.mz302.asc").read_bytes() == werk.retour.read_bytes()


# What differs.


def test_store_is_verder(werk: Werk) -> None:
    werk.eerste("--stage", "verzekeraar")
    regel = werk.weiger(store="store.db")
    assert "the store is at revision 2, that run began at 1; repeat it with --store on a copy of the store" in regel


def test_andere_store_met_dezelfde_revisie(werk: Werk) -> None:
    werk.eerste()
    db = sqlite3.connect(werk.map / "voor.db")
    db.execute("UPDATE polissen SET geboortedatum = '1999-01-01' WHERE id = 1")
    db.commit()
    db.close()
    assert "at revision 1 too, but holds something else" in werk.weiger()


def test_andere_declaratie(werk: Werk) -> None:
    werk.eerste()
    (werk.map / "x.asc").write_bytes(bytes(eenvoudig()))
    assert f"{werk.map}/x.asc is not the declaration of that run" in werk.weiger()


def test_declaratie_is_weg(werk: Werk) -> None:
    werk.eerste()
    (werk.map / "x.asc").unlink()
    assert f"{werk.map}/x.asc: can't be read" in werk.weiger()


def test_ander_script(werk: Werk) -> None:
    werk.eerste("--antwoord", werk.map / "s.yaml")
    (werk.map / "s.yaml").write_text(SCRIPT + "\n", "utf-8")
    assert f"{werk.map}/s.yaml is not the script of that run" in werk.weiger()
    (werk.map / "s.yaml").unlink()
    assert f"{werk.map}/s.yaml: can't be read" in werk.weiger()


@pytest.mark.parametrize(
    ("anders", "wat"),
    [
        ({"programma__versie": "0.0.9"}, f"was made by mzsim 0.0.9; this is {mzsim.__version__}"),
        ({"programma__regels": "0" * 64}, "was made with other rules than those of this mzsim"),
        ({"store__versie": "9999"}, f"the store has schema {REVISIE}, that run had 9999"),
        ({"store__revisie": 7}, "the store is at revision 1, that run began at 7"),
        (
            {"retour__sha256": "0" * 64},
            "the retour would differ from that run's; nothing was written and nothing recorded",
        ),
        ({"opties__date": "2011-05-03"}, "the retour would differ from that run's"),
        ({"retour__pad": "x.asc"}, "the retour would be written over"),
        ({"manifest": 2}, "is no manifest: manifest: Input should be 1"),
        ({"opties__stage": "arts"}, "is no manifest: opties.stage: Input should be"),
        ({"opties__date": "morgen"}, "is no manifest: opties.date: "),
        ({"store__revisie": "1"}, "is no manifest: store.revisie: "),
        ({"kleur": "rood"}, "is no manifest: kleur: Extra inputs are not permitted"),
    ],
    ids=lambda waarde: next(iter(waarde)) if isinstance(waarde, dict) else "",
)
def test_ander_manifest(werk: Werk, anders: dict[str, Any], wat: str) -> None:
    werk.eerste("--stage", "verzekeraar")
    werk.wijzig(**anders)
    regel = werk.weiger()
    assert regel.startswith(f"mzsim: {werk.plaats}: ")
    assert wat in regel


@pytest.mark.parametrize("inhoud", [None, b"", b"[]", b"{", b"\xff", b"{}"])
def test_geen_manifest(werk: Werk, inhoud: bytes | None) -> None:
    if inhoud is not None:
        werk.plaats.write_bytes(inhoud)
    assert str(werk.plaats) in werk.weiger()


@pytest.mark.parametrize(
    ("woorden", "wat"),
    [
        (("x.asc",), "not both"),
        (("--date", "2011-05-02"), "--from says what --date would"),
        (("--stage", "all"), "--from says what --stage would"),
        (("--antwoord", "s.yaml"), "--from says what --antwoord would"),
        (("--manifest",), "--from says what --manifest would"),
    ],
)
def test_from_met_wat_het_manifest_al_zegt(werk: Werk, woorden: tuple[str, ...], wat: str) -> None:
    werk.eerste()
    afloop = invoke("replay", "--from", werk.plaats, *woorden)
    assert (afloop.exit_code, afloop.stdout) == (2, "")
    assert wat in afloop.stderr


def test_zonder_declaratie_en_zonder_manifest() -> None:
    afloop = invoke("replay")
    assert afloop.exit_code == 2
    assert "Missing argument 'DECLARATIE...'" in afloop.stderr


# What the hashes see.


def test_stand_ziet_elke_wijziging_maar_niet_waar_een_retour_staat(werk: Werk, tmp_path: Path) -> None:
    werk.eerste("--stage", "verzekeraar")
    store = open_store(f"sqlite:///{werk.map}/store.db")
    with store.lezen() as verbinding:
        eerst = stand_van(verbinding, in_wijziging=False)
    db = sqlite3.connect(werk.map / "store.db")
    db.execute("UPDATE berichten SET retour = 'elders'")
    db.commit()
    with store.lezen() as verbinding:
        assert stand_van(verbinding, in_wijziging=False) == eerst
    db.execute("UPDATE prestaties SET toegekend_bedrag = 1")
    db.commit()
    db.close()
    with store.lezen() as verbinding:
        assert stand_van(verbinding, in_wijziging=False).sha256 != eerst.sha256
    with store.wijzigen() as verbinding:
        assert stand_van(verbinding, in_wijziging=True).revisie == eerst.revisie
    extra = tmp_path / "extra.yaml"
    extra.write_text('retourcodes:\n  - {code: "3999", betekenis: Eigen code, soort: D}\n', "utf-8")
    laad_bestand(store, extra)
    with store.lezen() as verbinding:
        assert stand_van(verbinding, in_wijziging=False).revisie == eerst.revisie + 1
    store.sluit()


PACKAGE = Path(mzsim.__file__).parent
_DECIDING = ("standard", "common", "domain", "checks", "store", "reading", "judging", "granting", "answering", "script")
"""Rooms of which every file of code and every list decides."""


def test_every_file_that_decides_is_in_the_rules(tmp_path: Path) -> None:
    """Changed one after the other in a copy of the package, each gives another hash; what is no rule gives none."""
    package = Path(shutil.copytree(PACKAGE, tmp_path / "mzsim", ignore=shutil.ignore_patterns("__pycache__")))
    was = manifesten.rules_sha256(package)
    assert was == manifesten._programma().regels
    deciding = [package / "pipeline.py", package / "retour" / "check.py", package / "retour" / "heenbericht.py"]
    deciding += [f for room in _DECIDING for kind in ("py", "tsv", "sql") for f in (package / room).rglob(f"*.{kind}")]
    assert len(deciding) > 80
    assert package / "standard" / "retourcodes.tsv" in deciding
    assert package / "standard" / "layouts" / "mz302.tsv" in deciding
    hashes = {was}
    for file in deciding:
        content = file.read_bytes()
        file.write_bytes(content + b"#")
        hashes.add(manifesten.rules_sha256(package))
        file.write_bytes(content)
    assert len(hashes) == len(deciding) + 1
    for room in ("presentation", "cli", "suites"):
        (package / room / "__init__.py").write_text("changed", "utf-8")
    assert manifesten.rules_sha256(package) == was


def test_a_new_room_counts_without_being_named(tmp_path: Path) -> None:
    (tmp_path / "weighing").mkdir()
    (tmp_path / "weighing" / "scales.py").write_text("", "utf-8")
    (tmp_path / "weighing" / "__pycache__").mkdir()
    (tmp_path / "weighing" / "__pycache__" / "scales.cpython-311.pyc").write_text("", "utf-8")
    assert manifesten.rule_files(tmp_path) == [tmp_path / "weighing" / "scales.py"]


_IMPORTED = """
import sys
from mzsim.cli.main import main
try:
    main(sys.argv[1:])
finally:
    print(*sorted(m.__file__ for n, m in sys.modules.items() if n.partition(".")[0] == "mzsim"), sep="\\n", file=sys.stderr)
"""
_NOT_HASHED = {"__init__.py", "cli", "explanation", "manifest.py", "presentation"}
"""What a replay with a script imports beside the rules: `NO_RULES` says why it is none. Of `cli` all commands that are
named together."""


def test_what_a_replay_imports_is_in_the_rules(werk: Werk) -> None:
    """In a process of its own: every module of the program is hashed, or has a reason why not."""
    store = f"sqlite:///{werk.map}/store.db"
    words = ["replay", werk.map / "x.asc", *OP_DATUM, "--manifest", "--antwoord", werk.map / "s.yaml", "--store", store]
    run = subprocess.run(
        [sys.executable, "-c", _IMPORTED, *map(str, words)],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(PACKAGE.parent)},
    )
    imported = {Path(line) for line in run.stderr.splitlines()}
    assert PACKAGE / "script" / "directing.py" in imported
    other = {path.relative_to(PACKAGE).parts[0] for path in imported - set(manifesten.rule_files(PACKAGE))}
    assert other <= _NOT_HASHED
    assert manifesten.NO_RULES.keys() >= _NOT_HASHED

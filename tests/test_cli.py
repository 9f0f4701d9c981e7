"""The command line of the contract: every command, option, exit status, the JSON, names of files, masking."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import click
import pytest

import mzsim
from mzsim.checks import REGISTER
from mzsim.cli.main import main
from mzsim.standard.layout import CRLF
from tests.commands import OP_DATUM, eis_een_regel, invoke, omgeving, opdracht, proces
from tests.factories import Bericht, eenvoudig
from tests.make_inv3 import MAP, STORE
from tests.retours import lees, zet

OPDRACHTEN = [
    ["demo"],
    ["db"],
    ["db", "upgrade"],
    ["db", "load"],
    ["replay"],
    ["explain"],
    ["check-retour"],
    ["controles"],
    ["report"],
    ["report", "implantologiescore"],
    ["report", "behandelindex"],
]
VOORBEELDEN = sorted(p.name.removesuffix(".mz301.asc") for p in MAP.glob("*.mz301.asc"))
BSNS, NAMEN = ("123456782", "100197243", "300197243"), ("Jansen", "Vries")


@pytest.fixture
def url(store_van_inv: Path, tmp_path: Path) -> str:
    """A store of its own with the insurer of INV chapter 3."""
    (tmp_path / "stores").mkdir()
    return f"sqlite:///{shutil.copy(store_van_inv, tmp_path / 'stores' / 'store.db')}"


@pytest.fixture
def werkmap(tmp_path: Path) -> Path:
    """A folder with the declarations of the examples."""
    map_ = tmp_path / "werk"
    map_.mkdir()
    for naam in VOORBEELDEN:
        shutil.copy(MAP / f"{naam}.mz301.asc", map_)
    return map_


def _declaratie(werkmap: Path, nummer: str) -> Path:
    (gevonden,) = werkmap.glob(f"{nummer}-*.mz301.asc")
    return gevonden


def _json(uitvoer: str) -> list[dict[str, Any]]:
    return [json.loads(regel) for regel in uitvoer.splitlines()]


# Help and version.


@pytest.mark.parametrize("woorden", OPDRACHTEN, ids=" ".join)
@pytest.mark.parametrize("vlag", ["--help", "-h"])
def test_help(woorden: list[str], vlag: str) -> None:
    afloop = invoke(*woorden, vlag)
    assert (afloop.exit_code, afloop.stderr) == (0, "")
    eerste, alinea, *_ = afloop.stdout.split("\n\n")
    assert eerste.startswith(f"Usage: main {' '.join(woorden)} ")
    zin = " ".join(alinea.split())
    assert zin.endswith(".")
    assert len(zin.split()) >= 4


def test_help_noemt_elke_opdracht_en_de_exit_statussen() -> None:
    afloop = invoke("--help")
    assert afloop.exit_code == 0
    for naam in ("check-retour", "controles", "db", "demo", "explain", "replay"):
        assert f"\n  {naam} " in afloop.stdout
    assert "Exit status: 0 done; 1 " in afloop.stdout
    assert "mzsim demo" in afloop.stdout


@pytest.mark.parametrize(
    ("woorden", "opties"),
    [
        (["replay"], ["--store", "--date", "--stage", "--out", "--json", "--dry-run", "--fail-on"]),
        (["replay"], ["--antwoord", "--verstoor", "--manifest", "--from"]),
        (["db", "load"], ["--store"]),
        (["db", "upgrade"], ["--store"]),
        (["explain"], ["--unmask", "--json"]),
        (["check-retour"], ["--unmask", "--json"]),
        (["controles"], ["--json"]),
    ],
    ids=lambda waarde: " ".join(waarde),
)
def test_help_noemt_de_opties(woorden: list[str], opties: list[str]) -> None:
    hulp = invoke(*woorden, "--help").stdout
    assert [optie for optie in opties if f" {optie}" not in hulp] == []


def test_elke_optie_heeft_uitleg() -> None:
    def opdrachten(groep: click.Command) -> list[click.Command]:
        if not isinstance(groep, click.Group):
            return [groep]
        context = click.Context(groep)
        kinderen = [groep.get_command(context, naam) for naam in groep.list_commands(context)]
        return [groep, *(o for kind in kinderen if kind is not None for o in opdrachten(kind))]

    zonder = [
        (opdracht.name, optie.name)
        for opdracht in opdrachten(main)
        for optie in opdracht.params
        if isinstance(optie, click.Option) and not optie.help
    ]
    assert zonder == []


def test_version() -> None:
    afloop = invoke("--version")
    assert (afloop.exit_code, afloop.stdout) == (0, f"mzsim, version {mzsim.__version__}\n")


def test_als_proces(werkmap: Path, url: str) -> None:
    """The same from a shell: report on standard output, nothing on standard error, the retour in place."""
    assert proces("--version").stdout.strip().endswith(mzsim.__version__)
    afloop = proces("replay", _declaratie(werkmap, "1"), "--store", url, *OP_DATUM)
    assert (afloop.returncode, afloop.stderr) == (0, "")
    assert afloop.stdout.split(": ")[1].startswith("volledig_toegewezen by 0736, 660.00 of 660.00 -> ")
    gouden = MAP / "1-volledig-toegewezen.alle.mz302.asc"
    assert (werkmap / "1-volledig-toegewezen.mz302.asc").read_bytes() == gouden.read_bytes()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_aanvullen_in_de_shell(shell: str) -> None:
    code = "from mzsim.cli.main import main; main(prog_name='mzsim')"
    afloop = subprocess.run(
        [sys.executable, "-c", code],
        env=omgeving(_MZSIM_COMPLETE=f"{shell}_source"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "_MZSIM_COMPLETE" in afloop.stdout
    assert "Traceback" not in afloop.stderr


# db upgrade, db load.


def test_db_upgrade_maakt_een_store_en_nog_eens_is_goed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/nieuw.db"
    for _ in range(2):
        afloop = invoke("db", "upgrade", "--store", url)
        assert (afloop.exit_code, afloop.stderr) == (0, "")
    assert [p.name for p in tmp_path.iterdir()] == ["nieuw.db"]


def test_db_load_maakt_zelf_een_store(tmp_path: Path, werkmap: Path) -> None:
    url = f"sqlite:///{tmp_path}/nieuw.db"
    afloop = invoke("db", "load", STORE, "--store", url)
    assert (afloop.exit_code, afloop.stderr) == (0, "")
    assert afloop.stdout == f"{STORE}: loaded\n"
    assert invoke("db", "load", STORE, "--store", url).stdout == f"{STORE}: loaded; nothing changed\n"
    afloop = invoke("replay", _declaratie(werkmap, "1"), "--store", url, *OP_DATUM, "--json")
    assert _json(afloop.stdout)[0]["status"] == "volledig_toegewezen"


def test_db_load_weigert_een_fout_met_regel_en_sleutel(url: str, tmp_path: Path) -> None:
    fout = tmp_path / "fout.yaml"
    fout.write_text("uzovi:\n  - nummer: '0001'\n    naam: X\n    soort: zorgverzekeraar\n    kleur: rood\n")
    afloop = invoke("db", "load", fout, "--store", url)
    assert (afloop.exit_code, afloop.stdout) == (2, "")
    regel = eis_een_regel(afloop.stderr)
    assert f"{fout}:5" in regel or "line 5" in regel
    assert "kleur" in regel


def test_db_load_ontbrekend_bestand(url: str, tmp_path: Path) -> None:
    afloop = invoke("db", "load", tmp_path / "weg.yaml", "--store", url)
    assert afloop.exit_code == 2
    assert str(tmp_path / "weg.yaml") in eis_een_regel(afloop.stderr)


# replay: the JSON.


def test_json_heeft_precies_de_vorm_van_het_contract(werkmap: Path, url: str) -> None:
    declaratie = _declaratie(werkmap, "4b")
    afloop = invoke("replay", declaratie, "--store", url, *OP_DATUM, "--json", "--stage", "verzekeraar")
    assert (afloop.exit_code, afloop.stderr) == (0, "")
    controle = REGISTER["0408-1"]
    uitkomsten = _json(afloop.stdout)
    assert uitkomsten == [
        {
            "declaratie": str(declaratie),
            "retour": str(werkmap / "4b-fout-in-prestatierecord.mz302.asc"),
            "afzender": "0736",
            "status": "deels_toegewezen",
            "totaal_ingediend": "660.00",
            "totaal_toegekend": "160.00",
            "meldingen": [
                {
                    "record": "04",
                    "identificatie": 4,
                    "rubriek": "0408",
                    "retourcode": "8007",
                    "controle": "0408-1",
                    "tekst": controle.zin,
                    "bron": controle.bron,
                    "regel": 5,
                }
            ],
            "toekenningen": uitkomsten[0]["toekenningen"],
        }
    ]
    assert [t["regel"] for t in uitkomsten[0]["toekenningen"]] == [3, 6]


def test_json_een_regel_per_declaratie(werkmap: Path, url: str) -> None:
    declaraties = [_declaratie(werkmap, nummer) for nummer in ("4a", "2a", "2b")]
    afloop = invoke("replay", *declaraties, "--store", url, *OP_DATUM, "--json")
    assert afloop.exit_code == 0
    uitkomsten = _json(afloop.stdout)
    assert [u["declaratie"] for u in uitkomsten] == [str(d) for d in declaraties]
    assert [u["status"] for u in uitkomsten] == ["deels_toegewezen", "afgekeurd_bestand", "afgekeurd_bestand"]
    assert [u["afzender"] for u in uitkomsten] == ["0736", "VECOZO", "VECOZO"]


@pytest.mark.parametrize(
    ("nummer", "stage", "status", "afzender", "toegekend"),
    [
        ("1", "all", "volledig_toegewezen", "0736", "660.00"),
        ("4a", "all", "deels_toegewezen", "0736", "10.00"),
        ("2a", "all", "afgekeurd_bestand", "VECOZO", "0.00"),
        ("2a", "verzekeraar", "afgekeurd_bestand", "9900", "0.00"),
        ("4b", "all", "afgekeurd_record", "VECOZO", "0.00"),
        ("1", "vecozo", "doorgestuurd", None, "0.00"),
    ],
)
def test_statussen(
    werkmap: Path, url: str, nummer: str, stage: str, status: str, afzender: str | None, toegekend: str
) -> None:
    afloop = invoke("replay", _declaratie(werkmap, nummer), "--store", url, *OP_DATUM, "--json", "--stage", stage)
    (uitkomst,) = _json(afloop.stdout)
    assert (afloop.exit_code, uitkomst["status"], uitkomst["afzender"]) == (0, status, afzender)
    assert uitkomst["totaal_toegekend"] == toegekend
    assert (uitkomst["retour"] is None) == (status == "doorgestuurd")


def test_status_volledig_afgewezen(tmp_path: Path, url: str) -> None:
    declaratie = tmp_path / "x.asc"
    declaratie.write_bytes(bytes(eenvoudig(r0207="19000101")))
    afloop = invoke("replay", declaratie, "--store", url, *OP_DATUM, "--json")
    (uitkomst,) = _json(afloop.stdout)
    assert (uitkomst["status"], uitkomst["afzender"]) == ("volledig_afgewezen", "0736")
    assert (uitkomst["totaal_ingediend"], uitkomst["totaal_toegekend"]) == ("10.00", "0.00")


def test_status_onleesbaar(tmp_path: Path, url: str) -> None:
    declaratie = tmp_path / "x.asc"
    declaratie.write_bytes(b"geen declaratie")
    afloop = invoke("replay", declaratie, "--store", url, *OP_DATUM, "--json")
    assert afloop.exit_code == 3
    (uitkomst,) = _json(afloop.stdout)
    (melding,) = uitkomst.pop("meldingen")
    assert uitkomst == {
        "declaratie": str(declaratie),
        "retour": None,
        "afzender": None,
        "status": "onleesbaar",
        "totaal_ingediend": "0.00",
        "totaal_toegekend": "0.00",
        "toekenningen": [],
    }
    assert (melding["controle"], melding["retourcode"]) == ("bestand-1", None)
    assert str(declaratie) in eis_een_regel(afloop.stderr)


def test_credit_is_negatief(tmp_path: Path, url: str) -> None:
    declaratie = tmp_path / "x.asc"
    declaratie.write_bytes(bytes(eenvoudig(r0427="C")))
    afloop = invoke("replay", declaratie, "--store", url, *OP_DATUM, "--json")
    assert _json(afloop.stdout)[0]["totaal_ingediend"] == "-10.00"


# replay: exit statuses.


@pytest.mark.parametrize(
    ("fail_on", "exit_status"),
    [
        ([], 0),
        (["deels_toegewezen"], 1),
        (["volledig_toegewezen"], 0),
        (["volledig_toegewezen", "deels_toegewezen"], 1),
    ],
)
def test_fail_on(werkmap: Path, url: str, fail_on: list[str], exit_status: int) -> None:
    opties = [woord for status in fail_on for woord in ("--fail-on", status)]
    afloop = invoke("replay", _declaratie(werkmap, "4a"), "--store", url, *OP_DATUM, *opties)
    assert afloop.exit_code == exit_status
    assert (werkmap / "4a-fout-in-verzekerdenrecord.mz302.asc").exists()


def test_fail_on_doorgestuurd(werkmap: Path, url: str) -> None:
    opties = ["--store", url, *OP_DATUM, "--stage", "vecozo", "--fail-on", "doorgestuurd"]
    assert invoke("replay", _declaratie(werkmap, "1"), *opties).exit_code == 1


@pytest.mark.parametrize(
    ("welke", "exit_status"),
    [
        (["goed"], 0),
        (["gevonden"], 1),
        (["gevonden", "onleesbaar"], 3),
        (["onleesbaar", "gevonden"], 3),
        (["onleesbaar", "ontbreekt"], 2),
        (["ontbreekt", "gevonden"], 2),
        (["gevonden", "ontbreekt", "onleesbaar"], 2),
    ],
    ids=lambda waarde: "+".join(waarde) if isinstance(waarde, list) else str(waarde),
)
def test_voorrang_van_exit_statussen(werkmap: Path, url: str, welke: list[str], exit_status: int) -> None:
    (werkmap / "onleesbaar.asc").write_bytes(b"")
    paden = {
        "goed": _declaratie(werkmap, "1"),
        "gevonden": _declaratie(werkmap, "2a"),
        "onleesbaar": werkmap / "onleesbaar.asc",
        "ontbreekt": werkmap / "ontbreekt.asc",
    }
    opties = ["--store", url, *OP_DATUM, "--fail-on", "afgekeurd_bestand"]
    afloop = invoke("replay", *(paden[naam] for naam in welke), *opties)
    assert afloop.exit_code == exit_status
    assert len(afloop.stderr.splitlines()) == sum(naam in ("onleesbaar", "ontbreekt") for naam in welke)
    assert (werkmap / "2a-uzovi-niet-aangesloten.mz302.asc").exists() == ("gevonden" in welke), (
        "the others are answered"
    )


@pytest.mark.parametrize(
    "woorden",
    [
        [],
        ["--nonsens"],
        ["nonsens"],
        ["replay"],
        ["replay", "x.asc", "--stage", "nergens"],
        ["replay", "x.asc", "--date", "2011-02-30"],
        ["replay", "x.asc", "--date", "02-05-2011"],
        ["replay", "x.asc", "--fail-on", "nonsens"],
        ["explain"],
        ["check-retour", "x.asc"],
        ["db", "load"],
        ["db", "nonsens"],
        ["demo", "extra"],
    ],
    ids=" ".join,
)
def test_verkeerd_gebruik(woorden: list[str]) -> None:
    afloop = invoke(*woorden)
    assert (afloop.exit_code, afloop.stdout) == (2, "")
    assert "Usage: " in afloop.stderr


# replay: where the retour goes.


@pytest.mark.parametrize(
    ("declaratie", "retour"),
    [
        ("x.mz301.asc", "x.mz302.asc"),
        ("x.asc", "x.mz302.asc"),
        ("x.txt", "x.mz302.txt"),
        ("x.mz301.txt", "x.mz302.txt"),
        ("x.MZ301.ASC", "x.mz302.ASC"),
        ("x", "x.mz302"),
        ("mz301.asc", "mz301.mz302.asc"),
        ("x.2011.asc", "x.2011.mz302.asc"),
        ("naam met spaties.asc", "naam met spaties.mz302.asc"),
    ],
)
def test_naam_van_het_retour(declaratie: str, retour: str, url: str, tmp_path: Path) -> None:
    map_ = tmp_path / "leeg"
    map_.mkdir()
    shutil.copy(MAP / "1-volledig-toegewezen.mz301.asc", map_ / declaratie)
    assert invoke("replay", map_ / declaratie, "--store", url, *OP_DATUM).exit_code == 0
    assert {p.name for p in map_.iterdir()} == {declaratie, retour}


def test_out_bestand(werkmap: Path, url: str, tmp_path: Path) -> None:
    doel = tmp_path / "elders.dat"
    afloop = invoke("replay", _declaratie(werkmap, "1"), "--store", url, *OP_DATUM, "--out", doel, "--json")
    assert _json(afloop.stdout)[0]["retour"] == str(doel)
    assert doel.read_bytes() == (MAP / "1-volledig-toegewezen.alle.mz302.asc").read_bytes()
    assert not (werkmap / "1-volledig-toegewezen.mz302.asc").exists()


def test_out_overschrijft_een_ouder_retour(werkmap: Path, url: str, tmp_path: Path) -> None:
    doel = tmp_path / "elders.dat"
    doel.write_bytes(b"ouder")
    assert invoke("replay", _declaratie(werkmap, "1"), "--store", url, *OP_DATUM, "--out", doel).exit_code == 0
    assert doel.read_bytes() == (MAP / "1-volledig-toegewezen.alle.mz302.asc").read_bytes()


@pytest.mark.parametrize("aantal", [1, 3])
def test_out_map(werkmap: Path, url: str, tmp_path: Path, aantal: int) -> None:
    doel = tmp_path / "uit"
    doel.mkdir()
    declaraties = [_declaratie(werkmap, nummer) for nummer in ("1", "2a", "2b")[:aantal]]
    assert invoke("replay", *declaraties, "--store", url, *OP_DATUM, "--out", doel).exit_code == 0
    assert {p.name for p in doel.iterdir()} == {d.name.replace("mz301", "mz302") for d in declaraties}


def test_out_bestand_voor_twee_declaraties(werkmap: Path, url: str, tmp_path: Path) -> None:
    doel = tmp_path / "elders.dat"
    afloop = invoke(
        "replay", _declaratie(werkmap, "1"), _declaratie(werkmap, "4a"), "--store", url, *OP_DATUM, "--out", doel
    )
    assert afloop.exit_code == 2
    assert str(doel) in eis_een_regel(afloop.stderr)
    assert not doel.exists()


def _geweigerd(werkmap: Path, *woorden: object) -> None:
    """Refused before anything is replayed: no retour, no store."""
    voor = {p: p.read_bytes() for p in werkmap.rglob("*") if p.is_file()}
    afloop = invoke("replay", *woorden, "--store", f"sqlite:///{werkmap}/nieuw.db", *OP_DATUM)
    assert (afloop.exit_code, afloop.stdout) == (2, "")
    assert "would be written over" in eis_een_regel(afloop.stderr)
    assert {p: p.read_bytes() for p in werkmap.rglob("*") if p.is_file()} == voor


def test_twee_declaraties_met_een_retour(werkmap: Path) -> None:
    shutil.copy(_declaratie(werkmap, "1"), werkmap / "x.asc")
    shutil.copy(_declaratie(werkmap, "1"), werkmap / "x.mz301.asc")
    _geweigerd(werkmap, werkmap / "x.asc", werkmap / "x.mz301.asc")


def test_twee_declaraties_met_dezelfde_naam_naar_een_map(werkmap: Path) -> None:
    for naam in ("a", "b", "uit"):
        (werkmap / naam).mkdir()
    for naam in ("a", "b"):
        shutil.copy(_declaratie(werkmap, "1"), werkmap / naam / "x.asc")
    _geweigerd(werkmap, werkmap / "a" / "x.asc", werkmap / "b" / "x.asc", "--out", werkmap / "uit")


def test_een_declaratie_tweemaal(werkmap: Path) -> None:
    _geweigerd(werkmap, _declaratie(werkmap, "1"), _declaratie(werkmap, "1"))


def test_een_declaratie_tweemaal_langs_een_andere_weg(werkmap: Path) -> None:
    declaratie = _declaratie(werkmap, "1")
    (werkmap / "koppeling.asc").symlink_to(declaratie)
    (werkmap / "uit").mkdir()
    _geweigerd(werkmap, declaratie, werkmap / "uit" / ".." / declaratie.name)


def test_retour_over_zijn_declaratie(werkmap: Path) -> None:
    declaratie = _declaratie(werkmap, "1")
    _geweigerd(werkmap, declaratie, "--out", declaratie)


def test_retour_over_een_koppeling_naar_zijn_declaratie(werkmap: Path) -> None:
    declaratie = _declaratie(werkmap, "1")
    (werkmap / "koppeling.dat").symlink_to(declaratie)
    _geweigerd(werkmap, declaratie, "--out", werkmap / "koppeling.dat")


def test_retour_over_een_andere_declaratie(werkmap: Path) -> None:
    shutil.copy(_declaratie(werkmap, "1"), werkmap / "x.asc")
    shutil.copy(_declaratie(werkmap, "1"), werkmap / "x.mz302.asc")
    _geweigerd(werkmap, werkmap / "x.asc", werkmap / "x.mz302.asc")


# replay: store, date, dry run.


def test_store_is_standaard_mzsim_db_in_de_werkmap(werkmap: Path) -> None:
    assert proces("db", "load", STORE, cwd=werkmap).returncode == 0
    assert (werkmap / "mzsim.db").stat().st_size > 0
    afloop = proces("replay", "1-volledig-toegewezen.mz301.asc", *OP_DATUM, "--json", cwd=werkmap)
    (uitkomst,) = _json(afloop.stdout)
    assert (uitkomst["status"], uitkomst["retour"]) == ("volledig_toegewezen", "1-volledig-toegewezen.mz302.asc")


def test_store_uit_de_omgeving(werkmap: Path, url: str, tmp_path: Path) -> None:
    afloop = invoke("replay", _declaratie(werkmap, "1"), *OP_DATUM, "--json", MZSIM_STORE=url)
    assert _json(afloop.stdout)[0]["status"] == "volledig_toegewezen"
    leeg = f"sqlite:///{tmp_path}/leeg.db"
    afloop = invoke("replay", _declaratie(werkmap, "1"), *OP_DATUM, "--json", "--store", leeg, MZSIM_STORE=url)
    assert _json(afloop.stdout)[0]["status"] == "afgekeurd_bestand", "--store goes before MZSIM_STORE"


def test_date_is_de_dagtekening(werkmap: Path, url: str) -> None:
    invoke("replay", _declaratie(werkmap, "1"), "--store", url, "--date", "2012-01-31", "--dry-run")
    retour = (werkmap / "1-volledig-toegewezen.mz302.asc").read_bytes()
    assert retour[334:342] == b"20120131"


def _vandaag() -> dt.date:
    return dt.datetime.now().astimezone().date()


def test_date_is_standaard_vandaag(werkmap: Path, url: str) -> None:
    voor = _vandaag()
    invoke("replay", _declaratie(werkmap, "1"), "--store", url, "--dry-run")
    retour = (werkmap / "1-volledig-toegewezen.mz302.asc").read_bytes()
    assert retour[334:342].decode() in {f"{dag:%Y%m%d}" for dag in (voor, _vandaag())}


def test_declaratie_uit_de_toekomst(werkmap: Path, url: str) -> None:
    """--date is the day on which the declaration is judged: its dagtekening of 2011-04-30 is after it."""
    opties = ["--store", url, "--date", "2011-04-29", "--json"]
    afloop = invoke("replay", _declaratie(werkmap, "1"), *opties)
    assert [m["retourcode"] for m in _json(afloop.stdout)[0]["meldingen"]] == ["8848"]


@pytest.mark.parametrize("datum", ["0001-01-01", "9999-12-31"])
def test_uiterste_datums(werkmap: Path, url: str, datum: str) -> None:
    assert invoke("replay", _declaratie(werkmap, "1"), "--store", url, "--date", datum).exit_code == 0


def test_dry_run_schrijft_het_retour_en_laat_de_store(werkmap: Path, url: str) -> None:
    bestand = Path(url.removeprefix("sqlite:///"))
    voor = bestand.read_bytes()
    for _ in range(2):
        afloop = invoke("replay", _declaratie(werkmap, "1"), "--store", url, *OP_DATUM, "--dry-run", "--json")
        assert _json(afloop.stdout)[0]["status"] == "volledig_toegewezen"
    assert bestand.read_bytes() == voor
    assert (werkmap / "1-volledig-toegewezen.mz302.asc").exists()


def test_dry_run_maakt_geen_store(werkmap: Path) -> None:
    afloop = invoke("replay", _declaratie(werkmap, "1"), "--store", f"sqlite:///{werkmap}/nieuw.db", "--dry-run")
    assert afloop.exit_code == 0
    assert not (werkmap / "nieuw.db").exists()


def test_volgorde_van_de_bestanden_telt(werkmap: Path, url: str) -> None:
    """Each file is judged in the order given: the second with the same factuurnummer is too late."""
    shutil.copy(_declaratie(werkmap, "1"), werkmap / "nog eens.asc")
    afloop = invoke("replay", werkmap / "nog eens.asc", _declaratie(werkmap, "1"), "--store", url, *OP_DATUM, "--json")
    eerste, tweede = _json(afloop.stdout)
    assert (eerste["status"], tweede["status"]) == ("volledig_toegewezen", "afgekeurd_bestand")
    assert [m["retourcode"] for m in tweede["meldingen"]] == ["0030"]


# explain, controles, and what they show of people.


@pytest.mark.parametrize("retour", sorted(p.name for p in MAP.glob("*.mz302.asc")))
def test_explain_noemt_elke_code_en_geen_persoon(retour: str) -> None:
    inhoud = (MAP / retour).read_bytes()
    afloop = invoke("explain", MAP / retour)
    assert (afloop.exit_code, afloop.stderr) == (0, "")
    for bsn in BSNS:
        assert bsn not in afloop.stdout
    for naam in NAMEN:
        assert naam not in afloop.stdout
    for code in ("8198", "0030", "0150", "8004", "8007", "0435", "0423"):
        assert (f" {code} " in afloop.stdout) == any(code in regel.codes for regel in lees(inhoud)), code


def test_explain_zegt_regel_bron_en_herstel() -> None:
    afloop = invoke("explain", MAP / "4b-fout-in-prestatierecord.verzekeraar.mz302.asc")
    controle = REGISTER["0408-1"]
    assert controle.zin in afloop.stdout
    assert controle.bron in afloop.stdout
    assert controle.herstel in afloop.stdout
    assert "granted 160.00 of 660.00" in afloop.stdout
    assert "declared 500.00, granted 0.00, left 500.00" in afloop.stdout


def test_explain_json() -> None:
    afloop = invoke("explain", "--json", MAP / "4b-fout-in-prestatierecord.verzekeraar.mz302.asc")
    (uitleg,) = _json(afloop.stdout)
    assert (uitleg["afzender"], uitleg["factuurnummer"]) == ("0736", "F20110001")
    assert (uitleg["totaal_ingediend"], uitleg["totaal_toegekend"]) == ("660.00", "160.00")
    assert [(r["record"], r["identificatie"]) for r in uitleg["records"]] == [("01", None), ("02", 3), ("04", 4)]
    assert [c["retourcode"] for r in uitleg["records"] for c in r["codes"]] == ["0200", "0200", "8007"]
    assert {r["bsn"] for r in uitleg["records"]} == {"", "*********"}


def test_explain_unmask() -> None:
    afloop = invoke("explain", "--unmask", MAP / "4b-fout-in-prestatierecord.verzekeraar.mz302.asc")
    assert "100197243" in afloop.stdout


def test_explain_wat_geen_retour_is() -> None:
    afloop = invoke("explain", MAP / "1-volledig-toegewezen.mz301.asc")
    assert (afloop.exit_code, afloop.stdout) == (2, "")
    eis_een_regel(afloop.stderr)


@pytest.mark.parametrize(
    ("rubriek", "waarde"), [("0203", "300197243"), ("0210", "Vriezeman".ljust(25)), ("0211", "van der".ljust(10))]
)
def test_check_retour_toont_geen_persoon(rubriek: str, waarde: str, tmp_path: Path) -> None:
    retour = tmp_path / "retour.asc"
    gouden = (MAP / "4a-fout-in-verzekerdenrecord.alle.mz302.asc").read_bytes()
    retour.write_bytes(zet(gouden, 2, rubriek, waarde))
    declaratie = MAP / "4a-fout-in-verzekerdenrecord.mz301.asc"
    for opties in ([], ["--json"]):
        bedekt = invoke("check-retour", declaratie, retour, *opties)
        assert bedekt.exit_code == 1
        assert rubriek in bedekt.stdout
        for persoonlijk in (*BSNS, *NAMEN, "Vriez"):
            assert persoonlijk not in bedekt.stdout
        assert waarde.strip() in invoke("check-retour", declaratie, retour, *opties, "--unmask").stdout


@pytest.mark.parametrize("nummer", ["1", "2a", "4a", "4b", "6"])
@pytest.mark.parametrize("opties", [[], ["--json"]], ids=["tekst", "json"])
def test_replay_toont_geen_persoon(nummer: str, opties: list[str], werkmap: Path, url: str) -> None:
    uit = invoke("replay", _declaratie(werkmap, nummer), "--store", url, *OP_DATUM, "--stage", "verzekeraar", *opties)
    for persoonlijk in (*BSNS, *NAMEN):
        assert persoonlijk not in uit.output


def test_controles_toont_het_hele_register() -> None:
    afloop = invoke("controles")
    assert (afloop.exit_code, afloop.stderr) == (0, "")
    woorden = set(afloop.stdout.split())
    assert sorted(set(REGISTER) - woorden) == []


def test_controles_json() -> None:
    rijen = _json(invoke("controles", "--json").stdout)
    assert sorted(rij["id"] for rij in rijen) == sorted(REGISTER)
    (rij,) = (rij for rij in rijen if rij["id"] == "0408-1")
    assert {sleutel: rij[sleutel] for sleutel in ("niveau", "record", "rubriek", "retourcode", "door")} == {
        "niveau": 3,
        "record": "prestatie",
        "rubriek": "0408",
        "retourcode": "8007",
        "door": "VZ",
    }


# As a process: names, pipes, signals.


def test_naam_die_geen_utf8_is(tmp_path: Path, url: str) -> None:
    declaratie = Path(os.fsdecode(os.fsencode(tmp_path) + b"/d\xe9claratie.asc"))
    shutil.copy(MAP / "4b-fout-in-prestatierecord.mz301.asc", declaratie)
    for opties in ([], ["--json"]):
        afloop = proces("replay", declaratie, "--store", url, *OP_DATUM, "--dry-run", *opties)
        assert (afloop.returncode, afloop.stderr) == (0, "")
    afloop = proces("replay", declaratie.with_name(f"weg{declaratie.name}"), "--store", url)
    assert afloop.returncode == 2
    eis_een_regel(afloop.stderr)


def test_uitvoer_zonder_utf8(werkmap: Path, url: str) -> None:
    afloop = proces("replay", _declaratie(werkmap, "4b"), "--store", url, *OP_DATUM, PYTHONIOENCODING="ascii")
    assert (afloop.returncode, afloop.stderr) == (0, "")
    assert "8007" in afloop.stdout
    afloop = proces("explain", werkmap / "4b-fout-in-prestatierecord.mz302.asc", PYTHONIOENCODING="ascii")
    assert (afloop.returncode, afloop.stderr) == (0, "")


def test_declaratie_uit_een_pijp(url: str, tmp_path: Path) -> None:
    """What can't be read twice, a named pipe, is answered all the same."""
    pijp, doel = tmp_path / "pijp.asc", tmp_path / "retour.asc"
    os.mkfifo(pijp)
    inhoud = (MAP / "4a-fout-in-verzekerdenrecord.mz301.asc").read_bytes()
    schrijver = threading.Thread(target=lambda: pijp.write_bytes(inhoud))
    schrijver.start()
    afloop = invoke("replay", pijp, "--store", url, *OP_DATUM, "--out", doel)
    schrijver.join()
    assert afloop.exit_code == 0
    assert doel.read_bytes() == (MAP / "4a-fout-in-verzekerdenrecord.alle.mz302.asc").read_bytes()


def test_python_m_mzsim() -> None:
    assert opdracht()[1:] == ["-m", "mzsim"]
    assert proces("controles", "--json").stdout.count("\n") == len(REGISTER)


def test_declaratie_met_alleen_lf_wordt_beantwoord(werkmap: Path, url: str) -> None:
    declaratie = werkmap / "lf.asc"
    declaratie.write_bytes(_declaratie(werkmap, "1").read_bytes().replace(CRLF, b"\n"))
    afloop = invoke("replay", declaratie, "--store", url, *OP_DATUM, "--json")
    (uitkomst,) = _json(afloop.stdout)
    assert (afloop.exit_code, uitkomst["status"]) == (0, "afgekeurd_bestand")


def test_van_veel_de_eerste(tmp_path: Path, url: str) -> None:
    """People get as much as they read, and how much there is: of a replay and of a check alike."""
    bericht = Bericht().voeg_toe("02")
    for nummer in range(1, 61):
        bericht.voeg_toe("04", r0408="20010101", r0432=f"R{nummer}", r0415=f"{nummer % 8 + 11}", r0413=f"C{nummer:02}")
    declaratie = tmp_path / "x.asc"
    declaratie.write_bytes(bytes(bericht))
    afloop = invoke("replay", declaratie, "--store", url, *OP_DATUM)
    assert afloop.stdout.endswith("and 35 more; --json prints them all\n")
    retour = tmp_path / "x.mz302.asc"
    retour.write_bytes(retour.read_bytes().replace(b"20010101", b"20010102"))
    controle = invoke("check-retour", declaratie, retour)
    assert controle.stdout.splitlines()[0].endswith(": 60 found wrong")
    assert controle.stdout.endswith("and 35 more; --json prints them all\n")

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
from mzsim.domain.findings import Uitkomst
from mzsim.judging import file
from mzsim.standard import writer
from mzsim.standard.layout import CRLF
from mzsim.store import session
from tests.commands import OP_DATUM, eis_een_regel, invoke, omgeving, opdracht, proces
from tests.factories import Bericht, maak
from tests.make_inv3 import MAP, STORE
from tests.retours import lees

pytestmark = pytest.mark.slow

GOED = (MAP / "1-volledig-toegewezen.mz301.asc").read_bytes()
TABELLEN = ("berichten", "prestaties", "factuurnummers")


@pytest.fixture
def db(store_van_inv: Path, tmp_path: Path) -> Path:
    (tmp_path / "stores").mkdir()
    return Path(shutil.copy(store_van_inv, tmp_path / "stores" / "store.db"))


@pytest.fixture
def declaratie(tmp_path: Path) -> Path:
    (tmp_path / "werk").mkdir()
    plaats = tmp_path / "werk" / "x.asc"
    plaats.write_bytes(GOED)
    return plaats


def _inhoud(db: Path) -> dict[str, list[object]]:
    verbinding = sqlite3.connect(db)
    try:
        return {tabel: verbinding.execute(f"SELECT * FROM {tabel}").fetchall() for tabel in TABELLEN}
    finally:
        verbinding.close()


def _url(db: Path) -> str:
    return f"sqlite:///{db}"


# What can be in a file.

AFGEKEURD, ONLEESBAAR = 0, 3
INHOUDEN: dict[str, tuple[bytes, int]] = {
    "leeg": (b"", ONLEESBAAR),
    "een byte": (b"0", ONLEESBAAR),
    "regeleinde": (CRLF, ONLEESBAAR),
    "tekst": (b"Geachte heer, hierbij de nota.\n" * 40, ONLEESBAAR),
    "binair": (bytes(range(256)) * 50, ONLEESBAAR),
    "nullen": (bytes(5000), ONLEESBAAR),
    "utf-16": (GOED.decode().encode("utf-16"), ONLEESBAAR),
    "met een BOM": (b"\xef\xbb\xbf" + GOED, ONLEESBAAR),
    "zonder voorlooprecord": (GOED[312:], ONLEESBAAR),
    "voorlooprecord te kort": (GOED[:309], ONLEESBAAR),
    "alleen een voorlooprecord": (GOED[:312], AFGEKEURD),
    "voorlooprecord zonder regeleinde": (GOED[:310], AFGEKEURD),
    "afgekapt in een record": (GOED[:1000], AFGEKEURD),
    "afgekapt achter een record": (GOED[: 4 * 312], AFGEKEURD),
    "zonder het laatste regeleinde": (GOED[:-2], AFGEKEURD),
    "laatste regeleinde half": (GOED[:-1], AFGEKEURD),
    "alleen LF": (GOED.replace(CRLF, b"\n"), AFGEKEURD),
    "alleen CR": (GOED.replace(CRLF, b"\r"), AFGEKEURD),
    "LF CR": (GOED.replace(CRLF, b"\n\r"), AFGEKEURD),
    "dubbele regeleinden": (GOED.replace(CRLF, CRLF + CRLF), AFGEKEURD),
    "zonder regeleinden": (GOED.replace(CRLF, b""), AFGEKEURD),
    "tweemaal achter elkaar": (GOED + GOED, AFGEKEURD),
    "Ctrl-Z aan het eind": (GOED + b"\x1a", AFGEKEURD),
    "hoge bytes": (GOED[:312] + GOED[312:].replace(b"Jansen", b"J\xe0n\x00\xffn"), AFGEKEURD),
    "een lange regel": (GOED[:312] + b"04" * 500_000, AFGEKEURD),
    "veel lege regels": (GOED[:312] + CRLF * 5000, AFGEKEURD),
}


@pytest.mark.parametrize("inhoud", INHOUDEN)
@pytest.mark.parametrize("stage", ["all", "vecozo", "verzekeraar"])
def test_elke_inhoud_krijgt_een_antwoord(inhoud: str, stage: str, db: Path, declaratie: Path) -> None:
    inhoud_bytes, exit_status = INHOUDEN[inhoud]
    declaratie.write_bytes(inhoud_bytes)
    afloop = invoke("replay", declaratie, "--store", _url(db), *OP_DATUM, "--json", "--stage", stage)
    uitkomst = json.loads(afloop.stdout)
    retour = declaratie.with_name("x.mz302.asc")
    if inhoud == "hoge bytes":  # a name may hold any character of ISO 8859-1; the rest is in order
        assert afloop.exit_code == 0
        assert uitkomst["status"] != "onleesbaar"
        return
    assert afloop.exit_code == exit_status
    if exit_status == ONLEESBAAR:
        assert "voorlooprecord" in eis_een_regel(afloop.stderr)
        assert uitkomst["status"] == "onleesbaar"
        assert not retour.exists()
        assert _inhoud(db) == _inhoud(db) | {"berichten": [], "prestaties": []}
    else:
        assert afloop.stderr == ""
        assert uitkomst["status"] == "afgekeurd_bestand"
        ((kenmerk, _, codes, *_),) = lees(retour.read_bytes())
        assert (kenmerk, codes[0]) == ("01", "0001")
        assert invoke("check-retour", declaratie, retour).exit_code == 0


# What can be wrong with a path.


def _onder_een_bestand(map_: Path) -> Path:
    (map_ / "bestand").write_bytes(b"")
    return map_ / "bestand" / "x.asc"


def _kringetje(map_: Path) -> Path:
    (map_ / "kring").symlink_to("kring")
    return map_ / "kring"


def _socket(map_: Path) -> Path:
    hier = Path.cwd()
    os.chdir(map_)  # the name of a socket may not be long
    try:
        with socket.socket(socket.AF_UNIX) as s:
            s.bind("s")
    finally:
        os.chdir(hier)
    return map_ / "s"


ONLEESBARE_PADEN: dict[str, Callable[[Path], Path]] = {
    "ontbreekt": lambda map_: map_ / "weg.asc",
    "map ontbreekt": lambda map_: map_ / "weg" / "x.asc",
    "is een map": lambda map_: map_,
    "onder een bestand": _onder_een_bestand,
    "koppeling naar zichzelf": _kringetje,
    "naam te lang": lambda map_: map_ / ("x" * 300),
    "leesfout": lambda _: Path("/proc/self/mem"),
    "socket": _socket,
}


@pytest.mark.parametrize("pad", ONLEESBARE_PADEN)
@pytest.mark.parametrize("opdracht_", ["replay", "explain", "check-retour", "check-retour tweede", "db load"])
def test_onleesbaar_pad(pad: str, opdracht_: str, db: Path, declaratie: Path, tmp_path: Path) -> None:
    map_ = tmp_path / "invoer"
    map_.mkdir()
    slecht = ONLEESBARE_PADEN[pad](map_)
    woorden = {
        "replay": ["replay", slecht, "--out", tmp_path / "uit.asc", *OP_DATUM],
        "explain": ["explain", slecht],
        "check-retour": ["check-retour", slecht, declaratie],
        "check-retour tweede": ["check-retour", declaratie, slecht],
        "db load": ["db", "load", slecht],
    }[opdracht_]
    voor = _inhoud(db)
    afloop = invoke(*woorden, "--store", _url(db))
    assert (afloop.exit_code, afloop.stdout) == (2, "")
    assert str(slecht) in eis_een_regel(afloop.stderr)
    assert _inhoud(db) == voor
    assert not (tmp_path / "uit.asc").exists()


ONSCHRIJFBARE_PADEN: dict[str, Callable[[Path], Path]] = {
    "map ontbreekt": lambda map_: map_ / "weg" / "x.asc",
    "onder een bestand": _onder_een_bestand,
    "apparaat": lambda _: Path("/dev/full"),
    "apparaat dat alles slikt": lambda _: Path("/dev/null"),
    "naam te lang": lambda map_: map_ / ("x" * 300),
    "map die niets aanneemt": lambda _: Path("/proc/self/x.asc"),
    "socket": _socket,
}


@pytest.mark.parametrize("pad", ONSCHRIJFBARE_PADEN)
def test_onschrijfbaar_retour(pad: str, db: Path, declaratie: Path, tmp_path: Path) -> None:
    map_ = tmp_path / "uitvoer"
    map_.mkdir()
    slecht = ONSCHRIJFBARE_PADEN[pad](map_)
    voor, bestanden = _inhoud(db), sorted(tmp_path.rglob("*"))
    afloop = invoke("replay", declaratie, "--store", _url(db), *OP_DATUM, "--out", slecht)
    assert (afloop.exit_code, afloop.stdout) == (2, "")
    assert str(slecht) in eis_een_regel(afloop.stderr)
    assert _inhoud(db) == voor
    assert sorted(tmp_path.rglob("*")) == bestanden


def test_plaats_van_het_retour_is_een_map(db: Path, declaratie: Path) -> None:
    declaratie.with_name("x.mz302.asc").mkdir()
    voor = _inhoud(db)
    afloop = invoke("replay", declaratie, "--store", _url(db), *OP_DATUM)
    assert (afloop.exit_code, afloop.stdout) == (2, "")
    eis_een_regel(afloop.stderr)
    assert _inhoud(db) == voor
    assert sorted(p.name for p in declaratie.parent.iterdir()) == ["x.asc", "x.mz302.asc"]


def test_retour_dat_op_het_laatst_niet_geplaatst_kan_worden(
    db: Path, declaratie: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the store has recorded it: what was recorded is undone."""

    def weigert(self: Path, doel: object) -> Path:
        raise PermissionError(1, "Operation not permitted")

    voor = _inhoud(db)
    monkeypatch.setattr(Path, "replace", weigert)
    afloop = invoke("replay", declaratie, "--store", _url(db), *OP_DATUM)
    monkeypatch.undo()
    assert afloop.exit_code == 2
    assert "Operation not permitted" in eis_een_regel(afloop.stderr)
    assert _inhoud(db) == voor
    assert [p.name for p in declaratie.parent.iterdir()] == ["x.asc"]
    assert invoke("replay", declaratie, "--store", _url(db), *OP_DATUM, "--fail-on", "afgekeurd_bestand").exit_code == 0


def test_de_andere_bestanden_gaan_door(db: Path, declaratie: Path, tmp_path: Path) -> None:
    afloop = invoke("replay", tmp_path / "weg.asc", tmp_path, declaratie, "--store", _url(db), *OP_DATUM)
    assert afloop.exit_code == 2
    assert len(afloop.stderr.splitlines()) == 2
    assert declaratie.with_name("x.mz302.asc").exists()


def test_declaratie_die_onder_het_lezen_verandert(db: Path, declaratie: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    echt = pipeline._lees_na

    def verander(*args: object) -> None:
        echt(*args)
        with declaratie.open("ab") as bestand:
            bestand.write(b"nog een regel")

    monkeypatch.setattr(pipeline, "_lees_na", verander)
    _eis_veranderd(db, declaratie)


@pytest.mark.parametrize("erin", [b"x", b"\r\n", b"qq" * 350])
def test_declaratie_die_schuift_onder_het_lezen(
    db: Path, declaratie: Path, monkeypatch: pytest.MonkeyPatch, erin: bytes
) -> None:
    """What stands at no place any more where it was ends in the same line, whatever went wrong because of it."""
    echt, inhoud = pipeline._beantwoord, declaratie.read_bytes()

    def verander(*args: Any) -> Uitkomst:
        declaratie.write_bytes(inhoud[:312] + erin + inhoud[312:])
        return echt(*args)

    monkeypatch.setattr(pipeline, "_beantwoord", verander)
    _eis_veranderd(db, declaratie)


def _eis_veranderd(db: Path, declaratie: Path) -> None:
    """A replay says that the declaration changed, and leaves nothing behind."""
    voor = _inhoud(db)
    afloop = invoke("replay", declaratie, "--store", _url(db), *OP_DATUM)
    assert afloop.exit_code == 2
    assert "changed while it was read" in eis_een_regel(afloop.stderr)
    assert _inhoud(db) == voor
    assert [p.name for p in declaratie.parent.iterdir()] == ["x.asc"]


@pytest.mark.parametrize(
    ("kapot", "codes"),
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
def test_een_sluitrecord_dat_geen_regel_is(
    db: Path, declaratie: Path, kapot: Callable[[bytes], bytes], codes: list[str]
) -> None:
    declaratie.write_bytes(kapot(declaratie.read_bytes()))
    afloop = invoke("replay", declaratie, "--store", _url(db), *OP_DATUM, "--json")
    assert (afloop.exit_code, afloop.stderr) == (0, "")
    antwoord = json.loads(afloop.stdout)
    assert antwoord["status"] == "afgekeurd_bestand"
    assert sorted({m["controle"] for m in antwoord["meldingen"]}) == codes


def test_retour_dat_de_eigen_controle_weigert(db: Path, declaratie: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    voor = _inhoud(db)
    monkeypatch.setattr(writer, "answered_with", lambda code: code)
    afloop = invoke("replay", declaratie, "--store", _url(db), *OP_DATUM)
    assert afloop.exit_code == 2
    regel = eis_een_regel(afloop.stderr)
    assert "its own check refuses it" in regel
    assert "0102" in regel
    assert _inhoud(db) == voor
    assert [p.name for p in declaratie.parent.iterdir()] == ["x.asc"]


def test_een_fout_van_het_programma_is_een_regel(db: Path, declaratie: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that crashes is never an approval, and never a traceback."""

    def kapot(*_: object, **__: object) -> None:
        raise ZeroDivisionError("two\nlines")

    voor = _inhoud(db)
    monkeypatch.setattr(file, "Keuring", kapot)
    afloop = invoke("replay", declaratie, "--store", _url(db), *OP_DATUM)
    assert (afloop.exit_code, afloop.stdout) == (2, "")
    (regel,) = afloop.stderr.splitlines()
    assert "a mistake of the program" in regel
    assert _inhoud(db) == voor
    assert [p.name for p in declaratie.parent.iterdir()] == ["x.asc"]


# A full disk.


def _groot() -> bytes:
    """A declaration of two hundred verzekerden, whose insurer sends every record back."""
    bericht = Bericht(voorloop=maak("01"))
    for _ in range(200):
        bericht.voeg_toe("02", r0203="999999999", r0205="V404").voeg_toe("04")
    return bytes(bericht)


@pytest.mark.parametrize("grens", [0, 100, 5_000, 50_000, 100_000], ids=lambda n: f"{n} bytes")
def test_volle_schijf(grens: int, db: Path, declaratie: Path) -> None:
    """No file may grow beyond the limit, be it the retour or the store's journal."""
    declaratie.write_bytes(_groot())
    voor = _inhoud(db)
    afloop = subprocess.run(
        opdracht("replay", declaratie, "--store", _url(db), *OP_DATUM, "--stage", "verzekeraar"),
        env=omgeving(PYTHONDONTWRITEBYTECODE="1"),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (grens, grens)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (afloop.returncode, afloop.stdout) == (2, "")
    eis_een_regel(afloop.stderr)
    assert _inhoud(db) == voor
    assert [p.name for p in declaratie.parent.iterdir()] == ["x.asc"]
    assert [p.name for p in db.parent.iterdir()] == [db.name]


def test_volle_schijf_voor_een_nieuwe_store(tmp_path: Path) -> None:
    afloop = subprocess.run(
        opdracht("db", "upgrade", "--store", _url(tmp_path / "nieuw.db")),
        env=omgeving(PYTHONDONTWRITEBYTECODE="1"),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert afloop.returncode == 2
    eis_een_regel(afloop.stderr)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ongebufferd", ["", "1"], ids=["", "PYTHONUNBUFFERED"])
@pytest.mark.parametrize("woorden", [["controles"], ["demo"], ["--help"]], ids=" ".join)
def test_uitvoer_op_een_volle_schijf(woorden: list[str], ongebufferd: str) -> None:
    with Path("/dev/full").open("w") as vol:
        afloop = subprocess.run(
            opdracht(*woorden),
            env=omgeving(PYTHONUNBUFFERED=ongebufferd),
            stdout=vol,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert afloop.returncode == 2
    assert "No space left" in eis_een_regel(afloop.stderr)


def test_uitvoer_waar_niemand_naar_luistert() -> None:
    lezen, schrijven = os.pipe()
    os.close(lezen)
    try:
        afloop = subprocess.run(
            opdracht("controles"),
            env=omgeving(),
            stdout=schrijven,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        os.close(schrijven)
    assert afloop.returncode != 0
    assert "Traceback" not in afloop.stderr


# What can be wrong with a store.


def _tekst(db: Path) -> str:
    db.write_text("dit is geen store\n" * 100)
    return "is not a store"


def _map(db: Path) -> str:
    db.unlink()
    db.mkdir()
    return "can't be opened"


def _andere_database(db: Path) -> str:
    db.unlink()
    verbinding = sqlite3.connect(db)
    verbinding.execute("CREATE TABLE iets (a)")
    verbinding.close()
    return "is not a store"


def _nieuwer(db: Path) -> str:
    return _revisie(db, "9999", "was made by a newer mzsim")


def _beschadigd(db: Path) -> str:
    inhoud = bytearray(db.read_bytes())
    for begin in range(4096, len(inhoud), 4096):
        inhoud[begin : begin + 200] = b"\xff" * 200
    db.write_bytes(inhoud)
    return "is damaged"


def _revisie(db: Path, revisie: str, melding: str) -> str:
    verbinding = sqlite3.connect(db)
    verbinding.execute("UPDATE alembic_version SET version_num = ?", (revisie,))
    verbinding.commit()
    verbinding.close()
    return melding


SLECHTE_STORES = {
    "tekst": _tekst,
    "map": _map,
    "andere database": _andere_database,
    "nieuwer": _nieuwer,
    "beschadigd": _beschadigd,
}


@pytest.mark.parametrize("soort", SLECHTE_STORES)
@pytest.mark.parametrize("opties", [[], ["--dry-run"]], ids=["", "dry-run"])
def test_slechte_store(soort: str, opties: list[str], db: Path, declaratie: Path) -> None:
    melding = SLECHTE_STORES[soort](db)
    voor = db.read_bytes() if db.is_file() else None
    afloop = invoke("replay", declaratie, "--store", _url(db), *OP_DATUM, *opties)
    assert (afloop.exit_code, afloop.stdout) == (2, "")
    regel = eis_een_regel(afloop.stderr)
    assert str(db) in regel
    assert melding in regel
    assert [p.name for p in declaratie.parent.iterdir()] == ["x.asc"]
    assert (db.read_bytes() if db.is_file() else None) == voor


@pytest.mark.parametrize("soort", SLECHTE_STORES)
def test_slechte_store_bij_laden(soort: str, db: Path) -> None:
    SLECHTE_STORES[soort](db)
    afloop = invoke("db", "load", STORE, "--store", _url(db))
    assert (afloop.exit_code, afloop.stdout) == (2, "")
    eis_een_regel(afloop.stderr)


@pytest.mark.parametrize("soort", ["tekst", "map", "andere database", "nieuwer"])
def test_slechte_store_bij_upgrade(soort: str, db: Path) -> None:
    SLECHTE_STORES[soort](db)
    afloop = invoke("db", "upgrade", "--store", _url(db))
    assert (afloop.exit_code, afloop.stdout) == (2, "")
    eis_een_regel(afloop.stderr)


def test_oudere_store_vraagt_om_upgrade(db: Path, declaratie: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "EERDERE_REVISIES", frozenset({"0000"}))
    _revisie(db, "0000", "")
    afloop = invoke("replay", declaratie, "--store", _url(db), *OP_DATUM)
    assert (afloop.exit_code, afloop.stdout) == (2, "")
    regel = eis_een_regel(afloop.stderr)
    assert "older mzsim" in regel
    assert "mzsim db upgrade" in regel
    assert [p.name for p in declaratie.parent.iterdir()] == ["x.asc"]


@pytest.mark.parametrize(
    ("url", "melding"),
    [
        ("geen url", "no store URL"),
        ("sqlite:/mis.db", "no store URL"),
        ("nonsens://x/y", "nonsens"),
        ("oracle://x/y", "driver"),
        ("sqlite+nonsens:///x.db", "driver"),
        ("postgresql+psycopg://nergens:1/geen", "postgresql"),
        ("postgresql+psycopg://u:geheim@127.0.0.1:1/geen", "127.0.0.1"),
    ],
)
@pytest.mark.parametrize("woorden", [["replay"], ["db", "upgrade"]], ids=" ".join)
def test_slechte_url(url: str, melding: str, woorden: list[str], declaratie: Path) -> None:
    extra = [declaratie] if woorden == ["replay"] else []
    afloop = invoke(*woorden, *extra, "--store", url)
    assert (afloop.exit_code, afloop.stdout) == (2, "")
    regel = eis_een_regel(afloop.stderr)
    assert melding in regel
    assert "geheim" not in regel
    assert [p.name for p in declaratie.parent.iterdir()] == ["x.asc"]


def test_map_van_de_store_ontbreekt(tmp_path: Path, declaratie: Path) -> None:
    db = tmp_path / "weg" / "store.db"
    afloop = invoke("replay", declaratie, "--store", _url(db))
    assert (afloop.exit_code, afloop.stdout) == (2, "")
    assert str(db) in eis_een_regel(afloop.stderr)
    assert [p.name for p in declaratie.parent.iterdir()] == ["x.asc"]


def test_leeg_bestand_wordt_een_store(tmp_path: Path) -> None:
    """What mktemp leaves: the file is filled, in its place."""
    db = tmp_path / "leeg.db"
    db.touch()
    assert invoke("db", "load", STORE, "--store", _url(db)).exit_code == 0
    assert [p.name for p in tmp_path.iterdir()] == ["leeg.db"]
    assert _inhoud(db)["factuurnummers"] != []


@pytest.mark.parametrize("slot", ["IMMEDIATE", "EXCLUSIVE"])
def test_store_op_slot(slot: str, db: Path, declaratie: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "WACHTTIJD", 0.1)
    ander = sqlite3.connect(db, isolation_level=None)
    ander.execute(f"BEGIN {slot}")
    try:
        afloop = invoke("replay", declaratie, "--store", _url(db), *OP_DATUM)
        laden = invoke("db", "load", STORE, "--store", _url(db))
    finally:
        ander.close()
    for resultaat in (afloop, laden):
        assert (resultaat.exit_code, resultaat.stdout) == (2, "")
        assert "is locked by another process" in eis_een_regel(resultaat.stderr)
    assert [p.name for p in declaratie.parent.iterdir()] == ["x.asc"]
    assert _inhoud(db)["berichten"] == []
    assert invoke("replay", declaratie, "--store", _url(db), *OP_DATUM).exit_code == 0


def test_slot_dat_op_tijd_opengaat(db: Path, declaratie: Path) -> None:
    """A short wait is no error: the other is done before the waiting time is over."""
    ander = sqlite3.connect(db, isolation_level=None)
    ander.execute("BEGIN EXCLUSIVE")
    bezig = subprocess.Popen(
        opdracht("replay", declaratie, "--store", _url(db), *OP_DATUM),
        env=omgeving(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    with bezig:
        with pytest.raises(subprocess.TimeoutExpired):
            bezig.wait(1.5)
        ander.execute("ROLLBACK")
        ander.close()
        assert bezig.stderr is not None
        assert bezig.stderr.read() == ""
    assert bezig.returncode == 0


def test_demo_naar_een_plaats_die_niet_kan(tmp_path: Path) -> None:
    (tmp_path / "bestand").touch()
    for plaats in (tmp_path / "bestand", tmp_path / "bestand" / "x"):
        afloop = invoke("demo", "--keep", plaats)
        assert (afloop.exit_code, afloop.stdout) == (2, "")
        assert str(plaats) in eis_een_regel(afloop.stderr)


def test_werkmap_die_er_niet_meer_is(tmp_path: Path, declaratie: Path) -> None:
    weg = tmp_path / "weg"
    weg.mkdir()
    afloop = subprocess.run(
        opdracht("replay", declaratie, "--date", "2011-05-02"),
        env=omgeving(),
        cwd=weg,
        preexec_fn=weg.rmdir,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert afloop.returncode == 2
    eis_een_regel(afloop.stderr)
    assert [p.name for p in declaratie.parent.iterdir()] == ["x.asc"]


def test_debug_laat_zien_waar(declaratie: Path, tmp_path: Path) -> None:
    afloop = proces("demo", "--keep", declaratie, MZSIM_DEBUG="1")
    assert "Traceback" in afloop.stderr

"""The whole path on every database: the same bytes, the same memory of what was used, the same behaviour together."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from mzsim.domain.findings import Stage, Status, Uitkomst
from mzsim.store import session
from mzsim.store.loading import laad_bestand
from mzsim.store.session import Database, open_store
from tests.commands import OP_DATUM, eis_een_regel, invoke, omgeving, opdracht, speel
from tests.factories import Bericht, eenvoudig
from tests.make_inv3 import DATUM, MAP, STAGES, STORE, declaraties

GOUDEN = (MAP / "1-volledig-toegewezen.alle.mz302.asc").read_bytes()


@pytest.fixture
def store(inv_url: str) -> Iterator[Database]:
    geopend = open_store(inv_url)
    yield geopend
    geopend.sluit()


@pytest.fixture
def declaratie(tmp_path: Path) -> Path:
    (tmp_path / "werk").mkdir()
    return Path(shutil.copy(MAP / "1-volledig-toegewezen.mz301.asc", tmp_path / "werk" / "x.asc"))


def _vraag(store: Database, vraag: str) -> list[tuple[object, ...]]:
    with store.lezen() as verbinding:
        return [tuple(rij) for rij in verbinding.execute(sa.text(vraag))]


def _codes(uitkomst: Uitkomst) -> list[str | None]:
    return [m.retourcode for m in uitkomst.meldingen]


def test_voorbeelden_van_inv_geven_dezelfde_bytes(store: Database, tmp_path: Path) -> None:
    for naam, declaratie in declaraties().items():
        for pad, stage in STAGES.items():
            _, retour = speel(store, tmp_path, declaratie, stage=stage, dry_run=True)
            gouden = MAP / f"{naam}.{pad}.mz302.asc"
            assert retour == (gouden.read_bytes() if gouden.exists() else None), (naam, pad)
    assert _vraag(store, "SELECT * FROM berichten") == []


def test_voorbeelden_na_elkaar_op_een_store(store: Database, tmp_path: Path) -> None:
    """Not dry: 4a takes the factuurnummer of all but two, and VECOZO's rejections before it took nothing."""
    volgorde = [
        "4b-fout-in-prestatierecord",
        "3a-totaal-onjuist",
        "4a-fout-in-verzekerdenrecord",
        "1-volledig-toegewezen",
    ]
    gevonden = [speel(store, tmp_path, declaraties()[naam])[0] for naam in volgorde]
    assert [_codes(u) for u in gevonden] == [["8007"], ["0150"], ["8004"], ["0030"]]
    rijen = _vraag(store, "SELECT datum, prestatiecode, toegekend_bedrag, uitkomst FROM prestaties ORDER BY id")
    assert rijen == [
        ("20110331", "C11", 1000, "toegewezen"),
        ("20110331", "R24", 0, "afgewezen"),
        ("20110331", "V13", 0, "afgewezen"),
    ]
    nummers = _vraag(store, "SELECT factuurnummer, vecozo_sleutel, uitkomst FROM factuurnummers ORDER BY factuurnummer")
    assert nummers == [
        ("F2010-0042", "12012345/F2010-0042", "toegewezen"),
        ("F20110001", "12012345/F20110001", "toegewezen"),
    ]


@pytest.mark.parametrize("stage", [Stage.ALL, Stage.VERZEKERAAR])
def test_factuurnummer_en_referentienummer(store: Database, tmp_path: Path, stage: Stage) -> None:
    def codes(datum: dt.date = DATUM, **velden: str) -> list[str | None]:
        return _codes(speel(store, tmp_path, bytes(eenvoudig(**velden)), stage=stage, datum=datum)[0])

    assert codes(r0116="één", r0432="réf", r0415="11") == []
    assert codes(r0116="ÉÉN", r0432="ander") == ["0030"]
    assert codes(r0116="twee", r0432="RÉF") == ["8021"]
    assert codes(dt.date(2016, 5, 1), r0116="één", r0432="x") == ["0030"]
    assert codes(dt.date(2016, 5, 2), r0116="één", r0432="y") == []
    assert codes(dt.date(2016, 5, 3), r0116="één", r0432="z") == ["0030"]


@pytest.mark.parametrize(
    "nummers",
    [("R4", "R5", "R6"), ("R5", "R6"), ("R4", "R5"), ("R5\x01", "R5"), ("R5", "R5\x01"), ("\0R", "R5"), ("R5", "\0R")],
)
def test_gebruikt_referentienummer_tussen_andere(store: Database, tmp_path: Path, nummers: tuple[str, ...]) -> None:
    """It is found wherever it stands among the numbers of the message, and whatever these are."""
    assert _codes(speel(store, tmp_path, bytes(eenvoudig(r0116="een", r0432="R5")))[0]) == []

    def dubbel(*nummers: str) -> int:
        bericht = Bericht().voeg_toe("02")
        for nummer in nummers:
            bericht.voeg_toe("04", r0432=nummer)
        uitkomst, _ = speel(store, tmp_path, bytes(bericht), stage=Stage.VERZEKERAAR, dry_run=True)
        return _codes(uitkomst).count("8021")

    assert dubbel(*nummers) == 1
    assert dubbel("R51", "R6") == 0


def test_vrij_na_afwijzing_als_het_beleid_dat_zegt(store: Database, tmp_path: Path) -> None:
    bestand = tmp_path / "beleid.yaml"
    bestand.write_text(
        'uzovi:\n  - {nummer: "0736", naam: V, soort: zorgverzekeraar, edp: true,\n'
        "     beleid: {factuurnummer_hergebruik_na_afwijzing: true, referentienummer_hergebruik_na_afwijzing: true}}\n"
    )
    laad_bestand(store, bestand)
    declaratie = bytes(eenvoudig(r0207="19000101"))
    for _ in range(2):
        assert _codes(speel(store, tmp_path, declaratie)[0]) == ["8004"]
    assert _codes(speel(store, tmp_path, bytes(eenvoudig()))[0]) == []
    assert _codes(speel(store, tmp_path, bytes(eenvoudig()))[0]) == ["0030"]


def test_elk_teken_past_in_de_store(store: Database, tmp_path: Path) -> None:
    """A NUL and every other byte in what the store keeps; PostgreSQL has no place for the first."""
    vreemd = "".join(chr(n) for n in (0, 1, 127, 160, 255))
    velden = {"r0116": f"F{vreemd}", "r0432": f"R{vreemd}", "r0433": f"V{vreemd}", "r0413": "\0\x01\xff"}
    bericht = eenvoudig(**velden, r0205=f"N{vreemd}")
    assert _codes(speel(store, tmp_path, bytes(bericht), stage=Stage.VERZEKERAAR)[0]) != ["0030"]
    assert _codes(speel(store, tmp_path, bytes(bericht), stage=Stage.VERZEKERAAR)[0]) == ["0030"]


def test_duizenden_records_worden_vastgelegd(store: Database, tmp_path: Path) -> None:
    """More than goes to the database at a time."""
    bericht = Bericht()
    for n in range(7):
        bericht.voeg_toe("02", r0203="999999999", r0205=f"V{n}")
        for _ in range(1500):
            bericht.voeg_toe("04", r0424="999900")
    uitkomst, _ = speel(store, tmp_path, bytes(bericht), stage=Stage.VERZEKERAAR)
    assert uitkomst.status is Status.VOLLEDIG_AFGEWEZEN
    assert _vraag(store, "SELECT count(*), min(declaratiebedrag), count(DISTINCT persoon) FROM prestaties") == [
        (10_500, 999_900, 7)
    ]


def test_store_op_slot(inv_url: str, store: Database, declaratie: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "WACHTTIJD", 0.2)
    with store.wijzigen():
        afloop = invoke("replay", declaratie, "--store", inv_url, *OP_DATUM)
        laden = invoke("db", "load", STORE, "--store", inv_url)
    for resultaat in (afloop, laden):
        assert (resultaat.exit_code, resultaat.stdout) == (2, "")
        assert "is locked by another process" in eis_een_regel(resultaat.stderr)
    assert [p.name for p in declaratie.parent.iterdir()] == ["x.asc"]
    assert invoke("replay", declaratie, "--store", inv_url, *OP_DATUM).exit_code == 0


@pytest.mark.slow
def test_zes_processen_met_hetzelfde_factuurnummer(
    inv_url: str, store: Database, declaratie: Path, tmp_path: Path
) -> None:
    def start(nummer: int) -> subprocess.CompletedProcess[str]:
        woorden = ["replay", declaratie, "--store", inv_url, *OP_DATUM, "--json", "--out", tmp_path / f"{nummer}.asc"]
        return subprocess.run(
            opdracht(*woorden), env=omgeving(), capture_output=True, text=True, timeout=100, check=False
        )

    with ThreadPoolExecutor(6) as draden:
        afloop = list(draden.map(start, range(6)))
    assert [(a.returncode, a.stderr) for a in afloop] == [(0, "")] * 6
    uitkomsten = [json.loads(a.stdout) for a in afloop]
    assert sorted(u["status"] for u in uitkomsten) == ["afgekeurd_bestand"] * 5 + ["volledig_toegewezen"]
    assert [m["retourcode"] for u in uitkomsten for m in u["meldingen"]] == ["0030"] * 5
    assert _vraag(store, "SELECT count(*) FROM berichten") == [(1,)]
    assert _vraag(store, "SELECT count(*) FROM prestaties") == [(3,)]


@pytest.mark.parametrize(
    ("punt", "keer", "beantwoord"),
    [("fsync", 1, False), ("commit", 1, False), ("na-commit", 1, True), ("na-replace", 1, True)],
)
def test_vermoord(punt: str, keer: int, beantwoord: bool, inv_url: str, store: Database, declaratie: Path) -> None:
    woorden = ["replay", str(declaratie), "--store", inv_url, *OP_DATUM]
    afloop = subprocess.run(
        [sys.executable, "-m", "tests.killer", punt, str(keer), *woorden],
        env=omgeving(),
        cwd=Path(__file__).parents[2],
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert afloop.returncode == -signal.SIGKILL
    ander = declaratie.with_name("ander.txt")
    ander.write_bytes(bytes(eenvoudig(r0108="9900")))
    assert invoke("replay", ander, "--store", inv_url, *OP_DATUM).exit_code == 0
    retour = declaratie.with_name("x.mz302.asc")
    bekend = _vraag(store, "SELECT deel FROM berichten WHERE factuurnummer = 'F20110001'")
    assert bekend == [(None,)] * beantwoord
    assert retour.exists() == beantwoord
    assert not beantwoord or retour.read_bytes() == GOUDEN


def test_dry_run_en_testbericht_laten_niets_achter(store: Database, tmp_path: Path) -> None:
    voor = _vraag(store, "SELECT revisie FROM stand")
    speel(store, tmp_path, bytes(eenvoudig()), dry_run=True)
    speel(store, tmp_path, bytes(eenvoudig(r0105="T")))
    for tabel in ("berichten", "prestaties"):
        assert _vraag(store, f"SELECT * FROM {tabel}") == []
    assert _vraag(store, "SELECT revisie FROM stand") == voor
    assert _codes(speel(store, tmp_path, bytes(eenvoudig()))[0]) == []

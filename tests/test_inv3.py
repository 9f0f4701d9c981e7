"""The examples of INV chapter 3, byte for byte, by the real command line.

The retours of INV itself leave 0181 and 0182 blank. What they hold is here as hashes of the files with those two blank,
and in words in `INHOUD`; the golden files in fixtures/inv3 are ours, with both filled.
"""

from __future__ import annotations

import json
import shutil
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner

from mzsim.cli.main import main
from mzsim.retour.check import controleer_retour
from mzsim.standard.retourcodes import retourcodes
from tests import make_inv3
from tests.make_inv3 import MAP
from tests.retours import Regel, lees, slot, zet

NUL = "00000000D"
# Per retour of INV 3.2 and 3.3: the hash of the file with 0181 and 0182 blank.
HASH_INV = {
    "1-volledig-toegewezen.alle": "619370a7e1a4cbe2",
    "2a-uzovi-niet-aangesloten.vecozo": "1311a9c8bcf12d59",
    "2a-uzovi-niet-aangesloten.verzekeraar": "1311a9c8bcf12d59",
    "2b-factuurnummer-gebruikt.vecozo": "f1bd62a358be8cc9",
    "2b-factuurnummer-gebruikt.verzekeraar": "f1bd62a358be8cc9",
    "3a-totaal-onjuist.vecozo": "78a2506e03ede05e",
    "3a-totaal-onjuist.verzekeraar": "78a2506e03ede05e",
    "3b-fout-in-sluitrecord-retour": "5ba7d1516a142315",
    "4a-fout-in-verzekerdenrecord.alle": "adecb8c0492612ce",
    "4b-fout-in-prestatierecord.vecozo": "de9ff855c29ba942",
    "4b-fout-in-prestatierecord.verzekeraar": "2bbc11dbaf5ffb88",
    "5-retour-met-correctie": "aa93ac789742fe4a",
    "6-fout-in-sleutel-prestatierecord.vecozo": "1d6f33f7812126a0",
    "6-fout-in-sleutel-prestatierecord.verzekeraar": "9735f31021f3cb1a",
}
HASH_DECLARATIES = {
    "1-volledig-toegewezen": "f3ec8f1df7d51934",
    "2a-uzovi-niet-aangesloten": "f9835eb23e171d58",
    "2b-factuurnummer-gebruikt": "3dedc9be202bfbaa",
    "3a-totaal-onjuist": "a9a66b2c98608596",
    "4a-fout-in-verzekerdenrecord": "03f7ba0ba38f42ee",
    "4b-fout-in-prestatierecord": "a4882058f7796480",
    "6-fout-in-sleutel-prestatierecord": "0c8409c363d35c85",
}


def _kop(*codes: str) -> list[Regel]:
    return [Regel("01", 0, codes)]


def _alle_records(code_4: tuple[str, ...]) -> list[Regel]:
    """VECOZO's answer on an error in record 4: every record, 0200 on the others."""
    codes = dict.fromkeys(range(1, 6), ("0200",)) | {4: code_4}
    return [
        *_kop("0200"),
        Regel("02", 1, codes[1]),
        Regel("04", 2, codes[2], NUL, NUL),
        Regel("02", 3, codes[3]),
        Regel("04", 4, codes[4], NUL, NUL),
        Regel("04", 5, codes[5], NUL, NUL),
        Regel("98", 5, ("0200",)),
    ]


def _record_4(*codes: str) -> list[Regel]:
    """The insurer's answer on an error in record 4: that record and its verzekerdenrecord."""
    return [*_kop("0200"), Regel("02", 3, ("0200",)), Regel("04", 4, codes, NUL, NUL)]


_4A = [
    *_kop("0200"),
    Regel("02", 3, ("8004",)),
    Regel("04", 4, ("8002",), NUL, NUL),
    Regel("04", 5, ("8002",), NUL, NUL),
    Regel("98", 5, ("8002",)),
]
# 9902-9910: four counts and their sum, what was declared with its sign, what is granted with its sign.
_GEEN = ["000000"] * 4 + ["0000000"]
_ALLES = ["000002", "000000", "000003", "000001", "0000006"]
_RECORDS_4A = ["000001", "000000", "000002", "000001", "0000004"]
_EEN_RECORD = ["000001", "000000", "000001", "000000", "0000002"]


def _bedragen(toegekend: str, ingediend: str = "00000066000") -> list[str]:
    return [ingediend, "D", toegekend, "D"]


_NIETS = _bedragen("00000000000")
DOORGESTUURD = None
# Per example and stage: the records with their codes, and the sluitrecord.
INHOUD: dict[tuple[str, str], tuple[list[Regel], list[str]] | None] = {
    ("1-volledig-toegewezen", "alle"): (_kop("8001"), _GEEN + _bedragen("00000066000")),
    ("1-volledig-toegewezen", "vecozo"): DOORGESTUURD,
    ("1-volledig-toegewezen", "verzekeraar"): (_kop("8001"), _GEEN + _bedragen("00000066000")),
    ("2a-uzovi-niet-aangesloten", "alle"): (_kop("0001", "8198"), _GEEN + _NIETS),
    ("2a-uzovi-niet-aangesloten", "vecozo"): (_kop("0001", "8198"), _GEEN + _NIETS),
    ("2a-uzovi-niet-aangesloten", "verzekeraar"): (_kop("0001", "8198"), _GEEN + _NIETS),
    ("2b-factuurnummer-gebruikt", "alle"): (_kop("0001", "0030"), _GEEN + _NIETS),
    ("2b-factuurnummer-gebruikt", "vecozo"): (_kop("0001", "0030"), _GEEN + _NIETS),
    ("2b-factuurnummer-gebruikt", "verzekeraar"): (_kop("0001", "0030"), _GEEN + _NIETS),
    ("3a-totaal-onjuist", "alle"): (_kop("0001", "0150"), _GEEN + _bedragen("00000000000", "00000066001")),
    ("3a-totaal-onjuist", "vecozo"): (_kop("0001", "0150"), _GEEN + _bedragen("00000000000", "00000066001")),
    ("3a-totaal-onjuist", "verzekeraar"): (_kop("0001", "0150"), _GEEN + _bedragen("00000000000", "00000066001")),
    ("4a-fout-in-verzekerdenrecord", "alle"): (_4A, _RECORDS_4A + _bedragen("00000001000")),
    ("4a-fout-in-verzekerdenrecord", "vecozo"): DOORGESTUURD,
    ("4a-fout-in-verzekerdenrecord", "verzekeraar"): (_4A, _RECORDS_4A + _bedragen("00000001000")),
    ("4b-fout-in-prestatierecord", "alle"): (_alle_records(("8007",)), _ALLES + _NIETS),
    ("4b-fout-in-prestatierecord", "vecozo"): (_alle_records(("8007",)), _ALLES + _NIETS),
    ("4b-fout-in-prestatierecord", "verzekeraar"): (_record_4("8007"), _EEN_RECORD + _bedragen("00000016000")),
    ("6-fout-in-sleutel-prestatierecord", "alle"): (_alle_records(("0435", "0423")), _ALLES + _NIETS),
    ("6-fout-in-sleutel-prestatierecord", "vecozo"): (_alle_records(("0435", "0423")), _ALLES + _NIETS),
    ("6-fout-in-sleutel-prestatierecord", "verzekeraar"): (
        _record_4("0435", "0423"),
        _EEN_RECORD + _bedragen("00000016000"),
    ),
}
GEVALLEN = [pytest.param(naam, pad, id=f"{naam}.{pad}") for naam, pad in INHOUD]
VERSTUURD = [geval for geval in GEVALLEN if INHOUD[geval.values] is not DOORGESTUURD]


def _gouden(naam: str, pad: str) -> Path:
    return MAP / f"{naam}.{pad}.mz302.asc"


def _hash(inhoud: bytes) -> str:
    return sha256(inhoud).hexdigest()[:16]


@pytest.mark.parametrize(("naam", "pad"), GEVALLEN)
def test_replay_geeft_het_gouden_bestand(naam: str, pad: str, store_van_inv: Path, tmp_path: Path) -> None:
    shutil.copy(store_van_inv, tmp_path / "store.db")
    declaratie = shutil.copy(MAP / f"{naam}.mz301.asc", tmp_path)
    opties = ["--store", f"sqlite:///{tmp_path}/store.db", "--date", "2011-05-02", "--json"]
    afloop = CliRunner().invoke(
        main, ["replay", *opties, "--stage", str(make_inv3.STAGES[pad]), str(declaratie)], catch_exceptions=False
    )
    assert afloop.exit_code == 0, afloop.output
    uitkomst = json.loads(afloop.stdout)
    retour = tmp_path / f"{naam}.mz302.asc"
    if INHOUD[naam, pad] is DOORGESTUURD:
        assert (uitkomst["status"], uitkomst["retour"]) == ("doorgestuurd", None)
        assert not retour.exists()
        assert not _gouden(naam, pad).exists()
    else:
        assert uitkomst["retour"] == str(retour)
        assert retour.read_bytes() == _gouden(naam, pad).read_bytes()


@pytest.mark.parametrize(("naam", "pad"), VERSTUURD)
def test_gouden_bestand_zegt_wat_inv_zegt(naam: str, pad: str) -> None:
    retour = _gouden(naam, pad).read_bytes()
    verwacht = INHOUD[naam, pad]
    assert verwacht is not None
    assert (lees(retour), slot(retour)) == verwacht


@pytest.mark.parametrize("naam", HASH_INV)
def test_gouden_bestand_is_dat_van_inv_op_0181_en_0182_na(naam: str) -> None:
    retour = (MAP / f"{naam}.mz302.asc").read_bytes()
    assert _hash(zet(zet(retour, 1, "0181", " " * 24), 1, "0182", " " * 8)) == HASH_INV[naam]


def test_elk_gouden_bestand_staat_in_inv_of_is_er_gelijk_aan() -> None:
    """Where VECOZO sends a retour the whole path is its; where it sends none the whole path is the insurer's."""
    for naam, pad in (geval.values for geval in VERSTUURD):
        if f"{naam}.{pad}" not in HASH_INV:
            anders = {"alle": "vecozo", "verzekeraar": "alle"}[pad]
            assert f"{naam}.{anders}" in HASH_INV
            assert _gouden(naam, pad).read_bytes() == _gouden(naam, anders).read_bytes()


@pytest.mark.parametrize(("naam", "pad"), VERSTUURD)
def test_0181_noemt_de_afzender_en_0182_de_dag(naam: str, pad: str) -> None:
    kop = _gouden(naam, pad).read_bytes()
    uzovi = "9900" if naam.startswith("2a") else "0736"
    van_vecozo = INHOUD[naam, "vecozo"] is not DOORGESTUURD and pad != "verzekeraar"
    factuurnummer = "f2010-0042" if naam.startswith("2b") else "F20110001"
    assert kop[310:334].decode().rstrip() == f"{'VECOZO' if van_vecozo else uzovi}-{factuurnummer}"
    assert kop[334:342] == b"20110502"


@pytest.mark.parametrize("naam", HASH_DECLARATIES)
def test_declaratie_is_die_van_inv(naam: str) -> None:
    assert _hash((MAP / f"{naam}.mz301.asc").read_bytes()) == HASH_DECLARATIES[naam]


def test_bestanden_zijn_wat_het_script_maakt(tmp_path: Path) -> None:
    make_inv3.maak_alles(tmp_path)
    gemaakt = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    assert gemaakt == {p.name: p.read_bytes() for p in MAP.iterdir() if p.name != "store.yaml"}


def test_demo_toont_elk_voorbeeld() -> None:
    afloop = CliRunner().invoke(main, ["demo"], catch_exceptions=False)
    assert afloop.exit_code == 0
    for naam in HASH_DECLARATIES:
        assert afloop.stdout.count(naam) == 2, f"{naam} is shown once for each path"
    regel_4b = next(regel for regel in afloop.stdout.splitlines() if "4b-fout" in regel and "insurer only" in regel)
    assert regel_4b.split()[-6:] == ["deels_toegewezen", "660.00", "160.00", "8007", "on", "04"]


def test_demo_bewaart_wat_het_speelde(tmp_path: Path) -> None:
    afloop = CliRunner().invoke(main, ["demo", "--keep", str(tmp_path / "demo")], catch_exceptions=False)
    assert afloop.exit_code == 0
    retour = (tmp_path / "demo" / "4a-fout-in-verzekerdenrecord.all.mz302.asc").read_bytes()
    assert retour == _gouden("4a-fout-in-verzekerdenrecord", "alle").read_bytes()


@pytest.mark.parametrize(("naam", "pad"), VERSTUURD)
def test_eigen_controle_aanvaardt_het_gouden_bestand(naam: str, pad: str) -> None:
    with (MAP / f"{naam}.mz301.asc").open("rb") as declaratie, _gouden(naam, pad).open("rb") as retour:
        assert list(controleer_retour(declaratie, retour, retourcodes())) == []

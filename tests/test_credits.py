"""Credits: what they give back, and that a set or a file may be of any size (contract: a credit and its debet sum to 0)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import yaml

from mzsim.domain.findings import Stage, Status, Uitkomst
from mzsim.pipeline import Opdracht, replay
from mzsim.store.loading import laad_bestand
from mzsim.store.session import Database
from tests.factories import Bericht, maak

DATUM = dt.date(2011, 5, 2)
HALF = """
pakketten:
  - {code: ALLES, uzovi: "0736", soort: basis, dekkingen: [{prestaties: ["*"], percentage: 75}]}
"""


def _bericht(factuurnummer: str, *prestaties: dict[str, str]) -> Bericht:
    bericht = Bericht(voorloop=maak("01", r0116=factuurnummer)).voeg_toe("02")
    for velden in prestaties:
        bericht.voeg_toe("04", **velden)
    return bericht


def _speel(bericht: Bericht, store: Database, map_: Path, stage: Stage = Stage.ALL) -> Uitkomst:
    plaats = map_ / f"{bericht.voorloop['0116']}.asc"
    plaats.write_bytes(bytes(bericht))
    return replay(Opdracht(plaats, plaats.with_suffix(".retour"), DATUM, stage), store)


def _debet(nummer: str, **velden: str) -> dict[str, str]:
    return {"r0432": nummer, **velden}


def _credit(nummer: str, vorig: str, **velden: str) -> dict[str, str]:
    return {"r0427": "C", "r0432": nummer, "r0433": vorig, **velden}


@pytest.fixture
def driekwart(store: Database, tmp_path: Path) -> Database:
    """A store whose insurer pays three quarters."""
    bestand = tmp_path / "driekwart.yaml"
    bestand.write_text(yaml.safe_dump(yaml.safe_load(HALF)), "utf-8")
    laad_bestand(store, bestand)
    return store


def test_een_credit_neemt_terug_wat_toegekend_was(store: Database, tmp_path: Path) -> None:
    _speel(_bericht("F1", _debet("A")), store, tmp_path)
    uitkomst = _speel(_bericht("F2", _credit("B", "A")), store, tmp_path)
    assert (uitkomst.status, uitkomst.totaal_toegekend) == (Status.VOLLEDIG_TOEGEWEZEN, -1000)


def test_een_credit_van_een_deel_komt_terug(driekwart: Database, tmp_path: Path) -> None:
    debet = _speel(_bericht("F1", _debet("A")), driekwart, tmp_path)
    uitkomst = _speel(_bericht("F2", _credit("B", "A")), driekwart, tmp_path)
    assert (debet.totaal_toegekend, uitkomst.totaal_toegekend) == (750, -750)
    assert [(m.retourcode, m.bevinding.controle.id) for m in uitkomst.meldingen] == [("0613", "0430-5")]
    assert uitkomst.status is Status.DEELS_TOEGEWEZEN
    retour = (tmp_path / "F2.retour").read_bytes().split(b"\r\n")
    assert retour[2][310:328] == b"00001000C00000750C"


def test_credits_naast_debets_van_hetzelfde_bedrag(driekwart: Database, tmp_path: Path) -> None:
    _speel(_bericht("F1", _debet("A")), driekwart, tmp_path)
    uitkomst = _speel(_bericht("F2", _credit("B", "A"), _debet("C")), driekwart, tmp_path)
    assert uitkomst.totaal_toegekend == 0


def test_een_testbericht_crediteert_niets(store: Database, tmp_path: Path) -> None:
    _speel(_bericht("F1", _debet("A")), store, tmp_path)
    proef = _bericht("F2", _credit("B", "A"))
    proef.voorloop["0105"] = "T"
    assert _speel(proef, store, tmp_path).status is Status.VOLLEDIG_TOEGEWEZEN
    assert _speel(_bericht("F3", _credit("C", "A")), store, tmp_path).status is Status.VOLLEDIG_TOEGEWEZEN


def test_credits_en_nagekomen_kosten_over_groepen_heen(store: Database, tmp_path: Path) -> None:
    """Facts are fetched for two thousand records at a time; a line is found back in the group after."""
    aantal = 2500
    posten = {
        i: {
            "r0413": "R24",
            "r0424": str(i),
            "r0408": f"{dt.date(2011, 3, 31) - dt.timedelta(days=i % 1000):%Y%m%d}",
            "r0415": f"1{1 + i // 1000}",
        }
        for i in range(1, aantal)
    }
    _speel(_bericht("F1", *(_debet(f"A{i}", **post) for i, post in posten.items())), store, tmp_path)
    credits = [_credit(f"B{i}", f"A{i}", **post) for i, post in posten.items()]
    kosten = [_debet("K1", r0409="02", r0413="R24"), _debet("K2", r0409="02", r0413="R34")]
    dubbel = _credit("X", "A1", **posten[1])
    uitkomst = _speel(_bericht("F2", *credits, dubbel, *kosten), store, tmp_path)
    assert [(m.bevinding.regel, m.bevinding.controle.id) for m in uitkomst.meldingen] == [
        (aantal + 2, "0433-4"),
        (aantal + 3, "0409-7"),
        (aantal + 4, "0409-7"),
    ]

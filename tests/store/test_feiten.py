"""What is asked of the store in bulk, on every database."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from simulator.feiten import ContractFeit, geldend_contract
from simulator.store.facts import Feitenbron
from simulator.store.load import laad_bestand
from simulator.store.session import Store

CONTRACTEN = """\
uzovi:
  - {nummer: "0736", naam: Voorbeeld, soort: zorgverzekeraar, edp: true}
  - {nummer: "0739", naam: Andere, soort: zorgverzekeraar, edp: true}
  - {nummer: "0740", naam: Label, soort: zorgverzekeraar, edp: true, label_van: "0736"}
contracten:
  - {uzovi: "0736", agb: "12012345", ingang: 2011-01-01, einde: null, tarieven: {C11: 21.50, J080: 0.00},
     modules: {implantologie: machtigingsvrij}}
  - {uzovi: "0736", agb: "12012345", ingang: 2008-01-01, einde: 2010-12-31}
  - {uzovi: "0739", agb: "12012345", ingang: 2009-01-01, tarieven: {C11: 1.00}}
  - {uzovi: "0736", agb: "12099999", ingang: 2009-01-01, tarieven: {C11: 2.00}}
"""
OUD = ContractFeit(b"20080101", b"20101231", {}, {})
NIEUW = ContractFeit(b"20110101", None, {b"C11   ": 2150, b"J080  ": 0}, {"implantologie": "machtigingsvrij"})


def _laad(store: Store, map_: Path) -> None:
    bestand = map_ / "contracten.yaml"
    bestand.write_text(CONTRACTEN, "utf-8")
    laad_bestand(store, bestand)


def test_contracten_van_een_partij(store: Store, tmp_path: Path) -> None:
    _laad(store, tmp_path)
    with store.lezen() as verbinding:
        feiten = Feitenbron(verbinding, dt.date(2011, 5, 2))
        assert feiten.contracten("0736", "12012345") == (OUD, NIEUW)
        assert feiten.contracten("0736", "12000000") == ()
        assert feiten.contracten("0740", "12012345") == ()


def test_alleen_eigen_contracten_van_een_verzekeraar_tellen(store: Store, tmp_path: Path) -> None:
    with store.lezen() as verbinding:
        assert not Feitenbron(verbinding, dt.date(2011, 5, 2)).heeft_contracten("0736")
    _laad(store, tmp_path)
    with store.lezen() as verbinding:
        feiten = Feitenbron(verbinding, dt.date(2011, 5, 2))
        assert feiten.heeft_contracten("0736")
        assert feiten.heeft_contracten("0739")
        assert not feiten.heeft_contracten("0740")


def test_het_contract_van_een_dag() -> None:
    assert geldend_contract((OUD, NIEUW), b"20071231") is None
    assert geldend_contract((OUD, NIEUW), b"20080101") is OUD
    assert geldend_contract((OUD, NIEUW), b"20101231") is OUD
    assert geldend_contract((OUD, NIEUW), b"20110101") is NIEUW
    assert geldend_contract((OUD._replace(einde=None), NIEUW), b"20110101") is NIEUW

"""What is asked of the store in bulk, on every database."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from mzsim.domain.earlier.credits import Eerdere
from mzsim.domain.facts import ContractFeit, MachtigingFeit, geldend_contract
from mzsim.store.facts import Feitenbron
from mzsim.store.history import Historiebron
from mzsim.store.loading import laad_bestand
from mzsim.store.many_values import zoek
from mzsim.store.models import Basis
from mzsim.store.session import Database, open_store
from tests.commands import speel
from tests.factories import Bericht, maak

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


def _laad(store: Database, map_: Path) -> None:
    bestand = map_ / "contracten.yaml"
    bestand.write_text(CONTRACTEN, "utf-8")
    laad_bestand(store, bestand)


def test_contracten_van_een_partij(store: Database, tmp_path: Path) -> None:
    _laad(store, tmp_path)
    with store.lezen() as verbinding:
        feiten = Feitenbron(verbinding, dt.date(2011, 5, 2))
        assert feiten.contracten("0736", "12012345") == (OUD, NIEUW)
        assert feiten.contracten("0736", "12000000") == ()
        assert feiten.contracten("0740", "12012345") == ()


def test_alleen_eigen_contracten_van_een_verzekeraar_tellen(store: Database, tmp_path: Path) -> None:
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


MACHTIGINGEN = """\
uzovi:
  - {nummer: "0736", naam: Voorbeeld, soort: zorgverzekeraar, edp: true}
  - {nummer: "0739", naam: Andere, soort: zorgverzekeraar, edp: true}
  - {nummer: "0740", naam: Label, soort: zorgverzekeraar, edp: true, label_van: "0736"}
machtigingen:
  - {nummer: M1, uzovi: "0736", bsn: "123456782", agb: "12012345", prestaties: ["J*", C11], ingang: 2011-01-01,
     einde: 2011-12-31, status: afgegeven}
  - {nummer: M1, uzovi: "0740", bsn: "100197243", agb: "12012345", prestaties: ["*"], ingang: 2011-01-01,
     status: vervallen}
  - {nummer: M2, uzovi: "0739", bsn: "123456782", agb: "12012345", prestaties: ["*"], ingang: 2011-01-01,
     status: afgegeven}
"""
M1 = MachtigingFeit(b"123456782", b"12012345", ("J*", "C11"), b"20110101", b"20111231", True)
M1_LABEL = MachtigingFeit(b"100197243", b"12012345", ("*",), b"20110101", None, False)


def _historie(verbinding: Connection, eigen_bericht: int = 2**31 - 1) -> Historiebron:
    feiten = Feitenbron(verbinding, dt.date(2011, 5, 2))
    feiten.eigen_bericht = eigen_bericht
    return feiten.historie("12012345", "0736")


def test_machtigingen_van_een_verzekeraar_en_zijn_labels(store: Database, tmp_path: Path) -> None:
    bestand = tmp_path / "machtigingen.yaml"
    bestand.write_text(MACHTIGINGEN, "utf-8")
    laad_bestand(store, bestand)
    with store.lezen() as verbinding:
        bron = Feitenbron(verbinding, dt.date(2011, 5, 2)).machtigingen(frozenset({"0736", "0740"}))
        assert bron.met_nummer({"M1", "M2", "M3"}) == {("0736", "M1"): M1, ("0740", "M1"): M1_LABEL}
        assert bron.van_verzekerden({"123456782", "100197243"}) == {("0736", "123456782"): [M1]}
        assert bron.met_nummer(()) == bron.van_verzekerden(()) == {}


def test_wat_eerder_toegekend_is(inv_url: str, tmp_path: Path) -> None:
    """Granted records of any party, a credit negative; not those of the message at hand, or of another period."""
    store = open_store(inv_url)
    eerste = Bericht(voorloop=maak("01", r0116="F1", r0114="20101201")).voeg_toe("02")
    eerste.voeg_toe("04", r0432="A", r0425="2", r0413="J01", r0414="1")
    eerste.voeg_toe("04", r0432="B", r0408="20101231")
    eerste.voeg_toe("04", r0432="C", r0406="M404")
    tweede = Bericht(voorloop=maak("01", r0116="F2")).voeg_toe("02")
    tweede.voeg_toe("04", r0432="D", r0425="2", r0413="J01", r0414="1", r0427="C", r0433="A")
    for bericht in (eerste, tweede):
        speel(store, tmp_path, bytes(bericht))
    debet = Eerdere(
        id=1,
        bericht_id=1,
        agb="12012345",
        persoon="123456782",
        datum="20110331",
        soort="01",
        prestatiecode="J01",
        behandelaar="12004567",
        gebitselement="00",
        vlak="",
        kaak="1",
        referentienummer="A",
        vorig_referentienummer="",
        aantal=2,
        declaratiebedrag=2000,
        toegekend_bedrag=2000,
        uitkomst="toegewezen",
        aandelen=None,
    )
    credit = debet._replace(
        id=4,
        bericht_id=2,
        referentienummer="D",
        vorig_referentienummer="A",
        declaratiebedrag=-2000,
        toegekend_bedrag=-2000,
    )
    with store.lezen() as verbinding:
        assert _historie(verbinding).toegekend({"123456782"}, "20110101", "20111231") == [debet, credit]
        laatste = verbinding.scalar(sa.text("SELECT max(id) FROM berichten"))
        assert _historie(verbinding, laatste).toegekend({"123456782"}, "20110101", "20111231") == [debet]
        assert _historie(verbinding).toegekend({"100197243"}, "20110101", "20111231") == []
        assert len(_historie(verbinding).toegekend({"123456782"}, "00000000", "99999999")) == 3
    store.sluit()


_PER_LIJST = (
    "SELECT r.code, r.soort FROM retourcodes r WHERE r.code IN :codes AND (r.soort IN :soorten OR r.betekenis = :wat)"
)


@pytest.mark.parametrize("aantal", [0, 1, 2, 25, 26, 499, 500, 501, 1203])
def test_lijsten_van_elke_lengte(store: Database, aantal: int) -> None:
    """Every row once, whatever fits in one statement; a list without values holds nothing."""
    alle = [{"code": f"{nummer:04d}", "betekenis": "alle", "soort": "DT"[nummer % 2]} for nummer in range(1300)]
    with store.engine.begin() as verbinding:
        verbinding.execute(Basis.metadata.tables["retourcodes"].insert(), alle)
        codes = [rij["code"] for rij in alle[:aantal]]
        soorten = [*(f"{nummer}" for nummer in range(aantal)), "D"]

        def gevonden(soorten: list[str], wat: str) -> list[tuple[str, str]]:
            rijen = zoek(verbinding, _PER_LIJST, {"wat": wat}, codes=codes, soorten=soorten)
            return sorted((code, soort) for code, soort in rijen)

        assert gevonden(soorten, "niets") == [(rij["code"], "D") for rij in alle[:aantal:2]]
        assert gevonden([], "niets") == []
        assert [code for code, _ in gevonden([], "alle")] == codes

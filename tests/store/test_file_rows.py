"""Rows of the store as a store file writes them, on every database."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from mzsim.store.file_rows import Rijenbron
from mzsim.store.loading import laad_bestand
from mzsim.store.session import Database, open_store
from tests.commands import OP_DATUM, invoke

FIXTURES = Path(__file__).parents[2] / "fixtures"
ALTIJD = 2**31 - 1
STORE = """
uzovi:
  - {nummer: "0740", naam: Label, soort: zorgverzekeraar, edp: false, label_van: "0736", beleid: {betaaltermijn: {dagen: 30}}}
zorgaanbieders:
  - {agb: "12004567", soort: zorgverlener, naam: T. Andarts, werkt_in: ["12012345"]}
contracten:
  - {uzovi: "0736", agb: "12012345", ingang: 2008-01-01, einde: 2008-12-31, tarieven: {C11: 9.50}}
  - {uzovi: "0736", agb: "12012345", ingang: 2009-01-01, einde: null, tarieven: {C11: 10.00}, modules: {implantologie: standaard}}
prestatiecodes:
  - {code: C11, omschrijving: Controle, ingang: 2000-01-01, einde: null, bevoegd: ["12"], kaak: true}
tarieven:
  - {prestatiecode: C11, tarief: 10.00, tarief_bijzonder: 12.00, per_vijf_minuten: true, ingang: 2008-01-01, einde: null}
combinatieregels:
  - {nummer: V30, prestaties: ["V9*"], soort: niet_met, tegenhanger: [V30], bereik: zitting, plaats: element,
     ingang: 2008-01-01, einde: null, bron: NZa, tekst: not beside a seal}
pakketten:
  - {code: TAND, uzovi: "0736", soort: aanvullend, dekkingen: [{prestaties: [R*], percentage: 50}, {prestaties: ["*"],
     percentage: 75, over: eigen_bijdrage, maximum_bedrag: 250.00, maximum_aantal: 2, per: kalenderjaar, leeftijd_vanaf: 18}]}
polissen:
  - {bsn: null, verzekerdennummer: V0009, geboortedatum: 1990-01-01, naam: Zonder, uzovi: "0736", ingang: 2010-01-01,
     einde: 2010-12-31, overleden: null, pakketten: [TAND, ALLES]}
machtigingen:
  - {nummer: M1, uzovi: "0736", bsn: "123456782", agb: "12012345", prestaties: ["J*"], ingang: 2011-01-01,
     einde: null, status: vervallen}
"""


@pytest.fixture
def store(inv_url: str, tmp_path: Path) -> Iterator[Database]:
    """The store of INV 3, with a row of every list and the declaration of example 1."""
    geopend = open_store(inv_url)
    bestand = tmp_path / "store.yaml"
    bestand.write_text(STORE, "utf-8")
    shutil.copy(FIXTURES / "inv3" / "1-volledig-toegewezen.mz301.asc", tmp_path / "x.asc")
    assert invoke("replay", tmp_path / "x.asc", "--store", inv_url, *OP_DATUM).exit_code == 0
    laad_bestand(geopend, bestand)
    yield geopend
    geopend.sluit()


@pytest.mark.parametrize(
    ("lijst", "sleutel"),
    [
        ("uzovi", {"nummer": "0740"}),
        ("zorgaanbieders", {"agb": "12004567"}),
        ("contracten", {"uzovi": "0736", "agb": "12012345"}),
        ("prestatiecodes", {"code": "C11"}),
        ("tarieven", {"prestatiecode": "C11"}),
        ("combinatieregels", {"nummer": "V30"}),
        ("polissen", {"uzovi": "0736", "persoon": "VV0009"}),
        ("machtigingen", {"bsn": "123456782"}),
    ],
)
def test_een_rij_is_wat_het_bestand_zegt(lijst: str, sleutel: dict[str, Any], store: Database) -> None:
    """Every key of the file with its value, dates as days and amounts with two decimals."""
    with store.lezen() as verbinding:
        rijen = Rijenbron(verbinding, ALTIJD).zoek(lijst, **sleutel)
    verwacht = yaml.load(STORE, yaml.BaseLoader)[lijst]
    assert len(rijen) == len(verwacht)
    for rij, regel in zip(rijen, verwacht, strict=True):
        assert rij.lijst == lijst
        assert rij.waarden is not None
        gelezen = yaml.load(yaml.dump(dict(rij.waarden)), yaml.BaseLoader)
        eigen = {sleutel: gelezen.get(sleutel, "null") for sleutel in regel}
        assert eigen == regel | ({"tarieven": "null"} if lijst == "contracten" else {})


def test_dekkingen_staan_op_hun_plaats(store: Database) -> None:
    with store.lezen() as verbinding:
        (rij,) = Rijenbron(verbinding, ALTIJD).zoek("dekkingen", uzovi="0736", pakket="TAND", volgnummer=1)
    assert rij.sleutel == {"uzovi": "0736", "pakket": "TAND", "dekking": 2}
    assert rij.waarden == {
        "uzovi": "0736",
        "pakket": "TAND",
        "dekking": 2,
        "prestaties": ["*"],
        "leeftijd_vanaf": 18,
        "percentage": 75,
        "over": "eigen_bijdrage",
        "maximum_bedrag": "250.00",
        "maximum_aantal": 2,
        "per": "kalenderjaar",
        "machtiging": False,
    }


def test_een_contract_met_het_tarief_van_een_code(store: Database) -> None:
    with store.lezen() as verbinding:
        bron = Rijenbron(verbinding, ALTIJD)
        rijen = bron.zoek("contracten", uzovi="0736", agb="12012345")
        gevonden = [bron.contracttarief(rij, code).waarden for rij in rijen for code in ("C11", "C12")]
    assert [w and w["tarieven"] for w in gevonden] == [{"C11": "9.50"}, {"C12": None}, {"C11": "10.00"}, {"C12": None}]


def test_wat_eerder_gedeclareerd_is(store: Database) -> None:
    """With the message that it was in; not for that message itself."""
    sleutel = {"persoon": "123456782", "datum": "20110331"}
    with store.lezen() as verbinding:
        rijen = Rijenbron(verbinding, ALTIJD).zoek("prestaties", **sleutel)
        eigen = Rijenbron(verbinding, 1).zoek("prestaties", **sleutel)
        (nummer,) = Rijenbron(verbinding, ALTIJD).zoek("factuurnummers", agb="12012345", factuurnummer="F20110001")
    assert [rij.waarden and rij.waarden["toegekend_bedrag"] for rij in rijen] == ["10.00"]
    assert rijen[0].sleutel == {"bsn": "123456782", "datum": "20110331"}
    assert rijen[0].waarden is not None
    assert (rijen[0].waarden["factuurnummer"], rijen[0].waarden["ontvangen"]) == ("F20110001", "2011-05-02")
    assert [rij.waarden for rij in eigen] == [None]
    assert nummer.waarden is not None
    assert nummer.waarden["uitkomst"] == "toegewezen"

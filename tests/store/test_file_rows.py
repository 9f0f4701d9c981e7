"""Rows of the store as a store file writes them, on every database."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from mzsim.store.file_rows import FileRows
from mzsim.store.loading import load_file
from mzsim.store.session import Database, open_store
from tests.commands import ON_DATE, invoke

FIXTURES = Path(__file__).parents[2] / "fixtures"
ALWAYS = 2**31 - 1
STORE = """
uzovi:
  - {nummer: "0740", naam: Label, soort: zorgverzekeraar, edp: false, label_van: "0736",
     beleid: {betaaltermijn: {dagen: 30}, niet_gecontracteerd: {vergoeding: 50, maximum: {C002: 20.00}}}}
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
codelijsten:
  - {lijst: COD859, code: "010", omschrijving: Implantologie, ingang: 2008-01-01, einde: 2011-12-31}
pakketten:
  - {code: TAND, uzovi: "0736", soort: aanvullend, dekkingen: [{prestaties: [R*], percentage: 50}, {prestaties: ["*"],
     id: REST, percentage: 75, over: eigen_bijdrage, eigen_bijdrage: {bedrag: 90.00, per: kaak_per_prestatie},
     maximum_bedrag: 250.00, maximum_aantal: 2, per: kalenderjaar, leeftijd_vanaf: 18}]}
polissen:
  - {bsn: null, verzekerdennummer: V0009, geboortedatum: 1990-01-01, naam: Zonder, uzovi: "0736", ingang: 2010-01-01,
     einde: 2010-12-31, overleden: null, pakketten: [TAND, ALLES]}
machtigingen:
  - {nummer: M1, uzovi: "0736", bsn: "123456782", agb: "12012345", prestaties: ["J*"], ingang: 2011-01-01,
     einde: null, aantal: 3, bedrag: 500.00, status: vervallen}
"""


@pytest.fixture
def store(inv_url: str, tmp_path: Path) -> Iterator[Database]:
    """The store of INV 3, with a row of every list and the declaration of example 1."""
    opened = open_store(inv_url)
    file = tmp_path / "store.yaml"
    file.write_text(STORE, "utf-8")
    shutil.copy(FIXTURES / "inv3" / "1-volledig-toegewezen.mz301.asc", tmp_path / "x.asc")
    assert invoke("replay", tmp_path / "x.asc", "--store", inv_url, *ON_DATE).exit_code == 0
    load_file(opened, file)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("listing", "key"),
    [
        ("uzovi", {"nummer": "0740"}),
        ("zorgaanbieders", {"agb": "12004567"}),
        ("contracten", {"uzovi": "0736", "agb": "12012345"}),
        ("prestatiecodes", {"code": "C11"}),
        ("tarieven", {"prestatiecode": "C11"}),
        ("combinatieregels", {"nummer": "V30"}),
        ("codelijsten", {"lijst": "COD859", "code": "010"}),
        ("polissen", {"uzovi": "0736", "persoon": "V19900101V0009"}),
        ("machtigingen", {"bsn": "123456782"}),
    ],
)
def test_a_row_is_what_the_file_says(listing: str, key: dict[str, Any], store: Database) -> None:
    """Every key of the file with its value, dates as days and amounts with two decimals."""
    with store.read() as connection:
        rows = FileRows(connection, ALWAYS).find(listing, **key)
    expected = yaml.load(STORE, yaml.BaseLoader)[listing]
    assert len(rows) == len(expected)
    for row, line in zip(rows, expected, strict=True):
        assert row.lijst == listing
        assert row.waarden is not None
        was_read = yaml.load(yaml.dump(dict(row.waarden)), yaml.BaseLoader)
        own = {key: was_read.get(key, "null") for key in line}
        assert own == line | ({"tarieven": "null"} if listing == "contracten" else {})


def test_dekkingen_stand_in_their_place(store: Database) -> None:
    with store.read() as connection:
        (row,) = FileRows(connection, ALWAYS).find("dekkingen", uzovi="0736", pakket="TAND", volgnummer=1)
    assert row.sleutel == {"uzovi": "0736", "pakket": "TAND", "dekking": 2}
    assert row.waarden == {
        "uzovi": "0736",
        "pakket": "TAND",
        "dekking": 2,
        "id": "REST",
        "prestaties": ["*"],
        "leeftijd_vanaf": 18,
        "percentage": 75,
        "over": "eigen_bijdrage",
        "eigen_bijdrage": {"bedrag": "90.00", "per": "kaak_per_prestatie"},
        "maximum_bedrag": "250.00",
        "maximum_aantal": 2,
        "per": "kalenderjaar",
        "machtiging": False,
    }


def test_a_contract_with_the_tariff_of_a_code(store: Database) -> None:
    with store.read() as connection:
        source = FileRows(connection, ALWAYS)
        rows = source.find("contracten", uzovi="0736", agb="12012345")
        found = [source.contracttarief(row, code).waarden for row in rows for code in ("C11", "C12")]
    assert [w and w["tarieven"] for w in found] == [{"C11": "9.50"}, {"C12": None}, {"C11": "10.00"}, {"C12": None}]


def test_what_was_declared_earlier(store: Database) -> None:
    """With the message that it was in; not for that message itself."""
    key = {"persoon": "123456782", "datum": "20110331"}
    with store.read() as connection:
        rows = FileRows(connection, ALWAYS).find("prestaties", **key)
        own = FileRows(connection, 1).find("prestaties", **key)
        (number,) = FileRows(connection, ALWAYS).find("factuurnummers", agb="12012345", factuurnummer="F20110001")
    assert [row.waarden and row.waarden["toegekend_bedrag"] for row in rows] == ["10.00"]
    assert rows[0].sleutel == {"bsn": "123456782", "datum": "2011-03-31"}
    assert rows[0].waarden is not None
    assert (rows[0].waarden["factuurnummer"], rows[0].waarden["ontvangen"]) == ("F20110001", "2011-05-02")
    assert [row.waarden for row in own] == [None]
    assert number.waarden is not None
    assert number.waarden["uitkomst"] == "toegewezen"


@pytest.mark.parametrize("day", ["2011\N{SYMBOL FOR NULL}331", "\N{SYMBOL FOR NULL}" * 8, "\xff", ""])
def test_a_day_that_is_none_is_shown_as_it_stands(store: Database, day: str) -> None:
    """Whatever byte a message had there: the store keeps a NUL as a sign of its own."""
    with store.read() as connection:
        (none,) = FileRows(connection, ALWAYS).find("prestaties", persoon="123456782", datum=day)
    assert none.sleutel["datum"] == day

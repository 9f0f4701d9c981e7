"""Loading a verzekeraarsbestand: what is stored, what is refused with which line, and that it is all or nothing."""

from __future__ import annotations

import datetime as dt
import os
import random
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mzsim.common import yaml_lines
from mzsim.common.errors import StoreFileError
from mzsim.standard.values import elfproef
from mzsim.store.ledger import PORTAL
from mzsim.store.loading import load_file
from mzsim.store.models import Model
from mzsim.store.session import Database, open_store
from tests.databases import by_models, everywhere

EXAMPLE = """\
uzovi:
  - nummer: "0736"
    naam: Voorbeeld Zorgverzekeraar
    soort: zorgverzekeraar          # zorgverzekeraar | zorgkantoor | dji
    edp: true                       # connected to the declaratieportaal; false or absent number: 8198
    label_van: null                 # the UZOVI-nummer of the insurer that this is a label of
    beleid: {}                      # the insurer's choices, section 6
factuurnummers:                     # used before
  - {agb: "12012345", factuurnummer: "F2010-0042", uzovi: "0736", ontvangen: 2010-06-30, uitkomst: toegewezen}
                                    # uitkomst: toegewezen | afgewezen_verzekeraar | afgewezen_vecozo
zorgaanbieders:
  - {agb: "12004567", soort: zorgverlener, naam: T. Andarts, werkt_in: ["12012345"]}
                                    # soort: zorgverlener | praktijk | instelling | servicebureau
contracten:
  - {uzovi: "0736", agb: "12012345", ingang: 2008-01-01, einde: null, tarieven: {C11: 10.00}, modules: {}}
prestatiecodes:                     # the list in force (aanduiding 010); the last five keys may be left out
  - {code: C11, omschrijving: Periodieke controle, ingang: 2000-01-01, einde: null, bevoegd: ["12", "87"],
     techniekkosten: false, laboratoriumkosten: false, element: false, kaak: false, vlak: false}
tarieven:                           # national maximum (NZa)
  - {prestatiecode: C11, tarief: 10.00, ingang: 2008-01-01, einde: null}
retourcodes:                        # codes that COD954 holds and our list doesn't
  - {code: "3901", betekenis: …, soort: D}
codelijsten:                        # values of lists that are not public
  - {lijst: COD859, code: "010", omschrijving: Implantologie, ingang: 2008-01-01, einde: null}
pakketten:
  - code: ALLES
    uzovi: "0736"
    soort: basis                    # basis | aanvullend | wlz
    dekkingen:                      # the first that matches counts
      - {prestaties: ["*"], percentage: 100}
polissen:                           # several per BSN are possible; the one in force on the datum prestatie counts
  - {bsn: "123456782", verzekerdennummer: "V0001", geboortedatum: 1954-12-10, naam: Jansen,
     uzovi: "0736", ingang: 2006-01-01, einde: null, overleden: null, pakketten: [ALLES]}
machtigingen:
  - {nummer: "M1", uzovi: "0736", bsn: "123456782", agb: "12012345", prestaties: ["J*"],
     ingang: 2011-01-01, einde: 2011-12-31, status: afgegeven}     # afgegeven | vervallen | afgewezen
"""
UZOVI = '- {nummer: "0736", naam: V, soort: zorgverzekeraar, edp: true}'
BASIS = f"uzovi:\n  {UZOVI}\n"
PAKKET = BASIS + 'pakketten:\n  - {uzovi: "0736", code: ALLES, soort: basis}\n'

Load = Callable[[str], bool]
Error = Callable[[str], str]


@pytest.fixture
def load(store: Database, tmp_path: Path) -> Load:
    """Loads a text as a file."""

    def _load(text: str) -> bool:
        path = tmp_path / "store.yaml"
        path.write_text(dedent(text), "utf-8")
        return load_file(store, path)

    return _load


@pytest.fixture
def error(store: Database, load: Load, tmp_path: Path) -> Error:
    """Loads a text that is wrong: the message without the folder. Nothing may be loaded."""

    def _error(text: str) -> str:
        at_first = content(store)
        with pytest.raises(StoreFileError) as caught:
            load(text)
        assert content(store) == at_first
        melding = str(caught.value)
        assert "\n" not in melding
        return melding.removeprefix(f"{tmp_path}{os.sep}")

    return _error


def content(store: Database) -> dict[str, list[dict[str, Any]]]:
    """What can be loaded into the store, by table; the rows in the order of their primary key."""
    with by_models(store) as connection:
        return {
            name: [dict(row) for row in connection.execute(table.select().order_by(*table.primary_key)).mappings()]
            for name, table in Model.metadata.tables.items()
            if name not in PORTAL
        }


def row(store: Database, table: str) -> dict[str, Any]:
    """The only row of a table."""
    (single,) = content(store)[table]
    return single


def revision(store: Database) -> Any:
    return row(store, "stand")["revisie"]


@everywhere
def test_the_example_of_the_contract_is_stored(store: Database, load: Load) -> None:
    assert load(EXAMPLE)
    assert content(store) == {
        "stand": [{"id": 1, "revisie": 1, "geladen": 1}],
        "uzovi": [
            {
                "nummer": "0736",
                "naam": "Voorbeeld Zorgverzekeraar",
                "soort": "zorgverzekeraar",
                "edp": True,
                "label_van": None,
                "beleid": {},
            }
        ],
        "factuurnummers": [
            {
                "agb": "12012345",
                "factuurnummer": "F2010-0042",
                "uzovi": "0736",
                "vecozo_sleutel": "12012345/F2010-0042",
                "bij_verzekeraar": True,
                "ontvangen": dt.date(2010, 6, 30),
                "uitkomst": "toegewezen",
            }
        ],
        "facturen_bij_servicebureau": [],
        "zorgaanbieders": [
            {"agb": "12004567", "soort": "zorgverlener", "naam": "T. Andarts", "werkt_in": ["12012345"]}
        ],
        "contracten": [
            {
                "id": 1,
                "uzovi": "0736",
                "agb": "12012345",
                "ingang": dt.date(2008, 1, 1),
                "einde": None,
                "modules": {},
            }
        ],
        "contracttarieven": [{"contract_id": 1, "prestatiecode": "C11", "tarief": 1000}],
        "prestatiecodes": [
            {
                "code": "C11",
                "ingang": dt.date(2000, 1, 1),
                "einde": None,
                "omschrijving": "Periodieke controle",
                "bevoegd": ["12", "87"],
                "techniekkosten": False,
                "laboratoriumkosten": False,
                "element": False,
                "kaak": False,
                "vlak": False,
            }
        ],
        "tarieven": [
            {
                "prestatiecode": "C11",
                "ingang": dt.date(2008, 1, 1),
                "einde": None,
                "tarief": 1000,
                "tarief_bijzonder": None,
                "per_vijf_minuten": False,
            },
        ],
        "combinatieregels": [],
        "retourcodes": [{"code": "3901", "betekenis": "…", "soort": "D"}],
        "codelijsten": [
            {
                "lijst": "COD859",
                "code": "010",
                "ingang": dt.date(2008, 1, 1),
                "einde": None,
                "omschrijving": "Implantologie",
            }
        ],
        "pakketten": [{"uzovi": "0736", "code": "ALLES", "soort": "basis"}],
        "dekkingen": [
            {
                "uzovi": "0736",
                "pakket": "ALLES",
                "volgnummer": 0,
                "id": None,
                "prestaties": ["*"],
                "soort_prestatierecord": None,
                "leeftijd_vanaf": None,
                "leeftijd_tot": None,
                "bijzondere_tandheelkunde": None,
                "percentage": 100,
                "over": "bedrag",
                "eigen_bijdrage": None,
                "maximum_bedrag": None,
                "maximum_aantal": None,
                "per": None,
                "machtiging": False,
                "wachttijd_maanden": None,
            }
        ],
        "polissen": [
            {
                "id": 1,
                "uzovi": "0736",
                "persoon": "123456782",
                "bsn": "123456782",
                "verzekerdennummer": "V0001",
                "geboortedatum": dt.date(1954, 12, 10),
                "naam": "Jansen",
                "ingang": dt.date(2006, 1, 1),
                "einde": None,
                "overleden": None,
            }
        ],
        "polispakketten": [{"polis_id": 1, "volgnummer": 0, "uzovi": "0736", "pakket": "ALLES"}],
        "machtigingen": [
            {
                "uzovi": "0736",
                "nummer": "M1",
                "bsn": "123456782",
                "agb": "12012345",
                "prestaties": ["J*"],
                "ingang": dt.date(2011, 1, 1),
                "einde": dt.date(2011, 12, 31),
                "status": "afgegeven",
                "aantal": None,
                "bedrag": None,
            }
        ],
        "berichten": [],
        "prestaties": [],
        "wachtende_retouren": [],
        "inzendingen": [],
        "inzendingstukken": [],
    }


@pytest.mark.parametrize("bsn", ["null", '"999999999"'])
def test_an_authorisation_of_a_person_without_a_bsn(store: Database, load: Load, bsn: str) -> None:
    line = LINES["machtigingen"].replace('"100197243"', bsn)
    assert load(f"{BASIS}machtigingen:\n  {line}\n")
    assert row(store, "machtigingen")["bsn"] == "999999999"


def test_loading_a_file_twice_changes_nothing_not_even_the_revision(store: Database, load: Load) -> None:
    assert load(EXAMPLE)
    at_first = content(store)
    assert not load(EXAMPLE)
    assert content(store) == at_first


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n", "\ufeff", "{}", "polissen: []\n"])
def test_a_file_without_lines_loads_nothing(store: Database, load: Load, text: str) -> None:
    assert not load(text)
    assert revision(store) == 0


def test_an_empty_file_leaves_a_filled_store_as_it_is(store: Database, load: Load) -> None:
    load(EXAMPLE)
    at_first = content(store)
    assert not load("")
    assert content(store) == at_first


LINES = {
    "zorgaanbieders": '- {agb: "12004567", soort: praktijk, naam: Nieuw}',
    "prestatiecodes": "- {code: C11, omschrijving: Nieuw, ingang: 2000-01-01, einde: 2012-12-31, bevoegd: [], vlak: true}",
    "tarieven": "- {prestatiecode: C11, tarief: 12.5, ingang: 2008-01-01}",
    "retourcodes": '- {code: "3901", betekenis: Nieuw, soort: X}',
    "codelijsten": '- {lijst: COD859, code: "010", omschrijving: Nieuw, ingang: 2008-01-01, einde: 2012-12-31}',
    "machtigingen": '- {nummer: "M1", uzovi: "0736", bsn: "100197243", agb: "12012346", prestaties: ["K*"],'
    " ingang: 2012-01-01, status: vervallen}",
    "uzovi": '- {nummer: "0736", naam: Nieuw, soort: zorgkantoor, edp: false, beleid: {alles_of_niets: true}}',
    "factuurnummers": '- {agb: "12012345", factuurnummer: "f2010-0042 ", uzovi: "0736", ontvangen: 2011-06-30,'
    " uitkomst: afgewezen_verzekeraar}",
    "contracten": '- {uzovi: "0736", agb: "12012345", ingang: 2008-01-01, einde: 2010-01-01, modules: {A: b}}',
    "pakketten": '- {uzovi: "0736", code: ALLES, soort: wlz}',
    "polissen": '- {uzovi: "0736", bsn: "123456782", ingang: 2006-01-01, geboortedatum: 1954-12-11, naam: Nieuw}',
}


@pytest.mark.parametrize("listing", LINES)
def test_a_line_with_a_key_that_the_store_holds_replaces_that_line(store: Database, load: Load, listing: str) -> None:
    load(EXAMPLE)
    (old,) = content(store)[listing]
    assert load(f"{listing}:\n  {LINES[listing]}\n")
    (new,) = content(store)[listing]
    assert new != old
    assert new.get("id") == old.get("id")
    assert not load(f"{listing}:\n  {LINES[listing]}\n")


@pytest.mark.parametrize(
    ("listing", "children"),
    [("contracten", "contracttarieven"), ("pakketten", "dekkingen"), ("polissen", "polispakketten")],
)
def test_what_belongs_to_a_line_is_replaced_with_it(store: Database, load: Load, listing: str, children: str) -> None:
    load(EXAMPLE)
    assert len(content(store)[children]) == 1
    load(f"{listing}:\n  {LINES[listing]}\n")
    assert content(store)[children] == []


def test_other_dekkingen_alone_are_a_change(store: Database, load: Load) -> None:
    load(EXAMPLE)
    text = """\
        pakketten:
          - uzovi: "0736"
            code: ALLES
            soort: basis
            dekkingen:
              - {prestaties: [C*], percentage: 75, soort_prestatierecord: ["01", "02"], leeftijd_vanaf: 18,
                 leeftijd_tot: 65, bijzondere_tandheelkunde: false, over: bedrag, id: CONSULT,
                 eigen_bijdrage: {bedrag: 90.00, per: kaak_per_prestatie}, maximum_bedrag: 250,
                 maximum_aantal: 2, per: kalenderjaar, machtiging: true, wachttijd_maanden: 12}
              - {prestaties: ["*"], percentage: 0}
        """
    assert load(text)
    first, second = content(store)["dekkingen"]
    assert first == {
        "uzovi": "0736",
        "pakket": "ALLES",
        "volgnummer": 0,
        "id": "CONSULT",
        "prestaties": ["C*"],
        "soort_prestatierecord": ["01", "02"],
        "leeftijd_vanaf": 18,
        "leeftijd_tot": 65,
        "bijzondere_tandheelkunde": False,
        "percentage": 75,
        "over": "bedrag",
        "eigen_bijdrage": {"bedrag": 9000, "per": "kaak_per_prestatie"},
        "maximum_bedrag": 25000,
        "maximum_aantal": 2,
        "per": "kalenderjaar",
        "machtiging": True,
        "wachttijd_maanden": 12,
    }
    assert (second["volgnummer"], second["percentage"]) == (1, 0)
    assert not load(text)


def test_a_line_with_another_ingang_is_another_line(store: Database, load: Load) -> None:
    load(EXAMPLE)
    load(
        """\
        tarieven: [{prestatiecode: C11, tarief: 11, ingang: 2009-01-01}]
        polissen: [{uzovi: "0736", bsn: "123456782", ingang: 2011-01-01, geboortedatum: 1954-12-10, naam: Jansen}]
        """
    )
    assert [r["tarief"] for r in content(store)["tarieven"]] == [1000, 1100]
    assert len(content(store)["polissen"]) == 2
    assert len(content(store)["polispakketten"]) == 1


@pytest.mark.parametrize(
    ("amount", "cents"),
    [("10.00", 1000), ("0.1", 10), ("10", 1000), ("0", 0), ("0.29", 29), ("1.15", 115), ("999999.99", 99999999)],
)
def test_amounts_are_kept_in_cents(store: Database, load: Load, amount: str, cents: int) -> None:
    load(f"tarieven: [{{prestatiecode: C11, tarief: {amount}, ingang: 2008-01-01}}]")
    assert row(store, "tarieven")["tarief"] == cents


@pytest.mark.parametrize(
    ("amount", "what"),
    [
        ("-0.01", "may not be negative"),
        ("1000000", "may not be more than 999999.99"),
        ("999999.991", "may not be more than 999999.99"),
        ("99999999999999999999999.00", "may not be more than 999999.99"),
        ("9" * 5000, "must be an amount in euro, as 10.00 (a number, without quotes)"),
        ("10.005", "must have two decimals at most"),
        ("1." + "0" * 50 + "1", "must have two decimals at most"),
        ('"10.00"', "must be an amount in euro, as 10.00 (a number, without quotes)"),
        (".nan", "must be an amount in euro, as 10.00 (a number, without quotes)"),
        (".inf", "must be an amount in euro, as 10.00 (a number, without quotes)"),
        ("1.0e+3", "must be an amount in euro, as 10.00 (a number, without quotes)"),
        ("1_000", "must be an amount in euro, as 10.00 (a number, without quotes)"),
        ("010", "must be an amount in euro, as 10.00 (a number, without quotes)"),
        ("10,00", "must be an amount in euro, as 10.00 (a number, without quotes)"),
        ("true", "must be an amount in euro, as 10.00 (a number, without quotes)"),
        ("null", "must be an amount in euro, as 10.00 (a number, without quotes)"),
        ("[]", "must be an amount in euro, as 10.00 (a number, without quotes)"),
    ],
)
def test_no_other_amounts(error: Error, amount: str, what: str) -> None:
    text = f"tarieven:\n  - prestatiecode: C11\n    tarief: {amount}\n    ingang: 2008-01-01\n"
    assert error(text) == f"store.yaml:3: tarieven[0].tarief: {what}"


def test_a_date_may_stand_in_quotes(store: Database, load: Load) -> None:
    load('tarieven: [{"prestatiecode": "C11", "tarief": 10.00, "ingang": "2008-01-01"}]')
    assert row(store, "tarieven")["ingang"] == dt.date(2008, 1, 1)


@pytest.mark.parametrize(
    "date",
    ["2008-02-30", "01-01-2008", "2008-1-1", '"20080101"', "20080101", "2008-01-01 10:00:00", "null", '""', "x", "[]"],
)
def test_no_other_dates(error: Error, date: str) -> None:
    text = f"tarieven:\n  - prestatiecode: C11\n    tarief: 1\n    ingang: {date}\n"
    assert error(text) == "store.yaml:4: tarieven[0].ingang: must be a date (YYYY-MM-DD)"


def test_a_code_that_yaml_takes_for_text_needs_no_quotes(store: Database, load: Load) -> None:
    load("zorgaanbieders: [{agb: 09004567, soort: praktijk, naam: P}]")  # no octal number, so no number
    assert row(store, "zorgaanbieders")["agb"] == "09004567"


POLIS = '{uzovi: "0736", geboortedatum: 1954-12-10, naam: Jansen, ingang: 2006-01-01, %s}'


@pytest.mark.parametrize("bsn", ["null", '"999999999"'])
def test_a_person_without_bsn_is_known_by_verzekerdennummer(store: Database, load: Load, bsn: str) -> None:
    load(BASIS + f"polissen:\n  - {POLIS % f'bsn: {bsn}, verzekerdennummer: V7é'}")
    polis = row(store, "polissen")
    assert (polis["bsn"], polis["verzekerdennummer"], polis["persoon"]) == (None, "V7é", "V19541210V7é")


@pytest.mark.parametrize("rest", ["", "verzekerdennummer: null"])
def test_a_person_without_bsn_needs_a_verzekerdennummer(error: Error, rest: str) -> None:
    melding = error(BASIS + f"polissen:\n  - {POLIS % f'bsn: null, {rest}'}")
    assert melding == "store.yaml:4: polissen[0].verzekerdennummer: must be filled for a person without a BSN"


INVOICE = (
    '  - {{agb: "12012345", factuurnummer: {nummer}, uzovi: "{uzovi}", ontvangen: {ontvangen}, uitkomst: {uitkomst}}}\n'
)
TWO = BASIS + '  - {nummer: "0739", naam: A, soort: zorgverzekeraar, edp: true}\n'


def factuur(uzovi: str, received: str, outcome: str = "toegewezen", number: str = "F1") -> str:
    return INVOICE.format(uzovi=uzovi, ontvangen=received, uitkomst=outcome, nummer=number)


def vecozo(store: Database) -> dict[str, str | None]:
    return {r["uzovi"]: r["vecozo_sleutel"] for r in content(store)["factuurnummers"]}


@pytest.mark.parametrize(
    ("outcome", "at_insurer", "key"),
    [
        ("toegewezen", True, "12012345/F1"),
        ("afgewezen_verzekeraar", True, "12012345/F1"),
        ("afgewezen_vecozo", False, None),
    ],
)
def test_a_factuurnummer_is_on_both_lists_unless_vecozo_rejected_it(
    store: Database, load: Load, outcome: str, at_insurer: bool, key: str | None
) -> None:
    load(BASIS + "factuurnummers:\n" + factuur("0736", "2010-06-30", outcome, '"f1  "'))
    found = row(store, "factuurnummers")
    assert (found["factuurnummer"], found["bij_verzekeraar"]) == ("F1", at_insurer)
    assert found["vecozo_sleutel"] == key


@pytest.mark.parametrize("ordering", [(0, 1), (1, 0)])
@pytest.mark.parametrize("apart", [True, False])
def test_the_number_that_vecozo_received_last_counts(
    store: Database, load: Load, ordering: tuple[int, int], apart: bool
) -> None:
    lines = (factuur("0736", "2010-01-01"), factuur("0739", "2011-01-01"))
    parts = [lines[i] for i in ordering]
    load(TWO)
    for part in parts if apart else ["".join(parts)]:
        assert load("factuurnummers:\n" + part)
        assert not load("factuurnummers:\n" + part)
    assert vecozo(store) == {"0736": None, "0739": "12012345/F1"}


def test_a_number_can_pass_from_one_insurer_to_another_in_one_file(store: Database, load: Load) -> None:
    load(TWO + "factuurnummers:\n" + factuur("0736", "2010-01-01") + factuur("0739", "2009-01-01"))
    assert vecozo(store) == {"0736": "12012345/F1", "0739": None}
    text = "factuurnummers:\n" + factuur("0739", "2009-01-01") + factuur("0736", "2010-01-01", "afgewezen_vecozo")
    assert load(text)
    assert vecozo(store) == {"0736": None, "0739": "12012345/F1"}
    assert not load(text)


def test_what_a_replay_recorded_is_replaced_too(store: Database, load: Load) -> None:
    load(BASIS)
    with store.change() as connection:
        connection.execute(
            "INSERT INTO factuurnummers VALUES"
            " ('12012345', 'F1', '0736', '12012345/F1', false, '2010-01-01', 'doorgestuurd')"
        )
        connection.commit()
    load("factuurnummers:\n" + factuur("0736", "2010-01-01", "afgewezen_vecozo"))
    assert vecozo(store) == {"0736": None}


LABEL = '  - {nummer: "0738", naam: L, soort: zorgverzekeraar, edp: true, label_van: "0736"}\n'


def test_a_label_may_stand_before_its_insurer(store: Database, load: Load) -> None:
    load(f"uzovi:\n{LABEL}  {UZOVI}\n")
    assert [r["label_van"] for r in content(store)["uzovi"]] == [None, "0736"]


def test_a_label_may_point_to_what_the_store_holds(store: Database, load: Load) -> None:
    load(BASIS)
    assert load("uzovi:\n" + LABEL)
    assert not load("uzovi:\n" + LABEL)


def test_an_insurer_and_its_label_may_change_places(store: Database, load: Load) -> None:
    load(BASIS + LABEL)
    load("uzovi:\n" + LABEL.replace('"0738"', '"0736"').replace('label_van: "0736"', 'label_van: "0738"')
         + LABEL.replace('label_van: "0736"', "label_van: null"))  # fmt: skip
    assert [r["label_van"] for r in content(store)["uzovi"]] == ["0738", None]


def polis(uzovi: str, pakketten: str, bsn: str = "123456782") -> str:
    fixed = "geboortedatum: 1954-12-10, naam: Jansen, ingang: 2006-01-01"
    return f'  - {{uzovi: "{uzovi}", bsn: "{bsn}", {fixed}, pakketten: {pakketten}}}\n'


def test_a_polis_of_a_label_holds_pakketten_of_either(store: Database, load: Load) -> None:
    load(BASIS + LABEL)
    load(
        """\
        pakketten:
          - {uzovi: "0736", code: A, soort: basis}
          - {uzovi: "0736", code: B, soort: aanvullend}
          - {uzovi: "0738", code: B, soort: aanvullend}
        """
    )
    assert load("polissen:\n" + polis("0738", "[B, A]"))
    assert [(r["volgnummer"], r["uzovi"], r["pakket"]) for r in content(store)["polispakketten"]] == [
        (0, "0738", "B"),
        (1, "0736", "A"),
    ]


BELEID = """\
uzovi:
  - nummer: "0736"
    naam: V
    soort: zorgverzekeraar
    edp: true
    beleid:
      factuurnummer_hergebruik_na_afwijzing: true
      referentienummer_hergebruik_na_afwijzing: true
      tarief_afwijking: afwijzen
      machtigingsplichtig:
        - {prestaties: ["J*"], leeftijd_vanaf: 18, leeftijd_tot: 65, boven_bedrag: 250.50, vanaf_aantal: 2,
           per: kalenderjaar}
        - {prestaties: [C11]}
      contract_vereist: record
      niet_gecontracteerd: {vergoeding: 75, maximum: {C002: 20.00, "J*": 100}}
      indientermijn: {soort: datum, dag: 31, maand: 3, jaren: 2}
      factuurdatum_max_dagen: 365
      betaaltermijn: {met_contract: {werkdagen: 5}, zonder_contract: {dagen: 30}}
      volledig_afgewezen: "8073"
      alles_of_niets: true
      retourcodes: {0408-1: "8072", 0116-2: "8023"}
      retourcodes_combinatieregels: {A10-1: "0613"}
      uit: [0408-2, record-5]
"""


def test_beleid_is_stored_as_given(store: Database, load: Load) -> None:
    load(BELEID)
    assert row(store, "uzovi")["beleid"] == {
        "factuurnummer_hergebruik_na_afwijzing": True,
        "referentienummer_hergebruik_na_afwijzing": True,
        "tarief_afwijking": "afwijzen",
        "machtigingsplichtig": [
            {
                "prestaties": ["J*"],
                "leeftijd_vanaf": 18,
                "leeftijd_tot": 65,
                "boven_bedrag": 25050,
                "vanaf_aantal": 2,
                "per": "kalenderjaar",
            },
            {"prestaties": ["C11"]},
        ],
        "contract_vereist": "record",
        "niet_gecontracteerd": {"vergoeding": 75, "maximum": {"C002": 2000, "J*": 10000}},
        "indientermijn": {"soort": "datum", "dag": 31, "maand": 3, "jaren": 2},
        "factuurdatum_max_dagen": 365,
        "betaaltermijn": {"met_contract": {"werkdagen": 5}, "zonder_contract": {"dagen": 30}},
        "volledig_afgewezen": "8073",
        "alles_of_niets": True,
        "retourcodes": {"0408-1": "8072", "0116-2": "8023"},
        "retourcodes_combinatieregels": {"A10-1": "0613"},
        "uit": ["0408-2", "record-5"],
    }
    assert not load(BELEID)


def beleid(line: str) -> str:
    """A file with one key of beleid, on line 7."""
    return BELEID.partition("      factuur")[0] + f"      {line}\n"


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("contract_vereist: false", {"contract_vereist": False}),
        ("indientermijn: null", {}),
        ("betaaltermijn: {dagen: 30}", {"betaaltermijn": {"dagen": 30}}),
        ("betaaltermijn: {met_contract: {werkdagen: 1}, zonder_contract: null}",
         {"betaaltermijn": {"met_contract": {"werkdagen": 1}}}),
        ("indientermijn: {zonder_contract: {soort: maanden, maanden: 6}}",
         {"indientermijn": {"zonder_contract": {"soort": "maanden", "maanden": 6}}}),
        ("indientermijn: {soort: maanden, maanden: 12}", {"indientermijn": {"soort": "maanden", "maanden": 12}}),
        ("indientermijn: {soort: dagen_na_maandeinde, dagen: 0}",
         {"indientermijn": {"soort": "dagen_na_maandeinde", "dagen": 0}}),
        ('volledig_afgewezen: "0200"', {"volledig_afgewezen": "0200"}),
    ],
)  # fmt: skip
def test_other_values_of_beleid(store: Database, load: Load, line: str, kept: dict[str, Any]) -> None:
    load(beleid(line))
    assert row(store, "uzovi")["beleid"] == kept


@pytest.mark.parametrize(
    ("line", "melding"),
    [
        ("kleur: rood", "7: uzovi[0].beleid.kleur: is no key of the store file; known here:"
         " factuurnummer_hergebruik_na_afwijzing, referentienummer_hergebruik_na_afwijzing, tarief_afwijking,"
         " machtigingsplichtig, contract_vereist, niet_gecontracteerd, indientermijn, factuurdatum_max_dagen,"
         " betaaltermijn, volledig_afgewezen, alles_of_niets, retourcodes, retourcodes_combinatieregels, uit"),
        ("alles_of_niets: 1", "7: uzovi[0].beleid.alles_of_niets: must be true or false"),
        ("alles_of_niets: null", "7: uzovi[0].beleid.alles_of_niets: must be true or false"),
        ("tarief_afwijking: nooit", "7: uzovi[0].beleid.tarief_afwijking: must be 'eigen_tarief' or 'afwijzen'"),
        ("contract_vereist: true", "7: uzovi[0].beleid.contract_vereist: must be false, 'bestand' or 'record'"),
        ("contract_vereist: 0", "7: uzovi[0].beleid.contract_vereist: must be false, 'bestand' or 'record'"),
        ("volledig_afgewezen: 0200", "7: uzovi[0].beleid.volledig_afgewezen: must be '0200' or '8073'"),
        ("machtigingsplichtig: [{boven_bedrag: 1}]", "7: uzovi[0].beleid.machtigingsplichtig[0].prestaties: is missing"),
        ("machtigingsplichtig: [{prestaties: []}]",
         "7: uzovi[0].beleid.machtigingsplichtig[0].prestaties: may not be empty"),
        ("machtigingsplichtig: [{prestaties: [J*], leeftijd_vanaf: 18, leeftijd_tot: 18}]",
         "7: uzovi[0].beleid.machtigingsplichtig[0].leeftijd_tot: must be more than leeftijd_vanaf"
         " (who has this age is too old)"),
        ("niet_gecontracteerd: {vergoeding: 101}",
         "7: uzovi[0].beleid.niet_gecontracteerd.vergoeding: must be 100 or less"),
        ("niet_gecontracteerd: {vergoeding: -1}",
         "7: uzovi[0].beleid.niet_gecontracteerd.vergoeding: must be 0 or more"),
        ("niet_gecontracteerd: {maximum: {C002: 20}}",
         "7: uzovi[0].beleid.niet_gecontracteerd.vergoeding: is missing"),
        ("niet_gecontracteerd: {vergoeding: 75, maximum: {C-2: 20}}",
         "7: uzovi[0].beleid.niet_gecontracteerd.maximum.C-2: must be a prestatiecode, with * as wildcard"),
        ("niet_gecontracteerd: {vergoeding: 75, maximum: {C002: '20'}}",
         "7: uzovi[0].beleid.niet_gecontracteerd.maximum.C002: must be an amount in euro, as 10.00"
         " (a number, without quotes)"),
        ("niet_gecontracteerd: 75", "7: uzovi[0].beleid.niet_gecontracteerd: must be a mapping of keys to values"),
        ("indientermijn: {soort: maanden}",
         "7: uzovi[0].beleid.indientermijn: must hold soort and, with maanden, just: maanden"),
        ("indientermijn: {soort: maanden, dagen: 3}",
         "7: uzovi[0].beleid.indientermijn: must hold soort and, with maanden, just: maanden"),
        ("indientermijn: {soort: datum, dag: 29, maand: 2, jaren: 1}",
         "7: uzovi[0].beleid.indientermijn: dag and maand must name a day that every year has"),
        ("indientermijn: {soort: weken}",
         "7: uzovi[0].beleid.indientermijn.soort: must be 'maanden', 'dagen_na_maandeinde' or 'datum'"),
        ("indientermijn: {maanden: 3}",
         "7: uzovi[0].beleid.indientermijn: must hold soort: maanden, dagen_na_maandeinde, datum"),
        ("indientermijn: {soort: maanden, maanden: 3, met_contract: {soort: maanden, maanden: 6}}",
         "7: uzovi[0].beleid.indientermijn: must hold the term itself, or met_contract and zonder_contract with a term each"
         " (null: none)"),
        ("indientermijn: {met_contract: null, zonder_contract: null}",
         "7: uzovi[0].beleid.indientermijn: must hold a term in met_contract or zonder_contract; leave the key out where"
         " there is none"),
        ("indientermijn: {met_contract: {soort: maanden}}",
         "7: uzovi[0].beleid.indientermijn.met_contract: must hold soort and, with maanden, just: maanden"),
        ("betaaltermijn: {met_contract: {dagen: 1, werkdagen: 1}}",
         "7: uzovi[0].beleid.betaaltermijn.met_contract: must hold either werkdagen or dagen"),
        ("betaaltermijn: {met_contract: {weken: 1}}",
         "7: uzovi[0].beleid.betaaltermijn.met_contract.weken: is no key of the store file; known here: werkdagen, dagen"),
        ('retourcodes_combinatieregels: {A10-1: "8023"}',
         "7: uzovi[0].beleid.retourcodes_combinatieregels.A10-1: 8023 rejects no record; choose a code of kind D, or add it"
         " under retourcodes"),
        ("betaaltermijn: {}", "7: uzovi[0].beleid.betaaltermijn: must hold either werkdagen or dagen"),
        ("betaaltermijn: {dagen: 1, werkdagen: 1}",
         "7: uzovi[0].beleid.betaaltermijn: must hold either werkdagen or dagen"),
        ("factuurdatum_max_dagen: 365.0", "7: uzovi[0].beleid.factuurdatum_max_dagen: must be a whole number"),
        ("factuurdatum_max_dagen: 99999999999999999999",
         "7: uzovi[0].beleid.factuurdatum_max_dagen: must be a whole number"),
        ("retourcodes: {0408-1: 8072}", "7: uzovi[0].beleid.retourcodes.0408-1: must be text; put it in quotes"),
        ('retourcodes: {0408-99: "8072"}', "7: uzovi[0].beleid.retourcodes.0408-99: there is no check 0408-99;"
         " mzsim controles lists them"),
        ('retourcodes: {0408-1: "3901"}', "7: uzovi[0].beleid.retourcodes.0408-1: retourcode 3901 is unknown;"
         " add it under retourcodes, with betekenis and soort"),
        ('retourcodes: {0408-1: "8023"}', "7: uzovi[0].beleid.retourcodes.0408-1: check 0408-1 rejects a record,"
         " which 8023 (kind T) doesn't; choose a code of kind D"),
        ('retourcodes: {0408-1: "0200"}', "7: uzovi[0].beleid.retourcodes.0408-1: check 0408-1 rejects a record,"
         " which 0200 (kind O) doesn't; choose a code of kind D"),
        ('retourcodes: {0116-2: "8072"}', "7: uzovi[0].beleid.retourcodes.0116-2: check 0116-2 rejects the file,"
         " which 8072 (kind D) doesn't; choose a code of kind X or T"),
        ('retourcodes: {0116-2: "0001"}', "7: uzovi[0].beleid.retourcodes.0116-2: 0001 stands before the cause of a"
         " file that is rejected, and names none"),
        ('retourcodes: {bestand-1: "0001"}', "7: uzovi[0].beleid.retourcodes.bestand-1: check bestand-1 has no"
         " retourbericht that a code could stand in"),
        ("uit: [0408-1, 0408-99]", "7: uzovi[0].beleid.uit[1]: there is no check 0408-99; mzsim controles lists them"),
        ("uit: [record-1]", "7: uzovi[0].beleid.uit[0]: check record-1 is of level 1 or 2: a message can't be read"
         " without it; leave it out here"),
        ("uit: [0430-1]", "7: uzovi[0].beleid.uit[0]: check 0430-1 tells what is asked: nobody can say what is granted"
         " without it; leave it out here"),
        ("uit: [0408-1, 0408-1]", "7: uzovi[0].beleid.uit: holds the same value twice; leave one out"),
    ],
)  # fmt: skip
def test_beleid_is_refused(error: Error, line: str, melding: str) -> None:
    assert error(beleid(line)) == f"store.yaml:{melding}"


def test_beleid_may_use_a_code_of_the_file_or_the_store(load: Load) -> None:
    code = 'retourcodes: [{code: "3901", betekenis: x, soort: D}]\n'
    assert load(beleid('retourcodes: {0408-1: "3901"}') + code)
    assert load(beleid('retourcodes: {0408-2: "3901"}'))


def test_a_code_that_beleid_in_the_store_uses_keeps_its_kind(load: Load, error: Error) -> None:
    code = 'retourcodes: [{code: "3901", betekenis: x, soort: %s}]\n'
    load(code % "D")
    load(beleid('retourcodes: {0408-1: "3901"}'))
    assert error(code % "X") == (
        "store.yaml:1: retourcodes[0].soort: 0736 in the store answers check 0408-1 with 3901, which needs another kind;"
        " change its beleid first"
    )
    assert load(code % "X" + beleid("alles_of_niets: true"))


@pytest.mark.parametrize(
    ("text", "melding"),
    [
        # YAML
        ("uzovi:\n  - nummer: [\n", "3: not YAML: did not find expected node content"),
        ("uzovi: []\n\tx: 1\n", "2: not YAML: this line begins with a tab; put spaces in its place"),
        ("uzovi:\n  - nummer: a\n  \tedp: true\n", "3: not YAML: this line begins with a tab; put spaces in its place"),
        ("uzovi:\n\t- a\n", "2: not YAML: this line begins with a tab; put spaces in its place"),
        ("uzovi: @x\n\ty\n", "1: not YAML: found character that cannot start any token"),
        ("a: b: c", "1: not YAML: mapping values are not allowed in this context"),
        ("uzovi: []\n\x00", "2: not YAML: a control character; is this a text file?"),
        ("uzovi: []\n---\nuzovi: []\n", "2: a second document begins here; make it a file of its own"),
        ("- 1\n", "1: must be a mapping of keys to values; the keys are uzovi, factuurnummers, zorgaanbieders,"
         " contracten, prestatiecodes, tarieven, combinatieregels, retourcodes, codelijsten, pakketten, polissen, machtigingen"),
        ("hello", "1: must be a mapping of keys to values; the keys are uzovi, factuurnummers, zorgaanbieders,"
         " contracten, prestatiecodes, tarieven, combinatieregels, retourcodes, codelijsten, pakketten, polissen, machtigingen"),
        ("uzovi:\n  - " + "[" * 100000, "2: is nested more than 20 deep; no key of a store is"),
        ("uzovi: [\n" + "[" * 100000, "2: is nested more than 20 deep; no key of a store is"),
        ("[" * 900, "1: is nested more than 20 deep; no key of a store is"),
        ("[" * 1100 + "]" * 1100, "1: is nested more than 20 deep; no key of a store is"),
        ("{a: " * 5000, "1: is nested more than 20 deep; no key of a store is"),
        ("tarieven:\n  - {prestatiecode: !!str 123}", '2: tarieven[0].prestatiecode: leave out the tag'
         ' "tag:yaml.org,2002:str"'),
        ("x: !!python/object/apply:os.system [ls]", '1: x: leave out the tag'
         ' "tag:yaml.org,2002:python/object/apply:os.system"'),
        ("tarieven:\n  - <<: {ingang: 2008-01-01}\n", "2: tarieven[0]: this key is no text; put it in quotes"
         " (<< is not supported)"),
        ("contracten:\n  - tarieven:\n      010: 5\n", "3: contracten[0].tarieven: this key is no text;"
         " put it in quotes (<< is not supported)"),
        ("? [a]\n: b\n", "1: this key is no text; put it in quotes (<< is not supported)"),
        ("x: *weg", "1: *weg stands for nothing that was read before; write the value out"),
        ("x: &x [*x]", "1: *x stands for nothing that was read before; write the value out"),
        ("zorgaanbieders:\n  - agb: '12004567'\n    naam: |\n      T.\n      Andarts\n",
         "3: zorgaanbieders[0].naam: holds a line end or another control character; write it on one line"),
        # duplicates
        ("uzovi: []\npolissen: []\nuzovi: []\n", "3: uzovi: this key stands here twice; leave one out"),
        ("tarieven:\n  - prestatiecode: C11\n    tarief: 1\n    prestatiecode: C12\n",
         "4: tarieven[0].prestatiecode: this key stands here twice; leave one out"),
        ("contracten:\n  - {tarieven: {C11: 1,\n     C11: 2}}\n",
         "3: contracten[0].tarieven.C11: this key stands here twice; leave one out"),
        (BASIS + f"  {UZOVI}\n", "3: uzovi[1]: has the same nummer as uzovi[0] (line 2); leave one of the two out"),
        (BASIS + "factuurnummers:\n" + factuur("0736", "2010-01-01") + factuur("0736", "2011-01-01", number="f1"),
         "5: factuurnummers[1]: has the same agb, factuurnummer, uzovi as factuurnummers[0] (line 4);"
         " leave one of the two out"),
        (BASIS + "polissen:\n" + polis("0736", "[]") + polis("0736", "[]", "100197243") + polis("0736", "[]"),
         "6: polissen[2]: has the same uzovi, persoon, ingang as polissen[0] (line 4); leave one of the two out"),
        (PAKKET + "polissen:\n" + polis("0736", "[ALLES, ALLES]"),
         "6: polissen[0].pakketten: holds the same value twice; leave one out"),
        # keys
        ("verzekeraars: []\n", "1: verzekeraars: is no key of the store file; known here: uzovi, factuurnummers,"
         " zorgaanbieders, contracten, prestatiecodes, tarieven, combinatieregels, retourcodes, codelijsten, pakketten, polissen,"
         " machtigingen"),
        ("tarieven:\n  - prestatiecode: C11\n    bedrag: 1\n    tarief: 1\n    ingang: 2008-01-01\n",
         "3: tarieven[0].bedrag: is no key of the store file; known here: ingang, einde, prestatiecode, tarief,"
         " tarief_bijzonder, per_vijf_minuten"),
        ('"a\\u007f\\nb": 1', "1: holds a line end or another control character; write it on one line"),
        (PAKKET.replace("basis}", "basis, dekkingen: [{percentage: 1}]}"),
         "4: pakketten[0].dekkingen[0].prestaties: is missing"),
        ("tarieven:\n  - prestatiecode: C11\n    tarief: 1\n", "2: tarieven[0].ingang: is missing"),
        ("polissen:\n  - {verzekerdennummer: V1, uzovi: '0736', ingang: 2006-01-01, naam: J}\n",
         "2: polissen[0].bsn: is missing"),
        # types
        ("uzovi: {}\n", "1: uzovi: must be a list ([] where there is none)"),
        ("uzovi:\n", "1: uzovi: must be a list ([] where there is none)"),
        ("uzovi:\n  - 0736\n", "2: uzovi[0]: must be a mapping of keys to values"),
        (BASIS.replace('"0736"', "0736"), "2: uzovi[0].nummer: must be text; put it in quotes"),
        (BASIS.replace("naam: V", "naam: 2011-01-01"), "2: uzovi[0].naam: must be text; put it in quotes"),
        (BASIS.replace("naam: V", "naam: no"), "2: uzovi[0].naam: must be text; put it in quotes"),
        (BASIS.replace("naam: V", "naam: null"), "2: uzovi[0].naam: may not be empty"),
        (BASIS.replace("naam: V", 'naam: ""'), "2: uzovi[0].naam: may not be empty"),
        (BASIS.replace("naam: V", "naam: [V]"), "2: uzovi[0].naam: must be text"),
        (BASIS.replace("true", '"true"'), "2: uzovi[0].edp: must be true or false"),
        ("contracten:\n  - {uzovi: '0736', agb: '12012345', ingang: 2008-01-01, modules: []}\n",
         "2: contracten[0].modules: must be a mapping of keys to values ({} where there is none)"),
        ("contracten:\n  - {uzovi: '0736', agb: '12012345', ingang: 2008-01-01, modules: {implantologie: vrij}}\n",
         "2: contracten[0].modules: knows implantologie as standaard or machtigingsvrij"),
        # values
        (BASIS.replace("0736", "736"), "2: uzovi[0].nummer: must be 4 digits"),
        (BASIS.replace("0736", "٠٧٣٦"), "2: uzovi[0].nummer: must be 4 digits"),
        (BASIS.replace("0736", "0736\\n"), "2: uzovi[0].nummer: holds a line end or another control character;"
         " write it on one line"),
        (BASIS.replace("soort: zorgverzekeraar", "soort: bank"),
         "2: uzovi[0].soort: must be 'zorgverzekeraar', 'zorgkantoor' or 'dji'"),
        ("zorgaanbieders:\n  - {agb: '1200456', soort: praktijk, naam: P}\n",
         "2: zorgaanbieders[0].agb: must be 8 digits (an AGB-code)"),
        ("codelijsten:\n  - {lijst: COD805, code: '000001', omschrijving: x, ingang: 2008-01-01}\n",
         "2: codelijsten[0].lijst: is no list that is checked against; those are COD016, COD852, COD859"),
        ("codelijsten:\n  - {lijst: COD859, code: '0010', omschrijving: x, ingang: 2008-01-01}\n",
         "2: codelijsten[0].code: must be 3 digits"),
        ("codelijsten:\n  - {lijst: COD016, code: '12A0', omschrijving: x, ingang: 2008-01-01}\n",
         "2: codelijsten[0].code: must be 4 digits"),
        ("codelijsten:\n  - {lijst: COD016, code: 1200, omschrijving: x, ingang: 2008-01-01}\n",
         "2: codelijsten[0].code: must be text; put it in quotes"),
        ("retourcodes:\n  - {code: '39010', betekenis: x, soort: D}\n", "2: retourcodes[0].code: must be 4 digits"),
        ("tarieven:\n  - {prestatiecode: C111111, tarief: 1, ingang: 2008-01-01}\n",
         "2: tarieven[0].prestatiecode: must be 1 to 6 letters and digits (a prestatiecode)"),
        ("contracten:\n  - {uzovi: '0736', agb: '12012345', ingang: 2008-01-01, tarieven: {C-1: 5}}\n",
         "2: contracten[0].tarieven.C-1: must be 1 to 6 letters and digits (a prestatiecode)"),
        ("prestatiecodes:\n  - {code: C11, omschrijving: x, ingang: 2008-01-01, bevoegd: [tand]}\n",
         "2: prestatiecodes[0].bevoegd[0]: must be 2 digits (an AGB kind)"),
        ("tarieven:\n  - {prestatiecode: C11, tarief: 1, ingang: 2008-01-02, einde: 2008-01-01}\n",
         "2: tarieven[0].einde: may not be before ingang"),
        (BASIS + f"polissen:\n  - {POLIS % 'bsn: null, verzekerdennummer: Ł1'}",
         "4: polissen[0].verzekerdennummer: holds a character that a message has no place for (ISO 8859-1)"),
        (BASIS + f"polissen:\n  - {POLIS % 'bsn: null, verzekerdennummer: V234567890123456'}",
         "4: polissen[0].verzekerdennummer: may be 15 characters long at most"),
        (BASIS + f"""polissen:\n  - {POLIS % 'bsn: null, verzekerdennummer: "  "'}""",
         "4: polissen[0].verzekerdennummer: may not be empty"),
        (BASIS + f"polissen:\n  - {POLIS % 'bsn: 123456782'}", "4: polissen[0].bsn: must be text; put it in quotes"),
        (BASIS + f"""polissen:\n  - {POLIS % 'bsn: "12345678"'}""", "4: polissen[0].bsn: must be 9 digits (a BSN)"),
        (BASIS + f"""polissen:\n  - {POLIS % 'bsn: "123456782", overleden: 1950-01-01'}""",
         "4: polissen[0].overleden: may not be before geboortedatum"),
        (BASIS + "factuurnummers:\n" + factuur("0736", "2010-01-01", number="F234567890123"),
         "4: factuurnummers[0].factuurnummer: may be 12 characters long at most"),
        (BASIS + "factuurnummers:\n" + factuur("0736", "2010-01-01", "doorgestuurd"),
         "4: factuurnummers[0].uitkomst: must be 'toegewezen', 'afgewezen_verzekeraar' or 'afgewezen_vecozo'"),
        (PAKKET.replace("basis}", "basis, dekkingen: [{prestaties: [C?1], percentage: 1}]}"),
         "4: pakketten[0].dekkingen[0].prestaties[0]: must be a prestatiecode, with * as wildcard"),
        (PAKKET.replace("basis}", "basis, dekkingen: [{prestaties: [C11], percentage: 75.5}]}"),
         "4: pakketten[0].dekkingen[0].percentage: must be a whole number"),
        (PAKKET.replace("basis}", "basis, dekkingen: [{prestaties: [C11], percentage: 1, over: eigen_bijdrage}]}"),
         "4: pakketten[0].dekkingen: only a pakket of soort aanvullend pays over eigen_bijdrage; use over: bedrag"),
        (PAKKET.replace("basis}", 'basis, dekkingen: [{prestaties: [C11], percentage: 1,\n'
                        '    soort_prestatierecord: ["05"]}]}'),
         "5: pakketten[0].dekkingen[0].soort_prestatierecord[0]: must be '01', '02', '03' or '04'"),
        # references
        ("uzovi:\n" + LABEL, "2: uzovi[0].label_van: is no insurer of this file or the store; add it under uzovi"),
        ("uzovi:\n" + LABEL.replace("0738", "0736"),
         "2: uzovi[0].label_van: points to the insurer itself; null stands for none"),
        (BASIS + LABEL + LABEL.replace("0736", "0738").replace('"0738", naam', '"0740", naam'),
         "4: uzovi[2].label_van: 0738 is a label itself, of 0736; name that one"),
        ("factuurnummers:\n" + factuur("0736", "2010-01-01"),
         "2: factuurnummers[0].uzovi: is no insurer of this file or the store; add it under uzovi"),
        ("contracten:\n  - {agb: '12012345', ingang: 2008-01-01,\n     uzovi: '0736'}\n",
         "3: contracten[0].uzovi: is no insurer of this file or the store; add it under uzovi"),
        (PAKKET.replace(BASIS, ""),
         "2: pakketten[0].uzovi: is no insurer of this file or the store; add it under uzovi"),
        ("polissen:\n" + polis("0736", "[]"),
         "2: polissen[0].uzovi: is no insurer of this file or the store; add it under uzovi"),
        ("machtigingen:\n  " + LINES["machtigingen"],
         "2: machtigingen[0].uzovi: is no insurer of this file or the store; add it under uzovi"),
        (PAKKET + "polissen:\n" + polis("0736", "[ALLES, MEER]"),
         "6: polissen[0].pakketten[1]: is no pakket of 0736; add it under pakketten"),
        ("uzovi:\n" + LABEL + f"  {UZOVI}\npolissen:\n" + polis("0738", "[MEER]"),
         "5: polissen[0].pakketten[0]: is no pakket of 0738, nor of 0736, whose label it is; add it under pakketten"),
        ('retourcodes: [{code: "0001", betekenis: x, soort: D}]',
         "1: retourcodes[0].soort: COD954 holds 0001 with kind X; leave this line out"),
        # the first in the order of the file
        ("tarieven: [{}]\nuzovi: x\n", "1: tarieven[0].ingang: is missing"),
        ("uzovi: x\ntarieven: [{}]\n", "1: uzovi: must be a list ([] where there is none)"),
        ("tarieven:\n  - prestatiecode: C11\n    tarif: 1\n    ingang: 2008-01-01\n",
         "3: tarieven[0].tarif: is no key of the store file; known here: ingang, einde, prestatiecode, tarief,"
         " tarief_bijzonder, per_vijf_minuten"),
        ("tarieven: [{prestatiecode: C11, tarief: x,\n  ingang: x}]\nuzovi: []\nuzovi: []\n",
         "1: tarieven[0].tarief: must be an amount in euro, as 10.00 (a number, without quotes)"),
        ("polissen:\n" + polis("0739", "[]") + "uzovi:\n" + LABEL,
         "2: polissen[0].uzovi: is no insurer of this file or the store; add it under uzovi"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_line_and_key(error: Error, text: str, melding: str) -> None:
    assert error(text) == f"store.yaml:{melding}"


@pytest.mark.parametrize("kind", ["X", "T", "D", "O"])
def test_a_code_of_cod954_may_get_another_meaning_with_its_own_kind_only(load: Load, kind: str) -> None:
    text = f'retourcodes: [{{code: "8022", betekenis: x, soort: {kind}}}]'
    if kind == "T":
        assert load(text)
    else:
        with pytest.raises(StoreFileError, match="with kind T"):
            load(text)


def test_a_reference_may_point_to_what_the_store_holds(load: Load) -> None:
    load(PAKKET)
    assert load("polissen:\n" + polis("0736", "[ALLES]"))


def test_an_insurer_with_labels_in_the_store_becomes_no_label(load: Load, error: Error) -> None:
    load(TWO + LABEL)
    assert error("uzovi:\n" + LABEL.replace("0736", "0739").replace("0738", "0736")) == (
        "store.yaml:2: uzovi[0].label_van: 0736 has a label itself, 0738; a label can't have one"
    )


def test_a_label_leaves_its_insurer_only_with_polissen_that_do(load: Load, error: Error) -> None:
    load(PAKKET.replace("pakketten:", LABEL + "pakketten:") + "polissen:\n" + polis("0738", "[ALLES]"))
    loose = "uzovi:\n" + LABEL.replace('label_van: "0736"', "label_van: null")
    assert error(loose) == (
        "store.yaml:2: uzovi[0].label_van: polissen of 0738 in the store hold pakketten of 0736;"
        " give them others in this file"
    )
    assert load(loose + "polissen:\n" + polis("0738", "[]"))


def test_nothing_of_a_wrong_file_is_loaded(load: Load, error: Error) -> None:
    load(EXAMPLE)
    melding = error(EXAMPLE.replace("Voorbeeld Zorg", "Ander").replace("pakketten: [ALLES]", "pakketten: [NIETS]"))
    assert melding == "store.yaml:33: polissen[0].pakketten[0]: is no pakket of 0736; add it under pakketten"


def test_messages_hold_no_personal_data(error: Error) -> None:
    melding = error(PAKKET + "polissen:\n" + polis("0736", "[NIETS]") + polis("0736", "[NIETS]"))
    assert "123456782" not in melding
    assert "Jansen" not in melding


def test_what_can_not_be_read_is_named(store: Database, tmp_path: Path) -> None:
    with pytest.raises(StoreFileError, match=r"weg\.yaml: can't be read: No such file or directory$"):
        load_file(store, tmp_path / "weg.yaml")
    with pytest.raises(StoreFileError, match=r": is a folder; name the files in it$"):
        load_file(store, tmp_path)
    with pytest.raises(StoreFileError, match=r": can't be read: embedded null byte$"):
        load_file(store, tmp_path / "a\0b")


def test_another_encoding_is_named_with_its_line(store: Database, tmp_path: Path) -> None:
    path = tmp_path / "store.yaml"
    path.write_bytes("uzovi: []\r\n# é\n# è".encode("latin-1"))
    with pytest.raises(StoreFileError, match=r"store\.yaml:2: not UTF-8; save the file as UTF-8$"):
        load_file(store, path)


def test_a_character_that_does_not_exist_is_no_traceback(error: Error, monkeypatch: pytest.MonkeyPatch) -> None:
    text = 'uzovi: "\\U00110000"'
    assert error(text).startswith("store.yaml:1: not YAML: ")
    monkeypatch.setattr(yaml_lines, "LOADER", yaml.SafeLoader)
    assert error(text).startswith("store.yaml: not YAML: ")


def test_anchors_are_followed(store: Database, load: Load) -> None:
    line = {"agb": "12012345", "uzovi": "0736", "ingang": dt.date(2008, 1, 1), "tarieven": {"C11": 10.0}}
    contracten = [line, {**line, "agb": "12012346"}]
    text = yaml.safe_dump({"contracten": contracten, **yaml.safe_load(BASIS)})
    assert "*id001" in text
    assert load(text)
    assert [r["tarief"] for r in content(store)["contracttarieven"]] == [1000, 1000]


def test_anchors_that_multiply_are_refused(error: Error) -> None:
    layers = "".join(f"a{i + 1}: &a{i + 1} [{', '.join([f'*a{i}'] * 10)}]\n" for i in range(12))
    assert error("a0: &a0 [x, x]\n" + layers).endswith(": repeats more than can be loaded; write the values out")


@pytest.mark.slow
def test_many_lines(store: Database, load: Load) -> None:
    """More than fit in one statement, in any order; half of them change and the other half is new."""
    bsns = [bsn for bsn in (f"{i:09}" for i in range(30_000)) if elfproef(bsn.encode())][:2000]
    random.Random(1).shuffle(bsns)
    assert load(PAKKET + "polissen:\n" + "".join(polis("0736", "[ALLES]", bsn) for bsn in bsns[:1000]))
    text = "polissen:\n" + "".join(polis("0736", "[]", bsn) for bsn in bsns[500:])
    assert load(text)
    assert {r["bsn"] for r in content(store)["polissen"]} == set(bsns)
    assert len(content(store)["polispakketten"]) == 500
    assert not load(text)


ODD = """: | - | [ | ] | { | } | ? | &a | *a | <<: | !!int | !x | > | ' | " | "\\ud800" | "\\U00110000" | %YAML 1.1 | ---
    | ... | é | -0 | 1:30 | .nan | -.inf | 2011-02-30 | 0x1F | 99999999999999999999 | ~ | = | # | , | @ | `"""
PIECES = st.sampled_from(
    [
        *(piece.strip() + " " for piece in ODD.split("|")),
        *("|", "\n", "\n  ", "\t", "\r", "\x85", "\u2028", "\0", "\ud7ff"),
        *(piece + end for text in (EXAMPLE, BELEID) for piece in text.split() for end in (" ", "\n")),
        *(line for text in (EXAMPLE, BELEID) for line in text.splitlines(keepends=True)),
    ]
)
TEXTS = st.lists(PIECES, max_size=40).map("".join)
AIMED = st.builds(
    lambda text, location, piece, gone: text[: location % len(text)] + piece + text[location % len(text) + gone :],
    st.sampled_from([EXAMPLE, BELEID]),
    st.integers(0, 5000),
    PIECES,
    st.integers(0, 20),
)


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A store that hundreds of files are tried on."""
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('gebruikt') / 'mzsim.db'}")
    yield store
    store.close()


@pytest.mark.slow
@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
@pytest.mark.parametrize(
    "inputs",
    [st.binary(max_size=200), st.text(max_size=200).map(lambda t: t.encode("utf-8", "surrogatepass")),
     TEXTS.map(str.encode), AIMED.map(str.encode)],
    ids=["bytes", "text", "pieces", "changes"],
)  # fmt: skip
def test_any_bytes_are_loaded_or_refused_in_one_line(
    used: Database, loader: str, inputs: st.SearchStrategy[bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("invoer") / "store.yaml"

    @given(inputs)
    @settings(max_examples=150, deadline=None)
    def try_content(content: bytes) -> None:
        path.write_bytes(content)
        melding = None
        try:
            load_file(used, path)
        except StoreFileError as error:
            melding = str(error)
        if melding is None:
            assert not load_file(used, path)
        else:
            assert melding.startswith(f"{path}:")
            assert len(melding.splitlines()) == 1

    with pytest.MonkeyPatch.context() as temporary:
        temporary.setattr(yaml_lines, "LOADER", getattr(yaml, loader))
        try_content()

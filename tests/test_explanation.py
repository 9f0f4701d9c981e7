"""How an answer came about: the rows of the store that decided, how amounts are made up, and explaining it afterwards."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given

from mzsim.checks import REGISTER
from mzsim.domain.findings import Outcome, Stage
from mzsim.explanation.collector import Collector
from mzsim.explanation.derivation import lines
from mzsim.explanation.origin import ORIGIN
from mzsim.explanation.rejudging import rejudge
from mzsim.pipeline import Order, replay
from mzsim.store.session import Database
from mzsim.store.shipped_files import path_of
from mzsim.store.templates import fresh_store
from tests.check_cases import all_cases, findings, play
from tests.commands import DATE, ON_DATE, invoke, require_one_line
from tests.examples import costly
from tests.factories import simple
from tests.make_inv4 import declaraties
from tests.test_granting_properties import Game, Move, files, stores
from tests.test_personas import NZA, documented
from tests.verzekerden import BSN, Trial, contract, credit, debet, insured, polis, proef, tariff, uzovi

INV3 = Path(__file__).parents[1] / "fixtures" / "inv3"
INV4 = Path(__file__).parents[1] / "fixtures" / "inv4"
EXAMPLES = declaraties()
LOWEST_LEVEL = 6

# Of the first failing case of each check: the lists of the rows that decided; - where the row is not there.
ROWS = {
    "0108-2": ["-uzovi"],
    "0108-3": ["uzovi"],
    "0109-2": ["-zorgaanbieders"],
    "0109-4": ["zorgaanbieders"],
    "0110-4": ["-zorgaanbieders"],
    "0110-5": ["zorgaanbieders", "zorgaanbieders"],
    "0110-7": ["zorgaanbieders"],
    "0111-3": ["-zorgaanbieders"],
    "0111-5": ["zorgaanbieders"],
    "0112-2": ["-zorgaanbieders"],
    "0112-4": ["zorgaanbieders"],
    "0113-3": ["uzovi", "contracten"],
    "0116-2": ["factuurnummers"],
    "0117-3": [],
    "0117-4": ["uzovi"],
    "0203-3": ["-polissen"],
    "0204-2": ["-uzovi"],
    "0204-3": ["uzovi"],
    "0205-3": ["-polissen"],
    "0205-5": ["polissen", "polissen"],
    "0207-3": ["polissen"],
    "0207-4": ["polissen"],
    "0406-1": ["uzovi"],
    "0406-2": ["uzovi", "-machtigingen"],
    "0406-3": ["-machtigingen"],
    "0406-4": ["machtigingen"],
    "0406-5": ["machtigingen"],
    "0406-6": ["machtigingen"],
    "0408-4": ["polissen"],
    "0408-5": ["polissen"],
    "0408-6": ["uzovi"],
    "0408-7": ["uzovi", "contracten"],
    "0409-5": ["prestatiecodes"],
    "0409-6": ["prestatiecodes"],
    "0409-7": ["-prestaties"],
    "0409-16": ["prestaties"],
    "0409-17": ["prestaties"],
    "0411-4": ["-codelijsten"],
    "0413-3": ["-prestatiecodes"],
    "0413-6": [],
    "0413-8": ["prestaties"],
    "0413-9": ["combinatieregels"],
    "0413-10": ["combinatieregels"],
    "0414-2": ["prestatiecodes"],
    "0415-2": ["prestatiecodes"],
    "0416-2": ["prestatiecodes"],
    "0418-3": ["-codelijsten"],
    "0421-1": ["-codelijsten"],
    "0423-1": ["-codelijsten"],
    "0420-3": ["-zorgaanbieders"],
    "0420-4": ["zorgaanbieders", "zorgaanbieders"],
    "0420-5": ["prestatiecodes"],
    "0424-4": ["contracten"],
    "0424-5": ["tarieven"],
    "0424-6": ["tarieven"],
    "0425-3": ["dekkingen"],
    "0430-4": ["dekkingen"],
    "0430-5": ["polissen", "dekkingen"],
    "0432-3": ["prestaties"],
    "0433-3": ["-prestaties"],
    "0433-4": ["prestaties", "prestaties"],
    "0433-5": ["prestaties"],
}


def _failing(check: str, name: str = "") -> dict[str, Any]:
    """The first case in which a check objects (and that has this name)."""
    return next(
        case
        for id, case in all_cases()
        if id == check and name in case["naam"] and any(v["controle"] == check for v in case["verwacht"])
    )


def _explained(check: str, case: dict[str, Any], store: Database, folder: Path) -> Outcome:
    with Collector(None) as collector:
        return play(check, case, store, folder, collector)


def _rows(outcome: Outcome, check: str) -> list[Any]:
    return [row for m in outcome.meldingen if m.finding.check.id == check for row in m.finding.rows]


def test_every_check_of_registers_and_polis_says_where_it_looked() -> None:
    assert set(ORIGIN) == {c.id for c in REGISTER.values() if c.level >= LOWEST_LEVEL} == set(ROWS)


@pytest.mark.parametrize("check", ROWS)
def test_the_rows_that_decided(check: str, store: Database, tmp_path: Path) -> None:
    case = _failing(check)
    outcome = _explained(check, case, store, tmp_path)
    assert findings(outcome) == case["verwacht"]
    first = next(m for m in outcome.meldingen if m.finding.check.id == check).finding.rows
    assert [row.lijst if row.waarden else f"-{row.lijst}" for row in first] == ROWS[check]


@pytest.mark.parametrize(
    ("check", "name", "expected"),
    [
        ("0207-3", "", {"geboortedatum": "1954-12-10", "pakketten": ["ALLES"]}),
        ("0406-2", "the third of a year, in one file", {"nummer": "0736", "beleid": {"machtigingsplichtig": [
            {"prestaties": ["C11"], "vanaf_aantal": 3, "per": "kalenderjaar"}]}}),
        ("0406-2", "a dekking asks for it", {"pakket": "ALLES", "dekking": 1, "machtiging": True}),
        ("0406-4", "", {"nummer": "M1", "status": "vervallen"}),
        ("0406-4", "and not for two", {"nummer": "M1", "aantal": 3, "status": "afgegeven"}),
        ("0406-6", "for a praktijk of the gezondheidscentrum that declares in its own name", {"agb": "12012345"}),
        ("0408-4", "between the polissen of two members", {"uzovi": "5502", "ingang": "2018-01-01"}),
        ("0408-6", "", {"nummer": "0736", "beleid": {"indientermijn": {"soort": "maanden", "maanden": 12}}}),
        ("0409-7", "never judged", {"prestatiecode": "P25", "uitkomst": "afgewezen", "beoordeeld": False}),
        ("0409-16", "04 beside a 02", {"prestatiecode": "P25", "soort": "02", "uitkomst": "toegewezen"}),
        ("0409-17", "by another party", {"prestatiecode": "U35", "agb": "12012345"}),
        ("0413-9", "", {"nummer": "R24", "soort": "interval", "maanden": 2}),
        ("0424-4", "all three zero, as the praktijk agreed, but the servicebureau that is paid has a contract too",
         {"agb": "98001234", "tarieven": {"C11": None}}),
        ("0424-5", "the tariff of the servicebureau that is paid, not the higher one of the praktijk, concluded later",
         {"agb": "98001234", "tarieven": {"C11": "9.00"}}),
        ("0424-5", "", {"prestatiecode": "C11", "tarief": "8.00", "ingang": "2008-01-01"}),
        ("0432-3", "", {"referentienummer": "A", "ontvangen": "2011-05-02", "uitkomst": "toegewezen"}),
    ],
)  # fmt: skip
def test_what_is_in_a_row(check: str, name: str, expected: dict[str, Any], store: Database, tmp_path: Path) -> None:
    rows = _rows(_explained(check, _failing(check, name), store, tmp_path), check)
    assert expected.items() <= rows[0].waarden.items()


@pytest.mark.parametrize(
    ("check", "name"),
    [
        ("0413-9", "granted in an earlier declaration of another party"),
        ("0413-10", "excluded by what was granted before in the sitting"),
        ("0413-10", "a maximum with what was granted before in the calendar month"),
    ],
)
def test_a_rule_with_the_earlier_prestatie(check: str, name: str, store: Database, tmp_path: Path) -> None:
    rows = _rows(_explained(check, _failing(check, name), store, tmp_path), check)
    assert [row.lijst for row in rows] == ["combinatieregels", "prestaties"]
    assert rows[1].waarden["referentienummer"] == "A"


def test_another_person_without_bsn_stays_out_of_sight(store: Database, tmp_path: Path) -> None:
    """Authorisations of persons without a BSN all stand under the same one: they are not shown for another."""
    case = _failing("0406-2", "of a verzekerde without a BSN")
    rows = _rows(_explained("0406-2", case, store, tmp_path), "0406-2")
    assert [row.lijst for row in rows] == ["uzovi"]


# How an amount came about.


@pytest.fixture
def inv4(tmp_path: Path) -> Iterator[Trial]:
    with proef(tmp_path, yaml.safe_load((INV4 / "store.yaml").read_text("utf-8"))) as made:
        made.explaining = True
        yield made


def _example(begin: str) -> bytes:
    (name,) = (name for name in EXAMPLES if name.startswith(begin))
    return EXAMPLES[name]


def _total(grants: tuple[dict[str, Any], ...], key: str) -> Decimal:
    return sum((Decimal(t[key]) for t in grants), Decimal(0))


@pytest.mark.parametrize(
    ("earlier", "inv_example", "granted", "patient"),
    [
        ((), "4.6.2-1.1", "468.75", "31.25"),
        ((), "4.6.2-1.2", "375.00", "0"),
        (("4.6.2-1.2",), "4.6.2-1.1", "93.75", "31.25"),
        (("4.6.2-1.2",), "4.6.2-1.3", "93.75", "0"),
        ((), "4.6.4-2b.1", "677.50", "22.50"),
    ],
)
def test_what_remains_for_the_patient(
    earlier: tuple[str, ...], inv_example: str, granted: str, patient: str, inv4: Trial
) -> None:
    """The amounts of INV 4.6.2 and 4.6.4, also where a part was granted before."""
    for begin in earlier:
        inv4.bytes(_example(begin))
    grants = inv4.bytes(_example(inv_example)).grants
    assert (_total(grants, "toegekend"), _total(grants, "voor_patient")) == (
        Decimal(granted),
        Decimal(patient),
    )


def test_shares_of_dekkingen(inv4: Trial) -> None:
    """P25 of € 200: three quarters by the basis, of the rest three quarters by the aanvullende insurance."""
    inv4.bytes(_example("4.6.2-1.2"))
    first = inv4.bytes(_example("4.6.2-1.1")).grants[0]
    keys = ("pakket", "soort", "percentage", "over", "aandeel", "eerder", "toegekend")
    assert [tuple(d[s] for s in keys) for d in first["dekkingen"]] == [
        ("BASIS", "basis", 75, "bedrag", "150.00", "150.00", "0.00"),
        ("AANVULLEND", "aanvullend", 75, "eigen_bijdrage", "37.50", "0.00", "37.50"),
    ]
    assert (first["berekend"], first["eerder_toegekend"]) == ("200.00", "150.00")


def test_maxima_before_and_after(tmp_path: Path) -> None:
    dekking = {"maximum_bedrag": 25.0, "maximum_aantal": 4, "per": "kalenderjaar"}
    with proef(tmp_path, insured(dekking)) as made:
        made.explaining = True
        states = []
        for fields in (debet(n=2), debet(r0408="20110401"), credit("2-1", r0408="20110401")):
            (grant,) = made.declareer(fields).grants
            (d,) = grant["dekkingen"]
            states.append((d["maximum"]["jaar"], *d["maximum"]["bedrag"].values(), *d["maximum"]["aantal"].values()))
        assert states == [
            ("2011", "25.00", "0.00", "20.00", 4, 0, 2),
            ("2011", "25.00", "20.00", "25.00", 4, 2, 3),
            ("2011", "25.00", "25.00", "20.00", 4, 3, 2),
        ]


@pytest.mark.parametrize(
    ("lists", "highest", "listing", "amount"),
    [
        ({"tarieven": [tariff("C11", 8.0)]}, "8.00", "tarieven", "8.00"),
        ({"tarieven": [tariff("C11", 8.0)], "contracten": [contract(C11=9.0)]}, "9.00", "contracten", {"C11": "9.00"}),
        ({"tarieven": [tariff("C11", 8.0)], "contracten": [contract(C12=9.0)]}, "8.00", "tarieven", "8.00"),
    ],
)
def test_which_tariff_held(lists: dict[str, Any], highest: str, listing: str, amount: object, tmp_path: Path) -> None:
    with proef(tmp_path, insured({}, **lists)) as made:
        made.explaining = True
        (grant,) = made.declareer(debet()).grants
        (row,) = grant["tarief"]["rijen"]
        assert (grant["tarief"]["hoogste"], grant["berekend"], row["lijst"]) == (highest, highest, listing)
        assert row["waarden"]["tarieven" if listing == "contracten" else "tarief"] == amount
        assert grant["voor_patient"] == "0.00", "what the tariff cuts off is not for the patient"


def test_without_a_contract(tmp_path: Path) -> None:
    """The percentage for a party without contract, and the choice of the insurer that decided."""
    content = insured(
        {}, uzovi=[uzovi(niet_gecontracteerd={"vergoeding": 70})], contracten=[contract() | {"agb": "12099999"}]
    )
    with proef(tmp_path, content) as made, Collector(None) as collector:
        place = tmp_path / "x.asc"
        place.write_bytes((INV3 / "1-volledig-toegewezen.mz301.asc").read_bytes())
        other = polis("B", bsn="111222333", geboortedatum=dt.date(1972, 3, 22))
        made.load({"polissen": [other]})
        order = Order(place, tmp_path / "y.asc", DATE, Stage.INSURER, collector=collector)
        outcome = replay(order, made.store)
        grants = [json.loads(t) for t in collector.grants()]
    assert {t["zonder_contract"] for t in grants} == {70}
    assert {"nummer": "0736", "beleid": {"niet_gecontracteerd": {"vergoeding": 70}}} in [
        row.waarden for row in _rows(outcome, "0430-5")
    ]


@pytest.fixture(scope="module")
def work_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("toelichting")


@pytest.mark.slow
@costly(80)
@given(stores(), files())
def test_the_parts_make_the_whole(work_folder: Path, store: dict[str, Any], record_set: list[list[Move]]) -> None:
    """What the dekkingen pay is what is granted; a maximum moves by what its dekking pays, and is never passed; and whoever
    looks on sees the retour that nobody would have seen otherwise (`Proef`)."""
    with proef(work_folder, store) as made:
        made.explaining = True
        game = Game(made, store)
        for moves in record_set:
            answer, records = game.play(moves)
            game.require_once(answer, records)
            # Of a credit that is rejected nothing is granted, nor of a record for which an authorisation has no room.
            amounts = [
                amount
                for amount, codes in zip(answer.toegekend, answer.codes, strict=True)
                if codes not in (("8017",), ("0552",))
            ]
            for grant, amount in zip(answer.grants, amounts, strict=True):
                assert Decimal(grant["toegekend"]) * 100 == amount
                if "debet" not in grant:
                    assert _total(tuple(grant["dekkingen"]), "toegekend") * 100 == amount
                    over = Decimal(grant["declaratiebedrag"]) - Decimal(grant["toegekend"])
                    assert 0 <= Decimal(grant["voor_patient"]) <= over
                for d in grant["dekkingen"]:
                    _require_maximum(d)


def _require_maximum(d: dict[str, Any]) -> None:
    amount = d["maximum"] and d["maximum"]["bedrag"]
    if amount:
        assert Decimal(amount["na"]) - Decimal(amount["voor"]) == Decimal(d["toegekend"])
        assert 0 <= Decimal(amount["na"]) <= Decimal(amount["hoogstens"])


def test_what_used_up_an_authorisation_is_told(store: Database, tmp_path: Path) -> None:
    """Behind the authorisation itself what was granted on it before."""
    rows = _rows(_explained("0406-4", _failing("0406-4", "and not for two"), store, tmp_path), "0406-4")
    assert [row.lijst for row in rows] == ["machtigingen", "prestaties"]
    assert rows[1].waarden["referentienummer"] == "A"


# Explaining a retour afterwards.


@pytest.fixture
def played(tmp_path: Path) -> tuple[Path, str]:
    """The folder of INV 4.6.2, in which 1.2 and then 1.1 were answered, and the URL of the store."""
    folder = tmp_path / "inv4"
    shutil.copytree(INV4, folder)
    url = f"sqlite:///{folder}/s.db"
    assert invoke("db", "load", folder / "store.yaml", "--store", url).exit_code == 0
    for name in ("4.6.2-1.2-basisverzekering", "4.6.2-1.1-geheel"):
        (folder / f"{name}.mz302.asc").unlink(missing_ok=True)
        assert invoke("replay", folder / f"{name}.mz301.asc", "--store", url, *ON_DATE).exit_code == 0
    return folder, url


def test_explain_says_how_an_amount_came_about(played: tuple[Path, str]) -> None:
    folder, url = played
    ended = invoke("explain", folder / "4.6.2-1.1-geheel.mz302.asc", "--store", url)
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert (
        "  B 200.00: 200.00 x 1\n"
        "  basis BASIS, dekking 1: 75 % of B 200.00 is 150.00, 150.00 of it before; pays 0.00\n"
        "  aanvullend AANVULLEND, dekking 1: 75 % of the eigen bijdrage 50.00 is 37.50; pays 37.50\n"
        "  granted before for the same prestatie 150.00\n"
        "  granted 37.50, left for the patient 12.50\n"
    ) in ended.stdout
    assert "0413-8: " in ended.stdout
    assert "0413-4: " not in ended.stdout, "the check that gave 0587 is known"
    assert "      decided by prestaties: uzovi 0736, agb 12012345, factuurnummer INV-1.2, " in ended.stdout
    assert BSN not in ended.stdout
    assert BSN in invoke("explain", folder / "4.6.2-1.1-geheel.mz302.asc", "--store", url, "--unmask").stdout


def test_explain_of_what_did_not_come_back(played: tuple[Path, str]) -> None:
    """As it was: that another declaration of the same prestatie came after it changes nothing."""
    folder, url = played
    ended = invoke("explain", folder / "4.6.2-1.2-basisverzekering.mz302.asc", "--store", url)
    assert "granted as declared, so not in the retour: 2\n" in ended.stdout
    assert "  basis BASIS, dekking 1: 75 % of B 200.00 is 150.00; pays 150.00\n" in ended.stdout


def test_explain_json_has_the_grants_of_replay(played: tuple[Path, str]) -> None:
    folder, url = played
    name = "4.6.2-1.4-basis-en-aanvullend"
    said = json.loads(invoke("replay", folder / f"{name}.mz301.asc", "--store", url, *ON_DATE, "--json").stdout)
    explanation = json.loads(invoke("explain", folder / f"{name}.mz302.asc", "--store", url, "--json").stdout)
    assert explanation["toekenningen"] == said["toekenningen"] != []
    rows = [k["rijen"] for r in explanation["records"] for c in r["codes"] for k in c["controles"]]
    assert rows == [m["rijen"] for m in said["meldingen"]] != []


def test_explain_with_the_declaration_somewhere_else(played: tuple[Path, str]) -> None:
    folder, url = played
    (folder / "4.6.2-1.1-geheel.mz301.asc").rename(folder / "elders.asc")
    retour = folder / "4.6.2-1.1-geheel.mz302.asc"
    without = invoke("explain", retour, "--store", url)
    assert without.exit_code == 0
    assert without.stdout.splitlines()[-1] == (
        "its declaration is not beside it; name it with --declaratie to see how the retour came about"
    )
    combined_with = invoke("explain", retour, "--store", url, "--declaratie", folder / "elders.asc")
    assert "left for the patient 12.50" in combined_with.stdout
    gone = invoke("explain", retour, "--store", url, "--declaratie", folder / "weg.asc")
    assert gone.exit_code == 2
    assert "weg.asc" in require_one_line(gone.stderr)
    loose = invoke("explain", retour, "--declaratie", folder / "elders.asc")
    assert loose.exit_code == 2
    assert "--store" in loose.stderr


def test_explain_knows_the_usual_store(played: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """That of the working folder, where there is one that can be used."""
    folder, _ = played
    monkeypatch.chdir(folder)
    retour = "4.6.2-1.1-geheel.mz302.asc"
    without = invoke("explain", retour)
    assert "for the patient" not in without.stdout
    (folder / "s.db").rename("mzsim.db")
    assert "left for the patient 12.50" in invoke("explain", retour).stdout
    Path("mzsim.db").write_text("no database")
    broken = invoke("explain", retour)
    assert (broken.exit_code, broken.stdout) == (0, without.stdout)


@pytest.mark.parametrize("what", ["store", "declaratie", "script"])
def test_explain_invents_nothing(what: str, played: tuple[Path, str]) -> None:
    """Where another retour would be made now, it says so, and nothing about amounts."""
    folder, url = played
    name = "4.6.2-1.1-geheel"
    if what == "store":
        (folder / "ander.yaml").write_text(
            (folder / "store.yaml").read_text("utf-8").replace("percentage: 75", "percentage: 70"), "utf-8"
        )
        assert invoke("db", "load", folder / "ander.yaml", "--store", url).exit_code == 0
    elif what == "declaratie":
        shutil.copy(folder / "4.6.2-1.2-basisverzekering.mz301.asc", folder / f"{name}.mz301.asc")
    else:
        name = "4.6.2-1.4-basis-en-aanvullend"
        (folder / "script.yaml").write_text('- {match: {"0413": P25}, action: {toekennen: 1.00}}\n', "utf-8")
        script = ("--antwoord", folder / "script.yaml")
        ended = invoke("replay", folder / f"{name}.mz301.asc", "--store", url, *ON_DATE, "--json", *script)
        assert [(t["script"], t["toegekend"]) for t in json.loads(ended.stdout)["toekenningen"]] == [(True, "1.00")] * 2
    ended = invoke("explain", folder / f"{name}.mz302.asc", "--store", url)
    assert ended.exit_code == 0
    reason = (
        "is not the declaration that was answered" if what == "declaratie" else "this store makes another answer now"
    )
    assert reason in ended.stdout.splitlines()[-1]
    assert "for the patient" not in ended.stdout
    as_json = json.loads(invoke("explain", folder / f"{name}.mz302.asc", "--store", url, "--json").stdout)
    assert "toekenningen" not in as_json
    assert reason in as_json["onherleid"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here")
def test_explain_from_a_pipe(played: tuple[Path, str], tmp_path: Path) -> None:
    folder, url = played
    pipe = tmp_path / "pijp"
    os.mkfifo(pipe)
    content = (folder / "4.6.2-1.1-geheel.mz302.asc").read_bytes()
    writer = threading.Thread(target=pipe.write_bytes, args=(content,), daemon=True)
    writer.start()
    ended = invoke("explain", pipe, "--store", url, "--declaratie", folder / "4.6.2-1.1-geheel.mz301.asc")
    writer.join(10)
    assert "left for the patient 12.50" in ended.stdout
    as_declaration = invoke("explain", folder / "4.6.2-1.1-geheel.mz302.asc", "--store", url, "--declaratie", pipe)
    assert as_declaration.exit_code == 2
    assert "read more than once" in require_one_line(as_declaration.stderr)


def test_explain_leaves_the_store_as_it_is(played: tuple[Path, str]) -> None:
    folder, url = played
    at_first = (folder / "s.db").read_bytes()
    invoke("explain", folder / "4.6.2-1.1-geheel.mz302.asc", "--store", url)
    assert (folder / "s.db").read_bytes() == at_first
    assert not list(folder.glob("*.deel"))


@pytest.mark.slow
@pytest.mark.parametrize("number", ["2a", "2b", "3a", "4a", "4b", "6"])
@pytest.mark.parametrize("stage", ["all", "verzekeraar"])
def test_every_rejection_of_inv_3_can_be_traced(number: str, stage: str, tmp_path: Path) -> None:
    """Whoever answered, and whatever the reason; also the second answer on one factuurnummer and day."""
    (source,) = INV3.glob(f"{number}-*.mz301.asc")
    declaration = tmp_path / source.name
    shutil.copy(source, declaration)
    url = f"sqlite:///{tmp_path}/s.db"
    invoke("db", "load", INV3 / "store.yaml", "--store", url)
    retour = tmp_path / source.name.replace("mz301", "mz302")
    for _ in range(2):
        replay_ = invoke("replay", declaration, "--store", url, *ON_DATE, "--stage", stage, "--json")
        answer = json.loads(replay_.stdout)
        explanation = json.loads(invoke("explain", retour, "--store", url, "--json").stdout)
        assert "onherleid" not in explanation
        assert explanation["toekenningen"] == answer["toekenningen"]
        assert _total(tuple(explanation["toekenningen"]), "toegekend") == Decimal(answer["totaal_toegekend"])
        codes = [c for r in explanation["records"] for c in r["codes"] if c["controles"]]
        assert all(len(c["controles"]) == 1 for c in codes)


@pytest.mark.slow
def test_every_persona_can_be_traced_afterwards(tmp_path: Path) -> None:
    """After all of them were answered by one store: each retour as it was when it was made, with a reason in the store for
    every objection that is not in the message itself."""
    folder = tmp_path / "personas"
    folder.mkdir()
    assert invoke("personas", "--out", folder).exit_code == 0
    made = []
    with fresh_store((path_of(NZA), path_of("@proef")), tmp_path) as store:
        for persona in documented().values():
            for declaration in persona["declaraties"]:
                place = folder / declaration["bestand"]
                retour = place.with_suffix(".retour")
                date = dt.date.fromisoformat(declaration["datum"])
                with Collector(None) as collector:
                    outcome = replay(Order(place, retour, date, collector=collector), store)
                    made.append((place, retour, outcome, list(collector.grants())))
        for place, retour, outcome, said in made:
            with Collector(None) as collector, retour.open("rb") as source:
                again, _ = rejudge(place, source, store, collector)
                assert findings(again) == findings(outcome)
                assert [m.finding.rows for m in again.meldingen] == [m.finding.rows for m in outcome.meldingen]
                assert list(collector.grants()) == said
                granted = _total(tuple(json.loads(t) for t in said), "toegekend")
                assert granted * 100 == outcome.total_granted, place.name


def test_explain_does_not_just_believe_a_full_grant_either(played: tuple[Path, str]) -> None:
    """A retour of two records says nothing of who paid what: the store must remember the same."""
    folder, url = played
    retour = folder / "4.6.2-1.2-basisverzekering.mz302.asc"
    other = (
        (folder / "store.yaml")
        .read_text("utf-8")
        .replace("percentage: 75}", "percentage: 75, maximum_bedrag: 1000.00}")
    )
    (folder / "ander.yaml").write_text(other, "utf-8")
    assert invoke("db", "load", folder / "ander.yaml", "--store", url).exit_code == 0
    assert "this store makes another answer now" in invoke("explain", retour, "--store", url).stdout


@pytest.mark.parametrize("how", ["dry-run", "testbericht"])
def test_explain_of_what_the_store_did_not_remember(how: str, tmp_path: Path) -> None:
    """As it would be answered on what was declared by that day."""
    url = f"sqlite:///{tmp_path}/s.db"
    invoke("db", "load", _file(tmp_path, insured({"maximum_bedrag": 25.0, "per": "kalenderjaar"})), "--store", url)
    declaraties = {}
    for number, (name, kind) in enumerate(
        {"eerst": "P", "zelf": "T" if how == "testbericht" else "P", "later": "P"}.items()
    ):
        declaraties[name] = tmp_path / f"{name}.asc"
        content = simple(r0105=kind, r0116=f"F{number}", r0432=f"R{number}", r0415=f"1{number + 1}")
        declaraties[name].write_bytes(bytes(content))
    invoke("replay", declaraties["eerst"], "--store", url, "--date", "2011-05-02")
    options = ("--dry-run",) if how == "dry-run" else ()
    invoke("replay", declaraties["zelf"], "--store", url, "--date", "2011-05-03", *options)
    invoke("replay", declaraties["later"], "--store", url, "--date", "2011-05-04")
    explanation = invoke("explain", tmp_path / "zelf.mz302.asc", "--store", url).stdout
    assert "maximum_bedrag 25.00 in 2011: used 10.00 before, 20.00 after\n" in explanation
    assert explanation.splitlines()[-1].startswith("the store does not remember this answer")


def test_explain_of_what_vecozo_stopped_before_it_went_well(tmp_path: Path) -> None:
    """The same factuurnummer was used for the declaration as it should have been."""
    url = f"sqlite:///{tmp_path}/s.db"
    invoke("db", "load", INV3 / "store.yaml", "--store", url)
    error, good = tmp_path / "fout.asc", tmp_path / "goed.asc"
    error.write_bytes(bytes(simple(r0408="20110230")))
    good.write_bytes(bytes(simple()))
    invoke("replay", error, "--store", url, "--date", "2011-05-02")
    invoke("replay", good, "--store", url, "--date", "2011-05-03")
    explanation = invoke("explain", tmp_path / "fout.mz302.asc", "--store", url).stdout
    assert "    0408-1: " in explanation
    assert "can't be told" not in explanation


def test_explain_with_a_store_that_is_not_there(played: tuple[Path, str]) -> None:
    folder, _ = played
    ended = invoke("explain", folder / "4.6.2-1.1-geheel.mz302.asc", "--store", f"sqlite:///{folder}/weg.db")
    assert ended.exit_code == 2
    assert require_one_line(ended.stderr).endswith("weg.db is not there")
    assert not (folder / "weg.db").exists()


# Rows and figures that a reader could be misled by.


def _file(folder: Path, content: dict[str, Any]) -> Path:
    place = folder / "erbij.yaml"
    place.write_text(yaml.safe_dump(content), "utf-8")
    return place


def _play(
    made: Trial, folder: Path, message: bytes, stage: Stage = Stage.INSURER
) -> tuple[Outcome, list[dict[str, Any]]]:
    place = folder / "vraag.asc"
    place.write_bytes(message)
    with Collector(None) as collector:
        outcome = replay(Order(place, folder / "r.asc", DATE, stage, collector=collector), made.store)
        return outcome, [json.loads(t) for t in collector.grants()]


def test_what_another_insurer_reimbursed_decides_nothing(tmp_path: Path) -> None:
    """Of the same verzekerde, day and prestatie at another insurer nothing is shown."""
    other = uzovi("0739")
    content = insured({}, uzovi=[uzovi(), other], polissen=[polis("B", "A"), polis(uzovi="0739")])
    with proef(tmp_path, content) as made:
        assert _play(made, tmp_path, bytes(simple(r0108="0739", r0204="0739", r0116="A")))[0].sender == "0739"
        _play(made, tmp_path, bytes(simple(r0116="B", r0432="B")))
        outcome, _ = _play(made, tmp_path, bytes(simple(r0116="C", r0432="C")))
    assert [row.waarden["factuurnummer"] for row in _rows(outcome, "0413-8")] == ["B"]


def test_what_is_credited_decides_nothing(tmp_path: Path) -> None:
    with proef(tmp_path, insured({})) as made:
        for fields in (debet(), credit("1-1"), debet()):
            assert made.declareer(fields).uitkomst.status == "volledig_toegewezen"
        outcome, _ = _play(made, tmp_path, bytes(simple(r0116="X", r0432="X")))
    assert [row.waarden["referentienummer"] for row in _rows(outcome, "0413-8")] == ["3-1"]


def test_only_the_maximum_that_was_reached(tmp_path: Path) -> None:
    content = insured({"percentage": 50, "maximum_bedrag": 1000.0}, supplementary=({"maximum_bedrag": 2.0},))
    with proef(tmp_path, content) as made:
        outcome, _ = _play(made, tmp_path, bytes(simple()))
    assert [row.waarden["pakket"] for row in _rows(outcome, "0430-4")] == ["A"]


def test_only_the_polis_that_counts(tmp_path: Path) -> None:
    old = polis("A", ingang=dt.date(2005, 1, 1))
    with proef(tmp_path, insured({"percentage": 50}, polissen=[old, polis("B")])) as made:
        outcome, _ = _play(made, tmp_path, bytes(simple()))
    polissen = [row.waarden["ingang"] for row in _rows(outcome, "0430-5") if row.lijst == "polissen"]
    assert polissen == ["2006-01-01"]


def test_only_the_factuurnummer_that_counts(tmp_path: Path) -> None:
    """The insurer's list holds what reached him; what VECOZO rejected is free."""
    fixed = {"agb": "12012345", "factuurnummer": "F1", "ontvangen": dt.date(2011, 1, 1)}
    content = insured({}, uzovi=[uzovi(), uzovi("0739")])
    content["factuurnummers"] = [
        fixed | {"uzovi": "0736", "uitkomst": "toegewezen"},
        fixed | {"uzovi": "0739", "uitkomst": "afgewezen_vecozo"},
    ]
    with proef(tmp_path, content) as made:
        for stage in (Stage.INSURER, Stage.VECOZO):
            outcome, grants = _play(made, tmp_path, bytes(simple(r0116="F1")), stage)
            assert [row.waarden["uzovi"] for row in _rows(outcome, "0116-2")] == ["0736"]
            assert grants == []


def test_what_a_maximum_cuts_off_the_basis_is_eigen_bijdrage(tmp_path: Path) -> None:
    """So the aanvullende insurance pays its share of that too, and says of what."""
    content = insured({"maximum_bedrag": 4.0}, supplementary=({"percentage": 50, "over": "eigen_bijdrage"},))
    with proef(tmp_path, content) as made:
        _, (grant,) = _play(made, tmp_path, bytes(simple()))
    steps = ("grondslag", "aandeel", "vergoeding", "binnen_maximum", "bedrag", "toegekend")
    assert [tuple(d[step] for step in steps) for d in grant["dekkingen"]] == [
        ("10.00", "10.00", "10.00", "4.00", "4.00", "4.00"),
        ("6.00", "3.00", "3.00", "3.00", "3.00", "3.00"),
    ]


def test_b_with_an_hourly_tariff_and_a_reduction(tmp_path: Path) -> None:
    with proef(tmp_path, insured({})) as made:
        made.explaining = True
        hour = debet("U10", 12000, n=6, r0426="6000", d=6000)
        (per_hour,) = made.declareer(hour).grants
        less = debet(tariff=10000, r0410="J", r0411="010", r0406="M1", r0426="7500", r0428="2500", d=7500)
        (reduced,) = made.declareer(less).grants
    assert next(lines(per_hour)) == "B 60.00: 120.00 an hour x 6 times 5 minutes"
    assert next(lines(reduced)) == "B 75.00: 100.00 x 1 less 25.00"


@pytest.mark.parametrize(
    ("off", "sentence"),
    [
        ("0424-6", "B 10.00: 10.00 x 1"),
        ("0430-5", "5.00 more, because the check of the cover is not performed"),
        ("0430-4", "basis B, dekking 1: 50 % of B 8.00 is 4.00; pays 4.00"),
    ],
)
def test_a_check_that_is_switched_off(off: str, sentence: str, tmp_path: Path) -> None:
    """Is not in the way of what is told either."""
    content = insured(
        {"percentage": 50, "maximum_bedrag": 1.0}, uzovi=[uzovi(uit=[off])], tarieven=[tariff("C11", 8.0)]
    )
    if off == "0430-5":
        content["tarieven"] = []
        content["pakketten"][0]["dekkingen"][0]["maximum_bedrag"] = 9.0
    with proef(tmp_path, content) as made:
        _, (grant,) = _play(made, tmp_path, bytes(simple()))
    assert sentence in list(lines(grant))
    (d,) = grant["dekkingen"]
    assert (d["maximum"]["bedrag"] is None) == (off == "0430-4")


def test_a_maximum_with_lines_of_two_messages(store: Database, tmp_path: Path) -> None:
    """One granted before and two now make three, where two may be: the earlier one counts among what decides."""
    line = {"nummer": "M2", "prestaties": ["C11"], "soort": "maximum", "aantal": 2, "bereik": "kalendermaand",
             "ingang": dt.date(2008, 1, 1), "einde": None, "bron": "NZa", "tekst": "at most two"}  # fmt: skip
    made = Trial(store, tmp_path)
    made.load({"combinatieregels": [line]})
    made.declareer(debet(r0408="20110301"))
    place = tmp_path / "vraag.asc"
    message = simple(r0116="X", r0408="20110302", r0432="X1").add("04", r0408="20110303", r0432="X2")
    place.write_bytes(bytes(message))
    with Collector(None) as collector:
        order = Order(place, tmp_path / "r.asc", DATE, Stage.INSURER, collector=collector)
        rows = _rows(replay(order, store), "0413-10")
    assert [row.lijst for row in rows] == ["combinatieregels", "prestaties"]


def test_the_beleid_in_euros(store: Database, tmp_path: Path) -> None:
    beleid = {"machtigingsplichtig": [{"prestaties": ["C11"], "boven_bedrag": 5.0}]}
    with proef(tmp_path, insured({}, uzovi=[uzovi(**beleid)], machtigingen=[])) as made:
        outcome, _ = _play(made, tmp_path, bytes(simple()))
    (row, _) = _rows(outcome, "0406-2")
    assert row.waarden["beleid"]["machtigingsplichtig"] == [{"prestaties": ["C11"], "boven_bedrag": "5.00"}]

"""Grading a vendor's software: a right one gets full marks, a wrong one is graded down for exactly what it does wrong."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import xmlschema
import yaml
from jsonschema import Draft202012Validator
from selenium import webdriver
from selenium.webdriver.common.by import By

from mzsim.certification.diagnoses import DIAGNOSES
from mzsim.certification.reach import mogelijke_codes
from mzsim.retour.faults import VERSTORINGEN
from mzsim.standard.retourcodes import retourcodes
from mzsim.suites import locations
from tests.commands import eis_een_regel, invoke, proces
from tests.factories import Bericht, maak
from tests.make_inv3 import STORE, declaraties
from tests.test_suites_reports import browser  # noqa: F401 - a fixture
from tests.vendor import (
    BoektAfgekeurdBestand,
    BoektBerekend,
    BoektWatGedeclareerdIs,
    LeestEersteCode,
    Leverancier,
    Negeert8002,
    VergeetGoedgekeurde,
    VergeetTeken,
    VertrouwtVecozo,
    als_csv,
)

pytestmark = pytest.mark.slow

Resultaat = dict[str, Any]

HALF = """
pakketten:
  - code: ALLES
    uzovi: "0736"
    soort: basis
    dekkingen:
      - {prestaties: ["R*"], percentage: 0}
      - {prestaties: ["*"], percentage: 75}
"""


def _geval(map_: Path, stappen: list[tuple[bytes, str]], *, stage: str, store: tuple[str, ...]) -> None:
    map_.mkdir(parents=True)
    for nummer, (declaratie, _) in enumerate(stappen, start=1):
        (map_ / f"{nummer}.mz301.asc").write_bytes(declaratie)
    inhoud = {
        "id": map_.name,
        "title": f"case {map_.name}",
        "source": "INV 3",
        "tags": [stage],
        "date": "2011-05-02",
        "stage": stage,
        "store": [f"../{naam}" for naam in store],
        "steps": [
            {"declaration": f"{nummer}.mz301.asc", "expect": {"status": status}}
            for nummer, (_, status) in enumerate(stappen, start=1)
        ],
    }
    (map_ / "case.yaml").write_text(yaml.safe_dump(inhoud), "utf-8")


_A = {"r0424": "1100", "r0430": "1000"}
"""Declared is less than the insurer reckons with, so that who books the one is told from who books the other."""


def _deels() -> bytes:
    """Granted in part, not at all, and in part."""
    bericht = Bericht(voorloop=maak("01", r0116="F20110007")).voeg_toe("02").voeg_toe("04", r0432="0007A", **_A)
    bericht.voeg_toe("04", r0413="R24", r0415="16", r0424="50000", r0430="49000", r0432="0007B")
    return bytes(bericht.voeg_toe("04", r0413="C12", r0424="2000", r0430="1900", r0432="0007C"))


def _krediet() -> bytes:
    bericht = Bericht(voorloop=maak("01", r0116="F20110008")).voeg_toe("02")
    bericht.voeg_toe("04", r0427="C", r0431="C", r0432="0008A", r0433="0007A", **_A)
    return bytes(bericht)


def _zonder_nummers() -> bytes:
    """The same referentienummer on two records, which rejects neither the file nor its first record."""
    bericht = Bericht(voorloop=maak("01", r0116="F20110009")).voeg_toe("02").voeg_toe("04", r0432="X")
    return bytes(bericht.voeg_toe("04", r0432="X", r0424="700"))


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The examples of INV chapter 3 by VECOZO and by the insurer, and what the insurer grants in part."""
    map_ = tmp_path_factory.mktemp("suite")
    shutil.copy(STORE, map_ / "inv.yaml")
    (map_ / "half.yaml").write_text(HALF, "utf-8")
    van = declaraties()
    inv = ("inv.yaml",)
    per_geval = {
        "1-granted": ("1-volledig-toegewezen", "all", "volledig_toegewezen"),
        "2b-used-number": ("2b-factuurnummer-gebruikt", "all", "afgekeurd_bestand"),
        "3a-wrong-total": ("3a-totaal-onjuist", "verzekeraar", "afgekeurd_bestand"),
        "4a-insured": ("4a-fout-in-verzekerdenrecord", "all", "deels_toegewezen"),
        "4b-vecozo": ("4b-fout-in-prestatierecord", "all", "afgekeurd_record"),
        "4b-insurer": ("4b-fout-in-prestatierecord", "verzekeraar", "deels_toegewezen"),
        "6-two-codes": ("6-fout-in-sleutel-prestatierecord", "verzekeraar", "deels_toegewezen"),
    }
    for naam, (declaratie, stage, status) in per_geval.items():
        _geval(map_ / naam, [(van[declaratie], status)], stage=stage, store=inv)
    half = [(_deels(), "deels_toegewezen"), (_krediet(), "deels_toegewezen")]
    _geval(map_ / "7-in-part", half, stage="verzekeraar", store=("inv.yaml", "half.yaml"))
    _geval(map_ / "8-same-number", [(_zonder_nummers(), "deels_toegewezen")], stage="verzekeraar", store=inv)
    _geval(map_ / "9-forwarded", [(van["1-volledig-toegewezen"], "doorgestuurd")], stage="vecozo", store=inv)
    return map_


@pytest.fixture(scope="module")
def pakket(suite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pack of that suite."""
    plaats = tmp_path_factory.mktemp("pakket") / "pack"
    uitslag = invoke("suite", "export", suite, "--out", plaats)
    assert uitslag.exit_code == 0, uitslag.output
    return plaats


@pytest.fixture(scope="module")
def goed(pakket: Path) -> Resultaat:
    """What software reports that does everything right."""
    return Leverancier().verwerk(pakket)


Beoordeel = Callable[..., dict[str, Any]]


@pytest.fixture
def beoordeel(pakket: Path, tmp_path: Path) -> Beoordeel:
    """Grades a result and gives the report; `status` is the exit status that it must have."""

    def beoordeel(resultaat: Resultaat | str, *woorden: object, status: int = 1) -> dict[str, Any]:
        bestand = tmp_path / "result"
        bestand.write_text(resultaat if isinstance(resultaat, str) else json.dumps(resultaat), "utf-8")
        uitslag = invoke("suite", "grade", pakket, bestand, "--json", *woorden)
        assert uitslag.exit_code == status, uitslag.output
        verslag: dict[str, Any] = json.loads(uitslag.stdout)
        return verslag

    return beoordeel


def _diagnoses(verslag: dict[str, Any]) -> set[str]:
    return {reparatie["diagnosis"] for reparatie in verslag["repair"]}


# A right vendor.


def test_goede_software_krijgt_alles(beoordeel: Beoordeel, goed: Resultaat) -> None:
    verslag = beoordeel(goed, status=0)
    assert verslag["passed"] is True
    assert verslag["repair"] == verslag["not_in_pack"] == []
    assert all(deel["right"] == deel["all"] > 0 for deel in verslag["totals"].values())
    assert [t for t in verslag["coverage"]["outcomes"] if not t["met"] == t["right"] > 0] == []
    assert {t["fault"] for t in verslag["coverage"]["faults"]} == set(VERSTORINGEN)
    assert all(t["refused"] == t["met"] > 0 for t in verslag["coverage"]["faults"])


@pytest.mark.parametrize("naam", locations.namen())
def test_goede_software_krijgt_alles_van_wat_wordt_meegeleverd(tmp_path: Path, naam: str) -> None:
    """A reader that was written apart and the grader agree on every retour of every suite."""
    assert invoke("suite", "export", naam, "--out", tmp_path / "p").exit_code == 0
    (tmp_path / "r.json").write_text(json.dumps(Leverancier().verwerk(tmp_path / "p")), "utf-8")
    uitslag = invoke("suite", "grade", tmp_path / "p", tmp_path / "r.json")
    assert uitslag.exit_code == 0, uitslag.output


@pytest.mark.parametrize("scheiding", [",", ";", "\t"])
def test_csv_wordt_als_json_beoordeeld(beoordeel: Beoordeel, goed: Resultaat, scheiding: str) -> None:
    van_json, van_csv = beoordeel(goed, status=0), beoordeel(als_csv(goed, scheiding), status=0)
    assert van_csv == {**van_json, "software": None}


def test_uit_een_zip_en_uit_een_map_hetzelfde(
    suite: Path, pakket: Path, goed: Resultaat, tmp_path: Path, beoordeel: Beoordeel
) -> None:
    for nummer in (1, 2):
        assert invoke("suite", "export", suite, "--zip", "--out", tmp_path / f"{nummer}.zip").exit_code == 0
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "1.zip") as archief:
        in_zip = {naam: archief.read(naam) for naam in archief.namelist()}
    in_map = {p.relative_to(pakket).as_posix(): p.read_bytes() for p in pakket.rglob("*") if p.is_file()}
    assert in_zip == in_map
    (tmp_path / "result.json").write_text(json.dumps(goed), "utf-8")
    uitslag = invoke("suite", "grade", tmp_path / "1.zip", tmp_path / "result.json", "--json")
    assert json.loads(uitslag.stdout) == beoordeel(goed, status=0)


def test_terugmelding_volgens_het_schema(pakket: Path, goed: Resultaat) -> None:
    """The schema of a pack takes what the grader takes, and refuses what it refuses."""
    schema = json.loads((pakket / "result.schema.json").read_text("utf-8"))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)
    keuring = Draft202012Validator(schema)
    assert list(keuring.iter_errors(goed)) == []
    for inhoud, _ in ONBRUIKBAAR:
        with suppress(ValueError, RecursionError):
            gelezen = json.loads(inhoud, parse_constant=lambda _: "no number")
            assert keuring.is_valid(gelezen) == (inhoud == TWEEMAAL), inhoud


# Wrong vendors.

FOUTE = [
    (BoektWatGedeclareerdIs(), "declared-booked", {"4b-insurer", "4b-vecozo", "6-two-codes", "7-in-part", "8-same-number"}),
    (VergeetGoedgekeurde(), "approved-not-booked", {"1-granted", "4a-insured", "4b-insurer", "6-two-codes", "8-same-number"}),
    (Negeert8002(), "8002-ignored", {"4a-insured"}),
    (LeestEersteCode(), "first-code-only", {"6-two-codes"}),
    (BoektBerekend(), "calculated-booked", {"7-in-part"}),
    (VergeetTeken(), "sign", {"7-in-part"}),
    (BoektAfgekeurdBestand(), "rejected-file-granted", {"2b-used-number", "3a-wrong-total"}),
    (VertrouwtVecozo(), "vecozo-granted", {"4b-vecozo"}),
]  # fmt: skip


@pytest.mark.parametrize(("leverancier", "diagnose", "gevallen"), FOUTE, ids=[diagnose for _, diagnose, _ in FOUTE])
def test_foute_software_wordt_precies_daarop_beoordeeld(
    beoordeel: Beoordeel, pakket: Path, leverancier: Leverancier, diagnose: str, gevallen: set[str]
) -> None:
    verslag = beoordeel(leverancier.verwerk(pakket))
    assert _diagnoses(verslag) == {diagnose}
    assert {geval["id"] for geval in verslag["cases"] if not geval["passed"]} == gevallen
    assert all(not r["findings"] for g in verslag["cases"] for r in g["retours"] if r["fault"])


BLIND = [
    ("total", {"its total granted (9909) is wrong"}),
    ("counts", {"its count of prestatierecords (9904) is wrong"}),
    ("codes", {"it holds a retourcode that does not exist"}),
    ("lengths", {"a record is not 370 positions long", "a record is not followed by CR/LF"}),
    ("voorlooprecord", {"data of the declaration were changed in it", "it is about an unknown factuurnummer"}),
]


@pytest.mark.parametrize(("controle", "wat"), BLIND, ids=[controle for controle, _ in BLIND])
def test_wie_een_foute_retour_aanvaardt_leest_welke(
    beoordeel: Beoordeel, pakket: Path, controle: str, wat: set[str]
) -> None:
    verslag = beoordeel(Leverancier(controle).verwerk(pakket))
    assert _diagnoses(verslag) == {"faulty-accepted"}
    assert {r["what"] for r in verslag["repair"]} == {f"accepts a faulty retour: {zin}" for zin in wat}
    totals = verslag["totals"]
    assert totals["bookings"]["right"] == totals["bookings"]["all"]
    assert totals["good_retours"]["right"] == totals["good_retours"]["all"]
    assert totals["faulty_retours"]["right"] < totals["faulty_retours"]["all"]


def _zet(resultaat: Resultaat, geval: str, **wat: Any) -> Resultaat:
    """The result with another report on the good retour of a case's first step."""
    retours = [
        {**retour, **wat} if (retour["case"], retour["retour"]) == (geval, "1.mz302.asc") else retour
        for retour in resultaat["retours"]
    ]
    return {**resultaat, "retours": retours}


def _boekingen(resultaat: Resultaat, geval: str) -> list[dict[str, Any]]:
    return [
        dict(boeking)
        for retour in resultaat["retours"]
        if (retour["case"], retour["retour"]) == (geval, "1.mz302.asc")
        for boeking in retour["bookings"]
    ]


def _anders(goed: Resultaat, geval: str, plek: int, **wat: Any) -> Resultaat:
    boekingen = _boekingen(goed, geval)
    boekingen[plek] |= wat
    return _zet(goed, geval, bookings=boekingen)


def _extra(goed: Resultaat, geval: str, **wat: Any) -> Resultaat:
    """The result with the first booking of a case once more, with something else in it."""
    boekingen = _boekingen(goed, geval)
    return _zet(goed, geval, bookings=[*boekingen, {**boekingen[0], **wat}])


def _toch_geboekt(goed: Resultaat) -> Resultaat:
    eerste, *rest = goed["retours"]
    return {**goed, "retours": [{**eerste, "bookings": _boekingen(goed, "1-granted")}, *rest]}


def _zonder_afgewezen(goed: Resultaat) -> Resultaat:
    boekingen = [boeking for boeking in _boekingen(goed, "6-two-codes") if not boeking["retourcodes"]]
    return _zet(goed, "6-two-codes", bookings=boekingen)


_VREEMD = {"case": "x", "retour": "y", "refused": True}
ANDERS: list[tuple[str, Callable[[Resultaat], Resultaat]]] = [
    ("good-refused", lambda r: _zet(r, "1-granted", refused=True, bookings=[])),
    ("retour-missing", lambda r: {**r, "retours": r["retours"][1:]}),
    ("retour-missing", lambda r: {**r, "retours": r["retours"][:-1]}),
    ("retour-unknown", lambda r: {**r, "retours": [*r["retours"], _VREEMD]}),
    ("retour-twice", lambda r: {**r, "retours": [*r["retours"], r["retours"][0]]}),
    ("faulty-accepted", _toch_geboekt),
    ("booked-twice", lambda r: _extra(r, "1-granted")),
    ("unknown-booked", lambda r: _extra(r, "1-granted", referentienummer="?")),
    ("not-booked", _zonder_afgewezen),
    ("cents", lambda r: _anders(r, "1-granted", 0, granted="1000.00", left="-990.00")),
    ("left", lambda r: _anders(r, "7-in-part", 0, left="0.00")),
    ("part-not-booked", lambda r: _anders(r, "7-in-part", 0, outcome="afgewezen", granted="0.00", left="10.00")),
    ("rejected-as-unjudged", lambda r: _anders(r, "4b-insurer", 1, outcome="niet_beoordeeld")),
    ("unjudged-as-rejected", lambda r: _anders(r, "4a-insured", 1, outcome="afgewezen")),
    ("codes", lambda r: _anders(r, "4b-insurer", 1, retourcodes=["8007", "8008"])),
    ("retour-codes", lambda r: _zet(r, "4a-insured", retourcodes=[])),
    ("otherwise", lambda r: _anders(r, "1-granted", 0, outcome="deels", granted="1.23", left="8.77")),
]


@pytest.mark.parametrize(("diagnose", "anders"), ANDERS, ids=[diagnose for diagnose, _ in ANDERS])
def test_een_fout_een_diagnose(
    beoordeel: Beoordeel, goed: Resultaat, diagnose: str, anders: Callable[[Resultaat], Resultaat]
) -> None:
    verslag = beoordeel(anders(goed))
    assert _diagnoses(verslag) == {diagnose}
    (reparatie,) = verslag["repair"]
    assert reparatie["times"] == 1


def test_elke_diagnose_wordt_gesteld() -> None:
    assert {d for _, d, _ in FOUTE} | {d for d, _ in ANDERS} == {d.id for d in DIAGNOSES}


def test_wat_weg_mag_blijven(beoordeel: Beoordeel, goed: Resultaat) -> None:
    """Codes of a retour that aren't reported are counted as such, and hold nothing against the software."""
    retours = [{naam: w for naam, w in r.items() if naam != "retourcodes"} for r in goed["retours"]]
    verslag = beoordeel({"retours": retours}, status=0)
    van_0030 = next(t for t in verslag["coverage"]["retourcodes"] if t["retourcode"] == "0030")
    assert (van_0030["met"], van_0030["right"], van_0030["not_reported"]) == (1, 0, 1)


def test_referentienummer_zonder_hoofdletters_en_spaties(beoordeel: Beoordeel, goed: Resultaat) -> None:
    beoordeel(_anders(goed, "1-granted", 0, referentienummer="ref-0002 "), status=0)


def test_volgorde_van_de_terugmelding_is_om_het_even(beoordeel: Beoordeel, goed: Resultaat) -> None:
    assert beoordeel({**goed, "retours": goed["retours"][::-1]}, status=0) == beoordeel(goed, status=0)


# Coverage.


def test_bereik_is_wat_er_in_zit_en_wat_niet(beoordeel: Beoordeel, goed: Resultaat) -> None:
    bereik = beoordeel(goed, status=0)["coverage"]
    gezien = {t["retourcode"] for t in bereik["retourcodes"]}
    nooit = {t["retourcode"] for t in bereik["never_met"]}
    assert {"0001", "0030", "8001", "8002", "8004", "8007", "0613", "0435", "0423"} <= gezien
    assert not gezien & nooit
    assert gezien | nooit == mogelijke_codes() <= set(retourcodes())
    assert all(t["meaning"] for t in (*bereik["retourcodes"], *bereik["never_met"]))


# The pack.


def test_pakket_verklapt_geen_boekingen(pakket: Path) -> None:
    """pack.json says where files are and what is faulty; how records are booked stands nowhere."""
    sleutels = set(re.findall(r'"(\w+)":', (pakket / "pack.json").read_text("utf-8")))
    assert sleutels == {
        *("format", "made_by", "cases", "id", "title", "source", "tags", "steps"),
        *("date", "declaration", "file", "sha256", "retours", "name", "fault", "says"),
    }
    overige = {p.name for p in pakket.rglob("*") if p.is_file() and not p.name.endswith(".asc")}
    assert overige == {"pack.json", "README.txt", "result.schema.json", "result.csv"}


def test_elke_retour_op_zijn_plaats(pakket: Path) -> None:
    """Per case the faulty retours stand before the good one, which stands alone in a step."""
    for geval in json.loads((pakket / "pack.json").read_text("utf-8"))["cases"]:
        for stap in geval["steps"]:
            *foute, goede = stap["retours"]
            assert goede["fault"] is None
            assert len({fout["fault"] for fout in foute}) == len(foute) >= 11


@pytest.mark.parametrize(("keuze", "aantal"), [("each", 12), ("once", 12), ("none", 0)])
def test_keuze_van_foute_retours(suite: Path, tmp_path: Path, keuze: str, aantal: int) -> None:
    assert invoke("suite", "export", suite, "--out", tmp_path / "p", "--faulty", keuze).exit_code == 0
    gevallen = json.loads((tmp_path / "p" / "pack.json").read_text("utf-8"))["cases"]
    foute = [r["fault"] for g in gevallen for s in g["steps"] for r in s["retours"] if r["fault"]]
    assert len(set(foute)) == aantal
    assert len(foute) == aantal or keuze == "each"


def test_keuze_van_gevallen(suite: Path, tmp_path: Path) -> None:
    assert invoke("suite", "export", suite, "--out", tmp_path / "p", "-k", "4B", "--tag", "all").exit_code == 0
    assert [p.name for p in (tmp_path / "p" / "cases").iterdir()] == ["4b-vecozo"]
    uitslag = invoke("suite", "export", suite, "--out", tmp_path / "q", "-k", "nothing like it")
    assert uitslag.exit_code == 2
    eis_een_regel(uitslag.stderr)
    assert not (tmp_path / "q").exists()


def test_geval_dat_niet_slaagt_gaat_niet_mee(suite: Path, tmp_path: Path) -> None:
    shutil.copytree(suite, tmp_path / "suite")
    geval = tmp_path / "suite" / "1-granted" / "case.yaml"
    geval.write_text(geval.read_text("utf-8").replace("volledig_toegewezen", "onleesbaar"), "utf-8")
    uitslag = invoke("suite", "export", tmp_path / "suite", "--out", tmp_path / "p")
    assert uitslag.exit_code == 2
    assert "1-granted" in eis_een_regel(uitslag.stderr)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["suite"]


def test_wat_er_staat_blijft_staan(suite: Path, tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "mine").write_text("x")
    for woorden in (("--out", tmp_path / "p"), ("--out", tmp_path / "p", "--zip"), ("--out", tmp_path / "no" / "p")):
        uitslag = invoke("suite", "export", suite, *woorden, "-k", "1-granted")
        assert uitslag.exit_code == 2
        eis_een_regel(uitslag.stderr)
    assert [p.name for p in tmp_path.iterdir()] == ["p"]
    assert (tmp_path / "p" / "mine").read_text() == "x"


def test_leeg_en_nergens_mag(suite: Path, tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    assert invoke("suite", "export", suite, "--out", tmp_path / "p", "-k", "1-granted").exit_code == 0
    assert (tmp_path / "p" / "pack.json").exists()


# The reports.


def test_verslag_voor_mensen(pakket: Path, tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text(json.dumps(VergeetGoedgekeurde().verwerk(pakket)), "utf-8")
    uitslag = invoke("suite", "grade", pakket, tmp_path / "r.json")
    assert uitslag.exit_code == 1
    assert "approved records that don't come back are not booked [INV 3.2 example 1" in uitslag.stdout
    assert "retourcodes never met" in uitslag.stdout
    assert uitslag.stdout.splitlines()[-1].startswith("failed: right are 4 of 9 cases, 18 of 27 bookings, ")


KWAAD = "<script>document.title='pwned'</script>"


@pytest.fixture
def kwaad(pakket: Path) -> Resultaat:
    """What software reports that ignores 8002, has a hostile name, and knows a retour that isn't there."""
    resultaat = {**Negeert8002().verwerk(pakket), "software": KWAAD}
    resultaat["retours"].append({"case": "\x01<", "retour": KWAAD, "refused": True})
    return resultaat


def test_junit_voldoet_aan_het_schema(beoordeel: Beoordeel, kwaad: Resultaat, tmp_path: Path) -> None:
    plaats = tmp_path / "r.xml"
    beoordeel(kwaad, "--junit", plaats)
    xmlschema.XMLSchema(Path(__file__).parent / "junit.xsd").validate(plaats)
    tests = {(t.get("classname"), t.get("name")): t for t in ET.parse(plaats).getroot().iter("testcase")}
    fouten = {wie: fout.get("message") for wie, test in tests.items() if (fout := test.find("failure")) is not None}
    assert fouten == {("4a-insured", "1.mz302.asc"): "8002-ignored", ("\ufffd<", KWAAD): "retour-unknown"}


@pytest.mark.xdist_group("chromium")
def test_de_pagina_in_een_browser(
    beoordeel: Beoordeel,
    kwaad: Resultaat,
    tmp_path: Path,
    browser: webdriver.Chrome,  # noqa: F811 - the fixture
) -> None:
    plaats = tmp_path / "r.html"
    beoordeel(kwaad, "--html", plaats)
    assert not re.search(r"""src\s*=|href="[^#]|url\(|@import|https?://""", plaats.read_text("utf-8"))
    browser.get(plaats.as_uri())
    assert browser.title == f"{KWAAD}: failed"
    regel = browser.find_element(By.CSS_SELECTOR, "h1 + p").text
    assert regel.startswith("failed: right are 8 of 9 cases, 25 of 27 bookings, 9 of 10 good retours, ")
    assert "8002 is ignored [INV 3.3 example 4a]" in browser.find_element(By.TAG_NAME, "ol").text
    eerste, *rest = browser.find_elements(By.CSS_SELECTOR, ".case")
    assert (eerste.get_attribute("id"), len(rest)) == ("4a-insured", 8)
    assert "expected niet_beoordeeld" not in eerste.text
    assert "niet_beoordeeld 0.00, left 500.00 8002" in eerste.text
    assert "toegekend 500.00, left 0.00" in eerste.text
    browser.find_element(By.CSS_SELECTOR, "button[data-verdict=passed]").click()
    assert browser.find_element(By.ID, "shown").text == "8 of 9"
    assert [regel for regel in browser.get_log("browser") if regel["level"] == "SEVERE"] == []


def test_zelfde_uitslag_zelfde_bytes(pakket: Path, goed: Resultaat, tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text(json.dumps(goed), "utf-8")
    for nummer in "12":
        invoke(
            "suite",
            "grade",
            pakket,
            tmp_path / "r.json",
            "--html",
            tmp_path / f"{nummer}.html",
            "--junit",
            tmp_path / f"{nummer}.xml",
        )
    for soort in ("html", "xml"):
        assert (tmp_path / f"1.{soort}").read_bytes() == (tmp_path / f"2.{soort}").read_bytes()


# Whatever is given as a result or a pack.

KOP = "case,retour,refused,reason,referentienummer,outcome,granted,left,retourcodes\n"
BOEKING = {"referentienummer": "1", "outcome": "deels", "granted": "1.00", "left": "0.00", "retourcodes": []}


def _met_boeking(**anders: Any) -> bytes:
    retour = {"case": "a", "retour": "b", "refused": False, "bookings": [{**BOEKING, **anders}]}
    return json.dumps({"retours": [retour]}).encode()


TWEEMAAL = b'{"retours": [], "retours": []}'
ONBRUIKBAAR = [
    (b"", ":1: is no JSON"),
    (b"{", ":1: not JSON"),
    (b'{"retours": [}', ":1: not JSON"),
    (b"[]", "must be a mapping"),
    (b"{}", "retours: is missing"),
    (TWEEMAAL, "retours stands twice"),
    (b'{"retours": [], "extra": 1}', "extra: is no key of a result"),
    (b'{"retours": NaN}', "NaN"),
    (b"[" * 100_000, "nested too deep"),
    (b'{"retours": 1' + b"0" * 5000 + b"}", "r"),
    (b"\xff\xfe", "not UTF-8"),
    (b'{"retours": [{"case": "a", "retour": "b", "refused": "no"}]}', "retours[0].refused: must be true or false"),
    (_met_boeking(outcome="ok"), "bookings[0].outcome: must be 'toegekend'"),
    (_met_boeking(granted=1.0), "bookings[0].granted: must be text"),
    (_met_boeking(granted="1.000"), "bookings[0].granted: must be an amount"),
    (b"case,retour\n", ":1: lacks the columns"),
    (KOP.encode() + b"a,b\n", ":2: has 2 columns"),
    (KOP.encode() + b"a,b,maybe,,,,,,\n", ":2: refused: must be true or false"),
    (KOP.encode() + b"a,b,,,R,toegekend,10,0.00,\n", ":2: granted: must be an amount"),
    (KOP.encode() + b"a,b,,,R,granted,10.00,0.00,\n", ":2: outcome: must be 'toegekend'"),
    (KOP.encode() + b"a,b,false,,,,,,\n\na,b,,,R,deels,1.00,0.00,12\n", ":4: retourcodes: must be 4 digits"),
    (KOP.encode() + b"a,b,true,,R,deels,1.00,0.00,\n", ":2: refused: stands on a row of its own"),
    (KOP.encode() + b"a,b,true,,,,1.00,,\n", ":2: granted: belongs to a booking"),
    (KOP.encode() + b'a,"b,true', ": not CSV"),
    (KOP.encode().replace(b"left", b"rest") + b"", ":1: lacks the columns left"),
    (KOP.encode().replace(b"left", b"left,left"), ":1: has a column twice"),
    (KOP.encode().replace(b"left", b"left,other"), "'other' is no column"),
    (KOP.encode() + b"a,b,tr\0ue,,,,,,\n", "refused"),
]  # fmt: skip


@pytest.mark.parametrize(("inhoud", "wat"), ONBRUIKBAAR, ids=range(len(ONBRUIKBAAR)))
def test_onbruikbare_terugmelding(pakket: Path, tmp_path: Path, inhoud: bytes, wat: str) -> None:
    bestand = tmp_path / "result.json"
    bestand.write_bytes(inhoud)
    html = tmp_path / "r.html"
    uitslag = invoke("suite", "grade", pakket, bestand, "--html", html)
    assert uitslag.exit_code == 2
    regel = eis_een_regel(uitslag.stderr)
    assert str(bestand) in regel
    assert wat in regel
    assert uitslag.stdout == ""
    assert not html.exists()


def test_geen_terugmelding(pakket: Path, tmp_path: Path) -> None:
    for plaats in (tmp_path, tmp_path / "none"):
        uitslag = invoke("suite", "grade", pakket, plaats)
        assert uitslag.exit_code == 2
        assert str(plaats) in eis_een_regel(uitslag.stderr)


def _kapot(pakket: Path, doel: Path, naam: str, inhoud: bytes | None) -> Path:
    shutil.copytree(pakket, doel)
    if inhoud is None:
        (doel / naam).unlink()
    else:
        (doel / naam).write_bytes(inhoud)
    return doel


RETOUR = "cases/1-granted/1.mz302.asc"


@pytest.mark.parametrize(
    ("naam", "inhoud", "wat"),
    [
        ("pack.json", None, "pack.json: is not in the pack"),
        ("pack.json", b"\0", "pack.json:1: not JSON"),
        ("pack.json", b'{"format": 2, "made_by": "x", "cases": []}', "pack.json: format: must be 1"),
        (RETOUR, None, f"{RETOUR}: is not in the pack"),
        (RETOUR, b"x", f"{RETOUR}: is not the file that was exported"),
    ],
)
def test_kapot_pakket(pakket: Path, goed: Resultaat, tmp_path: Path, naam: str, inhoud: bytes | None, wat: str) -> None:
    (tmp_path / "r.json").write_text(json.dumps(goed), "utf-8")
    uitslag = invoke("suite", "grade", _kapot(pakket, tmp_path / "p", naam, inhoud), tmp_path / "r.json")
    assert uitslag.exit_code == 2
    assert wat in eis_een_regel(uitslag.stderr)


@pytest.mark.parametrize("naam", ["../../secret", "/etc/passwd", "a\\..\\b", "a//b", ""])
def test_pakket_leest_niets_daarbuiten(pakket: Path, goed: Resultaat, tmp_path: Path, naam: str) -> None:
    lijst = json.loads((pakket / "pack.json").read_text("utf-8"))
    lijst["cases"][0]["steps"][0]["declaration"]["file"] = naam
    kapot = _kapot(pakket, tmp_path / "p", "pack.json", json.dumps(lijst).encode())
    (tmp_path / "r.json").write_text(json.dumps(goed), "utf-8")
    uitslag = invoke("suite", "grade", kapot, tmp_path / "r.json")
    assert uitslag.exit_code == 2
    assert "cases[0].steps[0].declaration.file" in eis_een_regel(uitslag.stderr)


@pytest.mark.parametrize("inhoud", [b"", b"PK\x03\x04", b"no zip"])
def test_geen_pakket(tmp_path: Path, inhoud: bytes) -> None:
    (tmp_path / "p.zip").write_bytes(inhoud)
    uitslag = invoke("suite", "grade", tmp_path / "p.zip", tmp_path / "r")
    assert uitslag.exit_code == 2
    assert "is no pack" in eis_een_regel(uitslag.stderr)


def test_als_proces(pakket: Path, goed: Resultaat, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(als_csv(goed), "utf-8-sig")
    gedaan = proces("suite", "grade", pakket, tmp_path / "r.csv", cwd=tmp_path)
    assert (gedaan.returncode, gedaan.stderr) == (0, "")
    assert gedaan.stdout.splitlines()[-1].startswith("passed: right are 9 of 9 cases")

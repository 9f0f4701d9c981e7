"""Grading a vendor's software: a right one gets full marks, a wrong one is graded down for exactly what it does wrong."""

from __future__ import annotations

import json
import os
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
from mzsim.certification.reach import possible_codes
from mzsim.retour.faults import FAULTS
from mzsim.standard.retourcodes import retourcodes
from mzsim.suites import locations
from tests.commands import invoke, process, require_one_line
from tests.factories import Message, make
from tests.make_inv3 import STORE, declaraties
from tests.test_suites_reports import browser  # noqa: F401 - a fixture
from tests.vendor import (
    BooksCalculated,
    BooksRejectedFile,
    BooksWhatWasDeclared,
    ForgetsApproved,
    ForgetsSign,
    Ignores8002,
    ReadsFirstCode,
    TrustsVecozo,
    Vendor,
    as_csv,
)

pytestmark = pytest.mark.slow

Result = dict[str, Any]

HALF = """
pakketten:
  - code: ALLES
    uzovi: "0736"
    soort: basis
    dekkingen:
      - {prestaties: ["R*"], percentage: 0}
      - {prestaties: ["*"], percentage: 75}
"""


def _case(folder: Path, steps: list[tuple[bytes, str]], *, stage: str, store: tuple[str, ...]) -> None:
    folder.mkdir(parents=True)
    for number, (declaration, _) in enumerate(steps, start=1):
        (folder / f"{number}.mz301.asc").write_bytes(declaration)
    content = {
        "id": folder.name,
        "title": f"case {folder.name}",
        "source": "INV 3",
        "tags": [stage],
        "date": "2011-05-02",
        "stage": stage,
        "store": [f"../{name}" for name in store],
        "steps": [
            {"declaration": f"{number}.mz301.asc", "expect": {"status": status}}
            for number, (_, status) in enumerate(steps, start=1)
        ],
    }
    (folder / "case.yaml").write_text(yaml.safe_dump(content), "utf-8")


_A = {"r0424": "1100", "r0430": "1000"}
"""Declared is less than the insurer reckons with, so that who books the one is told from who books the other."""


def _partly() -> bytes:
    """Granted in part, not at all, and in part."""
    message = Message(voorloop=make("01", r0116="F20110007")).add("02").add("04", r0432="0007A", **_A)
    message.add("04", r0413="R24", r0415="16", r0424="50000", r0430="49000", r0432="0007B")
    return bytes(message.add("04", r0413="C12", r0424="2000", r0430="1900", r0432="0007C"))


def _credit_message() -> bytes:
    message = Message(voorloop=make("01", r0116="F20110008")).add("02")
    message.add("04", r0427="C", r0431="C", r0432="0008A", r0433="0007A", **_A)
    return bytes(message)


def _without_numbers() -> bytes:
    """The same referentienummer on two records, which rejects neither the file nor its first record."""
    message = Message(voorloop=make("01", r0116="F20110009")).add("02").add("04", r0432="X")
    return bytes(message.add("04", r0432="X", r0424="700"))


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The examples of INV chapter 3 by VECOZO and by the insurer, and what the insurer grants in part."""
    folder = tmp_path_factory.mktemp("suite")
    shutil.copy(STORE, folder / "inv.yaml")
    (folder / "half.yaml").write_text(HALF, "utf-8")
    of = declaraties()
    inv = ("inv.yaml",)
    per_case = {
        "1-granted": ("1-volledig-toegewezen", "all", "volledig_toegewezen"),
        "2b-used-number": ("2b-factuurnummer-gebruikt", "all", "afgekeurd_bestand"),
        "3a-wrong-total": ("3a-totaal-onjuist", "verzekeraar", "afgekeurd_bestand"),
        "4a-insured": ("4a-fout-in-verzekerdenrecord", "all", "deels_toegewezen"),
        "4b-vecozo": ("4b-fout-in-prestatierecord", "all", "afgekeurd_record"),
        "4b-insurer": ("4b-fout-in-prestatierecord", "verzekeraar", "deels_toegewezen"),
        "6-two-codes": ("6-fout-in-sleutel-prestatierecord", "verzekeraar", "deels_toegewezen"),
    }
    for name, (declaration, stage, status) in per_case.items():
        _case(folder / name, [(of[declaration], status)], stage=stage, store=inv)
    half = [(_partly(), "deels_toegewezen"), (_credit_message(), "deels_toegewezen")]
    _case(folder / "7-in-part", half, stage="verzekeraar", store=("inv.yaml", "half.yaml"))
    _case(folder / "8-same-number", [(_without_numbers(), "deels_toegewezen")], stage="verzekeraar", store=inv)
    _case(folder / "9-forwarded", [(of["1-volledig-toegewezen"], "doorgestuurd")], stage="vecozo", store=inv)
    return folder


@pytest.fixture(scope="module")
def pakket(suite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pack of that suite."""
    place = tmp_path_factory.mktemp("pakket") / "pack"
    run_result = invoke("suite", "export", suite, "--out", place)
    assert run_result.exit_code == 0, run_result.output
    return place


@pytest.fixture(scope="module")
def good(pakket: Path) -> Result:
    """What software reports that does everything right."""
    return Vendor().process(pakket)


Judge = Callable[..., dict[str, Any]]


@pytest.fixture
def judge(pakket: Path, tmp_path: Path) -> Judge:
    """Grades a result and gives the report; `status` is the exit status that it must have."""

    def judge(result: Result | str, *words: object, status: int = 1) -> dict[str, Any]:
        file = tmp_path / "result"
        file.write_text(result if isinstance(result, str) else json.dumps(result), "utf-8")
        run_result = invoke("suite", "grade", pakket, file, "--json", *words)
        assert run_result.exit_code == status, run_result.output
        case_report: dict[str, Any] = json.loads(run_result.stdout)
        return case_report

    return judge


def _diagnoses(case_report: dict[str, Any]) -> set[str]:
    return {repair["diagnosis"] for repair in case_report["repair"]}


# A right vendor.


def test_good_software_gets_everything(judge: Judge, good: Result) -> None:
    case_report = judge(good, status=0)
    assert case_report["passed"] is True
    assert case_report["repair"] == case_report["not_in_pack"] == []
    assert all(part["right"] == part["all"] > 0 for part in case_report["totals"].values())
    assert [t for t in case_report["coverage"]["outcomes"] if not t["met"] == t["right"] > 0] == []
    assert {t["fault"] for t in case_report["coverage"]["faults"]} == set(FAULTS)
    assert all(t["refused"] == t["met"] > 0 for t in case_report["coverage"]["faults"])


@pytest.mark.parametrize("name", locations.suite_names())
def test_good_software_gets_everything_of_what_is_shipped(tmp_path: Path, name: str) -> None:
    """A reader that was written apart and the grader agree on every retour of every suite."""
    assert invoke("suite", "export", name, "--out", tmp_path / "p").exit_code == 0
    (tmp_path / "r.json").write_text(json.dumps(Vendor().process(tmp_path / "p")), "utf-8")
    run_result = invoke("suite", "grade", tmp_path / "p", tmp_path / "r.json")
    assert run_result.exit_code == 0, run_result.output


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_is_graded_as_json_is(judge: Judge, good: Result, separator: str) -> None:
    from_json, from_csv = judge(good, status=0), judge(as_csv(good, separator), status=0)
    assert from_csv == {**from_json, "software": None}


def test_the_same_from_a_zip_and_from_a_folder(
    suite: Path, pakket: Path, good: Result, tmp_path: Path, judge: Judge
) -> None:
    for number in (1, 2):
        assert invoke("suite", "export", suite, "--zip", "--out", tmp_path / f"{number}.zip").exit_code == 0
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "1.zip") as archive:
        in_zip = {name: archive.read(name) for name in archive.namelist()}
    in_folder = {p.relative_to(pakket).as_posix(): p.read_bytes() for p in pakket.rglob("*") if p.is_file()}
    assert in_zip == in_folder
    (tmp_path / "result.json").write_text(json.dumps(good), "utf-8")
    run_result = invoke("suite", "grade", tmp_path / "1.zip", tmp_path / "result.json", "--json")
    assert json.loads(run_result.stdout) == judge(good, status=0)


def test_a_result_by_the_schema(pakket: Path, good: Result) -> None:
    """The schema of a pack takes what the grader takes, and refuses what it refuses."""
    schema = json.loads((pakket / "result.schema.json").read_text("utf-8"))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)
    examination = Draft202012Validator(schema)
    assert list(examination.iter_errors(good)) == []
    for content, _ in UNUSABLE:
        with suppress(ValueError, RecursionError):
            was_read = json.loads(content, parse_constant=lambda _: "no number")
            assert examination.is_valid(was_read) == (content == TWICE), content


# Wrong vendors.

FAULTY = [
    (BooksWhatWasDeclared(), "declared-booked", {"4b-insurer", "4b-vecozo", "6-two-codes", "7-in-part", "8-same-number"}),
    (ForgetsApproved(), "approved-not-booked", {"1-granted", "4a-insured", "4b-insurer", "6-two-codes", "8-same-number"}),
    (Ignores8002(), "8002-ignored", {"4a-insured"}),
    (ReadsFirstCode(), "first-code-only", {"6-two-codes"}),
    (BooksCalculated(), "calculated-booked", {"7-in-part"}),
    (ForgetsSign(), "sign", {"7-in-part"}),
    (BooksRejectedFile(), "rejected-file-granted", {"2b-used-number", "3a-wrong-total"}),
    (TrustsVecozo(), "vecozo-granted", {"4b-vecozo"}),
]  # fmt: skip


@pytest.mark.parametrize(("vendor", "diagnose", "cases"), FAULTY, ids=[diagnose for _, diagnose, _ in FAULTY])
def test_faulty_software_is_graded_on_exactly_its_fault(
    judge: Judge, pakket: Path, vendor: Vendor, diagnose: str, cases: set[str]
) -> None:
    case_report = judge(vendor.process(pakket))
    assert _diagnoses(case_report) == {diagnose}
    assert {case["id"] for case in case_report["cases"] if not case["passed"]} == cases
    assert all(not r["findings"] for g in case_report["cases"] for r in g["retours"] if r["fault"])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("vendor", "diagnose"), [(BooksWhatWasDeclared(), "declared-booked"), (BooksCalculated(), "calculated-booked")]
)
@pytest.mark.parametrize("word", ["maximum", "partial"])
def test_what_is_booked_for_the_amount_granted_is_told_by_all_records_together(
    tmp_path: Path, vendor: Vendor, diagnose: str, word: str
) -> None:
    """On a record of which a part is covered 0481 is what was declared: what is rejected, or has another tariff, tells."""
    pakket, result = tmp_path / "pack", tmp_path / "result.json"
    assert invoke("suite", "export", "outcomes", "-k", word, "--faulty", "none", "--out", pakket).exit_code == 0
    result.write_text(json.dumps(vendor.process(pakket)), "utf-8")
    assert _diagnoses(json.loads(invoke("suite", "grade", pakket, result, "--json").stdout)) == {diagnose}


BLIND = [
    ("total", {"its total granted (9909) is wrong"}),
    ("counts", {"its count of prestatierecords (9904) is wrong"}),
    ("codes", {"it holds a retourcode where that can't stand"}),
    ("lengths", {"a record is not 370 positions long", "a record is not followed by CR/LF"}),
    ("no cause", {"it rejects the file (0001) without a cause"}),
    ("approved sent along", {"it holds a record that is approved"}),
    ("not 8002", {"a record under a rejected verzekerdenrecord is not 8002"}),
    ("commentaar", {"0200 and 8002 are swapped on a commentaarrecord"}),
    ("unfounded amount", {"an amount stands beside a code that grants nothing"}),
    ("voorlooprecord", {"data of the declaration were changed in it", "it is about an unknown factuurnummer"}),
]


@pytest.mark.parametrize(("check", "what"), BLIND, ids=[check for check, _ in BLIND])
def test_whoever_accepts_a_faulty_retour_reads_which(judge: Judge, pakket: Path, check: str, what: set[str]) -> None:
    case_report = judge(Vendor(check).process(pakket))
    assert _diagnoses(case_report) == {"faulty-accepted"}
    assert {r["what"] for r in case_report["repair"]} == {f"accepts a faulty retour: {sentence}" for sentence in what}
    totals = case_report["totals"]
    assert totals["bookings"]["right"] == totals["bookings"]["all"]
    assert totals["good_retours"]["right"] == totals["good_retours"]["all"]
    assert totals["faulty_retours"]["right"] < totals["faulty_retours"]["all"]


def _put(result: Result, case: str, **what: Any) -> Result:
    """The result with another report on the good retour of a case's first step."""
    retours = [
        {**retour, **what} if (retour["case"], retour["retour"]) == (case, "1.mz302.asc") else retour
        for retour in result["retours"]
    ]
    return {**result, "retours": retours}


def _bookings(result: Result, case: str) -> list[dict[str, Any]]:
    return [
        dict(booking)
        for retour in result["retours"]
        if (retour["case"], retour["retour"]) == (case, "1.mz302.asc")
        for booking in retour["bookings"]
    ]


def _otherwise(good: Result, case: str, location: int, **what: Any) -> Result:
    bookings = _bookings(good, case)
    bookings[location] |= what
    return _put(good, case, bookings=bookings)


def _extra(good: Result, case: str, **what: Any) -> Result:
    """The result with the first booking of a case once more, with something else in it."""
    bookings = _bookings(good, case)
    return _put(good, case, bookings=[*bookings, {**bookings[0], **what}])


def _booked_anyway(good: Result) -> Result:
    first, *rest = good["retours"]
    return {**good, "retours": [{**first, "bookings": _bookings(good, "1-granted")}, *rest]}


def _without_rejected(good: Result) -> Result:
    bookings = [booking for booking in _bookings(good, "6-two-codes") if not booking["retourcodes"]]
    return _put(good, "6-two-codes", bookings=bookings)


_UNKNOWN = {"case": "x", "retour": "y", "refused": True}
OTHERWISE: list[tuple[str, Callable[[Result], Result]]] = [
    ("good-refused", lambda r: _put(r, "1-granted", refused=True, bookings=[])),
    ("retour-missing", lambda r: {**r, "retours": r["retours"][1:]}),
    ("retour-missing", lambda r: {**r, "retours": r["retours"][:-1]}),
    ("retour-unknown", lambda r: {**r, "retours": [*r["retours"], _UNKNOWN]}),
    ("retour-twice", lambda r: {**r, "retours": [*r["retours"], r["retours"][0]]}),
    ("faulty-accepted", _booked_anyway),
    ("booked-twice", lambda r: _extra(r, "1-granted")),
    ("unknown-booked", lambda r: _extra(r, "1-granted", referentienummer="?")),
    ("not-booked", _without_rejected),
    ("cents", lambda r: _otherwise(r, "1-granted", 0, granted="1000.00", left="-990.00")),
    ("left", lambda r: _otherwise(r, "7-in-part", 0, left="0.00")),
    ("part-not-booked", lambda r: _otherwise(r, "7-in-part", 0, outcome="afgewezen", granted="0.00", left="10.00")),
    ("rejected-as-unjudged", lambda r: _otherwise(r, "4b-insurer", 1, outcome="niet_beoordeeld")),
    ("unjudged-as-rejected", lambda r: _otherwise(r, "4a-insured", 1, outcome="afgewezen")),
    ("codes", lambda r: _otherwise(r, "4b-insurer", 1, retourcodes=["8007", "8008"])),
    ("retour-codes", lambda r: _put(r, "4a-insured", retourcodes=[])),
    ("not-resent", lambda r: _put(r, "4b-vecozo", resend=False)),
    ("not-resent", lambda r: _put(r, "3a-wrong-total", resend=False)),
    ("resent", lambda r: _put(r, "4a-insured", resend=True)),
    ("resent", lambda r: {**r, "retours": [{**r["retours"][0], "resend": True}, *r["retours"][1:]]}),
    ("otherwise", lambda r: _otherwise(r, "1-granted", 0, outcome="deels", granted="1.23", left="8.77")),
]


@pytest.mark.parametrize(("diagnose", "otherwise"), OTHERWISE, ids=[diagnose for diagnose, _ in OTHERWISE])
def test_one_error_one_diagnosis(
    judge: Judge, good: Result, diagnose: str, otherwise: Callable[[Result], Result]
) -> None:
    case_report = judge(otherwise(good))
    assert _diagnoses(case_report) == {diagnose}
    (repair,) = case_report["repair"]
    assert repair["times"] == 1


def test_every_diagnosis_is_made() -> None:
    only_blind = {"resend-silent"}  # tests/test_blind.py
    assert {d for _, d, _ in FAULTY} | {d for d, _ in OTHERWISE} | only_blind == {d.id for d in DIAGNOSES}


def test_what_may_be_left_out(judge: Judge, good: Result) -> None:
    """Codes of a retour that aren't reported are counted as such, and hold nothing against the software."""
    left_out = ("retourcodes", "resend")
    retours = [{name: w for name, w in r.items() if name not in left_out} for r in good["retours"]]
    case_report = judge({"retours": retours}, status=0)
    of_0030 = next(t for t in case_report["coverage"]["retourcodes"] if t["retourcode"] == "0030")
    assert (of_0030["met"], of_0030["right"], of_0030["not_reported"]) == (1, 0, 1)


def test_spaces_behind_a_referentienummer_do_not_count(judge: Judge, good: Result) -> None:
    judge(_otherwise(good, "1-granted", 0, referentienummer="REF-0002 "), status=0)


def test_letters_of_a_referentienummer_count_as_they_stand(judge: Judge, good: Result) -> None:
    judge(_otherwise(good, "1-granted", 0, referentienummer="ref-0002"), status=1)


def test_the_order_of_the_result_does_not_matter(judge: Judge, good: Result) -> None:
    assert judge({**good, "retours": good["retours"][::-1]}, status=0) == judge(good, status=0)


# Coverage.


def test_coverage_is_what_is_in_it_and_what_is_not(judge: Judge, good: Result) -> None:
    reach = judge(good, status=0)["coverage"]
    seen = {t["retourcode"] for t in reach["retourcodes"]}
    never = {t["retourcode"] for t in reach["never_met"]}
    assert {"0001", "0030", "8001", "8002", "8004", "8007", "0613", "0435", "0423"} <= seen
    assert not seen & never
    assert seen | never == possible_codes() <= set(retourcodes())
    assert all(t["meaning"] for t in (*reach["retourcodes"], *reach["never_met"]))


# The pack.


def test_a_pack_gives_no_bookings_away(pakket: Path) -> None:
    """pack.json says where files are and what is faulty; how records are booked stands nowhere."""
    keys = set(re.findall(r'"(\w+)":', (pakket / "pack.json").read_text("utf-8")))
    assert keys == {
        *("format", "made_by", "cases", "id", "title", "source", "tags", "steps"),
        *("date", "declaration", "file", "sha256", "retours", "name", "fault", "says"),
    }
    other = {p.name for p in pakket.rglob("*") if p.is_file() and not p.name.endswith(".asc")}
    assert other == {
        *("pack.json", "README.txt", "result.schema.json", "result.csv"),
        *("result.example.json", "retourcodes.tsv"),
    }


def test_every_retour_in_its_place(pakket: Path) -> None:
    """Per case the faulty retours stand before the good one, which stands alone in a step."""
    for case in json.loads((pakket / "pack.json").read_text("utf-8"))["cases"]:
        for step in case["steps"]:
            *faulty, sound = step["retours"]
            assert sound["fault"] is None
            assert len({error["fault"] for error in faulty}) == len(faulty) >= 11


@pytest.mark.parametrize(("choice", "count"), [("each", len(FAULTS)), ("once", len(FAULTS)), ("none", 0)])
def test_selection_of_faulty_retours(suite: Path, tmp_path: Path, choice: str, count: int) -> None:
    assert invoke("suite", "export", suite, "--out", tmp_path / "p", "--faulty", choice).exit_code == 0
    cases = json.loads((tmp_path / "p" / "pack.json").read_text("utf-8"))["cases"]
    faulty = [r["fault"] for g in cases for s in g["steps"] for r in s["retours"] if r["fault"]]
    assert len(set(faulty)) == count
    assert len(faulty) == count or choice == "each"


def test_selection_of_cases(suite: Path, tmp_path: Path) -> None:
    assert invoke("suite", "export", suite, "--out", tmp_path / "p", "-k", "4B", "--tag", "all").exit_code == 0
    assert [p.name for p in (tmp_path / "p" / "cases").iterdir()] == ["4b-vecozo"]
    run_result = invoke("suite", "export", suite, "--out", tmp_path / "q", "-k", "nothing like it")
    assert run_result.exit_code == 2
    require_one_line(run_result.stderr)
    assert not (tmp_path / "q").exists()


def test_a_case_that_does_not_pass_is_not_taken_along(suite: Path, tmp_path: Path) -> None:
    shutil.copytree(suite, tmp_path / "suite")
    case = tmp_path / "suite" / "1-granted" / "case.yaml"
    case.write_text(case.read_text("utf-8").replace("volledig_toegewezen", "onleesbaar"), "utf-8")
    run_result = invoke("suite", "export", tmp_path / "suite", "--out", tmp_path / "p")
    assert run_result.exit_code == 2
    assert "1-granted" in require_one_line(run_result.stderr)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["suite"]


def test_what_is_there_stays_there(suite: Path, tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "mine").write_text("x")
    for words in (("--out", tmp_path / "p"), ("--out", tmp_path / "p", "--zip"), ("--out", tmp_path / "no" / "p")):
        run_result = invoke("suite", "export", suite, *words, "-k", "1-granted")
        assert run_result.exit_code == 2
        require_one_line(run_result.stderr)
    assert [p.name for p in tmp_path.iterdir()] == ["p"]
    assert (tmp_path / "p" / "mine").read_text() == "x"


def test_empty_or_nowhere_is_allowed(suite: Path, tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    assert invoke("suite", "export", suite, "--out", tmp_path / "p", "-k", "1-granted").exit_code == 0
    assert (tmp_path / "p" / "pack.json").exists()


# The reports.


def test_report_for_people(pakket: Path, tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text(json.dumps(ForgetsApproved().process(pakket)), "utf-8")
    run_result = invoke("suite", "grade", pakket, tmp_path / "r.json")
    assert run_result.exit_code == 1
    assert "approved records that don't come back are not booked [INV 3.2 example 1" in run_result.stdout
    assert "retourcodes never met" in run_result.stdout
    assert run_result.stdout.splitlines()[-1].startswith("failed: right are 4 of 9 cases, 18 of 27 bookings, ")


HOSTILE = "<script>document.title='pwned'</script>"


@pytest.fixture
def hostile(pakket: Path) -> Result:
    """What software reports that ignores 8002, has a hostile name, and knows a retour that isn't there."""
    result = {**Ignores8002().process(pakket), "software": HOSTILE}
    result["retours"].append({"case": "\x01<", "retour": HOSTILE, "refused": True})
    return result


def test_junit_satisfies_the_schema(judge: Judge, hostile: Result, tmp_path: Path) -> None:
    place = tmp_path / "r.xml"
    judge(hostile, "--junit", place)
    xmlschema.XMLSchema(Path(__file__).parent / "junit.xsd").validate(place)
    tests = {(t.get("classname"), t.get("name")): t for t in ET.parse(place).getroot().iter("testcase")}
    errors = {who: error.get("message") for who, test in tests.items() if (error := test.find("failure")) is not None}
    assert errors == {("4a-insured", "1.mz302.asc"): "8002-ignored", ("\ufffd<", HOSTILE): "retour-unknown"}


@pytest.mark.xdist_group("chromium")
def test_the_page_in_a_browser(
    judge: Judge,
    hostile: Result,
    tmp_path: Path,
    browser: webdriver.Chrome,  # noqa: F811 - the fixture
) -> None:
    place = tmp_path / "r.html"
    judge(hostile, "--html", place)
    assert not re.search(r"""src\s*=|href="[^#]|url\(|@import|https?://""", place.read_text("utf-8"))
    browser.get(place.as_uri())
    assert browser.title == f"{HOSTILE}: failed"
    cards = [card.text for card in browser.find_elements(By.CSS_SELECTOR, ".card b")]
    assert cards[:3] == ["8 of 9", "25 of 27", "9 of 10"]
    assert "8002 is ignored [INV 3.3 example 4a]" in browser.find_element(By.TAG_NAME, "ol").text
    first, *rest = browser.find_elements(By.CSS_SELECTOR, ".case")
    assert (first.get_attribute("id"), len(rest)) == ("4a-insured", 8)
    assert "expected niet_beoordeeld" not in first.text
    assert "niet_beoordeeld 0.00, left 500.00 8002" in first.text
    assert "toegekend 500.00, left 0.00" in first.text
    browser.find_element(By.CSS_SELECTOR, "button[data-verdict=passed]").click()
    assert browser.find_element(By.ID, "shown").text == "8 of 9"
    assert [line for line in browser.get_log("browser") if line["level"] == "SEVERE"] == []


def test_same_result_same_bytes(pakket: Path, good: Result, tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text(json.dumps(good), "utf-8")
    for number in "12":
        invoke(
            "suite",
            "grade",
            pakket,
            tmp_path / "r.json",
            "--html",
            tmp_path / f"{number}.html",
            "--junit",
            tmp_path / f"{number}.xml",
        )
    for kind in ("html", "xml"):
        assert (tmp_path / f"1.{kind}").read_bytes() == (tmp_path / f"2.{kind}").read_bytes()


# Whatever is given as a result or a pack.

HEADER = "case,retour,refused,reason,referentienummer,outcome,granted,left,retourcodes\n"
RESEND = HEADER.replace("retourcodes", "retourcodes,resend")
BOOKING = {"referentienummer": "1", "outcome": "deels", "granted": "1.00", "left": "0.00", "retourcodes": []}


def _with_booking(**otherwise: Any) -> bytes:
    retour = {"case": "a", "retour": "b", "refused": False, "bookings": [{**BOOKING, **otherwise}]}
    return json.dumps({"retours": [retour]}).encode()


TWICE = b'{"retours": [], "retours": []}'
UNUSABLE = [
    (b"", ":1: is no JSON"),
    (b"{", ":1: not JSON"),
    (b'{"retours": [}', ":1: not JSON"),
    (b"[]", "must be a mapping"),
    (b"{}", "retours: is missing"),
    (TWICE, "retours stands twice"),
    (b'{"retours": [], "extra": 1}', "extra: is no key of a result"),
    (b'{"retours": NaN}', "NaN"),
    (b"[" * 100_000, "nested too deep"),
    (b'{"retours": 1' + b"0" * 5000 + b"}", "r"),
    (b"\xff\xfe", "not UTF-8"),
    (b'{"retours": [{"case": "a", "retour": "b", "refused": "no"}]}', "retours[0].refused: must be true or false"),
    (_with_booking(outcome="ok"), "bookings[0].outcome: must be 'toegekend'"),
    (_with_booking(granted=1.0), "bookings[0].granted: must be text"),
    (_with_booking(granted="1.000"), "bookings[0].granted: must be an amount"),
    (b"case,retour\n", ":1: lacks the columns"),
    (HEADER.encode() + b"a,b\n", ":2: has 2 columns"),
    (HEADER.encode() + b"a,b,maybe,,,,,,\n", ":2: refused: must be true or false"),
    (HEADER.encode() + b"a,b,,,R,toegekend,10,0.00,\n", ":2: granted: must be an amount"),
    (HEADER.encode() + b"a,b,,,R,granted,10.00,0.00,\n", ":2: outcome: must be 'toegekend'"),
    (HEADER.encode() + b"a,b,false,,,,,,\n\na,b,,,R,deels,1.00,0.00,12\n", ":4: retourcodes: must be 4 digits"),
    (HEADER.encode() + b"a,b,true,,R,deels,1.00,0.00,\n", ":2: refused: stands on a row of its own"),
    (RESEND.encode() + b"a,b,,,R,deels,1.00,0.00,,true\n", ":2: resend: stands on a row of its own"),
    (RESEND.encode() + b"a,b,false,,,,,,,maybe\n", ":2: resend: must be true or false"),
    (HEADER.encode() + b"a,b,true,,,,1.00,,\n", ":2: granted: belongs to a booking"),
    (HEADER.encode() + b'a,"b,true', ": not CSV"),
    (HEADER.encode().replace(b"left", b"rest") + b"", ":1: lacks the columns left"),
    (HEADER.encode().replace(b"left", b"left,left"), ":1: has a column twice"),
    (HEADER.encode().replace(b"left", b"left,other"), "'other' is no column"),
    (HEADER.encode() + b"a,b,tr\0ue,,,,,,\n", "refused"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "what"), UNUSABLE, ids=range(len(UNUSABLE)))
def test_unusable_result(pakket: Path, tmp_path: Path, content: bytes, what: str) -> None:
    file = tmp_path / "result.json"
    file.write_bytes(content)
    html = tmp_path / "r.html"
    run_result = invoke("suite", "grade", pakket, file, "--html", html)
    assert run_result.exit_code == 2
    line = require_one_line(run_result.stderr)
    assert str(file) in line
    assert what in line
    assert run_result.stdout == ""
    assert not html.exists()


def test_no_result(pakket: Path, tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "none"):
        run_result = invoke("suite", "grade", pakket, place)
        assert run_result.exit_code == 2
        assert str(place) in require_one_line(run_result.stderr)


def _broken(pakket: Path, target: Path, name: str, content: bytes | None) -> Path:
    shutil.copytree(pakket, target)
    if content is None:
        (target / name).unlink()
    else:
        (target / name).write_bytes(content)
    return target


RETOUR = "cases/1-granted/1.mz302.asc"


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("pack.json", None, "pack.json: is not in it"),
        ("pack.json", b"\0", "pack.json:1: not JSON"),
        ("pack.json", b'{"format": 3, "made_by": "x", "cases": []}', "pack.json: format: must be 1 or 2"),
        (RETOUR, None, f"{RETOUR}: is not in it"),
        (RETOUR, b"x", f"{RETOUR}: is not the file that was exported"),
    ],
)
def test_broken_pack(pakket: Path, good: Result, tmp_path: Path, name: str, content: bytes | None, what: str) -> None:
    (tmp_path / "r.json").write_text(json.dumps(good), "utf-8")
    run_result = invoke("suite", "grade", _broken(pakket, tmp_path / "p", name, content), tmp_path / "r.json")
    assert run_result.exit_code == 2
    assert what in require_one_line(run_result.stderr)


@pytest.mark.parametrize("name", ["../../secret", "/etc/passwd", "a\\..\\b", "a//b", ""])
def test_a_pack_reads_nothing_outside_it(pakket: Path, good: Result, tmp_path: Path, name: str) -> None:
    listing = json.loads((pakket / "pack.json").read_text("utf-8"))
    listing["cases"][0]["steps"][0]["declaration"]["file"] = name
    broken = _broken(pakket, tmp_path / "p", "pack.json", json.dumps(listing).encode())
    (tmp_path / "r.json").write_text(json.dumps(good), "utf-8")
    run_result = invoke("suite", "grade", broken, tmp_path / "r.json")
    assert run_result.exit_code == 2
    assert "cases[0].steps[0].declaration.file" in require_one_line(run_result.stderr)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no zip"])
def test_no_pack(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "p.zip").write_bytes(content)
    run_result = invoke("suite", "grade", tmp_path / "p.zip", tmp_path / "r")
    assert run_result.exit_code == 2
    assert "is no zip file, or a broken one" in require_one_line(run_result.stderr)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
@pytest.mark.parametrize(
    "what", ["pipe", "device", "link to a device", "link outside", "link that goes round", "folder"]
)
@pytest.mark.parametrize("name", ["pack.json", RETOUR])
def test_what_is_no_file_of_the_pack(pakket: Path, good: Result, tmp_path: Path, name: str, what: str) -> None:
    """Read as a process that is stopped where it waits or goes on for ever."""
    place = _broken(pakket, tmp_path / "p", name, None) / name
    if what == "pipe":
        os.mkfifo(place)
    elif what == "folder":
        place.mkdir()
    else:
        outside = {"device": "/dev/zero", "link to a device": "/dev/zero", "link that goes round": name.split("/")[-1]}
        (tmp_path / "outside").write_bytes(b"x")
        place.symlink_to(outside.get(what, tmp_path / "outside"))
    (tmp_path / "r.json").write_text(json.dumps(good), "utf-8")
    done = process("suite", "grade", tmp_path / "p", tmp_path / "r.json", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{name}: " in require_one_line(done.stderr)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
@pytest.mark.parametrize("place", ["pipe", "/dev/zero", "/dev/null"])
def test_a_pack_that_is_no_file(good: Result, tmp_path: Path, place: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "r.json").write_text(json.dumps(good), "utf-8")
    done = process("suite", "grade", tmp_path / place, tmp_path / "r.json", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "is no ordinary file" in require_one_line(done.stderr)


def test_a_result_without_an_end(pakket: Path, tmp_path: Path) -> None:
    done = process("suite", "grade", pakket, "/dev/zero", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "/dev/zero: is larger than 256 MB" in require_one_line(done.stderr)


@pytest.mark.parametrize("as_zip", [True, False])
def test_a_list_that_is_too_large(good: Result, tmp_path: Path, as_zip: bool) -> None:
    """3 MB that would be 3 GB are refused before they are, and 40 MB of list as well; memory stays as it was."""
    if as_zip:
        with (
            zipfile.ZipFile(tmp_path / "p", "w", zipfile.ZIP_DEFLATED) as archive,
            archive.open("pack.json", "w") as file,
        ):
            for _ in range(40):
                file.write(b" " * (1 << 20))
    else:
        (tmp_path / "p").mkdir()
        with (tmp_path / "p" / "pack.json").open("wb") as file:
            file.truncate(40 << 20)
    (tmp_path / "r.json").write_text(json.dumps(good), "utf-8")
    done = invoke("suite", "grade", tmp_path / "p", tmp_path / "r.json")
    assert done.exit_code == 2
    line = require_one_line(done.stderr)
    assert "pack.json: " in line
    assert "larger than 32 MB" in line or "unpacks to more than 500 times" in line


def test_as_a_process(pakket: Path, good: Result, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(as_csv(good), "utf-8-sig")
    done = process("suite", "grade", pakket, tmp_path / "r.csv", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].startswith("passed: right are 9 of 9 cases")

"""A certificate: what a profile asks of software, the report of it, and whether a report is still what it says."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import re
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import xmlschema
import yaml
from selenium import webdriver

from mzsim.certification.catalogue import Catalogue, Cause, catalogue
from mzsim.certification.diagnoses import DIAGNOSES
from mzsim.certification.filed import Graded, Wanted
from mzsim.certification.filed import grade as graded_by
from mzsim.certification.grading import BookingKind
from mzsim.certification.pack import open_pakket
from mzsim.certification.page import as_page
from mzsim.certification.profile import LANGUAGES, SHIPPED, read_profile
from mzsim.presentation.kinds import schema
from mzsim.retour.faults import FAULTS
from mzsim.suites import locations
from tests.commands import invoke, require_one_line
from tests.test_suites_reports import browser  # noqa: F401 - a fixture
from tests.vendor import Ignores8002, Vendor

pytestmark = pytest.mark.slow

DATE = ("--datum", "2026-11-27")
HOSTILE = "<script>document.title='pwned'</script>&\"'"
SEEN = """
waarnemingen:
  - {stap: scherm-zegt-waarom, uitkomst: voldaan, naam: A. Tester, datum: 2026-11-26, opmerking: Het scherm toont de code.}
  - {stap: opnieuw-declareren, uitkomst: voldaan, naam: B. Tester, datum: 2026-11-27}
"""
Report = dict[str, Any]


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pack of the suite `inv`, what right software makes of it, and what was seen of the steps of `basis`."""
    folder = tmp_path_factory.mktemp("certificate")
    assert invoke("suite", "export", "inv", "--faulty", "once", "--out", folder / "pack").exit_code == 0
    result = Vendor().process(folder / "pack") | {"vendor": "Voorbeeld B.V.", "software": "Tand 4.2"}
    (folder / "good.json").write_text(json.dumps(result), "utf-8")
    (folder / "seen.yaml").write_text(SEEN, "utf-8")
    return folder


Grade = Callable[..., Report]


@pytest.fixture
def grade(work: Path, tmp_path: Path) -> Grade:
    """Grades by a profile and gives the certificate; `status` is the exit status that it must have."""

    def run(profile: str = "basis", *words: object, result: Report | None = None, status: int = 1) -> Report:
        place = work / "good.json"
        if result is not None:
            place = tmp_path / "result.json"
            place.write_text(json.dumps(result), "utf-8")
        ended = invoke("suite", "grade", work / "pack", place, "--profiel", profile, *DATE, "--json", *words)
        assert ended.exit_code == status, ended.output
        certificate: Report = json.loads(ended.stdout)["certificate"]
        return certificate

    return run


def _requirements(certificate: Report) -> dict[str, Report]:
    return {one["requirement"]: one for role in certificate["roles"] for one in role["requirements"]}


def _profile(folder: Path, *eisen: Report, **more: Any) -> str:
    """A profile of one role; what an eis is called is its number."""
    own = [{"id": f"e{number}", "titel": f"Eis {number}", **eis} for number, eis in enumerate(eisen, start=1)]
    content = {"naam": "mine", "titel": "Mine", "rollen": [{"id": "r", "titel": "Role", "eisen": own}], **more}
    place = folder / "profile.yaml"
    place.write_text(yaml.safe_dump(content), "utf-8")
    return str(place)


# Verdicts.


def test_an_open_pack_earns_no_certificate_that_takes_a_blind_one(grade: Grade, work: Path, tmp_path: Path) -> None:
    own = _profile(tmp_path, {"kies": {}}, bevat=["basis"])
    certificate = grade(own, "--waarnemingen", work / "seen.yaml")
    assert (certificate["verdict"], certificate["practice"]) == ("open", True), "an open pack is for practice"
    assert {one["verdict"] for one in _requirements(certificate).values()} == {"passed"}
    assert [step["name"] for step in certificate["waarnemingen"]] == ["A. Tester", "B. Tester"]
    assert (certificate["vendor"], certificate["software"]) == ("Voorbeeld B.V.", "Tand 4.2")


def test_a_step_that_nobody_saw_leaves_it_open(grade: Grade) -> None:
    certificate = grade()
    assert certificate["verdict"] == "open"
    assert {one["verdict"] for one in _requirements(certificate).values()} == {"passed"}
    assert [(step["verdict"], step["name"]) for step in certificate["waarnemingen"]] == [("open", None)] * 2


def test_a_step_that_was_seen_to_fail_fails_it(grade: Grade, tmp_path: Path) -> None:
    place = tmp_path / "seen.yaml"
    place.write_text(SEEN.replace("voldaan", "niet_voldaan", 1), "utf-8")
    assert grade("basis", "--waarnemingen", place)["verdict"] == "failed"


def test_wrong_software_fails_exactly_what_it_does_wrong(grade: Grade, work: Path) -> None:
    certificate = grade("basis", "--waarnemingen", work / "seen.yaml", result=Ignores8002().process(work / "pack"))
    failed = {id for id, one in _requirements(certificate).items() if one["verdict"] == "failed"}
    assert failed == {"verzekeraar-niet-beoordeeld", "goede-retouren"}
    wrong = _requirements(certificate)["verzekeraar-niet-beoordeeld"]
    assert (wrong["right"], wrong["met"]) == (0, len(wrong["wrong"]))
    assert certificate["verdict"] == "failed"


def test_software_that_reports_nothing_fails(grade: Grade, work: Path) -> None:
    certificate = grade("basis", "--waarnemingen", work / "seen.yaml", result={"retours": []})
    assert {one["verdict"] for one in _requirements(certificate).values()} == {"failed"}


def test_a_faulty_retour_that_is_accepted_fails_the_check_on_it(grade: Grade, work: Path) -> None:
    certificate = grade(result=Vendor("total").process(work / "pack"))
    failed = {id for id, one in _requirements(certificate).items() if one["verdict"] == "failed"}
    assert failed == {"totalen", "records"}


CHOICES: list[tuple[Report, str]] = [
    ({"kies": {"afzender": "vecozo"}}, "passed"),
    ({"kies": {"afzender": "vecozo", "retourcode": ["8001"]}}, "open"),
    ({"kies": {"wet": "wlz"}, "minstens": 4}, "passed"),
    ({"kies": {"wet": "wlz"}, "minstens": 5}, "open"),
    ({"kies": {"prestatie": ["F1*"], "uitkomst": ["toegekend"]}}, "passed"),
    ({"kies": {"prestatie": ["Z*"]}}, "open"),
    ({"kies": {"credit": True}}, "open"),
    ({"kies": {"credit": False}}, "passed"),
    ({"kies": {"fout": ["totaal", "heen"]}, "minstens_van_elk": 1}, "passed"),
    ({"kies": {"fout": ["totaal", "heen"]}, "minstens_van_elk": 2}, "open"),
    ({"kies": {"retourcode": ["8002", "8097"]}, "minstens_van_elk": 1}, "open"),
    ({"kies": {"uitkomst": ["deels", "afgewezen"]}, "minstens_van_elk": 1}, "passed"),
    ({"kies": {"inv": ["3.3"]}}, "passed"),
    ({"kies": {"inv": ["INV-4.2-01"]}}, "open"),
    ({"kies": {"tag": ["wlz"]}}, "passed"),
    ({"kies": {"case": ["3.3-4a-all"], "verstoord": False}}, "passed"),
    ({"kies": {"case": ["elsewhere"]}}, "open"),
]


@pytest.mark.parametrize(("eis", "verdict"), CHOICES, ids=[json.dumps(eis) for eis, _ in CHOICES])
def test_what_a_profile_chooses(grade: Grade, tmp_path: Path, eis: Report, verdict: str) -> None:
    certificate = grade(_profile(tmp_path, eis), status=0 if verdict == "passed" else 1)
    assert _requirements(certificate)["e1"]["verdict"] == certificate["verdict"] == verdict


def test_what_is_optional_never_counts_against_it(grade: Grade, tmp_path: Path, work: Path) -> None:
    good, optional = {"kies": {"wet": "wlz"}}, {"verplicht": False, "kies": {"retourcode": ["8002"]}}
    step = {"id": "s", "titel": "Step", "verplicht": False}
    profile = _profile(tmp_path, good, optional, waarnemingen=[step])
    certificate = grade(profile, result=Ignores8002().process(work / "pack"), status=0)
    assert [one["verdict"] for one in _requirements(certificate).values()] == ["passed", "failed"]
    assert certificate["verdict"] == "passed"


def test_a_profile_is_found_by_its_name() -> None:
    assert read_profile("@basis") == read_profile("basis")
    assert {role.id for part in ("basis", "wlz") for role in read_profile(part).roles} <= {
        role.id for role in read_profile("volledig").roles
    }


@pytest.mark.parametrize("name", SHIPPED)
def test_a_blind_pack_certifies_too(blind: Path, name: str) -> None:
    """The hash of its key is in the report, and verify asks for the key."""
    words = ["--profiel", name, "--sleutel", blind / "key.json", *DATE, "--report", blind / f"{name}.json", "--json"]
    seen = {"uitkomst": "voldaan", "naam": "A", "datum": "2026-11-26"}
    steps = [{"stap": step.id, **seen} for step in read_profile(name).steps]
    given: list[object] = []
    if steps:
        (blind / "seen.yaml").write_text(yaml.safe_dump({"waarnemingen": steps}), "utf-8")
        given = ["--waarnemingen", blind / "seen.yaml"]
    ended = invoke("suite", "grade", blind / "pack", blind / "good.json", *words, *given)
    assert ended.exit_code == 0, ended.stdout[-3000:]
    certificate = json.loads(ended.stdout)["certificate"]
    assert {one["verdict"] for one in _requirements(certificate).values()} == {"passed"}, ended.stdout[-3000:]
    assert certificate["sha256"]["key"] == hashlib.sha256((blind / "key.json").read_bytes()).hexdigest()
    filed = ("suite", "verify", blind / f"{name}.json", "--pack", blind / "pack", "--result", blind / "good.json")
    assert invoke(*filed, "--sleutel", blind / "key.json", *given).exit_code == 0
    without = invoke(*filed)
    assert without.exit_code == 2
    require_one_line(without.stderr)


@pytest.fixture(scope="module")
def blind(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A blind pack of all suites, its key, and what right software makes of it."""
    folder = tmp_path_factory.mktemp("blind")
    words = ("suite", "export", *locations.suite_names(), "--out", folder / "pack", "--sleutel", folder / "key.json")
    assert invoke(*words).exit_code == 0
    (folder / "good.json").write_text(json.dumps(Vendor().process(folder / "pack")), "utf-8")
    return folder


# Files that are wrong.

_EIS = "rollen: [{id: r, titel: R, eisen: [{id: e, titel: E, kies: {%s}}]}]"
WRONG_PROFILES = [
    ("naam: x\ntitel: X\n", r":1: asks for nothing; it needs rollen, or bevat"),
    ("naam: x\ntitel: X\nrollen: []\nextra: 1\n", r":4: extra: is no key of a profile"),
    ("naam: basis\ntitel: X\nbevat: [wlz]\n", r":1: naam: is the name of a profile of the program"),
    ("naam: x\nnaam: x\n", r":2: .*stands here twice"),
    ("naam: x\ntitel: {nl: X}\nbevat: [basis]\n", r":2: titel\.en: is missing"),
    ("naam: x\ntitel: X\nbevat: [volledig]\n", r":3: bevat\[0\]: must be 'basis' or 'wlz'"),
    ("naam: x\ntitel: X\n" + _EIS % "wet: zwv", r":3: rollen\[0\]\.eisen\[0\]\.kies\.wet: must be 'zvw' or 'wlz'"),
    ("naam: x\ntitel: X\n" + _EIS % "fout: [x]", r":3: .*kies\.fout\[0\]: must be one of aantal, totaal"),
    ("naam: x\ntitel: X\n" + _EIS % 'inv: ["9.9"]', r":3: .*kies\.inv\[0\]: must be a paragraph of INV"),
    ("naam: x\ntitel: X\n" + _EIS % 'fout: [totaal], retourcode: ["8002"]', r":3: .*nothing of a faulty retour is booked"),
    (
        "naam: x\ntitel: X\nbevat: [basis]\nrollen:\n  - id: r\n    titel: R\n    eisen:\n      - id: totalen\n"
        "        titel: E\n        kies: {}\n",
        r":8: rollen\[0\]\.eisen\[0\]\.id: is an id that stands in this profile already",
    ),
    ("naam: x\ntitel: X\n" + _EIS % "wet: wlz" + "\nwaarnemingen:\n\t- x", r"p\.yaml:\d: "),
    ("\x00", r"not YAML"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "what"), WRONG_PROFILES, ids=[what for _, what in WRONG_PROFILES])
def test_a_wrong_profile_is_one_line(work: Path, tmp_path: Path, content: str, what: str) -> None:
    place = tmp_path / "p.yaml"
    place.write_text(content, "utf-8")
    ended = invoke("suite", "grade", work / "pack", work / "good.json", "--profiel", place)
    assert ended.exit_code == 2
    require_one_line(ended.stderr)
    assert re.search(what, ended.stderr), ended.stderr


WRONG_SEEN = [
    ("waarnemingen: []\n", r":1: waarnemingen: may not be empty"),
    (
        SEEN.replace("stap: scherm-zegt-waarom", "stap: x"),
        r":3: waarnemingen\[0\]\.stap: is no step of the profile basis",
    ),
    (SEEN.replace("opnieuw-declareren", "scherm-zegt-waarom"), r":4: .*stands here twice"),
    (SEEN.replace("2026-11-26", "2026-11-28"), r":3: .*is after the date of the report, 2026-11-27"),
    (SEEN.replace("voldaan", "ja"), r":3: waarnemingen\[0\]\.uitkomst: must be 'voldaan' or 'niet_voldaan'"),
    (SEEN.replace("naam: A. Tester, ", ""), r":3: waarnemingen\[0\]\.naam: is missing"),
]


@pytest.mark.parametrize(("content", "what"), WRONG_SEEN, ids=[what for _, what in WRONG_SEEN])
def test_wrong_waarnemingen_are_one_line(work: Path, tmp_path: Path, content: str, what: str) -> None:
    place = tmp_path / "s.yaml"
    place.write_text(content, "utf-8")
    words = ("--profiel", "basis", "--waarnemingen", place, *DATE)
    ended = invoke("suite", "grade", work / "pack", work / "good.json", *words)
    assert ended.exit_code == 2
    require_one_line(ended.stderr)
    assert re.search(what, ended.stderr), ended.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("--profiel", "nowhere.yaml"),
        ("--profiel", "@nothing"),
        ("--software", "x"),
        DATE,
        ("--report", "r.json"),
        ("--waarnemingen", "s.yaml"),
    ],
    ids=" ".join,
)
def test_what_can_not_be_asked_for(work: Path, words: tuple[str, ...]) -> None:
    ended = invoke("suite", "grade", work / "pack", work / "good.json", *words)
    assert ended.exit_code == 2
    assert "Traceback" not in ended.stderr


# The report and what verify says of it.


@pytest.fixture
def filed(work: Path, tmp_path: Path) -> Path:
    """A folder with all that a report was made of, and the report."""
    folder = tmp_path / "filed"
    shutil.copytree(work, folder)
    words = ("--profiel", "basis", "--waarnemingen", folder / "seen.yaml", *DATE, "--taal", "nl")
    ended = invoke("suite", "grade", folder / "pack", folder / "good.json", *words, "--report", folder / "report.json")
    assert ended.exit_code == 1
    return folder


def _verify(folder: Path, *more: object, status: int) -> list[str]:
    words = ("--pack", folder / "pack", "--result", folder / "good.json", *more)
    ended = invoke("suite", "verify", folder / "report.json", *words)
    assert ended.exit_code == status, ended.output
    return [line for line in ended.stdout.splitlines() if line.startswith("DIFFERS")]


def test_a_report_is_the_object_of_json_with_hashes(filed: Path) -> None:
    from jsonschema import Draft202012Validator

    report = json.loads((filed / "report.json").read_text("utf-8"))
    Draft202012Validator(schema("suite-grade-1")).validate(report)
    found = report["certificate"]["sha256"]
    for name, file in (("pack", "pack/pack.json"), ("result", "good.json"), ("waarnemingen", "seen.yaml")):
        assert found[name] == hashlib.sha256((filed / file).read_bytes()).hexdigest()
    assert re.fullmatch("[0-9a-f]{64}", report["certificate"]["program"]["rules"])
    assert report["certificate"]["title"] == "Basis"


def test_a_report_that_is_right(filed: Path) -> None:
    assert _verify(filed, "--waarnemingen", filed / "seen.yaml", status=0) == []


def _edit(change: Callable[[Report], object]) -> Callable[[Path], None]:
    def do(folder: Path) -> None:
        place = folder / "report.json"
        report = json.loads(place.read_text("utf-8"))
        change(report)
        place.write_text(json.dumps(report), "utf-8")

    return do


def _spoil(name: str, before: str, after: str) -> Callable[[Path], None]:
    def do(folder: Path) -> None:
        place = folder / name
        content = place.read_text("utf-8")
        assert before in content
        place.write_text(content.replace(before, after, 1), "utf-8")

    return do


CHANGED: list[tuple[str, Callable[[Path], None], str]] = [
    ("result", _spoil("good.json", "toegekend", "afgewezen"), "the result: SHA-256 is"),
    ("pack", _spoil("pack/pack.json", '"title": "', '"title": "x'), "the pack (pack.json): SHA-256 is"),
    ("seen", _spoil("seen.yaml", "A. Tester", "C. Tester"), "the file of waarnemingen: SHA-256 is"),
    ("software", _edit(lambda r: r["certificate"].update(software="Tand 5")), "certificate.software"),
    ("verdict", _edit(lambda r: r["certificate"]["roles"][0].update(verdict="open")), "certificate.roles[0].verdict"),
    ("passed", _edit(lambda r: r["cases"][0].update(passed=False)), "cases[0].passed"),
    ("a case left out", _edit(lambda r: r["cases"].pop()), "cases: the report says a list of"),
    ("program", _edit(lambda r: r["certificate"]["program"].update(version="9.9")), "program: this is mzsim"),
    ("rules", _edit(lambda r: r["certificate"]["program"].update(rules="0")), "rules: this is"),
    ("name", _edit(lambda r: r["certificate"]["waarnemingen"][0].update(name="X")), "certificate.waarnemingen[0].name"),
]


@pytest.mark.parametrize(("change", "what"), [c[1:] for c in CHANGED], ids=[c[0] for c in CHANGED])
def test_what_was_changed_is_named(filed: Path, change: Callable[[Path], None], what: str) -> None:
    change(filed)
    lines = _verify(filed, "--waarnemingen", filed / "seen.yaml", status=1)
    assert any(what in line for line in lines), lines


def test_verify_as_json_says_what_its_lines_say(filed: Path) -> None:
    words = ("--pack", filed / "pack", "--result", filed / "good.json")
    for more, differs in (((), {"waarnemingen", "verdict"}), (("--waarnemingen", filed / "seen.yaml"), set())):
        verify = ("suite", "verify", filed / "report.json", *words, *more)
        ended = invoke(*verify, "--json")
        printed = json.loads(ended.stdout)
        assert ended.exit_code == int(not printed["right"])
        compared = printed["compared"]
        lines = [f"{'right' if line['right'] else 'DIFFERS'}: {line['text']}" for line in compared]
        assert lines == invoke(*verify).stdout.splitlines()
        assert {line["about"] for line in compared if not line["right"]} == differs
        hashes = json.loads((filed / "report.json").read_text("utf-8"))["certificate"]["sha256"]
        assert {line["about"] for line in compared} == {*hashes, "program", "rules", "verdict"}


def test_waarnemingen_that_are_not_given_are_asked_for(filed: Path) -> None:
    assert any("give it with --waarnemingen" in line for line in _verify(filed, status=1))


@pytest.mark.parametrize(
    "content",
    ["", "{}", "[]", "{", "[" * 100_000, '{"certificate": null}', "\xff", '{"certificate": {"date": "yesterday"}}'],
    ids=range(8),
)
def test_no_report_is_one_line(filed: Path, content: str) -> None:
    (filed / "report.json").write_text(content, "latin-1")
    ended = invoke("suite", "verify", filed / "report.json", "--pack", filed / "pack", "--result", filed / "good.json")
    assert ended.exit_code == 2
    require_one_line(ended.stderr)


def test_junit_has_the_requirements(work: Path, tmp_path: Path) -> None:
    place = tmp_path / "j.xml"
    invoke("suite", "grade", work / "pack", work / "good.json", "--profiel", "basis", *DATE, "--junit", place)
    xmlschema.XMLSchema(Path(__file__).parent / "junit.xsd").validate(place)
    (suite,) = (s for s in ET.parse(place).getroot() if s.get("name") == "profile basis")
    failed = [case.get("classname") for case in suite if len(case)]
    assert failed == ["scherm-zegt-waarom", "opnieuw-declareren"]
    assert len(suite) == len(failed) + sum(len(role.eisen) for role in read_profile("basis").roles)


# The page and its languages.


def _keys(content: Any) -> Any:
    return {key: _keys(value) for key, value in content.items()} if isinstance(content, dict) else None


def test_the_catalogues_have_the_same_keys() -> None:
    dutch, english = ({**catalogue(language)._asdict(), "language": None} for language in LANGUAGES)
    assert _keys({**dutch, "source_words": None}) == _keys({**english, "source_words": None})
    for texts in map(catalogue, LANGUAGES):
        assert set(texts.findings) == set(BookingKind)
        assert set(texts.diagnoses) == {one.id for one in DIAGNOSES}
        assert len(texts.faults) == len(FAULTS)
    holes = [{key: re.findall(r"\{\w+\}", text) for key, text in catalogue(one).page.items()} for one in LANGUAGES]
    assert holes[0] == holes[1]


class _Texts(HTMLParser):
    """What a reader sees or hears of a page: its text, and the attributes that are read out."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in ("style", "script")
        spoken = ("placeholder", "aria-label", "title", "data-label", "data-of", "alt")
        self.texts += [value or "" for name, value in attrs if name in spoken]

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.texts.append(data)


def _marked(texts: Catalogue) -> Catalogue:
    """A catalogue whose every text is #, with the places in it that are filled in."""

    def mark(text: str) -> str:
        return " ".join(("#", *re.findall(r"\{\w+\}", text)))

    def marks(of: Any) -> dict[str, str]:
        return {key: mark(text) for key, text in of.items()}

    return texts._replace(
        page=marks(texts.page),
        verdicts=marks(texts.verdicts),
        judged=marks(texts.judged),
        findings=marks(texts.findings),
        faults=marks(texts.faults),
        diagnoses={id: Cause(mark(cause.sentence), mark(cause.remedy)) for id, cause in texts.diagnoses.items()},
    )


@pytest.fixture(scope="module")
def wrong(work: Path) -> Report:
    """What software reports that does several things wrong, and is called something hostile."""
    result = Ignores8002("total").process(work / "pack")
    retours = [*result["retours"][:-1], {"case": "0", "retour": HOSTILE, "refused": True}]
    return {"software": HOSTILE, "vendor": HOSTILE, "contact": "0", "retours": retours}


@pytest.fixture(scope="module")
def graded(work: Path, wrong: Report) -> Graded:
    """The same, graded."""
    place = work / "wrong.json"
    place.write_text(json.dumps(wrong), "utf-8")
    wanted = Wanted("basis", dt.date(2026, 11, 27), work / "seen.yaml")
    with open_pakket(work / "pack") as pack:
        return graded_by(pack, place, wanted)


def test_no_text_of_the_page_stands_outside_the_catalogues(graded: Graded) -> None:
    """With every text of the catalogue a mark, only data is left: what a pack, result, profile or code list holds."""
    reader = _Texts()
    reader.feed(as_page(graded, _marked(catalogue("en"))).decode())
    data = _data(graded)
    left = [rest for text in reader.texts if (rest := re.sub(r"[\W\d_]+", " ", data.sub(" ", text)).strip())]
    assert left == []


def _data(graded: Graded) -> re.Pattern[str]:
    """Whatever is data, longest first."""
    from mzsim.requirements import requirements
    from mzsim.standard.retourcodes import retourcodes

    certificate = graded.certificate
    assert certificate is not None
    cases = graded.grading.cases
    words = {HOSTILE, "mzsim", certificate.profile.title["en"], "toegekend", "deels", "afgewezen", "niet_beoordeeld"}
    words |= {text for c in cases for text in (c.case.id, c.case.title, c.case.source or "", *c.case.tags)}
    words |= {retour.retour.name for retour in graded.grading.retours} | set(FAULTS)
    words |= {b.referentienummer for r in graded.grading.retours for b, _, _ in r.bookings}
    words |= {code.meaning for code in retourcodes().values()}
    words |= {one.source for one in (*requirements().values(), *DIAGNOSES)}
    for role in certificate.roles:
        words |= {role.role.titel["en"]}
        words |= {text for one in role.requirements for text in (one.eis.titel["en"], one.eis.bron or "")}
    for step in certificate.steps:
        words |= {step.step.titel["en"], *((step.seen.naam, step.seen.opmerking or "") if step.seen else ())}
    for hashed in (
        certificate.about.pack,
        certificate.about.result,
        certificate.about.rules,
        certificate.profile.sha256,
        certificate.observations,
    ):
        words.add(hashed or "")
    return re.compile("|".join(re.escape(word) for word in sorted(words - {""}, key=len, reverse=True)))


@pytest.fixture(scope="module", params=LANGUAGES)
def page(work: Path, graded: Graded, request: pytest.FixtureRequest) -> Path:
    """The page of that grading, in a language."""
    place = work / f"{request.param}.html"
    words = ("--profiel", "basis", "--waarnemingen", work / "seen.yaml", *DATE, "--taal", request.param)
    assert invoke("suite", "grade", work / "pack", work / "wrong.json", *words, "--html", place).exit_code == 1
    return place


@pytest.mark.xdist_group("chromium")
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_in_a_browser(browser: webdriver.Chrome, page: Path, width: int) -> None:  # noqa: F811
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.get(page.as_uri())
    wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert browser.execute_script(wide) == 0, "nothing has to be scrolled sideways"
    language = "Certificaat" if page.stem == "nl" else "Certificate"
    assert browser.title.startswith(HOSTILE), "no name is run as a script"
    assert f"{language}: Basis" in browser.page_source
    assert HOSTILE not in page.read_text("utf-8")
    assert [line for line in browser.get_log("browser") if line["level"] == "SEVERE"] == []


@pytest.mark.xdist_group("chromium")
def test_the_page_printed(browser: webdriver.Chrome, page: Path) -> None:  # noqa: F811
    """Printed everything is open, nothing is a control, heads of tables repeat, and no row is cut."""
    browser.get(page.as_uri())
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        shown = "return [...document.querySelectorAll(arguments[0])].filter(e => e.checkVisibility()).length"
        every = "return document.querySelectorAll(arguments[0]).length"
        assert browser.execute_script(shown, "input, button, select, .filter") == 0
        assert browser.execute_script(shown, ".case .body") == browser.execute_script(every, ".case .body") > 30
        style = "return [...new Set([...document.querySelectorAll(arguments[0])].map(e => getComputedStyle(e)[arguments[1]]))]"
        assert browser.execute_script(style, "thead", "display") == ["table-header-group"]
        assert browser.execute_script(style, "tr", "breakInside") == ["avoid"]
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    printed = base64.b64decode(browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})["data"])
    assert printed.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) > 3

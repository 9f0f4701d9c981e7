"""mzsim suite: run, new, accept and list, as a user meets them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from mzsim.cli.main import main
from mzsim.suites.case import read_case
from tests.commands import invoke, process, require_one_line
from tests.make_inv3 import FOLDER as INV3
from tests.make_inv3 import inv_example
from tests.suite_folder import EXAMPLE, make_case

pytestmark = pytest.mark.slow

STEP = {"declaration": "1.mz301.asc"}
STORE = INV3 / "store.yaml"
DECLARATION = INV3 / f"{EXAMPLE}.mz301.asc"


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A suite of three cases: one passes, of one another retour is expected, one can't be played."""
    folder = tmp_path / "suite"
    make_case(folder / "a", id="good", tags=["nightly"])
    make_case(folder / "b", id="other", title="Another retour", tags=["nightly", "slow"])
    otherwise = (
        (folder / "b" / "1.mz302.asc").read_bytes().replace(b"100197243", b"100197255").replace(b"8004", b"8007")
    )
    (folder / "b" / "1.mz302.asc").write_bytes(otherwise)
    make_case(folder / "c", id="store")
    (folder / "c" / "store.yaml").write_text("polisen: []\n")
    return folder


def test_run(suite: Path) -> None:
    result = invoke("suite", "run", suite)
    assert result.exit_code == 2
    assert result.stderr == ""
    off = result.stdout
    assert "FAILED other: Another retour" in off
    assert "step 1, 1.mz301.asc: deels_toegewezen by 0736, 10.00 of 660.00" in off
    assert "0296 RETOURCODE (01)" in off
    assert "8004 on record 02 3: 0207-3 Datum geboorte is not that of the polis with this BSN." in off
    assert "ERROR store: A case" in off
    assert "polisen: is no key of the store file" in off
    assert "good" not in off
    assert off.endswith("1 passed, 1 failed, 1 error of 3 cases\n")
    assert max(len(line) for line in off.splitlines()) < 370


def test_run_masks(suite: Path) -> None:
    assert "100197255" not in invoke("suite", "run", suite).stdout
    assert "100197255" not in invoke("suite", "run", suite, "--json").stdout
    assert "100197255" in invoke("suite", "run", suite, "--unmask").stdout
    assert "100197255" in invoke("suite", "run", suite, "--json", "--unmask").stdout


@pytest.mark.parametrize(
    ("choice", "slot", "status"),
    [
        (("-k", "GOOD"), "1 passed of 1 case", 0),
        (("-k", "retour"), "1 failed of 1 case", 1),
        (("--tag", "slow"), "1 failed of 1 case", 1),
        (("--tag", "slow", "--tag", "nightly"), "1 passed, 1 failed of 2 cases", 1),
        (("-k", "store"), "1 error of 1 case", 2),
    ],
)
def test_run_selects_and_says_how_it_ended(suite: Path, choice: tuple[str, ...], slot: str, status: int) -> None:
    result = invoke("suite", "run", suite, *choice)
    assert (result.stdout.splitlines()[-1], result.exit_code) == (slot, status)


def test_run_without_cases_is_wrong_usage(suite: Path, tmp_path: Path) -> None:
    for words, reason in (
        ((suite, "-k", "nothing"), "none of its 3 cases answers to -k and --tag"),
        ((tmp_path / "x",), "no such folder; the suites that come with the program are codes, inv, outcomes, wlz"),
    ):
        result = invoke("suite", "run", *words)
        assert result.exit_code == 2
        assert reason in require_one_line(result.stderr)


def test_run_of_a_wrong_case(suite: Path) -> None:
    case = suite / "b" / "case.yaml"
    case.write_text(case.read_text().replace("title:", "titel:"))
    result = invoke("suite", "run", suite)
    assert result.exit_code == 2
    assert f"ERROR other ({suite / 'b'})\n  {case}:2: titel: is no key of a case" in result.stdout
    assert result.stdout.endswith("1 passed, 2 error of 3 cases\n"), "the others are played"


def test_run_json(suite: Path) -> None:
    result = invoke("suite", "run", suite, "--json")
    good, other, store = map(json.loads, result.stdout.splitlines())
    assert result.stderr == "1 passed, 1 failed, 1 error of 3 cases\n"
    assert [case["verdict"] for case in (good, other, store)] == ["passed", "failed", "error"]
    assert store["steps"] == []
    assert store["error"].endswith("machtigingen")
    (step,) = other["steps"]
    assert (step["declaration"], step["date"], step["stage"]) == ("1.mz301.asc", "2011-05-02", "all")
    assert (step["status"], step["totaal_toegekend"]) == ("deels_toegewezen", "10.00")
    assert {v["rubriek"] for v in step["verschillen"]} == {"0203", "0296", "0403"}
    code = next(v for v in step["verschillen"] if v["rubriek"] == "0296")
    assert (code["naam"], code["verwacht"], code["gevonden"]) == ("RETOURCODE (01)", "8007", "8004")


def test_run_is_the_same_for_any_number_of_processes_and_any_order(suite: Path, tmp_path: Path) -> None:
    """More cases than are played without processes; the same cases in folders whose names sort otherwise."""
    for number in range(20):
        make_case(suite / f"n{number}", id=f"n-{number:02}")
    reports = []
    for jobs in (1, 2, 3):
        html, junit = tmp_path / "r.html", tmp_path / "r.xml"
        # A process of its own: other processes are started by it, from a single thread.
        finished = process("suite", "run", suite, "--json", "-j", jobs, "--html", html, "--junit", junit)
        assert finished.returncode == 2
        reports.append((finished.stdout, html.read_bytes(), junit.read_bytes()))
    for number in range(20):
        (suite / f"n{number}").rename(suite / f"z{19 - number}")
    junit = tmp_path / "other.xml"
    process("suite", "run", suite, "--junit", junit)
    assert len(reports[0][0].splitlines()) == 23
    assert len({*reports}) == 1
    assert junit.read_bytes() == reports[0][2]


def test_run_of_a_shipped_suite(tmp_path: Path) -> None:
    finished = process("suite", "run", "inv", "-k", "3.2-1", cwd=tmp_path)
    assert (finished.returncode, finished.stdout) == (0, "3 passed of 3 cases\n")
    assert list(tmp_path.iterdir()) == []


def test_run_writes_no_half_report(suite: Path, tmp_path: Path) -> None:
    result = invoke("suite", "run", suite, "--html", tmp_path / "no" / "r.html")
    assert result.exit_code == 2
    assert result.stdout == "", "nothing is played for a report that can't be written"
    assert "r.html: can't be written" in require_one_line(result.stderr)


def test_an_error_of_the_program_itself_is_a_verdict(suite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("mzsim.suites.playing.replay", broken)
    result = invoke("suite", "run", suite, "-k", "good")
    assert result.exit_code == 2
    assert "a mistake of the program, please report it (MZSIM_DEBUG=1 shows where): RuntimeError: broken" in (
        result.stdout
    )


# suite new


def _new(folder: Path, *otherwise: object) -> list[object]:
    return ["suite", "new", folder, "--declaration", DECLARATION, "--store", STORE, "--date", "2011-05-02", *otherwise]


def test_new(tmp_path: Path) -> None:
    folder = tmp_path / "mine" / "First Case"
    result = invoke(*_new(folder, "--title", "My first", "--tag", "mine", "--store", "@uzovi"))
    assert result.exit_code == 0, result.output
    assert result.stdout == (
        f"{folder / 'case.yaml'}: made\n  {DECLARATION.name}: deels_toegewezen by 0736, 10.00 of 660.00\n"
    )
    assert (folder / "case.yaml").read_text() == (
        "id: first-case\n"
        "title: My first\n"
        "tags:\n"
        "  - mine\n"
        "date: 2011-05-02\n"
        "stage: all\n"
        "store:\n"
        "  - store.yaml\n"
        "  - '@uzovi'\n"
        "steps:\n"
        f"  - declaration: {EXAMPLE}.mz301.asc\n"
        "    expect:\n"
        f"      retour: {EXAMPLE}.mz302.asc\n"
        "      status: deels_toegewezen\n"
    )
    assert (folder / DECLARATION.name).read_bytes() == DECLARATION.read_bytes()
    assert sorted(path.name for path in (tmp_path / "mine").iterdir()) == ["First Case"]
    assert invoke("suite", "run", tmp_path / "mine").stdout == "1 passed of 1 case\n"


def test_new_without_a_retour_and_with_equal_names(tmp_path: Path) -> None:
    """Two declarations of the same name in other folders; VECOZO sends no retour where it forwards."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.asc").write_bytes(bytes(inv_example(_0_0116=name)))
    folder = tmp_path / "c"
    words = ["suite", "new", folder, "--declaration", tmp_path / "a/x.asc", "--declaration", tmp_path / "b/x.asc"]
    assert invoke(*words, "--store", STORE, "--stage", "vecozo").exit_code == 0
    case = read_case(folder)
    assert [step.declaration.name for step in case.steps] == ["x.asc", "x-2.asc"]
    assert [step.expected.retour for step in case.steps] == [None, None]
    assert {"retour", "status"} == case.steps[0].expected.given


def test_new_overwrites_nothing(tmp_path: Path) -> None:
    assert invoke(*_new(tmp_path / "a")).exit_code == 0
    before = {path: path.read_bytes() for path in (tmp_path / "a").iterdir()}
    result = invoke(*_new(tmp_path / "a"))
    assert result.exit_code == 2
    assert "is there already" in require_one_line(result.stderr)
    assert before == {path: path.read_bytes() for path in (tmp_path / "a").iterdir()}


def test_new_gives_no_id_that_is_there_already(tmp_path: Path) -> None:
    make_case(tmp_path / "suite" / "x", id="mine")
    result = invoke(*_new(tmp_path / "suite" / "Mine"))
    assert result.exit_code == 2
    assert "has the id mine already" in require_one_line(result.stderr)


def test_new_with_unusable_files_leaves_nothing_behind(tmp_path: Path) -> None:
    error = tmp_path / "wrong.yaml"
    error.write_text("polisen: []\n")
    for words, reason in (
        (["--store", error], f"{error}:1: polisen: is no key of the store file"),
        (["--store", tmp_path / "x.yaml"], "x.yaml: can't be read: No such file"),
        (["--store", "@x"], "@x: no such list"),
        (["--declaration", tmp_path], "can't be read: Is a directory"),
    ):
        result = invoke(*_new(tmp_path / "suite" / "c"), *words)
        assert result.exit_code == 2
        assert reason in require_one_line(result.stderr)
        assert list((tmp_path / "suite").iterdir()) == []


def test_a_file_where_a_folder_belongs(suite: Path) -> None:
    result = invoke("suite", "run", suite / "a" / "case.yaml")
    assert result.exit_code == 2
    assert "case.yaml: is no folder; name the folder that it stands in" in require_one_line(result.stderr)


# suite accept


def test_accept_asks_and_writes(suite: Path) -> None:
    retour = suite / "b" / "1.mz302.asc"
    before = retour.read_bytes()
    no = invoke("suite", "accept", suite, "-k", "other")
    assert "0296 RETOURCODE (01)" in no.stdout
    assert "Write these answers as expected of 1 case?" in no.stdout
    assert (no.exit_code, retour.read_bytes()) == (2, before)
    assert "--yes" in no.stderr
    asked = CliRunner().invoke(main, ["suite", "accept", str(suite), "-k", "other"], input="n\n")
    assert (asked.exit_code, asked.stderr, retour.read_bytes()) == (0, "", before)
    yes = invoke("suite", "accept", suite, "-k", "other", "--yes")
    assert yes.exit_code == 0
    assert yes.stdout.endswith(f"{retour}: written\n")
    assert retour.read_bytes() == (suite / "a" / "1.mz302.asc").read_bytes()
    assert invoke("suite", "run", suite, "-k", "other").exit_code == 0


def test_accept_leaves_alone_what_can_not_be_played(suite: Path) -> None:
    before = {path: path.read_bytes() for path in (suite / "c").iterdir()}
    result = invoke("suite", "accept", suite, "-k", "store", "--yes")
    assert result.exit_code == 2
    assert result.stdout.endswith("nothing to accept: every case that could be played passed\n")
    assert before == {path: path.read_bytes() for path in (suite / "c").iterdir()}


CASE = """\
# This case shows something.
id: c
title: C   # a title
date: 2011-05-02
store: [store.yaml]
steps:
  - declaration: 1.mz301.asc
    expect:
      status: volledig_toegewezen   # for now
      codes:
        - "8007"
        - "8008"
      # about the amount
      totaal_toegekend: "1.00"
      retour: null
  - {declaration: 1.mz301.asc, expect: {codes: ["0030"], meldingen: [{record: "98"}]}}
"""


def test_accept_updates_what_is_there_and_leaves_comments_alone(tmp_path: Path) -> None:
    folder = make_case(tmp_path / "c")
    (folder / "case.yaml").write_text(CASE)
    (folder / "1.mz302.asc").unlink()
    assert invoke("suite", "accept", tmp_path, "--yes").exit_code == 0
    expected = (
        CASE.replace("volledig_toegewezen ", "deels_toegewezen ")
        .replace('\n        - "8007"\n        - "8008"', '\n        ["8004"]')
        .replace('"1.00"', '"10.00"')
        .replace("retour: null", "retour: 1.mz302.asc")
        .replace(
            '{record: "98"}',
            '{record: "01", identificatie: null, rubriek: "0116", retourcode: "0030", controle: "0116-2"}',
        )
    )
    assert (folder / "case.yaml").read_text() == expected
    assert (folder / "1.mz302.asc").read_bytes() == (INV3 / f"{EXAMPLE}.alle.mz302.asc").read_bytes()
    assert invoke("suite", "run", tmp_path).exit_code == 0


def test_accept_of_a_retour_that_is_not_there_yet(tmp_path: Path) -> None:
    folder = make_case(tmp_path / "c", steps=[{**STEP, "expect": {"retour": "later.asc"}}])
    assert invoke("suite", "run", tmp_path).exit_code == 2
    assert invoke("suite", "accept", tmp_path, "-y").exit_code == 0
    assert (folder / "later.asc").exists()
    assert invoke("suite", "run", tmp_path).exit_code == 0


def test_accept_of_a_retour_that_no_longer_comes(tmp_path: Path) -> None:
    folder = make_case(tmp_path / "c", stage="vecozo")
    assert invoke("suite", "accept", tmp_path, "-y").exit_code == 0
    assert read_case(folder).steps[0].expected.retour is None
    assert invoke("suite", "run", tmp_path).exit_code == 0


def test_accept_of_two_steps_with_one_file(tmp_path: Path) -> None:
    """The first is granted, the second has a used factuurnummer: one file can't be both."""
    folder = make_case(tmp_path / "c", steps=[{**STEP, "expect": {"retour": "1.mz302.asc"}}] * 2)
    before = (folder / "1.mz302.asc").read_bytes()
    result = invoke("suite", "accept", tmp_path, "-y")
    assert result.exit_code == 2
    assert "two steps expect 1.mz302.asc and now get different retours" in require_one_line(result.stderr)
    assert (folder / "1.mz302.asc").read_bytes() == before


# suite list


def test_list_of_a_folder(suite: Path) -> None:
    off = invoke("suite", "list", suite, "--tag", "nightly").stdout
    assert "good" in off
    assert "Another retour" in off
    assert "nightly, slow" in off
    assert off.endswith("2 cases\n")


def test_list_json(suite: Path) -> None:
    lines = [json.loads(line) for line in invoke("suite", "list", suite, "--json").stdout.splitlines()]
    assert [(line["suite"], line["id"], line["steps"]) for line in lines] == [
        ("suite", "good", 1),
        ("suite", "other", 1),
        ("suite", "store", 1),
    ]


def test_list_of_what_is_shipped() -> None:
    lines = [json.loads(line) for line in invoke("suite", "list", "--json").stdout.splitlines()]
    assert {line["suite"] for line in lines} == {"inv", "codes", "outcomes", "wlz"}


def test_a_folder_of_ones_own_goes_before_a_shipped_suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(make_case(tmp_path / "c"), tmp_path / "inv" / "c")
    assert invoke("suite", "run", "inv").stdout == "1 passed of 1 case\n"

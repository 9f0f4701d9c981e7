"""A case: what its case.yaml may hold, what is refused and in what words, and what playing it shows."""

from __future__ import annotations

import datetime as dt
import pickle
from pathlib import Path
from typing import Any

import pytest
import yaml

from mzsim.common.errors import CaseError
from mzsim.domain.findings import Stage, Status
from mzsim.store import templates
from mzsim.store.loading import load_file
from mzsim.store.session import Database
from mzsim.store.shipped_files import path_of
from mzsim.suites.case import Case, as_yaml, choose, find_cases, read_case
from mzsim.suites.difference import Difference
from mzsim.suites.playing import CaseReport, play_case
from tests.make_inv3 import inv_example
from tests.retours import put
from tests.suite_folder import make_case

STEP = {"declaration": "1.mz301.asc"}
MELDING = {"record": "02", "identificatie": 3, "rubriek": "0207", "retourcode": "8004", "controle": "0207-3"}


def _with_expect(folder: Path, **expect: Any) -> Case:
    return read_case(make_case(folder, steps=[{**STEP, "expect": expect}]))


def _play(case: Case, work_folder: Path) -> CaseReport:
    return play_case(case, work_folder)


def test_everything_that_a_case_can_hold(tmp_path: Path) -> None:
    folder = make_case(
        tmp_path / "c",
        source="INV 3.3 example 4a",
        tags=["inv", "partial"],
        stage="verzekeraar",
        store=["store.yaml", "@uzovi"],
        steps=[
            {"declaration": "1.mz301.asc", "date": "2011-05-03", "stage": "vecozo", "antwoord": "1.mz302.asc",
             "expect": {"retour": None}},
            {**STEP, "expect": {"status": "deels_toegewezen", "totaal_toegekend": "-10.50", "codes": ["8004"],
                                "meldingen": [{"identificatie": None, "record": "02"}], "retour": "1.mz302.asc"}},
        ],
    )  # fmt: skip
    case = read_case(folder)
    assert (case.id, case.title, case.source, case.tags) == (
        "a-case",
        "A case",
        "INV 3.3 example 4a",
        ("inv", "partial"),
    )
    assert case.store == (folder / "store.yaml", path_of("@uzovi"))
    one, two = case.steps
    assert (one.date, one.stage, one.answer) == (dt.date(2011, 5, 3), Stage.VECOZO, folder / "1.mz302.asc")
    assert (one.expected.given, one.expected.retour) == (frozenset({"retour"}), None)
    assert (two.date, two.stage, two.answer) == (dt.date(2011, 5, 2), Stage.INSURER, None)
    assert two.expected.total_granted == -1050
    assert (two.expected.status, two.expected.codes) == (Status.PARTLY_GRANTED, ("8004",))
    assert two.expected.meldingen == ((("record", "02"), ("identificatie", None)),)


@pytest.mark.parametrize(
    "otherwise",
    [
        {},
        {"tags": ["b", "a"], "source": "x: y", "stage": "vecozo", "store": ["store.yaml", "@nza-2026"]},
        {"title": 'with "quotes", 0587 and ünicode', "tags": ["0587"]},
        {"steps": [{**STEP, "expect": {"retour": None, "codes": []}}, {**STEP, "date": "2012-01-01", "stage": "vecozo",
                    "antwoord": "store.yaml", "expect": {"meldingen": [MELDING], "totaal_toegekend": "-0.05"}}]},
    ],
)  # fmt: skip
def test_what_is_written_is_what_was_read(tmp_path: Path, otherwise: dict[str, Any]) -> None:
    case = read_case(make_case(tmp_path / "c", **otherwise))
    text = as_yaml(case)
    case.file.write_text(text, "utf-8")
    assert read_case(tmp_path / "c") == case
    assert as_yaml(case) == text


def test_a_code_stands_between_quotes(tmp_path: Path) -> None:
    assert '- "0587"' in as_yaml(read_case(make_case(tmp_path / "c", tags=["0587"]))), "to YAML 1.2 0587 is a number"


@pytest.mark.parametrize(
    ("otherwise", "error"),
    [
        ({"id": "A B"}, "case.yaml:1: id: must be small letters, digits, points and hyphens"),
        ({"id": None}, "case.yaml:1: id: is missing"),
        ({"title": None}, "title: is missing"),
        (
            {"dte": "2011-05-02"},
            "dte: is no key of a case; known here: id, title, source, tags, date, stage, store, steps",
        ),
        ({"date": "2011-02-30"}, "date: must be a date"),
        ({"date": None}, "steps[0].date: is missing; give the case a date, or each of its steps"),
        ({"stage": "insurer"}, "stage: must be 'vecozo', 'verzekeraar' or 'all'"),
        ({"tags": ["a", "a"]}, "tags: holds the same value twice"),
        ({"store": ["none.yaml"]}, "none.yaml: no such file"),
        (
            {"store": ["@none"]},
            "store[0]: no such list; there are @asr, @ditzo, @nza-2024, @nza-2025, @nza-2026, @proef, @uzovi, @vgz",
        ),
        ({"steps": []}, "steps: may not be empty"),
        ({"steps": [{"declaration": "2.asc", "expect": {"retour": None}}]}, "2.asc: no such file"),
        (
            {"steps": [{"declaration": "/x.asc", "expect": {"retour": None}}]},
            "must be a path from the folder of the case",
        ),
        ({"steps": [{**STEP, "antwoord": "x.yaml", "expect": {"retour": None}}]}, "x.yaml: no such file"),
        ({"steps": [{**STEP, "expect": {"retour": "2.mz302.asc"}}]}, "2.mz302.asc: no such file"),
        ({"steps": [{**STEP, "expect": {}}]}, "steps[0].expect: must hold at least one of retour, status"),
        ({"steps": [STEP]}, "steps[0].expect: is missing"),
        ({"steps": [{**STEP, "expect": {"status": None}}]}, "status may not be empty"),
        (
            {"steps": [{**STEP, "expect": {"status": "granted"}}]},
            "steps[0].expect.status: must be 'volledig_toegewezen'",
        ),
        ({"steps": [{**STEP, "expect": {"totaal_toegekend": 10}}]}, "must be text; put it in quotes"),
        ({"steps": [{**STEP, "expect": {"totaal_toegekend": "10"}}]}, "must be an amount in euro as --json prints it"),
        ({"steps": [{**STEP, "expect": {"codes": ["807"]}}]}, "steps[0].expect.codes[0]: must be 4 digits"),
        ({"steps": [{**STEP, "expect": {"meldingen": [{"code": "8007"}]}}]}, "meldingen[0].code: is no key of a case"),
    ],
)
def test_what_is_wrong_is_refused_with_file_and_key(tmp_path: Path, otherwise: dict[str, Any], error: str) -> None:
    folder = make_case(tmp_path / "c", **otherwise)
    with pytest.raises(CaseError) as caught:
        read_case(folder)
    assert error in str(caught.value)
    assert str(caught.value).startswith(str(folder / "case.yaml"))
    assert "\n" not in str(caught.value)


def test_a_key_that_stands_there_twice(tmp_path: Path) -> None:
    folder = make_case(tmp_path / "c")
    (folder / "case.yaml").write_text((folder / "case.yaml").read_text() + "title: again\n")
    with pytest.raises(CaseError, match="title: this key stands here twice"):
        read_case(folder)


def test_cases_are_found_in_order_of_id(tmp_path: Path) -> None:
    for path, id_ in (("b", "one"), ("a/deep/er", "two"), ("a", "three")):
        make_case(tmp_path / path / "x", id=id_)
    (tmp_path / "c").mkdir()
    assert [case.id for case in find_cases(tmp_path)] == ["one", "three", "two"]


def test_two_cases_with_one_id(tmp_path: Path) -> None:
    make_case(tmp_path / "a")
    make_case(tmp_path / "b")
    with pytest.raises(CaseError, match=r"b/case.yaml: id: .*a/case.yaml has the id a-case as well"):
        find_cases(tmp_path)


def test_a_folder_without_cases(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="holds no case"):
        find_cases(tmp_path)
    with pytest.raises(CaseError, match="no such folder"):
        find_cases(tmp_path / "x")


def test_choosing(tmp_path: Path) -> None:
    one = read_case(make_case(tmp_path / "a", id="credit-1", tags=["credit", "rare"]))
    two = read_case(make_case(tmp_path / "b", id="b", title="A Credit again", tags=["rare"]))
    three = read_case(make_case(tmp_path / "c", id="c"))
    every = [one, two, three]
    assert choose(every, None, ()) == every
    assert choose(every, "cRedit", ()) == [one, two]
    assert choose(every, None, ("credit", "no-such-tag")) == [one]
    assert choose(every, "again", ("rare",)) == [two]


# What playing a case shows.


def test_what_is_right(tmp_path: Path) -> None:
    expect = {
        "retour": "1.mz302.asc",
        "status": "deels_toegewezen",
        "totaal_toegekend": "10.00",
        "codes": ["8004"],
        "meldingen": [MELDING],
    }
    case_report = _play(_with_expect(tmp_path / "c", **expect), tmp_path)
    assert (case_report.verdict, case_report.passed, case_report.error) == ("passed", True, None)
    (step,) = case_report.steps
    assert step.retour == (tmp_path / "c" / "1.mz302.asc").read_bytes()
    assert step.declaration == (tmp_path / "c" / "1.mz301.asc").read_bytes()


@pytest.mark.parametrize(
    ("expect", "difference"),
    [
        ({"status": "doorgestuurd"}, ("status", "doorgestuurd", "deels_toegewezen")),
        ({"totaal_toegekend": "10.01"}, ("totaal_toegekend", "10.01", "10.00")),
        ({"codes": []}, ("codes", "none", "8004")),
        ({"codes": ["8004", "8007"]}, ("codes", "8004 8007", "8004")),
        ({"retour": None}, ("retour", "no retour", "a retour of 6 records")),
        ({"meldingen": [{"retourcode": "8007"}]},
         ("meldingen", "retourcode 8007", "record 02 identificatie 3 rubriek 0207 retourcode 8004 controle 0207-3")),
        ({"meldingen": [{"retourcode": "8004"}, {"record": "04"}]}, ("meldingen", "record 04", "none")),
    ],
)  # fmt: skip
def test_what_is_wrong(tmp_path: Path, expect: dict[str, Any], difference: tuple[str, str, str]) -> None:
    case_report = _play(_with_expect(tmp_path / "c", **expect), tmp_path)
    assert case_report.verdict == "failed"
    ((found,),) = (step.differences for step in case_report.steps)
    assert (found.what, found.expected, found.found) == difference


@pytest.mark.parametrize(
    ("codes", "verdict"),
    [(["0435", "0423"], "passed"), (["0423", "0435"], "failed"), (["0435"], "failed"), ([], "failed")],
)
def test_meldingen_are_in_order(tmp_path: Path, codes: list[str], verdict: str) -> None:
    requirements = [{"retourcode": code} for code in codes]
    folder = make_case(tmp_path / "c", steps=[{**STEP, "expect": {"meldingen": requirements}}])
    (folder / "1.mz301.asc").write_bytes(bytes(inv_example(_4_0403="300197243", _4_0404="0739")))
    assert _play(read_case(folder), tmp_path).verdict == verdict


def test_differences_in_a_retour_per_record_and_rubriek(tmp_path: Path) -> None:
    """A rubriek that differs, a record that is missing, one too many; the rest is not told."""
    folder = make_case(tmp_path / "c")
    place = folder / "1.mz302.asc"
    good = place.read_bytes()
    lines = put(good, 1, "0196", "0201").split(b"\r\n")
    added = lines[2][:13] + b"9" + lines[2][14:]
    place.write_bytes(b"\r\n".join([*lines[:3], added, *lines[4:]]))
    ((step,)) = _play(read_case(folder), tmp_path).steps
    assert step.differences == (
        Difference("retour", 1, "01", None, "0196", "0201", "0200"),
        Difference("retour", None, "04", 9, None, "a record with 8002", "none"),
        Difference("retour", 4, "04", 5, None, "none", "a record with 8002"),
    )


@pytest.mark.parametrize(
    ("edit", "expected", "found"),
    [
        (lambda retour: retour[:-2], "line end none", "line end CR/LF"),
        (lambda retour: retour.replace(b"\r\n", b"\n", 1), "line end LF", "line end CR/LF"),
        (lambda retour: retour[:300] + retour[301:], "369 positions", "370 positions"),
        (lambda retour: b"", "none", "a record with 0200"),
    ],
)
def test_differences_that_are_no_rubriek(tmp_path: Path, edit: Any, expected: str, found: str) -> None:
    folder = make_case(tmp_path / "c")
    place = folder / "1.mz302.asc"
    place.write_bytes(edit(place.read_bytes()))
    ((step,)) = _play(read_case(folder), tmp_path).steps
    assert (step.differences[0].expected, step.differences[0].found) == (expected, found)


def test_steps_share_a_store_and_cases_do_not(tmp_path: Path) -> None:
    """The second time the factuurnummer is used; in the next case it is free again."""
    steps = [{**STEP, "expect": {"codes": ["8004"]}}, {**STEP, "expect": {"codes": ["0030"]}}]
    case = read_case(make_case(tmp_path / "c", steps=steps))
    assert [_play(case, tmp_path).verdict for _ in range(2)] == ["passed", "passed"]


def test_order_of_store_files(tmp_path: Path) -> None:
    folder = make_case(tmp_path / "c", store=["store.yaml", "later.yaml"])
    (folder / "later.yaml").write_text(
        'uzovi: [{nummer: "0736", naam: V, soort: zorgverzekeraar, edp: false}]\n', "utf-8"
    )
    (step,) = _play(read_case(folder), tmp_path).steps
    assert step.outcome is not None
    assert [m.retourcode for m in step.outcome.meldingen] == ["8198"]


def test_a_store_file_that_changes_is_loaded_again(tmp_path: Path) -> None:
    folder = make_case(tmp_path / "c")
    assert _play(read_case(folder), tmp_path).passed
    store = folder / "store.yaml"
    store.write_text(store.read_text("utf-8").replace("1922-03-22", "1932-03-22"), "utf-8")
    assert not _play(read_case(folder), tmp_path).passed


def test_an_unusable_store_file_is_a_verdict(tmp_path: Path) -> None:
    folder = make_case(tmp_path / "c")
    (folder / "store.yaml").write_text("polisen: []\n")
    case_report = _play(read_case(folder), tmp_path)
    assert case_report.verdict == "error"
    assert case_report.error is not None
    assert case_report.error.startswith(f"{folder / 'store.yaml'}:1: polisen: is no key of the store file")


def test_an_unreadable_declaration_is_a_verdict_and_the_next_step_is_played(tmp_path: Path) -> None:
    case = read_case(make_case(tmp_path / "c", steps=[{**STEP, "expect": {"retour": "1.mz302.asc"}}] * 2))
    gone = case.steps[0]._replace(declaration=tmp_path / "gone.asc")
    case_report = _play(case._replace(steps=(gone, case.steps[1])), tmp_path)
    assert [step.verdict for step in case_report.steps] == ["error", "passed"]
    assert case_report.verdict == "error"
    assert case_report.steps[0].error == f"{tmp_path / 'gone.asc'}: can't be read: No such file or directory"


def test_no_declaration_is_unreadable_without_a_retour(tmp_path: Path) -> None:
    folder = make_case(
        tmp_path / "c", steps=[{**STEP, "expect": {"retour": None, "status": "onleesbaar", "codes": []}}]
    )
    (folder / "1.mz301.asc").write_bytes(b"no declaration\r\n")
    assert _play(read_case(folder), tmp_path).passed


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    case = read_case(make_case(tmp_path / "c"))
    work_folder = tmp_path / "werk"
    work_folder.mkdir()
    _play(case, work_folder)
    assert list(work_folder.iterdir()) == []


def test_stores_are_known_by_what_their_files_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Copies are loaded once; a file that changes is loaded again; a large store is left for other processes."""
    loaded: list[object] = []

    def load(store: Database, path: Path) -> bool:
        loaded.append(path)
        return load_file(store, path)

    monkeypatch.setattr(templates, "load_file", load)
    monkeypatch.setattr(templates, "_kept", templates._Kept())
    monkeypatch.setattr(templates, "_SHARED_FROM", 1)
    cases = [read_case(make_case(tmp_path / name, id=name)) for name in ("a", "b", "c")]
    with (cases[2].folder / "store.yaml").open("a") as changed:
        changed.write("# another\n")
    assert all(_play(case, tmp_path).passed for case in cases)
    assert loaded == [cases[0].store[0], cases[2].store[0]]
    monkeypatch.setattr(templates, "_kept", templates._Kept())  # as in another process
    assert _play(cases[1], tmp_path).passed
    assert len(loaded) == 2
    assert len(list((tmp_path / "stores").iterdir())) == 2


def test_few_templates_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "_MOST_BYTES", 10)
    kept = templates._Kept()
    for name in "abc":
        kept.keep(name, b"1234")
        kept.get("a")
    assert [name for name in "abc" if kept.get(name)] == ["a", "c"]


def test_what_is_asked_for_again_and_again_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However often: being asked for makes a template no larger, so that none has to make room for it."""
    loaded = []

    def load(store: Database, path: Path) -> bool:
        loaded.append(path.name)
        return load_file(store, path)

    monkeypatch.setattr(templates, "load_file", load)
    monkeypatch.setattr(templates, "_kept", templates._Kept())
    monkeypatch.setattr(templates, "_MOST_BYTES", 1_000_000)
    names = ("base", "one", "other")
    for number, name in enumerate(names):
        (tmp_path / name).write_text(
            f"uzovi: [{{nummer: '073{number}', naam: V, soort: zorgverzekeraar, edp: true}}]\n"
        )
    for name in names[1:] * 20:
        with templates.fresh_store((tmp_path / "base", tmp_path / name), tmp_path):
            pass
    assert loaded == list(names)


def test_a_code_of_the_store_itself_is_known(tmp_path: Path) -> None:
    folder = make_case(tmp_path / "c", store=["store.yaml", "own.yaml"])
    (folder / "own.yaml").write_text(
        "retourcodes: [{code: '3901', betekenis: An own code, soort: D}]\n"
        "uzovi: [{nummer: '0736', naam: V, soort: zorgverzekeraar, edp: true, beleid: {retourcodes: {0207-3: '3901'}}}]\n"
    )
    case_report = _play(read_case(folder), tmp_path)
    assert [(code.code, code.meaning) for code in case_report.codes] == [("3901", "An own code")]


SCRIPT = [{"match": {"0413": "R24"}, "action": {"codes": ["8063"], "afzender": "verzekeraar"}}]


def test_a_step_with_a_script_and_the_report_travels(tmp_path: Path) -> None:
    """The script answers in place of the insurer; the verslag goes from the process that played it to the one that reads."""
    steps = [
        {**STEP, "antwoord": "script.yaml", "expect": {"codes": ["8063"]}},
        {**STEP, "expect": {"codes": ["0030"]}},
    ]
    folder = make_case(tmp_path / "c", steps=steps)
    (folder / "1.mz301.asc").write_bytes(bytes(inv_example()))
    (folder / "script.yaml").write_text(yaml.safe_dump(SCRIPT))
    case_report = _play(read_case(folder), tmp_path)
    assert case_report.passed, case_report
    assert pickle.loads(pickle.dumps(case_report)) == case_report


def test_an_unusable_script_is_a_verdict(tmp_path: Path) -> None:
    folder = make_case(tmp_path / "c", steps=[{**STEP, "antwoord": "script.yaml", "expect": {"codes": []}}])
    (folder / "script.yaml").write_text(yaml.safe_dump([{"action": {"codes": ["9999"]}}]))
    (step,) = _play(read_case(folder), tmp_path).steps
    assert step.verdict == "error"
    assert (step.error or "").startswith(
        f"{folder / 'script.yaml'}:3: [0].action.codes[0]: 9999 is no known retourcode"
    )

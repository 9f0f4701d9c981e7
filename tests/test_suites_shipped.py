"""The suites that come with the program: they pass, they are as the generator makes them, and they cover what they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from mzsim.domain.findings import Status
from mzsim.suites.case import find_cases
from mzsim.suites.locations import folder_of, suite_names
from mzsim.suites.playing import play_case
from mzsim.suites.running import run
from tests.make_inv3 import FOLDER as INV3
from tests.make_inv4 import FOLDER as INV4
from tests.make_suites import KINDS, SUITES, make
from tests.suite_codes import codes

pytestmark = pytest.mark.slow

_PATH = {"all": "alle", "vecozo": "vecozo", "insurer": "verzekeraar"}


def _content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_suites() -> None:
    assert suite_names() == sorted(KINDS)
    assert folder_of("inv").resolve() == (SUITES / "inv").resolve()


@pytest.mark.parametrize("name", KINDS)
def test_fixtures_are_fresh(name: str, tmp_path: Path) -> None:
    make(name, tmp_path / name)
    assert _content(tmp_path / name) == _content(SUITES / name)


@pytest.mark.parametrize("name", KINDS)
def test_a_suite_passes(name: str) -> None:
    failed = [case_report.case.id for case_report in run(find_cases(SUITES / name), 1) if not case_report.passed]
    assert failed == []


def test_codes_holds_every_code_of_the_register() -> None:
    """A case a code, whose last step yields it and nothing else, and comes with the retour to the byte."""
    cases = find_cases(SUITES / "codes")
    assert [case.id for case in cases] == codes()
    for case in cases:
        expected = case.steps[-1].expected
        assert expected.codes == (case.id,)
        assert expected.retour is not None
        assert expected.retour.read_bytes()


def test_inv_holds_every_example_of_chapter_3_in_three_paths() -> None:
    cases = [case for case in find_cases(SUITES / "inv") if "chapter-3" in case.tags]
    declaraties = sorted(INV3.glob("*.mz301.asc"))
    assert len(cases) == 3 * len(declaraties)
    for case in cases:
        (step,) = case.steps
        name = step.declaration.name.removesuffix(".mz301.asc")
        path = _PATH[case.id.rpartition("-")[2]]
        assert step.declaration.read_bytes() == (INV3 / step.declaration.name).read_bytes()
        gold = INV3 / f"{name}.{path}.mz302.asc"
        retour = step.expected.retour
        assert (retour and retour.read_bytes()) == (gold.read_bytes() if gold.exists() else None)
    assert (SUITES / "inv" / "store-3.yaml").read_bytes() == (INV3 / "store.yaml").read_bytes()


def test_inv_holds_every_example_of_chapter_4() -> None:
    cases = [case for case in find_cases(SUITES / "inv") if "chapter-4" in case.tags]
    declaraties = {case.steps[0].declaration.name: case.steps[0].declaration.read_bytes() for case in cases}
    assert declaraties == {path.name: path.read_bytes() for path in INV4.glob("*.mz301.asc")}


def test_outcomes_holds_every_outcome() -> None:
    steps = [step for case in find_cases(SUITES / "outcomes") for step in case.steps]
    assert {step.expected.status for step in steps} == set(Status)


def test_wlz_is_granted_and_refused(tmp_path: Path) -> None:
    cases = find_cases(SUITES / "wlz")
    assert {case.tags[0] for case in cases} == {"granted", "refused"}
    for case in cases:
        assert case.steps[-1].declaration.read_bytes()[2:5] == b"250", f"{case.id} is no Wlz message"
        (*_, step) = play_case(case, tmp_path).steps
        assert step.outcome is not None
        assert bool(step.outcome.meldingen) is (case.tags[0] == "refused")

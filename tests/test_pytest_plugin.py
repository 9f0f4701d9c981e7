"""The pytest plugin, as a user's own tests see it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from mzsim.testing.bench import Bench
from tests.commands import surroundings
from tests.factories import simple
from tests.make_inv3 import FOLDER, STORE

pytestmark = pytest.mark.slow

pytest_plugins = ("pytester",)

Run = Callable[..., pytest.RunResult]


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs pytest as a process of its own, with our plugin and no other, in the folder of the test."""
    for name in set(os.environ) - set(surroundings()):
        monkeypatch.delenv(name)
    monkeypatch.setenv("PYTHONPATH", surroundings()["PYTHONPATH"])
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def run(*words: object) -> pytest.RunResult:
        return pytester.runpytest_subprocess("-p", "mzsim.testing.pytest_plugin", "-Werror", *map(str, words))

    return run


@pytest.fixture
def folder_(pytester: pytest.Pytester) -> Path:
    """The folder of the test, with the store and a declaration of INV chapter 3."""
    shutil.copy(STORE, pytester.path / "insurer.yaml")
    shutil.copy(FOLDER / "4a-fout-in-verzekerdenrecord.mz301.asc", pytester.path / "claim.asc")
    return pytester.path


def _case(folder_: Path, id: str, status: str) -> None:
    case = folder_ / "cases" / id
    case.mkdir(parents=True)
    shutil.copy(STORE, case / "store.yaml")
    shutil.copy(FOLDER / "4a-fout-in-verzekerdenrecord.mz301.asc", case / "claim.asc")
    (case / "case.yaml").write_text(
        f"id: {id}\ntitle: t\ndate: 2011-05-02\nstore: [store.yaml]\n"
        f"steps: [{{declaration: claim.asc, expect: {{status: {status}}}}}]\n",
        "utf-8",
    )


# The fixture mzsim.


def test_the_store_of_every_test_is_fresh(pytester: pytest.Pytester, folder_: Path, run: Run) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.mark.parametrize("keer", [1, 2])
        def test_keer(mzsim, keer):
            mzsim.load("insurer.yaml")
            answer = mzsim.replay("claim.asc", date="2011-05-02")
            assert (answer.status, answer.afzender) == ("deels_toegewezen", "0736")
            assert (answer.totaal_ingediend, answer.totaal_toegekend) == ("660.00", "10.00")
            assert answer.codes == ("8004",)
            assert answer.meldingen[0]["controle"] == "0207-3"
            assert answer.retour.startswith(b"01177")
            assert [(b.outcome, b.declared, b.granted, b.left, b.retourcodes) for b in answer.bookings] == [
                ("toegekend", "10.00", "10.00", "0.00", ()),
                ("niet_beoordeeld", "500.00", "0.00", "500.00", ("8002",)),
                ("niet_beoordeeld", "150.00", "0.00", "150.00", ("8002",)),
            ]
            again = mzsim.replay(answer.declaration, date="2011-05-03")
            assert again.codes == ("0030",)
    """)
    run().assert_outcomes(passed=2)
    assert sorted(p.name for p in folder_.glob("*.asc")) == ["claim.asc"]


def test_load_of_text_of_a_dict_and_of_a_list() -> None:
    verzekerde = {
        "bsn": "123456782",
        "verzekerdennummer": None,
        "geboortedatum": "1954-12-10",
        "naam": "Jansen",
        "uzovi": "0736",
        "ingang": "2006-01-01",
        "pakketten": ["P"],
    }
    with Bench() as mzsim:
        mzsim.load(
            "@uzovi",
            'uzovi:\n  - {nummer: "0736", naam: X, soort: zorgverzekeraar, edp: true}\n',
            {
                "pakketten": [
                    {
                        "code": "P",
                        "uzovi": "0736",
                        "soort": "basis",
                        "dekkingen": [{"prestaties": ["*"], "percentage": 100}],
                    }
                ],
                "polissen": [verzekerde],
            },
        )
        answer = mzsim.replay(FOLDER / "1-volledig-toegewezen.mz301.asc", date="2011-05-02", stage="verzekeraar")
    assert answer.totaal_toegekend == "10.00"


def test_amounts_in_a_dict() -> None:
    with Bench() as mzsim:
        mzsim.load(
            {
                "prestatiecodes": [{"code": "C11", "omschrijving": "x", "ingang": "2000-01-01", "bevoegd": ["12"]}],
                "tarieven": [{"prestatiecode": "C11", "tarief": Decimal("10.00"), "ingang": "2008-01-01"}],
            }
        )


@pytest.mark.parametrize(
    "told",
    [
        [{"match": {"0413": "R24"}, "action": {"percentage": 50, "codes": ["0613"]}}],
        '- match: {"0413": R24}\n  action: {percentage: 50, codes: ["0613"]}\n',
    ],
)
def test_answer_by_a_script(told: str) -> None:
    with Bench() as mzsim:
        mzsim.load(STORE)
        answer = mzsim.replay(FOLDER / "1-volledig-toegewezen.mz301.asc", date="2011-05-02", antwoord=told)
    assert (answer.codes, answer.totaal_toegekend) == (("0613",), "410.00")
    assert answer.bookings[1].outcome == "deels"


def test_without_a_retour_no_bookings() -> None:
    with Bench() as mzsim:
        mzsim.load(STORE)
        answer = mzsim.replay(FOLDER / "1-volledig-toegewezen.mz301.asc", date="2011-05-02", stage="vecozo")
    assert (answer.status, answer.retour, answer.bookings) == ("doorgestuurd", None, ())


def test_personas_of_proef() -> None:
    with Bench() as mzsim:
        mzsim.load("@proef")
        declaration = mzsim.personas[0].declaraties[0]
        told = mzsim.replay(declaration.bericht(), date=declaration.datum)
    assert (told.status, told.totaal_toegekend) == ("volledig_toegewezen", "49.51")


def test_payment_date() -> None:
    """The answer has every key that `replay --json` prints, the one that few insurers have among them."""
    beleid = {"betaaltermijn": {"dagen": 30}}
    with Bench() as mzsim:
        mzsim.load(STORE)
        without = mzsim.replay(bytes(simple()), date="2011-05-02")
        insurer = {"nummer": "0736", "naam": "V", "soort": "zorgverzekeraar", "edp": True, "beleid": beleid}
        mzsim.load({"uzovi": [insurer]})
        assert without.betaaldatum is None
        other = bytes(simple(r0116="ANDER", r0432="ANDER", r0415="11"))
        told = mzsim.replay(other, date="2011-05-02")
        assert told.betaaldatum == "2011-06-01"
        assert {t["voor_patient"] for t in told.toekenningen} == {"0.00"}


# The fixture mzsim_case.


CASE_TEST = """
    def test_case(mzsim_case):
        mzsim_case.check()
"""


def test_every_case_is_a_test(pytester: pytest.Pytester, folder_: Path, run: Run) -> None:
    _case(folder_, "b-wrong", "volledig_toegewezen")
    _case(folder_, "a-right", "deels_toegewezen")
    pytester.makepyfile(CASE_TEST)
    run_result = run("--mzsim-cases", "cases", "-v")
    run_result.assert_outcomes(passed=1, failed=1)
    run_result.stdout.fnmatch_lines(
        [
            "*test_case[[]a-right[]] PASSED*",
            "*test_case[[]b-wrong[]] FAILED*",
            "E*case b-wrong: t",
            "E*expected volledig_toegewezen, found deels_toegewezen",
        ]
    )
    assert "proefbank.py" not in run_result.stdout.str()


def test_cases_by_the_ini_file(pytester: pytest.Pytester, folder_: Path, run: Run) -> None:
    _case(folder_, "a-right", "deels_toegewezen")
    pytester.makeini("[pytest]\nmzsim_cases = cases\n")
    pytester.makepyfile(**{"sub/test_it": CASE_TEST})
    run("sub").assert_outcomes(passed=1)


def test_steps_of_a_case(pytester: pytest.Pytester, folder_: Path, run: Run) -> None:
    """What a vendor's own test needs: both messages, and how they must be booked; beside the fixture mzsim."""
    _case(folder_, "a-right", "deels_toegewezen")
    pytester.makepyfile("""
        def test_case(mzsim_case, mzsim):
            mzsim.load(mzsim_case.folder / "store.yaml")
            (step,) = mzsim_case.steps
            assert mzsim.replay(step.declaration, date="2011-05-02").retour == step.retour
            assert step.bookings[1].outcome == "niet_beoordeeld"
            assert mzsim_case.id == "a-right"
    """)
    run("--mzsim-cases", "cases").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ((), "mzsim_case needs cases"),
        (("--mzsim-cases", "none"), "none: no such folder"),
        (("--mzsim-cases", "."), "case"),
    ],
)
def test_without_cases_one_line(
    pytester: pytest.Pytester, folder_: Path, run: Run, words: tuple[str, ...], what: str
) -> None:
    if words == ("--mzsim-cases", "."):
        _case(folder_, "a-wrong", "no_status")
    pytester.makepyfile(CASE_TEST)
    run_result = run(*words)
    run_result.assert_outcomes(errors=1)
    run_result.stdout.fnmatch_lines([f"*{what}*"])
    assert "Traceback" not in run_result.stdout.str()
    assert "pytest_plugin.py" not in run_result.stdout.str()


# Whoever has no use for it.


def test_whoever_asks_nothing_notices_nothing(pytester: pytest.Pytester, folder_: Path, run: Run) -> None:
    _case(folder_, "a-wrong", "volledig_toegewezen")
    pytester.makepyfile("def test_other(): pass")
    run_result = run()
    run_result.assert_outcomes(passed=1)
    assert not list(Path(pytester.path).rglob("*.db"))


def test_light_to_load() -> None:
    heavy = {"sqlalchemy", "pydantic", "yaml", "click", "jinja2", "mzsim.pipeline", "alembic"}
    line = f"import sys, mzsim.testing.pytest_plugin; print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", line], env=surroundings(), capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_as_entry_point_of_the_package() -> None:
    """What pip installs as entry point is this module."""
    import tomllib

    content = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))
    assert content["project"]["entry-points"]["pytest11"] == {"mzsim": "mzsim.testing.pytest_plugin"}

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

from mzsim.testing.bench import Proefbank
from tests.commands import omgeving
from tests.factories import eenvoudig
from tests.make_inv3 import MAP, STORE

pytestmark = pytest.mark.slow

pytest_plugins = ("pytester",)

Draai = Callable[..., pytest.RunResult]


@pytest.fixture
def draai(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Draai:
    """Runs pytest as a process of its own, with our plugin and no other, in the folder of the test."""
    for naam in set(os.environ) - set(omgeving()):
        monkeypatch.delenv(naam)
    monkeypatch.setenv("PYTHONPATH", omgeving()["PYTHONPATH"])
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def draai(*woorden: object) -> pytest.RunResult:
        return pytester.runpytest_subprocess("-p", "mzsim.testing.pytest_plugin", "-Werror", *map(str, woorden))

    return draai


@pytest.fixture
def map_(pytester: pytest.Pytester) -> Path:
    """The folder of the test, with the store and a declaration of INV chapter 3."""
    shutil.copy(STORE, pytester.path / "insurer.yaml")
    shutil.copy(MAP / "4a-fout-in-verzekerdenrecord.mz301.asc", pytester.path / "claim.asc")
    return pytester.path


def _geval(map_: Path, id: str, status: str) -> None:
    geval = map_ / "cases" / id
    geval.mkdir(parents=True)
    shutil.copy(STORE, geval / "store.yaml")
    shutil.copy(MAP / "4a-fout-in-verzekerdenrecord.mz301.asc", geval / "claim.asc")
    (geval / "case.yaml").write_text(
        f"id: {id}\ntitle: t\ndate: 2011-05-02\nstore: [store.yaml]\n"
        f"steps: [{{declaration: claim.asc, expect: {{status: {status}}}}}]\n",
        "utf-8",
    )


# The fixture mzsim.


def test_store_van_elke_test_is_vers(pytester: pytest.Pytester, map_: Path, draai: Draai) -> None:
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
    draai().assert_outcomes(passed=2)
    assert sorted(p.name for p in map_.glob("*.asc")) == ["claim.asc"]


def test_load_van_tekst_van_een_dict_en_van_een_lijst() -> None:
    verzekerde = {
        "bsn": "123456782",
        "verzekerdennummer": None,
        "geboortedatum": "1954-12-10",
        "naam": "Jansen",
        "uzovi": "0736",
        "ingang": "2006-01-01",
        "pakketten": ["P"],
    }
    with Proefbank() as mzsim:
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
        answer = mzsim.replay(MAP / "1-volledig-toegewezen.mz301.asc", date="2011-05-02", stage="verzekeraar")
    assert answer.totaal_toegekend == "10.00"


def test_bedragen_in_een_dict() -> None:
    with Proefbank() as mzsim:
        mzsim.load(
            {
                "prestatiecodes": [{"code": "C11", "omschrijving": "x", "ingang": "2000-01-01", "bevoegd": ["12"]}],
                "tarieven": [{"prestatiecode": "C11", "tarief": Decimal("10.00"), "ingang": "2008-01-01"}],
            }
        )


@pytest.mark.parametrize(
    "antwoord",
    [
        [{"match": {"0413": "R24"}, "action": {"percentage": 50, "codes": ["0613"]}}],
        '- match: {"0413": R24}\n  action: {percentage: 50, codes: ["0613"]}\n',
    ],
)
def test_antwoord_volgens_script(antwoord: str) -> None:
    with Proefbank() as mzsim:
        mzsim.load(STORE)
        answer = mzsim.replay(MAP / "1-volledig-toegewezen.mz301.asc", date="2011-05-02", antwoord=antwoord)
    assert (answer.codes, answer.totaal_toegekend) == (("0613",), "410.00")
    assert answer.bookings[1].outcome == "deels"


def test_zonder_retour_geen_boekingen() -> None:
    with Proefbank() as mzsim:
        mzsim.load(STORE)
        answer = mzsim.replay(MAP / "1-volledig-toegewezen.mz301.asc", date="2011-05-02", stage="vecozo")
    assert (answer.status, answer.retour, answer.bookings) == ("doorgestuurd", None, ())


def test_personas_van_proef() -> None:
    with Proefbank() as mzsim:
        mzsim.load("@proef")
        declaratie = mzsim.personas[0].declaraties[0]
        antwoord = mzsim.replay(declaratie.bericht(), date=declaratie.datum)
    assert (antwoord.status, antwoord.totaal_toegekend) == ("volledig_toegewezen", "49.51")


def test_betaaldatum() -> None:
    """The answer has every key that `replay --json` prints, the one that few insurers have among them."""
    beleid = {"betaaltermijn": {"dagen": 30}}
    with Proefbank() as mzsim:
        mzsim.load(STORE)
        zonder = mzsim.replay(bytes(eenvoudig()), date="2011-05-02")
        insurer = {"nummer": "0736", "naam": "V", "soort": "zorgverzekeraar", "edp": True, "beleid": beleid}
        mzsim.load({"uzovi": [insurer]})
        assert zonder.betaaldatum is None
        ander = bytes(eenvoudig(r0116="ANDER", r0432="ANDER", r0415="11"))
        antwoord = mzsim.replay(ander, date="2011-05-02")
        assert antwoord.betaaldatum == "2011-06-01"
        assert {t["voor_patient"] for t in antwoord.toekenningen} == {"0.00"}


# The fixture mzsim_case.


GEVALTEST = """
    def test_case(mzsim_case):
        mzsim_case.check()
"""


def test_elk_geval_is_een_test(pytester: pytest.Pytester, map_: Path, draai: Draai) -> None:
    _geval(map_, "b-wrong", "volledig_toegewezen")
    _geval(map_, "a-right", "deels_toegewezen")
    pytester.makepyfile(GEVALTEST)
    uitslag = draai("--mzsim-cases", "cases", "-v")
    uitslag.assert_outcomes(passed=1, failed=1)
    uitslag.stdout.fnmatch_lines(
        [
            "*test_case[[]a-right[]] PASSED*",
            "*test_case[[]b-wrong[]] FAILED*",
            "E*case b-wrong: t",
            "E*expected volledig_toegewezen, found deels_toegewezen",
        ]
    )
    assert "proefbank.py" not in uitslag.stdout.str()


def test_gevallen_volgens_het_inibestand(pytester: pytest.Pytester, map_: Path, draai: Draai) -> None:
    _geval(map_, "a-right", "deels_toegewezen")
    pytester.makeini("[pytest]\nmzsim_cases = cases\n")
    pytester.makepyfile(**{"sub/test_it": GEVALTEST})
    draai("sub").assert_outcomes(passed=1)


def test_stappen_van_een_geval(pytester: pytest.Pytester, map_: Path, draai: Draai) -> None:
    """What a vendor's own test needs: both messages, and how they must be booked; beside the fixture mzsim."""
    _geval(map_, "a-right", "deels_toegewezen")
    pytester.makepyfile("""
        def test_case(mzsim_case, mzsim):
            mzsim.load(mzsim_case.folder / "store.yaml")
            (step,) = mzsim_case.steps
            assert mzsim.replay(step.declaration, date="2011-05-02").retour == step.retour
            assert step.bookings[1].outcome == "niet_beoordeeld"
            assert mzsim_case.id == "a-right"
    """)
    draai("--mzsim-cases", "cases").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("woorden", "wat"),
    [
        ((), "mzsim_case needs cases"),
        (("--mzsim-cases", "none"), "none: no such folder"),
        (("--mzsim-cases", "."), "case"),
    ],
)
def test_zonder_gevallen_een_regel(
    pytester: pytest.Pytester, map_: Path, draai: Draai, woorden: tuple[str, ...], wat: str
) -> None:
    if woorden == ("--mzsim-cases", "."):
        _geval(map_, "a-wrong", "no_status")
    pytester.makepyfile(GEVALTEST)
    uitslag = draai(*woorden)
    uitslag.assert_outcomes(errors=1)
    uitslag.stdout.fnmatch_lines([f"*{wat}*"])
    assert "Traceback" not in uitslag.stdout.str()
    assert "pytest_plugin.py" not in uitslag.stdout.str()


# Whoever has no use for it.


def test_wie_niets_vraagt_merkt_niets(pytester: pytest.Pytester, map_: Path, draai: Draai) -> None:
    _geval(map_, "a-wrong", "volledig_toegewezen")
    pytester.makepyfile("def test_other(): pass")
    uitslag = draai()
    uitslag.assert_outcomes(passed=1)
    assert not list(Path(pytester.path).rglob("*.db"))


def test_licht_om_te_laden() -> None:
    zwaar = {"sqlalchemy", "pydantic", "yaml", "click", "jinja2", "mzsim.pipeline", "alembic"}
    regel = f"import sys, mzsim.testing.pytest_plugin; print(sorted({zwaar!r} & set(sys.modules)))"
    gedaan = subprocess.run([sys.executable, "-c", regel], env=omgeving(), capture_output=True, text=True, check=True)
    assert gedaan.stdout == "[]\n"


def test_als_ingang_van_het_pakket() -> None:
    """What pip installs as entry point is this module."""
    import tomllib

    inhoud = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))
    assert inhoud["project"]["entry-points"]["pytest11"] == {"mzsim": "mzsim.testing.pytest_plugin"}

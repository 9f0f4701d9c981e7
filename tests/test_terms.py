"""Terms and payment dates: the last day of each kind of term, one boundary per message, working days, and what is shown."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mzsim.common.dates import dagen_later, maanden_later, werkdagen_later
from mzsim.domain.beleid import STANDAARD, Beleid
from mzsim.domain.terms import Betaaltermijn, Indientermijn, eerste_op_tijd, indientermijn
from mzsim.store.loading import laad_bestand
from mzsim.store.session import Database
from tests.check_cases import alle_gevallen, bevindingen, speel
from tests.commands import OP_DATUM, eis_een_regel, invoke, omgeving
from tests.commands import speel as speel_bytes
from tests.factories import eenvoudig
from tests.make_inv3 import MAP

DAG = dt.date.fromisoformat
EEN_DAG = dt.timedelta(1)
TERMIJNEN = [
    {"soort": "maanden", "maanden": 0},
    {"soort": "maanden", "maanden": 1},
    {"soort": "maanden", "maanden": 11},
    {"soort": "maanden", "maanden": 12},
    {"soort": "dagen_na_maandeinde", "dagen": 0},
    {"soort": "dagen_na_maandeinde", "dagen": 180},
    {"soort": "datum", "dag": 30, "maand": 4, "jaren": 1},
    {"soort": "datum", "dag": 28, "maand": 2, "jaren": 0},
]
ELKE_TERMIJN = pytest.mark.parametrize("termijn", [indientermijn(t) for t in TERMIJNEN], ids=str)


# Days and terms.


@pytest.mark.parametrize(
    ("datum", "maanden", "later"),
    [
        ("2011-03-31", 0, "2011-03-31"),
        ("2011-01-31", 1, "2011-02-28"),
        ("2012-01-31", 1, "2012-02-29"),
        ("2012-02-29", 12, "2013-02-28"),
        ("2012-02-29", 48, "2016-02-29"),
        ("2011-11-30", 3, "2012-02-29"),
        ("2011-12-15", 1, "2012-01-15"),
        ("9999-11-30", 1, "9999-12-30"),
        ("9999-12-01", 1, "9999-12-31"),
        ("9999-12-01", 1200, "9999-12-31"),
    ],
)
def test_maanden_later(datum: str, maanden: int, later: str) -> None:
    assert maanden_later(DAG(datum), maanden) == DAG(later)


def test_dagen_buiten_de_kalender() -> None:
    assert dagen_later(dt.date.max, 1) == dt.date.max
    assert dagen_later(dt.date.min, -1) == dt.date.min
    assert dagen_later(DAG("2011-03-01"), -1) == DAG("2011-02-28")


@pytest.mark.parametrize(
    ("keuze", "prestatie", "laatste"),
    [
        ({"soort": "maanden", "maanden": 12}, "2020-02-29", "2021-02-28"),
        ({"soort": "dagen_na_maandeinde", "dagen": 180}, "2019-01-01", "2019-07-30"),
        ({"soort": "dagen_na_maandeinde", "dagen": 180}, "2019-01-31", "2019-07-30"),
        ({"soort": "datum", "dag": 30, "maand": 4, "jaren": 1}, "2021-05-20", "2022-04-30"),
        ({"soort": "datum", "dag": 30, "maand": 4, "jaren": 1}, "9999-05-20", "9999-12-31"),
    ],
)
def test_laatste_dag(keuze: dict[str, Any], prestatie: str, laatste: str) -> None:
    assert indientermijn(keuze).laatste_dag(DAG(prestatie)) == DAG(laatste)


@ELKE_TERMIJN
def test_een_latere_prestatie_heeft_nooit_een_eerdere_laatste_dag(termijn: Indientermijn) -> None:
    """Four years and a day hold every length of month and of year; what one boundary a message rests on."""
    dagen = [DAG("2011-01-01") + n * EEN_DAG for n in range(4 * 365 + 2)]
    laatste = [termijn.laatste_dag(dag) for dag in dagen]
    assert laatste == sorted(laatste)


@ELKE_TERMIJN
@given(ingediend=st.dates(DAG("1990-01-01"), DAG("2090-01-01")))
def test_de_eerste_dag_op_tijd_scheidt_op_tijd_van_te_laat(termijn: Indientermijn, ingediend: dt.date) -> None:
    eerste = eerste_op_tijd(termijn, ingediend)
    assert termijn.laatste_dag(eerste) >= ingediend
    assert termijn.laatste_dag(eerste - EEN_DAG) < ingediend


@ELKE_TERMIJN
def test_de_uiterste_dagen_van_de_kalender(termijn: Indientermijn) -> None:
    assert eerste_op_tijd(termijn, dt.date.min) == dt.date.min
    assert eerste_op_tijd(termijn, dt.date.max) <= dt.date.max


# The whole path.

LANGS_BEIDE = [(id, geval) for id, geval in alle_gevallen() if id in ("0113-3", "0117-4", "0408-6", "0408-7")]


@pytest.mark.parametrize(("id", "geval"), [pytest.param(i, g, id=f"{i}: {g['naam']}") for i, g in LANGS_BEIDE])
def test_langs_vecozo_is_het_oordeel_hetzelfde(id: str, geval: dict[str, Any], store: Database, tmp_path: Path) -> None:
    """Where the insurer judges behind VECOZO as where he judges alone."""
    assert bevindingen(speel(id, geval | {"stage": "all"}, store, tmp_path)) == geval["verwacht"]


def test_wat_toegekend_is_kan_terug_als_het_contract_voorbij_is(store: Database, tmp_path: Path) -> None:
    """What was granted under a contract is taken back after it, though nothing new would be granted."""
    insurer = {"nummer": "0736", "naam": "V", "soort": "zorgverzekeraar", "edp": True}
    contract = {"uzovi": "0736", "agb": "12012345", "ingang": DAG("2008-01-01")}
    toegekend = []
    for nummer, (velden, einde) in enumerate([({}, None), ({"r0427": "C", "r0433": "A"}, DAG("2011-03-30"))]):
        inhoud = {
            "uzovi": [insurer | {"beleid": {"contract_vereist": "record"}}],
            "contracten": [contract | {"einde": einde}],
        }
        (tmp_path / "store.yaml").write_text(yaml.safe_dump(inhoud), "utf-8")
        laad_bestand(store, tmp_path / "store.yaml")
        bericht = eenvoudig(r0116=f"F{nummer}", r0432="AB"[nummer], **velden)
        uitkomst, _ = speel_bytes(store, tmp_path, bytes(bericht))
        toegekend.append(uitkomst.totaal_toegekend)
    assert toegekend == [1000, -1000]


# The payment date.


@pytest.mark.parametrize(
    ("van", "werkdagen", "tot"),
    [
        ("2026-03-04", 1, "2026-03-05"),
        ("2026-03-06", 1, "2026-03-09"),  # over a weekend
        ("2026-03-07", 1, "2026-03-09"),  # from a Saturday
        ("2026-04-02", 1, "2026-04-07"),  # Good Friday, the weekend, Easter Monday
        ("2026-04-24", 1, "2026-04-28"),  # the weekend, Koningsdag
        ("2025-04-25", 1, "2025-04-28"),  # Koningsdag on Saturday the 26th, as the 27th is a Sunday
        ("2013-04-29", 1, "2013-05-01"),  # Koninginnedag
        ("2025-05-02", 1, "2025-05-06"),  # Bevrijdingsdag, a day off every five years
        ("2026-05-04", 1, "2026-05-05"),  # and no day off in the years between
        ("2026-05-13", 1, "2026-05-15"),  # Hemelvaartsdag
        ("2026-05-22", 1, "2026-05-26"),  # Pinksteren
        ("2026-12-24", 1, "2026-12-28"),  # Kerstmis
        ("2025-12-31", 1, "2026-01-02"),  # Nieuwjaarsdag
        ("2026-12-24", 5, "2027-01-04"),
        ("2026-03-04", 0, "2026-03-04"),
        ("2026-03-07", 0, "2026-03-09"),
        ("9999-12-30", 3, "9999-12-31"),
    ],
)
def test_werkdagen_later(van: str, werkdagen: int, tot: str) -> None:
    assert werkdagen_later(DAG(van), werkdagen) == DAG(tot)


def test_kalenderdagen_tellen_elke_dag() -> None:
    assert Betaaltermijn(dagen=30).betaaldatum(DAG("2020-02-01")) == DAG("2020-03-02")


@pytest.mark.parametrize("toegekend", [0, -1])
def test_zonder_iets_te_betalen_geen_betaaldatum(toegekend: int) -> None:
    assert Beleid(betaaltermijn=Betaaltermijn(dagen=30)).betaaldatum(DAG("2011-05-02"), toegekend) is None


def test_zonder_termijn_geen_betaaldatum() -> None:
    assert STANDAARD.betaaldatum(DAG("2011-05-02"), 1) is None


@pytest.fixture
def werk(tmp_path: Path, store_van_inv: Path) -> Path:
    """A folder with the declarations of INV chapter 3 and a store."""
    shutil.copy(store_van_inv, tmp_path / "store.db")
    for declaratie in MAP.glob("*.mz301.asc"):
        shutil.copy(declaratie, tmp_path)
    return tmp_path


def _betaal(werk: Path, **betaaltermijn: int) -> str:
    """The URL of the store, in which the insurer pays so."""
    verzekeraar = {
        "nummer": "0736",
        "naam": "Voorbeeld Zorgverzekeraar",
        "soort": "zorgverzekeraar",
        "edp": True,
        "beleid": {"betaaltermijn": betaaltermijn},
    }
    (werk / "beleid.yaml").write_text(yaml.safe_dump({"uzovi": [verzekeraar]}), "utf-8")
    url = f"sqlite:///{werk / 'store.db'}"
    assert invoke("db", "load", werk / "beleid.yaml", "--store", url).exit_code == 0
    return url


def _replay(werk: Path, url: str, naam: str, *opties: str) -> dict[str, Any]:
    afloop = invoke("replay", werk / f"{naam}.mz301.asc", "--store", url, *OP_DATUM, "--json", *opties)
    assert (afloop.exit_code, afloop.stderr) == (0, "")
    uitkomst: dict[str, Any] = json.loads(afloop.stdout)
    return uitkomst


@pytest.mark.parametrize(
    ("termijn", "betaaldatum"),
    [({"dagen": 30}, "2011-06-01"), ({"werkdagen": 1}, "2011-05-03"), ({"dagen": 0}, "2011-05-02")],
)
@pytest.mark.parametrize("naam", ["1-volledig-toegewezen", "4a-fout-in-verzekerdenrecord"])
def test_betaaldatum_in_json(werk: Path, naam: str, termijn: dict[str, int], betaaldatum: str) -> None:
    assert _replay(werk, _betaal(werk, **termijn), naam)["betaaldatum"] == betaaldatum


def test_betaaldatum_in_tekst(werk: Path) -> None:
    url = _betaal(werk, dagen=30)
    afloop = invoke("replay", werk / "1-volledig-toegewezen.mz301.asc", "--store", url, *OP_DATUM)
    assert "volledig_toegewezen by 0736, 660.00 of 660.00, payment date 2011-06-01 -> " in afloop.stdout


@pytest.mark.parametrize(
    ("naam", "opties"),
    [
        ("3a-totaal-onjuist", []),
        ("3a-totaal-onjuist", ["--stage", "verzekeraar"]),
        ("4b-fout-in-prestatierecord", []),
        ("1-volledig-toegewezen", ["--stage", "vecozo"]),
    ],
)
def test_wie_niets_toekent_betaalt_niet(werk: Path, naam: str, opties: list[str]) -> None:
    assert "betaaldatum" not in _replay(werk, _betaal(werk, dagen=30), naam, *opties)


def test_explain_zegt_de_betaaldatum_als_het_de_store_kent(werk: Path) -> None:
    url = _betaal(werk, werkdagen=1)
    retour = _replay(werk, url, "4a-fout-in-verzekerdenrecord")["retour"]
    assert "\ngranted 10.00 of 660.00\npayment date 2011-05-03\n" in invoke("explain", retour, "--store", url).stdout
    assert json.loads(invoke("explain", retour, "--store", url, "--json").stdout)["betaaldatum"] == "2011-05-03"


def test_explain_zonder_store_kent_geen_betaaldatum(werk: Path) -> None:
    retour = _replay(werk, _betaal(werk, werkdagen=1), "4a-fout-in-verzekerdenrecord")["retour"]
    afloop = invoke("explain", retour)
    assert (afloop.exit_code, "payment date" in afloop.stdout) == (0, False)
    assert "betaaldatum" not in json.loads(invoke("explain", retour, "--json").stdout)


def test_explain_van_wat_niets_toekent(werk: Path) -> None:
    url = _betaal(werk, dagen=30)
    retour = _replay(werk, url, "4b-fout-in-prestatierecord")["retour"]
    assert "payment date" not in invoke("explain", retour, "--store", url).stdout


def test_een_termijn_van_beide_soorten_wordt_geweigerd(werk: Path) -> None:
    (werk / "fout.yaml").write_text(
        'uzovi:\n  - {nummer: "0736", naam: V, soort: zorgverzekeraar, edp: true,\n'
        "     beleid: {betaaltermijn: {dagen: 30, werkdagen: 1}}}\n",
        "utf-8",
    )
    afloop = invoke("db", "load", werk / "fout.yaml", "--store", f"sqlite:///{werk / 'store.db'}")
    assert afloop.exit_code == 2
    assert "must hold either werkdagen or dagen" in eis_een_regel(afloop.stderr)


def test_feestdagen_kosten_alleen_wie_ermee_rekent() -> None:
    """The library of holidays takes longer to import than a small declaration to answer."""
    vraag = "import sys, mzsim.pipeline, mzsim.cli.main, mzsim.common.dates; print('holidays' in sys.modules)"
    uitvoer = subprocess.run([sys.executable, "-c", vraag], env=omgeving(), capture_output=True, text=True, check=True)
    assert uitvoer.stdout == "False\n"

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

from mzsim.common.dates import days_later, months_later, working_days_later
from mzsim.domain.beleid import DEFAULT, Beleid
from mzsim.domain.terms import Betaaltermijn, Indientermijn, first_on_time, indientermijn
from mzsim.store.loading import load_file
from mzsim.store.session import Database
from tests.check_cases import all_cases, findings, play_afresh
from tests.commands import ON_DATE, invoke, require_one_line, surroundings
from tests.commands import play as play_bytes
from tests.factories import simple
from tests.make_inv3 import FOLDER

DAY = dt.date.fromisoformat
ONE_DAY = dt.timedelta(1)
TERMS = [
    {"soort": "maanden", "maanden": 0},
    {"soort": "maanden", "maanden": 1},
    {"soort": "maanden", "maanden": 11},
    {"soort": "maanden", "maanden": 12},
    {"soort": "dagen_na_maandeinde", "dagen": 0},
    {"soort": "dagen_na_maandeinde", "dagen": 180},
    {"soort": "datum", "dag": 30, "maand": 4, "jaren": 1},
    {"soort": "datum", "dag": 28, "maand": 2, "jaren": 0},
]
EVERY_TERM = pytest.mark.parametrize("term", [indientermijn(t) for t in TERMS], ids=str)


# Days and terms.


@pytest.mark.parametrize(
    ("date", "months", "later"),
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
def test_months_later(date: str, months: int, later: str) -> None:
    assert months_later(DAY(date), months) == DAY(later)


def test_days_outside_the_calendar() -> None:
    assert days_later(dt.date.max, 1) == dt.date.max
    assert days_later(dt.date.min, -1) == dt.date.min
    assert days_later(DAY("2011-03-01"), -1) == DAY("2011-02-28")


@pytest.mark.parametrize(
    ("choice", "prestatie", "last"),
    [
        ({"soort": "maanden", "maanden": 12}, "2020-02-29", "2021-02-28"),
        ({"soort": "dagen_na_maandeinde", "dagen": 180}, "2019-01-01", "2019-07-30"),
        ({"soort": "dagen_na_maandeinde", "dagen": 180}, "2019-01-31", "2019-07-30"),
        ({"soort": "datum", "dag": 30, "maand": 4, "jaren": 1}, "2021-05-20", "2022-04-30"),
        ({"soort": "datum", "dag": 30, "maand": 4, "jaren": 1}, "9999-05-20", "9999-12-31"),
    ],
)
def test_last_day(choice: dict[str, Any], prestatie: str, last: str) -> None:
    assert indientermijn(choice).last_day(DAY(prestatie)) == DAY(last)


@EVERY_TERM
def test_a_later_prestatie_never_has_an_earlier_last_day(term: Indientermijn) -> None:
    """Four years and a day hold every length of month and of year; what one boundary a message rests on."""
    days = [DAY("2011-01-01") + n * ONE_DAY for n in range(4 * 365 + 2)]
    last = [term.last_day(day) for day in days]
    assert last == sorted(last)


@EVERY_TERM
@given(submitted=st.dates(DAY("1990-01-01"), DAY("2090-01-01")))
def test_the_first_day_in_time_parts_in_time_from_too_late(term: Indientermijn, submitted: dt.date) -> None:
    first = first_on_time(term, submitted)
    assert term.last_day(first) >= submitted
    assert term.last_day(first - ONE_DAY) < submitted


@EVERY_TERM
def test_the_outermost_days_of_the_calendar(term: Indientermijn) -> None:
    assert first_on_time(term, dt.date.min) == dt.date.min
    assert first_on_time(term, dt.date.max) <= dt.date.max


# The whole path.

BOTH_WAYS = [(id, case) for id, case in all_cases() if id in ("0113-3", "0117-4", "0408-6", "0408-7")]


@pytest.mark.parametrize(("id", "case"), [pytest.param(i, g, id=f"{i}: {g['naam']}") for i, g in BOTH_WAYS])
def test_by_way_of_vecozo_the_verdict_is_the_same(
    id: str, case: dict[str, Any], kept_stores: Path, tmp_path: Path
) -> None:
    """Where the insurer judges behind VECOZO as where he judges alone."""
    assert findings(play_afresh(id, case | {"stage": "all"}, kept_stores, tmp_path)) == case["verwacht"]


def test_what_was_granted_can_go_back_when_the_contract_is_over(store: Database, tmp_path: Path) -> None:
    """What was granted under a contract is taken back after it, though nothing new would be granted."""
    insurer = {"nummer": "0736", "naam": "V", "soort": "zorgverzekeraar", "edp": True}
    contract = {"uzovi": "0736", "agb": "12012345", "ingang": DAY("2008-01-01")}
    granted = []
    for number, (fields, end) in enumerate([({}, None), ({"r0427": "C", "r0433": "A"}, DAY("2011-03-30"))]):
        content = {
            "uzovi": [insurer | {"beleid": {"contract_vereist": "record"}}],
            "contracten": [contract | {"einde": end}],
        }
        (tmp_path / "store.yaml").write_text(yaml.safe_dump(content), "utf-8")
        load_file(store, tmp_path / "store.yaml")
        message = simple(r0116=f"F{number}", r0432="AB"[number], **fields)
        outcome, _ = play_bytes(store, tmp_path, bytes(message))
        granted.append(outcome.total_granted)
    assert granted == [1000, -1000]


# The payment date.


@pytest.mark.parametrize(
    ("of", "working_days", "until"),
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
def test_working_days_later(of: str, working_days: int, until: str) -> None:
    assert working_days_later(DAY(of), working_days) == DAY(until)


def test_calendar_days_count_every_day() -> None:
    assert Betaaltermijn(dagen=30).payment_date(DAY("2020-02-01")) == DAY("2020-03-02")


@pytest.mark.parametrize("granted", [0, -1])
def test_without_anything_to_pay_no_payment_date(granted: int) -> None:
    assert (
        Beleid.from_storage({"betaaltermijn": {"dagen": 30}}).payment_date(DAY("2011-05-02"), granted, contracted=True)
        is None
    )


def test_without_a_term_no_payment_date() -> None:
    assert DEFAULT.payment_date(DAY("2011-05-02"), 1, contracted=True) is None


@pytest.fixture
def work(tmp_path: Path, inv_store: Path) -> Path:
    """A folder with the declarations of INV chapter 3 and a store."""
    shutil.copy(inv_store, tmp_path / "store.db")
    for declaration in FOLDER.glob("*.mz301.asc"):
        shutil.copy(declaration, tmp_path)
    return tmp_path


def _pay(work: Path, **betaaltermijn: int | dict[str, int]) -> str:
    """The URL of the store, in which the insurer pays so."""
    insurer = {
        "nummer": "0736",
        "naam": "Voorbeeld Zorgverzekeraar",
        "soort": "zorgverzekeraar",
        "edp": True,
        "beleid": {"betaaltermijn": betaaltermijn},
    }
    (work / "beleid.yaml").write_text(yaml.safe_dump({"uzovi": [insurer]}), "utf-8")
    url = f"sqlite:///{work / 'store.db'}"
    assert invoke("db", "load", work / "beleid.yaml", "--store", url).exit_code == 0
    return url


def _replay(work: Path, url: str, name: str, *options: str) -> dict[str, Any]:
    ended = invoke("replay", work / f"{name}.mz301.asc", "--store", url, *ON_DATE, "--json", *options)
    assert (ended.exit_code, ended.stderr) == (0, "")
    outcome: dict[str, Any] = json.loads(ended.stdout)
    return outcome


@pytest.mark.parametrize(
    ("term", "payment_date"),
    [({"dagen": 30}, "2011-06-01"), ({"werkdagen": 1}, "2011-05-03"), ({"dagen": 0}, "2011-05-02")],
)
@pytest.mark.parametrize("name", ["1-volledig-toegewezen", "4a-fout-in-verzekerdenrecord"])
def test_payment_date_in_json(work: Path, name: str, term: dict[str, int], payment_date: str) -> None:
    assert _replay(work, _pay(work, **term), name)["betaaldatum"] == payment_date


def test_payment_date_in_text(work: Path) -> None:
    url = _pay(work, dagen=30)
    ended = invoke("replay", work / "1-volledig-toegewezen.mz301.asc", "--store", url, *ON_DATE)
    assert "volledig_toegewezen by 0736, 660.00 of 660.00, payment date 2011-06-01 -> " in ended.stdout


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("3a-totaal-onjuist", []),
        ("3a-totaal-onjuist", ["--stage", "verzekeraar"]),
        ("4b-fout-in-prestatierecord", []),
        ("1-volledig-toegewezen", ["--stage", "vecozo"]),
    ],
)
def test_whoever_grants_nothing_does_not_pay(work: Path, name: str, options: list[str]) -> None:
    assert "betaaldatum" not in _replay(work, _pay(work, dagen=30), name, *options)


def test_explain_says_the_payment_date_if_it_knows_the_store(work: Path) -> None:
    url = _pay(work, werkdagen=1)
    retour = _replay(work, url, "4a-fout-in-verzekerdenrecord")["retour"]
    assert "\ngranted 10.00 of 660.00\npayment date 2011-05-03\n" in invoke("explain", retour, "--store", url).stdout
    assert json.loads(invoke("explain", retour, "--store", url, "--json").stdout)["betaaldatum"] == "2011-05-03"


def test_explain_without_a_store_knows_no_payment_date(work: Path) -> None:
    retour = _replay(work, _pay(work, werkdagen=1), "4a-fout-in-verzekerdenrecord")["retour"]
    ended = invoke("explain", retour)
    assert (ended.exit_code, "payment date" in ended.stdout) == (0, False)
    assert "betaaldatum" not in json.loads(invoke("explain", retour, "--json").stdout)


def test_explain_of_what_grants_nothing(work: Path) -> None:
    url = _pay(work, dagen=30)
    retour = _replay(work, url, "4b-fout-in-prestatierecord")["retour"]
    assert "payment date" not in invoke("explain", retour, "--store", url).stdout


def test_a_term_of_both_kinds_is_refused(work: Path) -> None:
    (work / "fout.yaml").write_text(
        'uzovi:\n  - {nummer: "0736", naam: V, soort: zorgverzekeraar, edp: true,\n'
        "     beleid: {betaaltermijn: {dagen: 30, werkdagen: 1}}}\n",
        "utf-8",
    )
    ended = invoke("db", "load", work / "fout.yaml", "--store", f"sqlite:///{work / 'store.db'}")
    assert ended.exit_code == 2
    assert "must hold either werkdagen or dagen" in require_one_line(ended.stderr)


@pytest.mark.slow
def test_holidays_cost_only_whoever_reckons_with_them() -> None:
    """The library of holidays takes longer to import than a small declaration to answer."""
    question = "import sys, mzsim.pipeline, mzsim.cli.main, mzsim.common.dates; print('holidays' in sys.modules)"
    output = subprocess.run(
        [sys.executable, "-c", question], env=surroundings(), capture_output=True, text=True, check=True
    )
    assert output.stdout == "False\n"


# With a contract and without.


@pytest.mark.parametrize(
    ("start", "party", "payment_date"),
    [
        ("2011-03-31", "12012345", "2011-05-03"),
        ("2011-04-01", "12012345", "2011-06-01"),
        ("2008-01-01", "12099999", "2011-06-01"),
    ],
)
def test_payment_date_by_contract(work: Path, start: str, party: str, payment_date: str) -> None:
    """A contract on a day of the declaratieperiode (1 to 31 March) is enough; `explain` says the same."""
    store = _pay(work, met_contract={"werkdagen": 1}, zonder_contract={"dagen": 30})
    listing = {"contracten": [{"uzovi": "0736", "agb": party, "ingang": DAY(start)}]}
    (work / "contracten.yaml").write_text(yaml.safe_dump(listing), "utf-8")
    assert invoke("db", "load", work / "contracten.yaml", "--store", store).exit_code == 0
    answer = _replay(work, store, "4a-fout-in-verzekerdenrecord")
    assert answer["betaaldatum"] == payment_date
    assert f"\npayment date {payment_date}\n" in invoke("explain", answer["retour"], "--store", store).stdout

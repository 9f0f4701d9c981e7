"""Credits: what they give back, and that a set or a file may be of any size (contract: a credit and its debet sum to 0)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import yaml

from mzsim.domain.findings import Outcome, Stage, Status
from mzsim.pipeline import Order, replay
from mzsim.store.loading import load_file
from mzsim.store.session import Database
from tests.factories import Message, make

DATE = dt.date(2011, 5, 2)
HALF = """
pakketten:
  - {code: ALLES, uzovi: "0736", soort: basis, dekkingen: [{prestaties: ["*"], percentage: 75}]}
"""


def _message(factuurnummer: str, *prestaties: dict[str, str]) -> Message:
    message = Message(voorloop=make("01", r0116=factuurnummer)).add("02")
    for fields in prestaties:
        message.add("04", **fields)
    return message


def _play(message: Message, store: Database, folder: Path, stage: Stage = Stage.ALL) -> Outcome:
    place = folder / f"{message.voorloop['0116']}.asc"
    place.write_bytes(bytes(message))
    return replay(Order(place, place.with_suffix(".retour"), DATE, stage), store)


def _debet(number: str, **fields: str) -> dict[str, str]:
    return {"r0432": number, **fields}


def _credit(number: str, previous: str, **fields: str) -> dict[str, str]:
    return {"r0427": "C", "r0432": number, "r0433": previous, **fields}


@pytest.fixture
def three_quarters(store: Database, tmp_path: Path) -> Database:
    """A store whose insurer pays three quarters."""
    file = tmp_path / "driekwart.yaml"
    file.write_text(yaml.safe_dump(yaml.safe_load(HALF)), "utf-8")
    load_file(store, file)
    return store


def test_a_credit_takes_back_what_was_granted(store: Database, tmp_path: Path) -> None:
    _play(_message("F1", _debet("A")), store, tmp_path)
    outcome = _play(_message("F2", _credit("B", "A")), store, tmp_path)
    assert (outcome.status, outcome.total_granted) == (Status.FULLY_GRANTED, -1000)


def test_a_credit_of_a_part_comes_back(three_quarters: Database, tmp_path: Path) -> None:
    debet = _play(_message("F1", _debet("A")), three_quarters, tmp_path)
    outcome = _play(_message("F2", _credit("B", "A")), three_quarters, tmp_path)
    assert (debet.total_granted, outcome.total_granted) == (750, -750)
    assert [(m.retourcode, m.finding.check.id) for m in outcome.meldingen] == [("0613", "0430-5")]
    assert outcome.status is Status.PARTLY_GRANTED
    retour = (tmp_path / "F2.retour").read_bytes().split(b"\r\n")
    assert retour[2][310:328] == b"00001000C00000750C"


def test_credits_beside_debets_of_the_same_amount(three_quarters: Database, tmp_path: Path) -> None:
    _play(_message("F1", _debet("A")), three_quarters, tmp_path)
    outcome = _play(_message("F2", _credit("B", "A"), _debet("C")), three_quarters, tmp_path)
    assert outcome.total_granted == 0


def test_a_test_message_credits_nothing(store: Database, tmp_path: Path) -> None:
    _play(_message("F1", _debet("A")), store, tmp_path)
    proef = _message("F2", _credit("B", "A"))
    proef.voorloop["0105"] = "T"
    assert _play(proef, store, tmp_path).status is Status.FULLY_GRANTED
    assert _play(_message("F3", _credit("C", "A")), store, tmp_path).status is Status.FULLY_GRANTED


@pytest.mark.slow
def test_credits_and_late_costs_across_groups(store: Database, tmp_path: Path) -> None:
    """Facts are fetched for two thousand records at a time; a line is found back in the group after."""
    count = 2500
    entries = {
        i: {
            "r0413": "R24",
            "r0424": str(i),
            "r0408": f"{dt.date(2011, 3, 31) - dt.timedelta(days=i % 1000):%Y%m%d}",
            "r0415": f"1{1 + i // 1000}",
        }
        for i in range(1, count)
    }
    _play(_message("F1", *(_debet(f"A{i}", **entry) for i, entry in entries.items())), store, tmp_path)
    credits = [_credit(f"B{i}", f"A{i}", **entry) for i, entry in entries.items()]
    costs = [_debet("K1", r0409="02", r0413="R24"), _debet("K2", r0409="02", r0413="R34")]
    double = _credit("X", "A1", **entries[1])
    outcome = _play(_message("F2", *credits, double, *costs), store, tmp_path)
    assert [(m.finding.line, m.finding.check.id) for m in outcome.meldingen] == [
        (count + 2, "0433-4"),
        (count + 3, "0409-7"),
        (count + 4, "0409-7"),
    ]

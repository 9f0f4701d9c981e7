"""A message to a servicebureau (INV 2.3.2 table 2-2, 2A-2C): VECOZO judges it and forwards it; no insurer answers it."""

from __future__ import annotations

import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import pytest

from mzsim.domain.findings import Stage, Status
from mzsim.retour.check import deviations_of_retour
from mzsim.standard.retourcodes import retourcodes
from mzsim.store.session import Database
from tests.commands import DATE, ON_DATE, invoke, play, require_one_line
from tests.factories import Message, make, simple
from tests.retours import read

TO_BUREAU = {"r0108": "0000", "r0109": "98001234"}
OTHER = {"r0203": "999911119", "r0216": "2", "r0213": "Jansen", "r0212": "2"}


def _message(debiteur: dict[str, str] | None = None, **header: str) -> Message:
    """Two verzekerden, the first with a debiteur and commentaar."""
    message = Message(voorloop=make("01", **TO_BUREAU | header))
    message.add("02", r0216="1", r0222="D1").add("98", r9802="1")
    message.add("03", **debiteur or {}).add("98", r9802="2")
    message.add("04", r0407="2").add("98", r9802="3")
    return message.add("02", **OTHER).add("04")


@pytest.mark.parametrize("stage", [Stage.ALL, Stage.VECOZO])
@pytest.mark.parametrize("law", ["176", "250"])
def test_in_order_it_is_forwarded(stage: Stage, law: str, store: Database, tmp_path: Path) -> None:
    message = _message()
    if law == "250":
        days = {"r0114": "20180301", "r0115": "20180331", "r0117": "20180430"}
        message = Message(voorloop=make("01", r0102=law, **TO_BUREAU, **days))
        message.add("02", r0216="1", r0222="D1").add("03").add("04", r0408="20180331")
    outcome, retour = play(store, tmp_path, bytes(message), stage=stage, date=dt.date(2018, 5, 2))
    assert (outcome.status, outcome.sender, outcome.meldingen, retour) == (Status.FORWARDED, None, (), None)
    assert outcome.total_granted == 0
    assert "servicebureau" in outcome.remark


def test_standard_error_says_why_there_is_no_retour(inv_store: Path, tmp_path: Path) -> None:
    (tmp_path / "x.asc").write_bytes(bytes(_message()))
    ended = invoke("replay", tmp_path / "x.asc", "--store", f"sqlite:///{inv_store}", *ON_DATE, "--dry-run", "--json")
    assert (json.loads(ended.stdout)["status"], ended.exit_code) == ("doorgestuurd", 0)
    assert "no retour: it goes to a servicebureau" in require_one_line(ended.stderr)


def test_what_vecozo_rejects_goes_back_with_its_debiteuren(store: Database, tmp_path: Path) -> None:
    declaration = bytes(_message({"r0313": "0"}))
    outcome, retour = play(store, tmp_path, declaration, date=DATE)
    assert outcome.status is Status.REJECTED_RECORD
    assert retour is not None
    assert [(r.kenmerk, r.identificatie, r.codes) for r in read(retour)] == [
        ("01", 0, ("0200",)),
        ("02", 1, ("0200",)),
        ("98", 1, ("0200",)),
        ("03", 2, ("8072",)),
        ("98", 2, ("0200",)),
        ("04", 3, ("0200",)),
        ("98", 3, ("0200",)),
        ("02", 4, ("0200",)),
        ("04", 5, ("0200",)),
    ]
    assert list(deviations_of_retour(io.BytesIO(declaration), io.BytesIO(retour), retourcodes())) == []
    (tmp_path / "r.asc").write_bytes(retour)
    said = invoke("explain", tmp_path / "r.asc", "--store", f"sqlite:///{tmp_path}/store.db").stdout
    assert "0313-1" in said


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"r0109": "12001234"}, "0013"),  # no servicebureau
        ({"r0113": "04"}, "8029"),  # paid to a party that is not named
        ({"r9903": "000000"}, "0157"),  # the debiteurrecords are counted
    ],
)
def test_what_else_is_wrong_with_the_file(fields: dict[str, str], code: str, store: Database, tmp_path: Path) -> None:
    message = _message(None, **{name: value for name, value in fields.items() if name < "r02"})
    message.sluit = {name[1:]: value for name, value in fields.items() if name > "r02"}
    outcome, _ = play(store, tmp_path, bytes(message), date=DATE)
    assert (outcome.status, outcome.meldingen[0].retourcode) == (Status.REJECTED_FILE, code)


def test_no_insurer_answers_it(store: Database, tmp_path: Path) -> None:
    """Nor judges its records; a file that nobody could read is refused all the same."""
    outcome, retour = play(store, tmp_path, bytes(_message({"r0313": "0"})), stage=Stage.INSURER, date=DATE)
    assert (outcome.status, retour) == (Status.FORWARDED, None)
    outcome, _ = play(store, tmp_path, bytes(_message(r0103="02")), stage=Stage.INSURER, date=DATE)
    assert (outcome.status, outcome.meldingen[0].retourcode) == (Status.REJECTED_FILE, "0011")


@pytest.fixture
def codes(store: Database, tmp_path: Path) -> Any:
    """The retourcodes of messages that are replayed one after another on one store."""

    def replay(message: Message, date: dt.date = DATE, stage: Stage = Stage.ALL) -> list[str | None]:
        outcome, _ = play(store, tmp_path, bytes(message), stage=stage, date=date)
        return [m.retourcode for m in outcome.meldingen]

    return replay


def _to_insurer(**fields: str) -> Message:
    return simple(**fields)


def test_the_factuurnummer_is_on_the_list_of_vecozo(codes: Any) -> None:
    """Whoever the next message goes to, for five years; case and trailing spaces don't matter."""
    assert codes(_message(r0116="f1")) == []
    assert codes(_message(r0116="F1")) == ["0030"]
    assert codes(_to_insurer(r0116="F1")) == ["0030"]
    assert codes(_to_insurer(r0116="F1"), stage=Stage.INSURER) == [], "the insurer never saw the other message"
    assert codes(_message(r0116="F2"), dt.date(2011, 5, 3)) == []
    assert codes(_message(r0116="F2"), dt.date(2016, 5, 2)) == ["0030"]
    assert codes(_message(r0116="F2"), dt.date(2016, 5, 3)) == []
    assert codes(_message(r0116="F2"), dt.date(2016, 5, 4)) == ["0030"]


def test_a_number_that_an_insurer_got_is_used_for_a_servicebureau(codes: Any) -> None:
    assert codes(_to_insurer(r0116="F1")) == []
    assert codes(_message(r0116="F1")) == ["0030"]


def test_a_number_that_vecozo_rejected_is_free(codes: Any) -> None:
    assert codes(_message({"r0313": "0"}, r0116="F1")) == ["8072"]
    assert codes(_message(r0116="F1")) == []


def test_a_test_message_leaves_nothing_behind(codes: Any) -> None:
    assert codes(_message(r0116="F1", r0105="T")) == []
    assert codes(_message(r0116="F1")) == []


def test_the_insurer_alone_takes_no_number_of_vecozo(codes: Any) -> None:
    assert codes(_message(r0116="F1"), stage=Stage.INSURER) == []
    assert codes(_message(r0116="F1")) == []

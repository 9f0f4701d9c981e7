"""Verzekerden whose prestatierecords are judged in one go: what comes of them is what comes of records one by one."""

from __future__ import annotations

import datetime as dt
import gc
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from mzsim.domain.findings import Stage, Status
from mzsim.granting.adjudicate import Adjudicator
from mzsim.judging.records import RecordExamination
from mzsim.judging.runs import Run, pieces
from mzsim.store.columns import PRESTATIES
from mzsim.store.loading import load_file
from mzsim.store.session import Database, open_store
from mzsim.store.spooled_rows import SpooledRows
from tests.commands import play
from tests.factories import Message
from tests.verzekerden import MACHTIGING, insured, pakket, polis, uzovi

_PERSONS = (
    {"r0203": "123456782", "r0207": "19541210"},
    {"r0203": "100197243", "r0207": "19220322", "r0210": "Vries"},
)
_CODES = ("C11", "V13", "V11", "V12", "E01")
_DEFECTS: dict[str, dict[str, str]] = {
    "nothing": {},
    "a day that is none": {"r0408": "20110231"},
    "a day after the dagtekening": {"r0408": "20991231"},
    "a day before the insurance": {"r0408": "19600101"},
    "another key": {"r0403": "999911120"},
    "not forwarded": {"r0407": "9"},
    "no aantal": {"r0425": "0"},
    "another aantal": {"r0413": "C11", "r0425": "2", "r0426": "2000", "r0430": "2000"},
    "an amount too high": {"r0424": "9999", "r0426": "9999", "r0430": "9999"},
    "an unknown prestatie": {"r0413": "Q99"},
    "an unknown behandelaar": {"r0420": "12999999"},
    "an unknown authorisation": {"r0406": "UNKNOWN"},
    "the same prestatie": {"r0413": "C11"},
    "a part of the same prestatie": {"r0413": "C11", "r0424": "500", "r0426": "500", "r0430": "500"},
    "the reference of another": {"r0432": "REF-0002"},
    "no reference": {"r0432": ""},
    "a reference behind a space": {"r0432": " A"},
    "an earlier reference": {"r0433": "REF-0002"},
    "a credit": {"r0427": "C", "r0431": "C", "r0433": "REF-0002"},
    "a record of costs": {"r0409": "02", "r0413": "C11"},
}


def _declaration(place: int, fields: dict[str, str]) -> bytes:
    message, number = Message(), 0
    for person in _PERSONS:
        message.add("02", **person)
        for code in _CODES:
            message.add("04", **({"r0413": code} | (fields if number == place else {})))
            number += 1
    return bytes(message)


def _outcome(inv_store: Path, folder: Path, content: bytes, stage: Stage) -> tuple[Any, ...]:
    """What is told and what is kept; of a second declaration like it too, which finds what the first was granted, and of one of
    other days, which finds its references."""
    place = shutil.copy(inv_store, folder / "store.db")
    store = open_store(f"sqlite:///{place}")
    answers = [play(store, folder, bytes(content), stage=stage)]
    answers.append(play(store, folder, content.replace(b"F2011", b"G2011").replace(b"REF-", b"REG-"), stage=stage))
    other_days = re.sub(rb"(?m)^04.*", lambda line: line[0].replace(b"2011", b"2010"), content)
    answers.append(play(store, folder, other_days.replace(b"F2011", b"H2011"), stage=stage))
    with store.read() as connection:
        rows = [tuple(row) for row in connection.rows(f"SELECT p.* FROM {PRESTATIES} ORDER BY p.id")]
    store.close()
    told = [(outcome._replace(meldingen=()), tuple(outcome.meldingen), retour) for outcome, retour in answers]
    return (*told, rows)


_EACH_DAY = tuple({"r0408": f"201103{day:02d}"} for day in (1, 5, 20, 25))
_RULE = {"nummer": "R1", "soort": "niet_met", "bereik": "zitting", "prestaties": ["V13"], "tegenhanger": ["C11"]}
_Verzekerden = list[tuple[dict[str, str], tuple[dict[str, str], ...]]]
"""Rubrieken of a verzekerdenrecord and of the prestatierecords below it, that are other than usual."""
_LIMITS: dict[str, tuple[Any, _Verzekerden]] = {
    "a maximum in money": (insured({"maximum_bedrag": 25.00, "per": "kalenderjaar"}), [({}, _EACH_DAY)]),
    "a maximum in number": (insured({"maximum_aantal": 2, "per": "kalenderjaar"}), [({}, _EACH_DAY)]),
    "a maximum over two verzekerdenrecords": (
        insured(
            {"maximum_bedrag": 25.00, "per": "kalenderjaar"},
            uzovi=[uzovi(), uzovi("0737", label_van="0736")],
            polissen=[polis("B"), polis("B", uzovi="0737", verzekerdennummer=None)],
        ),
        [({}, _EACH_DAY[:2]), ({"r0204": "0737"}, _EACH_DAY[2:])],
    ),
    "an authorisation for one": (
        insured(
            {},
            uzovi=[uzovi(machtigingsplichtig=[{"prestaties": ["J*"]}])],
            machtigingen=[{**MACHTIGING, "aantal": 1}],
        ),
        [({}, tuple({"r0413": "J10"} | day for day in _EACH_DAY))],
    ),
    "a rule on combinations": (
        insured({}, combinatieregels=[_RULE | {"ingang": dt.date(2011, 1, 1), "bron": "b", "tekst": "t"}]),
        [({}, ({"r0413": "C11"}, {"r0413": "V13"}, {"r0413": "V11"}))],
    ),
    "another cover halfway": (
        insured(
            pakketten=[pakket("B", "basis", {}), pakket("C", "basis", {"percentage": 50})],
            polissen=[
                polis("B", einde=dt.date(2011, 3, 10)),
                polis("C", ingang=dt.date(2011, 3, 11)),
            ],
        ),
        [({}, _EACH_DAY)],
    ),
    "a prestatie of a day at two tariffs": (
        insured({"maximum_aantal": 2, "per": "kalenderjaar"}),
        [({}, ({}, {"r0424": "500", "r0426": "500", "r0430": "500"}, {"r0413": "V13"}))],
    ),
}
"""What limits the records of a verzekerde together: a store, and what is declared."""


@pytest.mark.parametrize("limit", _LIMITS)
def test_what_limits_them_together(limit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something is granted and something is not, of them and of the same declared once more, as of records one by one."""
    content, verzekerden = _LIMITS[limit]
    file, place = tmp_path / "store.yaml", tmp_path / "empty.db"
    file.write_text(yaml.safe_dump(content), "utf-8")
    store = open_store(f"sqlite:///{place}")
    load_file(store, file)
    store.close()
    message, number = Message(), 0
    for person, prestaties in verzekerden:
        message.add("02", **person)
        for fields in prestaties:
            number += 1
            message.add("04", r0432=f"REF-{number}", **fields)
    together = _outcome(place, tmp_path, bytes(message), Stage.INSURER)
    assert together[0][0].status == Status.PARTLY_GRANTED
    monkeypatch.setattr(RecordExamination, "run", lambda *_: None)
    assert _outcome(place, tmp_path, bytes(message), Stage.INSURER) == together


@pytest.mark.parametrize("stage", [Stage.ALL, Stage.VECOZO, Stage.INSURER])
@pytest.mark.parametrize("defect", _DEFECTS)
def test_together_as_one_by_one(
    defect: str, stage: Stage, inv_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in (0, 3, 7):
        content = _declaration(place, _DEFECTS[defect])
        with monkeypatch.context() as mp:
            mp.setattr(SpooledRows, "PER_TIME", 3)
            together = _outcome(inv_store, tmp_path, content, stage)
        with monkeypatch.context() as mp:
            mp.setattr(RecordExamination, "run", lambda *_: None)
            assert _outcome(inv_store, tmp_path, content, stage) == together


def test_they_are_judged_together_and_decided_together(
    inv_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the test above would compare nothing."""
    judge, decide = RecordExamination.run, Adjudicator.together
    judged: list[bool] = []
    decided: list[bool] = []

    def run(self: RecordExamination, *what: Any) -> Run | None:
        found = judge(self, *what)
        judged.append(found is not None)
        return found

    def together(self: Adjudicator, *what: Any) -> Any:
        found = decide(self, *what)
        decided.append(found is not None)
        return found

    monkeypatch.setattr(RecordExamination, "run", run)
    monkeypatch.setattr(Adjudicator, "together", together)
    _outcome(inv_store, tmp_path, _declaration(0, {}), Stage.INSURER)
    assert any(judged)
    assert any(decided)


def test_pieces_are_the_group() -> None:
    """Nothing is left out of a group of records, wherever it begins and ends."""
    kenmerken = [b"04", b"02", b"04", b"04", b"98", b"04", b"02", b"02", b"04", b"03", b"02", b"04", b"99"]
    records = tuple(kenmerk + b"%02d" % n for n, kenmerk in enumerate(kenmerken))
    for begin in range(len(records)):
        for end in range(begin + 1, len(records) + 1):
            found = list(pieces(records[begin:end]))
            assert records[begin:end] == tuple(
                heen for piece in found for heen in (piece.first, *piece.prestaties) if heen is not None
            )
            whole = [piece.prestaties for piece in found if piece.whole]
            assert set(whole) <= {(), records[8:9], records[11:12]}


def test_a_declaration_leaves_nothing_behind(store: Database, tmp_path: Path) -> None:
    """`mzsim replay` goes without the collector of cycles, so that a call with many files would grow with each."""
    first = _declaration(0, _DEFECTS["an unknown authorisation"])
    for declaration in (first, first.replace(b"F2011", b"G2011")):
        gc.collect()
        gc.freeze()
        try:
            play(store, tmp_path, declaration)
            assert gc.collect() == 0
        finally:
            gc.unfreeze()

"""Verzekerden whose prestatierecords are judged in one go: what comes of them is what comes of records one by one."""

from __future__ import annotations

import gc
import shutil
from pathlib import Path
from typing import Any

import pytest

from mzsim.domain.findings import Stage
from mzsim.granting.adjudicate import Adjudicator
from mzsim.judging.records import RecordExamination
from mzsim.judging.runs import Run, pieces
from mzsim.store.columns import PRESTATIES
from mzsim.store.session import Database, open_store
from mzsim.store.spooled_rows import SpooledRows
from tests.commands import play
from tests.factories import Message

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
    """What is told and what is kept; of a second declaration like it too, which finds what the first was granted."""
    place = shutil.copy(inv_store, folder / "store.db")
    store = open_store(f"sqlite:///{place}")
    answers = [play(store, folder, bytes(content), stage=stage)]
    answers.append(play(store, folder, content.replace(b"F2011", b"G2011").replace(b"REF-", b"REG-"), stage=stage))
    with store.read() as connection:
        rows = [tuple(row) for row in connection.rows(f"SELECT p.* FROM {PRESTATIES} ORDER BY p.id")]
    store.close()
    told = [(outcome._replace(meldingen=()), tuple(outcome.meldingen), retour) for outcome, retour in answers]
    return (*told, rows)


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

"""What was found in order before is not judged again, but only for whom and where it was found so."""

from __future__ import annotations

from pathlib import Path

from mzsim.domain.findings import Stage
from mzsim.store.session import Database
from tests.commands import play
from tests.factories import Message

_FIRST = {"r0203": "123456782", "r0207": "19541210"}
_SECOND = {"r0203": "100197243", "r0207": "19220322", "r0210": "Vries"}


def _checks(store: Database, folder: Path, message: Message, stage: Stage) -> list[tuple[int | None, str]]:
    outcome, _ = play(store, folder, bytes(message), stage=stage, dry_run=True)
    return [(m.finding.identificatie, m.finding.check.id) for m in outcome.meldingen]


def test_the_key_of_a_verzekerde_before_is_wrong_under_the_next(store: Database, tmp_path: Path) -> None:
    """As it was right under the first, on the same day."""
    for stage in (Stage.VECOZO, Stage.INSURER):
        message = Message().add("02", **_FIRST).add("04")
        message.add("02", **_SECOND).add("04").add("04", r0403="123456782", r0425="2")
        assert _checks(store, tmp_path, message, stage) == [(5, "0403-1")]


def test_a_record_twice_at_the_insurer(store: Database, tmp_path: Path) -> None:
    """The second is the same prestatie once more, though the first was in order."""
    message = Message().add("02", **_FIRST).add("04").add("04")
    assert _checks(store, tmp_path, message, Stage.INSURER) == [(3, "0413-4")]


def test_a_record_without_reference_at_the_insurer(store: Database, tmp_path: Path) -> None:
    """In a file that has no other, and in which everything else is in order."""
    message = Message().add("02", **_FIRST).add("04").add("04", r0413="V13", r0432="")
    assert _checks(store, tmp_path, message, Stage.INSURER) == [(3, "0432-1")]


def test_a_reference_that_is_empty_or_behind_a_space_beside_a_credit(store: Database, tmp_path: Path) -> None:
    """In a file of which each record is looked at beside what was declared before."""
    message = Message().add("02", **_FIRST).add("04", r0427="C", r0433="REF-OLD")
    message.add("04", r0413="V11", r0432="").add("04", r0413="V12", r0432=" A").add("04", r0413="V13", r0433=" A")
    assert _checks(store, tmp_path, message, Stage.INSURER) == [
        (2, "0433-3"),
        (3, "0432-1"),
        (4, "0432-4"),
        (5, "0433-6"),
    ]


def test_a_record_that_differs_in_how_it_is_declared(store: Database, tmp_path: Path) -> None:
    """Its 0409-0431 are those of the one before, on another day of one tijdvak; its 0407 is wrong."""
    message = Message().add("02", **_FIRST).add("04").add("98", r9802="2").add("04", r0408="20110330", r0407="9")
    for stage in (Stage.VECOZO, Stage.INSURER):
        assert _checks(store, tmp_path, message, stage) == [(3, "0407-1")]


def test_a_day_that_can_not_be_read_is_not_judged_by_one_before(store: Database, tmp_path: Path) -> None:
    """Both stand where the person was not insured yet; of the second that is not known."""
    message = Message().add("02", **_FIRST).add("04", r0408="20050101").add("98", r9802="2").add("04", r0408="20050199")
    found = _checks(store, tmp_path, message, Stage.INSURER)
    assert found == [(2, "0408-2"), (2, "0408-4"), (3, "0408-1")]

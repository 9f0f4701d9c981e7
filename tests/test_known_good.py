"""What was found in order before is not judged again, but only for whom and where it was found so."""

from __future__ import annotations

from pathlib import Path

from mzsim.domain.findings import Stage
from mzsim.store.session import Database
from tests.commands import speel
from tests.factories import Bericht

_EERSTE = {"r0203": "123456782", "r0207": "19541210"}
_TWEEDE = {"r0203": "100197243", "r0207": "19220322", "r0210": "Vries"}


def _checks(store: Database, map_: Path, bericht: Bericht, stage: Stage) -> list[tuple[int | None, str]]:
    uitkomst, _ = speel(store, map_, bytes(bericht), stage=stage, dry_run=True)
    return [(m.bevinding.identificatie, m.bevinding.controle.id) for m in uitkomst.meldingen]


def test_the_key_of_a_verzekerde_before_is_wrong_under_the_next(store: Database, tmp_path: Path) -> None:
    """As it was right under the first, on the same day."""
    for stage in (Stage.VECOZO, Stage.VERZEKERAAR):
        bericht = Bericht().voeg_toe("02", **_EERSTE).voeg_toe("04")
        bericht.voeg_toe("02", **_TWEEDE).voeg_toe("04").voeg_toe("04", r0403="123456782", r0425="2")
        assert _checks(store, tmp_path, bericht, stage) == [(5, "0403-1")]


def test_a_record_twice_at_the_insurer(store: Database, tmp_path: Path) -> None:
    """The second is the same prestatie once more, though the first was in order."""
    bericht = Bericht().voeg_toe("02", **_EERSTE).voeg_toe("04").voeg_toe("04")
    assert _checks(store, tmp_path, bericht, Stage.VERZEKERAAR) == [(3, "0413-4")]


def test_a_record_without_reference_at_the_insurer(store: Database, tmp_path: Path) -> None:
    """In a file that has no other, and in which everything else is in order."""
    bericht = Bericht().voeg_toe("02", **_EERSTE).voeg_toe("04").voeg_toe("04", r0425="2", r0432="")
    assert _checks(store, tmp_path, bericht, Stage.VERZEKERAAR) == [(3, "0432-1")]

"""A declaration is read as often as somebody judges it, and no oftener."""

from __future__ import annotations

from pathlib import Path

import pytest

from mzsim.domain.findings import Stage
from tests.make_inv3 import FOLDER
from tests.trace import EXAMPLE, trace

ALL_GOOD = FOLDER / "1-volledig-toegewezen.mz301.asc"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("declaration", "stage", "keren"),
    [
        (ALL_GOOD, Stage.VECOZO, 2),  # the counts, the verdicts
        (ALL_GOOD, Stage.INSURER, 3),  # the commentaar first; the retour has no records to compare
        (ALL_GOOD, Stage.ALL, 3),
        (EXAMPLE, Stage.ALL, 4),  # what VECOZO sends back, and the retour that is compared with it
    ],
    ids=lambda value: getattr(value, "stem", str(value)),
)
def test_how_often_a_declaration_is_read(declaration: Path, stage: Stage, keren: int) -> None:
    assert trace(declaration, stage).readings == keren


def test_wie_meekijkt_ziet_het_pad() -> None:
    seen = trace(EXAMPLE)
    assert {"mzsim.pipeline", "mzsim.answering.vecozo", "mzsim.retour.check"} <= seen.modules
    assert "mzsim.answering.insurer" not in seen.modules, "VECOZO sent it back"
    assert all(of != to.rpartition(".")[0] for of, to in seen.crossings)

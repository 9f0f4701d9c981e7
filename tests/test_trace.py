"""A declaration is read as often as somebody judges it, and no oftener."""

from __future__ import annotations

from pathlib import Path

import pytest

from mzsim.domain.findings import Stage
from tests.make_inv3 import MAP
from tests.trace import VOORBEELD, trace

ALLES_GOED = MAP / "1-volledig-toegewezen.mz301.asc"


@pytest.mark.parametrize(
    ("declaratie", "stage", "keren"),
    [
        (ALLES_GOED, Stage.VECOZO, 2),  # the counts, the verdicts
        (ALLES_GOED, Stage.VERZEKERAAR, 2),  # the retour has no records to compare
        (ALLES_GOED, Stage.ALL, 3),
        (VOORBEELD, Stage.ALL, 4),  # what VECOZO sends back, and the retour that is compared with it
    ],
    ids=lambda waarde: getattr(waarde, "stem", str(waarde)),
)
def test_hoe_vaak_een_declaratie_gelezen_wordt(declaratie: Path, stage: Stage, keren: int) -> None:
    assert trace(declaratie, stage).readings == keren


def test_wie_meekijkt_ziet_het_pad() -> None:
    gezien = trace(VOORBEELD)
    assert {"mzsim.pipeline", "mzsim.answering.vecozo", "mzsim.retour.check"} <= gezien.modules
    assert "mzsim.answering.insurer" not in gezien.modules, "VECOZO sent it back"
    assert all(van != naar.rpartition(".")[0] for van, naar in gezien.crossings)

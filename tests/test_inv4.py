"""The declaration examples of INV chapter 4: they pass all checks of VECOZO, and of the insurer but for the cover."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from mzsim.domain.findings import Stage, Status
from mzsim.pipeline import Opdracht, replay
from mzsim.store.loading import laad_bestand
from mzsim.store.session import Database, open_store
from tests.make_inv4 import MAP, STORE, declaraties

VOORBEELDEN = declaraties()


@pytest.fixture
def inv4(tmp_path: Path) -> Iterator[Database]:
    """A store with the insurer and the zorgkantoor of the examples."""
    geopend = open_store(f"sqlite:///{tmp_path}/inv4.db")
    laad_bestand(geopend, STORE)
    yield geopend
    geopend.sluit()


def _opdracht(naam: str, map_: Path, stage: Stage) -> Opdracht:
    datum = dt.date(2018, 5, 2) if "wlz" in naam else dt.date(2011, 5, 2)
    return Opdracht(MAP / f"{naam}.mz301.asc", map_ / f"{naam}.mz302.asc", datum, stage)


def test_fixtures_zijn_vers() -> None:
    bestanden = {bestand.name.removesuffix(".mz301.asc"): bestand.read_bytes() for bestand in MAP.glob("*.asc")}
    assert bestanden == VOORBEELDEN


@pytest.mark.parametrize("naam", VOORBEELDEN)
def test_vecozo_stuurt_door(naam: str, inv4: Database, tmp_path: Path) -> None:
    uitkomst = replay(_opdracht(naam, tmp_path, Stage.VECOZO), inv4)
    assert [m.bevinding.controle.id for m in uitkomst.meldingen] == []
    assert uitkomst.status is Status.DOORGESTUURD


@pytest.mark.parametrize("naam", VOORBEELDEN)
def test_de_verzekeraar_ziet_geen_fout(naam: str, inv4: Database, tmp_path: Path) -> None:
    uitkomst = replay(_opdracht(naam, tmp_path, Stage.ALL), inv4)
    assert {m.bevinding.controle.id for m in uitkomst.meldingen} <= {"0430-5"}
    if "wlz" in naam:
        assert uitkomst.status is Status.VOLLEDIG_TOEGEWEZEN

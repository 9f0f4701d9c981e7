"""Every retourcode of the register has a smallest declaration under fixtures/codes, and gets exactly its retour."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from mzsim.domain.findings import Stage
from mzsim.pipeline import Opdracht, replay
from mzsim.store.loading import laad_bestand
from mzsim.store.session import Database
from tests.make_codes import CODES, codes, maak


def test_elke_code_heeft_een_map() -> None:
    assert sorted(map_.name for map_ in CODES.iterdir()) == codes()


@pytest.mark.parametrize("code", codes())
def test_code(code: str, store: Database, tmp_path: Path) -> None:
    map_ = CODES / code
    geval = yaml.safe_load((map_ / "geval.yaml").read_text("utf-8"))
    if "store" in geval:
        extra = tmp_path / "store.yaml"
        extra.write_text(yaml.safe_dump(geval["store"]), "utf-8")
        laad_bestand(store, extra)
    for nummer, datum in enumerate(geval.get("eerder", ()), start=1):
        replay(Opdracht(map_ / f"eerder-{nummer}.mz301.asc", tmp_path / "eerder.asc", datum), store)
    retour = tmp_path / "retour.asc"
    uitkomst = replay(Opdracht(map_ / "declaratie.mz301.asc", retour, geval["date"], Stage(geval["stage"])), store)
    assert [m.retourcode for m in uitkomst.meldingen] == [code]
    assert retour.read_bytes() == (map_ / "retour.mz302.asc").read_bytes()


@pytest.mark.parametrize("code", codes())
def test_fixtures_zijn_vers(code: str, tmp_path: Path) -> None:
    maak(code, tmp_path / code)
    opnieuw = {bestand.name: bestand.read_bytes() for bestand in (tmp_path / code).iterdir()}
    assert opnieuw == {bestand.name: bestand.read_bytes() for bestand in (CODES / code).iterdir()}

"""The personas: what `mzsim personas` says comes back is what comes back; the ready-made insurers do what their pages say."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from simulator.model import Stage
from simulator.personas import PROEF, personas
from simulator.pipeline import Opdracht, replay
from simulator.store.referentie import plaats_van
from simulator.store.session import Store
from simulator.store.sjabloon import verse_store
from tests.opdrachten import mzsim
from tests.retouren import lees

NZA = "@nza-2026"


@cache
def gedocumenteerd() -> dict[str, dict[str, Any]]:
    """What a user reads: the lines of `mzsim personas --json`."""
    regels = mzsim("personas", "--json").stdout.splitlines()
    return {persona["id"]: persona for persona in map(json.loads, regels)}


@pytest.fixture(scope="session")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where loaded stores are kept for the tests of this process."""
    return tmp_path_factory.mktemp("stores")


@pytest.fixture(scope="session")
def verstuurd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of `mzsim personas --out`."""
    map_ = tmp_path_factory.mktemp("personas")
    assert mzsim("personas", "--out", map_).exit_code == 0
    return map_


def _komt_terug(declaratie: dict[str, Any], store: Store, verstuurd: Path, map_: Path) -> dict[str, Any]:
    """What came back, in the form of the documentation."""
    retour = map_ / "retour.asc"
    opdracht = Opdracht(
        verstuurd / declaratie["bestand"], retour, dt.date.fromisoformat(declaratie["datum"]), Stage.ALL
    )
    uitkomst = replay(opdracht, store)
    return {
        "afzender": uitkomst.afzender,
        "status": str(uitkomst.status),
        "totaal_toegekend": f"{uitkomst.totaal_toegekend / 100:.2f}",
        "terug": [
            {
                "record": r.kenmerk,
                "identificatie": r.identificatie,
                "codes": list(r.codes),
                "toegekend": _euro(r.toegekend),
            }
            for r in lees(retour.read_bytes())
        ],
    }


def _euro(veld: str) -> str:
    """Rubriek 0483 with its sign (empty of other records) as the documentation has it."""
    return f"{int(veld[:-1] or 0) / (-100 if veld.endswith('C') else 100):.2f}"


@pytest.mark.parametrize("lijsten", [(PROEF,), (NZA, PROEF), (PROEF, NZA)], ids=" ".join)
@pytest.mark.parametrize("id", [p.id for p in personas()])
def test_een_persona_krijgt_terug_wat_er_staat(
    id: str, lijsten: tuple[str, ...], stores: Path, verstuurd: Path, tmp_path: Path
) -> None:
    """Each on a fresh store; the lists of the NZa beside it change nothing."""
    with verse_store([plaats_van(lijst) for lijst in lijsten], stores) as store:
        for declaratie in gedocumenteerd()[id]["declaraties"]:
            assert _komt_terug(declaratie, store, verstuurd, tmp_path) == declaratie["verwacht"]

"""Every check has a sentence, a source, a passing and a failing case; every case gives exactly its findings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mzsim.checks import REGISTER
from mzsim.store.session import Database
from tests.check_cases import alle_gevallen, bevindingen, speel

GEVALLEN = list(alle_gevallen())


@pytest.mark.parametrize(("controle", "geval"), [pytest.param(c, g, id=f"{c}: {g['naam']}") for c, g in GEVALLEN])
def test_geval(controle: str, geval: dict[str, Any], store: Database, tmp_path: Path) -> None:
    assert bevindingen(speel(controle, geval, store, tmp_path)) == geval["verwacht"]


@pytest.mark.parametrize("controle", sorted(REGISTER))
def test_controle_heeft_zin_bron_en_gevallen(controle: str) -> None:
    c = REGISTER[controle]
    assert c.zin.endswith("."), "the docstring is one sentence"
    assert c.bron
    assert c.herstel.endswith(".")
    slaat_aan = [any(b["controle"] == controle for b in g["verwacht"]) for naam, g in GEVALLEN if naam == controle]
    assert True in slaat_aan, "no failing case"
    assert False in slaat_aan, "no passing case"

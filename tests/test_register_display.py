"""The register as it is shown: complete against the project's own page, filtered, and one check in full."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from mzsim.checks import REGISTER
from mzsim.cli.main import main
from mzsim.standard.retourcodes import retourcodes

PAGINA = Path(__file__).parents[1] / "simulator" / "mzsim" / "checks" / "REGISTER.md"


def _toon(*opties: str) -> str:
    uitkomst = CliRunner().invoke(main, ["controles", *opties])
    assert uitkomst.exit_code == 0, uitkomst.output
    return uitkomst.output


def test_pagina_van_het_register_is_vers() -> None:
    assert _toon("--markdown") == PAGINA.read_text("utf-8"), (
        "mzsim controles --markdown > simulator/mzsim/checks/REGISTER.md"
    )


def test_json_geeft_elke_controle_een_regel() -> None:
    regels = [json.loads(regel) for regel in _toon("--json").splitlines()]
    assert {regel["id"] for regel in regels} == set(REGISTER)
    assert all(regel["retourcode"] in retourcodes() for regel in regels if regel["id"] != "bestand-1")


@pytest.mark.parametrize(
    ("opties", "past"),
    [
        (["--niveau", "2"], lambda c: c["niveau"] == 2),
        (["--record", "sluit"], lambda c: c["record"] == "sluit"),
        (["--rubriek", "0408"], lambda c: c["rubriek"] == "0408"),
        (["--code", "8072"], lambda c: c["retourcode"] == "8072" and c["vervangend"]),
        (["--door", "Z"], lambda c: "Z" in c["door"]),
        (["--door", "V", "--niveau", "3"], lambda c: "V" in c["door"] and c["niveau"] == 3),
    ],
)
def test_keuze(opties: list[str], past: object) -> None:
    alle = [json.loads(regel) for regel in _toon("--json").splitlines()]
    gekozen = [json.loads(regel) for regel in _toon("--json", *opties).splitlines()]
    assert gekozen == [c for c in alle if past(c)]  # type: ignore[operator]
    assert 0 < len(gekozen) < len(alle)


@pytest.mark.parametrize("id", sorted(REGISTER))
def test_een_controle_met_haar_gevallen(id: str) -> None:
    uitvoer = _toon(id)
    assert uitvoer.startswith(f"{id}: {REGISTER[id].zin}")
    assert "\npasses: " in uitvoer
    assert "\nfails: " in uitvoer


def test_een_vervangende_code_zegt_dat_zij_dat_is() -> None:
    assert "not publicly known" in _toon("0409-1")
    assert "8072*" in _toon("--rubriek", "0409")


def test_een_onbekende_controle() -> None:
    uitkomst = CliRunner().invoke(main, ["controles", "9999-9"])
    assert uitkomst.exit_code == 2
    assert "no such check" in uitkomst.output

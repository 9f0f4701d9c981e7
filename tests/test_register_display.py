"""The register as it is shown: complete against the project's own page, filtered, and one check in full."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from mzsim.checks import REGISTER
from mzsim.cli.main import main
from mzsim.standard.retourcodes import retourcodes

PAGE = Path(__file__).parents[1] / "simulator" / "mzsim" / "checks" / "REGISTER.md"


def _show(*options: str) -> str:
    outcome = CliRunner().invoke(main, ["controles", *options])
    assert outcome.exit_code == 0, outcome.output
    return outcome.output


def test_the_page_of_the_register_is_fresh() -> None:
    assert _show("--markdown") == PAGE.read_text("utf-8"), (
        "mzsim controles --markdown > simulator/mzsim/checks/REGISTER.md"
    )


def test_json_gives_every_check_a_line() -> None:
    lines = [json.loads(line) for line in _show("--json").splitlines()]
    assert {line["id"] for line in lines} == set(REGISTER)
    assert all(line["retourcode"] in retourcodes() for line in lines if line["id"] != "bestand-1")


@pytest.mark.parametrize(
    ("options", "fits"),
    [
        (["--niveau", "2"], lambda c: c["niveau"] == 2),
        (["--record", "sluit"], lambda c: c["record"] == "sluit"),
        (["--rubriek", "0408"], lambda c: c["rubriek"] == "0408"),
        (["--code", "8072"], lambda c: c["retourcode"] == "8072" and c["vervangend"]),
        (["--door", "Z"], lambda c: "Z" in c["door"]),
        (["--door", "V", "--niveau", "3"], lambda c: "V" in c["door"] and c["niveau"] == 3),
    ],
)
def test_selection(options: list[str], fits: object) -> None:
    every = [json.loads(line) for line in _show("--json").splitlines()]
    chosen = [json.loads(line) for line in _show("--json", *options).splitlines()]
    assert chosen == [c for c in every if fits(c)]  # type: ignore[operator]
    assert 0 < len(chosen) < len(every)


@pytest.mark.slow
@pytest.mark.parametrize("id", sorted(REGISTER))
def test_a_check_with_its_cases(id: str) -> None:
    output = _show(id)
    assert output.startswith(f"{id}: {REGISTER[id].sentence}")
    assert "\npasses: " in output
    assert "\nfails: " in output


def test_a_substitute_code_says_that_it_is_one() -> None:
    assert "not publicly known" in _show("0409-1")
    assert "8072*" in _show("--rubriek", "0409")


@pytest.mark.parametrize(
    ("id", "instead"),
    [
        ("9999-9", "mzsim controles lists them"),
        ("8004", "mzsim controles --code 8004"),
        ("0207", "mzsim controles --rubriek 0207"),
        ("0200", "mzsim controles --code 0200"),
    ],
)
def test_an_unknown_check_and_what_was_meant(id: str, instead: str) -> None:
    outcome = CliRunner().invoke(main, ["controles", id])
    assert outcome.exit_code == 2
    assert outcome.output == f"mzsim: {id}: no such check; {instead}\n"

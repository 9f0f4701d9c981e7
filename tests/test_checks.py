"""Every check has a sentence, a source, a passing and a failing case; every case gives exactly its findings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mzsim.checks import REGISTER
from tests.check_cases import all_cases, findings, play_afresh

ALL_CASES = list(all_cases())


@pytest.mark.parametrize(("check", "case"), [pytest.param(c, g, id=f"{c}: {g['naam']}") for c, g in ALL_CASES])
def test_case(check: str, case: dict[str, Any], kept_stores: Path, tmp_path: Path) -> None:
    assert findings(play_afresh(check, case, kept_stores, tmp_path)) == case["verwacht"]


@pytest.mark.parametrize("check", sorted(REGISTER))
def test_a_check_has_a_sentence_a_source_and_cases(check: str) -> None:
    c = REGISTER[check]
    assert c.sentence.endswith("."), "the docstring is one sentence"
    assert c.source
    assert c.remedy.endswith(".")
    objects = [any(b["controle"] == check for b in g["verwacht"]) for name, g in ALL_CASES if name == check]
    assert True in objects, "no failing case"
    assert False in objects, "no passing case"

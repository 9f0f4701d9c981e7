"""The suite `codes`: for every retourcode of the register the smallest case that yields it and nothing else."""

from __future__ import annotations

from typing import Any

from mzsim.checks import REGISTER
from mzsim.presentation.register import Choice, choose
from tests.check_cases import all_cases, declaration_of


def codes() -> list[str]:
    """Every retourcode that a check of the register gives."""
    return sorted({c.retourcode for c in choose(Choice()) if c.retourcode is not None})


def case_for(code: str) -> tuple[str, dict[str, Any]]:
    """The check and the case with the shortest declaration that yields this code and nothing else."""
    fitting = [
        (check, case)
        for check, case in all_cases()
        if [b["retourcode"] for b in case["verwacht"]] == [code] and REGISTER[check].retourcode == code
    ]
    if not fitting:
        raise SystemExit(f"no case yields {code} and nothing else")
    return min(fitting, key=lambda pair: (len(declaration_of(pair[1])), len(pair[1].get("eerder", ())), pair[0]))

"""The suite `codes`: for every retourcode of the register the smallest case that yields it and nothing else."""

from __future__ import annotations

from typing import Any

from mzsim.checks import REGISTER
from mzsim.presentation.register import Keuze, kies
from tests.check_cases import alle_gevallen, declaratie_van


def codes() -> list[str]:
    """Every retourcode that a check of the register gives."""
    return sorted({c.retourcode for c in kies(Keuze()) if c.retourcode is not None})


def geval_voor(code: str) -> tuple[str, dict[str, Any]]:
    """The check and the case with the shortest declaration that yields this code and nothing else."""
    passend = [
        (controle, geval)
        for controle, geval in alle_gevallen()
        if [b["retourcode"] for b in geval["verwacht"]] == [code] and REGISTER[controle].retourcode == code
    ]
    if not passend:
        raise SystemExit(f"no case yields {code} and nothing else")
    return min(passend, key=lambda paar: (len(declaratie_van(paar[1])), len(paar[1].get("eerder", ())), paar[0]))

"""Importing the checks registers all of them, wherever they are imported from: a module that was left out lost its checks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from pkgutil import iter_modules

import pytest

import mzsim
from mzsim import checks
from mzsim.checks import REGISTER
from mzsim.checks.file import no_voorlooprecord
from mzsim.checks.register import RegisterError, check
from tests.check_cases import CASES

MODULES = [f"mzsim.checks.{module.name}" for module in iter_modules(checks.__path__)]
LIBRARIES = [
    "mzsim.checks",
    "mzsim.domain.beleid",
    "mzsim.granting.weighing",
    "mzsim.pipeline",
    "mzsim.presentation.register",
    "mzsim.retour.words",
    "mzsim.store.references",
]
"""Where a user of the program as a library may begin."""


@pytest.mark.slow
@pytest.mark.parametrize("module", [*MODULES, *LIBRARIES])
def test_all_checks_are_registered(module: str) -> None:
    code = f"import {module}\nfrom mzsim.checks.register import REGISTER\nprint(*REGISTER)"
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(Path(mzsim.__file__).parents[1])},
    )
    assert sorted(run.stdout.split()) == sorted(file.stem for file in CASES.glob("*.yaml"))


def test_the_modules_are_those_of_the_package() -> None:
    assert len(MODULES) == len(list(Path(checks.__file__).parent.glob("*.py"))) - 1


@pytest.mark.parametrize(
    ("id", "code", "sentence", "what"),
    [
        ("bestand-1", None, "It is registered already.", "registered twice"),
        ("0401-1", None, None, "has no sentence"),
        ("0401-1", "9999", "Its code does not exist.", "unknown or no objection"),
        ("0401-1", "8001", "Its code is no objection.", "unknown or no objection"),
    ],
)
def test_a_check_that_is_registered_wrongly_stops_the_program(
    id: str, code: str | None, sentence: str | None, what: str
) -> None:
    def objection(header: bytes) -> bool:
        return no_voorlooprecord(header)

    objection.__doc__ = sentence
    was = dict(REGISTER)
    with pytest.raises(RegisterError, match=what):
        check(id, 1, "bestand", code, "V", source="none", remedy="Nothing.")(objection)
    assert was == REGISTER

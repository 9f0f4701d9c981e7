"""What a suite says of itself, in `suite.yaml` of its folder: the rules that its answers were made with."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from mzsim.common.errors import CaseError, StoreFileError
from mzsim.common.file_values import FileLine, refuse
from mzsim.common.strict_yaml import read_strict
from mzsim.common.version import __version__
from mzsim.program import rules_of_this_program

NAME = "suite.yaml"


def _hash(value: str) -> str:
    if not re.fullmatch("[0-9a-f]{64}", value):
        raise refuse("must be the hash of rules, as mzsim --version --json prints it (regels)")
    return value


class _SuiteFile(FileLine):
    rules: Annotated[str, AfterValidator(_hash)] | None = None


def remark_on_rules(folder: Path) -> str | None:
    """That this program has other rules than a suite is pinned to, in a sentence. Raises CaseError for a wrong suite.yaml."""
    file = folder / NAME
    if not file.is_file():
        return None
    try:
        pinned = read_strict(file, _SuiteFile, "a suite")[0].rules
    except StoreFileError as error:
        raise CaseError(str(error)) from None
    rules = rules_of_this_program()
    if pinned in (None, rules):
        return None
    return (
        f"{file}: the suite is pinned to rules {pinned[:12]}, this mzsim {__version__} has {rules[:12]}; what differs may be"
        " answered otherwise (mzsim rules diff)"
    )

"""The kinds of JSON that commands print, as types: `mzsim schema` makes their JSON Schema of them.

A kind ends in the number of its form. A change that breaks a reader (a key that goes, a type that changes) raises it; a key
that is new does not. Amounts are decimal strings in euro, a credit negative; dates are ISO 8601.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from pydantic import TypeAdapter

from mzsim.common.errors import InputError
from mzsim.presentation.kinds.answers import CheckRetour, Explain, Replay, Waiting
from mzsim.presentation.kinds.cluster import ClusterStatus, StoresList
from mzsim.presentation.kinds.grading import SuiteGrade, SuiteVerify
from mzsim.presentation.kinds.messages import Diff, Show, Stats
from mzsim.presentation.kinds.practices import Behandelindex, Implantologiescore
from mzsim.presentation.kinds.registers import Controle, Eis, Persona
from mzsim.presentation.kinds.rules import RulesDiff, RulesList, Version
from mzsim.presentation.kinds.suites import Mutate, SuiteDiff, SuiteList, SuiteRun
from mzsim.presentation.kinds.values import Failure

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class Kind(NamedTuple):
    """A kind: the commands that print it (none: any, where it fails), and the type of one object."""

    commands: tuple[str, ...]
    form: Any


KINDS: Mapping[str, Kind] = {
    "replay-1": Kind(("replay",), Replay),
    "explain-1": Kind(("explain",), Explain),
    "check-retour-1": Kind(("check-retour",), CheckRetour),
    "show-1": Kind(("show",), Show),
    "diff-1": Kind(("diff",), Diff),
    "stats-1": Kind(("stats",), Stats),
    "controles-1": Kind(("controles",), Controle),
    "eisen-1": Kind(("eisen",), Eis),
    "waiting-1": Kind(("db waiting",), Waiting),
    "suite-run-1": Kind(("suite run", "suite merge"), SuiteRun),
    "suite-diff-1": Kind(("suite diff",), SuiteDiff),
    "suite-list-1": Kind(("suite list",), SuiteList),
    "suite-grade-1": Kind(("suite grade",), SuiteGrade),
    "suite-verify-1": Kind(("suite verify",), SuiteVerify),
    "mutate-1": Kind(("mutate",), Mutate),
    "rules-list-1": Kind(("rules list",), RulesList),
    "rules-diff-1": Kind(("rules diff",), RulesDiff),
    "cluster-status-1": Kind(("cluster status",), ClusterStatus),
    "version-1": Kind(("--version",), Version),
    "personas-1": Kind(("personas",), Persona),
    "implantologiescore-1": Kind(("report implantologiescore",), Implantologiescore),
    "behandelindex-1": Kind(("report behandelindex",), Behandelindex),
    "stores-list-1": Kind(("stores list",), StoresList),
    "failure-1": Kind((), Failure),
}


@cache
def schema(kind: str) -> Mapping[str, Any]:
    """The JSON Schema (draft 2020-12) of one object of a kind. Raises InputError for a kind that there isn't."""
    if kind not in KINDS:
        raise InputError(f"{kind}: no such kind; there are {', '.join(KINDS)}")
    return {"$schema": _DIALECT, "$id": f"urn:mzsim:{kind}", **TypeAdapter(KINDS[kind].form).json_schema()}

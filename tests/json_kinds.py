"""What commands print with --json, held against the schema of its kind: every test that runs one does this."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache

from jsonschema import Draft202012Validator

from mzsim.presentation.kinds import KINDS, schema

_MOST = 40
"""Lines of one output that are looked at: those at its start and at its end."""


def require_kind(words: Sequence[str], output: str) -> None:
    """Demands of what a command printed that each line is an object of its kind, or says that it failed."""
    kind = _kind_of(words)
    if kind is None or "--json" not in words or "--help" in words:
        return
    lines = output.splitlines()
    for line in lines if len(lines) <= _MOST else (*lines[: _MOST // 2], *lines[-_MOST // 2 :]):
        found = json.loads(line)
        validator = _validator("failure-1" if set(found) == {"fout", "exit_status"} else kind)
        errors = [f"{error.json_path}: {error.message}"[:300] for error in validator.iter_errors(found)]
        assert not errors, f"{kind}: {errors}"


def _kind_of(words: Sequence[str]) -> str | None:
    for name, kind in KINDS.items():
        for command in map(str.split, kind.commands):
            if command == list(words)[: len(command)]:
                return name
    return None


@cache
def _validator(kind: str) -> Draft202012Validator:
    return Draft202012Validator(schema(kind))

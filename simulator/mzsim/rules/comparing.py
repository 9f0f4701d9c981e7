"""In what the rules of this program differ from those of another: from a list of them, or from what a manifest says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel

from mzsim.common.errors import InputError
from mzsim.common.strict_json import read_json
from mzsim.manifest import read_manifest
from mzsim.rules.listing import Rules, rules_of_program

_KEYS = {"controles": "id", "retourcodes": "code", "indelingen": "naam", "lijsten": "naam", "bestanden": "naam"}
"""The parts of a list of rules, and what a row of each is known by."""


class RuleChange(NamedTuple):
    """A row of a part that is new, gone (`now` is None) or different; rows by their keys."""

    part: str
    name: str
    was: Mapping[str, Any] | None
    now: Mapping[str, Any] | None

    @property
    def fields(self) -> tuple[str, ...]:
        """The keys with another value; none of a row that is new or gone."""
        if self.was is None or self.now is None:
            return ()
        return tuple(key for key, value in self.now.items() if self.was[key] != value)


class Known(NamedTuple):
    """Of which version rules are, and their SHA-256."""

    version: str
    rules: str


class RulesComparison(NamedTuple):
    """What was found; `changes` is None where only the hash of the old rules is known."""

    was: Known
    now: Known
    changes: tuple[RuleChange, ...] | None

    @property
    def same(self) -> bool:
        """Whether nothing differs, as far as is known."""
        return self.was.rules == self.now.rules and not self.changes


def compare(old: Path) -> RulesComparison:
    """Holds the rules of this program against a file of `rules list --json`, or a manifest.

    Raises InputError where the file is neither, ManifestError for a manifest that is wrong.
    """
    now = rules_of_program()
    known_now = Known(now.versie, now.regels)
    try:
        content = old.read_bytes()
    except OSError as error:
        raise InputError(f"{old}: can't be read: {error.strerror}") from None
    kind = read_json(str(old), content, _Kind, "a list of rules").model_fields_set
    if "manifest" in kind:
        program = read_manifest(old).programma
        return RulesComparison(Known(program.versie, program.regels), known_now, None)
    if not kind:
        raise InputError(f"{old}: is neither a list of rules (mzsim rules list --json) nor a manifest")
    was = read_json(str(old), content, Rules, "a list of rules")
    return RulesComparison(Known(was.versie, was.regels), known_now, tuple(_changes(was, now)))


class _Kind(BaseModel):
    """Keys by which a manifest and a list of rules are told apart."""

    manifest: Any = None
    controles: Any = None


def _changes(was: Rules, now: Rules) -> Iterator[RuleChange]:
    for part, key in _KEYS.items():
        old, new = ({getattr(row, key): row.model_dump() for row in getattr(rules, part)} for rules in (was, now))
        for name in dict.fromkeys((*new, *old)):
            if old.get(name) != new.get(name):
                yield RuleChange(part, name, old.get(name), new.get(name))

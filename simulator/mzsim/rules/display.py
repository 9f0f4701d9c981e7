"""The rules and their differences, as people and programs are shown them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mzsim.presentation.parts import Part, Table
from mzsim.rules.comparing import Known, RuleChange, RulesComparison
from mzsim.rules.listing import Rules

_HASHES = {"gevallen": "its cases", "sha256": "content"}
"""Keys whose values tell people nothing."""


def rules_parts(rules: Rules) -> Iterator[Part]:
    """The rules, for people: how many, and the hashes of what comes along."""
    yield f"mzsim {rules.versie}, rules {rules.regels}"
    yield Table(("file", "sha256"), [(file.naam, file.sha256) for file in (*rules.indelingen, *rules.lijsten)])
    yield (
        f"{len(rules.controles)} checks, {len(rules.retourcodes)} retourcodes, {len(rules.bestanden)} files of the program;"
        " --json has them all"
    )


def comparison_parts(found: RulesComparison, old: str) -> Iterator[Part]:
    """What differs, for people; `old` is the file that the rules of this program were held against."""
    if found.same:
        yield f"the rules are the same: {found.now.rules}"
        return
    yield f"{old}: rules {_known(found.was)}; these are {_known(found.now)}"
    if found.changes is None:
        yield (
            f"A manifest has their hash alone. With mzsim {found.was.version} installed, mzsim rules list --json > rules.json"
            " lists them; mzsim rules diff rules.json then says what differs."
        )
        return
    yield Table(("part", "name", "what differs"), [(c.part, c.name, _words(c)) for c in found.changes])


def _known(rules: Known) -> str:
    return f"{rules.rules[:12]} of mzsim {rules.version}"


def _words(change: RuleChange) -> str:
    was, now = change.was, change.now
    if was is None or now is None:
        return "is gone" if now is None else "is new"
    return "; ".join(_HASHES.get(key) or f"{key}: {was[key] or '-'} -> {now[key] or '-'}" for key in change.fields)


def comparison_as_dict(found: RulesComparison) -> dict[str, Any]:
    """What differs, for programs."""
    changes = found.changes
    return {
        "was": _known_as_dict(found.was),
        "now": _known_as_dict(found.now),
        "gelijk": found.same,
        "verschillen": None if changes is None else [_change_as_dict(change) for change in changes],
    }


def _known_as_dict(rules: Known) -> dict[str, str]:
    return {"versie": rules.version, "regels": rules.rules}


def _change_as_dict(change: RuleChange) -> dict[str, Any]:
    return {"deel": change.part, "naam": change.name, "was": change.was, "now": change.now}

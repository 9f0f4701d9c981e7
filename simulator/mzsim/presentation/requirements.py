"""The requirements for people and programs: a table with a summary, and JSON."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from mzsim.presentation.parts import Part, Table
from mzsim.requirements import Cover, Kind, Reason, Requirement, counted

_COUNTED: dict[Kind | Reason, str] = {
    Kind.CHECK: "covered by checks",
    Kind.CHOICE: "by choices of beleid",
    Kind.COMMAND: "by commands",
    Kind.TEST: "by tests",
    Reason.NOT_APPLICABLE: "not applicable",
    Reason.NOT_TESTABLE: "not testable",
    Reason.OUR_CHOICE: "left out by our choice",
}
_KEYS = {Kind.CHECK: "controles", Kind.CHOICE: "beleid", Kind.COMMAND: "commandos", Kind.TEST: "tests"}


def overview(some: Collection[Requirement]) -> Iterator[Part]:
    """A table for people, and how many are covered by what."""
    if not some:
        yield "no requirement answers to that"
        return
    rows = ((r.id, r.source, ", ".join(r.binds), r.text, _covered(r)) for r in some)
    yield Table(("requirement", "source", "binds", "asks", "covered by"), rows)
    yield summary(some)


def summary(some: Collection[Requirement]) -> str:
    """How many are covered by what, and how many by nothing for which reason, in one line; each counts once."""
    counts = counted(some)
    parts = ", ".join(f"{counts[key]} {words}" for key, words in _COUNTED.items() if counts[key])
    return f"{len(some)} requirement{'s' if len(some) > 1 else ''}: {parts}"


def _covered(requirement: Requirement) -> str:
    """What covers it, and why, as a cell."""
    names = ", ".join(map(_name, requirement.covered_by))
    return "; ".join(filter(None, (names, str(requirement.why or ""))))


def _name(cover: Cover) -> str:
    """As it is shown; the long name of a test may be broken in two."""
    if cover.kind is Kind.COMMAND:
        return f"mzsim {cover.name}"
    return cover.name.replace("::", ":: ")


def json_lines(some: Iterable[Requirement]) -> Iterator[str]:
    """One object a line."""
    for requirement in some:
        yield json.dumps(_as_dict(requirement))


def _as_dict(requirement: Requirement) -> dict[str, Any]:
    why = requirement.why
    return {
        "id": requirement.id,
        "bron": requirement.source,
        "bindt": requirement.binds,
        "eis": requirement.text,
        "gedekt_door": {key: requirement.named(kind) for kind, key in _KEYS.items()},
        "reden": why and {"soort": why.reason, "tekst": why.sentence},
    }

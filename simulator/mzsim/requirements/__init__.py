"""What the sources ask of a declaration, a retour and an insurer, and what of the program covers each of it.

The requirements stand in `requirements.tsv`, one a line, in words of our own. What covers one is named, as text: this
room knows the checks, the commands and the rest by their names only, so that any layer above may ask it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import NamedTuple

_INV = "INV "


class Kind(StrEnum):
    """What can cover a requirement, in the order in which the summary asks: one with a check counts as checked."""

    CHECK = "check"
    CHOICE = "choice"
    COMMAND = "command"
    TEST = "test"


class Cover(NamedTuple):
    """Something that covers a requirement.

    `name` is of a check its id (`0204-2`), of a choice its key (`beleid.indientermijn`), of a command its words, with an
    option where that matters (`replay --stage`), of a test its file and function (`tests/test_x.py::test_y`).
    """

    kind: Kind
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class Reason(StrEnum):
    """Why nothing covers a requirement, or why what covers it does so in a way of its own."""

    NOT_APPLICABLE = "not applicable"
    NOT_TESTABLE = "not testable"
    OUR_CHOICE = "our choice"


class Why(NamedTuple):
    """A reason and its sentence."""

    reason: Reason
    sentence: str

    def __str__(self) -> str:
        return f"{self.reason}: {self.sentence}"


class Requirement(NamedTuple):
    """One requirement: its id, which never changes, the place in its source, whom it binds, and what it asks.

    `why` says why `covered_by` is empty; beside a cover it is a choice of ours, where the source leaves one.
    """

    id: str
    source: str
    binds: tuple[str, ...]
    text: str
    covered_by: tuple[Cover, ...]
    why: Why | None

    @property
    def checks(self) -> tuple[str, ...]:
        """The ids of the checks that cover it."""
        return self.named(Kind.CHECK)

    def named(self, kind: Kind) -> tuple[str, ...]:
        """The names of one kind that cover it."""
        return tuple(cover.name for cover in self.covered_by if cover.kind is kind)

    def stands_in(self, paragraph: str) -> bool:
        """Whether it comes from this paragraph of INV, or from one within it: 4.7.1 stands in 4.7, 4.10 not in 4.1."""
        return f"{self.source}.".startswith(f"{_INV}{paragraph.rstrip('.')}.")


@cache
def requirements() -> Mapping[str, Requirement]:
    """All requirements by id, in the order of the sources."""
    text = (files(__package__) / "requirements.tsv").read_text("utf-8")
    rows = (_requirement(*line.split("\t")) for line in text.splitlines()[1:])
    return MappingProxyType({row.id: row for row in rows})


def _requirement(id: str, source: str, binds: str, text: str, covered_by: str, why: str) -> Requirement:
    covers = (cover.split(" ", 1) for cover in covered_by.split("; ") if cover)
    reason, _, sentence = why.partition(": ")
    return Requirement(
        id=id,
        source=source,
        binds=tuple(binds.split(", ")),
        text=text,
        covered_by=tuple(Cover(Kind(kind), name) for kind, name in covers),
        why=Why(Reason(reason), sentence) if why else None,
    )


def covered_by_checks(checks: Collection[str]) -> tuple[Requirement, ...]:
    """The requirements that any of these checks covers: of one check, or of all that a suite exercises."""
    asked = frozenset(checks)
    return tuple(requirement for requirement in requirements().values() if not asked.isdisjoint(requirement.checks))


class Choice(NamedTuple):
    """Which requirements to show; None, empty or False is all."""

    word: str | None = None
    paragraaf: str | None = None
    check: str | None = None
    uncovered: bool = False

    def fits(self, requirement: Requirement) -> bool:
        """Whether a requirement is among them."""
        return (
            (self.word is None or _says(requirement, self.word))
            and (self.paragraaf is None or requirement.stands_in(self.paragraaf))
            and (self.check is None or self.check in requirement.checks)
            and not (self.uncovered and requirement.covered_by)
        )


def _says(requirement: Requirement, word: str) -> bool:
    """Whether a word stands in what is shown of a requirement, capitals or not; of an id only the requirement itself."""
    if word in requirements():
        return requirement.id == word
    shown = (requirement.id, requirement.source, *requirement.binds, requirement.text, *requirement.covered_by)
    return any(word.casefold() in str(part).casefold() for part in (*shown, requirement.why or ""))


def choose(choice: Choice) -> tuple[Requirement, ...]:
    """The requirements of a choice, in the order of the sources."""
    return tuple(filter(choice.fits, requirements().values()))


def counted(some: Iterable[Requirement]) -> Counter[Kind | Reason]:
    """How many are covered by what, and how many by nothing for which reason; each counts once, as the first that fits."""
    return Counter(_counts_as(requirement) for requirement in some)


def _counts_as(requirement: Requirement) -> Kind | Reason:
    first = next((kind for kind in Kind if requirement.named(kind)), None)
    if first is not None:
        return first
    assert requirement.why is not None, f"{requirement.id}: what is not covered says why"
    return requirement.why.reason

"""The rules of a script: what they match, and what they answer. Read from YAML by `mzsim.script.file`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

from mzsim.common.errors import ScriptError
from mzsim.common.patterns import matcher
from mzsim.domain.check import INSURER, VECOZO, Check, Part
from mzsim.standard.layout import CHARSET

AnsweredPart = Literal["bestand", "verzekerde", "prestatie"]
"""What a rule answers on: the file, a verzekerdenrecord or a prestatierecord."""

SENDERS = {"vecozo": VECOZO, "verzekeraar": INSURER}

Records = Mapping[bytes, bytes]
"""The heen records that a rule may look at, by kenmerk: the voorlooprecord, and what it is about with its verzekerdenrecord."""


class Condition(NamedTuple):
    """A condition on one rubriek: the record that it is of, its place there, and whether a value meets it."""

    kenmerk: bytes
    place: slice
    fits: Callable[[bytes], bool]

    def holds(self, records: Records) -> bool:
        """Whether the record at hand meets it."""
        return self.fits(records[self.kenmerk][self.place])


class Action(NamedTuple):
    """What is answered. `toekennen` in cents and `percentage` of the declaratiebedrag; with neither, it is rejected.

    `checks` stand for the retourcodes, so that these can be reported as the objections of checks are. `commentaar` are
    texts to send back behind the record, each in a commentaarrecord of its own.
    """

    sender: str
    checks: tuple[Check, ...]
    toekennen: int | None
    percentage: int | None
    commentaar: tuple[str, ...] = ()

    @property
    def grants(self) -> bool:
        """Whether it says which amount is granted."""
        return self.toekennen is not None or self.percentage is not None


class ScriptRule(NamedTuple):
    """One rule; `location` is its file and line, `kenmerken` those of the records that it looks at beside the voorlooprecord."""

    number: int
    location: str
    part: AnsweredPart
    match: tuple[Condition, ...]
    excluded: tuple[Condition, ...]
    action: Action

    @property
    def kenmerken(self) -> frozenset[bytes]:
        return frozenset(condition.kenmerk for condition in self.match + self.excluded) - {b"01"}

    def fits(self, records: Records) -> bool:
        """Whether all of `match` and none of `not` holds."""
        return all(v.holds(records) for v in self.match) and not any(v.holds(records) for v in self.excluded)

    @property
    def unused(self) -> str:
        """The line that this rule answered nothing in a run."""
        why = "nothing met its conditions, or something else answered first"
        return f"{self.location}: rule {self.number} answered nothing: {why}"

    def error(self, what: str) -> ScriptError:
        """The error that this rule can't be followed."""
        return ScriptError(f"{self.location}: rule {self.number}: {what}")


_PART: Mapping[AnsweredPart, Part] = {"bestand": "voorloop", "verzekerde": "verzekerde", "prestatie": "prestatie"}


def check_of(number: int, location: str, part: AnsweredPart, code: str, sender: str) -> Check:
    """What stands for a retourcode of a rule where the objection of a check would stand. It is in no register."""
    return Check(
        id=f"script-{number}",
        level=7,
        part=_PART[part],
        rubriek=None,
        retourcode=code,
        by=sender,
        source=location,
        remedy="Change this rule of the script, or replay without --antwoord.",
        sentence=f"Rule {number} of the script says so.",
        reads=frozenset(),
        per="record",
        function=_no_predicate,
    )


def _no_predicate(*_: object) -> bool:
    return False


def pattern(text: str, *, numeric: bool) -> Callable[[bytes], bool]:
    """Whether a rubriek holds a text, with `*` for any characters.

    Spaces behind it may be left out, and the zeros before a number.
    """
    matches = matcher(text.encode(CHARSET).split(b"*"))

    def fits(value: bytes) -> bool:
        bare = value.rstrip(b" ")
        return matches(bare) or (numeric and any(map(matches, _without_zeros(bare))))

    return fits


def _without_zeros(value: bytes) -> tuple[bytes, ...]:
    bare = value.lstrip(b"0")
    return (bare,) if bare else (b"", b"0")

"""What the rules of a script would match of a declaration, without answering it: for who writes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from mzsim.script.directing import Script
from mzsim.script.rules import AnsweredPart, ScriptRule
from mzsim.standard.comparing import identificatie
from mzsim.standard.layout import HEEN_LENGTH
from mzsim.standard.reader import read_lines

_MOST = 20
"""Records that are named of one rule."""
_KENMERK: dict[AnsweredPart, bytes] = {"bestand": b"01", "verzekerde": b"02", "prestatie": b"04"}


class Matched(NamedTuple):
    """A record that a rule matches: its line (1-based), kenmerk and identificatie. `answers` is False where a rule before it
    speaks instead."""

    line: int
    kenmerk: str
    identificatie: int | None
    answers: bool


class RuleMatches(NamedTuple):
    """How many records a rule matches, on how many of those it answers, and the first of them."""

    rule: ScriptRule
    matched: int
    answers: int
    first: tuple[Matched, ...]


def matches(script: Script, declaration: BinaryIO) -> list[RuleMatches]:
    """What each rule matches, in the order of the script. Whether VECOZO or the insurer gets to speak is not looked at."""
    found = {rule.number: RuleMatches(rule, 0, 0, ()) for rule in script.rules}
    spoke: set[tuple[str, AnsweredPart]] = set()
    for place, line, records in _records(declaration):
        spoke = {turn for turn in spoke if turn[1] == "bestand"}  # on a file one rule speaks, on whatever record
        for rule in script.rules:
            if line[:2] != _subject(rule) or not rule.fits(records):
                continue
            turn = rule.action.sender, rule.part
            matched = Matched(place, line[:2].decode("ascii"), identificatie(line), turn not in spoke)
            spoke.add(turn)
            found[rule.number] = _with(found[rule.number], matched)
    return list(found.values())


def _with(so_far: RuleMatches, matched: Matched) -> RuleMatches:
    first = so_far.first if so_far.matched >= _MOST else (*so_far.first, matched)
    return RuleMatches(so_far.rule, so_far.matched + 1, so_far.answers + matched.answers, first)


def _subject(rule: ScriptRule) -> bytes:
    """The kenmerk of the records that a rule is put to."""
    return max(rule.kenmerken, default=b"01") if rule.part == "bestand" else _KENMERK[rule.part]


def _records(declaration: BinaryIO) -> Iterator[tuple[int, bytes, dict[bytes, bytes]]]:
    """The records that rules look at, each with those that it stands under."""
    records = dict.fromkeys(_KENMERK.values(), b"")
    for place, (line, _) in enumerate(read_lines(declaration), start=1):
        if line[:2] in records and len(line) == HEEN_LENGTH:
            records[line[:2]] = line
            yield place, line, records

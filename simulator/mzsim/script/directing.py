"""A script at work on one message: it decides what its rules match, and leaves the rest to whoever judges as usual."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from mzsim.domain.check import INSURER, Check
from mzsim.domain.covers import share
from mzsim.domain.decisions import GRANTED, PARTLY, REJECTED, Decision
from mzsim.domain.findings import Finding
from mzsim.domain.tariffs import berekend_bedrag
from mzsim.reading.first_reading import FirstReading
from mzsim.script.rules import AnsweredPart, ScriptRule
from mzsim.standard.layout import RECORD_OF_KENMERK
from mzsim.standard.reader import read_groups
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import as_euro, cents, read_amount

_HIGHEST = 99_999_999
"""In cents: what fits in rubriek 0481."""
_ONLY_WITH_PART = "0587"
"""The code that has a berekend bedrag only where a part is granted."""


class Script(NamedTuple):
    """A script that was read: its rules, of which the first that matches counts. `path` is its file, None where it has none;
    `sha256` is of the bytes that it was read from; `spoke` takes down, of each rule whose turn came, whether it answered
    anything."""

    path: Path | None
    sha256: str
    rules: tuple[ScriptRule, ...]
    spoke: dict[int, bool]

    def turn(self, by: str, part: AnsweredPart) -> tuple[ScriptRule, ...]:
        """The rules by which VECOZO (V) or the insurer (Z) answers on a part of the message, in order: their turn has come."""
        rules = tuple(rule for rule in self.rules if rule.action.sender == by and rule.part == part)
        for rule in rules:
            self.spoke.setdefault(rule.number, False)
        return rules

    def director(self, first_reading: FirstReading, source: BinaryIO, name: str) -> Direction:
        """Puts the rules to one message; `source` is the declaration, `name` what errors call it."""
        return Direction(self, first_reading, source, name)

    @property
    def unused(self) -> list[str]:
        """A line for each rule whose turn came and that answered nothing: a mistake in it, most likely."""
        return [rule.unused for rule in self.rules if not self.spoke.get(rule.number, True)]


class Direction:
    """Asks the rules of a script about one message. `source` is the declaration, `name` what errors call it."""

    def __init__(self, script: Script, first_reading: FirstReading, source: BinaryIO, name: str) -> None:
        self._script = script
        self._first_reading = first_reading
        self._source = source
        self._name = name
        self._records = {b"01": first_reading.header}
        self.decision: Decision | None = None
        """What the script decides on the prestatierecord at hand, where it does."""
        self._ruled: tuple[bytes, ScriptRule] | None = None
        """The record that the insurer's rules last spoke of, and the one that did."""

    def objections_to_file(self, by: str) -> list[Finding]:
        """With what VECOZO (V) or the insurer (Z) rejects the file; empty where no rule says so."""
        for rule in self._script.turn(by, "bestand"):
            if any(rule.fits(records) for records in self._where(rule)):
                self._script.spoke[rule.number] = True
                return [Finding(1, "01", None, check) for check in rule.action.checks]
        return []

    def _where(self, rule: ScriptRule) -> Iterator[dict[bytes, bytes]]:
        """What a rule on the file is put to: the voorlooprecord, or every record of the kind that it names."""
        header = self._first_reading.header
        if not rule.kenmerken:
            yield {b"01": header}
        elif not self._first_reading.structure:  # else there is no telling which record is which
            for_each = max(rule.kenmerken)
            verzekerde = b""
            for heen in (heen for group in read_groups(self._source) for heen in group):
                if heen[:2] == b"02":
                    verzekerde = heen
                if heen[:2] == for_each:
                    yield {b"01": header, b"02": verzekerde, b"04": heen}

    def over_verzekerde(self, heen: bytes, by: str) -> tuple[Check, ...] | None:
        """The objections to a verzekerdenrecord; None where no rule speaks of it. Its prestatierecords follow."""
        self._records[b"02"] = heen
        rule = self._find(by, "verzekerde")
        if rule is None:
            return None
        self._ruled = heen, rule
        return rule.action.checks

    def over_prestatie(self, heen: bytes, place: int, by: str) -> tuple[Check, ...] | None:
        """The same of a prestatierecord on this line; `decision` is what the insurer decides on it.

        Raises `ScriptError` where the record has no room for the amount.
        """
        self._records[b"04"] = heen
        rule = self._find(by, "prestatie")
        self.decision = None
        if rule is None:
            return None
        self._ruled = heen, rule
        if by == INSURER:
            self.decision = self._decide(rule, Prestatierecord(heen), place)
            return self.decision.objections
        return rule.action.checks

    def commentaar(self, heen: bytes) -> tuple[str, ...]:
        """The texts that the insurer sends back behind this record, which he just judged."""
        return self._ruled[1].action.commentaar if self._ruled is not None and self._ruled[0] is heen else ()

    def _find(self, by: str, part: AnsweredPart) -> ScriptRule | None:
        for rule in self._script.turn(by, part):
            if rule.fits(self._records):
                self._script.spoke[rule.number] = True
                return rule
        return None

    def _decide(self, rule: ScriptRule, p: Prestatierecord, place: int) -> Decision:
        action = rule.action
        if not action.grants:
            return Decision(action.checks, 0, 0, REJECTED)
        where = f"{RECORD_OF_KENMERK[b'04']} {int(p.identificatie)} (line {place} of {self._name})"
        amount = read_amount(p.declaratiebedrag, p.debet_credit_02)
        if amount is None:
            raise rule.error(f"can't grant an amount on {where}: its declaratiebedrag (0430, 0431) can't be read")
        sign, declared = (-1 if amount < 0 else 1), abs(amount)
        granted = action.toekennen if action.toekennen is not None else share(declared, action.percentage or 0)
        if granted > declared:
            more = f"grants {as_euro(granted)}, more than the {as_euro(declared)} declared"
            raise rule.error(f"{more} on {where}")
        berekend = berekend_bedrag(p, cents(p.tarief))
        if berekend > _HIGHEST:
            raise rule.error(f"can't grant an amount on {where}: tarief x aantal does not fit in rubriek 0481")
        if granted == declared:
            return Decision((), sign * berekend, amount, GRANTED)
        if not granted and all(c.retourcode == _ONLY_WITH_PART for c in action.checks):
            berekend = 0
        outcome = PARTLY if granted else REJECTED
        return Decision(action.checks, sign * berekend, sign * granted, outcome)

"""Judges and decides as usual, but for the records of which a director speaks."""

from __future__ import annotations

from typing import Any

from mzsim.checks.performing import Verdict
from mzsim.checks.surroundings import Surroundings
from mzsim.domain.check import Check
from mzsim.domain.decisions import Decision
from mzsim.granting.adjudicate import Adjudicator
from mzsim.judging.message import Message
from mzsim.judging.onlookers import Director
from mzsim.judging.records import RecordExamination


class DirectedVerdicts(RecordExamination):
    """Judges every record as usual, and lets the director have the last word on those that he speaks of."""

    def __init__(self, director: Director, message: Message, by: str, *how: Any, **further: Any) -> None:
        super().__init__(message, by, *how, **further)
        self._director = director
        self._by = by

    def verzekerde(self, heen: bytes, line: int) -> Verdict:
        verdict = super().verzekerde(heen, line)
        objections = self._director.over_verzekerde(heen, self._by)
        return verdict if objections is None else verdict._replace(objections=objections)

    def prestatie(self, heen: bytes, line: int) -> Verdict:
        verdict = super().prestatie(heen, line)
        objections = self._director.over_prestatie(heen, line, self._by)
        return verdict if objections is None else verdict._replace(objections=objections)


class DirectedDecisions(Adjudicator):
    """Decides as usual where the director has not."""

    def __init__(self, director: Director, *how: Any, **further: Any) -> None:
        super().__init__(*how, **further)
        self._director = director

    def __call__(self, heen: bytes, objections: tuple[Check, ...], surroundings: Surroundings) -> Decision:
        decision = self._director.decision
        if decision is None:
            return super().__call__(heen, objections, surroundings)
        return self.note(heen, decision, surroundings)


def record_verdicts(message: Message, *how: Any, **further: Any) -> RecordExamination:
    """What judges the records of a message; the arguments are those of `RecordExamination`."""
    if message.direction is None:
        return RecordExamination(message, *how, **further)
    return DirectedVerdicts(message.direction, message, *how, **further)


def decisions(message: Message, *how: Any, **further: Any) -> Adjudicator:
    """What decides on its prestatierecords; the arguments behind the message are those of `Adjudicator`."""
    if message.direction is None:
        return Adjudicator(*how, **further)
    return DirectedDecisions(message.direction, *how, **further)

"""Who looks on at the whole answer to a declaration, amounts included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from mzsim.checks.surroundings import Surroundings
from mzsim.domain.decisions import Decision
from mzsim.granting.adjudicate import GrantOnlooker
from mzsim.judging.agreements import Conditions
from mzsim.judging.message import Message
from mzsim.judging.onlookers import Onlooker
from mzsim.store.session import Connection


class AnswerOnlooker(Onlooker, GrantOnlooker, Protocol):
    """Hears in order what the answer is made of: what is objected to, weighed and decided."""

    def begin(self, message: Message, connection: Connection, for_message: int) -> None:
        """The message that is about to be judged, by what the store received before this row of `berichten`."""

    def begin_reading(self, conditions: Conditions) -> None:
        """The insurer begins to decide on the records; once more where one objection rejects the whole file."""

    def decided(self, line: int, heen: bytes, decision: Decision, surroundings: Surroundings) -> None:
        """What was decided on the prestatierecord on this line (1-based)."""

    def grants(self) -> Iterator[str]:
        """What was granted, taken back or weighed, in order; each as JSON."""

    def recall(self, grants: Iterable[str]) -> None:
        """What `grants` gave when the same declaration was answered; nothing is judged this time."""

"""Who looks on at the whole answer to a declaration, amounts included."""

from __future__ import annotations

from typing import Protocol

from mzsim.checks.surroundings import Omgeving
from mzsim.domain.decisions import Besluit
from mzsim.granting.adjudicate import Meekijker
from mzsim.judging.agreements import Voorwaarden
from mzsim.judging.message import Bericht
from mzsim.judging.onlookers import Onlooker
from mzsim.store.session import Connection


class AnswerOnlooker(Onlooker, Meekijker, Protocol):
    """Hears in order what the answer is made of: what is objected to, weighed and decided."""

    def begin(self, bericht: Bericht, verbinding: Connection, voor_bericht: int) -> None:
        """The message that is about to be judged, by what the store received before this row of `berichten`."""

    def begin_lezing(self, voorwaarden: Voorwaarden) -> None:
        """The insurer begins to decide on the records; once more where one objection rejects the whole file."""

    def besloten(self, regel: int, heen: bytes, besluit: Besluit, omgeving: Omgeving) -> None:
        """What was decided on the prestatierecord on this line (1-based)."""

"""What is decided on a prestatierecord: values, without a word on how they come about (BER 0481, 0483)."""

from __future__ import annotations

from typing import NamedTuple

from mzsim.domain.check import Check
from mzsim.domain.earlier.credits import REJECTED as REJECTED
from mzsim.domain.earlier.maxima import Shares

GRANTED, PARTLY = "toegewezen", "deels"


class Decision(NamedTuple):
    """What becomes of a record; amounts in cents, a credit negative.

    `objections` is empty for an approved record. `berekend` is rubriek 0481, `granted` 0483; `shares` are what dekkingen
    with a maximum paid of it.
    """

    objections: tuple[Check, ...]
    berekend: int
    granted: int
    outcome: str
    shares: Shares = ()

    def without_grant(self) -> Decision:
        """The same where the file as a whole is rejected."""
        return self if self.outcome == REJECTED else self._replace(granted=0, outcome=REJECTED, shares=())


BESIDE_COMMENTAAR = Decision((), 0, 0, REJECTED)
"""Of a prestatierecord without an error of its own, below which a commentaarrecord was rejected."""
NOT_JUDGED = Decision((), 0, 0, REJECTED)
"""Of a prestatierecord in a file, or under a verzekerdenrecord, that was rejected."""

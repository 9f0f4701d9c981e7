"""What is decided on a prestatierecord: values, without a word on how they come about (BER 0481, 0483)."""

from __future__ import annotations

from typing import NamedTuple

from mzsim.domain.check import Check
from mzsim.domain.earlier.credits import REJECTED as REJECTED
from mzsim.domain.earlier.maxima import Shares

GRANTED, PARTLY = "toegewezen", "deels"


class Decision(NamedTuple):
    """What becomes of a record; amounts in cents, a credit negative.

    `bezwaren` is empty for an approved record. `berekend` is rubriek 0481, `toegekend` 0483; `aandelen` are what dekkingen
    with a maximum paid of it.
    """

    objections: tuple[Check, ...]
    berekend: int
    toegekend: int
    uitkomst: str
    aandelen: Shares = ()

    def without_grant(self) -> Decision:
        """The same where the file as a whole is rejected."""
        return self if self.uitkomst == REJECTED else self._replace(toegekend=0, uitkomst=REJECTED, aandelen=())


NOT_JUDGED = Decision((), 0, 0, REJECTED)
"""Of a prestatierecord in a file, or under a verzekerdenrecord, that was rejected."""

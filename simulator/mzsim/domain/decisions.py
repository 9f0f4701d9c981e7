"""What is decided on a prestatierecord: values, without a word on how they come about (BER 0481, 0483)."""

from __future__ import annotations

from typing import NamedTuple

from mzsim.domain.check import Controle
from mzsim.domain.earlier.credits import AFGEWEZEN as AFGEWEZEN
from mzsim.domain.earlier.maxima import Aandelen

TOEGEWEZEN, DEELS = "toegewezen", "deels"


class Besluit(NamedTuple):
    """What becomes of a record; amounts in cents, a credit negative.

    `bezwaren` is empty for an approved record. `berekend` is rubriek 0481, `toegekend` 0483; `aandelen` are what dekkingen
    with a maximum paid of it.
    """

    bezwaren: tuple[Controle, ...]
    berekend: int
    toegekend: int
    uitkomst: str
    aandelen: Aandelen = ()

    def zonder_toekenning(self) -> Besluit:
        """The same where the file as a whole is rejected."""
        return self if self.uitkomst == AFGEWEZEN else self._replace(toegekend=0, uitkomst=AFGEWEZEN, aandelen=())


NIET_BEOORDEELD = Besluit((), 0, 0, AFGEWEZEN)
"""Of a prestatierecord in a file, or under a verzekerdenrecord, that was rejected."""

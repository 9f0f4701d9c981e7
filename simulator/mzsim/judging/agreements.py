"""What holds between an insurer and who declares to it, for one message: pakketten, contracten, tariffs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mzsim.domain.covers import Pakket, PakketKey
from mzsim.domain.facts import valid_contract
from mzsim.domain.tariffs import TariffCard
from mzsim.judging.message import Message
from mzsim.store.facts import FactSource


class Conditions(NamedTuple):
    """`contracteert` says whether the insurer has contracten at all; without, no party is without one."""

    pakketten: Mapping[PakketKey, Pakket]
    card: TariffCard
    contracteert: bool
    reimbursement_without_contract: int

    @classmethod
    def of(cls, message: Message, facts: FactSource) -> Conditions:
        """Those of the insurer of 0108, with the party that is paid and with the declarant."""
        return cls(
            facts.pakketten(message.pakketten_of),
            TariffCard(facts.contracten(message.uzovi_number, message.parties), facts.tariffs()),
            facts.has_contracten(message.uzovi_number),
            message.beleid.niet_gecontracteerd["vergoeding"],
        )

    def vergoeding(self, date: bytes) -> int:
        """The percentage of its cover that the insurer pays for what was done on a day."""
        without = self.contracteert and valid_contract(self.card.contracten, date) is None
        return self.reimbursement_without_contract if without else 100

"""What holds between an insurer and who declares to it, for one message: pakketten, contracten, tariffs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mzsim.domain.covers import Pakket, PakketKey
from mzsim.domain.facts import any_contract, valid_contract
from mzsim.domain.parties import parties
from mzsim.domain.tariffs import TariffCard, for_aantal
from mzsim.domain.terms import WithoutContract
from mzsim.judging.message import Message
from mzsim.standard.records import Prestatierecord, Voorlooprecord
from mzsim.standard.values import text
from mzsim.store.facts import FactSource


class Conditions(NamedTuple):
    """`contracteert` says whether the insurer has contracten at all; without, no party is without one."""

    pakketten: Mapping[PakketKey, Pakket]
    card: TariffCard
    contracteert: bool
    without_contract: WithoutContract

    @classmethod
    def of(cls, message: Message, facts: FactSource) -> Conditions:
        """Those of the insurer of 0108, with the party that is paid and with the declarant."""
        return cls(
            facts.pakketten(message.pakketten_of),
            TariffCard(facts.contracten(message.uzovi_number, message.parties), facts.tariffs()),
            facts.has_contracten(message.uzovi_number),
            WithoutContract(**message.beleid.niet_gecontracteerd),
        )

    def contracted(self, date: bytes) -> bool:
        """Whether the party has a contract on a day, or none is to be had."""
        return not self.contracteert or valid_contract(self.card.contracten, date) is not None

    def vergoeding(self, date: bytes) -> int:
        """The percentage of its cover that the insurer pays for what was done on a day."""
        return 100 if self.contracted(date) else self.without_contract.vergoeding

    def most(self, p: Prestatierecord) -> int | None:
        """What the insurer pays at most for a prestatierecord for want of a contract, in cents; None: any amount."""
        most = None if self.contracted(p.datum) else self.without_contract.most(p.prestatiecode)
        return None if most is None else for_aantal(p, most)


def contracted_in_period(facts: FactSource, uzovi: str, v: Voorlooprecord) -> bool:
    """Whether the party that is paid or the declarant has a contract with an insurer on any day of the declaratieperiode, or
    none is to be had."""
    if not facts.has_contracten(uzovi):
        return True
    contracten = facts.contracten(uzovi, [text(code) for code in parties(v)])
    return any_contract(contracten, v.begindatum, v.einddatum)

"""What holds between an insurer and the party that declares, for one message: pakketten, contracten, tariffs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mzsim.domain.covers import Pakket, Pakketsleutel
from mzsim.domain.facts import geldend_contract
from mzsim.domain.tariffs import Tariefkaart
from mzsim.judging.message import Bericht
from mzsim.store.facts import Feitenbron


class Voorwaarden(NamedTuple):
    """`contracteert` says whether the insurer has contracten at all; without, no party is without one."""

    pakketten: Mapping[Pakketsleutel, Pakket]
    kaart: Tariefkaart
    contracteert: bool
    vergoeding_zonder_contract: int

    @classmethod
    def van(cls, bericht: Bericht, feiten: Feitenbron) -> Voorwaarden:
        """Those of the insurer of 0108 and the party that is paid."""
        contracten = feiten.contracten(bericht.uzovi_nummer, bericht.partij) if bericht.partij else ()
        return cls(
            feiten.pakketten(bericht.pakketten_van),
            Tariefkaart(contracten, feiten.tarieven()),
            feiten.heeft_contracten(bericht.uzovi_nummer),
            bericht.beleid.niet_gecontracteerd["vergoeding"],
        )

    def vergoeding(self, datum: bytes) -> int:
        """The percentage of its cover that the insurer pays for what the party did on a day."""
        zonder = self.contracteert and geldend_contract(self.kaart.contracten, datum) is None
        return self.vergoeding_zonder_contract if zonder else 100

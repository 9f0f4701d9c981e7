"""What an insurer pays for a prestatie at most, and the berekend bedrag that follows (INV 2.3.12-2.3.16, BER 0425, 0430)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mzsim.domain.facts import ContractFeit, TariefFeit, Tarieven, geldend_contract
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import centen

HONORARIUM = b"01"
"""Soort prestatierecord with a tariff; the costs of 02 and 04 have none."""
_JA = b"J"
_PER_UUR = 12
"""Units of five minutes in the hour of an hourly tariff (BER 0425)."""


class Tariefkaart(NamedTuple):
    """The tariffs that hold between an insurer and a party: its contracten (oldest first), and the national maxima."""

    contracten: Sequence[ContractFeit]
    tarieven: Tarieven

    def hoogste(self, p: Prestatierecord) -> int | None:
        """The highest tariff (0424, in cents) for a record 01: the contract's, else the national maximum, else None."""
        if p.soort != HONORARIUM:
            return None
        contract = geldend_contract(self.contracten, p.datum)
        eigen = contract.tarieven.get(p.prestatiecode) if contract else None
        landelijk = self._landelijk(p)
        if eigen is None:
            if landelijk is None:
                return None
            afwijkend = landelijk.bijzonder if p.bijzondere_tandheelkunde == _JA else None
            eigen = landelijk.tarief if afwijkend is None else afwijkend
        per_uur = landelijk is not None and landelijk.per_vijf_minuten and is_per_uur(p)
        return eigen * _PER_UUR if per_uur else eigen

    def _landelijk(self, p: Prestatierecord) -> TariefFeit | None:
        for feit in reversed(self.tarieven.get(p.prestatiecode, ())):
            if feit.ingang <= p.datum and (feit.einde is None or p.datum <= feit.einde):
                return feit
        return None

    def is_te_hoog(self, p: Prestatierecord) -> bool:
        """Whether a record 01 declares more than the highest tariff."""
        hoogste = self.hoogste(p)
        return hoogste is not None and centen(p.tarief) > hoogste

    def perioden(self) -> Iterator[tuple[bytes, bytes | None]]:
        """First and last day (None: open) of everything that this card says."""
        for contract in self.contracten:
            yield contract.ingang, contract.einde
        for feiten in self.tarieven.values():
            for feit in feiten:
                yield feit.ingang, feit.einde


GEEN_TARIEVEN = Tariefkaart((), {})


def is_per_uur(p: Prestatierecord) -> bool:
    """Whether the declared 0426 fits only an hourly tariff with the number in units of five minutes."""
    gedeclareerd = centen(p.berekend_bedrag)
    product, vermindering = centen(p.tarief) * centen(p.aantal), centen(p.vermindering)
    return abs(product - vermindering - gedeclareerd) > 1 and abs(_per_uur(product) - vermindering - gedeclareerd) <= 1


def berekend_bedrag(p: Prestatierecord, tarief: int) -> int:
    """B in cents at a tariff: tarief x aantal less 0428; by the hour where only that fits 0426 (BER 0425, 0430)."""
    product = tarief * centen(p.aantal)
    return max(0, (_per_uur(product) if is_per_uur(p) else product) - centen(p.vermindering))


def _per_uur(product: int) -> int:
    return (product + _PER_UUR // 2) // _PER_UUR

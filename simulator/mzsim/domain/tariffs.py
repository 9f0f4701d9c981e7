"""What an insurer pays for a prestatie at most, and the berekend bedrag that follows (INV 2.3.12-2.3.16, BER 0425, 0430)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mzsim.domain.facts import ContractFact, TariffFact, Tariffs, valid_contract
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import cents

HONORARIUM = b"01"
"""Soort prestatierecord with a tariff; the costs of 02 and 04 have none."""
_YES = b"J"
_PER_HOUR = 12
"""Units of five minutes in the hour of an hourly tariff (BER 0425)."""


class TariffCard(NamedTuple):
    """The tariffs that hold between an insurer and who declares: contracten, as `valid_contract` wants them, and the
    national maxima."""

    contracten: Sequence[ContractFact]
    tariffs: Tariffs

    def highest(self, p: Prestatierecord) -> int | None:
        """The highest tariff (0424, in cents) for a record 01: the contract's, else the national maximum, else None."""
        if p.soort != HONORARIUM:
            return None
        contract = valid_contract(self.contracten, p.datum)
        own = contract.tariffs.get(p.prestatiecode) if contract else None
        national = self._national(p)
        if own is None:
            if national is None:
                return None
            deviating = national.special if p.bijzondere_tandheelkunde == _YES else None
            own = national.tariff if deviating is None else deviating
        per_hour = national is not None and national.per_vijf_minuten and is_per_hour(p)
        return own * _PER_HOUR if per_hour else own

    def _national(self, p: Prestatierecord) -> TariffFact | None:
        for fact in reversed(self.tariffs.get(p.prestatiecode, ())):
            if fact.start <= p.datum and (fact.end is None or p.datum <= fact.end):
                return fact
        return None

    def is_too_high(self, p: Prestatierecord) -> bool:
        """Whether a record 01 declares more than the highest tariff."""
        highest = self.highest(p)
        return highest is not None and cents(p.tarief) > highest

    def periods(self) -> Iterator[tuple[bytes, bytes | None]]:
        """First and last day (None: open) of everything that this card says."""
        for contract in self.contracten:
            yield contract.start, contract.end
        for facts in self.tariffs.values():
            for fact in facts:
                yield fact.start, fact.end


NO_TARIFFS = TariffCard((), {})


def is_per_hour(p: Prestatierecord) -> bool:
    """Whether the declared 0426 fits only an hourly tariff with the number in units of five minutes."""
    product, declared = _product(p), _without_reduction(p)
    return not _fits_plain(product, declared) and _fits_hours(product, declared)


def fits_berekend_bedrag(p: Prestatierecord) -> bool:
    """Whether the declared 0426 is tarief x aantal less 0428, or a cent less; or, of an hourly tariff with the number in
    units of five minutes, the twelfth of it, rounded up or down, less 0428 (INV 4.6.3, 4.9.3, BER 0425, 0430)."""
    product, declared = _product(p), _without_reduction(p)
    return _fits_plain(product, declared) or _fits_hours(product, declared)


def berekend_bedrag(p: Prestatierecord, tariff: int) -> int:
    """B in cents at a tariff of at most the declared one: tarief x aantal less 0428; by the hour where only that fits 0426.

    At the declared tariff B is the declared 0426, however it was rounded, where it fits at all; never more than that.
    """
    fits = fits_berekend_bedrag(p)
    if fits and tariff == cents(p.tarief):
        return cents(p.berekend_bedrag)
    berekend = max(0, for_aantal(p, tariff) - cents(p.vermindering))
    return min(berekend, cents(p.berekend_bedrag)) if fits else berekend


def for_aantal(p: Prestatierecord, tariff: int) -> int:
    """A tariff in cents times the aantal; by the hour where only that fits 0426."""
    product = tariff * cents(p.aantal)
    return (product + _PER_HOUR // 2) // _PER_HOUR if is_per_hour(p) else product


def _product(p: Prestatierecord) -> int:
    return cents(p.tarief) * cents(p.aantal)


def _without_reduction(p: Prestatierecord) -> int:
    """What the declared 0426 was before 0428 was taken off."""
    return cents(p.berekend_bedrag) + cents(p.vermindering)


def _fits_plain(product: int, declared: int) -> bool:
    return product - 1 <= declared <= product


def _fits_hours(product: int, declared: int) -> bool:
    return abs(product - _PER_HOUR * declared) < _PER_HOUR

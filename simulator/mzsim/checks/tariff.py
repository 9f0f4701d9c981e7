"""The tariff of a prestatierecord against the contract and the national maximum (rubriek 0424).

A tariff that is too high lowers the grant, or rejects the record where the insurer's beleid says so; the first is in
`verzekeraar/rekening.py`. No check here applies to a credit: it takes back what was granted.
"""

from __future__ import annotations

from mzsim.checks.register import check
from mzsim.checks.surroundings import Surroundings
from mzsim.domain.facts import valid_contract
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import CREDIT, filled


@check(
    "0424-4", 7, "prestatie", "0611", "Z",
    source="INV 2.3.12",
    remedy="Fill tarief, berekend bedrag and declaratiebedrag; zeros are only for a tariff of 0 that the contract agrees.",
    reads=("0408", "0413", "0426", "0430", "0431"),
    per="inhoud",
)  # fmt: skip
def zero_not_agreed(p: Prestatierecord, o: Surroundings) -> bool:
    """The three amounts are zero in a Zvw message, and no contract agrees a tariff of 0 (where the insurer has contracten)."""
    if o.wlz or not o.contracteert or p.debet_credit_02 == CREDIT:
        return False
    if any(filled(amount) for amount in (p.tarief, p.berekend_bedrag, p.declaratiebedrag)):
        return False
    contract = valid_contract(o.tariff_card.contracten, p.datum)
    return contract is None or contract.tariffs.get(p.prestatiecode) != 0


@check(
    "0424-5", 7, "prestatie", "0611", "Z",
    source="INV 2.3.16",
    remedy="Declare the tariff of the contract, or without one at most the NZa maximum (in the store: tarieven).",
    reads=("0408", "0409", "0410", "0413", "0425", "0426", "0428", "0431"),
    per="inhoud",
)  # fmt: skip
def tariff_too_high(p: Prestatierecord, o: Surroundings) -> bool:
    """Tarief of a record 01 is above that of the contract or the national maximum, and the insurer rejects what is."""
    reject = o.insurer is not None and o.insurer.beleid.tarief_afwijking == "afwijzen"
    return reject and p.debet_credit_02 != CREDIT and o.tariff_card.is_too_high(p)

"""The tariff of a prestatierecord against the contract and the national maximum (rubriek 0424).

A tariff that is too high lowers the grant, or rejects the record where the insurer's beleid says so; the first is in
`verzekeraar/rekening.py`. No check here applies to a credit: it takes back what was granted.
"""

from __future__ import annotations

from mzsim.checks.register import controle
from mzsim.checks.surroundings import Omgeving
from mzsim.domain.facts import geldend_contract
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import CREDIT, gevuld


@controle(
    "0424-4", 7, "prestatie", "0611", "Z",
    bron="INV 2.3.12",
    herstel="Fill tarief, berekend bedrag and declaratiebedrag; zeros are only for a tariff of 0 that the contract agrees.",
    leest=("0408", "0413", "0426", "0430", "0431"),
    per="inhoud",
)  # fmt: skip
def nul_niet_afgesproken(p: Prestatierecord, o: Omgeving) -> bool:
    """The three amounts are zero in a Zvw message, and no contract agrees a tariff of 0 (where the insurer has contracten)."""
    if o.wlz or not o.contracteert or p.debet_credit_02 == CREDIT:
        return False
    if any(gevuld(bedrag) for bedrag in (p.tarief, p.berekend_bedrag, p.declaratiebedrag)):
        return False
    contract = geldend_contract(o.tariefkaart.contracten, p.datum)
    return contract is None or contract.tarieven.get(p.prestatiecode) != 0


@controle(
    "0424-5", 7, "prestatie", "0611", "Z",
    bron="INV 2.3.16",
    herstel="Declare the tariff of the contract, or without one at most the NZa maximum (in the store: tarieven).",
    leest=("0408", "0409", "0410", "0413", "0425", "0426", "0428", "0431"),
    per="inhoud",
)  # fmt: skip
def tarief_te_hoog(p: Prestatierecord, o: Omgeving) -> bool:
    """Tarief of a record 01 is above that of the contract or the national maximum, and the insurer rejects what is."""
    afwijzen = o.verzekeraar is not None and o.verzekeraar.beleid.tarief_afwijking == "afwijzen"
    return afwijzen and p.debet_credit_02 != CREDIT and o.tariefkaart.is_te_hoog(p)

"""Contracts and terms: what an insurer's beleid asks of who declares, of the factuur, and of the datum prestatie.

A contract with the party that is paid will do, and one with the declarant on whose behalf it is paid (INV 2.3.2).

A credit takes back what was granted, so none of these applies to it, nor to a file that holds nothing but credits.
"""

from __future__ import annotations

from mzsim.checks.register import check
from mzsim.checks.surroundings import Surroundings
from mzsim.checks.voorlooprecord import VoorloopSurroundings
from mzsim.domain.facts import any_contract, valid_contract
from mzsim.standard.records import Prestatierecord, Voorlooprecord
from mzsim.standard.values import CREDIT


@check(
    "0113-3", 7, "voorloop", "8022", "Z",
    source="COD954 8022; INV 2.3.2",
    remedy="Conclude a contract with the insurer, or send the factuur to the patient (beleid contract_vereist: bestand).",
    reads=("0108", "0109", "0110", "0111", "0112", "0114", "0115"),
)  # fmt: skip
def no_contract_in_period(v: Voorlooprecord, o: VoorloopSurroundings) -> bool:
    """The insurer asks for a contract, and neither the party that is paid nor the declarant has one in the declaratieperiode."""
    return o.contracten is not None and not any_contract(o.contracten, v.begindatum, v.einddatum)


@check(
    "0117-4", 7, "voorloop", "8024", "Z",
    source="COD954 8024",
    remedy="Send a factuur sooner after its dagtekening (0117) (beleid factuurdatum_max_dagen).",
    reads=("0108",),
)  # fmt: skip
def dagtekening_too_old(v: Voorlooprecord, o: VoorloopSurroundings) -> bool:
    """Dagtekening factuur is more days before the processing date than the insurer accepts."""
    return v.dagtekening < o.oldest_dagtekening


@check(
    "0408-6", 7, "prestatie", "0586", "Z",
    source="VGZ, Ditzo 2020, a.s.r. 2022",
    remedy="Submit a prestatie within the term of the insurer (beleid indientermijn).",
    reads=("0431",),
    per="inhoud",
)  # fmt: skip
def submitted_too_late(p: Prestatierecord, o: Surroundings) -> bool:
    """The prestatie is submitted after the last day that the insurer gives for its date."""
    without = o.contracteert and valid_contract(o.tariff_card.contracten, p.datum) is None
    first_on_time = o.first_on_time_without_contract if without else o.first_on_time
    return p.datum < first_on_time and p.debet_credit_02 != CREDIT


@check(
    "0408-7", 7, "prestatie", "8060", "Z",
    source="COD954 8060; INV 2.3.2",
    remedy="Conclude a contract with the insurer, or charge the patient (beleid contract_vereist: record).",
    reads=("0431",),
    per="inhoud",
)  # fmt: skip
def no_contract_on_date(p: Prestatierecord, o: Surroundings) -> bool:
    """The insurer asks for a contract, and neither the party that is paid nor the declarant has one on the datum prestatie."""
    return o.contracten is not None and p.debet_credit_02 != CREDIT and valid_contract(o.contracten, p.datum) is None

"""Contracts and terms: what an insurer's beleid asks of the party that is paid, of the factuur, and of the datum prestatie.

A credit takes back what was granted, so none of these applies to it, nor to a file that holds nothing but credits.
"""

from __future__ import annotations

from mzsim.checks.register import controle
from mzsim.checks.surroundings import Omgeving
from mzsim.checks.voorlooprecord import Voorloopomgeving
from mzsim.domain.facts import geldend_contract
from mzsim.standard.records import Prestatierecord, Voorlooprecord
from mzsim.standard.values import CREDIT


@controle(
    "0113-3", 7, "voorloop", "8022", "Z",
    bron="COD954 8022",
    herstel="Conclude a contract with the insurer, or send the factuur to the patient (beleid contract_vereist: bestand).",
    leest=("0108", "0109", "0110", "0111", "0112", "0114", "0115"),
)  # fmt: skip
def geen_contract_in_periode(v: Voorlooprecord, o: Voorloopomgeving) -> bool:
    """The insurer asks for a contract, and the party that is paid has none on any day of the declaratieperiode."""
    return o.contracten is not None and not any(
        contract.ingang <= v.einddatum and (contract.einde is None or contract.einde >= v.begindatum)
        for contract in o.contracten
    )


@controle(
    "0117-4", 7, "voorloop", "8024", "Z",
    bron="COD954 8024",
    herstel="Send a factuur sooner after its dagtekening (0117) (beleid factuurdatum_max_dagen).",
    leest=("0108",),
)  # fmt: skip
def dagtekening_te_oud(v: Voorlooprecord, o: Voorloopomgeving) -> bool:
    """Dagtekening factuur is more days before the processing date than the insurer accepts."""
    return v.dagtekening < o.oudste_dagtekening


@controle(
    "0408-6", 7, "prestatie", "0586", "Z",
    bron="VGZ, Ditzo 2020, a.s.r. 2022",
    herstel="Submit a prestatie within the term of the insurer (beleid indientermijn).",
    leest=("0431",),
    per="inhoud",
)  # fmt: skip
def te_laat_ingediend(p: Prestatierecord, o: Omgeving) -> bool:
    """The prestatie is submitted after the last day that the insurer gives for its date."""
    return p.datum < o.eerste_op_tijd and p.debet_credit_02 != CREDIT


@controle(
    "0408-7", 7, "prestatie", "8060", "Z",
    bron="COD954 8060",
    herstel="Conclude a contract with the insurer, or charge the patient (beleid contract_vereist: record).",
    leest=("0431",),
    per="inhoud",
)  # fmt: skip
def geen_contract_op_datum(p: Prestatierecord, o: Omgeving) -> bool:
    """The insurer asks for a contract, and the party that is paid has none on the datum prestatie."""
    return o.contracten is not None and p.debet_credit_02 != CREDIT and geldend_contract(o.contracten, p.datum) is None

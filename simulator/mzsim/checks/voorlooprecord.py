"""The voorlooprecord: rubrieken 0101-0180.

A check receives the record and a `VoorloopSurroundings`. Every code here rejects the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mzsim.checks.register import check
from mzsim.domain.facts import ContractFact, UzoviFact, Zorgaanbieders
from mzsim.domain.parties import NO_UZOVI, PARTY, party, to_servicebureau
from mzsim.standard.messages import HEEN, of_other_standard
from mzsim.standard.records import Voorlooprecord
from mzsim.standard.values import filled, filled_text, read_date

WLZ, ZVW = HEEN.wlz, HEEN.zvw
ZORGKANTOOR = "zorgkantoor"

# AGB kinds that are institutions: rechtspersoon, gezondheidscentrum, samenwerkingsverband (INV 2.3.2).
_KIND_INSTELLING = (b"17", b"37", b"53")
_KIND_SERVICEBUREAU = b"98"


class VoorloopSurroundings(NamedTuple):
    """What the checks of the voorlooprecord know beside it.

    `date` is the processing date as EEJJMMDD; `zorgaanbieders` are those of 0109-0112 that the register holds, None
    where there is no register. The last two say what the insurer's beleid asks: the contracts of the party that is paid
    and of the declarant, None where they need none, and the oldest day that 0117 may hold.
    """

    date: bytes
    uzovi: Mapping[str, UzoviFact]
    factuurnummer_used: bool
    zorgaanbieders: Zorgaanbieders | None
    contracten: Sequence[ContractFact] | None = None
    oldest_dagtekening: bytes = b""


def _uzovi(v: Voorlooprecord, o: VoorloopSurroundings) -> UzoviFact | None:
    return o.uzovi.get(v.uzovi.decode("iso8859-1"))


def _connected(v: Voorlooprecord, o: VoorloopSurroundings) -> UzoviFact | None:
    fact = _uzovi(v, o)
    return fact if fact and fact.edp else None


@check(
    "0102-1", 3, "voorloop", "0010", "VZ",
    source="COD954 0010",
    remedy="Fill 0102 with 176 (Zvw) or 250 (Wlz).",
)  # fmt: skip
def message_missing(v: Voorlooprecord, o: VoorloopSurroundings) -> bool:
    """Code externe-integratiebericht is not numeric, or 000."""
    return not v.bericht.isdigit() or v.bericht == b"000"


@check(
    "0102-2", 4, "voorloop", "8061", "VZ",
    source="BER 0102, INV 4.2; Vektis standaardbeschrijving, generic chapter 6.4.2",
    remedy="Send a declaration: 176 (Zvw) or 250 (Wlz) in 0102.",
    reads=("0102",),
)  # fmt: skip
def other_message(v: Voorlooprecord, o: VoorloopSurroundings) -> bool:
    """Code externe-integratiebericht is of another message than 176 (Zvw) or 250 (Wlz)."""
    return of_other_standard(v.bericht)


@check(
    "0107-2", 5, "voorloop", "8074", "VZ",
    source="BER 0107",
    remedy="Fill the version of the software (0107) where its code (0106) is filled, and only there.",
    reads=("0106",),
)  # fmt: skip
def software_version(v: Voorlooprecord, o: VoorloopSurroundings) -> bool:
    """Versieaanduiding informatiesysteem is empty while the code (0106) is filled, or filled while that is 000000."""
    return filled_text(v.softwareversie) != filled(v.softwareleverancier)


@check(
    "0108-1", 3, "voorloop", "0018", "VZ",
    source="BER 0108, INV 2.3.2 table 2-2",
    remedy="Fill 0108 with the UZOVI-nummer of the insurer or zorgkantoor, or with 0000 and 0109 with a servicebureau.",
)  # fmt: skip
def uzovi_missing(v: Voorlooprecord, o: VoorloopSurroundings) -> bool:
    """UZOVI-nummer is not numeric, or 0000 while the code servicebureau is empty too."""
    return not v.uzovi.isdigit() or (v.uzovi == NO_UZOVI and not filled(v.servicebureau))


@check(
    "0108-2", 6, "voorloop", "8198", "VZ",
    source="INV 3.2 example 2a",
    remedy="Address an insurer that is connected to the declaratieportaal (in the store: uzovi, edp: true).",
)  # fmt: skip
def uzovi_not_connected(v: Voorlooprecord, o: VoorloopSurroundings) -> bool:
    """UZOVI-nummer is not one of an insurer connected to the declaratieportaal."""
    return v.uzovi != NO_UZOVI and _connected(v, o) is None


@check(
    "0108-3", 6, "voorloop", "0018", "VZ",
    source="INV 4.2, 4.3",
    remedy="Send a Zvw message (176) to a zorgverzekeraar and a Wlz message (250) to a zorgkantoor.",
    reads=("0102",),
)  # fmt: skip
def uzovi_of_other_kind(v: Voorlooprecord, o: VoorloopSurroundings) -> bool:
    """UZOVI-nummer is of a zorgkantoor in a Zvw message, or not of a zorgkantoor in a Wlz message."""
    fact = _connected(v, o)
    return fact is not None and (fact.kind == ZORGKANTOOR) != (v.bericht == WLZ)


@check(
    "0109-1", 3, "voorloop", "0013", "VZ",
    source="BER 0109",
    remedy="Fill 0109 with the AGB-code of the servicebureau (it begins with 98), or with zeros.",
)  # fmt: skip
def servicebureau(v: Voorlooprecord, o: VoorloopSurroundings) -> bool:
    """Code servicebureau is not numeric, or filled and not of AGB kind 98."""
    code = v.servicebureau
    return not code.isdigit() or (filled(code) and code[:2] != _KIND_SERVICEBUREAU)


@check(
    "0110-2", 5, "voorloop", "0014", "VZ",
    source="BER 0110, INV 2.3.2",
    remedy="Fill 0110 with the zorgverlener where a praktijk (0111) declares or no instelling (0112) does.",
    reads=("0111", "0112"),
)  # fmt: skip
def zorgverlener_missing(v: Voorlooprecord, o: VoorloopSurroundings) -> bool:
    """Zorgverlenerscode is empty while the praktijkcode is filled, or while the instellingscode is empty too."""
    return not filled(v.zorgverlener) and (filled(v.praktijk) or not filled(v.instelling))


@check(
    "0110-3", 5, "voorloop", "0014", "VZ",
    source="INV 2.3.2 table 2-2, 1B, 2D",
    remedy="Name either a zorgverlener (0110) or an instelling (0112); kinds 17, 37 and 53 are instellingen.",
    reads=("0112",),
)  # fmt: skip
def zorgverlener_beside_instelling(v: Voorlooprecord, o: VoorloopSurroundings) -> bool:
    """Zorgverlenerscode is filled while the instellingscode is, or is of AGB kind 17, 37 or 53."""
    return filled(v.zorgverlener) and (filled(v.instelling) or v.zorgverlener[:2] in _KIND_INSTELLING)


@check(
    "0111-1", 3, "voorloop", "0016", "VZ",
    source="BER 0111, INV 2.3.2",
    remedy="Fill 0111 with the AGB-code of the praktijk (its third position is 0), or with zeros.",
)  # fmt: skip
def praktijk(v: Voorlooprecord, o: VoorloopSurroundings) -> bool:
    """Praktijkcode is not numeric, or filled and its third position is not 0."""
    return not v.praktijk.isdigit() or (filled(v.praktijk) and v.praktijk[2:3] != b"0")


@check(
    "0111-2", 5, "voorloop", "0016", "VZ",
    source="INV 2.3.2",
    remedy="Name either a praktijk (0111) or an instelling (0112); kinds 17, 37 and 53 are instellingen.",
    reads=("0112",),
)  # fmt: skip
def praktijk_beside_instelling(v: Voorlooprecord, o: VoorloopSurroundings) -> bool:
    """Praktijkcode is filled while the instellingscode is, or is of AGB kind 17, 37 or 53."""
    return filled(v.praktijk) and (filled(v.instelling) or v.praktijk[:2] in _KIND_INSTELLING)


@check(
    "0113-1", 4, "voorloop", "8029", "VZ",
    source="BER 0113 (COD833), INV 2.3.2",
    remedy="Fill 0113 with 01 (servicebureau), 02 (zorgverlener), 03 (praktijk) or 04 (instelling).",
)  # fmt: skip
def payment_at(v: Voorlooprecord, o: VoorloopSurroundings) -> bool:
    """Identificatiecode betaling aan is not 01, 02, 03 or 04."""
    return v.betaling_aan not in PARTY


@check(
    "0113-2", 5, "voorloop", "8029", "VZ",
    source="BER 0113, INV 2.3.2 table 2-2",
    remedy="Let 0113 name a party whose AGB-code is filled in 0109-0112; not the servicebureau that the message goes to.",
    reads=("0108", "0109"),
)  # fmt: skip
def payment_to_empty_party(v: Voorlooprecord, o: VoorloopSurroundings) -> bool:
    """Identificatiecode betaling aan points at one of 0109-0112 that is empty, or at the servicebureau that gets the message."""
    # Zeros: a code that is no number fails in its own rubriek, and only there.
    return not party(v).strip(b"0") or (to_servicebureau(v) and party(v) == v.servicebureau)


@check(
    "0114-1", 3, "voorloop", "0020", "VZ",
    source="BER 0114",
    remedy="Fill 0114 with an existing date, EEJJMMDD.",
)  # fmt: skip
def start_date(v: Voorlooprecord, o: VoorloopSurroundings) -> bool:
    """Begindatum declaratieperiode is not an existing date."""
    return read_date(v.begindatum) is None


@check(
    "0115-1", 3, "voorloop", "0021", "VZ",
    source="BER 0115",
    remedy="Fill 0115 with an existing date, EEJJMMDD.",
)  # fmt: skip
def end_date(v: Voorlooprecord, o: VoorloopSurroundings) -> bool:
    """Einddatum declaratieperiode is not an existing date."""
    return read_date(v.einddatum) is None


@check(
    "0115-2", 5, "voorloop", "0021", "VZ",
    source="COD954 0021, BER 0115",
    remedy="Let the declaratieperiode end (0115) on or after the day it begins (0114).",
    reads=("0114",),
)  # fmt: skip
def end_date_before_start_date(v: Voorlooprecord, o: VoorloopSurroundings) -> bool:
    """Einddatum declaratieperiode is before the begindatum."""
    return v.einddatum < v.begindatum


@check(
    "0116-2", 6, "voorloop", "0030", "VZ",
    source="INV 2.3.3, 3.2 example 2b",
    remedy="Give the declaration a factuurnummer that this party did not use in the past five years.",
    reads=("0109", "0110", "0111", "0112", "0113"),
)  # fmt: skip
def factuurnummer_used(v: Voorlooprecord, o: VoorloopSurroundings) -> bool:
    """Factuurnummer declarant was used before by the party that is paid, within five years."""
    return o.factuurnummer_used


@check(
    "0117-1", 3, "voorloop", "0025", "VZ",
    source="BER 0117",
    remedy="Fill 0117 with an existing date, EEJJMMDD.",
)  # fmt: skip
def dagtekening(v: Voorlooprecord, o: VoorloopSurroundings) -> bool:
    """Dagtekening factuur is not an existing date."""
    return read_date(v.dagtekening) is None


@check(
    "0117-2", 5, "voorloop", "0025", "VZ",
    source="BER 0115, 0117",
    remedy="Date the factuur (0117) on or after the end of the declaratieperiode (0115).",
    reads=("0115",),
)  # fmt: skip
def dagtekening_before_end_date(v: Voorlooprecord, o: VoorloopSurroundings) -> bool:
    """Dagtekening factuur is before the einddatum of the declaratieperiode."""
    return v.dagtekening < v.einddatum


@check(
    "0117-3", 6, "voorloop", "8848", "VZ",
    source="code list retourcodes iWmo/iJw; assumed for COD954",
    remedy="Date the factuur (0117) on or before the day on which it is sent.",
)  # fmt: skip
def dagtekening_in_future(v: Voorlooprecord, o: VoorloopSurroundings) -> bool:
    """Dagtekening factuur is after the processing date."""
    return v.dagtekening > o.date

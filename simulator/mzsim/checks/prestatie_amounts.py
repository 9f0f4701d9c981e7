"""The prestatierecord: its amounts (rubrieken 0424-0431), one by one and against each other.

One mistake in the amounts is one finding: where one or two of tarief, berekend bedrag and declaratiebedrag are zero,
that is the objection, and no sum or comparison is made with them.
"""

from __future__ import annotations

from mzsim.checks.prestatie_form import JA
from mzsim.checks.register import controle
from mzsim.checks.surroundings import Omgeving
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import CREDIT, DEBET, centen, gevuld

_DEBET_CREDIT = (DEBET, CREDIT)
_INFORMATIERECORD = b"03"
_OVERIGE_REISKOSTEN = b"WRK002"
_PER_UUR = 12
"""Units of five minutes in the hour of an hourly tariff (BER 0425)."""

BTW_PERCENTAGES = frozenset({b"0000", b"0600", b"0900", b"1900", b"2100"})
"""Rates of Dutch VAT (Wet op de omzetbelasting 1968, art. 9) since 2008, in hundredths of a percent.

None or exempt; 6 and, from 2019, 9; 19 and, from October 2012, 21.
"""


def _aantal_nullen(p: Prestatierecord) -> int:
    """How many of tarief, berekend bedrag and declaratiebedrag are zero."""
    return [gevuld(p.tarief), gevuld(p.berekend_bedrag), gevuld(p.declaratiebedrag)].count(False)


@controle(
    "0424-1", 3, "prestatie", "0611", "VZ",
    bron="BER 0424",
    herstel="Fill 0424 with the tariff in cents, eight digits.",
    per="inhoud",
)  # fmt: skip
def tarief(p: Prestatierecord, o: Omgeving) -> bool:
    """Tarief prestatie is not numeric."""
    return not p.tarief.isdigit()


@controle(
    "0424-2", 5, "prestatie", "0611", "VZ",
    bron="INV 2.3.12",
    herstel="Fill tarief (0424), berekend bedrag (0426) and declaratiebedrag (0430) all three, or none where 0 was agreed.",
    leest=("0409", "0426", "0430"),
    per="inhoud",
)  # fmt: skip
def bedragen_deels_nul(p: Prestatierecord, o: Omgeving) -> bool:
    """One or two of tarief, berekend bedrag and declaratiebedrag are zero (not judged in a record 03 of a Wlz message)."""
    return 0 < _aantal_nullen(p) < 3 and not (o.wlz and p.soort == _INFORMATIERECORD)


@controle(
    "0424-3", 5, "prestatie", "0611", "VZ",
    bron="INV 4.7.1",
    herstel="In a Wlz message, give records 01, 02 and 04 their amounts and leave those of a record 03 at zero.",
    leest=("0409", "0426", "0430"),
    per="inhoud",
)  # fmt: skip
def bedragen_wlz(p: Prestatierecord, o: Omgeving) -> bool:
    """In a Wlz message the amounts of a record 01, 02 or 04 are all zero, or those of a record 03 are not."""
    return o.wlz and (_aantal_nullen(p) == 3) != (p.soort == _INFORMATIERECORD)


@controle(
    "0425-1", 3, "prestatie", "0638", "VZ",
    bron="BER 0425",
    herstel="Fill 0425 with the number of prestaties, or of units of five minutes; at least 0001.",
    per="inhoud",
)  # fmt: skip
def aantal(p: Prestatierecord, o: Omgeving) -> bool:
    """Aantal uitgevoerde prestaties is not numeric, or zero."""
    return not p.aantal.isdigit() or not gevuld(p.aantal)


@controle(
    "0425-2", 5, "prestatie", "0638", "VZ",
    bron="INV 4.8",
    herstel="Declare overige reiskosten (WRK002) with 0001 in 0425 and their total as the tariff.",
    leest=("0413",),
    per="inhoud",
)  # fmt: skip
def aantal_overige_reiskosten(p: Prestatierecord, o: Omgeving) -> bool:
    """Aantal is not 0001 for overige reiskosten (WRK002) in a Wlz message."""
    return o.wlz and p.prestatiecode == _OVERIGE_REISKOSTEN and p.aantal != b"0001"


@controle(
    "0426-1", 3, "prestatie", "8032", "VZ",
    bron="BER 0426",
    herstel="Fill 0426 with the berekend bedrag in cents, eight digits.",
    per="inhoud",
)  # fmt: skip
def berekend_bedrag(p: Prestatierecord, o: Omgeving) -> bool:
    """Berekend bedrag is not numeric."""
    return not p.berekend_bedrag.isdigit()


@controle(
    "0426-2", 5, "prestatie", "8032", "VZ",
    bron="INV 4.6.3, BER 0425, 0430",
    herstel="Fill 0426 with tarief × aantal (an hourly tariff × units of five minutes, divided by 12) less 0428.",
    leest=("0424", "0425", "0428", "0430"),
    per="inhoud",
)  # fmt: skip
def berekend_bedrag_onjuist(p: Prestatierecord, o: Omgeving) -> bool:
    """Berekend bedrag is over a cent off tarief × aantal less 0428, whether or not tarief × aantal is divided by 12."""
    if 0 < _aantal_nullen(p) < 3:
        return False
    product = centen(p.tarief) * centen(p.aantal)
    zonder_vermindering = centen(p.berekend_bedrag) + centen(p.vermindering)
    return abs(product - zonder_vermindering) > 1 and abs(product - _PER_UUR * zonder_vermindering) > _PER_UUR


@controle(
    "0427-1", 4, "prestatie", "0631", "VZ",
    bron="BER 0427, 0431 (COD043)",
    herstel="Fill 0427 and 0431 with D (debet) or C (credit).",
    leest=("0431",),
    per="inhoud",
)  # fmt: skip
def debet_credit(p: Prestatierecord, o: Omgeving) -> bool:
    """Indicatie debet/credit 0427 or 0431 is not D or C."""
    return p.debet_credit_01 not in _DEBET_CREDIT or p.debet_credit_02 not in _DEBET_CREDIT


@controle(
    "0427-2", 5, "prestatie", "8064", "VZ",
    bron="COD954 8064",
    herstel="Give 0427 and 0431 the same indicatie debet/credit.",
    leest=("0431",),
    per="inhoud",
)  # fmt: skip
def debet_credit_verschilt(p: Prestatierecord, o: Omgeving) -> bool:
    """The indicaties debet/credit 0427 and 0431 differ."""
    return p.debet_credit_01 != p.debet_credit_02


@controle(
    "0428-1", 3, "prestatie", "8032", "VZ",
    bron="BER 0428",
    herstel="Fill 0428 with the reduction in cents, eight digits; zeros for none.",
    per="inhoud",
)  # fmt: skip
def vermindering(p: Prestatierecord, o: Omgeving) -> bool:
    """Bedrag vermindering bijzondere tandheelkunde is not numeric."""
    return not p.vermindering.isdigit()


@controle(
    "0428-2", 5, "prestatie", "8032", "VZ",
    bron="BER 0428, INV 4.9.1",
    herstel="Fill 0428 only for bijzondere tandheelkunde (0410 = J), and never in a Wlz message.",
    leest=("0410",),
    per="inhoud",
)  # fmt: skip
def vermindering_zonder_grond(p: Prestatierecord, o: Omgeving) -> bool:
    """Bedrag vermindering bijzondere tandheelkunde is filled while 0410 is not J, or in a Wlz message."""
    return gevuld(p.vermindering) and (o.wlz or p.bijzondere_tandheelkunde != JA)


@controle(
    "0429-1", 4, "prestatie", "8016", "VZ",
    bron="BER 0429; Wet op de omzetbelasting 1968, art. 9",
    herstel="Fill 0429 with a Dutch VAT rate in hundredths of a percent, 0000 where none is charged.",
    per="inhoud",
)  # fmt: skip
def btw_percentage(p: Prestatierecord, o: Omgeving) -> bool:
    """BTW-percentage declaratiebedrag is not a Dutch VAT rate: 0000, 0600, 0900, 1900 or 2100."""
    return p.btw_percentage not in BTW_PERCENTAGES


@controle(
    "0430-1", 3, "prestatie", "8033", "VZ",
    bron="BER 0430",
    herstel="Fill 0430 with the declaratiebedrag in cents, eight digits.",
    per="inhoud",
)  # fmt: skip
def declaratiebedrag(p: Prestatierecord, o: Omgeving) -> bool:
    """Declaratiebedrag is not numeric."""
    return not p.declaratiebedrag.isdigit()


@controle(
    "0430-2", 5, "prestatie", "8063", "VZ",
    bron="COD954 8063",
    herstel="Declare (0430) no more than the berekend bedrag (0426).",
    leest=("0426",),
    per="inhoud",
)  # fmt: skip
def declaratiebedrag_te_hoog(p: Prestatierecord, o: Omgeving) -> bool:
    """Declaratiebedrag is more than the berekend bedrag (not judged where that is zero)."""
    return gevuld(p.berekend_bedrag) and p.declaratiebedrag > p.berekend_bedrag


@controle(
    "0430-3", 5, "prestatie", "8033", "VZ",
    bron="INV 4.9.1",
    herstel="Declare (0430) the whole berekend bedrag (0426) in a Wlz message; there is no eigen bijdrage.",
    leest=("0426",),
    per="inhoud",
)  # fmt: skip
def declaratiebedrag_wlz(p: Prestatierecord, o: Omgeving) -> bool:
    """Declaratiebedrag is part of the berekend bedrag in a Wlz message, where there is no eigen bijdrage."""
    return o.wlz and gevuld(p.declaratiebedrag) and p.declaratiebedrag < p.berekend_bedrag

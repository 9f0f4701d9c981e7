"""The prestatierecord: its amounts (rubrieken 0424-0431), one by one and against each other.

That an amount is digits is a matter of form (`form_rules`). One mistake in the amounts is one finding: where one or two of
tarief, berekend bedrag and declaratiebedrag are zero, that is the objection, and no sum or comparison is made with them.
"""

from __future__ import annotations

from mzsim.checks.prestatie_form import YES
from mzsim.checks.register import check
from mzsim.checks.surroundings import Surroundings
from mzsim.domain.tariffs import fits_berekend_bedrag
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import CREDIT, DEBET, filled

_DEBET_CREDIT = (DEBET, CREDIT)
_INFORMATION_RECORD = b"03"
_OTHER_REISKOSTEN = b"WRK002"

BTW_PERCENTAGES = frozenset({b"0000", b"0600", b"0900", b"1900", b"2100"})
"""Rates of Dutch VAT (Wet op de omzetbelasting 1968, art. 9) since 2008, in hundredths of a percent.

None or exempt; 6 and, from 2019, 9; 19 and, from October 2012, 21.
"""


def _zero_count(p: Prestatierecord) -> int:
    """How many of tarief, berekend bedrag and declaratiebedrag are zero."""
    return [filled(p.tarief), filled(p.berekend_bedrag), filled(p.declaratiebedrag)].count(False)


@check(
    "0424-2", 5, "prestatie", "0611", "VZ",
    source="INV 2.3.12",
    remedy="Fill tarief (0424), berekend bedrag (0426) and declaratiebedrag (0430) all three, or none where 0 was agreed.",
    reads=("0409", "0426", "0430"),
    per="inhoud",
)  # fmt: skip
def amounts_partly_zero(p: Prestatierecord, o: Surroundings) -> bool:
    """One or two of tarief, berekend bedrag and declaratiebedrag are zero (not judged in a record 03 of a Wlz message)."""
    return 0 < _zero_count(p) < 3 and not (o.wlz and p.soort == _INFORMATION_RECORD)


@check(
    "0424-3", 5, "prestatie", "0611", "VZ",
    source="INV 4.7.1",
    remedy="In a Wlz message, give records 01, 02 and 04 their amounts and leave those of a record 03 at zero.",
    reads=("0409", "0426", "0430"),
    per="inhoud",
)  # fmt: skip
def amounts_wlz(p: Prestatierecord, o: Surroundings) -> bool:
    """In a Wlz message the amounts of a record 01, 02 or 04 are all zero, or those of a record 03 are not."""
    return o.wlz and (_zero_count(p) == 3) != (p.soort == _INFORMATION_RECORD)


@check(
    "0425-1", 3, "prestatie", "0638", "VZ",
    source="BER 0425",
    remedy="Fill 0425 with the number of prestaties, or of units of five minutes; at least 0001.",
    per="inhoud",
)  # fmt: skip
def count(p: Prestatierecord, o: Surroundings) -> bool:
    """Aantal uitgevoerde prestaties is not numeric, or zero."""
    return not p.aantal.isdigit() or not filled(p.aantal)


@check(
    "0425-2", 5, "prestatie", "0638", "VZ",
    source="INV 4.8",
    remedy="Declare overige reiskosten (WRK002) with 0001 in 0425 and their total as the tariff.",
    reads=("0413",),
    per="inhoud",
)  # fmt: skip
def count_other_reiskosten(p: Prestatierecord, o: Surroundings) -> bool:
    """Aantal is not 0001 for overige reiskosten (WRK002) in a Wlz message."""
    return o.wlz and p.prestatiecode == _OTHER_REISKOSTEN and p.aantal != b"0001"


@check(
    "0426-2", 5, "prestatie", "8032", "VZ",
    source="INV 4.6.3, 4.9.3, BER 0425, 0430",
    remedy="Fill 0426 with tarief × aantal (an hourly tariff × units of five minutes: the twelfth, rounded) less 0428.",
    reads=("0424", "0425", "0428", "0430"),
    per="inhoud",
)  # fmt: skip
def berekend_bedrag_wrong(p: Prestatierecord, o: Surroundings) -> bool:
    """Berekend bedrag is more than tarief × aantal less 0428 or over a cent less, and not tarief × aantal divided by 12,
    rounded up or down, less 0428."""
    return not 0 < _zero_count(p) < 3 and not fits_berekend_bedrag(p)


@check(
    "0427-1", 4, "prestatie", "0631", "VZ",
    source="BER 0427, 0431 (COD043)",
    remedy="Fill 0427 and 0431 with D (debet) or C (credit).",
    reads=("0431",),
    per="inhoud",
)  # fmt: skip
def debet_credit(p: Prestatierecord, o: Surroundings) -> bool:
    """Indicatie debet/credit 0427 or 0431 is not D or C."""
    return p.debet_credit_01 not in _DEBET_CREDIT or p.debet_credit_02 not in _DEBET_CREDIT


@check(
    "0427-2", 5, "prestatie", "8064", "VZ",
    source="COD954 8064",
    remedy="Give 0427 and 0431 the same indicatie debet/credit.",
    reads=("0431",),
    per="inhoud",
)  # fmt: skip
def debet_credit_differs(p: Prestatierecord, o: Surroundings) -> bool:
    """The indicaties debet/credit 0427 and 0431 differ."""
    return p.debet_credit_01 != p.debet_credit_02


@check(
    "0428-2", 5, "prestatie", "8032", "VZ",
    source="BER 0428, INV 4.9.1",
    remedy="Fill 0428 only for bijzondere tandheelkunde (0410 = J), and never in a Wlz message.",
    reads=("0410",),
    per="inhoud",
)  # fmt: skip
def reduction_without_ground(p: Prestatierecord, o: Surroundings) -> bool:
    """Bedrag vermindering bijzondere tandheelkunde is filled while 0410 is not J, or in a Wlz message."""
    return filled(p.vermindering) and (o.wlz or p.bijzondere_tandheelkunde != YES)


@check(
    "0429-1", 4, "prestatie", "8016", "VZ",
    source="BER 0429; Wet op de omzetbelasting 1968, art. 9",
    remedy="Fill 0429 with a Dutch VAT rate in hundredths of a percent, 0000 where none is charged.",
    per="inhoud",
)  # fmt: skip
def btw_percentage(p: Prestatierecord, o: Surroundings) -> bool:
    """BTW-percentage declaratiebedrag is not a Dutch VAT rate: 0000, 0600, 0900, 1900 or 2100."""
    return p.btw_percentage not in BTW_PERCENTAGES


@check(
    "0430-2", 5, "prestatie", "8063", "VZ",
    source="COD954 8063",
    remedy="Declare (0430) no more than the berekend bedrag (0426).",
    reads=("0426",),
    per="inhoud",
)  # fmt: skip
def declaratiebedrag_too_high(p: Prestatierecord, o: Surroundings) -> bool:
    """Declaratiebedrag is more than the berekend bedrag (not judged where that is zero)."""
    return filled(p.berekend_bedrag) and p.declaratiebedrag > p.berekend_bedrag


@check(
    "0430-3", 5, "prestatie", "8033", "VZ",
    source="INV 4.9.1",
    remedy="Declare (0430) the whole berekend bedrag (0426) in a Wlz message; there is no eigen bijdrage.",
    reads=("0426", "0431"),
    per="inhoud",
)  # fmt: skip
def declaratiebedrag_wlz(p: Prestatierecord, o: Surroundings) -> bool:
    """Declaratiebedrag of a debet record is part of the berekend bedrag in a Wlz message, where there is no eigen bijdrage."""
    # A credit bears what its debet was granted (Vektis standaardbeschrijving 5.4.8).
    part = filled(p.declaratiebedrag) and p.declaratiebedrag < p.berekend_bedrag
    return o.wlz and part and p.debet_credit_02 != CREDIT

"""Defects of one rubriek, or of a few of one record: tables of values that a check objects to."""

from __future__ import annotations

import datetime as dt

from mzsim.mutation.declaration import amount, text
from mzsim.mutation.field_faults import (
    FieldFault,
    as_mutation,
    day_after,
    empty_party,
    filled_in,
    is_wlz,
    is_zvw,
    list_asks,
    only_where,
    other_berekend,
    other_number,
    reduction,
    with_amounts,
    with_list,
    with_register,
)
from mzsim.mutation.mutators import add
from mzsim.mutation.store_lines import eejjmmdd
from mzsim.standard.messages import HEEN, RETOUR

_NO_DATE = "20261399"
_WITH_LIST = "a store with prestatiecodes"
_WITH_REGISTER = "a store with zorgaanbieders"
_IS_WLZ = "a Wlz message (250)"
_IS_ZVW = "a Zvw message (176)"
_UNKNOWN_BSN = "999999999"

VOORLOOP = (
    FieldFault("0102-1", "The code of the message (0102) is 000.", {"0102": "000"}),
    FieldFault("0102-2", "The code of the message (0102) is 177, that of a retourbericht.", {"0102": RETOUR.zvw.decode("ascii")}),
    FieldFault("0103-1", "The version of the standard (0103) is 02.", {"0103": "02"}),
    FieldFault("0104-1", "The subversion of the standard (0104) is 02.", {"0104": "02"}),
    FieldFault("0105-1", "The kind of message (0105) is X.", {"0105": "X"}),
    FieldFault("0106-1", "The code of the software (0106) holds a letter.", {"0106": "00050A"}),
    FieldFault("0107-1", "The version of the software (0107) begins with a space.", {"0106": "000505", "0107": " 1.0"}),
    FieldFault("0107-2", "The version of the software (0107) is empty beside its code (0106).", {"0106": "000505", "0107": ""}),
    FieldFault("0108-1", "The UZOVI-nummer (0108) is no number.", {"0108": "X"}),
    FieldFault("0108-2", "The UZOVI-nummer (0108) is nobody's.", lambda d, _: {"0108": d.shop.free_uzovi()}),
    FieldFault(
        "0108-3",
        "A Zvw message goes to a zorgkantoor, or a Wlz message to none.",
        lambda d, _: {"0102": (HEEN.zvw if d.wlz else HEEN.wlz).decode("ascii")},
    ),
    FieldFault("0109-1", "The servicebureau (0109) is not of AGB kind 98.", {"0109": "12012345"}),
    FieldFault("0109-2", "The servicebureau (0109) is unknown.", only_where(with_register, {"0109": "98099998"}), _WITH_REGISTER),
    FieldFault("0109-3", "The servicebureau (0109) has no number behind its AGB kind.", {"0109": "98000000"}),
    FieldFault("0110-1", "The zorgverlener (0110) is no number.", {"0110": "1200456X"}),
    FieldFault(
        "0110-2",
        "The zorgverlener (0110) is empty beside a praktijk.",
        only_where(filled_in("0111"), {"0110": ""}),
        "a praktijk (0111)",
    ),
    FieldFault(
        "0110-4",
        "The zorgverlener (0110) is unknown.",
        only_where(lambda d, heen: with_register(d, heen) and filled_in("0110")(d, heen), {"0110": "12099998"}),
        f"a zorgverlener (0110) and {_WITH_REGISTER}",
    ),
    FieldFault("0110-6", "The zorgverlener (0110) is of AGB kind 00.", {"0110": "00004567"}),
    FieldFault("0111-1", "The third position of the praktijk (0111) is not 0.", {"0111": "12112345"}),
    FieldFault(
        "0111-3",
        "The praktijk (0111) is unknown.",
        only_where(lambda d, heen: with_register(d, heen) and filled_in("0111")(d, heen), {"0111": "12099998"}),
        f"a praktijk (0111) and {_WITH_REGISTER}",
    ),
    FieldFault("0111-4", "The praktijk (0111) has no number behind its AGB kind.", {"0111": "12000000"}),
    FieldFault("0112-1", "The instelling (0112) is no number.", {"0112": "5301234X"}),
    FieldFault(
        "0112-2",
        "The instelling (0112) is unknown.",
        only_where(lambda d, heen: with_register(d, heen) and filled_in("0112")(d, heen), {"0112": "53099998"}),
        f"an instelling (0112) and {_WITH_REGISTER}",
    ),
    FieldFault("0112-3", "The instelling (0112) has no number behind its AGB kind.", {"0112": "53000000"}),
    FieldFault("0113-1", "The party that is paid (0113) is 05.", {"0113": "05"}),
    FieldFault("0113-2", "The party that is paid (0113) is one that is empty.", empty_party),
    FieldFault("0114-1", "The begin of the period (0114) is no date.", {"0114": _NO_DATE}),
    FieldFault("0115-1", "The end of the period (0115) is no date.", {"0115": _NO_DATE}),
    FieldFault(
        "0115-2", "The period ends (0115) before it begins (0114).", lambda _, h: {"0115": day_after(h, "0114", -1)}
    ),
    FieldFault("0116-1", "The factuurnummer (0116) begins with a space.", lambda _, h: {"0116": f" {text(h, '0116')[:11]}"}),
    FieldFault("0117-1", "The dagtekening (0117) is no date.", {"0117": _NO_DATE}),
    FieldFault(
        "0117-2", "The dagtekening (0117) is before the end of the period.", lambda _, h: {"0117": day_after(h, "0115", -1)}
    ),
    FieldFault(
        "0117-3",
        "The dagtekening (0117) is after the day on which the file is sent.",
        lambda d, _: {"0117": eejjmmdd(d.date + dt.timedelta(days=1))},
    ),
    FieldFault("0118-1", "The BTW-identificatienummer (0118) is a digit short.", {"0118": "NL12345678B01"}),
    FieldFault("0119-1", "The currency (0119) is USD.", {"0119": "USD"}),
)  # fmt: skip

VERZEKERDE = (
    FieldFault("0203-1", "The BSN (0203) fails the elfproef.", {"0203": "123456789"}),
    FieldFault("0203-3", "Nobody is insured with the BSN (0203).", lambda d, _: {"0203": next(d.shop.free_bsns())}),
    FieldFault("0204-1", "The UZOVI-nummer of the verzekerde (0204) is 0000.", {"0204": "0000"}),
    FieldFault("0204-2", "The UZOVI-nummer of the verzekerde (0204) is nobody's.", lambda d, _: {"0204": d.shop.free_uzovi()}),
    FieldFault(
        "0205-1",
        "Without a BSN there is no verzekerdennummer (0205).",
        only_where(is_zvw, {"0203": _UNKNOWN_BSN, "0205": ""}),
        _IS_ZVW,
    ),
    FieldFault("0205-2", "A Wlz message holds a verzekerdennummer (0205).", only_where(is_wlz, {"0205": "V0000001"}), _IS_WLZ),
    FieldFault(
        "0205-3",
        "Without a BSN, nobody is insured with the verzekerdennummer (0205).",
        only_where(is_zvw, {"0203": _UNKNOWN_BSN, "0205": "MUTATIE-1"}),
        _IS_ZVW,
    ),
    FieldFault(
        "0205-4",
        "Without a BSN, the verzekerdennummer (0205) begins with a space.",
        only_where(is_zvw, {"0203": _UNKNOWN_BSN, "0205": " V0000001"}),
        _IS_ZVW,
    ),
    FieldFault("0206-1", "The number of the patient (0206) begins with a space.", {"0206": " P000001"}),
    FieldFault("0207-1", "The date of birth (0207) is no date.", {"0207": "19991399"}),
    FieldFault(
        "0207-2",
        "Without a BSN, the date of birth (0207) is no date.",
        only_where(is_zvw, {"0203": _UNKNOWN_BSN, "0205": "MUTATIE-1", "0207": "19991399"}),
        _IS_ZVW,
    ),
    FieldFault("0207-3", "The date of birth (0207) is a day off.", lambda _, heen: {"0207": day_after(heen, "0207", -1)}),
    FieldFault("0208-1", "The code geslacht (0208) is 9.", {"0208": "9"}),
    FieldFault("0209-1", "The naamcode (0209) is 2.", {"0209": "2"}),
    FieldFault("0210-1", "The name (0210) is empty.", {"0210": ""}),
    FieldFault("0210-2", "The name (0210) begins with a space.", {"0210": " Jansen"}),
    FieldFault("0211-1", "The prefix of the name (0211) begins with a space.", {"0211": " de"}),
    FieldFault("0212-1", "The naamcode (0212) is 1.", {"0212": "1"}),
    FieldFault("0213-1", "The name of the partner (0213) begins with a space.", {"0212": "2", "0213": " Bakker"}),
    FieldFault("0214-1", "The prefix of the partner's name (0214) is zeros.", {"0212": "2", "0213": "Bakker", "0214": "0" * 10}),
    FieldFault("0213-2", "The name of the partner (0213) is empty while the naamcode (0212) is 2.", {"0212": "2", "0213": ""}),
    FieldFault("0214-2", "There is a prefix (0214) without a partner's name.", {"0212": "0", "0213": "", "0214": "de"}),
    FieldFault("0215-1", "The initials (0215) are empty.", {"0215": ""}),
    FieldFault("0215-2", "The initials (0215) begin with a space.", {"0215": " M"}),
    FieldFault("0216-1", "The naamcode (0216) is 5.", {"0216": "5"}),
    FieldFault("0217-1", "The first digit of the postcode (0217) is 0.", {"0217": "0708JE"}),
    FieldFault("0218-1", "The foreign postcode (0218) begins with a space.", {"0217": "", "0218": " B-1000", "0221": "BE"}),
    FieldFault("0218-2", "There are two postcodes (0217, 0218).", {"0217": "3708JE", "0218": "B-1000", "0221": ""}),
    FieldFault("0219-1", "The house number (0219) holds a letter.", {"0219": "18A"}),
    FieldFault("0220-1", "What is added to the house number (0220) begins with a space.", {"0220": " A"}),
    FieldFault("0221-1", "The country (0221) is empty beside a foreign postcode.", {"0217": "", "0218": "B-1000", "0221": ""}),
    FieldFault("0221-2", "The country (0221) is nobody's.", {"0221": "XX"}),
    FieldFault("0221-3", "The country (0221) is Belgium beside a Dutch postcode.", {"0217": "3708JE", "0218": "", "0221": "BE"}),
    FieldFault("0222-1", "A debiteurnummer (0222) goes to an insurer.", {"0222": "D1"}),
    FieldFault("0223-1", "The indicatie overleden (0223) is 0.", {"0223": "0"}),
)  # fmt: skip

PRESTATIE = (
    FieldFault(
        "0403-1",
        "The BSN (0403) is another than in the verzekerdenrecord.",
        lambda d, _: {"0403": next(d.shop.free_bsns())},
    ),
    FieldFault(
        "0404-1",
        "The UZOVI-nummer (0404) is another than in the verzekerdenrecord.",
        lambda d, _: {"0404": d.shop.free_uzovi()},
    ),
    FieldFault("0405-1", "The verzekerdennummer (0405) is another than in the verzekerdenrecord.", {"0405": "MUTATIE-1"}),
    FieldFault("0407-1", "Doorsturen toegestaan (0407) is 0.", {"0407": "0"}),
    FieldFault("0407-2", "Doorsturen toegestaan (0407) is 2.", {"0407": "2"}),
    FieldFault("0408-1", "The datum prestatie (0408) is no date.", {"0408": _NO_DATE}),
    # A prestatiecodelijst of these years doesn't hold on that day.
    FieldFault(
        "0408-2",
        "The datum prestatie (0408) is before the standard began.",
        lambda d, _: {"0408": "20170630" if d.wlz else "20080131"},
        together=("0413-3",),
    ),
    FieldFault(
        "0408-3", "The datum prestatie (0408) is after the dagtekening.", lambda d, _: {"0408": day_after(d.header, "0117", 1)}
    ),
    FieldFault("0409-1", "The soort prestatierecord (0409) is 05.", {"0409": "05"}),
    FieldFault("0410-1", "The indicatie bijzondere tandheelkunde (0410) is X.", {"0410": "X"}),
    FieldFault(
        "0411-1",
        "The soort bijzondere tandheelkunde (0411) contradicts 0410.",
        lambda _, heen: {"0411": "000" if text(heen, "0410") == "J" else "010"},
    ),
    FieldFault(
        "0411-2",
        "The soort bijzondere tandheelkunde (0411) is not that of the Wlz.",
        only_where(is_wlz, {"0410": "J", "0411": "010"}),
        _IS_WLZ,
    ),
    FieldFault(
        "0411-3",
        "The soort bijzondere tandheelkunde (0411) is that of the Wlz.",
        only_where(is_zvw, {"0410": "J", "0411": "020", "0417": "026", "0418": "0001"}),
        _IS_ZVW,
    ),
    FieldFault("0412-1", "The prestatiecodelijst (0412) is 011.", {"0412": "011"}),
    FieldFault("0413-1", "The prestatiecode (0413) is empty.", {"0413": ""}),
    FieldFault("0413-2", "The prestatiecode (0413) is V00.", {"0413": "V00"}),
    FieldFault("0413-3", "The prestatiecode (0413) is not in the list.", only_where(with_list, {"0413": "Q99"}), _WITH_LIST),
    FieldFault("0414-1", "The jaw (0414) is 3.", {"0414": "3"}),
    FieldFault(
        "0414-2",
        "The jaw (0414) is missing.",
        only_where(list_asks("kaak"), {"0414": "0"}),
        "a prestatiecode that asks for the jaw",
    ),
    FieldFault("0415-1", "The tooth (0415) is 19.", {"0415": "19"}),
    FieldFault(
        "0415-2",
        "The tooth (0415) is missing.",
        only_where(list_asks("element"), {"0415": "00"}),
        "a prestatiecode that asks for the tooth",
    ),
    FieldFault("0416-1", "The surfaces (0416) hold one twice.", {"0416": "MM"}),
    FieldFault(
        "0416-2",
        "The surfaces (0416) are missing.",
        only_where(list_asks("vlak"), {"0416": ""}),
        "a prestatiecode that asks for the surfaces",
    ),
    FieldFault(
        "0417-1",
        "Bijzondere tandheelkunde has neither authorisation (0406) nor diagnosis (0417, 0418).",
        only_where(is_zvw, {"0406": "", "0410": "J", "0411": "010", "0417": "", "0418": ""}),
        _IS_ZVW,
    ),
    FieldFault("0417-2", "The diagnosecodelijst (0417) is spaces.", {"0417": "   "}),
    FieldFault("0418-1", "The diagnosecode (0418) is spaces.", {"0418": "    "}),
    FieldFault("0417-3", "The diagnosecodelijst (0417) is 027.", {"0417": "027", "0418": "0001"}),
    FieldFault("0418-2", "The diagnosecode (0418) is filled without its list (0417).", {"0417": "", "0418": "0001"}),
    FieldFault("0419-1", "The indicatie ongeval (0419) is X.", {"0419": "X"}),
    FieldFault("0420-1", "The behandelaar (0420) is no number.", {"0420": "1200456X"}),
    FieldFault("0420-2", "The behandelaar (0420, 0421) is empty.", {"0420": "", "0421": ""}),
    FieldFault(
        "0420-3",
        "The behandelaar (0420) is unknown.",
        lambda d, heen: {"0420": f"{text(heen, '0420')[:2]}099998"} if with_register(d, heen) else None,
        _WITH_REGISTER,
    ),
    FieldFault("0420-6", "The behandelaar (0420) is of AGB kind 00.", {"0420": "00004567"}),
    FieldFault("0422-1", "The verwijzer (0422) is no number.", {"0422": "1200456X"}),
    FieldFault("0422-2", "The verwijzer (0422) has no number behind his AGB kind.", {"0422": "12000000"}),
    FieldFault("0424-1", "The tariff (0424) is no number.", {"0424": "X"}),
    FieldFault(
        "0424-2",
        "The tariff (0424) is zero beside an amount.",
        only_where(with_amounts, {"0424": 0}),
        "a record with amounts",
    ),
    FieldFault(
        "0424-3",
        "The amounts (0424, 0426, 0430) of a record of a Wlz message are zero.",
        lambda d, heen: {"0424": 0, "0426": 0, "0430": 0} if d.wlz and with_amounts(d, heen) else None,
        _IS_WLZ,
    ),
    FieldFault("0425-1", "The number (0425) is zero.", {"0425": 0}),
    FieldFault("0426-1", "The berekend bedrag (0426) is no number.", {"0426": "X"}),
    FieldFault(
        "0426-2",
        "The berekend bedrag (0426) is a cent more than tarief × aantal.",
        lambda d, heen: other_berekend(d, heen) if with_amounts(d, heen) else None,
        "a record with amounts",
    ),
    FieldFault("0427-1", "The indicatie debet/credit (0427) is X.", {"0427": "X"}),
    FieldFault(
        "0427-2",
        "The two indicaties debet/credit (0427, 0431) differ.",
        lambda _, heen: {"0427": "C" if text(heen, "0431") == "D" else "D"},
    ),
    FieldFault("0428-1", "The reduction (0428) is no number.", {"0428": "X"}),
    FieldFault("0428-2", "There is a reduction (0428) without bijzondere tandheelkunde.", reduction, "a record of over a euro"),
    FieldFault("0429-1", "The VAT rate (0429) is 5 percent.", {"0429": "0500"}),
    FieldFault("0430-1", "The declaratiebedrag (0430) is no number.", {"0430": "X"}),
    FieldFault(
        "0430-2",
        "The declaratiebedrag (0430) is a cent more than the berekend bedrag.",
        lambda d, heen: {"0430": amount(heen, "0426") + 1} if with_amounts(d, heen) else None,
        "a record with amounts",
    ),
    FieldFault(
        "0430-3",
        "A Wlz message declares (0430) a cent less than the berekend bedrag.",
        lambda d, heen: {"0430": amount(heen, "0426") - 1} if d.wlz and amount(heen, "0430") > 1 else None,
        _IS_WLZ,
    ),
    FieldFault("0432-1", "The referentienummer (0432) is empty.", {"0432": ""}),
    FieldFault(
        "0432-2",
        "The referentienummer (0432) is that of another record.",
        other_number,
        "a second prestatierecord",
    ),
    FieldFault(
        "0432-4",
        "The referentienummer (0432) begins with a space.",
        lambda _, heen: {"0432": f" {text(heen, '0432')[:19]}"},
    ),
    FieldFault("0433-6", "The referentienummer of an earlier record (0433) begins with a space.", {"0433": " MUTATIE-1"}),
    FieldFault(
        "0433-7",
        "The referentienummer of an earlier record (0433) is its own.",
        lambda _, heen: {"0433": text(heen, "0432")},
    ),
)  # fmt: skip

for _kenmerk, _errors in ((b"01", VOORLOOP), (b"02", VERZEKERDE), (b"04", PRESTATIE)):
    for _error in _errors:
        add(as_mutation(_error, _kenmerk))

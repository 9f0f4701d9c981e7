"""The cases of the suite `outcomes`: every way in which a declaration can end, and retours that are rare but valid."""

from __future__ import annotations

import datetime as dt

from mzsim.domain.findings import Stage
from tests.factories import Message, make, simple
from tests.make_inv3 import inv_example
from tests.suite_setup import Declaration, Setup, basis, beleid, credit_of, factuur, one, record_set

_UNKNOWN_DAY = "20110332"
_NOBODY = "19320322"
_VRIES = {"r0203": "100197243", "r0207": "19220322", "r0210": "Vries", "r0211": "de", "r0215": "K"}


_THREE_QUARTERS = basis({"prestaties": ["*"], "percentage": 75})


def _commentaar_everywhere() -> Message:
    """Two verzekerden, each with a prestatie, commentaar with all of them."""
    message = Message()
    for number, person in ((1, {}), (3, _VRIES)):
        message.add("02", **person).add("98", r9802=str(number), r9804="over de verzekerde")
        message.add("04").add("98", r9802=str(number + 1), r9804="over de prestatie")
    return message


def _combined_with(message: Message, identificatie: int, **fields: str) -> Message:
    """With other rubrieken in the record of this identificatie."""
    numbered = [values for kenmerk, values in message.details if kenmerk != "98"]
    numbered[identificatie - 1].update({name[1:]: value for name, value in fields.items()})
    return message


def _debiteur() -> Message:
    return Message().add("02", r0222="D1").add("03").add("04")


def _three_verzekerden() -> Message:
    """Of the first a record is wrong, the second is not who he says, the third is in order."""
    message = Message()
    message.add("02").add("04", r0430="2000").add("04", r0424="2000")
    message.add("02", **_VRIES | {"r0207": _NOBODY}).add("04")
    return message.add("02", r0203="999990019", r0207="19900101", r0210="Bakker").add("04", r0424="3000")


_BAKKER = {
    "polissen": [
        {"bsn": "999990019", "verzekerdennummer": "V0003", "geboortedatum": dt.date(1990, 1, 1), "naam": "Bakker",
         "uzovi": "0736", "ingang": dt.date(2006, 1, 1), "einde": None, "overleden": None, "pakketten": ["ALLES"]},
    ],
}  # fmt: skip


def _approved() -> list[Setup]:
    return [
        one("approved", "Everything is granted: 01 and 99 come back, with 8001", inv_example(), "approved"),
        one("approved-vecozo", "VECOZO forwards and sends no retour", inv_example(), "approved", stage=Stage.VECOZO),
        one("approved-comments", "Approved records take their comments along: neither comes back",
             _commentaar_everywhere(), "approved", "comments"),
        one("approved-nothing-declared", "A prestatie of nothing is granted in full", simple(r0424="0"), "approved"),
        one("test-message", "A test message gets the retour of a real one, marked T",
             inv_example(_0_0105="T"), "approved", "test"),
        record_set("test-message-leaves-nothing", "After a test message its factuurnummer is still free",
               [inv_example(_0_0105="T"), inv_example()], "approved", "test"),
    ]  # fmt: skip


def _partly() -> list[Setup]:
    half = basis({"prestaties": ["C11"], "percentage": 75}, {"prestaties": ["*"], "percentage": 100})
    nothing = basis({"prestaties": ["R24"], "percentage": 0}, {"prestaties": ["*"], "percentage": 100})
    return [
        one("partial-cover", "The cover pays three quarters of each prestatie: 0613", inv_example(),
             "partial", own_store=_THREE_QUARTERS),
        one("partial-cover-of-one", "The cover pays one prestatie in part; the others don't come back", inv_example(),
             "partial", own_store=half),
        one("partial-cover-rounded", "Half a cent is rounded up", simple(r0424="1002"),
             "partial", own_store=_THREE_QUARTERS),
        one("partial-zero-grant", "A prestatie that the cover pays nothing of: granted 0.00, not rejected", inv_example(),
             "partial", "rare", own_store=nothing),
        one("partial-record", "A prestatierecord is rejected by the insurer, the others are granted",
             inv_example(_4_0408=_UNKNOWN_DAY), "partial", "record", stage=Stage.INSURER),
        one("partial-verzekerde", "A verzekerde is rejected, with all his prestaties (8002); the other is granted",
             inv_example(_3_0207=_NOBODY), "partial", "record"),
        one("partial-verzekerden", "Of three verzekerden one is granted, one in part, one is rejected",
             _three_verzekerden(), "partial", "verzekerden", stage=Stage.INSURER, own_store=_BAKKER),
        one("twice-in-a-file", "The same prestatie twice in one declaration", factuur("F1", {"r0432": "A"}, {"r0432": "B"}),
             "record", "vecozo"),
    ]  # fmt: skip


def _file() -> list[Setup]:
    three = Message(voorloop=make("01", r0104="09", r0105="X", r0113="09", r0119="USD")).add("02").add("04")
    structure = inv_example()
    broken = bytes(structure)[:-2]
    total = inv_example()
    total.sluit = {"9907": "66001"}
    return [
        one("file-vecozo", "VECOZO rejects the file: the total is not the sum", total, "file", "vecozo"),
        one("file-insurer", "The insurer rejects the file: the total is not the sum", total, "file", "insurer",
             stage=Stage.INSURER),
        one("file-not-connected", "The insurer is not connected to the portal: 8198", inv_example(_0_0108="9900"),
             "file", "vecozo"),
        one("file-more-causes", "Four causes in the voorlooprecord: two fit beside 0001", three, "file", "vecozo", "rare"),
        one("file-debiteur", "A debiteurrecord is for a servicebureau: not in a message to an insurer", _debiteur(),
             "file", "vecozo"),
        Setup("file-structure", "The last record has no line end: the structure is wrong, nothing else is judged",
              (Declaration("declaratie", broken),), ("file", "vecozo")),
        Setup("file-unreadable", "Not a declaration at all: no retour is possible",
              (Declaration("declaratie", b"This is no declaration.\r\n"),), ("file", "rare")),
        record_set("invoice-number-twice", "A factuurnummer that was used before: the second time 0030",
               [factuur("F1", {"r0432": "A"}), factuur("f1", {"r0432": "B"})], "file", "vecozo", "sequence"),
        record_set("invoice-number-twice-insurer", "A factuurnummer that stands in the insurer's own list: 0030",
               [factuur("F1", {"r0432": "A"}), factuur("F1", {"r0432": "B"})], "file", "insurer", "sequence",
               stage=Stage.INSURER),
        record_set("invoice-number-after-vecozo", "A factuurnummer that VECOZO rejected may be used again",
               [factuur("F1", {"r0408": _UNKNOWN_DAY}), factuur("F1", {})], "sequence"),
        record_set("invoice-number-after-insurer", "A factuurnummer that the insurer rejected may not be used again",
               [_combined_with(factuur("F1", {}), 1, r0207=_NOBODY), factuur("F1", {})], "sequence"),
        record_set("invoice-number-after-insurer-freed",
               "A factuurnummer that the insurer rejected is free where his beleid says so",
               [_combined_with(factuur("F1", {}), 1, r0207=_NOBODY), factuur("F1", {"r0432": "B"})], "sequence",
               own_store=beleid(factuurnummer_hergebruik_na_afwijzing=True)),
        record_set("reference-twice", "A referentienummer that was used before",
               [factuur("F1", {"r0432": "A"}), factuur("F2", {"r0432": "A", "r0424": "2000"})], "sequence", "record"),
    ]  # fmt: skip


def _records() -> list[Setup]:
    three = {"r0405": "X", "r0408": _UNKNOWN_DAY, "r0427": "X", "r0432": " "}
    return [
        one("record-vecozo", "VECOZO rejects a record: every record comes back, 0200 on the others",
             inv_example(_4_0408=_UNKNOWN_DAY), "record", "vecozo"),
        one("record-three-codes", "More than three errors in one record: three codes fit", factuur("F1", three),
             "record", "vecozo", "rare"),
        one("record-three-codes-insurer", "More than three errors in one record, by the insurer: three codes fit",
             factuur("F1", three), "record", "insurer", "rare", stage=Stage.INSURER),
        one("record-all", "The insurer rejects all records: nothing is granted, 0196 is 0200",
             simple(r0207=_NOBODY), "record", "insurer", "rare"),
        one("record-all-8073", "The insurer rejects all records, and says so in 0196: 8073", simple(r0207=_NOBODY),
             "record", "insurer", "rare", own_store=beleid(volledig_afgewezen="8073")),
        one("all-or-nothing", "One rejected record rejects the file: 8097, and 8096 on what was good",
             _combined_with(_commentaar_everywhere(), 1, r0207=_NOBODY), "record", "insurer", "rare",
             own_store=beleid(alles_of_niets=True)),
        one("all-or-nothing-approved", "An insurer of all or nothing, and nothing is wrong: granted", inv_example(), "approved",
             own_store=beleid(alles_of_niets=True)),
        one("comments-verzekerde", "Comments come back with a rejected verzekerde, at both levels",
             _combined_with(_commentaar_everywhere(), 3, r0207=_NOBODY), "record", "comments"),
        one("comments-prestatie", "Comments come back with a rejected prestatie, and with its verzekerde",
             _combined_with(_commentaar_everywhere(), 4, r0408=_UNKNOWN_DAY), "record", "comments", stage=Stage.INSURER),
        one("comments-vecozo", "VECOZO sends every comment back",
             _combined_with(_commentaar_everywhere(), 4, r0408=_UNKNOWN_DAY), "record", "comments", "vecozo"),
        one("own-code", "An insurer that answers a check with a code of its own choice",
             inv_example(_4_0408=_UNKNOWN_DAY), "record", "rare", own_store=beleid(retourcodes={"0408-1": "8072"})),
        one("check-off", "An insurer that doesn't perform a check", inv_example(_4_0404="0739"), "rare",
             own_store=beleid(uit=["0404-1"])),
    ]  # fmt: skip


def _credits() -> list[Setup]:
    debet = factuur("F1", {"r0432": "A"})
    credit = factuur("F2", credit_of("B", "A"))
    return [
        record_set("credit", "A credit takes back what was granted", [debet, credit], "credit"),
        record_set("credit-partial", "A credit of what was granted in part asks for that part: granted",
               [debet, factuur("F2", credit_of("B", "A", r0430="750"))], "credit", "partial", own_store=_THREE_QUARTERS),
        record_set("credit-declared-amount",
               "A credit of what was granted in part asks for all that was declared: 0613, and the part is taken back",
               [debet, credit], "credit", "partial", own_store=_THREE_QUARTERS),
        record_set("credit-other-amount", "A credit asks for part of what was granted: rejected, 8017",
               [debet, factuur("F2", credit_of("B", "A", r0430="500"))], "credit", "record", own_store=_THREE_QUARTERS),
        record_set("credit-twice", "A second credit of the same prestatie is rejected",
               [debet, credit, factuur("F3", credit_of("C", "A"))], "credit", "record"),
        one("credit-unknown", "A credit of what was never declared is rejected", credit, "credit", "record"),
        record_set("credit-and-debet", "A credit and its better debet in one declaration",
               [debet, factuur("F2", credit_of("B", "A"), {"r0432": "C", "r0424": "900"})], "credit"),
        record_set("credit-declared-again", "What is credited may be declared again",
               [debet, credit, factuur("F3", {"r0432": "C"})], "credit"),
        record_set("credit-of-rejected", "A credit of a record that was rejected",
               [_combined_with(factuur("F1", {"r0432": "A"}), 1, r0207=_NOBODY), credit], "credit"),
    ]  # fmt: skip


def cases() -> list[Setup]:
    """All cases of the suite."""
    return [*_approved(), *_partly(), *_file(), *_records(), *_credits()]

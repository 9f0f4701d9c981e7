"""The cases of the suite `outcomes`: every way in which a declaration can end, and retours that are rare but valid."""

from __future__ import annotations

import datetime as dt

from mzsim.domain.findings import Stage
from tests.factories import Bericht, eenvoudig, maak
from tests.make_inv3 import voorbeeld
from tests.suite_setup import Declaratie, Opzet, basis, beleid, credit_van, een, factuur, reeks

_ONBEKENDE_DAG = "20110332"
_NIEMAND = "19320322"
_VRIES = {"r0203": "100197243", "r0207": "19220322", "r0210": "Vries", "r0211": "de", "r0215": "K"}


_DRIEKWART = basis({"prestaties": ["*"], "percentage": 75})


def _commentaar_overal() -> Bericht:
    """Two verzekerden, each with a prestatie, commentaar with all of them."""
    bericht = Bericht()
    for nummer, persoon in ((1, {}), (3, _VRIES)):
        bericht.voeg_toe("02", **persoon).voeg_toe("98", r9802=str(nummer), r9804="over de verzekerde")
        bericht.voeg_toe("04").voeg_toe("98", r9802=str(nummer + 1), r9804="over de prestatie")
    return bericht


def _met(bericht: Bericht, identificatie: int, **velden: str) -> Bericht:
    """With other rubrieken in the record of this identificatie."""
    genummerd = [waarden for kenmerk, waarden in bericht.details if kenmerk != "98"]
    genummerd[identificatie - 1].update({naam[1:]: waarde for naam, waarde in velden.items()})
    return bericht


def _debiteur() -> Bericht:
    return Bericht().voeg_toe("02", r0222="D1").voeg_toe("03").voeg_toe("04")


def _drie_verzekerden() -> Bericht:
    """Of the first a record is wrong, the second is not who he says, the third is in order."""
    bericht = Bericht()
    bericht.voeg_toe("02").voeg_toe("04", r0430="2000").voeg_toe("04", r0424="2000")
    bericht.voeg_toe("02", **_VRIES | {"r0207": _NIEMAND}).voeg_toe("04")
    return bericht.voeg_toe("02", r0203="999990019", r0207="19900101", r0210="Bakker").voeg_toe("04", r0424="3000")


_BAKKER = {
    "polissen": [
        {"bsn": "999990019", "verzekerdennummer": "V0003", "geboortedatum": dt.date(1990, 1, 1), "naam": "Bakker",
         "uzovi": "0736", "ingang": dt.date(2006, 1, 1), "einde": None, "overleden": None, "pakketten": ["ALLES"]},
    ],
}  # fmt: skip


def _goedgekeurd() -> list[Opzet]:
    return [
        een("approved", "Everything is granted: 01 and 99 come back, with 8001", voorbeeld(), "approved"),
        een("approved-vecozo", "VECOZO forwards and sends no retour", voorbeeld(), "approved", stage=Stage.VECOZO),
        een("approved-comments", "Approved records take their comments along: neither comes back",
             _commentaar_overal(), "approved", "comments"),
        een("approved-nothing-declared", "A prestatie of nothing is granted in full", eenvoudig(r0424="0"), "approved"),
        een("test-message", "A test message gets the retour of a real one, marked T",
             voorbeeld(_0_0105="T"), "approved", "test"),
        reeks("test-message-leaves-nothing", "After a test message its factuurnummer is still free",
               [voorbeeld(_0_0105="T"), voorbeeld()], "approved", "test"),
    ]  # fmt: skip


def _deels() -> list[Opzet]:
    half = basis({"prestaties": ["C11"], "percentage": 75}, {"prestaties": ["*"], "percentage": 100})
    niets = basis({"prestaties": ["R24"], "percentage": 0}, {"prestaties": ["*"], "percentage": 100})
    return [
        een("partial-cover", "The cover pays three quarters of each prestatie: 0613", voorbeeld(),
             "partial", eigen_store=_DRIEKWART),
        een("partial-cover-of-one", "The cover pays one prestatie in part; the others don't come back", voorbeeld(),
             "partial", eigen_store=half),
        een("partial-cover-rounded", "Half a cent is rounded up", eenvoudig(r0424="1002"),
             "partial", eigen_store=_DRIEKWART),
        een("partial-zero-grant", "A prestatie that the cover pays nothing of: granted 0.00, not rejected", voorbeeld(),
             "partial", "rare", eigen_store=niets),
        een("partial-record", "A prestatierecord is rejected by the insurer, the others are granted",
             voorbeeld(_4_0408=_ONBEKENDE_DAG), "partial", "record", stage=Stage.VERZEKERAAR),
        een("partial-verzekerde", "A verzekerde is rejected, with all his prestaties (8002); the other is granted",
             voorbeeld(_3_0207=_NIEMAND), "partial", "record"),
        een("partial-verzekerden", "Of three verzekerden one is granted, one in part, one is rejected",
             _drie_verzekerden(), "partial", "verzekerden", stage=Stage.VERZEKERAAR, eigen_store=_BAKKER),
        een("twice-in-a-file", "The same prestatie twice in one declaration", factuur("F1", {"r0432": "A"}, {"r0432": "B"}),
             "record", "vecozo"),
    ]  # fmt: skip


def _bestand() -> list[Opzet]:
    drie = Bericht(voorloop=maak("01", r0104="09", r0105="X", r0113="09", r0119="USD")).voeg_toe("02").voeg_toe("04")
    structuur = voorbeeld()
    kapot = bytes(structuur)[:-2]
    totaal = voorbeeld()
    totaal.sluit = {"9907": "66001"}
    return [
        een("file-vecozo", "VECOZO rejects the file: the total is not the sum", totaal, "file", "vecozo"),
        een("file-insurer", "The insurer rejects the file: the total is not the sum", totaal, "file", "insurer",
             stage=Stage.VERZEKERAAR),
        een("file-not-connected", "The insurer is not connected to the portal: 8198", voorbeeld(_0_0108="9900"),
             "file", "vecozo"),
        een("file-more-causes", "Four causes in the voorlooprecord: two fit beside 0001", drie, "file", "vecozo", "rare"),
        een("file-debiteur", "A debiteurrecord is for a servicebureau: not in a message to an insurer", _debiteur(),
             "file", "vecozo"),
        Opzet("file-structure", "The last record has no line end: the structure is wrong, nothing else is judged",
              (Declaratie("declaratie", kapot),), ("file", "vecozo")),
        Opzet("file-unreadable", "Not a declaration at all: no retour is possible",
              (Declaratie("declaratie", b"This is no declaration.\r\n"),), ("file", "rare")),
        reeks("invoice-number-twice", "A factuurnummer that was used before: the second time 0030",
               [factuur("F1", {"r0432": "A"}), factuur("f1", {"r0432": "B"})], "file", "vecozo", "sequence"),
        reeks("invoice-number-twice-insurer", "A factuurnummer that stands in the insurer's own list: 0030",
               [factuur("F1", {"r0432": "A"}), factuur("F1", {"r0432": "B"})], "file", "insurer", "sequence",
               stage=Stage.VERZEKERAAR),
        reeks("invoice-number-after-vecozo", "A factuurnummer that VECOZO rejected may be used again",
               [factuur("F1", {"r0408": _ONBEKENDE_DAG}), factuur("F1", {})], "sequence"),
        reeks("invoice-number-after-insurer", "A factuurnummer that the insurer rejected may not be used again",
               [_met(factuur("F1", {}), 1, r0207=_NIEMAND), factuur("F1", {})], "sequence"),
        reeks("invoice-number-after-insurer-freed", "A factuurnummer that the insurer rejected is free where his beleid says so",
               [_met(factuur("F1", {}), 1, r0207=_NIEMAND), factuur("F1", {"r0432": "B"})], "sequence",
               eigen_store=beleid(factuurnummer_hergebruik_na_afwijzing=True)),
        reeks("reference-twice", "A referentienummer that was used before",
               [factuur("F1", {"r0432": "A"}), factuur("F2", {"r0432": "A", "r0424": "2000"})], "sequence", "record"),
    ]  # fmt: skip


def _records() -> list[Opzet]:
    drie = {"r0405": "X", "r0408": _ONBEKENDE_DAG, "r0427": "X", "r0432": " "}
    return [
        een("record-vecozo", "VECOZO rejects a record: every record comes back, 0200 on the others",
             voorbeeld(_4_0408=_ONBEKENDE_DAG), "record", "vecozo"),
        een("record-three-codes", "More than three errors in one record: three codes fit", factuur("F1", drie),
             "record", "vecozo", "rare"),
        een("record-three-codes-insurer", "More than three errors in one record, by the insurer: three codes fit",
             factuur("F1", drie), "record", "insurer", "rare", stage=Stage.VERZEKERAAR),
        een("record-all", "The insurer rejects all records: nothing is granted, 0196 is 0200",
             eenvoudig(r0207=_NIEMAND), "record", "insurer", "rare"),
        een("record-all-8073", "The insurer rejects all records, and says so in 0196: 8073", eenvoudig(r0207=_NIEMAND),
             "record", "insurer", "rare", eigen_store=beleid(volledig_afgewezen="8073")),
        een("all-or-nothing", "One rejected record rejects the file: 8097, and 8096 on what was good",
             _met(_commentaar_overal(), 1, r0207=_NIEMAND), "record", "insurer", "rare",
             eigen_store=beleid(alles_of_niets=True)),
        een("all-or-nothing-approved", "An insurer of all or nothing, and nothing is wrong: granted", voorbeeld(), "approved",
             eigen_store=beleid(alles_of_niets=True)),
        een("comments-verzekerde", "Comments come back with a rejected verzekerde, at both levels",
             _met(_commentaar_overal(), 3, r0207=_NIEMAND), "record", "comments"),
        een("comments-prestatie", "Comments come back with a rejected prestatie, and with its verzekerde",
             _met(_commentaar_overal(), 4, r0408=_ONBEKENDE_DAG), "record", "comments", stage=Stage.VERZEKERAAR),
        een("comments-vecozo", "VECOZO sends every comment back",
             _met(_commentaar_overal(), 4, r0408=_ONBEKENDE_DAG), "record", "comments", "vecozo"),
        een("own-code", "An insurer that answers a check with a code of its own choice",
             voorbeeld(_4_0408=_ONBEKENDE_DAG), "record", "rare", eigen_store=beleid(retourcodes={"0408-1": "8072"})),
        een("check-off", "An insurer that doesn't perform a check", voorbeeld(_4_0404="0739"), "rare",
             eigen_store=beleid(uit=["0404-1"])),
    ]  # fmt: skip


def _credits() -> list[Opzet]:
    debet = factuur("F1", {"r0432": "A"})
    credit = factuur("F2", credit_van("B", "A"))
    return [
        reeks("credit", "A credit takes back what was granted", [debet, credit], "credit"),
        reeks("credit-partial", "A credit of what was granted in part takes back that part: 0613", [debet, credit],
               "credit", "partial", eigen_store=_DRIEKWART),
        reeks("credit-twice", "A second credit of the same prestatie is rejected",
               [debet, credit, factuur("F3", credit_van("C", "A"))], "credit", "record"),
        een("credit-unknown", "A credit of what was never declared is rejected", credit, "credit", "record"),
        reeks("credit-and-debet", "A credit and its better debet in one declaration",
               [debet, factuur("F2", credit_van("B", "A"), {"r0432": "C", "r0424": "900"})], "credit"),
        reeks("credit-declared-again", "What is credited may be declared again",
               [debet, credit, factuur("F3", {"r0432": "C"})], "credit"),
        reeks("credit-of-rejected", "A credit of a record that was rejected",
               [_met(factuur("F1", {"r0432": "A"}), 1, r0207=_NIEMAND), credit], "credit"),
    ]  # fmt: skip


def gevallen() -> list[Opzet]:
    """All cases of the suite."""
    return [*_goedgekeurd(), *_deels(), *_bestand(), *_records(), *_credits()]

"""The cases of the suite `outcomes` about what an insurer chooses: the amounts that he grants, authorisations, contracts,
terms and combinations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from tests.factories import simple
from tests.make_inv3 import inv_example
from tests.suite_setup import Setup, basis, beleid, credit_of, factuur, one, record_set

_PRAKTIJK, _OTHER_PRAKTIJK = "12012345", "12054321"
_FIRST, _SECOND, _THIRD = (
    {"r0408": f"201103{day}", "r0432": name} for day, name in (("01", "A"), ("15", "B"), ("31", "C"))
)
_ON_TIME = dt.date(2011, 4, 30)


def _everything(percentage: int = 100, **limit: Any) -> dict[str, Any]:
    return basis({"prestaties": ["*"], "percentage": percentage, **limit})


def _contract(agb: str = _PRAKTIJK, **tariffs: float) -> dict[str, Any]:
    line = {"uzovi": "0736", "agb": agb, "ingang": dt.date(2008, 1, 1), "einde": None, "tarieven": tariffs}
    return {"contracten": [line]}


def _machtiging(**otherwise: Any) -> dict[str, Any]:
    line = {"nummer": "M1", "uzovi": "0736", "bsn": "123456782", "agb": _PRAKTIJK, "prestaties": ["C*"],
             "ingang": dt.date(2011, 1, 1), "einde": dt.date(2011, 12, 31), "status": "afgegeven"}  # fmt: skip
    return {"machtigingen": [{**line, **otherwise}]}


def _line(**content: Any) -> dict[str, Any]:
    line = {"nummer": "1", **content, "ingang": dt.date(2011, 1, 1), "bron": "test", "tekst": "A rule of the example."}
    return {"combinatieregels": [line]}


_UP_TO_15 = _everything(maximum_bedrag=15.00, per="kalenderjaar")
_UP_TO_2 = _everything(maximum_aantal=2, per="kalenderjaar")
_DUTY: Mapping[str, Any] = beleid(machtigingsplichtig=[{"prestaties": ["C11"]}])


def _maxima() -> list[Setup]:
    three = factuur("F1", _FIRST, _SECOND, _THIRD)
    first, second, third = (factuur(f"F{n}", p) for n, p in enumerate((_FIRST, _SECOND, _THIRD), start=1))
    credit = factuur("F9", credit_of("T", "A", r0408="20110301"))
    double = factuur("F1", {**_FIRST, "r0425": "2"})
    return [
        one("maximum-amount", "A maximum amount leaves part of a prestatie: 0589", simple(),
            "partial", "maximum", own_store=_everything(maximum_bedrag=6.00, per="kalenderjaar")),
        one("maximum-amount-within-file", "A maximum amount is used up within a declaration: in full, in part, nothing",
            three, "partial", "maximum", own_store=_UP_TO_15),
        record_set("maximum-amount-earlier", "A maximum amount counts what was granted before in the year",
              [first, second, third], "partial", "maximum", "sequence", own_store=_UP_TO_15),
        record_set("maximum-amount-credit", "A credit gives back what its debet took of a maximum amount",
              [first, second, credit, third], "partial", "maximum", "credit", "sequence", own_store=_UP_TO_15),
        one("maximum-number", "A maximum number leaves two of three: 8220", simple(r0425="3"),
            "partial", "maximum", own_store=_UP_TO_2),
        record_set("maximum-number-reached", "A maximum number was reached before: 8220, nothing is granted",
              [double, second], "partial", "maximum", "sequence", own_store=_UP_TO_2),
        record_set("maximum-number-credit", "A credit gives back what its debet took of a maximum number",
              [double, factuur("F9", credit_of("T", "A", r0408="20110301", r0425="2")), second],
              "maximum", "credit", "sequence", own_store=_UP_TO_2),
    ]  # fmt: skip


def _tariffs() -> list[Setup]:
    national = {"tarieven": [{"prestatiecode": "C11", "tarief": 9.50, "ingang": dt.date(2011, 1, 1), "einde": None}]}
    debet, credit = factuur("F1", {"r0432": "A"}), factuur("F2", credit_of("B", "A", r0430="800"))
    reject = beleid(tarief_afwijking="afwijzen")
    discount = {**_contract(_OTHER_PRAKTIJK), **beleid(niet_gecontracteerd={"vergoeding": 70})}
    everything = {**_everything(80, maximum_bedrag=5.00, per="kalenderjaar"), **_contract(C11=9.00)}
    return [
        one("tariff-contract", "The contract agrees a lower tariff; the insurer grants that: 8059", inv_example(),
            "partial", "tariff", own_store=_contract(R24=400.00)),
        one("tariff-national", "Above the national maximum; the insurer grants that: 8059", simple(r0425="2"),
            "partial", "tariff", own_store=national),
        one("tariff-rejected", "Above the contract, and the insurer rejects what is: 0611, with what he would have counted",
            simple(), "record", "tariff", own_store={**_contract(C11=8.00), **reject}),
        one("tariff-enough", "A tariff above the contract, of which no more is declared than that: granted",
            simple(r0430="800"), "approved", "tariff", own_store=_contract(C11=8.00)),
        record_set("tariff-credit", "A credit of what was granted at a lower tariff: a copy of its debet, but for that amount",
              [debet, credit], "partial", "tariff", "credit", "sequence", own_store=_contract(C11=8.00)),
        one("not-contracted", "A party without contract gets 70 percent: 0613", simple(),
            "partial", "contract", own_store=discount),
        one("partial-three-causes", "A lower tariff, a cover of 80 percent and a maximum amount: three codes on a record",
            simple(), "partial", "tariff", "maximum", "rare", own_store=everything),
    ]  # fmt: skip


def _earlier_records() -> list[Setup]:
    whole, part = factuur("F1", {"r0432": "A"}), factuur("F1", {"r0432": "A", "r0430": "600"})
    again = factuur("F2", {"r0432": "B"})
    return [
        record_set("earlier-grant", "The same prestatie was granted before: 0587, nothing is granted", [whole, again],
              "record", "earlier", "sequence"),
        record_set("earlier-grant-in-part", "The same prestatie was granted 6.00 before: 0587, the other 4.00 is granted",
              [part, again], "partial", "earlier", "sequence"),
        record_set("earlier-grant-the-rest", "What was not declared of a prestatie before is declared now: granted",
              [part, factuur("F2", {"r0432": "B", "r0430": "400"})], "approved", "earlier", "sequence"),
    ]  # fmt: skip


def _machtigingen() -> list[Setup]:
    combined_with = simple(r0406="M1")
    return [
        one("authorisation-absent", "An authorisation is needed and there is none: 0551", simple(),
            "record", "authorisation", own_store=_DUTY),
        one("authorisation-known", "An authorisation is needed; the insurer finds it without its number: granted",
            simple(), "approved", "authorisation", own_store={**_DUTY, **_machtiging()}),
        one("authorisation-unknown", "A number of an authorisation that the insurer never gave: 0550", combined_with,
            "record", "authorisation", own_store=_DUTY),
        one("authorisation-lapsed", "The authorisation has lapsed: 0552", combined_with,
            "record", "authorisation", own_store={**_DUTY, **_machtiging(status="vervallen")}),
        one("authorisation-refused", "The authorisation was refused, and none is needed: 0552 all the same", combined_with,
            "record", "authorisation", "rare", own_store=_machtiging(status="afgewezen")),
        one("authorisation-over", "The authorisation ended the day before: 0553", combined_with,
            "record", "authorisation", own_store=_machtiging(einde=dt.date(2011, 3, 30))),
        one("authorisation-of-another", "The authorisation is that of another verzekerde: 0554", combined_with,
            "record", "authorisation", own_store=_machtiging(bsn="100197243")),
    ]  # fmt: skip


def _conditions() -> list[Setup]:
    month = beleid(indientermijn={"soort": "maanden", "maanden": 1})
    elsewhere = _contract(_OTHER_PRAKTIJK)
    return [
        one("too-late", "A prestatie that is submitted after the term of the insurer: 0586", factuur("F1", _FIRST, _THIRD),
            "partial", "term", own_store=beleid(indientermijn={"soort": "maanden", "maanden": 2})),
        one("too-late-all", "Everything is submitted too late: nothing is granted", simple(),
            "record", "term", own_store=month),
        one("last-day", "A prestatie that is submitted on the last day: granted", simple(),
            "approved", "term", own_store=month, datum=_ON_TIME),
        one("invoice-too-old", "A factuur that is older than the insurer takes: 8024 on the file", simple(),
            "file", "insurer", "term", own_store=beleid(factuurdatum_max_dagen=1)),
        one("contract-absent-record", "No contract on the day, and the insurer asks for one: 8060", simple(),
            "record", "contract", own_store={**elsewhere, **beleid(contract_vereist="record")}),
        one("contract-absent-file", "No contract in the period, and the insurer asks for one: 8022 on the file",
            simple(), "file", "insurer", "contract", own_store={**elsewhere, **beleid(contract_vereist="bestand")}),
        one("payment-term", "An insurer with a payment term: the retour is that of any other", simple(),
            "approved", "term", own_store=beleid(betaaltermijn={"werkdagen": 1})),
        one("combination", "Two prestaties that exclude each other in a sitting: 0634 on the one that the rule is about",
            factuur("F1", {"r0432": "A"}, {"r0413": "C12", "r0432": "B"}), "partial", "combination",
            own_store=_line(prestaties=["C12"], soort="niet_met", bereik="zitting", tegenhanger=["C11"])),
        record_set("combination-interval", "A prestatie too soon after one in an earlier declaration: 0633, and later granted",
              [factuur("F1", _FIRST), factuur("F2", {**_SECOND, "r0413": "C12"}), factuur("F3", {**_THIRD, "r0413": "C12"})],
              "record", "combination", "sequence",
              own_store=_line(prestaties=["C12"], soort="interval", dagen=30, tegenhanger=["C11"])),
    ]  # fmt: skip


def cases() -> list[Setup]:
    """These cases."""
    return [*_maxima(), *_tariffs(), *_earlier_records(), *_machtigingen(), *_conditions()]

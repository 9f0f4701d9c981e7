"""The cases of the suite `outcomes` about what an insurer chooses: the amounts that he grants, authorisations, contracts,
terms and combinations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from tests.factories import eenvoudig
from tests.make_inv3 import voorbeeld
from tests.suite_setup import Opzet, basis, beleid, credit_van, een, factuur, reeks

_PRAKTIJK, _ANDERE_PRAKTIJK = "12012345", "12054321"
_EERSTE, _TWEEDE, _DERDE = (
    {"r0408": f"201103{dag}", "r0432": naam} for dag, naam in (("01", "A"), ("15", "B"), ("31", "C"))
)
_OP_TIJD = dt.date(2011, 4, 30)


def _alles(percentage: int = 100, **grens: Any) -> dict[str, Any]:
    return basis({"prestaties": ["*"], "percentage": percentage, **grens})


def _contract(agb: str = _PRAKTIJK, **tarieven: float) -> dict[str, Any]:
    regel = {"uzovi": "0736", "agb": agb, "ingang": dt.date(2008, 1, 1), "einde": None, "tarieven": tarieven}
    return {"contracten": [regel]}


def _machtiging(**anders: Any) -> dict[str, Any]:
    regel = {"nummer": "M1", "uzovi": "0736", "bsn": "123456782", "agb": _PRAKTIJK, "prestaties": ["C*"],
             "ingang": dt.date(2011, 1, 1), "einde": dt.date(2011, 12, 31), "status": "afgegeven"}  # fmt: skip
    return {"machtigingen": [{**regel, **anders}]}


def _regel(**inhoud: Any) -> dict[str, Any]:
    regel = {"nummer": "1", **inhoud, "ingang": dt.date(2011, 1, 1), "bron": "test", "tekst": "A rule of the example."}
    return {"combinatieregels": [regel]}


_TOT_15 = _alles(maximum_bedrag=15.00, per="kalenderjaar")
_TOT_2 = _alles(maximum_aantal=2, per="kalenderjaar")
_PLICHT: Mapping[str, Any] = beleid(machtigingsplichtig=[{"prestaties": ["C11"]}])


def _maxima() -> list[Opzet]:
    drie = factuur("F1", _EERSTE, _TWEEDE, _DERDE)
    eerste, tweede, derde = (factuur(f"F{n}", p) for n, p in enumerate((_EERSTE, _TWEEDE, _DERDE), start=1))
    credit = factuur("F9", credit_van("T", "A", r0408="20110301"))
    dubbel = factuur("F1", {**_EERSTE, "r0425": "2"})
    return [
        een("maximum-amount", "A maximum amount leaves part of a prestatie: 0589", eenvoudig(),
            "partial", "maximum", eigen_store=_alles(maximum_bedrag=6.00, per="kalenderjaar")),
        een("maximum-amount-within-file", "A maximum amount is used up within a declaration: in full, in part, nothing",
            drie, "partial", "maximum", eigen_store=_TOT_15),
        reeks("maximum-amount-earlier", "A maximum amount counts what was granted before in the year",
              [eerste, tweede, derde], "partial", "maximum", "sequence", eigen_store=_TOT_15),
        reeks("maximum-amount-credit", "A credit gives back what its debet took of a maximum amount",
              [eerste, tweede, credit, derde], "partial", "maximum", "credit", "sequence", eigen_store=_TOT_15),
        een("maximum-number", "A maximum number leaves two of three: 8220", eenvoudig(r0425="3"),
            "partial", "maximum", eigen_store=_TOT_2),
        reeks("maximum-number-reached", "A maximum number was reached before: 8220, nothing is granted",
              [dubbel, tweede], "partial", "maximum", "sequence", eigen_store=_TOT_2),
        reeks("maximum-number-credit", "A credit gives back what its debet took of a maximum number",
              [dubbel, factuur("F9", credit_van("T", "A", r0408="20110301", r0425="2")), tweede],
              "maximum", "credit", "sequence", eigen_store=_TOT_2),
    ]  # fmt: skip


def _tarieven() -> list[Opzet]:
    landelijk = {"tarieven": [{"prestatiecode": "C11", "tarief": 9.50, "ingang": dt.date(2011, 1, 1), "einde": None}]}
    debet, credit = factuur("F1", {"r0432": "A"}), factuur("F2", credit_van("B", "A"))
    afwijzen = beleid(tarief_afwijking="afwijzen")
    korting = {**_contract(_ANDERE_PRAKTIJK), **beleid(niet_gecontracteerd={"vergoeding": 70})}
    alles = {**_alles(80, maximum_bedrag=5.00, per="kalenderjaar"), **_contract(C11=9.00)}
    return [
        een("tariff-contract", "The contract agrees a lower tariff; the insurer grants that: 8059", voorbeeld(),
            "partial", "tariff", eigen_store=_contract(R24=400.00)),
        een("tariff-national", "Above the national maximum; the insurer grants that: 8059", eenvoudig(r0425="2"),
            "partial", "tariff", eigen_store=landelijk),
        een("tariff-rejected", "Above the contract, and the insurer rejects what is: 0611, with what he would have counted",
            eenvoudig(), "record", "tariff", eigen_store={**_contract(C11=8.00), **afwijzen}),
        een("tariff-enough", "A tariff above the contract, of which no more is declared than that: granted",
            eenvoudig(r0430="800"), "approved", "tariff", eigen_store=_contract(C11=8.00)),
        reeks("tariff-credit", "A credit of what was granted at a lower tariff: 0613, and only that goes back",
              [debet, credit], "partial", "tariff", "credit", "sequence", eigen_store=_contract(C11=8.00)),
        een("not-contracted", "A party without contract gets 70 percent: 0613", eenvoudig(),
            "partial", "contract", eigen_store=korting),
        een("partial-three-causes", "A lower tariff, a cover of 80 percent and a maximum amount: three codes on a record",
            eenvoudig(), "partial", "tariff", "maximum", "rare", eigen_store=alles),
    ]  # fmt: skip


def _eerdere() -> list[Opzet]:
    geheel, deel = factuur("F1", {"r0432": "A"}), factuur("F1", {"r0432": "A", "r0430": "600"})
    weer = factuur("F2", {"r0432": "B"})
    return [
        reeks("earlier-grant", "The same prestatie was granted before: 0587, nothing is granted", [geheel, weer],
              "record", "earlier", "sequence"),
        reeks("earlier-grant-in-part", "The same prestatie was granted 6.00 before: 0587, the other 4.00 is granted",
              [deel, weer], "partial", "earlier", "sequence"),
        reeks("earlier-grant-the-rest", "What was not declared of a prestatie before is declared now: granted",
              [deel, factuur("F2", {"r0432": "B", "r0430": "400"})], "approved", "earlier", "sequence"),
    ]  # fmt: skip


def _machtigingen() -> list[Opzet]:
    met = eenvoudig(r0406="M1")
    return [
        een("authorisation-absent", "An authorisation is needed and there is none: 0551", eenvoudig(),
            "record", "authorisation", eigen_store=_PLICHT),
        een("authorisation-known", "An authorisation is needed; the insurer finds it without its number: granted",
            eenvoudig(), "approved", "authorisation", eigen_store={**_PLICHT, **_machtiging()}),
        een("authorisation-unknown", "A number of an authorisation that the insurer never gave: 0550", met,
            "record", "authorisation", eigen_store=_PLICHT),
        een("authorisation-lapsed", "The authorisation has lapsed: 0552", met,
            "record", "authorisation", eigen_store={**_PLICHT, **_machtiging(status="vervallen")}),
        een("authorisation-refused", "The authorisation was refused, and none is needed: 0552 all the same", met,
            "record", "authorisation", "rare", eigen_store=_machtiging(status="afgewezen")),
        een("authorisation-over", "The authorisation ended the day before: 0553", met,
            "record", "authorisation", eigen_store=_machtiging(einde=dt.date(2011, 3, 30))),
        een("authorisation-of-another", "The authorisation is that of another verzekerde: 0554", met,
            "record", "authorisation", eigen_store=_machtiging(bsn="100197243")),
    ]  # fmt: skip


def _voorwaarden() -> list[Opzet]:
    maand = beleid(indientermijn={"soort": "maanden", "maanden": 1})
    elders = _contract(_ANDERE_PRAKTIJK)
    return [
        een("too-late", "A prestatie that is submitted after the term of the insurer: 0586", factuur("F1", _EERSTE, _DERDE),
            "partial", "term", eigen_store=beleid(indientermijn={"soort": "maanden", "maanden": 2})),
        een("too-late-all", "Everything is submitted too late: nothing is granted", eenvoudig(),
            "record", "term", eigen_store=maand),
        een("last-day", "A prestatie that is submitted on the last day: granted", eenvoudig(),
            "approved", "term", eigen_store=maand, datum=_OP_TIJD),
        een("invoice-too-old", "A factuur that is older than the insurer takes: 8024 on the file", eenvoudig(),
            "file", "insurer", "term", eigen_store=beleid(factuurdatum_max_dagen=1)),
        een("contract-absent-record", "No contract on the day, and the insurer asks for one: 8060", eenvoudig(),
            "record", "contract", eigen_store={**elders, **beleid(contract_vereist="record")}),
        een("contract-absent-file", "No contract in the period, and the insurer asks for one: 8022 on the file",
            eenvoudig(), "file", "insurer", "contract", eigen_store={**elders, **beleid(contract_vereist="bestand")}),
        een("payment-term", "An insurer with a payment term: the retour is that of any other", eenvoudig(),
            "approved", "term", eigen_store=beleid(betaaltermijn={"werkdagen": 1})),
        een("combination", "Two prestaties that exclude each other in a sitting: 0634 on the one that the rule is about",
            factuur("F1", {"r0432": "A"}, {"r0413": "C12", "r0432": "B"}), "partial", "combination",
            eigen_store=_regel(prestaties=["C12"], soort="niet_met", bereik="zitting", tegenhanger=["C11"])),
        reeks("combination-interval", "A prestatie too soon after one in an earlier declaration: 0633, and later granted",
              [factuur("F1", _EERSTE), factuur("F2", {**_TWEEDE, "r0413": "C12"}), factuur("F3", {**_DERDE, "r0413": "C12"})],
              "record", "combination", "sequence",
              eigen_store=_regel(prestaties=["C12"], soort="interval", dagen=30, tegenhanger=["C11"])),
    ]  # fmt: skip


def gevallen() -> list[Opzet]:
    """These cases."""
    return [*_maxima(), *_tarieven(), *_eerdere(), *_machtigingen(), *_voorwaarden()]

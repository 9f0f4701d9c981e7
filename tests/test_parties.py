"""Who declares and who is paid, where they are two (INV 2.3.2): whose contract counts for tariff, cover and authorisation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from mzsim.domain.findings import Status
from tests.verzekerden import contract, debet, insured, proef, uzovi

BUREAU, ZORGVERLENER, PRAKTIJK, CENTRE = "98001234", "12004567", "12012345", "37000320"
OTHER = "12099999"
ALL = {"bureau": BUREAU, "zorgverlener": ZORGVERLENER, "praktijk": PRAKTIJK, "centre": CENTRE}

_IN_PRAKTIJK = {"r0110": ZORGVERLENER, "r0111": PRAKTIJK}
_ALONE = {"r0110": ZORGVERLENER, "r0111": "00000000"}
_CENTRE = {"r0110": "00000000", "r0111": "00000000", "r0112": CENTRE}
_THROUGH = {"r0109": BUREAU}

SCENARIOS: Mapping[str, tuple[dict[str, str], set[str]]] = {
    "1A, praktijk paid": ({**_IN_PRAKTIJK, "r0113": "03"}, {"praktijk"}),
    "1A, zorgverlener paid": ({**_IN_PRAKTIJK, "r0113": "02"}, {"zorgverlener", "praktijk"}),
    "1B": ({**_CENTRE, "r0113": "04"}, {"centre"}),
    "1C": ({**_ALONE, "r0113": "02"}, {"zorgverlener"}),
    "3A, servicebureau paid": ({**_THROUGH, **_IN_PRAKTIJK, "r0113": "01"}, {"bureau", "praktijk"}),
    "3A, zorgverlener paid": ({**_THROUGH, **_IN_PRAKTIJK, "r0113": "02"}, {"zorgverlener", "praktijk"}),
    "3A, praktijk paid": ({**_THROUGH, **_IN_PRAKTIJK, "r0113": "03"}, {"praktijk"}),
    "3B, servicebureau paid": ({**_THROUGH, **_CENTRE, "r0113": "01"}, {"bureau", "centre"}),
    "3B, instelling paid": ({**_THROUGH, **_CENTRE, "r0113": "04"}, {"centre"}),
    "3C, servicebureau paid": ({**_THROUGH, **_ALONE, "r0113": "01"}, {"bureau", "zorgverlener"}),
    "3C, zorgverlener paid": ({**_THROUGH, **_ALONE, "r0113": "02"}, {"zorgverlener"}),
}
"""The scenarios of INV table 2-2 to an insurer: the voorlooprecord, and whose contract counts."""


def _with(who: str, **otherwise: Any) -> dict[str, Any]:
    return contract() | {"agb": ALL.get(who, OTHER)} | otherwise


@pytest.mark.parametrize(("header", "count"), SCENARIOS.values(), ids=SCENARIOS)
@pytest.mark.parametrize("who", ALL)
def test_a_contract_with_either(who: str, header: dict[str, str], count: set[str], tmp_path: Path) -> None:
    """Without a contract half is paid; with the contract all of it, at the tariff of that contract."""
    content = insured(
        {}, uzovi=[uzovi(niet_gecontracteerd={"vergoeding": 50})], contracten=[_with(who, tarieven={"C11": 9.00})]
    )
    with proef(tmp_path, content) as p:
        answer = p.declareer(debet(), **header)
        assert (answer.toegekend, answer.codes) == (((900,), [("8059",)]) if who in count else ((500,), [("0613",)]))


@pytest.mark.parametrize(("header", "count"), SCENARIOS.values(), ids=SCENARIOS)
@pytest.mark.parametrize("who", ALL)
def test_an_authorisation_of_either(who: str, header: dict[str, str], count: set[str], tmp_path: Path) -> None:
    """Named or not; that of another is another's (0554), and where none is named none is known (0551)."""
    content = insured({}, uzovi=[uzovi(machtigingsplichtig=[{"prestaties": ["C11"]}])])
    content["machtigingen"] = [{**content["machtigingen"][0], "agb": ALL[who]}]
    with proef(tmp_path, content) as p:
        named = p.declareer(debet(r0406="M1"), **header)
        assert named.codes == [() if who in count else ("0554",)]
        unnamed = p.declareer(debet(r0408="20110330"), **header)
        assert unnamed.codes == [() if who in count else ("0551",)]


def _tariff_of(contracten: list[dict[str, Any]], folder: Path, day: str = "20110331") -> tuple[str, Any]:
    """The highest tariff through a servicebureau that is paid, and with whom the contract is that gave it."""
    with proef(folder, insured({}, contracten=contracten)) as p:
        p.explaining = True
        (grant,) = p.declareer(debet(r0408=day), **SCENARIOS["3A, servicebureau paid"][0]).grants
        (row,) = grant["tarief"]["rijen"]
        return grant["tarief"]["hoogste"], row["waarden"]["agb"]


def test_the_tariff_is_that_of_the_one_contract_that_counts(tmp_path: Path) -> None:
    """Of who is paid where that is in force on the day, however old it is; and it is the row that explains the tariff."""
    bureau = _with("bureau", tarieven={"C11": 9.00}, einde=dt.date(2011, 3, 30))
    praktijk = _with("praktijk", tarieven={"C11": 8.00}, ingang=dt.date(2010, 1, 1))
    for contracten in ([bureau, praktijk], [praktijk, bureau]):
        assert _tariff_of(contracten, tmp_path, "20110330") == ("9.00", BUREAU)
        assert _tariff_of(contracten, tmp_path, "20110331") == ("8.00", PRAKTIJK)


@pytest.mark.parametrize(
    ("modules", "codes"),
    [
        ({"praktijk": "machtigingsvrij"}, ()),
        ({"bureau": "machtigingsvrij"}, ()),
        ({"bureau": "machtigingsvrij", "praktijk": "standaard"}, ()),
        ({"bureau": "standaard", "praktijk": "machtigingsvrij"}, ("0551",)),
        ({"zorgverlener": "machtigingsvrij"}, ("0551",)),
    ],
)
def test_the_modules_are_those_of_that_contract(
    modules: dict[str, str], codes: tuple[str, ...], tmp_path: Path
) -> None:
    content = insured(
        {},
        uzovi=[uzovi(machtigingsplichtig=[{"prestaties": ["J*"]}])],
        contracten=[_with(who, modules={"implantologie": value}) for who, value in modules.items()],
        machtigingen=[],
    )
    with proef(tmp_path, content) as p:
        assert p.declareer(debet("J080"), **SCENARIOS["3A, servicebureau paid"][0]).codes == [codes]


def test_what_is_paid_stays_with_who_is_paid(tmp_path: Path) -> None:
    """Factuurnummers and credits go by the party that is paid, whoever declares."""
    bureau, praktijk = (SCENARIOS[name][0] for name in ("3A, servicebureau paid", "3A, praktijk paid"))
    with proef(tmp_path, insured({})) as p:
        assert p.declareer(debet(r0432="A"), r0116="F-1", **bureau).uitkomst.status is Status.FULLY_GRANTED
        assert p.declareer(debet("C12"), r0116="F-1", **praktijk).uitkomst.status is Status.FULLY_GRANTED
        back = {**debet(), "r0427": "C", "r0431": "C", "r0433": "A"}
        assert p.declareer(back, **praktijk).codes == [("8017",)]
        assert p.declareer(back, **bureau).toegekend == (-1000,)

"""What the newer keys of a store file do to amounts: the id of a dekking, the eigen bijdrage that is taken off, what a party
without contract gets at most, and what an authorisation is for; what a script grants counts to maxima as well."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from mzsim.common.yaml_lines import Values
from mzsim.domain.terms import WithoutContract
from mzsim.script.file import read_script
from tests.verzekerden import Trial, contract, credit, debet, insured, pakket, polis, proef, uzovi

UPPER, LOWER = {"r0414": "1"}, {"r0414": "2"}
NINETY = {"eigen_bijdrage": {"bedrag": 90.0, "per": "kaak_per_prestatie"}}


def explained(made: Trial) -> Trial:
    """The same with how every amount came about."""
    made.explaining = True
    return made


# The id of a dekking.


def test_what_was_granted_belongs_to_the_id_wherever_the_dekking_stands(tmp_path: Path) -> None:
    limited = {"id": "CONTROLE", "prestaties": ["C*"], "maximum_bedrag": 15.0}
    other = {"prestaties": ["V*"], "maximum_bedrag": 15.0}
    with proef(tmp_path, insured(limited, other)) as p:
        assert p.declareer(debet()).toegekend == (1000,)
        p.load({"pakketten": [pakket("B", "basis", {"prestaties": ["X*"]}, other, limited)]})
        answer = p.declareer(debet("C12"), debet("V13"))
        assert answer.toegekend == (500, 1000)
        assert answer.codes == [("0589",), ()]


def test_without_an_id_it_belongs_to_the_place(tmp_path: Path) -> None:
    limited = {"prestaties": ["C*"], "maximum_bedrag": 15.0}
    with proef(tmp_path, insured(limited, {"prestaties": ["V*"]})) as p:
        p.declareer(debet())
        p.load({"pakketten": [pakket("B", "basis", {"prestaties": ["V*"]}, limited)]})
        assert p.declareer(debet("C12")).toegekend == (1000,)


def test_another_id_is_another_dekking(tmp_path: Path) -> None:
    limited = {"id": "A", "maximum_aantal": 1}
    with proef(tmp_path, insured(limited)) as p:
        assert p.declareer(debet(), debet("C12")).toegekend == (1000, 0)
        p.load({"pakketten": [pakket("B", "basis", limited | {"id": "B"})]})
        assert p.declareer(debet("C12")).toegekend == (1000,)
        p.load({"pakketten": [pakket("B", "basis", {"percentage": 0, "prestaties": ["X*"]}, limited)]})
        assert p.declareer(credit("1-1"), debet("C13")).toegekend == (-1000, 1000), "a credit gives back to the id"


def test_two_pakketten_may_have_the_same_id(tmp_path: Path) -> None:
    store = insured(
        {"id": "A", "percentage": 50, "maximum_bedrag": 5.0}, supplementary=({"id": "A", "maximum_bedrag": 20.0},)
    )
    with proef(tmp_path, store) as p:
        assert p.declareer(debet(), debet("C12")).toegekend == (1000, 1000)
        assert p.declareer(debet("C13")).toegekend == (500,)


# The eigen bijdrage.


@pytest.mark.parametrize(
    ("records", "granted"),
    [
        ([debet("P21", 50000, **UPPER)], (41000,)),
        ([debet("P21", 50000, **UPPER), debet("P22", 50000, **LOWER)], (41000, 41000)),
        ([debet("P21", 50000, **UPPER), debet("P21", 50000, **LOWER)], (41000, 41000)),
        ([debet("P25", 50000, n=2)], (82000,)),
        ([debet("P21", 6000, **UPPER)], (0,)),
        ([debet("P21", 9001, **UPPER)], (1,)),
        ([debet("P21", 20000, **UPPER), debet("P21", 30000, r0409="02", **UPPER)], (11000, 30000)),
    ],
)
def test_ninety_euro_per_jaw(records: list[dict[str, str]], granted: tuple[int, ...], tmp_path: Path) -> None:
    """INV 4.5.2. Of a denture with techniek it is taken off the honorarium, and no second time off the costs."""
    with proef(tmp_path, insured(NINETY)) as p:
        answer = p.declareer(*records)
        assert answer.toegekend == granted
        assert {code for codes in answer.codes for code in codes} == {"0613"}


def test_the_supplementary_insurance_pays_of_it(tmp_path: Path) -> None:
    """As in INV 4.6.4: 75 % of 90 euro is 67.50, and 22.50 is left."""
    store = insured(NINETY, supplementary=({"percentage": 75, "over": "eigen_bijdrage"},))
    with proef(tmp_path, store) as p:
        answer = explained(p).declareer(debet("J50", 50000, **UPPER))
        assert answer.amounts == [("50000D", "47750D")]
        (grant,) = answer.grants
        basis, rest = grant["dekkingen"]
        assert (basis["aandeel"], basis["eigen_bijdrage"], basis["toegekend"]) == ("500.00", "90.00", "410.00")
        assert (rest["grondslag"], rest["eigen_bijdrage"], rest["toegekend"]) == ("90.00", "0.00", "67.50")
        assert grant["voor_patient"] == "22.50"


def test_it_comes_off_a_share_before_contract_and_maximum(tmp_path: Path) -> None:
    """75 % of 500 is 375, less 90 is 285; half of that is 142.50, of which 100 fits."""
    store = insured(
        {"percentage": 75, "maximum_bedrag": 100.0, **NINETY},
        uzovi=[uzovi(niet_gecontracteerd={"vergoeding": 50})],
        contracten=[contract() | {"agb": "12099999"}],
    )
    with proef(tmp_path, store) as p:
        (grant,) = explained(p).declareer(debet("P21", 50000, **UPPER)).grants
    (d,) = grant["dekkingen"]
    steps = ("aandeel", "eigen_bijdrage", "vergoeding", "binnen_maximum", "bedrag")
    assert tuple(d[step] for step in steps) == ("375.00", "90.00", "142.50", "100.00", "100.00")


def test_a_prestatie_in_parts_bears_it_once(tmp_path: Path) -> None:
    with proef(tmp_path, insured(NINETY)) as p:
        parts = [debet("P21", 50000, d=20000, **UPPER), debet("P21", 50000, d=30000, **UPPER)]
        assert p.declareer(*parts).toegekend == (20000, 21000)
        assert p.declareer(credit("1-1", "P21", 50000, d=20000, **UPPER)).toegekend == (-20000,)
        assert p.declareer(debet("P21", 50000, **UPPER)).toegekend == (20000,)


# What a party without contract gets at most.


@pytest.mark.parametrize(
    ("maximum", "most"),
    [
        ({"C002": 2000}, 2000),
        ({"*": 1, "C002": 2000, "C*": 3000}, 2000),
        ({"C*": 3000, "*": 1}, 3000),
        ({"C*2": 500, "C0*": 400}, 400),
        ({"C02*": 5}, None),
        ({}, None),
    ],
)
def test_the_most_specific_maximum_counts(maximum: dict[str, int], most: int | None) -> None:
    assert WithoutContract(100, maximum).most(b"C002  ") == most


def _without(vergoeding: int = 100, elsewhere: bool = True, **maximum: float) -> dict[str, Any]:
    return {
        "uzovi": [uzovi(niet_gecontracteerd={"vergoeding": vergoeding, "maximum": maximum})],
        "contracten": [contract() | ({"agb": "12099999"} if elsewhere else {})],
    }


@pytest.mark.parametrize(
    ("record", "granted", "codes"),
    [
        (debet("C002", 2500), 2000, ("0613",)),
        (debet("C002", 2500, n=3), 6000, ("0613",)),
        (debet("C002", 2000), 2000, ()),
        (debet("C003", 2500), 2500, ()),
        (debet("C002", 3000, n=4, r0426=1000, d=1000), 667, ("0613",)),
    ],
)
def test_a_maximum_for_a_prestatie(
    record: dict[str, str], granted: int, codes: tuple[str, ...], tmp_path: Path
) -> None:
    """Times the aantal, and a twelfth of it where the tariff is by the hour; short of it is 0613."""
    with proef(tmp_path, insured({}, **_without(C002=20.0))) as p:
        answer = p.declareer(record)
        assert (answer.toegekend, answer.codes) == ((granted,), [codes])


def test_with_a_contract_there_is_no_maximum(tmp_path: Path) -> None:
    with proef(tmp_path, insured({}, **_without(elsewhere=False, C002=20.0))) as p:
        assert p.declareer(debet("C002", 2500)).codes == [()]


def test_the_maximum_is_of_basis_and_supplementary_together(tmp_path: Path) -> None:
    """Half of 25.00 twice is 12.50 and 12.50, of which 20.00 in all; what is missed is not left to the other."""
    store = insured({"percentage": 50}, supplementary=({"over": "eigen_bijdrage"},), **_without(C002=20.0, C003=10.0))
    with proef(tmp_path, store) as p:
        answer = explained(p).declareer(debet("C002", 2500), debet("C003", 2500))
        assert answer.toegekend == (2000, 1000)
        assert [d["toegekend"] for grant in answer.grants for d in grant["dekkingen"]] == [
            "12.50",
            "7.50",
            "10.00",
            "0.00",
        ]
        assert [grant["zonder_contract_hoogstens"] for grant in answer.grants] == ["20.00", "10.00"]


def test_the_lower_of_percentage_and_maximum(tmp_path: Path) -> None:
    with proef(tmp_path, insured({}, **_without(50, C002=20.0))) as p:
        assert p.declareer(debet("C002", 2500), debet("C002", 5000, r0415="11")).toegekend == (1250, 2000)


# What an authorisation is for.

NEEDED = {"machtigingsplichtig": [{"prestaties": ["J*"]}]}


def _authorised(*machtigingen: dict[str, Any], **beleid: Any) -> dict[str, Any]:
    store = insured({}, uzovi=[uzovi(**{**NEEDED, **beleid})])
    (given,) = store["machtigingen"]
    return store | {"machtigingen": [given | m for m in machtigingen]}


def _implant(number: int, **fields: Any) -> dict[str, str]:
    return debet(f"J{number:02}", 10000, **fields)


@pytest.mark.parametrize("named", [{}, {"r0406": "M1"}])
def test_a_number_is_used_up(named: dict[str, str], tmp_path: Path) -> None:
    """Named or not, in one file and over several; what it leaves too little for is 0552."""
    with proef(tmp_path, _authorised({"aantal": 3})) as p:
        answer = p.declareer(_implant(1, **named), _implant(2, n=2, **named), _implant(3, **named))
        assert answer.codes == [(), (), ("0552",)]
        assert answer.amounts == [("D", "D")]
        assert p.declareer(_implant(4, **named)).codes == [("0552",)]
        assert p.declareer(credit("1-1", "J01", 10000, **named)).toegekend == (-10000,)
        assert p.declareer(_implant(4, n=2, **named)).codes == [("0552",)], "room for one of two"
        assert p.declareer(_implant(5, **named), _implant(6, **named)).codes == [(), ("0552",)]


def test_an_amount_is_used_up_by_what_is_granted(tmp_path: Path) -> None:
    """Half of it is covered, so that 500 lasts for 1,000."""
    store = _authorised({"bedrag": 500.0}) | {
        "pakketten": [pakket("B", "basis", {"percentage": 50}), pakket("A", "aanvullend")]
    }
    with proef(tmp_path, store) as p:
        assert p.declareer(_implant(1, n=9)).toegekend == (45000,)
        assert p.declareer(_implant(2, n=2)).codes == [("0552",)]
        assert p.declareer(_implant(3)).toegekend == (5000,)
        assert p.declareer(debet("J04", 1)).codes == [("0552",)]


def test_costs_take_of_the_amount_and_not_of_the_number(tmp_path: Path) -> None:
    costs = _implant(1, n=2, r0409="02")
    with proef(tmp_path, _authorised({"aantal": 1, "bedrag": 300.0})) as p:
        assert p.declareer(_implant(1), costs).codes == [(), ()]
    with proef(tmp_path, _authorised({"aantal": 1, "bedrag": 299.99})) as p:
        assert p.declareer(_implant(1), costs).codes == [(), ("0552",)]


def test_what_needs_none_uses_none(tmp_path: Path) -> None:
    """Without a number in 0406 and without anything that asks for one; with a number it is used."""
    with proef(tmp_path, _authorised({"aantal": 1})) as p:
        assert p.declareer(debet(), debet("C12")).codes == [(), ()]
        assert p.declareer(_implant(1)).codes == [()]
        assert p.declareer(debet("C13"), debet("C14", r0406="M1")).codes == [(), ("0552",)]


def test_the_oldest_with_room_is_used(tmp_path: Path) -> None:
    first = {"nummer": "M9", "aantal": 1, "ingang": dt.date(2007, 1, 1)}
    with proef(tmp_path, _authorised({"nummer": "M1", "aantal": 1}, first)) as p:
        assert p.declareer(_implant(1)).codes == [()]
        assert p.declareer(_implant(2, r0406="M9")).codes == [("0552",)]
        assert p.declareer(_implant(3)).codes == [()]
        assert p.declareer(_implant(4)).codes == [("0552",)]


def test_one_without_a_maximum_is_used_before_any(tmp_path: Path) -> None:
    with proef(tmp_path, _authorised({"aantal": 0}, {"nummer": "M2"})) as p:
        assert p.declareer(_implant(1), _implant(2)).codes == [(), ()]


def test_a_prestatie_in_parts_counts_once(tmp_path: Path) -> None:
    """INV 4.6.2: the part of the basis first, the whole later."""
    with proef(tmp_path, _authorised({"aantal": 1, "bedrag": 100.0})) as p:
        assert p.declareer(_implant(1, d=7500)).toegekend == (7500,)
        assert p.declareer(_implant(1)).toegekend == (2500,)
        assert p.declareer(_implant(2)).codes == [("0552",)]
        assert p.declareer(credit("1-1", "J01", 10000, d=7500)).toegekend == (-7500,)
        assert p.declareer(_implant(2, d=7500)).codes == [("0552",)], "the other part has its number"


def test_an_authorisation_lasts_over_the_years(tmp_path: Path) -> None:
    """What was granted on it counts whenever it was done, of one person among others too."""
    with proef(tmp_path, _authorised({"aantal": 1})) as p:
        assert p.declareer(_implant(1, r0408="20090330")).codes == [()]
        assert p.declareer(_implant(2)).codes == [("0552",)]


@pytest.mark.slow
def test_the_records_of_a_later_group(tmp_path: Path) -> None:
    """Facts are fetched for two thousand records at a time; the authorisation shows in the second."""
    many = [debet("V13", r0415=f"{1 + n // 500}{1 + n % 8}", r0408=f"2010{1 + n % 12:02d}{1 + n % 28:02d}", d=1 + n)
            for n in range(2100)]  # fmt: skip
    with proef(tmp_path, _authorised({"aantal": 1})) as p:
        p.declareer(_implant(1, r0408="20090330"))
        assert p.declareer(debet(), *many, _implant(2)).codes[-1] == ("0552",)


def test_without_its_check_it_is_for_any_number(tmp_path: Path) -> None:
    with proef(tmp_path, _authorised({"aantal": 0}, uit=["0406-4"])) as p:
        assert p.declareer(_implant(1)).codes == [()]


def test_a_file_that_is_rejected_as_a_whole_uses_nothing(tmp_path: Path) -> None:
    with proef(tmp_path, _authorised({"aantal": 1}, alles_of_niets=True)) as p:
        assert p.declareer(_implant(1), _implant(2)).total == 0
        assert p.declareer(_implant(1)).toegekend == (10000,)


def test_how_much_is_left_is_told(tmp_path: Path) -> None:
    with proef(tmp_path, _authorised({"aantal": 3, "bedrag": 500.0})) as p:
        answer = explained(p).declareer(_implant(1), _implant(2, n=2))
    assert [grant["machtiging"] for grant in answer.grants] == [
        {"uzovi": "0736", "nummer": "M1", "bedrag": {"hoogstens": "500.00", "voor": voor, "na": na},
         "aantal": {"hoogstens": 3, "voor": before, "na": after}}
        for voor, na, before, after in (("0.00", "100.00", 0, 1), ("100.00", "300.00", 1, 3))
    ]  # fmt: skip


# What a script grants.


def _scripted(made: Trial, rules: list[dict[str, Any]], *records: dict[str, str]) -> tuple[int, ...]:
    return made.declareer(*records, script=read_script(Values(rules))).toegekend


@pytest.mark.parametrize("more", [{}, {"id": "A"}])
def test_what_a_script_grants_counts_to_a_maximum(more: dict[str, str], tmp_path: Path) -> None:
    """In the same file and in the next; a credit by a script gives back, of a part the amount and not the number."""
    rules = [{"match": {"0413": "C11"}, "action": {"percentage": 60}}]
    with proef(tmp_path, insured({"maximum_bedrag": 10.0, "maximum_aantal": 2, **more})) as p:
        assert _scripted(p, rules, debet(), debet("C12")) == (600, 400)
        assert p.declareer(debet("C13")).toegekend == (0,)
        assert _scripted(p, rules, credit("1-1")) == (-600,)
        assert p.declareer(debet("C13")).toegekend == (600,)
        with p.store.read() as connection:
            shares = connection.scalars("SELECT aandelen FROM prestaties ORDER BY id")
        assert [sum(part[3] for part in json.loads(s)) for s in shares if s] == [600, 400, -600, 600]


def test_a_script_takes_no_more_of_a_maximum_than_it_has(tmp_path: Path) -> None:
    with proef(tmp_path, insured({"maximum_bedrag": 5.0})) as p:
        rules = [{"match": {"0413": "C*"}, "action": {"percentage": 100}}]
        assert _scripted(p, rules, debet(), debet("C12")) == (1000, 1000)
        assert _scripted(p, rules, credit("1-2", "C12")) == (-1000,)
        assert p.declareer(debet("C13")).toegekend == (0,)


def test_what_a_script_grants_uses_an_authorisation(tmp_path: Path) -> None:
    with proef(tmp_path, _authorised({"aantal": 1})) as p:
        assert _scripted(p, [{"action": {"percentage": 50}}], _implant(1)) == (5000,)
        assert p.declareer(_implant(2)).codes == [("0552",)]


def test_a_script_that_grants_what_nothing_covers_takes_nothing(tmp_path: Path) -> None:
    """Of somebody without a polis, of a day that does not exist."""
    store = insured({"maximum_bedrag": 5.0}) | {"polissen": [polis("B", "A", bsn="100197243")]}
    with proef(tmp_path, store) as p:
        rules = [{"deel": "verzekerde", "action": {"codes": ["0200"]}}, {"action": {"percentage": 100}}]
        assert _scripted(p, rules, debet(), debet(r0408="20110231")) == (1000, 1000)

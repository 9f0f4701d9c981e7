"""What decides on a grant beside maxima: contracten, polissen and dekkingen on their days, tariffs, and checks switched off."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from mzsim.domain.findings import Status
from tests.verzekerden import Fields, contract, credit, debet, insured, pakket, polis, proef, tariff, uzovi

OTHER_CONTRACT = contract() | {"agb": "12099999"}
SPECIAL = {"r0410": "J", "r0411": "010", "r0406": "M1"}


def _day(year: int, month: int, day: int) -> dt.date:
    return dt.date(year, month, day)


# Without contract.


@pytest.mark.parametrize(
    ("contracten", "vergoeding", "granted"),
    [
        ([], 75, 1000),
        ([contract()], 75, 1000),
        ([OTHER_CONTRACT], 75, 750),
        ([OTHER_CONTRACT], 100, 1000),
        ([OTHER_CONTRACT], 0, 0),
        ([contract(start=_day(2011, 3, 31))], 75, 1000),
        ([contract(start=_day(2011, 4, 1))], 75, 750),
        ([contract(end=_day(2011, 3, 31))], 75, 1000),
        ([contract(end=_day(2011, 3, 30))], 75, 750),
        ([contract(end=_day(2011, 3, 30)), contract(start=_day(2011, 3, 31))], 75, 1000),
    ],
)
def test_not_contracted(contracten: list[dict[str, Any]], vergoeding: int, granted: int, tmp_path: Path) -> None:
    """Where the insurer has contracten, a party without one on the day gets the percentage of his beleid; 0613."""
    store = insured({}, uzovi=[uzovi(niet_gecontracteerd={"vergoeding": vergoeding})], contracten=contracten)
    with proef(tmp_path, store) as p:
        answer = p.declareer(debet())
        assert answer.toegekend == (granted,)
        assert answer.codes == [() if granted == 1000 else ("0613",)]
        assert answer.amounts == ([] if granted == 1000 else [("1000D", f"{granted or ''}D")])


@pytest.mark.parametrize(
    ("supplementary", "granted"),
    [
        ({"percentage": 75, "over": "eigen_bijdrage"}, 3750 + 938),  # half of 75.00, half of 18.75
        ({"percentage": 75}, 3750 + 1250),  # never more than what the basis leaves: half of 75.00, half of 25.00
        ({"percentage": 10}, 3750 + 500),
    ],
)
def test_not_contracted_basis_and_supplementary(supplementary: dict[str, Any], granted: int, tmp_path: Path) -> None:
    """Each is the percentage of what it was: what the missing contract costs is not paid by the aanvullende."""
    store = insured(
        {"percentage": 75},
        supplementary=(supplementary,),
        uzovi=[uzovi(niet_gecontracteerd={"vergoeding": 50})],
        contracten=[OTHER_CONTRACT],
    )
    with proef(tmp_path, store) as p:
        assert p.declareer(debet(tariff=10000)).toegekend == (granted,)


@pytest.mark.parametrize(("maximum", "granted"), [(75.0, 7031), (56.25, 7031), (56.24, 7031), (50.0, 6758)])
def test_not_contracted_with_a_maximum(maximum: float, granted: int, tmp_path: Path) -> None:
    """A maximum that cuts a cent off the basis changes cents, not all of the share of the aanvullende."""
    store = insured(
        {"percentage": 75, "maximum_bedrag": maximum},
        supplementary=({"percentage": 75, "over": "eigen_bijdrage"},),
        uzovi=[uzovi(niet_gecontracteerd={"vergoeding": 75})],
        contracten=[OTHER_CONTRACT],
    )
    with proef(tmp_path, store) as p:
        assert p.declareer(debet(tariff=10000)).toegekend == (granted,)


# Whose pakketten, and on which days.


def test_pakketten_of_a_label(tmp_path: Path) -> None:
    """A polis of a label may hold pakketten of its own and of the insurer; beleid and contracten are those of 0108."""
    store = {
        "uzovi": [
            uzovi(niet_gecontracteerd={"vergoeding": 50}),
            uzovi("0737", "0736", niet_gecontracteerd={"vergoeding": 10}),
        ],
        "contracten": [OTHER_CONTRACT],
        "pakketten": [
            pakket("B", "basis", {"percentage": 60}),
            pakket("B", "basis", {"percentage": 80}, of="0737"),
            pakket("A", "aanvullend", {"percentage": 50, "over": "eigen_bijdrage"}),
        ],
        "polissen": [polis("B", "A", uzovi="0737")],
    }
    with proef(tmp_path, store) as p:
        assert p.declareer(debet(tariff=10000), verzekerde={"r0204": "0737"}).toegekend == (4000 + 500,)


def test_a_polis_that_changes_within_the_period(tmp_path: Path) -> None:
    store = insured()
    store["pakketten"] = [
        pakket("B60", "basis", {"percentage": 60}),
        pakket("B80", "basis", {"percentage": 80}),
        pakket("A", "aanvullend", {"percentage": 50, "over": "eigen_bijdrage"}),
    ]
    store["polissen"] = [
        polis("B60", einde=_day(2010, 12, 31)),
        polis("B80", ingang=_day(2011, 1, 1), einde=_day(2011, 2, 28)),
        polis("B80", "A", ingang=_day(2011, 3, 1)),
    ]
    days = ("20101231", "20110101", "20110228", "20110301")
    with proef(tmp_path, store) as p:
        assert p.declareer(*(debet(r0408=day) for day in days)).toegekend == (600, 800, 800, 900)
        assert p.declareer(*(debet("C12", r0408=day) for day in reversed(days))).toegekend == (900, 800, 800, 600)


@pytest.mark.parametrize(
    ("start", "months", "day", "covered"),
    [
        (_day(2011, 1, 1), 3, "20110331", False),
        (_day(2011, 1, 1), 3, "20110401", True),
        (_day(2010, 11, 30), 3, "20110227", False),
        (_day(2010, 11, 30), 3, "20110228", True),
        (_day(2008, 2, 29), 36, "20110227", False),
        (_day(2008, 2, 29), 36, "20110228", True),
        (_day(2011, 3, 31), 0, "20110331", True),
    ],
)
def test_waiting_time(start: dt.date, months: int, day: str, covered: bool, tmp_path: Path) -> None:
    """The day on which the months are over is covered; before it the next dekking that matches counts."""
    store = insured({"wachttijd_maanden": months}, {"percentage": 10}, polissen=[polis("B", ingang=start)])
    with proef(tmp_path, store) as p:
        assert p.declareer(debet(r0408=day)).toegekend == (1000 if covered else 100,)


def test_a_waiting_time_that_never_ends(tmp_path: Path) -> None:
    """A polis that begins on the last day there is, with a wachttijd, is no reason to wait for it."""
    store = insured(
        {"wachttijd_maanden": 12},
        {"percentage": 10},
        polissen=[polis("B", einde=_day(2011, 12, 31)), polis("B", ingang=_day(9999, 12, 31))],
    )
    with proef(tmp_path, store) as p:
        assert p.declareer(debet()).toegekend == (1000,)


@pytest.mark.parametrize(
    ("born", "day", "granted"),
    [
        (_day(1993, 3, 31), "20110330", 100),
        (_day(1993, 3, 31), "20110331", 500),
        (_day(1989, 3, 31), "20110330", 500),
        (_day(1989, 3, 31), "20110331", 0),
        (_day(1992, 2, 29), "20100228", 100),
        (_day(1992, 2, 29), "20100301", 500),
        (_day(1988, 2, 29), "20100228", 500),
        (_day(1988, 2, 29), "20100301", 0),
    ],
)
def test_age(born: dt.date, day: str, granted: int, tmp_path: Path) -> None:
    """Until 18, from 18 until 22; on the birthday itself one has the age, born on 29 February on 1 March."""
    store = insured(
        {"percentage": 10, "leeftijd_tot": 18},
        {"percentage": 50, "leeftijd_vanaf": 18, "leeftijd_tot": 22},
        polissen=[polis("B", geboortedatum=born)],
    )
    with proef(tmp_path, store) as p:
        answer = p.declareer(debet(r0408=day), verzekerde={"r0207": f"{born:%Y%m%d}"})
        assert answer.toegekend == (granted,)
        assert answer.uitkomst.status is (Status.PARTLY_GRANTED if granted else Status.FULLY_REJECTED)


@pytest.mark.parametrize(
    ("dekking", "usual", "special"),
    [({"bijzondere_tandheelkunde": True}, 0, 1000), ({"bijzondere_tandheelkunde": False}, 1000, 0), ({}, 1000, 1000)],
)
def test_special_dentistry(dekking: dict[str, Any], usual: int, special: int, tmp_path: Path) -> None:
    with proef(tmp_path, insured(dekking)) as p:
        assert p.declareer(debet(), debet("C12", **SPECIAL)).toegekend == (usual, special)


def test_the_first_dekking_that_fits_counts(tmp_path: Path) -> None:
    """Whatever the ones behind it would pay; of each pakket one."""
    store = insured(
        {"prestaties": ["V13", "C1*"], "percentage": 20},
        {"prestaties": ["*"], "soort_prestatierecord": ["02", "04"], "percentage": 30},
        {"prestaties": ["C*"], "percentage": 90},
        supplementary=({"prestaties": ["C12"], "percentage": 0}, {"percentage": 10}),
    )
    records = (debet("C11"), debet("C12"), debet("C22"), debet("V13"), debet("V14"), debet("R24"))
    with proef(tmp_path, store) as p:
        assert p.declareer(*records).toegekend == (300, 200, 1000, 300, 100, 100)
        costs = debet("R24", r0409="02", r0424="2000", r0426="2000", r0430="2000")
        assert p.declareer(costs).toegekend == (800,)


def test_several_basis_pakketten_pay_at_most_b(tmp_path: Path) -> None:
    store = insured({"percentage": 75})
    store["pakketten"] += [pakket("B2", "basis", {"percentage": 75}), pakket("A2", "aanvullend", {"percentage": 50})]
    store["polissen"] = [polis("A2", "B", "B2")]
    with proef(tmp_path, store) as p:
        assert p.declareer(debet()).codes == [()]


def test_a_prestatie_that_is_not_insured(tmp_path: Path) -> None:
    """Nothing is covered: granted nothing, with B, which the patient pays."""
    with proef(tmp_path, insured({"prestaties": ["V*"]})) as p:
        answer = p.declareer(debet())
        assert (answer.codes, answer.amounts) == ([("0613",)], [("1000D", "D")])
        assert answer.uitkomst.status is Status.FULLY_REJECTED


# Tariffs.


def test_own_tariff(tmp_path: Path) -> None:
    """8059: B and the grant are at the insurer's tariff; with a cover that falls short 0613 beside it."""
    store = insured({"prestaties": ["C*"]}, {"percentage": 75}, tarieven=[tariff("C11", 8.0), tariff("V13", 8.0)])
    with proef(tmp_path, store) as p:
        answer = p.declareer(debet(n=2), debet("V13"), debet("C12"), debet("V14", d=750))
        assert answer.codes == [("8059",), ("8059", "0613"), (), ()]
        assert answer.amounts == [("1600D", "1600D"), ("800D", "600D")]


def test_own_tariff_that_costs_nothing(tmp_path: Path) -> None:
    """What is declared fits below it; or the declared tariff is lower."""
    with proef(tmp_path, insured({}, tarieven=[tariff("C11", 8.0), tariff("C12", 12.0)])) as p:
        assert p.declareer(debet(d=800), debet("C12")).codes == [(), ()]


@pytest.mark.parametrize(
    ("contracten", "tariffs", "granted"),
    [
        ([contract(C11=9.0)], [tariff("C11", 8.0)], 900),
        ([contract(C11=7.0)], [tariff("C11", 8.0)], 700),
        ([contract(C12=7.0)], [tariff("C11", 8.0)], 800),
        ([OTHER_CONTRACT | {"tarieven": {"C11": 7.0}}], [tariff("C11", 8.0)], 800),
        ([contract(end=_day(2011, 3, 30), C11=7.0)], [tariff("C11", 8.0)], 800),
        ([contract(C11=7.0), contract(start=_day(2011, 1, 1), C11=9.5)], [], 950),
        ([contract(C11=0.0)], [], 0),
        ([], [tariff("C11", 8.0, einde=_day(2011, 3, 30))], 1000),
        ([], [tariff("C11", 8.0, ingang=_day(2011, 4, 1))], 1000),
        ([], [tariff("C11", 8.0), tariff("C11", 9.0, ingang=_day(2011, 3, 31))], 900),
        ([], [tariff("C12", 8.0)], 1000),
        ([], [tariff("C11", 8.0, tarief_bijzonder=9.5)], 800),
    ],
)
def test_which_tariff(
    contracten: list[dict[str, Any]], tariffs: list[dict[str, Any]], granted: int, tmp_path: Path
) -> None:
    """The contract's on the day, the newest; for a prestatie that it doesn't name, or without one, the national maximum."""
    with proef(tmp_path, insured({}, contracten=contracten, tarieven=tariffs)) as p:
        answer = p.declareer(debet())
        assert answer.toegekend == (granted,)
        assert answer.codes == [() if granted == 1000 else ("8059",)]


def test_every_day_its_own_tariff(tmp_path: Path) -> None:
    """Alike but for their days, in one message."""
    store = insured(
        {},
        contracten=[contract(end=_day(2011, 1, 31), C11=6.0)],
        tarieven=[tariff("C11", 7.0, einde=_day(2011, 2, 28)), tariff("C11", 8.0, ingang=_day(2011, 3, 1))],
    )
    days = ("20110301", "20110131", "20110228", "20110201", "20101231")
    with proef(tmp_path, store) as p:
        assert p.declareer(*(debet(r0408=day) for day in days)).toegekend == (800, 600, 700, 700, 600)


def test_tariff_of_special_dentistry(tmp_path: Path) -> None:
    with proef(tmp_path, insured({}, tarieven=[tariff("C11", 8.0, tarief_bijzonder=9.5)])) as p:
        assert p.declareer(debet(**SPECIAL)).toegekend == (950,)


def test_costs_have_no_tariff(tmp_path: Path) -> None:
    store = insured({}, tarieven=[tariff("R24", 8.0)], contracten=[contract(R24=8.0)])
    with proef(tmp_path, store) as p:
        assert p.declareer(debet("R24"), debet("R24", 5000, r0409="02")).toegekend == (800, 5000)


def test_a_reduction_comes_off_its_own_amount(tmp_path: Path) -> None:
    """INV 4.6.3: B is tarief x aantal less 0428, at the insurer's tariff as well; never less than nothing."""
    store = insured({}, tarieven=[tariff("U10", 100.0)])
    with proef(tmp_path, store) as p:
        hours = debet("U10", 15000, n=2, r0426=16000, r0428=14000, d=16000, **SPECIAL)
        answer = p.declareer(hours)
        assert (answer.codes, answer.amounts) == ([("8059",)], [("6000D", "6000D")])
        hours = debet("U10", 15000, n=2, r0426=5000, r0428=25000, d=5000, r0408="20110330", **SPECIAL)
        answer = p.declareer(hours)
        assert (answer.codes, answer.amounts) == ([("8059",)], [("D", "D")])


HOURS = debet("U10", 15000, n=8, r0426=10000, d=10000)
"""Eight units of five minutes at 150.00 the hour."""


@pytest.mark.parametrize(
    ("listing", "fields", "granted"),
    [
        ([], HOURS, 10000),
        ([tariff("U10", 144.0)], HOURS, 9600),
        ([tariff("U10", 12.0, per_vijf_minuten=True)], HOURS, 9600),
        ([tariff("U10", 12.5, per_vijf_minuten=True)], HOURS, 10000),
        ([tariff("U10", 12.0, per_vijf_minuten=True)], debet("U10", 1300, n=8), 9600),
        ([tariff("U10", 144.0)], debet("U10", 15000, n=8, r0426=9000, r0428=1000, d=9000, **SPECIAL), 8600),
        ([tariff("U10", 100.0)], debet("U10", 15000, n=2), 20000),
        ([tariff("U10", 99.99)], debet("U10", 15000, n=7, r0426=8750, d=8750), 5833),
    ],
)
def test_hourly_tariff(listing: list[dict[str, Any]], fields: Fields, granted: int, tmp_path: Path) -> None:
    """BER 0425: an hourly tariff is one that fits 0426 only when tarief x aantal is divided by twelve. A national maximum
    by five minutes is twelve times as much by the hour."""
    with proef(tmp_path, insured({}, tarieven=listing)) as p:
        answer = p.declareer(fields)
        assert answer.toegekend == (granted,)
        if answer.records[0]:
            assert answer.codes == [("8059",)]
            assert answer.amounts == [(f"{granted}D", f"{granted}D")]


def test_contract_tariff_of_what_goes_by_five_minutes(tmp_path: Path) -> None:
    """A contract counts in the unit of the national maximum: 12.00 by five minutes is 144.00 by the hour."""
    store = insured({}, tarieven=[tariff("U10", 12.5, per_vijf_minuten=True)], contracten=[contract(U10=12.0)])
    with proef(tmp_path, store) as p:
        assert p.declareer(HOURS).toegekend == (9600,)


def test_rejecting(tmp_path: Path) -> None:
    """0611: B, and nothing granted; beside another code 0 and 0; it counts to nothing."""
    store = insured({"maximum_bedrag": 10.0}, tarieven=[tariff("C11", 8.0)], uzovi=[uzovi(tarief_afwijking="afwijzen")])
    with proef(tmp_path, store) as p:
        answer = p.declareer(debet(n=2), debet(r0404="0739"), debet(d=800, r0415="11"), debet(tariff=800))
        assert answer.codes == [("0611",), ("0423", "0611"), ("0611",), ()]
        assert answer.amounts == [("1600D", "D"), ("D", "D"), ("800D", "D")]
        assert answer.toegekend == (0, 0, 0, 800)


def test_more_than_fits_in_0481(tmp_path: Path) -> None:
    """0426 may be a cent off tarief x aantal, which then has one digit too many."""
    with proef(tmp_path, insured({"percentage": 75})) as p:
        answer = p.declareer(debet(tariff=50000000, n=2, r0426=99999999, d=99999999, r0432="A"))
        assert answer.amounts == [("99999999D", "74999999D")]
        back = p.declareer(credit("A", tariff=50000000, n=2, r0426=99999999, d=99999999))
        assert back.amounts == [("99999999C", "74999999C")]


# Checks that are switched off, or answered with another code.


@pytest.mark.parametrize(
    ("off", "codes", "granted"),
    [
        ([], ("8059", "0613", "0589"), 400),
        (["0424-6"], ("0613", "0589", "8220"), 400),
        (["0430-5"], ("8059", "0589", "8220"), 1150),
        (["0430-4"], ("8059", "0613", "8220"), 600),
        (["0425-3"], ("8059", "0613", "0589"), 400),
        (["0430-4", "0425-3"], ("8059", "0613"), 1800),
        (["0424-6", "0430-4", "0425-3"], ("0613",), 2250),
        (["0424-6", "0430-5", "0430-4", "0425-3"], (), 3000),
        (["0430-5", "0430-4", "0425-3"], ("8059",), 2550),
    ],
)
def test_switched_off(off: list[str], codes: tuple[str, ...], granted: int, tmp_path: Path) -> None:
    """Three at 10.00, of which 8.00 is paid, three quarters of it, one of them and no more than 4.00.

    What a check would have cost is not lost: without that on cover 7.50 is added to what the rest leaves.
    """
    store = insured(
        {"percentage": 75, "maximum_bedrag": 4.0, "maximum_aantal": 1},
        tarieven=[tariff("C11", 8.0)],
        uzovi=[uzovi(uit=off)],
    )
    with proef(tmp_path, store) as p:
        answer = p.declareer(debet(n=3))
        assert answer.codes == [codes]
        assert answer.toegekend == (granted,)


def test_switched_off_granted_earlier(tmp_path: Path) -> None:
    """The same prestatie may be granted again, and counts to a maximum like any other."""
    store = insured({"maximum_bedrag": 15.0, "maximum_aantal": 2}, uzovi=[uzovi(uit=["0413-8"])])
    with proef(tmp_path, store) as p:
        assert p.declareer(debet(r0432="A"), debet(d=400)).toegekend == (1000, 400)
        assert p.declareer(debet()).codes == [("0589", "8220")]
        assert p.declareer(credit("A"), debet()).toegekend == (-1000, 1000)
        assert p.declareer(debet()).toegekend == (0,)


def test_switched_off_and_still_a_credit_of_a_part(tmp_path: Path) -> None:
    """A credit of a part has no other way to say that it takes back less than it declares."""
    store = insured({"maximum_bedrag": 4.0}, uzovi=[uzovi(uit=["0430-5"])])
    with proef(tmp_path, store) as p:
        assert p.declareer(debet(r0432="A")).codes == [("0589",)]
        assert p.declareer(credit("A")).codes == [("0613",)]


@pytest.mark.parametrize("day", ["2011 331", "20110332", "        "])
def test_a_day_that_does_not_exist_with_its_check_switched_off(day: str, tmp_path: Path) -> None:
    with proef(tmp_path, insured({"leeftijd_vanaf": 18}, uzovi=[uzovi(uit=["0408-1"])])) as p:
        answer = p.declareer(debet(r0408=day))
        assert answer.toegekend in ((0,), (1000,))


@pytest.mark.parametrize("id", ["0424-6", "0430-5", "0430-4", "0425-3", "0413-8"])
def test_another_retourcode(id: str, tmp_path: Path) -> None:
    """The code is another, the amounts are the same: what is granted has to be told."""
    store = insured(
        {"prestaties": ["C11"]},
        {"prestaties": ["C12"], "percentage": 80},
        {"prestaties": ["C13"], "maximum_bedrag": 8.0},
        {"prestaties": ["C14"], "maximum_aantal": 4},
        tarieven=[tariff("C11", 8.0)],
        uzovi=[uzovi(retourcodes={id: "8072"})],
    )
    own = {"0424-6": "8059", "0430-5": "0613", "0430-4": "0589", "0425-3": "8220", "0413-8": "0587"}
    with proef(tmp_path, store) as p:
        p.declareer(debet("C12", r0415="11", d=200))
        answer = p.declareer(
            debet(), debet("C12"), debet("C13"), debet("C14", tariff=200, n=5), debet("C12", r0415="11", d=800)
        )
        assert answer.codes == [("8072" if of == id else code,) for of, code in own.items()]
        assert answer.amounts == [("800D", "800D"), *[("1000D", "800D")] * 3, ("1000D", "600D")]

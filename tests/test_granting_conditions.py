"""What decides on a grant beside maxima: contracten, polissen and dekkingen on their days, tariffs, and checks switched off."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from mzsim.domain.findings import Status
from tests.verzekerden import Velden, contract, credit, debet, pakket, polis, proef, tarief, uzovi, verzekerd

EEN_ANDER = contract() | {"agb": "12099999"}
BIJZONDER = {"r0410": "J", "r0411": "010", "r0406": "M1"}


def _dag(jaar: int, maand: int, dag: int) -> dt.date:
    return dt.date(jaar, maand, dag)


# Without contract.


@pytest.mark.parametrize(
    ("contracten", "vergoeding", "toegekend"),
    [
        ([], 75, 1000),
        ([contract()], 75, 1000),
        ([EEN_ANDER], 75, 750),
        ([EEN_ANDER], 100, 1000),
        ([EEN_ANDER], 0, 0),
        ([contract(ingang=_dag(2011, 3, 31))], 75, 1000),
        ([contract(ingang=_dag(2011, 4, 1))], 75, 750),
        ([contract(einde=_dag(2011, 3, 31))], 75, 1000),
        ([contract(einde=_dag(2011, 3, 30))], 75, 750),
        ([contract(einde=_dag(2011, 3, 30)), contract(ingang=_dag(2011, 3, 31))], 75, 1000),
    ],
)
def test_niet_gecontracteerd(contracten: list[dict[str, Any]], vergoeding: int, toegekend: int, tmp_path: Path) -> None:
    """Where the insurer has contracten, a party without one on the day gets the percentage of his beleid; 0613."""
    store = verzekerd({}, uzovi=[uzovi(niet_gecontracteerd={"vergoeding": vergoeding})], contracten=contracten)
    with proef(tmp_path, store) as p:
        antwoord = p.declareer(debet())
        assert antwoord.toegekend == (toegekend,)
        assert antwoord.codes == [() if toegekend == 1000 else ("0613",)]
        assert antwoord.bedragen == ([] if toegekend == 1000 else [("1000D", f"{toegekend or ''}D")])


@pytest.mark.parametrize(
    ("aanvullend", "toegekend"),
    [
        ({"percentage": 75, "over": "eigen_bijdrage"}, 3750 + 938),  # half of 75.00, half of 18.75
        ({"percentage": 75}, 3750 + 1250),  # never more than what the basis leaves: half of 75.00, half of 25.00
        ({"percentage": 10}, 3750 + 500),
    ],
)
def test_niet_gecontracteerd_basis_en_aanvullend(aanvullend: dict[str, Any], toegekend: int, tmp_path: Path) -> None:
    """Each is the percentage of what it was: what the missing contract costs is not paid by the aanvullende."""
    store = verzekerd(
        {"percentage": 75},
        aanvullend=(aanvullend,),
        uzovi=[uzovi(niet_gecontracteerd={"vergoeding": 50})],
        contracten=[EEN_ANDER],
    )
    with proef(tmp_path, store) as p:
        assert p.declareer(debet(tarief=10000)).toegekend == (toegekend,)


@pytest.mark.parametrize(("maximum", "toegekend"), [(75.0, 7031), (56.25, 7031), (56.24, 7031), (50.0, 6758)])
def test_niet_gecontracteerd_met_een_maximum(maximum: float, toegekend: int, tmp_path: Path) -> None:
    """A maximum that cuts a cent off the basis changes cents, not all of the share of the aanvullende."""
    store = verzekerd(
        {"percentage": 75, "maximum_bedrag": maximum},
        aanvullend=({"percentage": 75, "over": "eigen_bijdrage"},),
        uzovi=[uzovi(niet_gecontracteerd={"vergoeding": 75})],
        contracten=[EEN_ANDER],
    )
    with proef(tmp_path, store) as p:
        assert p.declareer(debet(tarief=10000)).toegekend == (toegekend,)


# Whose pakketten, and on which days.


def test_pakketten_van_een_label(tmp_path: Path) -> None:
    """A polis of a label may hold pakketten of its own and of the insurer; beleid and contracten are those of 0108."""
    store = {
        "uzovi": [
            uzovi(niet_gecontracteerd={"vergoeding": 50}),
            uzovi("0737", "0736", niet_gecontracteerd={"vergoeding": 10}),
        ],
        "contracten": [EEN_ANDER],
        "pakketten": [
            pakket("B", "basis", {"percentage": 60}),
            pakket("B", "basis", {"percentage": 80}, van="0737"),
            pakket("A", "aanvullend", {"percentage": 50, "over": "eigen_bijdrage"}),
        ],
        "polissen": [polis("B", "A", uzovi="0737")],
    }
    with proef(tmp_path, store) as p:
        assert p.declareer(debet(tarief=10000), verzekerde={"r0204": "0737"}).toegekend == (4000 + 500,)


def test_een_polis_die_in_de_periode_verandert(tmp_path: Path) -> None:
    store = verzekerd()
    store["pakketten"] = [
        pakket("B60", "basis", {"percentage": 60}),
        pakket("B80", "basis", {"percentage": 80}),
        pakket("A", "aanvullend", {"percentage": 50, "over": "eigen_bijdrage"}),
    ]
    store["polissen"] = [
        polis("B60", einde=_dag(2010, 12, 31)),
        polis("B80", ingang=_dag(2011, 1, 1), einde=_dag(2011, 2, 28)),
        polis("B80", "A", ingang=_dag(2011, 3, 1)),
    ]
    dagen = ("20101231", "20110101", "20110228", "20110301")
    with proef(tmp_path, store) as p:
        assert p.declareer(*(debet(r0408=dag) for dag in dagen)).toegekend == (600, 800, 800, 900)
        assert p.declareer(*(debet("C12", r0408=dag) for dag in reversed(dagen))).toegekend == (900, 800, 800, 600)


@pytest.mark.parametrize(
    ("ingang", "maanden", "dag", "gedekt"),
    [
        (_dag(2011, 1, 1), 3, "20110331", False),
        (_dag(2011, 1, 1), 3, "20110401", True),
        (_dag(2010, 11, 30), 3, "20110227", False),
        (_dag(2010, 11, 30), 3, "20110228", True),
        (_dag(2008, 2, 29), 36, "20110227", False),
        (_dag(2008, 2, 29), 36, "20110228", True),
        (_dag(2011, 3, 31), 0, "20110331", True),
    ],
)
def test_wachttijd(ingang: dt.date, maanden: int, dag: str, gedekt: bool, tmp_path: Path) -> None:
    """The day on which the months are over is covered; before it the next dekking that matches counts."""
    store = verzekerd({"wachttijd_maanden": maanden}, {"percentage": 10}, polissen=[polis("B", ingang=ingang)])
    with proef(tmp_path, store) as p:
        assert p.declareer(debet(r0408=dag)).toegekend == (1000 if gedekt else 100,)


def test_een_wachttijd_die_nooit_eindigt(tmp_path: Path) -> None:
    """A polis that begins on the last day there is, with a wachttijd, is no reason to wait for it."""
    store = verzekerd(
        {"wachttijd_maanden": 12},
        {"percentage": 10},
        polissen=[polis("B", einde=_dag(2011, 12, 31)), polis("B", ingang=_dag(9999, 12, 31))],
    )
    with proef(tmp_path, store) as p:
        assert p.declareer(debet()).toegekend == (1000,)


@pytest.mark.parametrize(
    ("geboren", "dag", "toegekend"),
    [
        (_dag(1993, 3, 31), "20110330", 100),
        (_dag(1993, 3, 31), "20110331", 500),
        (_dag(1989, 3, 31), "20110330", 500),
        (_dag(1989, 3, 31), "20110331", 0),
        (_dag(1992, 2, 29), "20100228", 100),
        (_dag(1992, 2, 29), "20100301", 500),
        (_dag(1988, 2, 29), "20100228", 500),
        (_dag(1988, 2, 29), "20100301", 0),
    ],
)
def test_leeftijd(geboren: dt.date, dag: str, toegekend: int, tmp_path: Path) -> None:
    """Until 18, from 18 until 22; on the birthday itself one has the age, born on 29 February on 1 March."""
    store = verzekerd(
        {"percentage": 10, "leeftijd_tot": 18},
        {"percentage": 50, "leeftijd_vanaf": 18, "leeftijd_tot": 22},
        polissen=[polis("B", geboortedatum=geboren)],
    )
    with proef(tmp_path, store) as p:
        antwoord = p.declareer(debet(r0408=dag), verzekerde={"r0207": f"{geboren:%Y%m%d}"})
        assert antwoord.toegekend == (toegekend,)
        assert antwoord.uitkomst.status is (Status.DEELS_TOEGEWEZEN if toegekend else Status.VOLLEDIG_AFGEWEZEN)


@pytest.mark.parametrize(
    ("dekking", "gewoon", "bijzonder"),
    [({"bijzondere_tandheelkunde": True}, 0, 1000), ({"bijzondere_tandheelkunde": False}, 1000, 0), ({}, 1000, 1000)],
)
def test_bijzondere_tandheelkunde(dekking: dict[str, Any], gewoon: int, bijzonder: int, tmp_path: Path) -> None:
    with proef(tmp_path, verzekerd(dekking)) as p:
        assert p.declareer(debet(), debet("C12", **BIJZONDER)).toegekend == (gewoon, bijzonder)


def test_de_eerste_dekking_die_past_telt(tmp_path: Path) -> None:
    """Whatever the ones behind it would pay; of each pakket one."""
    store = verzekerd(
        {"prestaties": ["V13", "C1*"], "percentage": 20},
        {"prestaties": ["*"], "soort_prestatierecord": ["02", "04"], "percentage": 30},
        {"prestaties": ["C*"], "percentage": 90},
        aanvullend=({"prestaties": ["C12"], "percentage": 0}, {"percentage": 10}),
    )
    records = (debet("C11"), debet("C12"), debet("C22"), debet("V13"), debet("V14"), debet("R24"))
    with proef(tmp_path, store) as p:
        assert p.declareer(*records).toegekend == (300, 200, 1000, 300, 100, 100)
        kosten = debet("R24", r0409="02", r0424="2000", r0426="2000", r0430="2000")
        assert p.declareer(kosten).toegekend == (800,)


def test_meer_basispakketten_betalen_hoogstens_b(tmp_path: Path) -> None:
    store = verzekerd({"percentage": 75})
    store["pakketten"] += [pakket("B2", "basis", {"percentage": 75}), pakket("A2", "aanvullend", {"percentage": 50})]
    store["polissen"] = [polis("A2", "B", "B2")]
    with proef(tmp_path, store) as p:
        assert p.declareer(debet()).codes == [()]


def test_niet_verzekerde_prestatie(tmp_path: Path) -> None:
    """Nothing is covered: granted nothing, with B, which the patient pays."""
    with proef(tmp_path, verzekerd({"prestaties": ["V*"]})) as p:
        antwoord = p.declareer(debet())
        assert (antwoord.codes, antwoord.bedragen) == ([("0613",)], [("1000D", "D")])
        assert antwoord.uitkomst.status is Status.VOLLEDIG_AFGEWEZEN


# Tariffs.


def test_eigen_tarief(tmp_path: Path) -> None:
    """8059: B and the grant are at the insurer's tariff; with a cover that falls short 0613 beside it."""
    store = verzekerd({"prestaties": ["C*"]}, {"percentage": 75}, tarieven=[tarief("C11", 8.0), tarief("V13", 8.0)])
    with proef(tmp_path, store) as p:
        antwoord = p.declareer(debet(n=2), debet("V13"), debet("C12"), debet("V14", d=750))
        assert antwoord.codes == [("8059",), ("8059", "0613"), (), ()]
        assert antwoord.bedragen == [("1600D", "1600D"), ("800D", "600D")]


def test_eigen_tarief_dat_niets_kost(tmp_path: Path) -> None:
    """What is declared fits below it; or the declared tariff is lower."""
    with proef(tmp_path, verzekerd({}, tarieven=[tarief("C11", 8.0), tarief("C12", 12.0)])) as p:
        assert p.declareer(debet(d=800), debet("C12")).codes == [(), ()]


@pytest.mark.parametrize(
    ("contracten", "tarieven", "toegekend"),
    [
        ([contract(C11=9.0)], [tarief("C11", 8.0)], 900),
        ([contract(C11=7.0)], [tarief("C11", 8.0)], 700),
        ([contract(C12=7.0)], [tarief("C11", 8.0)], 800),
        ([EEN_ANDER | {"tarieven": {"C11": 7.0}}], [tarief("C11", 8.0)], 800),
        ([contract(einde=_dag(2011, 3, 30), C11=7.0)], [tarief("C11", 8.0)], 800),
        ([contract(C11=7.0), contract(ingang=_dag(2011, 1, 1), C11=9.5)], [], 950),
        ([contract(C11=0.0)], [], 0),
        ([], [tarief("C11", 8.0, einde=_dag(2011, 3, 30))], 1000),
        ([], [tarief("C11", 8.0, ingang=_dag(2011, 4, 1))], 1000),
        ([], [tarief("C11", 8.0), tarief("C11", 9.0, ingang=_dag(2011, 3, 31))], 900),
        ([], [tarief("C12", 8.0)], 1000),
        ([], [tarief("C11", 8.0, tarief_bijzonder=9.5)], 800),
    ],
)
def test_welk_tarief(
    contracten: list[dict[str, Any]], tarieven: list[dict[str, Any]], toegekend: int, tmp_path: Path
) -> None:
    """The contract's on the day, the newest; for a prestatie that it doesn't name, or without one, the national maximum."""
    with proef(tmp_path, verzekerd({}, contracten=contracten, tarieven=tarieven)) as p:
        antwoord = p.declareer(debet())
        assert antwoord.toegekend == (toegekend,)
        assert antwoord.codes == [() if toegekend == 1000 else ("8059",)]


def test_op_elke_dag_zijn_tarief(tmp_path: Path) -> None:
    """Alike but for their days, in one message."""
    store = verzekerd(
        {},
        contracten=[contract(einde=_dag(2011, 1, 31), C11=6.0)],
        tarieven=[tarief("C11", 7.0, einde=_dag(2011, 2, 28)), tarief("C11", 8.0, ingang=_dag(2011, 3, 1))],
    )
    dagen = ("20110301", "20110131", "20110228", "20110201", "20101231")
    with proef(tmp_path, store) as p:
        assert p.declareer(*(debet(r0408=dag) for dag in dagen)).toegekend == (800, 600, 700, 700, 600)


def test_tarief_van_bijzondere_tandheelkunde(tmp_path: Path) -> None:
    with proef(tmp_path, verzekerd({}, tarieven=[tarief("C11", 8.0, tarief_bijzonder=9.5)])) as p:
        assert p.declareer(debet(**BIJZONDER)).toegekend == (950,)


def test_kosten_hebben_geen_tarief(tmp_path: Path) -> None:
    store = verzekerd({}, tarieven=[tarief("R24", 8.0)], contracten=[contract(R24=8.0)])
    with proef(tmp_path, store) as p:
        assert p.declareer(debet("R24"), debet("R24", 5000, r0409="02")).toegekend == (800, 5000)


def test_vermindering_gaat_van_het_eigen_bedrag_af(tmp_path: Path) -> None:
    """INV 4.6.3: B is tarief x aantal less 0428, at the insurer's tariff as well; never less than nothing."""
    store = verzekerd({}, tarieven=[tarief("U10", 100.0)])
    with proef(tmp_path, store) as p:
        uren = debet("U10", 15000, n=2, r0426=16000, r0428=14000, d=16000, **BIJZONDER)
        antwoord = p.declareer(uren)
        assert (antwoord.codes, antwoord.bedragen) == ([("8059",)], [("6000D", "6000D")])
        uren = debet("U10", 15000, n=2, r0426=5000, r0428=25000, d=5000, r0408="20110330", **BIJZONDER)
        antwoord = p.declareer(uren)
        assert (antwoord.codes, antwoord.bedragen) == ([("8059",)], [("D", "D")])


UREN = debet("U10", 15000, n=8, r0426=10000, d=10000)
"""Eight units of five minutes at 150.00 the hour."""


@pytest.mark.parametrize(
    ("lijst", "velden", "toegekend"),
    [
        ([], UREN, 10000),
        ([tarief("U10", 144.0)], UREN, 9600),
        ([tarief("U10", 12.0, per_vijf_minuten=True)], UREN, 9600),
        ([tarief("U10", 12.5, per_vijf_minuten=True)], UREN, 10000),
        ([tarief("U10", 12.0, per_vijf_minuten=True)], debet("U10", 1300, n=8), 9600),
        ([tarief("U10", 144.0)], debet("U10", 15000, n=8, r0426=9000, r0428=1000, d=9000, **BIJZONDER), 8600),
        ([tarief("U10", 100.0)], debet("U10", 15000, n=2), 20000),
        ([tarief("U10", 99.99)], debet("U10", 15000, n=7, r0426=8750, d=8750), 5833),
    ],
)
def test_uurtarief(lijst: list[dict[str, Any]], velden: Velden, toegekend: int, tmp_path: Path) -> None:
    """BER 0425: an hourly tariff is one that fits 0426 only when tarief x aantal is divided by twelve. A national maximum
    by five minutes is twelve times as much by the hour."""
    with proef(tmp_path, verzekerd({}, tarieven=lijst)) as p:
        antwoord = p.declareer(velden)
        assert antwoord.toegekend == (toegekend,)
        if antwoord.records[0]:
            assert antwoord.codes == [("8059",)]
            assert antwoord.bedragen == [(f"{toegekend}D", f"{toegekend}D")]


def test_contracttarief_van_wat_per_vijf_minuten_gaat(tmp_path: Path) -> None:
    """A contract counts in the unit of the national maximum: 12.00 by five minutes is 144.00 by the hour."""
    store = verzekerd({}, tarieven=[tarief("U10", 12.5, per_vijf_minuten=True)], contracten=[contract(U10=12.0)])
    with proef(tmp_path, store) as p:
        assert p.declareer(UREN).toegekend == (9600,)


def test_afwijzen(tmp_path: Path) -> None:
    """0611: B, and nothing granted; beside another code 0 and 0; it counts to nothing."""
    store = verzekerd(
        {"maximum_bedrag": 10.0}, tarieven=[tarief("C11", 8.0)], uzovi=[uzovi(tarief_afwijking="afwijzen")]
    )
    with proef(tmp_path, store) as p:
        antwoord = p.declareer(debet(n=2), debet(r0404="0739"), debet(d=800, r0415="11"), debet(tarief=800))
        assert antwoord.codes == [("0611",), ("0423", "0611"), ("0611",), ()]
        assert antwoord.bedragen == [("1600D", "D"), ("D", "D"), ("800D", "D")]
        assert antwoord.toegekend == (0, 0, 0, 800)


def test_meer_dan_in_0481_past(tmp_path: Path) -> None:
    """0426 may be a cent off tarief x aantal, which then has one digit too many."""
    with proef(tmp_path, verzekerd({"percentage": 75})) as p:
        antwoord = p.declareer(debet(tarief=50000000, n=2, r0426=99999999, d=99999999, r0432="A"))
        assert antwoord.bedragen == [("99999999D", "74999999D")]
        terug = p.declareer(credit("A", tarief=50000000, n=2, r0426=99999999, d=99999999))
        assert terug.bedragen == [("99999999C", "74999999C")]


# Checks that are switched off, or answered with another code.


@pytest.mark.parametrize(
    ("uit", "codes", "toegekend"),
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
def test_uit(uit: list[str], codes: tuple[str, ...], toegekend: int, tmp_path: Path) -> None:
    """Three at 10.00, of which 8.00 is paid, three quarters of it, one of them and no more than 4.00.

    What a check would have cost is not lost: without that on cover 7.50 is added to what the rest leaves.
    """
    store = verzekerd(
        {"percentage": 75, "maximum_bedrag": 4.0, "maximum_aantal": 1},
        tarieven=[tarief("C11", 8.0)],
        uzovi=[uzovi(uit=uit)],
    )
    with proef(tmp_path, store) as p:
        antwoord = p.declareer(debet(n=3))
        assert antwoord.codes == [codes]
        assert antwoord.toegekend == (toegekend,)


def test_uit_eerder_toegekend(tmp_path: Path) -> None:
    """The same prestatie may be granted again, and counts to a maximum like any other."""
    store = verzekerd({"maximum_bedrag": 15.0, "maximum_aantal": 2}, uzovi=[uzovi(uit=["0413-8"])])
    with proef(tmp_path, store) as p:
        assert p.declareer(debet(r0432="A"), debet(d=400)).toegekend == (1000, 400)
        assert p.declareer(debet()).codes == [("0589", "8220")]
        assert p.declareer(credit("A"), debet()).toegekend == (-1000, 1000)
        assert p.declareer(debet()).toegekend == (0,)


def test_uit_en_toch_een_credit_van_een_deel(tmp_path: Path) -> None:
    """A credit of a part has no other way to say that it takes back less than it declares."""
    store = verzekerd({"maximum_bedrag": 4.0}, uzovi=[uzovi(uit=["0430-5"])])
    with proef(tmp_path, store) as p:
        assert p.declareer(debet(r0432="A")).codes == [("0589",)]
        assert p.declareer(credit("A")).codes == [("0613",)]


@pytest.mark.parametrize("dag", ["2011 331", "20110332", "        "])
def test_een_dag_die_er_geen_is_met_zijn_controle_uit(dag: str, tmp_path: Path) -> None:
    with proef(tmp_path, verzekerd({"leeftijd_vanaf": 18}, uzovi=[uzovi(uit=["0408-1"])])) as p:
        antwoord = p.declareer(debet(r0408=dag))
        assert antwoord.toegekend in ((0,), (1000,))


@pytest.mark.parametrize("id", ["0424-6", "0430-5", "0430-4", "0425-3", "0413-8"])
def test_een_andere_retourcode(id: str, tmp_path: Path) -> None:
    """The code is another, the amounts are the same: what is granted has to be told."""
    store = verzekerd(
        {"prestaties": ["C11"]},
        {"prestaties": ["C12"], "percentage": 80},
        {"prestaties": ["C13"], "maximum_bedrag": 8.0},
        {"prestaties": ["C14"], "maximum_aantal": 4},
        tarieven=[tarief("C11", 8.0)],
        uzovi=[uzovi(retourcodes={id: "8072"})],
    )
    eigen = {"0424-6": "8059", "0430-5": "0613", "0430-4": "0589", "0425-3": "8220", "0413-8": "0587"}
    with proef(tmp_path, store) as p:
        p.declareer(debet("C12", r0415="11", d=200))
        antwoord = p.declareer(
            debet(), debet("C12"), debet("C13"), debet("C14", tarief=200, n=5), debet("C12", r0415="11", d=800)
        )
        assert antwoord.codes == [("8072" if van == id else code,) for van, code in eigen.items()]
        assert antwoord.bedragen == [("800D", "800D"), *[("1000D", "800D")] * 3, ("1000D", "600D")]

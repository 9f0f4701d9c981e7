"""Maxima of dekkingen: what counts to them, in which period, and whose."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml

from mzsim.domain.findings import Stage
from tests.commands import ON_DATE, invoke, order, surroundings
from tests.factories import Message, make
from tests.verzekerden import Fields, credit, debet, insured, pakket, polis, proef, uzovi

OLD, NEW = "20101231", "20110101"
_STRANGER = {"r0203": "100197243", "r0207": "19220322"}


@pytest.mark.parametrize(
    ("per", "expected"),
    [
        ({}, (1000, 500, 0)),
        ({"per": "verzekering"}, (1000, 500, 0)),
        ({"per": "kalenderjaar"}, (1000, 1000, 500)),
        ({"per": "kaak_per_kalenderjaar"}, (1000, 1000, 500)),
    ],
)
@pytest.mark.parametrize("files", [1, 3])
def test_across_the_turn_of_the_year(
    per: dict[str, str], expected: tuple[int, ...], files: int, tmp_path: Path
) -> None:
    """The datum prestatie tells the year, whenever it was declared: 15 euro at most."""
    records = [debet(r0408=OLD), debet(r0408=NEW), debet("C12", r0408=NEW)]
    with proef(tmp_path, insured({"maximum_bedrag": 15.0, **per})) as p:
        if files == 1:
            assert p.declareer(*records).toegekend == expected
        else:
            assert tuple(p.declareer(record).toegekend[0] for record in records) == expected


def test_what_is_alike_counts_in_its_own_year(tmp_path: Path) -> None:
    """Records that differ in nothing but their days, the first of the year before."""
    days = (OLD, NEW, "20110102", "20110103", "20110104")
    with proef(tmp_path, insured({"maximum_bedrag": 25.0, "per": "kalenderjaar"})) as p:
        assert p.declareer(*(debet(r0408=day) for day in days)).toegekend == (1000, 1000, 1000, 500, 0)


@pytest.mark.parametrize(
    ("per", "expected"),
    [("verzekering", (2, 1, 0)), ("kalenderjaar", (2, 2, 1)), ("kaak_per_kalenderjaar", (2, 2, 1))],
)
def test_a_number_across_the_turn_of_the_year(per: str, expected: tuple[int, ...], tmp_path: Path) -> None:
    with proef(tmp_path, insured({"maximum_aantal": 3, "per": per})) as p:
        for record, pieces in zip(
            (debet(n=2, r0408=OLD), debet(n=2, r0408=NEW), debet("C12", n=2, r0408=NEW)), expected, strict=True
        ):
            assert p.declareer(record).toegekend == (1000 * pieces,)


def test_a_later_file_on_an_earlier_year(tmp_path: Path) -> None:
    """The order of declaring is the order of granting; the years don't mix."""
    with proef(tmp_path, insured({"maximum_bedrag": 10.0, "per": "kalenderjaar"})) as p:
        assert p.declareer(debet(r0408=NEW)).toegekend == (1000,)
        assert p.declareer(debet(r0408=OLD), debet("C12", r0408=NEW), debet("C12", r0408=OLD)).toegekend == (
            1000,
            0,
            0,
        )


@pytest.mark.parametrize(
    ("place", "granted"),
    [
        ({"r0415": "11"}, 0),
        ({"r0415": "28"}, 0),
        ({"r0415": "55"}, 0),
        ({"r0415": "65"}, 0),
        ({"r0414": "1"}, 0),
        ({"r0415": "31"}, 1000),
        ({"r0415": "48"}, 1000),
        ({"r0415": "75"}, 1000),
        ({"r0415": "85"}, 1000),
        ({"r0414": "2"}, 1000),
        ({"r0414": "2", "r0415": "11"}, 1000),
        ({}, 1000),
    ],
)
def test_per_jaw(place: dict[str, str], granted: int, tmp_path: Path) -> None:
    """0414 names the jaw, else the quadrant of 0415; what names neither has a maximum of its own."""
    with proef(tmp_path, insured({"maximum_bedrag": 10.0, "per": "kaak_per_kalenderjaar"})) as p:
        p.declareer(debet("V13", r0415="21"))
        assert p.declareer(debet("V14", **place)).toegekend == (granted,)


def test_a_part_of_the_number(tmp_path: Path) -> None:
    """Three are declared and two are left: two thirds is granted, with 8220 and B of all three."""
    with proef(tmp_path, insured({"percentage": 75, "maximum_aantal": 2, "per": "kalenderjaar"})) as p:
        answer = p.declareer(debet(tariff=1001, n=3, r0415="11"))
        assert answer.codes == [("0613", "8220")]
        assert answer.amounts == [("3003D", "1501D")], "2252 for three, two thirds of it half up"
        one_more = p.declareer(debet("C12"))
        assert one_more.codes == [("0613", "8220")]
        assert one_more.amounts == [("1000D", "D")]


def test_costs_do_not_count_as_a_number(tmp_path: Path) -> None:
    """Neither the costs of a 02 nor those of a 04 are counted, or stopped by a maximum number; by an amount they are."""
    with proef(tmp_path, insured({"maximum_aantal": 1})) as p:
        answer = p.declareer(debet("R24"), debet("R24", 5000, r0409="02", n=2))
        assert answer.toegekend == (1000, 10000)
        day = {"r0408": "20110330"}
        answer = p.declareer(debet("R25", **day), debet("R25", 700, r0409="04", **day))
        assert answer.toegekend == (0, 700)
    with proef(tmp_path, insured({"maximum_bedrag": 30.0})) as p:
        answer = p.declareer(debet("R24"), debet("R24", 5000, r0409="02"))
        assert answer.toegekend == (1000, 2000)
        assert answer.codes == [(), ("0589",)]


def test_amount_and_number_together(tmp_path: Path) -> None:
    """Both maxima are named where each costs something."""
    with proef(tmp_path, insured({"maximum_bedrag": 15.0, "maximum_aantal": 2})) as p:
        answer = p.declareer(debet(n=3))
        assert (answer.toegekend, answer.codes) == ((1500,), [("0589", "8220")])
    with proef(tmp_path, insured({"maximum_bedrag": 20.0, "maximum_aantal": 2})) as p:
        assert p.declareer(debet(n=2)).codes == [()]


def test_at_most_three_codes_in_their_order(tmp_path: Path) -> None:
    store = insured(
        {"percentage": 75, "maximum_bedrag": 12.0, "maximum_aantal": 2},
        tarieven=[{"prestatiecode": "C11", "tarief": 8.0, "ingang": dt.date(2008, 1, 1), "einde": None}],
    )
    with proef(tmp_path, store) as p:
        assert p.declareer(debet(n=3, d=100)).toegekend == (100,)
        answer = p.declareer(debet(n=3))
        assert answer.codes == [("8059", "0613", "0589")]
        assert answer.amounts == [("2400D", "1100D")]
        ids = [m.finding.check.id for m in answer.uitkomst.meldingen]
        assert ids == ["0424-6", "0430-5", "0430-4", "0425-3", "0413-8"]


def test_the_same_prestatie_in_two_parts_counts_once(tmp_path: Path) -> None:
    """INV 4.6.2 under a maximum: the basis part, then the aanvullende part, then once more."""
    store = insured(
        {"percentage": 75, "maximum_bedrag": 150.0, "maximum_aantal": 1, "per": "kalenderjaar"},
        supplementary=({"percentage": 75, "over": "eigen_bijdrage", "maximum_bedrag": 37.5, "maximum_aantal": 1},),
    )
    with proef(tmp_path, store) as p:
        assert p.declareer(debet("P25", 20000, d=15000)).toegekend == (15000,)
        assert p.declareer(debet("P25", 20000, d=3750)).toegekend == (3750,)
        answer = p.declareer(debet("P25", 20000))
        assert answer.codes == [("0613", "0587")]
        assert answer.amounts == [("20000D", "D")]


def test_a_full_basis_leaves_more_eigen_bijdrage(tmp_path: Path) -> None:
    """`over: eigen_bijdrage` is what the basis leaves, its maximum included."""
    store = insured(
        {"percentage": 75, "maximum_bedrag": 90.0},
        supplementary=({"percentage": 50, "over": "eigen_bijdrage", "maximum_bedrag": 60.0},),
    )
    with proef(tmp_path, store) as p:
        assert p.declareer(debet(tariff=10000)).toegekend == (7500 + 1250,)
        answer = p.declareer(debet("C12", tariff=10000))
        assert answer.toegekend == (1500 + 4250,)
        assert answer.codes == [("0613", "0589")]
        assert p.declareer(debet("C13", tariff=10000)).toegekend == (0 + 500,)


def test_a_maximum_on_the_basis_that_the_supplementary_covers(tmp_path: Path) -> None:
    """A maximum that costs nothing in the end is no reason."""
    store = insured({"maximum_bedrag": 15.0}, supplementary=({"over": "eigen_bijdrage"},))
    with proef(tmp_path, store) as p:
        assert p.declareer(debet(), debet("C12"), debet("C13")).codes == [(), (), ()]


def test_a_grant_counts_to_the_basis_first(tmp_path: Path) -> None:
    """Of 100 at 75 % and 75 % of the rest, 80 is declared: 75 counts to the basis, 5 to the aanvullende."""
    store = insured(
        {"percentage": 75, "maximum_bedrag": 80.0},
        supplementary=({"percentage": 75, "over": "eigen_bijdrage", "maximum_bedrag": 10.0},),
    )
    with proef(tmp_path, store) as p:
        assert p.declareer(debet(tariff=10000, d=8000)).toegekend == (8000,)
        # 5 is left of each.
        assert p.declareer(debet("C12", tariff=10000)).toegekend == (500 + 500,)


def test_a_maximum_is_of_the_dekking(tmp_path: Path) -> None:
    """Prestaties under one dekking share it; those under another, in the same pakket or not, have their own."""
    store = insured(
        {"prestaties": ["C*"], "maximum_bedrag": 10.0},
        {"prestaties": ["V*"], "maximum_bedrag": 10.0},
        {"prestaties": ["*"]},
    )
    with proef(tmp_path, store) as p:
        answer = p.declareer(debet("C11"), debet("V13"), debet("C12"), debet("V14"), debet("M03"))
        assert answer.toegekend == (1000, 1000, 0, 0, 1000)


def test_a_new_polis_with_the_same_pakket(tmp_path: Path) -> None:
    """The maximum of a dekking goes on; another pakket has its own."""
    store = insured({"maximum_bedrag": 10.0, "per": "kalenderjaar"})
    store["pakketten"].append(pakket("B2", "basis", {"maximum_bedrag": 10.0, "per": "kalenderjaar"}))
    store["polissen"] = [
        polis("B", einde=dt.date(2011, 1, 31)),
        polis("B", ingang=dt.date(2011, 2, 1), einde=dt.date(2011, 2, 28)),
        polis("B2", ingang=dt.date(2011, 3, 1)),
    ]
    with proef(tmp_path, store) as p:
        days = ("20110131", "20110201", "20110228", "20110301")
        answer = p.declareer(*(debet(r0408=day) for day in days))
        assert answer.toegekend == (1000, 0, 0, 1000)


def test_two_verzekerdenrecords_of_the_same_person(tmp_path: Path) -> None:
    """Another verzekerdennummer, the same BSN: one maximum, and what was granted is granted."""
    with proef(tmp_path, insured({"maximum_bedrag": 15.0})) as p:
        answer = p.play(
            [
                ({"r0205": "V0001"}, [debet()]),
                (_STRANGER, [debet()]),
                ({"r0205": "V0009"}, [debet(r0415="11"), debet()]),
            ]
        )
        assert answer.toegekend[0] == 1000
        assert answer.toegekend[2:] == (500, 0)
        assert answer.codes[2:] == [("0589",), ("0587",)]


@pytest.mark.slow
def test_the_same_person_two_thousand_records_on(tmp_path: Path) -> None:
    """Facts are fetched for two thousand records at a time; a verzekerde who comes back is known all the same."""
    rest = [debet("V13", r0415=f"{1 + n // 500}{1 + n % 8}", r0408=f"2010{1 + n % 12:02d}{1 + n % 28:02d}", d=1 + n)
            for n in range(2100)]  # fmt: skip
    with proef(tmp_path, insured({"prestaties": ["C*"], "maximum_bedrag": 25.0}, {"percentage": 0})) as p:
        p.declareer(debet("C13"))
        answer = p.play([({"r0205": "V0001"}, [debet(), *rest]), ({"r0205": "V0009"}, [debet("C12"), debet()])])
        assert (answer.toegekend[0], *answer.toegekend[-2:]) == (1000, 500, 0)


def test_prestaties_that_are_alike_of_others_share_nothing(tmp_path: Path) -> None:
    """What is alike is decided once, but each counts for himself, whatever one of them had before."""
    store = insured({"maximum_aantal": 1})
    store["polissen"].append(polis("B", bsn="100197243", verzekerdennummer="V2", geboortedatum=dt.date(1922, 3, 22)))
    with proef(tmp_path, store) as p:
        p.declareer(debet(d=600))
        answer = p.play([({}, [debet(d=400), debet("C12")]), (_STRANGER, [debet(d=400), debet("C12")])])
        assert answer.toegekend == (400, 0, 400, 0)
        assert p.play([(_STRANGER, [debet(d=600), debet("C13")])]).toegekend == (600, 0)


def test_a_maximum_of_nothing(tmp_path: Path) -> None:
    with proef(tmp_path, insured({"maximum_bedrag": 0.0}, supplementary=({"maximum_aantal": 0},))) as p:
        answer = p.declareer(debet(), debet("C12", tariff=0))
        assert answer.codes == [("0589", "8220"), ()]


def test_what_the_insurer_did_not_get_does_not_count(tmp_path: Path) -> None:
    """VECOZO stopped it."""
    with proef(tmp_path, insured({"maximum_bedrag": 10.0})) as p:
        assert p.declareer(debet(), debet("C12", r0408="20110332"), stage=Stage.ALL).total == 0
        assert p.declareer(debet(), stage=Stage.ALL).toegekend == (1000,)


def test_another_party_at_the_same_insurer_shares_it(tmp_path: Path) -> None:
    """Whoever declares it: the maximum and the earlier grants are the verzekerde's."""
    with proef(tmp_path, insured({"maximum_bedrag": 15.0})) as p:
        p.declareer(debet())
        other = p.declareer(debet(), debet("C12"), r0111="12054321")
        assert other.codes == [("0587",), ("0589",)]
        assert other.toegekend == (0, 500)


def test_labels_share_with_their_insurer(tmp_path: Path) -> None:
    """Declared at the insurer of which the polis' own is a label, twice: one maximum."""
    store = {
        "uzovi": [uzovi(), uzovi("0737", "0736")],
        "pakketten": [pakket("B", "basis", {"maximum_bedrag": 15.0})],
        "polissen": [polis("B", uzovi="0737")],
    }
    label = {"r0204": "0737"}
    with proef(tmp_path, store) as p:
        assert p.declareer(debet(), verzekerde=label).toegekend == (1000,)
        assert p.declareer(debet("C12"), verzekerde=label).toegekend == (500,)


# Several processes at once.


def _file(place: Path, number: int, *records: Fields) -> Path:
    message = Message(voorloop=make("01", r0116=f"F{number}")).add("02")
    for n, fields in enumerate(records):
        message.add("04", **{"r0432": f"{number}-{n}", **fields})
    path = place / f"{number}.asc"
    path.write_bytes(bytes(message))
    return path


def _at_once(orders: list[list[str]]) -> list[dict[str, Any]]:
    def run(words: list[str]) -> dict[str, Any]:
        ended = subprocess.run(words, env=surroundings(), capture_output=True, text=True, timeout=100, check=False)
        assert (ended.returncode, ended.stderr) == (0, "")
        was_read: dict[str, Any] = json.loads(ended.stdout)
        return was_read

    with ThreadPoolExecutor(len(orders)) as threads:
        return list(threads.map(run, orders))


@pytest.mark.slow
def test_processes_at_once_grant_no_more_than_the_maximum(tmp_path: Path) -> None:
    """Four processes, each with a prestatie of 10.00 under a maximum of 25.00, one of them with a credit beside it."""
    db = f"sqlite:///{tmp_path}/store.db"
    (tmp_path / "store.yaml").write_text(yaml.safe_dump(insured({"maximum_bedrag": 25.0})), "utf-8")
    invoke("db", "load", tmp_path / "store.yaml", "--store", db)
    files = [_file(tmp_path, n, debet(f"C1{n}")) for n in range(1, 5)]
    words = [order("replay", path, "--store", db, *ON_DATE, "--json") for path in files]
    outcomes = _at_once(words)
    assert sorted(u["totaal_toegekend"] for u in outcomes) == ["0.00", "10.00", "10.00", "5.00"]
    with_ten = next(n for n, u in enumerate(outcomes, start=1) if u["totaal_toegekend"] == "10.00")
    back = _file(tmp_path, 5, credit(f"{with_ten}-0", f"C1{with_ten}"))
    new = [_file(tmp_path, n, debet(f"V1{n}")) for n in (6, 7)]
    _at_once([order("replay", path, "--store", db, *ON_DATE, "--json") for path in (back, *new)])
    connection = sqlite3.connect(tmp_path / "store.db")
    try:
        (total,) = connection.execute("SELECT sum(toegekend_bedrag) FROM prestaties").fetchone()
    finally:
        connection.close()
    assert total <= 2500

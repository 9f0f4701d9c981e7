"""The lists of the NZa that come with the program: from when each holds, how they join, and what is said beyond them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from mzsim import Answer, Store, replay
from mzsim.store.loading import load_file
from mzsim.store.models import PrestatiecodeTable, TariefTable
from mzsim.store.shipped_files import path_of
from mzsim.store.verzekeraarsbestand import Content, Prestatiecoderegel, read_file
from tests.commands import invoke
from tests.factories import Message, make

YEARS = ("@nza-2024", "@nza-2025", "@nza-2026")
JANUARY = dt.date(2026, 1, 15)
INSURER = """
uzovi:
  - {nummer: "0736", naam: Voorbeeld Zorgverzekeraar, soort: zorgverzekeraar, edp: true}
pakketten:
  - {code: ALLES, uzovi: "0736", soort: basis, dekkingen: [{prestaties: ["*"], percentage: 100}]}
polissen:
  - {bsn: "123456782", verzekerdennummer: V0001, geboortedatum: 1954-12-10, naam: Jansen, uzovi: "0736",
     ingang: 2018-01-01, einde: null, pakketten: [ALLES]}
"""


@pytest.fixture(scope="module")
def lists() -> dict[str, Content]:
    return {name: read_file(path_of(name)).content for name in YEARS}


@pytest.fixture(scope="module")
def codes(lists: dict[str, Content]) -> dict[str, Prestatiecoderegel]:
    return {line.code: line for line in lists["@nza-2026"].prestatiecodes}


def _declared(*prestaties: dict[str, str]) -> bytes:
    first = min(fields["r0408"] for fields in prestaties)
    message = Message(make("01", r0114=first, r0115="20260115", r0117="20260115")).add("02")
    for number, fields in enumerate(prestaties):
        message.add("04", **{"r0432": f"R{number}", **fields})
    return bytes(message)


def _answer(*loaded: str, declared: bytes) -> Answer:
    with Store.memory() as store:
        store.load(INSURER, *loaded)
        return replay(declared, store, date=JANUARY)


ONE = {"r0408": "20251215", "r0413": "C002", "r0420": "12004567"}


@pytest.mark.parametrize("code", ["F156B", "F155B", "F516B", "X731CV", "X10", "A20"])
def test_the_codes_of_the_examples_of_inv_are_listed(codes: dict[str, Prestatiecoderegel], code: str) -> None:
    """INV 4.9.2 to 4.9.4."""
    assert codes[code].ingang == dt.date(2022, 1, 1)


def test_every_orthodontic_code_has_its_category(
    lists: dict[str, Content], codes: dict[str, Prestatiecoderegel]
) -> None:
    letters = defaultdict(set)
    for code in codes:
        if code.startswith("F"):
            letters[code[:4]].add(code[4:5])
    assert letters["F121"] == {"A", "B", "C"}
    assert letters["F153"] == {"B", "C"}, "the NZa has no tariff of category A"
    assert letters["F521"] == {"A"}
    assert letters["F129"] == {"C"}, "in the first two years of life: schisis only"
    assert "" not in set().union(*letters.values())
    tariffs = {line.prestatiecode: line for line in lists["@nza-2026"].tarieven}
    assert [tariffs[f"F411{letter}"].tarief for letter in "ABC"] == [12805, 26346, 49443]
    assert all(line.tarief_bijzonder is None for line in tariffs.values())


def test_a_tariff_names_a_code_of_the_list(lists: dict[str, Content], codes: dict[str, Prestatiecoderegel]) -> None:
    assert {line.prestatiecode for content in lists.values() for line in content.tarieven} <= codes.keys()


def test_the_years_join(lists: dict[str, Content], codes: dict[str, Prestatiecoderegel]) -> None:
    periods = defaultdict(list)
    for content in lists.values():
        for line in content.tarieven:
            periods[line.prestatiecode].append((line.ingang, line.einde))
    assert periods["C002"] == [
        (dt.date(2024, 1, 1), dt.date(2024, 12, 31)),
        (dt.date(2025, 1, 1), dt.date(2025, 12, 31)),
        (dt.date(2026, 1, 1), None),
    ]
    for code, found in periods.items():
        assert all(end is not None and end < start for (_, end), (start, _) in pairwise(sorted(found))), code
        assert min(start for start, _ in found) >= codes[code].ingang, code


@pytest.mark.parametrize(("name", "year"), [("@nza-2025", "2025"), ("@nza-2024", "2024")])
def test_what_is_derived_is_marked(name: str, year: str) -> None:
    assert f"DERIVED: the points of a prestatie times the puntwaarde of {year}" in path_of(name).read_text("utf-8")


@pytest.mark.slow
def test_in_whatever_order_they_are_loaded() -> None:
    tables = (PrestatiecodeTable.__tablename__, TariefTable.__tablename__)
    rows = []
    for order in (YEARS, tuple(reversed(YEARS))):
        with Store.memory() as store:
            database = store.opened()
            assert [load_file(database, path_of(name)) for name in order] == [True] * 3
            assert [load_file(database, path_of(name)) for name in order] == [False] * 3
            with database.read() as connection:
                rows.append([sorted(map(repr, connection.rows(f"SELECT * FROM {table}"))) for table in tables])
    assert rows[0] == rows[1]


def test_care_of_december_is_known_in_january() -> None:
    answer = _answer("@nza-2026", "@nza-2025", declared=_declared({**ONE, "r0424": "2883"}))
    assert (answer.codes, answer.remark) == ((), "")


def test_the_tariff_of_its_own_day_counts() -> None:
    both = [{**ONE, "r0424": "2884"}, {**ONE, "r0408": "20260105", "r0424": "2852"}]
    answer = _answer(*YEARS, declared=_declared(*both))
    assert answer.codes == ("8059", "8059")
    assert answer.granted == Decimal("57.34")


def test_the_categories_have_tariffs_of_their_own() -> None:
    """F123 costs 15.51 in category A and 27.28 in B, whether or not it is bijzondere tandheelkunde."""
    january = {"r0408": "20260105", "r0420": "13004567", "r0424": "2728"}
    answer = _answer("@nza-2026", declared=_declared({**january, "r0413": "F123B"}, {**january, "r0413": "F123A"}))
    assert answer.codes == ("8059",)
    assert answer.granted == Decimal("42.79")


def test_orthodontics_without_its_category_is_not_listed() -> None:
    answer = _answer("@nza-2026", declared=_declared({**ONE, "r0413": "F121", "r0420": "13004567"}))
    assert answer.codes == ("0582", *answer.codes[1:])


def test_tariffs_that_do_not_reach_are_told_once() -> None:
    two = [{**ONE, "r0424": "9999"}, {**ONE, "r0408": "20251216", "r0424": "9999"}]
    answer = _answer("@nza-2026", declared=_declared(*two))
    assert (
        answer.remark
        == "no tarieven of the store are in force on 2025-12-15 and 1 other day; load a list that reaches so far"
    )
    assert answer.to_dict()["kanttekening"] == answer.remark


def test_codes_that_do_not_reach_are_told_where_vecozo_answers() -> None:
    answer = _answer("@nza-2026", declared=_declared({**ONE, "r0408": "20211231"}))
    assert (answer.sender, set(answer.codes)) == ("VECOZO", {"0582"})
    assert answer.remark == "no prestatiecodes of the store are in force on 2021-12-31; load a list that reaches so far"


def test_both_in_one_line(tmp_path: Path) -> None:
    """Of an insurer that does not have VECOZO before it; a day that does not exist is not told of."""
    declaration = tmp_path / "x.asc"
    declaration.write_bytes(_declared({**ONE, "r0408": "20211231"}, {**ONE, "r0408": "20211332"}))
    (tmp_path / "store.yaml").write_text(INSURER, "utf-8")
    url = f"sqlite:///{tmp_path / 'store.db'}"
    assert invoke("db", "load", "--store", url, tmp_path / "store.yaml", "@nza-2026").exit_code == 0
    result = invoke("replay", "--store", url, "--date", "2026-01-15", "--stage", "verzekeraar", declaration)
    assert result.exit_code == 0
    assert result.stderr == (
        f"mzsim: {declaration}: no prestatiecodes of the store are in force on 2021-12-31 and no tarieven of the store are"
        " in force on 2021-12-31; load a list that reaches so far\n"
    )


def test_a_store_without_lists_says_nothing() -> None:
    assert _answer(declared=_declared({**ONE, "r0408": "20211231"})).remark == ""

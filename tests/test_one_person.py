"""A verzekerde is one person, however a message names him, and the insurer one insurer, label or not (INV 2.3.5, 2.3.6).

What was declared and granted under one name counts under the other, in an earlier file and in the same one.
"""

from __future__ import annotations

import datetime as dt
import itertools
from pathlib import Path
from typing import Any

import pytest

from mzsim.domain.findings import Row, Stage
from mzsim.explanation.collector import Collector
from mzsim.pipeline import Order, replay
from mzsim.reports.data import ReportSource
from mzsim.store.models import PolisTable, PrestatieTable
from tests.commands import DATE
from tests.factories import Message, make
from tests.verzekerden import BSN, Fields, Replayed, Trial, credit, debet, insured, polis, proef, uzovi

TWIN = "999900249"
BY_BSN: Fields = {}
BY_BSN_WITH_NUMBER: Fields = {"r0205": "V0001"}
BY_NUMBER: Fields = {"r0203": "999999999", "r0205": "V0001"}
NAMES = {"bsn": BY_BSN, "bsn and number": BY_BSN_WITH_NUMBER, "number": BY_NUMBER}
INSURER, LABEL, OTHER_LABEL = "0736", "0737", "0738"
Addressed = tuple[Fields, str]
"""A verzekerde as a message names him, and the insurer that it goes to."""


def _ways() -> list[Any]:
    """How the same person may be declared twice: by other names, and to another of the insurers that are one."""
    names = [((a, INSURER), (b, INSURER)) for a, b in itertools.permutations(NAMES, 2)]
    insurers = [(("bsn", a), ("bsn", b)) for a, b in itertools.permutations((INSURER, LABEL, OTHER_LABEL), 2)]
    both = [(("bsn", LABEL), ("number", INSURER)), (("number", LABEL), ("bsn", INSURER))]
    return [
        pytest.param((NAMES[a], at), (NAMES[b], then), id=f"{a} at {at}, {b} at {then}")
        for (a, at), (b, then) in (*names, *insurers, *both)
    ]


EACH_WAY = pytest.mark.parametrize(("first", "second"), _ways())
EACH_NAME = pytest.mark.parametrize(
    ("first", "second"), [(NAMES[a], NAMES[b]) for a, b in itertools.permutations(NAMES, 2)]
)


def _store(*dekkingen: dict[str, Any], beleid: dict[str, Any] | None = None, **lists: Any) -> dict[str, Any]:
    """An insurer with two labels, and a person with the same polis at each of the three."""
    three = [uzovi(**(beleid or {})), *(uzovi(label, INSURER, **(beleid or {})) for label in (LABEL, OTHER_LABEL))]
    polissen = [polis("B", uzovi=line["nummer"]) for line in three]
    return insured(*(dekkingen or ({},)), uzovi=three, **{"polissen": polissen, **lists})


def _declare(p: Trial, who: Addressed, *records: Fields, **voorloop: Any) -> Replayed:
    fields, at = who
    return p.declareer(*records, verzekerde={**fields, "r0204": at}, r0108=at, **voorloop)


# Found by number.


def test_a_polis_with_a_bsn_is_found_by_number(tmp_path: Path) -> None:
    with proef(tmp_path, _store()) as p:
        assert p.declareer(debet(), verzekerde=BY_NUMBER).toegekend == (1000,)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"r0205": "V0002"}, "0300"),  # nobody's number
        ({"r0207": "19541211"}, "0307"),  # nobody with this number was born then
        ({"r0207": "19820701"}, "0300"),  # two were
    ],
)
def test_who_is_not_found_by_number_and_date_of_birth(fields: Fields, code: str, tmp_path: Path) -> None:
    born = dt.date(1982, 7, 1)
    twins = [polis("B", bsn=bsn, geboortedatum=born) for bsn in (TWIN, "999900250")]
    with proef(tmp_path, _store(polissen=[polis("B"), *twins])) as p:
        answer = p.declareer(debet(), verzekerde=BY_NUMBER | fields)
        assert [m.retourcode for m in answer.uitkomst.meldingen] == [code]
        assert answer.toegekend == (0,)
        assert p.declareer(debet(), verzekerde=BY_NUMBER).toegekend == (1000,), "the other with that number"


def test_persons_who_share_a_number_share_nothing_else(tmp_path: Path) -> None:
    """None of them has a BSN: the date of birth tells them apart, in what was granted before too."""
    born = dt.date(1982, 7, 1)
    two = [polis("B", bsn=None), polis("B", bsn=None, geboortedatum=born)]
    other = BY_NUMBER | {"r0207": "19820701"}
    with proef(tmp_path, _store({"maximum_bedrag": 10.0}, polissen=two)) as p:
        assert p.declareer(debet(), verzekerde=BY_NUMBER).toegekend == (1000,)
        assert p.declareer(debet(), verzekerde=other).toegekend == (1000,)
        assert p.declareer(debet("C12"), verzekerde=other).codes == [("0589",)]
        assert p.declareer(debet("C13"), verzekerde=BY_NUMBER).codes == [("0589",)]


# What went before, under another name or to another of the insurers that are one.


@EACH_WAY
def test_the_same_prestatie(first: Addressed, second: Addressed, tmp_path: Path) -> None:
    with proef(tmp_path, _store()) as p:
        assert _declare(p, first, debet()).toegekend == (1000,)
        assert _declare(p, second, debet()).codes == [("0587",)]


@pytest.mark.slow
@EACH_WAY
@pytest.mark.parametrize(
    ("maximum", "code"), [({"maximum_bedrag": 10.0}, "0589"), ({"maximum_aantal": 1}, "8220")], ids=["bedrag", "aantal"]
)
@pytest.mark.parametrize("per", ["kalenderjaar", "verzekering"])
def test_a_maximum(
    per: str, maximum: dict[str, Any], code: str, first: Addressed, second: Addressed, tmp_path: Path
) -> None:
    with proef(tmp_path, _store({**maximum, "per": per})) as p:
        assert _declare(p, first, debet()).toegekend == (1000,)
        assert _declare(p, second, debet("C12")).codes == [(code,)]


@EACH_WAY
def test_a_credit(first: Addressed, second: Addressed, tmp_path: Path) -> None:
    """It takes back what was granted under the other name; the prestatie is free again under either."""
    with proef(tmp_path, _store()) as p:
        _declare(p, first, debet(r0432="A"))
        assert _declare(p, second, credit("A")).toegekend == (-1000,)
        assert _declare(p, second, credit("A")).codes == [("8084",)]
        assert _declare(p, first, debet()).toegekend == (1000,)


@EACH_WAY
def test_costs_that_come_later(first: Addressed, second: Addressed, tmp_path: Path) -> None:
    with proef(tmp_path, _store()) as p:
        _declare(p, first, debet("P25"))
        assert _declare(p, second, debet("P25", r0409="02")).toegekend == (1000,)


INTERVAL = {"nummer": "F122", "prestaties": ["F122"], "soort": "interval", "dagen": 30, "tegenhanger": ["F121", "F122"]}
ONLY_WITH = {"nummer": "R14", "prestaties": ["R14"], "soort": "alleen_met", "bereik": "zitting", "tegenhanger": ["R24"]}
MAXIMUM = {"nummer": "M30", "prestaties": ["M30"], "soort": "maximum", "bereik": "zitting", "aantal": 1}
RULES = [r | {"ingang": dt.date(2011, 1, 1), "bron": "test", "tekst": "a rule"} for r in (INTERVAL, ONLY_WITH, MAXIMUM)]


@EACH_WAY
def test_the_rules_on_combinations(first: Addressed, second: Addressed, tmp_path: Path) -> None:
    with proef(tmp_path, _store(combinatieregels=RULES)) as p:
        _declare(p, first, debet("F121", r0408="20110310"), debet("R24"), debet("M30"))
        records = debet("F122", r0408="20110320"), debet("R14"), debet("M30", r0415="16")
        assert _declare(p, second, *records).codes == [("0633",), (), ("0634",)]


@EACH_WAY
def test_when_an_authorisation_is_needed(first: Addressed, second: Addressed, tmp_path: Path) -> None:
    """Above an amount that counts what was granted before."""
    duty = {"prestaties": ["*"], "boven_bedrag": 15.0, "per": "verzekering"}
    with proef(tmp_path, _store(beleid={"machtigingsplichtig": [duty]}, machtigingen=[])) as p:
        assert _declare(p, first, debet(r0406="")).toegekend == (1000,)
        assert _declare(p, second, debet("C12", r0406="")).codes == [("0551",)]


@pytest.mark.parametrize("number", ["", "M1"])
@EACH_NAME
def test_an_authorisation_with_a_bsn(number: str, first: Fields, second: Fields, tmp_path: Path) -> None:
    with proef(tmp_path, _store({"machtiging": True})) as p:
        for who in (first, second):
            p.declareer(debet(r0406=number), verzekerde=who)
        assert p.declareer(debet("C12", r0406=number), verzekerde=second).toegekend == (1000,)


def test_an_authorisation_of_another(tmp_path: Path) -> None:
    """Who declares by number gets no more than he would by his BSN."""
    machtiging = insured()["machtigingen"][0] | {"bsn": TWIN}
    with proef(tmp_path, _store({"machtiging": True}, machtigingen=[machtiging])) as p:
        for who in NAMES.values():
            assert p.declareer(debet(r0406="M1"), verzekerde=who).codes == [("0554",)]
            assert p.declareer(debet(r0406=""), verzekerde=who).codes == [("0551",)]


def test_another_insurer_has_a_history_of_its_own(tmp_path: Path) -> None:
    other = {"uzovi": [uzovi(), uzovi("0739")], "polissen": [polis("B"), polis("C", uzovi="0739")]}
    pakketten = [*insured({})["pakketten"], insured({})["pakketten"][0] | {"code": "C", "uzovi": "0739"}]
    with proef(tmp_path, insured(**other, pakketten=pakketten)) as p:
        for at in ("0736", "0739"):
            assert _declare(p, (BY_NUMBER, at), debet()).toegekend == (1000,)
            assert _declare(p, (BY_BSN, at), debet()).codes == [("0587",)]


# Both names in one file.


@pytest.mark.slow
@EACH_NAME
@pytest.mark.parametrize("between", [0, 2100], ids=["together", "thousands of records apart"])
def test_two_names_in_one_file(between: int, first: Fields, second: Fields, tmp_path: Path) -> None:
    rest = [debet("M03", r0408=f"2010{1 + n % 12:02d}{1 + n % 28:02d}", d=0, tariff=0) for n in range(between)]
    dekkingen = ({"prestaties": ["C*"], "maximum_bedrag": 25.0}, {})
    with proef(tmp_path, _store(*dekkingen)) as p:
        answer = p.play([(first, [debet(), *rest]), (second, [debet(), debet("C12"), debet("C13")])])
        assert answer.toegekend[-3:] == (0, 1000, 500)
        assert answer.codes[-3:] == [("0587",), (), ("0589",)]


@EACH_NAME
def test_costs_under_the_other_name_in_one_file(first: Fields, second: Fields, tmp_path: Path) -> None:
    """Their 01 stands before them, and has room for one of either kind."""
    with proef(tmp_path, _store()) as p:
        costs = debet("P25", r0409="02")
        assert p.play([(first, [debet("P25")]), (second, [costs])], dry_run=True).toegekend == (1000, 1000)
        assert p.play([(first, [debet("P25", r0408="20110330")]), (second, [costs])], dry_run=True).codes[1] == (
            "0634",
        )
        both = [debet("P25"), debet("P25", r0409="04")]
        assert p.play([(first, both), (second, [costs])]).codes == [(), (), ("0634",)]


@EACH_NAME
def test_the_rules_on_combinations_in_one_file(first: Fields, second: Fields, tmp_path: Path) -> None:
    """A record is judged beside all that the person has in the file, wherever it stands; others share nothing with him."""
    with proef(tmp_path, _store(combinatieregels=RULES)) as p:
        early = [debet("F121", r0408="20110310"), debet("R24"), debet("M30")]
        late = [debet("F122", r0408="20110320"), debet("R14"), debet("M30", r0415="16")]
        expected = {"F122": ("0633",), "R14": ()}
        for order in ((early, late), (late, early)):
            answer = p.play(list(zip((first, second), order, strict=True)), dry_run=True)
            codes = dict(zip((r["r0413"] for r in (*order[0], *order[1])), answer.codes, strict=True))
            assert {code: codes[code] for code in expected} == expected
            assert [c for r, c in zip((*order[0], *order[1]), answer.codes, strict=True) if r["r0413"] == "M30"] == [
                (),
                ("0634",),
            ]


def test_who_is_rejected_does_not_stand_beside_anybody(tmp_path: Path) -> None:
    """What a rule asks for was declared under another date of birth, which is nobody's."""
    wrong = BY_NUMBER | {"r0207": "19541211"}
    with proef(tmp_path, _store(combinatieregels=RULES)) as p:
        answer = p.play([(BY_BSN, [debet("R14")]), (wrong, [debet("R24")])])
        assert answer.codes == [("0634",), ("8002",)]


def test_an_amount_above_which_an_authorisation_is_needed_in_one_file(tmp_path: Path) -> None:
    duty = {"prestaties": ["*"], "boven_bedrag": 15.0, "per": "verzekering"}
    with proef(tmp_path, _store(beleid={"machtigingsplichtig": [duty]}, machtigingen=[])) as p:
        answer = p.play([(BY_NUMBER, [debet(r0406="")]), (BY_BSN, [debet("C12", r0406="")])])
        assert answer.codes == [(), ("0551",)]


# Polissen that change while there is history.


def _persons(p: Trial, table: type[PolisTable] | type[PrestatieTable]) -> set[str]:
    with p.store.read() as connection:
        return set(connection.scalars(f"SELECT persoon FROM {table.__tablename__}"))


@pytest.mark.parametrize("start", [dt.date(2006, 1, 1), dt.date(2011, 1, 1)], ids=["the same polis", "a later one"])
@pytest.mark.parametrize("at", [INSURER, LABEL])
def test_a_bsn_that_comes_later(at: str, start: dt.date, tmp_path: Path) -> None:
    """A polis without a BSN, what was declared under it, and then a polis with one."""
    with proef(tmp_path, _store(polissen=[polis("B", bsn=None, uzovi=at)])) as p:
        assert _declare(p, (BY_NUMBER, at), debet()).toegekend == (1000,)
        p.load({"polissen": [polis("B", uzovi=at, ingang=start)]})
        assert _persons(p, PolisTable) == _persons(p, PrestatieTable) == {BSN}
        for name in NAMES.values():
            assert _declare(p, (name, at), debet()).codes == [("0587",)]
        p.load({"polissen": [polis("B", bsn=None, uzovi=at)]})
        assert _persons(p, PolisTable) == {BSN}, "an older file does not make the insurer forget"
        assert _declare(p, (BY_BSN, at), debet()).codes == [("0587",)]


def test_a_polis_that_ended_ends_for_who_had_no_bsn(tmp_path: Path) -> None:
    """The line with the BSN replaces the one without, its last day included."""
    with proef(tmp_path, _store(polissen=[polis("B", bsn=None)])) as p:
        p.load({"polissen": [polis("B", einde=dt.date(2010, 12, 31))]})
        assert p.declareer(debet(), verzekerde=BY_NUMBER).codes == [("0320",)]


def test_a_bsn_of_which_two_may_be_meant(tmp_path: Path) -> None:
    """Nobody knows whose the polis without a BSN is; with one more person there are three, and none is found by number."""
    without = polis("B", bsn=None, ingang=dt.date(2005, 1, 1))
    with proef(tmp_path, _store(polissen=[without, polis("B"), polis("B", bsn=TWIN)])) as p:
        assert _persons(p, PolisTable) == {BSN, TWIN, "V19541210V0001"}
        assert p.declareer(debet(), verzekerde=BY_NUMBER).toegekend == (0,)
        assert p.declareer(debet()).toegekend == (1000,)


def test_another_bsn_is_another_person(tmp_path: Path) -> None:
    with proef(tmp_path, _store(polissen=[polis("B")])) as p:
        p.declareer(debet(), verzekerde=BY_NUMBER)
        p.load({"polissen": [polis("B", bsn=TWIN)]})
        assert p.declareer(debet(), verzekerde={"r0203": TWIN}).toegekend == (1000,)
        assert p.declareer(debet()).codes == [("0587",)]


def test_another_number_is_the_same_person(tmp_path: Path) -> None:
    """What was declared under a number stays his when his polis gets another."""
    with proef(tmp_path, _store(polissen=[polis("B", bsn=None)])) as p:
        p.declareer(debet(), verzekerde=BY_NUMBER)
        p.load({"polissen": [polis("B")]})
        p.load({"polissen": [polis("B", verzekerdennummer="V0009")]})
        assert p.declareer(debet()).codes == [("0587",)]
        assert p.declareer(debet(), verzekerde=BY_NUMBER | {"r0205": "V0009"}).codes == [("0587",)]


def test_insurers_that_become_one(tmp_path: Path) -> None:
    """A polis without a BSN at an insurer that becomes a label of the one that knows the person."""
    at = [polis("B", bsn=None, uzovi=LABEL, pakketten=["L"]), polis("B")]
    pakketten = [*insured({})["pakketten"], insured({})["pakketten"][0] | {"code": "L", "uzovi": LABEL}]
    with proef(tmp_path, insured({}, uzovi=[uzovi(), uzovi(LABEL)], polissen=at, pakketten=pakketten)) as p:
        assert _declare(p, (BY_NUMBER, LABEL), debet()).toegekend == (1000,)
        p.load({"uzovi": [uzovi(LABEL, INSURER)]})
        assert _persons(p, PolisTable) == _persons(p, PrestatieTable) == {BSN}
        assert _declare(p, (BY_BSN, INSURER), debet()).codes == [("0587",)]


# What people are told.


def _objections(p: Trial, who: Addressed, *records: Fields, folder: Path) -> dict[str, list[Row]]:
    """The rows that decided each objection, masked."""
    fields, at = who
    message = Message(voorloop=make("01", r0108=at, r0116="F9")).add("02", **fields, r0204=at)
    for record in records:
        message.add("04", **record)
    (folder / "e.asc").write_bytes(bytes(message))
    with Collector(lambda value: "*" * len(value)) as collector:
        order = Order(folder / "e.asc", folder / "e.out", DATE, Stage.INSURER, dry_run=True, collector=collector)
        return {m.finding.check.id: list(m.finding.rows) for m in replay(order, p.store).meldingen}


@EACH_WAY
def test_the_rows_that_decided(first: Addressed, second: Addressed, tmp_path: Path) -> None:
    """What was declared under the other name is shown as that which decided."""
    with proef(tmp_path, _store(combinatieregels=RULES)) as p:
        _declare(p, first, debet(r0432="A"), debet("F121", r0408="20110310", r0432="B"))
        rows = _objections(p, second, debet(), debet("F122", r0408="20110320"), credit("C"), folder=tmp_path)
        assert [row.waarden["referentienummer"] for row in rows["0413-8"] if row.waarden] == ["A"]
        assert [row.waarden["referentienummer"] for row in rows["0413-9"][1:] if row.waarden] == ["B"]
        assert {row.waarden["bsn"] for row in rows["0413-8"] if row.waarden} == {"*" * 9}


def test_the_polissen_that_decided(tmp_path: Path) -> None:
    """By number they are those with that number, whoever they are of; numbers are hidden."""
    twin = polis("B", bsn=TWIN)
    with proef(tmp_path, _store(polissen=[polis("B"), twin])) as p:
        several = _objections(p, (BY_NUMBER, INSURER), debet(), folder=tmp_path)
        assert [row.lijst for row in several["0205-5"]] == ["polissen", "polissen"]
        assert {row.waarden["bsn"] for row in several["0205-5"] if row.waarden} == {"*" * 9}
        nobody = _objections(p, (BY_NUMBER | {"r0205": "V7"}, INSURER), debet(), folder=tmp_path)
        assert [(row.sleutel, row.waarden) for row in nobody["0205-3"]] == [
            ({"uzovi": INSURER, "verzekerdennummer": "**"}, None)
        ]


def test_a_person_without_a_bsn_is_shown_by_number_and_birth(tmp_path: Path) -> None:
    with proef(tmp_path, _store(polissen=[polis("B", bsn=None)])) as p:
        rows = _objections(p, (BY_NUMBER, INSURER), debet("P25", r0409="02"), folder=tmp_path)["0409-7"]
        keys = {name: rows[0].sleutel[name] for name in ("verzekerdennummer", "geboortedatum")}
        assert keys == {"verzekerdennummer": "*" * 5, "geboortedatum": "1954-12-10"}


@EACH_WAY
def test_a_patient_counts_once(first: Addressed, second: Addressed, tmp_path: Path) -> None:
    with proef(tmp_path, _store()) as p:
        for who, code in ((first, "C11"), (second, "C12")):
            _declare(p, who, debet(code))
        with p.store.read() as connection:
            (counts,) = ReportSource(connection, "12012345").tallies(dt.date(2011, 6, 1))
        assert (counts.patients, counts.treatments) == (1, 2)

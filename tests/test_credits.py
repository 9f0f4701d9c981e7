"""Credits: with which amount, what they give back, and that a set or a file may be of any size (a credit and its debet sum
to 0)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import yaml

from mzsim.domain.findings import Outcome, Stage, Status
from mzsim.pipeline import Order, replay
from mzsim.script.directing import Script
from mzsim.script.file import load_script
from mzsim.store.loading import load_file
from mzsim.store.session import Database
from tests.factories import Message, make
from tests.retours import read
from tests.verzekerden import credit, debet, insured, pakket, polis, proef, tariff, uzovi

DATE = dt.date(2011, 5, 2)
HALF = """
pakketten:
  - {code: ALLES, uzovi: "0736", soort: basis, dekkingen: [{prestaties: ["*"], percentage: 75}]}
"""


def _message(factuurnummer: str, *prestaties: dict[str, str]) -> Message:
    message = Message(voorloop=make("01", r0116=factuurnummer)).add("02")
    for fields in prestaties:
        message.add("04", **fields)
    return message


def _play(message: Message, store: Database, folder: Path, stage: Stage = Stage.ALL) -> Outcome:
    place = folder / f"{message.voorloop['0116']}.asc"
    place.write_bytes(bytes(message))
    return replay(Order(place, place.with_suffix(".retour"), DATE, stage), store)


def _debet(number: str, **fields: str) -> dict[str, str]:
    return {"r0432": number, **fields}


def _credit(number: str, previous: str, **fields: str) -> dict[str, str]:
    return {"r0427": "C", "r0432": number, "r0433": previous, **fields}


@pytest.fixture
def three_quarters(store: Database, tmp_path: Path) -> Database:
    """A store whose insurer pays three quarters."""
    file = tmp_path / "driekwart.yaml"
    file.write_text(yaml.safe_dump(yaml.safe_load(HALF)), "utf-8")
    load_file(store, file)
    return store


def test_a_credit_takes_back_what_was_granted(store: Database, tmp_path: Path) -> None:
    _play(_message("F1", _debet("A")), store, tmp_path)
    outcome = _play(_message("F2", _credit("B", "A")), store, tmp_path)
    assert (outcome.status, outcome.total_granted) == (Status.FULLY_GRANTED, -1000)


def test_a_credit_of_a_part_comes_back(three_quarters: Database, tmp_path: Path) -> None:
    debet = _play(_message("F1", _debet("A")), three_quarters, tmp_path)
    outcome = _play(_message("F2", _credit("B", "A")), three_quarters, tmp_path)
    assert (debet.total_granted, outcome.total_granted) == (750, -750)
    assert [(m.retourcode, m.finding.check.id) for m in outcome.meldingen] == [("0613", "0430-5")]
    assert outcome.status is Status.PARTLY_GRANTED
    retour = (tmp_path / "F2.retour").read_bytes().split(b"\r\n")
    assert retour[2][310:328] == b"00001000C00000750C"


def test_credits_beside_debets_of_the_same_amount(three_quarters: Database, tmp_path: Path) -> None:
    _play(_message("F1", _debet("A")), three_quarters, tmp_path)
    outcome = _play(_message("F2", _credit("B", "A"), _debet("C")), three_quarters, tmp_path)
    assert outcome.total_granted == 0


def test_a_test_message_credits_nothing(store: Database, tmp_path: Path) -> None:
    _play(_message("F1", _debet("A")), store, tmp_path)
    proef = _message("F2", _credit("B", "A"))
    proef.voorloop["0105"] = "T"
    assert _play(proef, store, tmp_path).status is Status.FULLY_GRANTED
    assert _play(_message("F3", _credit("C", "A")), store, tmp_path).status is Status.FULLY_GRANTED


@pytest.mark.slow
def test_credits_and_late_costs_across_groups(store: Database, tmp_path: Path) -> None:
    """Facts are fetched for two thousand records at a time; a line is found back in the group after."""
    count = 2500
    entries = {
        i: {
            "r0413": "R24",
            "r0424": str(i),
            "r0408": f"{dt.date(2011, 3, 31) - dt.timedelta(days=i % 1000):%Y%m%d}",
            "r0415": f"1{1 + i // 1000}",
        }
        for i in range(1, count)
    }
    _play(_message("F1", *(_debet(f"A{i}", **entry) for i, entry in entries.items())), store, tmp_path)
    credits = [_credit(f"B{i}", f"A{i}", **entry) for i, entry in entries.items()]
    costs = [_debet("K1", r0409="02", r0413="R24"), _debet("K2", r0409="02", r0413="R34")]
    double = _credit("X", "A1", **entries[1])
    outcome = _play(_message("F2", *credits, double, *costs), store, tmp_path)
    assert [(m.finding.line, m.finding.check.id) for m in outcome.meldingen] == [
        (count + 2, "0433-4"),
        (count + 3, "0409-7"),
        (count + 4, "0409-7"),
    ]


# With which amount: what the debet was granted, or else (our choice) what it declared.

HALF_PAID = insured({"percentage": 50})
BOTH_FORMS = pytest.mark.parametrize("amount", [500, 1000], ids=["as granted", "as declared"])


def test_a_credit_as_the_standard_prescribes_is_approved(tmp_path: Path) -> None:
    """A copy of its debet with what that was granted: nothing comes back but 8001."""
    with proef(tmp_path, HALF_PAID) as p:
        p.declareer(debet(r0432="A"))
        answer = p.declareer(credit("A", d=500), stage=Stage.ALL)
    assert answer.uitkomst.status is Status.FULLY_GRANTED
    assert read(answer.retour)[0].codes == ("8001",)
    assert (answer.uitkomst.total_declared, answer.total) == (-500, -500)


def test_a_credit_of_what_was_declared_says_what_was_granted(tmp_path: Path) -> None:
    with proef(tmp_path, HALF_PAID) as p:
        p.declareer(debet(r0432="A"))
        answer = p.declareer(credit("A"), stage=Stage.ALL)
    assert (answer.codes, answer.amounts) == ([("0613",)], [("1000C", "500C")])
    assert (answer.uitkomst.total_declared, answer.total) == (-1000, -500)


@pytest.mark.parametrize("amount", [1, 250, 499, 501, 999])
def test_no_part_can_be_credited_and_no_other_amount(amount: int, tmp_path: Path) -> None:
    with proef(tmp_path, HALF_PAID) as p:
        p.declareer(debet(r0432="A"))
        answer = p.declareer(credit("A", d=amount))
        assert (answer.codes, answer.total) == ([("8017",)], 0)
        assert p.declareer(credit("A", d=500)).total == -500, "what was refused took nothing back"


@pytest.mark.parametrize("amount", [1, 500, 999])
def test_no_part_of_what_was_granted_in_full(amount: int, tmp_path: Path) -> None:
    with proef(tmp_path, insured({})) as p:
        p.declareer(debet(r0432="A"))
        assert p.declareer(credit("A", d=amount)).codes == [("8017",)]


@BOTH_FORMS
def test_what_is_credited_may_be_declared_again_behind_its_credit(amount: int, tmp_path: Path) -> None:
    with proef(tmp_path, HALF_PAID) as p:
        p.declareer(debet(r0432="A"))
        answer = p.declareer(debet(tariff=900), credit("A", d=amount), debet(tariff=800))
        assert answer.toegekend == (0, -500, 400)
        assert p.declareer(debet(tariff=800)).codes == [("0613", "0587")]


@BOTH_FORMS
@pytest.mark.parametrize("again", [500, 1000])
@pytest.mark.parametrize("files", [1, 2])
def test_a_debet_is_credited_once_in_whatever_way(amount: int, again: int, files: int, tmp_path: Path) -> None:
    first, second = credit("A", d=amount, r0432="B"), credit("A", d=again, r0432="C")
    with proef(tmp_path, HALF_PAID) as p:
        p.declareer(debet(r0432="A"))
        if files == 1:
            answer = p.declareer(first, second)
        else:
            assert p.declareer(first).total == -500
            answer = p.declareer(second)
        assert answer.codes[-1] == ("8084",)
        assert answer.toegekend[-1] == 0


@BOTH_FORMS
def test_a_credit_can_not_be_credited(amount: int, tmp_path: Path) -> None:
    with proef(tmp_path, HALF_PAID) as p:
        p.declareer(debet(r0432="A"))
        p.declareer(credit("A", d=amount, r0432="B"))
        assert p.declareer(credit("B", d=500)).codes == [("8017",)]
        assert p.declareer(credit("B")).codes == [("8017",)]


@pytest.mark.parametrize("amount", [0, 1000])
def test_what_was_granted_nothing_can_not_be_credited(amount: int, tmp_path: Path) -> None:
    """Neither with what it declared nor with nothing: then the amounts contradict each other as well (0424-2)."""
    with proef(tmp_path, insured({"percentage": 0})) as p:
        assert p.declareer(debet(r0432="A")).codes == [("0613",)]
        answer = p.declareer(credit("A", d=amount))
        assert answer.codes == [("8017",) if amount else ("0611", "8017")]
        assert answer.total == 0


def test_a_prestatie_of_nothing_is_credited_with_nothing(tmp_path: Path) -> None:
    with proef(tmp_path, HALF_PAID) as p:
        p.declareer(debet(tariff=0, r0432="A"))
        assert p.declareer(credit("A", tariff=0)).codes == [()]
        assert p.declareer(credit("A", tariff=0)).codes == [("8084",)]


def _script(folder: Path, store: Database, **action: object) -> Script:
    """That answers on every prestatierecord with this."""
    file = folder / "antwoord.yaml"
    file.write_text(yaml.safe_dump([{"match": {"0401": "04"}, "action": action}]), "utf-8")
    return load_script(file, store)


@pytest.mark.parametrize("granted", [3.00, 9.99])
def test_a_credit_of_what_a_script_granted(granted: float, tmp_path: Path) -> None:
    cents = round(100 * granted)
    with proef(tmp_path, insured({})) as p:
        script = _script(tmp_path, p.store, toekennen=granted)
        assert p.declareer(debet(r0432="A"), script=script).total == cents
        assert p.declareer(credit("A", d=cents), dry_run=True).codes == [()]
        assert p.declareer(credit("A")).codes == [("0613",)]


def test_what_a_script_rejected_can_not_be_credited(tmp_path: Path) -> None:
    with proef(tmp_path, insured({})) as p:
        p.declareer(debet(r0432="A"), script=_script(tmp_path, p.store, codes=["8007"]))
        assert p.declareer(credit("A")).codes == [("8017",)]


@BOTH_FORMS
def test_maxima_get_back_what_was_granted(amount: int, tmp_path: Path) -> None:
    """In euro what the dekking paid, in number what it counted."""
    year = {"per": "kalenderjaar"}
    store = insured(
        {"prestaties": ["C*"], "percentage": 50, "maximum_bedrag": 5.0, **year},
        {"percentage": 50, "maximum_aantal": 2, **year},
    )
    with proef(tmp_path, store) as p:
        assert p.declareer(debet(r0432="A"), debet("C12")).toegekend == (500, 0)
        assert p.declareer(credit("A", d=amount), debet("C12")).toegekend == (-500, 500)
        assert p.declareer(debet("V13", tariff=500, n=2, r0432="D"), debet("V14")).toegekend == (500, 0)
        assert p.declareer(credit("D", "V13", tariff=500, n=2, d=amount), debet("V14")).toegekend == (-500, 500)


@BOTH_FORMS
@pytest.mark.parametrize("files", [1, 2])
def test_what_asks_for_an_authorisation_gets_back_what_was_declared(amount: int, files: int, tmp_path: Path) -> None:
    """`machtigingsplichtig` counts what was declared; so a credit of less gives all of that back."""
    duty = {"prestaties": ["*"], "boven_bedrag": 10.00, "per": "kalenderjaar"}
    store = {**insured({"percentage": 50}), "uzovi": [uzovi(machtigingsplichtig=[duty])], "machtigingen": []}
    with proef(tmp_path, store) as p:
        p.declareer(debet(r0432="A"))
        back, next_one = credit("A", d=amount), debet("C12", r0432="B")
        assert p.declareer(next_one, dry_run=True).codes == [("0551",)]
        if files == 1:
            assert p.declareer(back, next_one).toegekend == (-500, 500)
        else:
            p.declareer(back)
            assert p.declareer(next_one).toegekend == (500,)
        assert p.declareer(debet("C13", tariff=1)).codes == [("0551",)]


def test_of_two_with_one_number_each_is_credited_with_its_own_amount(tmp_path: Path) -> None:
    """An insurer that doesn't look at numbers that were used. What was granted goes before what was declared."""
    store = {**insured({"prestaties": ["C11"], "percentage": 50}, {}), "uzovi": [uzovi(uit=["0432-3", "0413-8"])]}
    with proef(tmp_path, store) as p:
        assert p.declareer(debet(tariff=1000, r0432="A")).total == 500
        assert p.declareer(debet(tariff=2000, r0432="A")).total == 1000
        assert p.declareer(credit("A", tariff=2000, d=1000)).total == -1000
        assert p.declareer(credit("A", d=1000)).total == -500
        assert p.declareer(credit("A", d=500)).codes == [("8084",)]


WLZ = {"r0102": "250", "r0108": "5509", "r0114": "20180301", "r0115": "20180331", "r0117": "20180430"}


@pytest.mark.parametrize("amount", [700, 1000], ids=["as granted", "as declared"])
def test_a_wlz_credit_of_what_was_granted_in_part(amount: int, tmp_path: Path) -> None:
    """There is no eigen bijdrage in the Wlz, but a tariff that is too high is granted in part. A set goes back as a whole."""
    store = {
        "uzovi": [uzovi("5509") | {"soort": "zorgkantoor"}],
        "pakketten": [pakket("WLZ", "wlz", {}, of="5509")],
        "polissen": [polis("WLZ", uzovi="5509")],
        "tarieven": [tariff("F156B", 7.00)],
    }
    day = {"r0408": "20180331"}
    hours, costs = debet("F156B", r0432="A", **day), debet("F156B", r0409="02", r0432="B", **day)
    first = credit("A", "F156B", d=amount, r0432="C", **day)
    second = credit("B", "F156B", r0409="02", r0432="D", **day)
    how = {"date": dt.date(2018, 5, 2), "stage": Stage.ALL, "verzekerde": {"r0204": "5509"}, **WLZ}
    with proef(tmp_path, store) as p:
        assert p.declareer(hours, costs, **how).toegekend == (700, 1000)
        assert p.declareer(first, **how).codes == [("0634",)], "a part of the set"
        wrong = first | {"r0430": "300", "r0432": "F"}
        answer = p.declareer(wrong, second | {"r0432": "G"}, **how)
        assert answer.codes == [("8017",), ("0634",)], "what credits another amount takes nothing back"
        answer = p.declareer(first | {"r0432": "E"}, second, **how)
        assert answer.toegekend == (-700, -1000)
        assert answer.codes == [() if amount == 700 else ("0613",), ()]

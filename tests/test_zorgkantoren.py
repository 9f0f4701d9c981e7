"""A Wlz message to a group of zorgkantoren: the polis is that of any member (INV 4.3, table 4-2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.verzekerden import BSN, Replayed, Trial, debet, pakket, polis, proef, uzovi

GROUP, NORTH, SOUTH, ELSEWHERE, INSURER = "5500", "5501", "5502", "5599", "0736"
DATE = dt.date(2018, 5, 2)
WLZ = {"r0102": "250", "r0114": "20180301", "r0115": "20180331", "r0117": "20180430"}
RECORD = debet(r0408="20180331")


def _kantoor(number: str, label_van: str | None = None, **beleid: object) -> dict[str, Any]:
    return {**uzovi(number, label_van, **beleid), "soort": "zorgkantoor"}


def _polis(at: str, **otherwise: Any) -> dict[str, Any]:
    return polis("WLZ", uzovi=at, verzekerdennummer=None, **otherwise)


@pytest.fixture
def kantoren(tmp_path: Path) -> Iterator[Trial]:
    """A group of two zorgkantoren, one apart, and an insurer that someone made a label of the group."""
    numbers = (GROUP, NORTH, SOUTH, ELSEWHERE)
    insurers = [_kantoor(GROUP), _kantoor(NORTH, GROUP), _kantoor(SOUTH, GROUP), _kantoor(ELSEWHERE)]
    content = {
        "uzovi": [*insurers, uzovi(INSURER, GROUP)],
        "pakketten": [pakket("WLZ", "wlz", {"percentage": 100}, of=number) for number in (*numbers, INSURER)],
    }
    with proef(tmp_path, content) as made:
        yield made


def _declare(p: Trial, to: str, *records: dict[str, str], of: str = INSURER) -> Replayed:
    return p.declareer(*(records or (RECORD,)), verzekerde={"r0204": of}, date=DATE, r0108=to, **WLZ)


def _said(answer: Replayed) -> list[tuple[str, str]]:
    """The checks that object, with their codes."""
    return [(m.finding.check.id, m.retourcode) for m in answer.uitkomst.meldingen]


@pytest.mark.parametrize("of", [INSURER, GROUP, NORTH, SOUTH])
@pytest.mark.parametrize(
    ("insured_at", "to", "granted"),
    [
        (GROUP, GROUP, 1000),
        (NORTH, GROUP, 1000),
        (SOUTH, GROUP, 1000),
        (NORTH, NORTH, 1000),
        (GROUP, NORTH, 0),  # a member answers for itself
        (SOUTH, NORTH, 0),
        (ELSEWHERE, GROUP, 0),
        (INSURER, GROUP, 0),  # a polis of the Zvw
    ],
)
def test_insured_at_a_member(kantoren: Trial, insured_at: str, to: str, granted: int, of: str) -> None:
    """Whatever 0204 names: the insurer of the cliënt, or a zorgkantoor where that is unknown."""
    kantoren.load({"polissen": [_polis(insured_at)]})
    answer = _declare(kantoren, to, of=of)
    assert answer.toegekend == (granted,)
    assert _said(answer) == ([] if granted else [("0203-3", "0320")])


@pytest.mark.parametrize(("day", "codes"), [("20180315", ()), ("20180316", ("0320",)), ("20180320", ())])
def test_a_polis_that_passes_from_member_to_member(kantoren: Trial, day: str, codes: tuple[str, ...]) -> None:
    """The one in force on the day counts; between the two there is none."""
    kantoren.load({"polissen": [_polis(SOUTH, einde=dt.date(2018, 3, 15)), _polis(NORTH, ingang=dt.date(2018, 3, 20))]})
    assert _declare(kantoren, GROUP, {**RECORD, "r0408": day}).codes == [codes]


def test_the_newest_polis_counts_where_two_members_have_one(kantoren: Trial) -> None:
    kantoren.load(
        {
            "pakketten": [pakket("HALF", "wlz", {"percentage": 50}, of=number) for number in (NORTH, SOUTH)],
            "polissen": [
                _polis(SOUTH, ingang=dt.date(2018, 1, 1)),
                polis("HALF", uzovi=NORTH, ingang=dt.date(2018, 2, 1), verzekerdennummer=None),
            ],
        }
    )
    assert _declare(kantoren, GROUP).toegekend == (500,)


def test_a_pakket_of_the_group(kantoren: Trial) -> None:
    """As a label may have those of its insurer."""
    kantoren.load(
        {
            "pakketten": [pakket("SAMEN", "wlz", {"percentage": 40}, of=GROUP)],
            "polissen": [polis("SAMEN", uzovi=NORTH, verzekerdennummer=None)],
        }
    )
    assert _declare(kantoren, GROUP).toegekend == (400,)


def test_the_beleid_is_that_of_the_group(kantoren: Trial) -> None:
    kantoren.load(
        {
            "uzovi": [_kantoor(GROUP, retourcodes={"0203-3": "8072"}), _kantoor(NORTH, GROUP, uit=["0203-3"])],
            "polissen": [_polis(ELSEWHERE)],
        }
    )
    assert _said(_declare(kantoren, GROUP)) == [("0203-3", "8072")]


def _machtiging(at: str, bsn: str = BSN, **otherwise: Any) -> dict[str, Any]:
    line = {"nummer": "M1", "uzovi": at, "bsn": bsn, "agb": "12012345", "prestaties": ["*"]}
    return {**line, "ingang": dt.date(2018, 1, 1), "einde": None, "status": "afgegeven", **otherwise}


@pytest.mark.parametrize(
    ("machtigingen", "codes"),
    [
        ([_machtiging(NORTH)], ()),
        ([_machtiging(GROUP)], ()),
        # Members number for themselves: the number of another verzekerde at one is none of his.
        ([_machtiging(NORTH, bsn="100197243"), _machtiging(SOUTH)], ()),
        ([_machtiging(SOUTH, bsn="100197243"), _machtiging(NORTH)], ()),
        ([_machtiging(NORTH, bsn="100197243")], ("0554",)),
        ([_machtiging(SOUTH, status="vervallen")], ("0552",)),
        ([_machtiging(ELSEWHERE)], ("0550",)),
        ([_machtiging(INSURER)], ("0550",)),
    ],
)
def test_an_authorisation_of_a_member(
    kantoren: Trial, machtigingen: list[dict[str, Any]], codes: tuple[str, ...]
) -> None:
    kantoren.load({"polissen": [_polis(NORTH)], "machtigingen": machtigingen})
    assert _declare(kantoren, GROUP, {**RECORD, "r0406": "M1"}).codes == [codes]


def test_an_authorisation_that_is_not_named(kantoren: Trial) -> None:
    asks = {"machtigingsplichtig": [{"prestaties": ["C11"]}]}
    kantoren.load({"uzovi": [_kantoor(GROUP, **asks)], "polissen": [_polis(NORTH)]})
    assert _declare(kantoren, GROUP).codes == [("0551",)]
    kantoren.load({"machtigingen": [_machtiging(SOUTH)]})
    assert _declare(kantoren, GROUP).codes == [()]


# What was declared before.


def test_what_a_member_granted_was_granted(kantoren: Trial) -> None:
    """The group and its members have one history of a verzekerde, whichever of them was addressed."""
    kantoren.load({"polissen": [_polis(NORTH)]})
    assert _declare(kantoren, NORTH).codes == [()]
    assert _declare(kantoren, GROUP).codes == [("0587",)]
    other = {**RECORD, "r0413": "C12"}
    assert _declare(kantoren, GROUP, other).codes == [()]
    assert _declare(kantoren, NORTH, other).codes == [("0587",)]


def test_a_credit_by_way_of_the_group(kantoren: Trial) -> None:
    kantoren.load({"polissen": [_polis(NORTH)]})
    assert _declare(kantoren, NORTH, {**RECORD, "r0432": "A"}).toegekend == (1000,)
    assert _declare(kantoren, GROUP, {**RECORD, "r0427": "C", "r0431": "C", "r0433": "A"}).toegekend == (-1000,)
    assert _declare(kantoren, NORTH).codes == [()]


@pytest.mark.parametrize(
    ("first", "then", "codes"),
    [
        (NORTH, NORTH, ("0587",)),
        (NORTH, GROUP, ("0587",)),
        (GROUP, NORTH, ("0587",)),
        (NORTH, SOUTH, ()),
        (NORTH, ELSEWHERE, ()),
    ],
)
def test_reiskosten_per_zorgkantoor(kantoren: Trial, first: str, then: str, codes: tuple[str, ...]) -> None:
    """Once a day and behandelaar per zorgkantoor (INV 4.8): a group is one with each of its members, two members are two."""
    kantoren.load({"polissen": [_polis(number) for number in (NORTH, SOUTH, ELSEWHERE)]})
    treatments = ({**RECORD, "r0413": code} for code in ("C12", "C13"))
    journey = {**RECORD, "r0413": "WRK001"}
    assert _declare(kantoren, first, next(treatments), journey).codes == [(), ()]
    # For another cliënt, who had nothing before.
    kantoren.load(
        {
            "polissen": [
                _polis(n, bsn="100197243", geboortedatum=dt.date(1922, 3, 22)) for n in (NORTH, SOUTH, ELSEWHERE)
            ]
        }
    )
    answer = kantoren.declareer(
        next(treatments),
        journey,
        verzekerde={"r0204": INSURER, "r0203": "100197243", "r0207": "19220322"},
        date=DATE,
        r0108=then,
        **WLZ,
    )
    assert answer.codes == [(), codes]


def _of_client(kantoren: Trial) -> None:
    kantoren.load({"polissen": [_polis(at) for at in (GROUP, NORTH, SOUTH, ELSEWHERE)]})


@pytest.mark.parametrize(
    ("first", "second", "codes"),
    [
        (NORTH, GROUP, ("0587",)),
        (GROUP, NORTH, ("0587",)),
        (NORTH, SOUTH, ("0587",)),
        (NORTH, ELSEWHERE, ()),
        (ELSEWHERE, GROUP, ()),
    ],
)
def test_what_was_declared_to_the_group_or_a_member(
    kantoren: Trial, first: str, second: str, codes: tuple[str, ...]
) -> None:
    """To a cliënt they are one: what one of them granted is granted."""
    _of_client(kantoren)
    assert _declare(kantoren, first).toegekend == (1000,)
    assert _declare(kantoren, second).codes == [codes]


@pytest.mark.parametrize(
    ("first", "second", "again"),
    [(NORTH, GROUP, True), (GROUP, NORTH, True), (NORTH, NORTH, True), (NORTH, SOUTH, False)],
)
def test_reiskosten_of_the_group_or_a_member(kantoren: Trial, first: str, second: str, again: bool) -> None:
    """Once for a behandelaar, day and zorgkantoor (INV 4.8): two members are two zorgkantoren."""
    _of_client(kantoren)
    reiskosten = debet("WRK001", r0408="20180331")
    hours = debet("U25", r0408="20180331"), debet("C13", tariff=0, r0408="20180331", r0409="03")
    assert _declare(kantoren, first, *hours, reiskosten).toegekend[-1] == 1000
    other = {"r0203": "100197243", "r0207": "19220322", "r0204": INSURER}
    born = dt.date(1922, 3, 22)
    kantoren.load({"polissen": [_polis(second, bsn="100197243", geboortedatum=born)]})
    answer = kantoren.declareer(*hours, reiskosten, verzekerde=other, date=DATE, r0108=second, **WLZ)
    assert ("0413-6" in [check for check, _ in _said(answer)]) is again

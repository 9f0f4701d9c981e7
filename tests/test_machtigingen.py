"""Authorisations beyond one small file: groups of records, several readings, and how often the store is asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mzsim.domain.findings import Outcome, Status
from mzsim.store.loading import load_file
from mzsim.store.session import Database
from mzsim.store.sqlite import SqliteConnection
from tests.commands import play
from tests.factories import Message, make
from tests.verzekerden import debet, insured, polis, proef

FIRST_DAY = dt.date(2010, 1, 1)
PER_GROUP = 2000
"""Facts are fetched for so many records at a time."""

UZOVI = """\
uzovi:
  - {nummer: "0736", naam: Voorbeeld, soort: zorgverzekeraar, edp: true, beleid: %s}
"""
MACHTIGING = """\
machtigingen:
  - {nummer: M1, uzovi: "0736", bsn: "123456782", agb: "12012345", prestaties: [C13],
     ingang: 2010-01-01, einde: 2010-12-31, status: afgegeven}
"""


def _load(store: Database, folder: Path, *texts: str) -> None:
    file = folder / "extra.yaml"
    file.write_text("".join(texts), "utf-8")
    load_file(store, file)


def _message(number: str, *prestaties: dict[str, str]) -> Message:
    message = Message(voorloop=make("01", r0116=number)).add("02")
    for numerator, fields in enumerate(prestaties):
        message.add("04", **{"r0432": f"{number}-{numerator}", **fields})
    return message


def _record_set(count: int, **fields: str) -> Iterator[dict[str, str]]:
    """Prestaties that all differ: in day, jaw and tooth."""
    places = [(jaw, f"{quadrant}{location}") for jaw in "012" for quadrant in range(1, 5) for location in range(1, 9)]
    for number in range(count):
        day, place = divmod(number, len(places))
        jaw, element = places[place]
        date = (FIRST_DAY + dt.timedelta(day)).strftime("%Y%m%d")
        yield {"r0408": date, "r0414": jaw, "r0415": element, **fields}


def _lines(outcome: Outcome, check: str) -> list[int]:
    assert {m.finding.check.id for m in outcome.meldingen} <= {check}
    return [m.finding.line for m in outcome.meldingen]


@contextmanager
def _counted(store: Database) -> Iterator[list[str]]:
    """The statements that ask for authorisations, or for what was granted before; but for the one, once a message, that asks
    whether any is for a number or an amount."""
    questions: list[str] = []
    real = SqliteConnection.rows

    def tally(itself: SqliteConnection, order: str, *values: Any) -> Any:
        asks = "FROM machtigingen" in order or "p.uitkomst <> 'afgewezen' AND b.uzovi" in order
        if asks and not order.startswith("SELECT EXISTS"):
            questions.append(order)
        return real(itself, order, *values)

    SqliteConnection.rows = tally
    try:
        yield questions
    finally:
        SqliteConnection.rows = real


@pytest.mark.slow
def test_the_number_counts_on_across_groups_of_records(store: Database, tmp_path: Path) -> None:
    _load(
        store, tmp_path, UZOVI % '{machtigingsplichtig: [{prestaties: ["C*"], vanaf_aantal: 2501, per: kalenderjaar}]}'
    )
    at_first, _ = play(store, tmp_path, bytes(_message("F1", *_record_set(500))))
    assert at_first.status is Status.FULLY_GRANTED
    second = _message("F2", *_record_set(PER_GROUP + 3, r0413="C13"))
    for dry_run in (True, False):
        outcome, _ = play(store, tmp_path, bytes(second), dry_run=dry_run)
        assert _lines(outcome, "0406-2") == [2003, 2004, 2005]


@pytest.mark.slow
def test_whoever_was_named_in_an_earlier_group(store: Database, tmp_path: Path) -> None:
    """The authorisations of a verzekerde whose records go on in the next group."""
    _load(store, tmp_path, UZOVI % "{machtigingsplichtig: [{prestaties: [C13, C22]}]}", MACHTIGING)
    content = [
        *_record_set(PER_GROUP + 5),
        {"r0413": "C13", "r0408": "20100601"},
        {"r0413": "C22", "r0408": "20100601"},
    ]
    outcome, _ = play(store, tmp_path, bytes(_message("F1", *content)))
    assert _lines(outcome, "0406-2") == [PER_GROUP + 9]


@pytest.mark.slow
def test_numbers_stand_in_every_group(store: Database, tmp_path: Path) -> None:
    _load(store, tmp_path, MACHTIGING)
    content = [*_record_set(PER_GROUP + 5, r0406="M1", r0413="C13")]
    content[0]["r0406"] = content[-1]["r0406"] = "M2"
    outcome, _ = play(store, tmp_path, bytes(_message("F1", *content)))
    assert _lines(outcome, "0406-3") == [3, PER_GROUP + 7]


def test_all_or_nothing_counts_every_reading_anew(store: Database, tmp_path: Path) -> None:
    """The insurer reads the file twice; and what it rejects as a whole was not granted."""
    beleid = "{alles_of_niets: true, machtigingsplichtig: [{prestaties: [C11], vanaf_aantal: 3, per: kalenderjaar}]}"
    _load(store, tmp_path, UZOVI % beleid)
    for number, count, lines in (("F1", 2, []), ("F2", 2, [3, 4]), ("F3", 1, [3])):
        content = [{"r0408": f"201103{10 * int(number[1]) + n}"} for n in range(count)]
        outcome, _ = play(store, tmp_path, bytes(_message(number, *content)))
        assert _lines(outcome, "0406-2") == lines


def test_the_store_is_asked_nothing_where_there_is_nothing_to_ask(store: Database, tmp_path: Path) -> None:
    _load(store, tmp_path, UZOVI % "{machtigingsplichtig: [{prestaties: [C13], vanaf_aantal: 3, per: kalenderjaar}]}")
    with _counted(store) as questions:
        play(store, tmp_path, bytes(_message("F1", *_record_set(PER_GROUP + 5))))
    assert questions == []


@pytest.mark.slow
def test_the_store_is_asked_once_per_group(store: Database, tmp_path: Path) -> None:
    _load(store, tmp_path, UZOVI % "{machtigingsplichtig: [{prestaties: [C11], vanaf_aantal: 1, per: kalenderjaar}]}")
    content = [*_record_set(2 * PER_GROUP - 2)]  # two groups, with the verzekerdenrecord and the sluitrecord
    for fields in content[::2]:
        fields["r0406"] = "M1"
    with _counted(store) as questions:
        play(store, tmp_path, bytes(_message("F1", *content)))
    assert len(questions) == 2 * len(("the numbers", "the verzekerden", "what they were granted"))


_THIRD_IN_ONE_JAW = "{machtigingsplichtig: [{prestaties: [V13], vanaf_aantal: 3, per: kaak_per_kalenderjaar}]}"
_UPPER, _LOWER = {"r0413": "V13", "r0415": "11"}, {"r0413": "V13", "r0415": "31"}


def _declare(
    store: Database, folder: Path, number: str, *prestaties: dict[str, str], party: str = "12012345"
) -> list[int]:
    message = _message(number, *prestaties)
    message.voorloop["0111"] = party
    outcome, _ = play(store, folder, bytes(message))
    return _lines(outcome, "0406-2")


def test_a_credit_takes_back_what_its_own_party_declared(store: Database, tmp_path: Path) -> None:
    """Two practices may use the same referentienummer for the same person, day and prestatie."""
    _load(store, tmp_path, UZOVI % _THIRD_IN_ONE_JAW)
    _declare(store, tmp_path, "F1", {**_UPPER, "r0432": "A"}, {**_UPPER, "r0415": "12"})
    _declare(store, tmp_path, "F2", {**_LOWER, "r0432": "A"}, {**_LOWER, "r0415": "32"}, party="12054321")
    _declare(store, tmp_path, "F3", {**_UPPER, "r0427": "C", "r0433": "A"})
    thirds = ({**_UPPER, "r0415": "13"}, {**_LOWER, "r0415": "33"})
    assert _declare(store, tmp_path, "F4", *thirds) == [4]


def test_a_debet_with_a_0433_is_no_credit(store: Database, tmp_path: Path) -> None:
    """0433 may be filled in a debet record too (BER 0433 only asks for it in a credit)."""
    _load(store, tmp_path, UZOVI % _THIRD_IN_ONE_JAW)
    _declare(store, tmp_path, "F1", {**_UPPER, "r0432": "A"})
    _declare(store, tmp_path, "F2", {**_LOWER, "r0432": "B", "r0433": "A"}, {**_LOWER, "r0415": "32"})
    thirds = ({**_UPPER, "r0415": "12"}, {**_LOWER, "r0415": "33"})
    assert _declare(store, tmp_path, "F3", *thirds) == [4]
    _declare(store, tmp_path, "F4", {**_UPPER, "r0427": "C", "r0433": "B"})
    assert _declare(store, tmp_path, "F5", {**_LOWER, "r0415": "34"}, {**_LOWER, "r0415": "35"}) == [4]


def test_without_bsn_no_machtiging_fits(tmp_path: Path) -> None:
    """999999999 is nobody's BSN: an authorisation that the store has under it is for none of those who lack one."""
    content = insured({"machtiging": True}, polissen=[polis("B", bsn=None)])
    content["machtigingen"] = [{**content["machtigingen"][0], "bsn": "999999999"}]
    with proef(tmp_path, content) as p:
        answer = p.declareer(debet(), verzekerde={"r0203": "999999999", "r0205": "V0001"})
    assert [m.code for m in answer.uitkomst.meldingen] == ["0551"]

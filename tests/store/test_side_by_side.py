"""Declarations beside one another, on every database: their answers are those of one after another."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from mzsim.answering.received import History
from mzsim.common.in_memory import BytesMessage, RetourStream
from mzsim.common.yaml_lines import Values
from mzsim.domain.findings import Outcome, Stage
from mzsim.pipeline import Order, replay
from mzsim.standard.heen import heenrecord
from mzsim.store.facts import FactSource
from mzsim.store.loading import load_file
from mzsim.store.place import Patience
from mzsim.store.recording import MessageRow, Recording
from mzsim.store.session import Connection, Database, open_store
from mzsim.store.spooled_rows import SpooledRows
from mzsim.store.together import moment, still_holds
from tests.commands import DATE
from tests.databases import everywhere
from tests.factories import Message, make, simple
from tests.together import beside, one_authorisation, one_maximum, one_number, play, stores
from tests.verzekerden import BSN, insured, polis

OTHER = "100197243"
_LIMITED = {"maximum_bedrag": 15.00, "per": "kalenderjaar"}


def _store(*dekkingen: dict[str, Any]) -> Values:
    return Values(insured(*dekkingen, polissen=[polis("B"), polis("B", bsn=OTHER, verzekerdennummer=None)]))


@pytest.fixture
def url(store: Database) -> str:
    """A store with two verzekerden of whom a year pays fifteen euro each."""
    load_file(store, _store(_LIMITED))
    return store.url.text


class _Counting:
    """Counts how often a declaration is judged."""

    def __init__(self) -> None:
        self.times = 0

    def begin(self, declaration: BinaryIO, connection: Connection, *, in_change: bool) -> None:
        self.times += 1

    def end(self, retour: BinaryIO) -> None:
        """Nothing to do at the end."""


class _Interrupted(Database):
    """A store on which something happens each time between judging and recording."""

    def __init__(self, url: str, between: Callable[[], object], times: int = 1) -> None:
        opened = open_store(url)
        super().__init__(opened.url, opened.connections)
        self._between = between
        self._left = times

    @contextmanager
    def change(self, before: Callable[[Connection], None] = lambda _: None) -> Iterator[Connection]:
        if self._left:
            self._left -= 1
            self._between()
        with super().change(before) as connection:
            yield connection


def _replay(store: Database, message: Message, stage: Stage = Stage.ALL, **more: Any) -> Outcome:
    return replay(Order(BytesMessage(bytes(message)), RetourStream(BytesIO()), DATE, stage, **more), store)


def _meanwhile(
    url: str, own: Message, other: Callable[[Database], object], stage: Stage = Stage.ALL
) -> tuple[Outcome, int]:
    """What is answered to a declaration when something else happens after it was judged, and how often it was judged."""

    def between() -> None:
        store = open_store(url)
        other(store)
        store.close()

    interrupted, counting = _Interrupted(url, between), _Counting()
    outcome = _replay(interrupted, own, stage, witness=counting)
    interrupted.close()
    return outcome, counting.times


def _codes(outcome: Outcome) -> list[str | None]:
    return [m.retourcode for m in outcome.meldingen]


def _one(number: str = "A", **fields: str) -> Message:
    return simple(r0116=number, r0432=number, **fields)


def test_one_of_other_people_is_judged_once(url: str) -> None:
    """The same party too: other people, other numbers."""
    outcome, times = _meanwhile(url, _one(), lambda store: _replay(store, _one("B", r0203=OTHER, r0207="19541210")))
    assert (_codes(outcome), outcome.total_granted, times) == ([], 1000, 1)


@pytest.mark.parametrize("stage", [Stage.ALL, Stage.INSURER])
def test_the_same_factuurnummer(url: str, stage: Stage) -> None:
    other = simple(r0116="a", r0432="B", r0203=OTHER)
    outcome, times = _meanwhile(url, _one(), lambda store: _replay(store, other, stage), stage)
    assert (_codes(outcome), times) == (["0030"], 2)


def test_the_same_factuurnummer_to_a_servicebureau(url: str) -> None:
    """Its number stands in no message of an insurer."""
    outcome, times = _meanwhile(url, _to_bureau(), lambda store: _replay(store, _to_bureau()))
    assert (_codes(outcome), times) == (["0030"], 2)


@pytest.mark.parametrize(("behandelaar", "holds"), [("12004567", False), ("12004568", True)])
def test_reiskosten_of_the_same_behandelaar(behandelaar: str, holds: bool, url: str) -> None:
    """They are looked up for a behandelaar, whoever the verzekerde is (INV 4.8)."""
    store = open_store(url)
    own = _journey("A", BSN, "12004567")
    with store.read() as connection:
        number = own.message.number
        before = moment(connection, FactSource(connection, number.ontvangen), number)
    other = _journey("B", OTHER, behandelaar)
    for book in (other, own):
        with store.change(book.write) as connection:
            assert still_holds(connection, before, book) == (book is other or holds)
            book.complete(connection, "volledig_toegewezen")
            connection.commit()
    store.close()


def _to_bureau() -> Message:
    message = Message(voorloop=make("01", r0108="0000", r0109="98001234"))
    return message.add("02", r0216="1", r0222="D1").add("03").add("04", r0407="2")


def _journey(number: str, person: str, behandelaar: str) -> Recording:
    book = Recording(MessageRow("12012345", "0736", number, "250", DATE), SpooledRows())
    record = heenrecord(
        b"04", {"0401": "04", "0408": "20110331", "0409": "01", "0413": "WRK001", "0420": behandelaar, "0432": number}
    )
    History(book).add_unseen(person, record)
    return book


@everywhere
def test_a_maximum_of_the_same_person(url: str) -> None:
    outcome, times = _meanwhile(url, _one(), lambda store: _replay(store, _one("B", r0408="20110330")))
    assert (_codes(outcome), outcome.total_granted, times) == (["0589"], 500, 2)


def test_the_same_prestatie(url: str) -> None:
    outcome, times = _meanwhile(url, _one(), lambda store: _replay(store, _one("B")))
    assert (_codes(outcome), times) == (["0587"], 2)


def test_the_same_referentienummer_of_another_person(url: str) -> None:
    other = simple(r0116="B", r0432="A", r0203=OTHER)
    outcome, times = _meanwhile(url, _one(), lambda store: _replay(store, other))
    assert (_codes(outcome), times) == (["8021"], 2)


def test_a_store_file_is_loaded(url: str) -> None:
    changed = _store({"maximum_bedrag": 4.00, "per": "kalenderjaar"})
    outcome, times = _meanwhile(url, _one(), lambda store: load_file(store, changed))
    assert (outcome.total_granted, times) == (400, 2)


def test_the_same_store_file_once_more_changes_nothing(url: str) -> None:
    outcome, times = _meanwhile(url, _one(), lambda store: load_file(store, _store(_LIMITED)))
    assert (outcome.total_granted, times) == (1000, 1)


def test_what_is_rejected_by_vecozo_relies_on_nothing_later(url: str) -> None:
    store, counting = _Interrupted(url, lambda: pytest.fail("nothing is recorded")), _Counting()
    assert _replay(store, _one(r0413=""), witness=counting).sender == "VECOZO"
    assert counting.times == 1
    store.close()


def test_a_declaration_that_others_precede_every_time_ends(url: str) -> None:
    """The third time nobody else is recorded while it is judged."""
    other = open_store(url)
    numbers = iter(range(1, 9))
    between = lambda: _replay(other, _one(f"B{(n := next(numbers))}", r0408=f"2011030{n}", r0424="100"))  # noqa: E731
    store, counting = _Interrupted(url, between, times=2), _Counting()
    assert _replay(store, _one(r0424="1400"), witness=counting).total_granted == 1300
    assert counting.times == 3
    store.close()
    other.close()


@pytest.mark.parametrize("other_is_long", [False, True])
@pytest.mark.parametrize("what", ["person", "referentienummer", "nothing"])
def test_a_declaration_of_many_records_is_compared_too(
    what: str, other_is_long: bool, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether few or many are asked about makes no difference."""
    monkeypatch.setattr(SpooledRows, "PER_TIME", 2)
    own, long = _one("A", r0424="100"), Message(voorloop=make("01", r0116="L")).add("02", r0203=OTHER)
    for n in range(1, 5):
        long.add("04", r0408=f"2011030{n}", r0424="100", r0432=f"L{n}")
    if what == "person":
        long.add("02", r0203=BSN).add("04", r0408="20110305", r0424="100", r0432="L5")
    elif what == "referentienummer":
        long.add("04", r0408="20110305", r0424="100", r0432="A")
    first, second = (own, long) if other_is_long else (long, own)
    outcome, times = _meanwhile(url, first, lambda store: _replay(store, second))
    assert outcome.sender == "0736"
    assert times == (1 if what == "nothing" else 2)


def test_a_reader_sees_one_moment(url: str) -> None:
    """Whatever is committed meanwhile, and without keeping the other from committing it."""
    store, other = open_store(url), open_store(url)
    count = "SELECT count(*) FROM berichten"
    with store.read() as connection:
        assert connection.scalar(count) == 0
        _replay(other, _one())
        assert connection.scalar(count) == 0
    with store.read() as connection:
        assert connection.scalar(count) == 1
    store.close()
    other.close()


@pytest.mark.slow
@everywhere
def test_who_has_to_wait_says_so_and_goes_on(url: str) -> None:
    store = open_store(url)
    told: list[str] = []
    waited = threading.Event()
    patient = open_store(url, patience=Patience(60, lambda what: (told.append(what), waited.set())))
    with store.change():
        answering = threading.Thread(target=_replay, args=(patient, _one()))
        answering.start()
        assert waited.wait(20)
    answering.join(20)
    (line,) = told
    assert line.startswith("waits for ")
    assert not answering.is_alive()
    with store.read() as connection:
        assert connection.scalar("SELECT count(*) FROM berichten") == 1
    store.close()
    patient.close()


# Processes.


@pytest.mark.slow
@pytest.mark.parametrize("contest", [one_number, one_maximum, one_authorisation])
def test_processes_that_are_about_one_thing(contest: Any, database: str, tmp_path: Path) -> None:
    with stores(database, tmp_path) as urls:
        came = play(contest(6), tmp_path, next(urls), next(urls))
    assert (came.refused, came.same) == ([], True)
    expected = {one_number: 1000, one_maximum: 7200, one_authorisation: 5000}
    assert came.granted == expected[contest]


@pytest.mark.slow
def test_a_long_declaration_beside_short_ones_of_other_people(database: str, tmp_path: Path) -> None:
    with stores(database, tmp_path) as urls:
        found = beside(tmp_path, next(urls), 15_000, 4)
    # Which of them ends first is for `python -m tests.together` to show: on a quick machine the long one may.
    assert found.refused == []

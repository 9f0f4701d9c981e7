"""The ledger of the portal, on every database: ids, emptying, and that it says nothing about what is judged."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from mzsim.store import ledger
from mzsim.store.ledger import EMPTIED, PORTAL, NewSubmission, Question
from mzsim.store.portal_models import Model
from mzsim.store.session import Connection, Database
from mzsim.store.state import state_of
from tests.databases import everywhere

_NEW = NewSubmission("x.asc", 1, "0" * 64, 5, "0736", "F1", "", "[]", None, "[]", "[]", None, None, None, "")


def _add(store: Database, count: int = 1, commit: bool = True, **fields: object) -> int:
    with store.change() as connection:
        ledger.begin(connection)
        first = ledger.take_ids(connection, count, count)
        for id in range(first, first + count):
            ledger.add(connection, id, _NEW._replace(**fields))  # type: ignore[arg-type] # as its fields say
        if commit:
            connection.commit()
    return first


def _asked(store: Database, **question: object) -> list[int]:
    with store.read() as connection:
        return [row.id for row in ledger.all_kept(connection, Question(**question))]  # type: ignore[arg-type]


@everywhere
def test_ids_are_given_once_and_in_order(store: Database) -> None:
    assert _add(store) == 1
    assert _add(store, 3, commit=False) == 2  # it was not kept
    assert _add(store, 3) == 2
    with store.change() as connection:
        ledger.empty(connection)
        connection.commit()
    assert _add(store) == 5


def test_ids_that_are_taken_side_by_side(store: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: _add(store, 2), range(20)))
    assert sorted(found) == list(range(1, 41, 2))
    assert _asked(store) == list(range(1, 41))


def test_retours_get_their_ids_in_the_order_of_their_release(store: Database) -> None:
    _add(store, 3)
    with store.change() as connection:
        for id, moment in ((1, 30), (2, 10), (3, 20)):
            ledger.add_retour(connection, id, 1, moment, 7)
        ledger.add_retour(connection, 2, 2, 40, 7)
        connection.commit()

    def released(now: int) -> list[tuple[int, int]]:
        with store.change() as connection:
            ledger.release(connection, now)
            connection.commit()
        with store.read() as connection:
            assert not ledger.is_due(connection, now)
            return [(row.id, row.inzending_id) for row in ledger.released(connection, 0, 10)]

    assert released(9) == []
    assert released(20) == [(1, 2), (2, 3)]
    assert released(15) == [(1, 2), (2, 3)]
    assert released(40) == [(1, 2), (2, 3), (3, 1), (4, 2)]


def test_what_is_asked_for(store: Database) -> None:
    _add(store, ontvangen=10)
    _add(store, ontvangen=20, uzovi="9999", referentie="R", einde=15, eindstatus="afgehandeld", beantwoord=15)
    _add(store, ontvangen=30, factuurnummer="R", einde=25, eindstatus="fout", beantwoord=25)
    assert _asked(store) == [1, 2, 3]
    assert _asked(store, newest_first=True) == [3, 2, 1]
    assert _asked(store, after=1, limit=1) == [2]
    assert _asked(store, after=3, newest_first=True, limit=1) == [2]
    assert _asked(store, uzovi="9999") == [2]
    assert _asked(store, reference="R") == [2, 3]
    assert _asked(store, since=20, until=30) == [2]
    assert _asked(store, ended="afgehandeld", now=20) == [1, 2, 3]  # of the others it is not known yet
    assert _asked(store, ended="afgehandeld", now=30) == [1, 2]
    assert _asked(store, ended="' OR 1=1 --", now=30) == [1]


def test_who_waits_longest_is_first(store: Database) -> None:
    _add(store, beantwoord=1)
    _add(store, 2)
    with store.change() as connection:
        for id in (1, 2, 7):
            ledger.count_attempt(connection, id, "why")
        connection.commit()
    with store.read() as connection:
        row = ledger.first_unanswered(connection)
        assert row is not None
        assert (row.id, row.pogingen, row.melding) == (2, 1, "why")
        behind = ledger.first_unanswered(connection, row.id)
        assert behind is not None
        assert (behind.id, behind.pogingen) == (3, 0)
        assert ledger.first_unanswered(connection, behind.id) is None
        assert ledger.totals(connection) == (3, 3, 2)


def test_a_submission_is_answered_once(store: Database) -> None:
    id = _add(store, ontvangen=4)
    with store.change() as connection:
        assert not ledger.still_waits(connection, 99, 4)
        assert not ledger.still_waits(connection, id, 5)  # another, of a store that had its name before
        assert ledger.still_waits(connection, id, 4)
        ledger.answer(connection, id, ledger.Answered("[]", 5, "fout", 5, None, ""))
        assert not ledger.still_waits(connection, id, 4)
        connection.commit()


def test_a_piece_behind_the_last_is_none(store: Database) -> None:
    id = _add(store)
    with store.change() as connection:
        ledger.add_pieces(connection, id, ledger.RETOUR, [b"\x00\xff", b"", b"3"])
        found = [ledger.piece_of(connection, id, ledger.RETOUR, number) for number in range(4)]
        assert found == [b"\x00\xff", b"", b"3", None]
        assert ledger.piece_of(connection, id, ledger.DECLARATION, 0) is None


@everywhere
def test_emptying_leaves_no_row(store: Database) -> None:
    assert {*EMPTIED, "stand", "portaal"} == set(Model.metadata.tables)
    assert set(PORTAL) == {name for name in Model.metadata.tables if name.startswith("portaal")}
    order = [table.name for table in reversed(Model.metadata.sorted_tables)]
    assert all(
        order.index(table) < order.index(reference.column.table.name)
        for table in EMPTIED
        for reference in Model.metadata.tables[table].foreign_keys
        if reference.column.table.name != table
    )
    _fill(store)
    with store.change() as connection:
        ledger.empty(connection)
        connection.commit()
        assert [table for table in EMPTIED if _count(connection, table)] == []
        assert ledger.settings(connection) == (None, None)
        assert ledger.totals(connection) == (0, 0, 0)


def test_it_says_nothing_about_what_is_judged(store: Database) -> None:
    with store.read() as connection:
        before = state_of(connection, in_change=False).sha256
    _fill(store)
    with store.read() as connection:
        assert state_of(connection, in_change=False).sha256 == before


def _fill(store: Database) -> None:
    _add(store)
    with store.change() as connection:
        ledger.keep_script(connection, "1" * 64, "text")
        ledger.set_script(connection, "1" * 64)
        ledger.set_behaviour(connection, "{}")
        ledger.remember_said(connection, "A", "0" * 64, "[]")
        ledger.add_pieces(connection, 1, ledger.RETOUR, [b"1"])
        ledger.add_retour(connection, 1, 1, 5, 1)
        connection.commit()
        assert ledger.settings(connection) == ("{}", "text")


def _count(connection: Connection, table: str) -> int:
    return int(connection.rows(f"SELECT count(*) FROM {table}")[0][0])

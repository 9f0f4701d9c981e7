"""Columns that follow from the fields of rows, and what SQL and the program both have to say, on every database."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import pytest

from mzsim.domain.earlier.credits import was_credit
from mzsim.domain.earlier.prestatie import prestatie_of
from mzsim.standard.records import Prestatierecord
from mzsim.store.columns import PRESTATIES, WAS_CREDIT, Selection
from mzsim.store.facts import FactSource
from mzsim.store.models import PrestatieTable
from mzsim.store.recording import MessageRow, Recorded, Recording
from mzsim.store.session import open_store
from mzsim.store.spooled_rows import SpooledRows
from tests.databases import by_models
from tests.factories import record as heen

MESSAGE = MessageRow("12012345", "0736", "F1", "176", dt.date(2011, 5, 2))
REST = Recorded(
    toegekend_bedrag=1,
    uitkomst="deels",
    beoordeeld=False,
    soort="01",
    prestatiecode="J01",
    gebitselement="11",
    vlak="MO",
    kaak="2",
    behandelaar="12004567",
    aantal=3,
    berekend_bedrag=5,
    declaratiebedrag=4,
    aandelen="[]",
)


def test_what_is_recorded_is_what_is_read_back(inv_url: str) -> None:
    """Every value in a column of its own, whatever the order in which rows are put together."""
    store = open_store(inv_url)
    with store.change() as connection:
        book = Recording(MESSAGE, SpooledRows())
        book.prestaties("123456782", [("123456782", "REF", "PREVIOUS", "20110331", book.ending(REST))])
        book.write(connection)
        book.complete(connection, "deels_toegewezen")
        connection.commit()
    with store.read() as connection:
        (read,) = (
            FactSource(connection, dt.date(2011, 5, 2))
            .history("12012345", {"0736"})
            .granted({"123456782"}, "20110331", "20110331")
        )
    with by_models(store) as models:
        (row,) = models.execute(PrestatieTable.__table__.select()).mappings()
    store.close()
    whose = {
        "persoon": "123456782",
        "referentienummer": "REF",
        "vorig_referentienummer": "PREVIOUS",
        "datum": "20110331",
    }
    assert dict(row) == {"id": row["id"], "bericht_id": book.message_id, **whose, **REST._asdict()}
    # What came before knows all of a row but B and whether it was judged, and who was paid.
    left_out = ("berekend_bedrag", "beoordeeld")
    assert read._asdict() == {name: value for name, value in row.items() if name not in left_out} | {"agb": "12012345"}


_ODD = ("A\\B", "A\tB", "\\N", "\\.", "A\nB", "É'\"", "")


@pytest.mark.parametrize("most", [2, 4_800])
def test_many_rows_are_kept_as_few_are(most: int, inv_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever stands in them: many go to the database in another way, and endings that are long past are forgotten."""
    monkeypatch.setattr(SpooledRows, "PER_TIME", most)
    monkeypatch.setattr("mzsim.store.prestatie_rows.MOST_ENDINGS", 2)
    expected = []
    store = open_store(inv_url)
    with store.change() as connection, SpooledRows() as rows:
        book = Recording(MESSAGE, rows)
        for number, odd in enumerate(_ODD):
            rest = REST._replace(vlak=odd, aandelen=None if number % 2 else REST.aandelen, beoordeeld=number % 3 == 0)
            ending = book.ending(rest)
            own = [("123456782", f"{odd}{k}", odd, "20110331") for k in range(3)]
            book.prestaties("123456782", [(*row, ending) for row in own])
            expected += [(*row, *rest) for row in own]
        book.write(connection)
        connection.commit()
    with by_models(store) as models:
        kept = models.execute(PrestatieTable.__table__.select().order_by(PrestatieTable.__table__.c.id)).mappings()
        names = ("persoon", "referentienummer", "vorig_referentienummer", "datum", *Recorded._fields)
        assert [tuple(row[name] for name in names) for row in kept] == expected
    store.close()


def test_surfaces_in_another_order_are_the_same_prestatie(inv_url: str) -> None:
    """They are kept as they stood, and compared as a set of letters."""
    store = open_store(inv_url)
    with store.change() as connection:
        book = Recording(MESSAGE, SpooledRows())
        for surfaces in ("MO", "OM", "M"):
            ending = book.ending(REST._replace(vlak=surfaces))
            book.prestaties("123456782", [("123456782", surfaces, "", "20110331", ending)])
        book.write(connection)
        book.complete(connection, "deels_toegewezen")
        history = FactSource(connection, dt.date(2011, 5, 2)).history("12012345", {"0736"})
        rows = sorted(history.granted({"123456782"}, "20110331", "20110331"))
    store.close()
    record = Prestatierecord(heen("04", {"0409": "01", "0413": "J01", "0414": "2", "0415": "11", "0416": "OM",
                                         "0420": "12004567"}))  # fmt: skip
    assert [row.vlak for row in rows] == ["MO", "OM", "M"]
    assert [row.prestatie == prestatie_of(record) for row in rows] == [True, True, False]


def test_sql_and_python_agree_on_what_a_credit_is(inv_url: str) -> None:
    """Every combination that the definition tells apart."""
    store = open_store(inv_url)
    grid = [(amount, previous) for amount in (-2, -1, 0, 1) for previous in ("", "A")]
    with store.change() as connection:
        book = Recording(MESSAGE, SpooledRows())
        for number, (amount, previous) in enumerate(grid):
            ending = book.ending(REST._replace(declaratiebedrag=amount))
            book.prestaties("123456782", [("123456782", f"{number}", previous, "20110331", ending)])
        book.write(connection)
        book.complete(connection, "deels_toegewezen")
        found = connection.scalars(f"SELECT CASE WHEN {WAS_CREDIT} THEN 1 ELSE 0 END FROM {PRESTATIES} ORDER BY p.id")
    store.close()
    assert [bool(one) for one in found] == [was_credit(*row) for row in grid]


class Row(NamedTuple):
    nummer: str
    edp: bool
    beleid: dict[str, int]
    label_van: str | None


def test_a_statement_reads_the_types_that_a_row_names(inv_url: str) -> None:
    store = open_store(inv_url)
    with store.read() as connection:
        rows = Selection(Row, "FROM uzovi ORDER BY nummer").rows(connection)
    store.close()
    assert rows
    assert all(isinstance(row.beleid, dict) and row.edp in (True, False) for row in rows)

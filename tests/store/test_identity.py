"""Whose a polis is, and what was declared, on every database: one name in the store for one person."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml

from mzsim.common.errors import StoreFileError
from mzsim.store.loading import load_file
from mzsim.store.recording import MessageRow, Recording
from mzsim.store.session import Database
from mzsim.store.spooled_rows import SpooledRows
from tests.store.test_columns import REST
from tests.verzekerden import BSN, polis, uzovi

TWIN, NAME = "999900249", "V19541210V0001"
OTHER = polis(bsn=None, verzekerdennummer="V0002")


@pytest.fixture
def load(store: Database, tmp_path: Path) -> Any:
    def loads(*polissen: dict[str, Any], **lists: Any) -> bool:
        path = tmp_path / "store.yaml"
        path.write_text(yaml.safe_dump({**lists, "polissen": list(polissen)}), "utf-8")
        return load_file(store, path)

    assert loads(uzovi=[uzovi(), uzovi("0737", "0736"), uzovi("0739")])
    return loads


def _declare(store: Database, uzovi: str, *persons: str) -> None:
    with store.change() as connection:
        book = Recording(MessageRow("12012345", uzovi, "F1", "176", dt.date(2011, 5, 2)), SpooledRows())
        for person in persons:
            book.prestaties(person, [(person, "R", "", "20110331", book.ending(REST))])
        book.write(connection)
        book.complete(connection, "deels_toegewezen")
        connection.commit()


def _polissen(store: Database) -> set[tuple[str, str, str | None]]:
    with store.read() as connection:
        return set(connection.rows("SELECT uzovi, persoon, bsn FROM polissen"))


def _declared(store: Database) -> list[str]:
    with store.read() as connection:
        return connection.scalars("SELECT persoon FROM prestaties ORDER BY id")


WITHOUT = polis(bsn=None)
LATER = polis(bsn=None, ingang=dt.date(2010, 1, 1))


@pytest.mark.parametrize(
    "files",
    [
        [[WITHOUT, LATER], [polis()]],
        [[polis()], [LATER]],
        [[polis()], [WITHOUT], [LATER]],
        [[LATER, polis()]],
        [[WITHOUT, OTHER], [polis(), LATER]],
    ],
    ids=["later", "before", "older", "one file", "with others"],
)
def test_a_bsn_is_for_every_polis_of_the_person(files: list[list[dict[str, Any]]], store: Database, load: Any) -> None:
    """Whatever comes first; and no file changes anything when it is loaded once more."""
    for number, polissen in enumerate(files):
        assert load(*polissen) or number
        assert not load(*polissen)
    assert {row for row in _polissen(store) if not row[1].endswith("V0002")} == {("0736", BSN, BSN)}
    for polissen in files:
        assert not load(*polissen), "an older file takes nothing back"


def test_what_was_declared_gets_the_bsn_too(store: Database, load: Any) -> None:
    """To the insurer and its labels; not to others, and not by others."""
    load(WITHOUT, OTHER)
    for at in ("0736", "0737", "0739"):
        _declare(store, at, NAME, "V19541210V0002", TWIN)
    load(polis())
    others = ["V19541210V0002", TWIN]
    assert _declared(store) == [BSN, *others, BSN, *others, NAME, *others]


@pytest.mark.parametrize(
    "others",
    [
        [polis(bsn=TWIN), polis()],  # two with the same number and date of birth
        [polis(geboortedatum=dt.date(1954, 12, 11))],
        [polis(verzekerdennummer="V0009")],
        [polis(verzekerdennummer=None)],
        [polis(uzovi="0739")],
    ],
    ids=["two", "another day", "another number", "no number", "elsewhere"],
)
def test_a_polis_without_a_bsn_stays_so(others: list[dict[str, Any]], store: Database, load: Any) -> None:
    load(WITHOUT)
    _declare(store, "0736", NAME)
    load(*others)
    assert ("0736", NAME, None) in _polissen(store)
    assert _declared(store) == [NAME]


def test_a_bsn_at_a_label(store: Database, load: Any) -> None:
    load(WITHOUT, polis(bsn=None, uzovi="0737"))
    load(polis(uzovi="0737"))
    assert _polissen(store) == {("0736", BSN, BSN), ("0737", BSN, BSN)}


def test_a_label_of_another_from_now_on(store: Database, load: Any) -> None:
    load(polis(bsn=None, uzovi="0739"), polis())
    _declare(store, "0739", NAME)
    assert load(uzovi=[uzovi("0739", "0736")])
    assert _polissen(store) == {("0736", BSN, BSN), ("0739", BSN, BSN)}
    assert _declared(store) == [BSN]


@pytest.mark.parametrize("polissen", [(polis(), WITHOUT), (WITHOUT, polis())], ids=["with", "without"])
def test_a_polis_stands_once_in_a_file(polissen: tuple[dict[str, Any], ...], store: Database, load: Any) -> None:
    with pytest.raises(StoreFileError) as error:
        load(*polissen)
    what = "is the polis of polissen[0]: the same verzekerdennummer, geboortedatum and ingang; leave out the one without a BSN"
    assert str(error.value).endswith(f"polissen[1]: {what}")
    assert _polissen(store) == set()

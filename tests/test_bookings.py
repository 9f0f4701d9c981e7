"""The booking of every prestatierecord, from a declaration and its retour."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mzsim.common.errors import InputError
from mzsim.domain.findings import Stage, Status
from mzsim.retour.bookings import BookingOutcome, Bookkeeping, book
from mzsim.store.loading import load_file
from mzsim.store.session import Database
from tests.commands import play
from tests.examples import fixed
from tests.factories import Message, make
from tests.make_inv3 import FOLDER
from tests.test_properties import _mutated, _well_formed

HALF = """
pakketten:
  - code: ALLES
    uzovi: "0736"
    soort: basis
    dekkingen:
      - {prestaties: ["R*"], percentage: 0}
      - {prestaties: ["*"], percentage: 75}
"""


@pytest.fixture
def half_store(store: Database, tmp_path: Path) -> Iterator[Database]:
    """A store whose insurer pays three quarters, and nothing of an R-code."""
    (tmp_path / "half.yaml").write_text(HALF, "utf-8")
    load_file(store, tmp_path / "half.yaml")
    return store


def _book(declaration: bytes, retour: bytes) -> Bookkeeping:
    return book(io.BytesIO(declaration), io.BytesIO(retour))


def _of_inv(name: str, answer: str) -> list[tuple[str, int, int, tuple[str, ...]]]:
    heen, back = (FOLDER / f"{name}.mz301.asc").read_bytes(), (FOLDER / f"{name}.{answer}.mz302.asc").read_bytes()
    return [(b.outcome.value, b.granted, b.rest, b.codes) for b in _book(heen, back).bookings]


UNJUDGED = "niet_beoordeeld"


@pytest.mark.parametrize(
    ("name", "answer", "bookings"),
    [
        (
            "1-volledig-toegewezen",
            "alle",
            [("toegekend", 1000, 0, ()), ("toegekend", 50000, 0, ()), ("toegekend", 15000, 0, ())],
        ),
        (
            "2b-factuurnummer-gebruikt",
            "alle",
            [(UNJUDGED, 0, 1000, ()), (UNJUDGED, 0, 50000, ()), (UNJUDGED, 0, 15000, ())],
        ),
        (
            "4a-fout-in-verzekerdenrecord",
            "alle",
            [("toegekend", 1000, 0, ()), (UNJUDGED, 0, 50000, ("8002",)), (UNJUDGED, 0, 15000, ("8002",))],
        ),
        (
            "4b-fout-in-prestatierecord",
            "vecozo",
            [(UNJUDGED, 0, 1000, ()), ("afgewezen", 0, 50000, ("8007",)), (UNJUDGED, 0, 15000, ())],
        ),
        (
            "4b-fout-in-prestatierecord",
            "verzekeraar",
            [("toegekend", 1000, 0, ()), ("afgewezen", 0, 50000, ("8007",)), ("toegekend", 15000, 0, ())],
        ),
    ],
)
def test_examples_of_inv(name: str, answer: str, bookings: list[tuple[str, int, int, tuple[str, ...]]]) -> None:
    assert _of_inv(name, answer) == bookings


def test_codes_of_what_is_booked_nowhere() -> None:
    for name, codes in (("4a-fout-in-verzekerdenrecord", ("8004",)), ("2b-factuurnummer-gebruikt", ("0001", "0030"))):
        heen, back = (FOLDER / f"{name}.mz301.asc").read_bytes(), (FOLDER / f"{name}.alle.mz302.asc").read_bytes()
        assert _book(heen, back).codes == codes


def test_partly_granted_and_its_credit(half_store: Database, tmp_path: Path) -> None:
    message = Message(voorloop=make("01")).add("02").add("04", r0432="A").add("04", r0413="R24", r0432="B")
    _, retour = play(half_store, tmp_path, bytes(message), stage=Stage.INSURER)
    assert retour is not None
    a, b = _book(bytes(message), retour).bookings
    assert (a.outcome, a.granted, a.rest, a.berekend) == (BookingOutcome.PARTLY, 750, 250, 1000)
    assert (b.outcome, b.granted, b.rest, b.berekend) == (BookingOutcome.REJECTED, 0, 1000, 1000)

    credit_message = Message(voorloop=make("01", r0116="F20110002")).add("02")
    credit_message.add("04", r0427="C", r0431="C", r0432="C", r0433="A")
    _, retour = play(half_store, tmp_path, bytes(credit_message), stage=Stage.INSURER)
    assert retour is not None
    bookkeeping = _book(bytes(credit_message), retour)
    (c,) = bookkeeping.bookings
    assert (c.outcome, c.declared, c.granted, c.rest) == (BookingOutcome.PARTLY, -1000, -750, -250)
    assert bookkeeping.total == -750


def test_all_or_nothing_rejects_what_was_good_too(store: Database, tmp_path: Path) -> None:
    beleid = tmp_path / "beleid.yaml"
    beleid.write_text(
        'uzovi: [{nummer: "0736", naam: X, soort: zorgverzekeraar, edp: true, beleid: {alles_of_niets: true}}]', "utf-8"
    )
    load_file(store, beleid)
    heen = (FOLDER / "4b-fout-in-prestatierecord.mz301.asc").read_bytes()
    outcome, retour = play(store, tmp_path, heen, stage=Stage.INSURER)
    assert outcome.status is Status.FULLY_REJECTED
    assert retour is not None
    bookkeeping = _book(heen, retour)
    assert [(b.outcome.value, b.codes) for b in bookkeeping.bookings] == [
        ("afgewezen", ("8096",)),
        ("afgewezen", ("8007",)),
        ("afgewezen", ("8096",)),
    ]
    assert bookkeeping.codes == ("8097",)


def test_a_retour_to_another_declaration_is_refused() -> None:
    heen = (FOLDER / "4b-fout-in-prestatierecord.mz301.asc").read_bytes()
    with pytest.raises(InputError, match="check-retour"):
        _book(heen, (FOLDER / "6-fout-in-sleutel-prestatierecord.alle.mz302.asc").read_bytes())


@pytest.mark.parametrize("content", [b"", b"\r\n", b"01" * 185, b"\0" * 370 + b"\r\n", b"99".ljust(370) + b"\r\n"])
def test_what_is_no_retour_is_refused(content: bytes) -> None:
    with pytest.raises(InputError, match="no retourbericht"):
        _book((FOLDER / "1-volledig-toegewezen.mz301.asc").read_bytes(), content)


# Whatever is declared and whoever answers: every prestatierecord is booked once, and the bookings add up to 9909.


@pytest.mark.slow
@fixed(150)
@given(content=_mutated() | _well_formed(), stage=st.sampled_from(list(Stage)))
def test_one_booking_for_every_record_and_together_the_total(
    store_of_halves: Database, folder_of_halves: Path, content: bytes, stage: Stage
) -> None:
    outcome, retour = play(store_of_halves, folder_of_halves, content, stage=stage, dry_run=True)
    if retour is None:
        return
    bookkeeping = _book(content, retour)
    lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    assert [b.line for b in bookkeeping.bookings] == [n for n, line in enumerate(lines, 1) if line[:2] == b"04"]
    assert sum(b.granted for b in bookkeeping.bookings) == bookkeeping.total == outcome.total_granted
    for b in bookkeeping.bookings:
        assert 0 <= b.granted <= b.declared or b.declared <= b.granted <= 0
        assert b.come_back or not b.codes
        if b.outcome is BookingOutcome.GRANTED:
            assert b.rest == 0
        if b.outcome in (BookingOutcome.REJECTED, BookingOutcome.NOT_JUDGED):
            assert b.granted == 0
    if outcome.status is Status.FULLY_GRANTED:
        assert {b.outcome for b in bookkeeping.bookings} <= {BookingOutcome.GRANTED}


@pytest.fixture(scope="module")
def folder_of_halves(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the property above."""
    return tmp_path_factory.mktemp("boeking")


@pytest.fixture(scope="module")
def store_of_halves(inv_store: Path, folder_of_halves: Path) -> Iterator[Database]:
    """One store that pays in part, for all examples of the property above: each is a dry run."""
    from shutil import copy

    from mzsim.store.session import open_store

    store = open_store(f"sqlite:///{copy(inv_store, folder_of_halves / 'half.db')}")
    (folder_of_halves / "half.yaml").write_text(HALF, "utf-8")
    load_file(store, folder_of_halves / "half.yaml")
    yield store
    store.close()

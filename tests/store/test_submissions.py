"""A key per submission, on every database: the same key again gives the answer that was given, and judges nothing."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

import mzsim
from mzsim.answering import submission
from mzsim.common.in_memory import BytesMessage, RetourStream
from mzsim.domain.findings import Outcome
from mzsim.pipeline import Order, replay
from mzsim.store import submissions
from mzsim.store.loading import load_file
from mzsim.store.session import Database, open_store
from tests.commands import DATE, ON_DATE, invoke, process, require_one_line
from tests.factories import Message, make, simple
from tests.make_inv3 import declaraties

IN_PART = declaraties()["4a-fout-in-verzekerdenrecord"]
DECLARATIONS = {
    **declaraties(),
    "to a servicebureau": bytes(
        Message(voorloop=make("01", r0108="0000", r0109="98001234"))
        .add("02", r0216="1", r0222="D1")
        .add("03")
        .add("04", r0407="2")
    ),
    "to nobody": bytes(simple(r0108="9999")),
}


@pytest.fixture
def store(inv_url: str) -> Iterator[Database]:
    opened = open_store(inv_url)
    yield opened
    opened.close()


@pytest.fixture
def declaration(tmp_path: Path) -> Path:
    (tmp_path / "werk").mkdir()
    place = tmp_path / "werk" / "x.asc"
    place.write_bytes(IN_PART)
    return place


def _submit(store: Database, content: bytes, key: str | None = "A", **more: Any) -> tuple[Outcome, bytes]:
    retour = BytesIO()
    order = Order(BytesMessage(content), RetourStream(retour), DATE, key=key, **more)
    return replay(order, store), retour.getvalue()


def _counts(store: Database) -> list[int]:
    with store.read() as connection:
        tables = ("berichten", "prestaties", "factuurnummers", "inzendingen", "inzendingstukken")
        return [connection.scalar(f"SELECT count(*) FROM {table}") for table in tables]


@pytest.mark.parametrize("name", DECLARATIONS)
def test_the_same_answer_again(name: str, store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """To the byte, of VECOZO and of an insurer, with and without a retour; and nothing is judged or recorded."""
    first = _submit(store, DECLARATIONS[name])
    counts = _counts(store)
    monkeypatch.setattr("mzsim.pipeline.read_first", lambda *_: pytest.fail("it is read again"))
    assert _submit(store, DECLARATIONS[name]) == first
    assert _counts(store) == counts


def test_the_same_answer_whatever_else_was_declared_and_loaded(store: Database, tmp_path: Path) -> None:
    first = _submit(store, IN_PART)
    assert [m.retourcode for m in _submit(store, IN_PART, key=None)[0].meldingen] == ["0030"]
    file = tmp_path / "store.yaml"
    file.write_text('uzovi:\n  - {nummer: "0736", naam: V, soort: zorgverzekeraar, edp: false}\n', "utf-8")
    load_file(store, file)
    assert _submit(store, IN_PART) == first


def test_another_key_is_another_submission(store: Database) -> None:
    _submit(store, IN_PART)
    assert [m.retourcode for m in _submit(store, IN_PART, "B")[0].meldingen] == ["0030"]
    assert [m.retourcode for m in _submit(store, IN_PART, "a")[0].meldingen] == ["0030"], "as it stands"


def test_another_declaration_under_the_key(inv_url: str, declaration: Path) -> None:
    """By one byte; nothing is written, not even over a retour that stands there."""
    words = ("replay", declaration, "--store", inv_url, *ON_DATE, "--kenmerk", "A 1")
    assert invoke(*words).exit_code == 0
    retour = declaration.with_name("x.mz302.asc")
    given = retour.read_bytes()
    declaration.write_bytes(IN_PART + b"\r\n")
    ended = invoke(*words)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "the key 'A 1' was used for another declaration" in require_one_line(ended.stderr)
    assert retour.read_bytes() == given
    declaration.write_bytes(b"no message")
    assert invoke(*words).exit_code == 2


@pytest.mark.parametrize("second", [(), ("--json",)])
@pytest.mark.parametrize("first", [(), ("--json",)])
def test_it_is_shown_as_it_is_asked_for(
    first: tuple[str, ...], second: tuple[str, ...], inv_url: str, declaration: Path, tmp_path: Path
) -> None:
    """Whoever asked first for text may ask for JSON now, with how every amount came about; the retour stands anew."""
    words = ("replay", declaration, "--store", inv_url, *ON_DATE, "--out", tmp_path / "r.asc")
    expected = invoke(*words, *second, "--dry-run").stdout
    assert invoke(*words, *first, "--kenmerk", "A").exit_code == 0
    given = (tmp_path / "r.asc").read_bytes()
    (tmp_path / "r.asc").unlink()
    assert invoke(*words, *second, "--kenmerk", "A").stdout == expected
    assert (tmp_path / "r.asc").read_bytes() == given


def test_what_leaves_nothing_behind_leaves_no_key_behind(store: Database) -> None:
    """But with a key that the store knows the answer is the one that was given."""
    before = _counts(store)
    _submit(store, IN_PART, dry_run=True)
    _submit(store, IN_PART[:9] + b"T" + IN_PART[10:])
    _submit(store, b"no message")
    assert _counts(store) == before
    first = _submit(store, IN_PART)
    assert _submit(store, IN_PART, dry_run=True) == first


def test_a_place_that_can_not_be_written_leaves_no_key_behind(
    inv_url: str, store: Database, declaration: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for content in (IN_PART, declaraties()["3a-totaal-onjuist"]):
        declaration.write_bytes(content)
        with monkeypatch.context() as temporary:
            temporary.setattr(
                "mzsim.common.whole_file.RetourFile.put_in_place",
                lambda _: (_ for _ in ()).throw(mzsim.OutputError("no")),
            )
            assert invoke("replay", declaration, "--store", inv_url, *ON_DATE, "--kenmerk", "A").exit_code == 2
        assert _counts(store)[3:] == [0, 0]
        assert _counts(store)[0] == 0


def test_another_was_first(store: Database, inv_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look at the store and the commit: his answer is given, and his alone is recorded."""
    other = open_store(inv_url)
    first = _submit(other, IN_PART)
    other.close()
    too_late: list[bool] = []

    def taken(*words: Any) -> None:
        too_late.append(True)
        submissions.remember(*words)

    monkeypatch.setattr("mzsim.pipeline.known", lambda *words: submissions.known(*words) if too_late else None)
    monkeypatch.setattr(submission, "remember", taken)
    assert _submit(store, IN_PART) == first
    assert too_late
    assert _counts(store)[3] == 1


@pytest.mark.slow
@pytest.mark.parametrize("name", ["4a-fout-in-verzekerdenrecord", "3a-totaal-onjuist"])
def test_processes_with_one_key(name: str, inv_url: str, store: Database, tmp_path: Path) -> None:
    """All get the same answer, and one is recorded."""
    places = [tmp_path / f"{n}.asc" for n in range(5)]
    for place in places:
        place.write_bytes(DECLARATIONS[name])
    with ThreadPoolExecutor(5) as threads:
        words = ("--store", inv_url, *ON_DATE, "--json", "--kenmerk", "A")
        ended = list(threads.map(lambda place: process("replay", place, *words), places))
    assert [(one.returncode, one.stderr) for one in ended] == [(0, "")] * 5
    assert len({json.loads(one.stdout)["status"] for one in ended}) == 1
    assert len({place.with_name(f"{place.stem}.mz302.asc").read_bytes() for place in places}) == 1
    assert _counts(store)[3] == 1


@pytest.mark.parametrize("key", ["", " ", "a\nb", "a\0b", "x" * 101])
def test_what_is_no_key(key: str, store: Database) -> None:
    with pytest.raises(mzsim.SubmissionError, match="is no key of a submission"):
        _submit(store, IN_PART, key)


def test_the_api(inv_url: str) -> None:
    with mzsim.Store(inv_url) as store:
        first = mzsim.replay(IN_PART, store, date=DATE, key="A")
        assert first.toekenningen
        again = mzsim.replay(IN_PART, store, date=DATE, key="A")
        assert (again, again.to_dict(), again.bookings) == (first, first.to_dict(), first.bookings)
        with pytest.raises(mzsim.SubmissionError):
            mzsim.replay(bytes(simple()), store, date=DATE, key="A")


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("x.asc", "y.asc"), "name one declaration"),
        (("--from", "x.manifest.json"), "name one declaration"),
        (("x.asc", "--manifest"), "--manifest can't tell of"),
    ],
)
def test_a_key_is_of_one_submission(words: tuple[str, ...], what: str) -> None:
    ended = invoke("replay", *words, "--kenmerk", "A")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert what in ended.stderr


def test_a_long_answer_comes_in_pieces(store: Database) -> None:
    """None larger than what is held in memory at once, however long the whole is."""
    content = random.Random(1).randbytes(3_500_000)
    parts = [content[place : place + 700_000] for place in range(0, len(content), 700_000)]
    with store.change() as connection:
        submissions.remember(connection, submissions.Submission("A", "", {}), None)
        submissions.write_pieces(connection, "A", submissions.RETOUR, parts)
        connection.commit()
    assert _counts(store)[4] > 1
    with store.read() as connection:
        pieces = list(submissions.read_pieces(connection, "A", submissions.RETOUR))
    assert b"".join(pieces) == content
    assert max(map(len, pieces)) <= 1 << 20

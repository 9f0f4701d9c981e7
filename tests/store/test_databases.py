"""The whole path on every database: the same bytes, the same memory of what was used, the same behaviour together."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mzsim.common.errors import StoreError
from mzsim.domain.findings import Outcome, Stage, Status
from mzsim.store.loading import load_file
from mzsim.store.session import Database, open_store
from tests.commands import ON_DATE, invoke, order, play, require_one_line, surroundings
from tests.databases import everywhere
from tests.factories import Message, simple
from tests.make_inv3 import DATE, FOLDER, STAGES, STORE, declaraties

GOLDEN = (FOLDER / "1-volledig-toegewezen.alle.mz302.asc").read_bytes()


@pytest.fixture
def store(inv_url: str) -> Iterator[Database]:
    opened = open_store(inv_url)
    yield opened
    opened.close()


@pytest.fixture
def declaration(tmp_path: Path) -> Path:
    (tmp_path / "werk").mkdir()
    return Path(shutil.copy(FOLDER / "1-volledig-toegewezen.mz301.asc", tmp_path / "werk" / "x.asc"))


def _question(store: Database, question: str) -> list[tuple[object, ...]]:
    with store.read() as connection:
        return connection.rows(question)


def _codes(outcome: Outcome) -> list[str | None]:
    return [m.retourcode for m in outcome.meldingen]


def test_examples_of_inv_give_the_same_bytes(store: Database, tmp_path: Path) -> None:
    for name, declaration in declaraties().items():
        for path, stage in STAGES.items():
            _, retour = play(store, tmp_path, declaration, stage=stage, dry_run=True)
            golden = FOLDER / f"{name}.{path}.mz302.asc"
            assert retour == (golden.read_bytes() if golden.exists() else None), (name, path)
    assert _question(store, "SELECT * FROM berichten") == []


@everywhere
def test_examples_one_after_another_on_one_store(store: Database, tmp_path: Path) -> None:
    """Not dry: 4a takes the factuurnummer of all but two, and VECOZO's rejections before it took nothing."""
    ordering = [
        "4b-fout-in-prestatierecord",
        "3a-totaal-onjuist",
        "4a-fout-in-verzekerdenrecord",
        "1-volledig-toegewezen",
    ]
    found = [play(store, tmp_path, declaraties()[name])[0] for name in ordering]
    assert [_codes(u) for u in found] == [["8007"], ["0150"], ["8004"], ["0030"]]
    rows = _question(store, "SELECT datum, prestatiecode, toegekend_bedrag, uitkomst FROM prestaties ORDER BY id")
    assert rows == [
        ("20110331", "C11", 1000, "toegewezen"),
        ("20110331", "R24", 0, "afgewezen"),
        ("20110331", "V13", 0, "afgewezen"),
    ]
    numbers = _question(
        store, "SELECT factuurnummer, vecozo_sleutel, uitkomst FROM factuurnummers ORDER BY factuurnummer"
    )
    assert numbers == [
        ("F2010-0042", "12012345/F2010-0042", "toegewezen"),
        ("F20110001", "12012345/F20110001", "toegewezen"),
    ]


@pytest.mark.parametrize("stage", [Stage.ALL, Stage.INSURER])
def test_factuurnummer_and_referentienummer(store: Database, tmp_path: Path, stage: Stage) -> None:
    def codes(date: dt.date = DATE, **fields: str) -> list[str | None]:
        return _codes(play(store, tmp_path, bytes(simple(**fields)), stage=stage, date=date)[0])

    assert codes(r0116="één", r0432="réf", r0415="11") == []
    assert codes(r0116="ÉÉN", r0432="ander") == ["0030"]
    assert codes(r0116="twee", r0432="réf") == ["8021"]
    assert codes(r0116="drie", r0432="RÉF", r0415="12") == []
    assert codes(dt.date(2016, 5, 1), r0116="één", r0432="x") == ["0030"]
    assert codes(dt.date(2016, 5, 2), r0116="één", r0432="y") == []
    assert codes(dt.date(2016, 5, 3), r0116="één", r0432="z") == ["0030"]


@pytest.mark.parametrize(
    "numbers",
    [("R4", "R5", "R6"), ("R5", "R6"), ("R4", "R5"), ("R5\x01", "R5"), ("R5", "R5\x01"), ("\0R", "R5"), ("R5", "\0R")],
)
def test_used_referentienummer_among_others(store: Database, tmp_path: Path, numbers: tuple[str, ...]) -> None:
    """It is found wherever it stands among the numbers of the message, and whatever these are."""
    assert _codes(play(store, tmp_path, bytes(simple(r0116="een", r0432="R5")))[0]) == []

    def double(*numbers: str) -> int:
        message = Message().add("02")
        for number in numbers:
            message.add("04", r0432=number)
        outcome, _ = play(store, tmp_path, bytes(message), stage=Stage.INSURER, dry_run=True)
        return _codes(outcome).count("8021")

    assert double(*numbers) == 1
    assert double("R51", "R6") == 0


def test_free_after_rejection_if_the_beleid_says_so(store: Database, tmp_path: Path) -> None:
    file = tmp_path / "beleid.yaml"
    file.write_text(
        'uzovi:\n  - {nummer: "0736", naam: V, soort: zorgverzekeraar, edp: true,\n'
        "     beleid: {factuurnummer_hergebruik_na_afwijzing: true, referentienummer_hergebruik_na_afwijzing: true}}\n"
    )
    load_file(store, file)
    declaration = bytes(simple(r0207="19000101"))
    for _ in range(2):
        assert _codes(play(store, tmp_path, declaration)[0]) == ["8004"]
    assert _codes(play(store, tmp_path, bytes(simple()))[0]) == []
    assert _codes(play(store, tmp_path, bytes(simple()))[0]) == ["0030"]


def test_every_character_fits_in_the_store(store: Database, tmp_path: Path) -> None:
    """A NUL and every other byte in what the store keeps; PostgreSQL has no place for the first."""
    foreign = "".join(chr(n) for n in (0, 1, 127, 160, 255))
    fields = {"r0116": f"F{foreign}", "r0432": f"R{foreign}", "r0433": f"V{foreign}", "r0413": "\0\x01\xff"}
    message = simple(**fields, r0205=f"N{foreign}")
    assert _codes(play(store, tmp_path, bytes(message), stage=Stage.INSURER)[0]) != ["0030"]
    assert _codes(play(store, tmp_path, bytes(message), stage=Stage.INSURER)[0]) == ["0030"]


@pytest.mark.slow
@everywhere
def test_thousands_of_records_are_recorded(store: Database, tmp_path: Path) -> None:
    """More than goes to the database at a time."""
    message = Message()
    for n in range(7):
        message.add("02", r0203="999999999", r0205=f"V{n}")
        for _ in range(1500):
            message.add("04", r0424="999900")
    outcome, _ = play(store, tmp_path, bytes(message), stage=Stage.INSURER)
    assert outcome.status is Status.FULLY_REJECTED
    assert _question(store, "SELECT count(*), min(declaratiebedrag), count(DISTINCT persoon) FROM prestaties") == [
        (10_500, 999_900, 7)
    ]


@everywhere
def test_locked_store(inv_url: str, store: Database, declaration: Path) -> None:
    with store.change():
        ended = invoke("replay", declaration, "--store", inv_url, *ON_DATE, "--wacht", "0.2")
        loaded = invoke("db", "load", STORE, "--store", inv_url, "--wacht", "0.2")
    for result in (ended, loaded):
        assert (result.exit_code, result.stdout) == (2, "")
        assert "is locked by another process" in require_one_line(result.stderr)
    assert [p.name for p in declaration.parent.iterdir()] == ["x.asc"]
    assert invoke("replay", declaration, "--store", inv_url, *ON_DATE).exit_code == 0


def test_what_a_database_refuses_is_told_without_what_it_was_given(store: Database) -> None:
    """PostgreSQL has the row in a second line; logs have these errors."""
    row = "('Jansen', 'x', 'y')"
    with pytest.raises(StoreError) as caught, store.change() as connection:
        connection.execute(f"INSERT INTO portaalsleutels (sleutel, sha256, antwoord) VALUES {row}, {row}")
    assert "unique" in str(caught.value).lower()
    assert "Jansen" not in str(caught.value)


@pytest.mark.slow
def test_six_processes_with_the_same_factuurnummer(
    inv_url: str, store: Database, declaration: Path, tmp_path: Path
) -> None:
    def start(number: int) -> subprocess.CompletedProcess[str]:
        words = ["replay", declaration, "--store", inv_url, *ON_DATE, "--json", "--out", tmp_path / f"{number}.asc"]
        return subprocess.run(
            order(*words), env=surroundings(), capture_output=True, text=True, timeout=100, check=False
        )

    with ThreadPoolExecutor(6) as threads:
        ended = list(threads.map(start, range(6)))
    assert [(a.returncode, a.stderr) for a in ended] == [(0, "")] * 6
    outcomes = [json.loads(a.stdout) for a in ended]
    assert sorted(u["status"] for u in outcomes) == ["afgekeurd_bestand"] * 5 + ["volledig_toegewezen"]
    assert [m["retourcode"] for u in outcomes for m in u["meldingen"]] == ["0030"] * 5
    assert _question(store, "SELECT count(*) FROM berichten") == [(1,)]
    assert _question(store, "SELECT count(*) FROM prestaties") == [(3,)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("point", "times", "answered"),
    [("fsync", 1, False), ("commit", 1, False), ("na-commit", 1, True), ("na-replace", 1, True)],
)
def test_killed(point: str, times: int, answered: bool, inv_url: str, store: Database, declaration: Path) -> None:
    words = ["replay", str(declaration), "--store", inv_url, *ON_DATE]
    ended = subprocess.run(
        [sys.executable, "-m", "tests.killer", point, str(times), *words],
        env=surroundings(),
        cwd=Path(__file__).parents[2],
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    other = declaration.with_name("ander.txt")
    other.write_bytes(bytes(simple(r0108="9900")))
    assert invoke("replay", other, "--store", inv_url, *ON_DATE).exit_code == 0
    retour = declaration.with_name("x.mz302.asc")
    assert len(_question(store, "SELECT 1 FROM berichten WHERE factuurnummer = 'F20110001'")) == answered
    assert _question(store, "SELECT * FROM wachtende_retouren") == []
    assert retour.exists() == answered
    assert not answered or retour.read_bytes() == GOLDEN


def test_dry_run_and_test_message_leave_nothing_behind(store: Database, tmp_path: Path) -> None:
    before = _question(store, "SELECT revisie FROM stand")
    play(store, tmp_path, bytes(simple()), dry_run=True)
    play(store, tmp_path, bytes(simple(r0105="T")))
    for table in ("berichten", "prestaties"):
        assert _question(store, f"SELECT * FROM {table}") == []
    assert _question(store, "SELECT revisie FROM stand") == before
    assert _codes(play(store, tmp_path, bytes(simple()))[0]) == []

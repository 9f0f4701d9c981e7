"""Killed at any moment, and several processes on one store: the retour exists and the store knows it, or neither."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mzsim.common.errors import OutputError
from mzsim.common.interrupts import uninterrupted
from mzsim.common.whole_file import RetourFile
from mzsim.domain.findings import Stage, Status
from mzsim.pipeline import Order, replay
from mzsim.store import session
from mzsim.store.place import Patience
from mzsim.store.session import Database, open_store
from tests.commands import ON_DATE, invoke, order, require_one_line, surroundings
from tests.factories import Message, make, simple
from tests.make_inv3 import DATE, FOLDER, STORE
from tests.retours import read

pytestmark = pytest.mark.slow

GOLDEN = (FOLDER / "1-volledig-toegewezen.alle.mz302.asc").read_bytes()


@pytest.fixture
def db(inv_store: Path, tmp_path: Path) -> Path:
    (tmp_path / "stores").mkdir()
    return Path(shutil.copy(inv_store, tmp_path / "stores" / "store.db"))


@pytest.fixture
def declaration(tmp_path: Path) -> Path:
    (tmp_path / "werk").mkdir()
    return Path(shutil.copy(FOLDER / "1-volledig-toegewezen.mz301.asc", tmp_path / "werk" / "x.asc"))


def _question(db: Path, question: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(db)
    try:
        return connection.execute(question).fetchall()
    finally:
        connection.close()


def _knows(db: Path) -> bool:
    """Whether the store knows the declaration, in every table or in none."""
    messages = _question(db, "SELECT id FROM berichten WHERE factuurnummer = 'F20110001'")
    numbers = _question(db, "SELECT uitkomst FROM factuurnummers WHERE factuurnummer = 'F20110001'")
    prestaties = _question(db, "SELECT id FROM prestaties")
    assert (len(messages), len(numbers), len(prestaties)) in ((0, 0, 0), (1, 1, 3))
    return bool(messages)


def _other_declaration(folder: Path) -> Path:
    place = folder / "ander" / "y.asc"
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(bytes(simple(r0116="ANDER", r0108="9900")))
    return place


def _require_all_or_nothing(db: Path, declaration: Path) -> bool:
    """After the next run on the store: the retour and the store agree. Whether the declaration was answered."""
    following = invoke("replay", _other_declaration(declaration.parents[1]), "--store", f"sqlite:///{db}", *ON_DATE)
    assert (following.exit_code, following.stderr) == (0, "")
    retour = declaration.with_name("x.mz302.asc")
    known = _knows(db)
    assert retour.exists() == known
    assert not known or retour.read_bytes() == GOLDEN
    assert _question(db, "SELECT * FROM wachtende_retouren") == []
    assert _question(db, "PRAGMA integrity_check") == [("ok",)]
    return known


def _kill(db: Path, declaration: Path, point: str, times: int) -> subprocess.CompletedProcess[str]:
    return _killed(point, times, "replay", str(declaration), "--store", f"sqlite:///{db}", *ON_DATE)


def _killed(point: str, times: int, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.killer", point, str(times), *words],
        env=surroundings(),
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


# The points that a replay passes, in order, and whether the declaration has been answered by then. The first commit is
# that of the message; the second says that the retour has its name.
POINTS = [
    ("complete", 1, False),
    ("fsync", 1, False),
    ("na-fsync", 1, False),
    ("commit", 1, False),
    ("na-commit", 1, True),
    ("put_in_place", 1, True),
    ("replace", 1, True),
    ("na-replace", 1, True),
    ("commit", 2, True),
    ("na-commit", 2, True),
    ("exit", 1, True),
]


@pytest.mark.parametrize(("point", "times", "answered"), POINTS)
def test_killed(point: str, times: int, answered: bool, db: Path, declaration: Path) -> None:
    assert _kill(db, declaration, point, times).returncode == -signal.SIGKILL
    assert _require_all_or_nothing(db, declaration) == answered


@pytest.mark.parametrize("point", ["commit", "na-commit", "replace", "na-replace"])
def test_killed_and_played_again(point: str, db: Path, declaration: Path) -> None:
    """The same declaration again: what was answered is refused, with the first answer in its place until then."""
    _kill(db, declaration, point, 1)
    target = declaration.with_name("opnieuw.asc")
    ended = invoke("replay", declaration, "--store", f"sqlite:///{db}", *ON_DATE, "--out", target, "--json")
    status = json.loads(ended.stdout)["status"]
    assert status == ("volledig_toegewezen" if point == "commit" else "afgekeurd_bestand")
    first = declaration.with_name("x.mz302.asc")
    assert first.exists() == (point != "commit")
    assert not first.exists() or first.read_bytes() == GOLDEN


@pytest.mark.parametrize("signum", ["SIGTERM", "SIGINT"])
@pytest.mark.parametrize(("point", "times", "answered"), POINTS)
def test_stopped(point: str, times: int, answered: bool, signum: str, db: Path, declaration: Path) -> None:
    """Told to stop, it says so in one line and leaves no half of anything, not even under another name."""
    ended = _kill(db, declaration, f"{point}/{signum}", times)
    assert ended.returncode == 2
    assert "stopped" in require_one_line(ended.stderr)
    retour = declaration.with_name("x.mz302.asc")
    if point != "commit" or times != 1:  # a signal before the commit waits until all is done
        assert retour.exists() == _knows(db) == answered
    assert sorted(p.name for p in declaration.parent.iterdir()) == ["x.asc"] + ["x.mz302.asc"] * retour.exists()
    _require_all_or_nothing(db, declaration)


def _long_declaration() -> bytes:
    message = Message(voorloop=make("01"))
    for _ in range(3):
        message.add("02", r0203="999999999", r0205="V404")
        for _ in range(1500):
            message.add("04")
    return bytes(message)


@pytest.mark.parametrize("attempt", range(6))
def test_killed_at_a_random_moment(attempt: int, db: Path, declaration: Path) -> None:
    declaration.write_bytes(_long_declaration())
    words = order("replay", declaration, "--store", f"sqlite:///{db}", *ON_DATE, "--stage", "verzekeraar")
    with subprocess.Popen(words, env=surroundings(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        time.sleep(0.15 + random.Random(attempt).random() * 0.7)
        running.kill()
    following = invoke("replay", _other_declaration(declaration.parents[1]), "--store", f"sqlite:///{db}", *ON_DATE)
    assert (following.exit_code, following.stderr) == (0, "")
    retour = declaration.with_name("x.mz302.asc")
    known = len(_question(db, "SELECT id FROM berichten WHERE factuurnummer = 'F20110001'"))
    assert retour.exists() == bool(known)
    assert len(_question(db, "SELECT id FROM prestaties")) == 4500 * known
    assert _question(db, "PRAGMA integrity_check") == [("ok",)]
    if known:
        assert invoke("check-retour", declaration, retour).exit_code == 0


def test_killed_while_a_new_store_is_made(tmp_path: Path) -> None:
    db = tmp_path / "nieuw.db"
    for point, times in (("link", 1), ("na-link", 1), ("unlink", 2)):
        db.unlink(missing_ok=True)
        assert (
            _killed(point, times, "db", "load", str(STORE), "--store", f"sqlite:///{db}").returncode == -signal.SIGKILL
        )
        assert db.exists() == (point != "link")
        assert invoke("db", "load", STORE, "--store", f"sqlite:///{db}").exit_code == 0


def test_completing_that_has_to_wait_is_no_error(
    store: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another run takes the store for long, right after the commit: the retour is in its place, so all is well."""
    declaration = Path(shutil.copy(FOLDER / "1-volledig-toegewezen.mz301.asc", tmp_path / "x.asc"))
    retour = tmp_path / "x.mz302.asc"
    store.close()
    short = open_store(store.url.text, patience=Patience(0.1))
    other = sqlite3.connect(str(store.url.file), isolation_level=None)
    real = RetourFile.put_in_place

    def locked(itself: RetourFile) -> None:
        other.execute("BEGIN IMMEDIATE")
        real(itself)

    monkeypatch.setattr(RetourFile, "put_in_place", locked)
    assert replay(Order(declaration, retour, DATE), short).status is Status.FULLY_GRANTED
    assert retour.read_bytes() == GOLDEN
    other.close()
    monkeypatch.undo()
    once_more = replay(Order(declaration, tmp_path / "nog eens.asc", DATE), short)
    assert [m.retourcode for m in once_more.meldingen] == ["0030"]
    short.close()


def test_outside_the_main_thread(store: Database, tmp_path: Path) -> None:
    """As a library in a thread, where signals can't be held, it works all the same."""
    declaration = Path(shutil.copy(FOLDER / "1-volledig-toegewezen.mz301.asc", tmp_path / "x.asc"))
    with ThreadPoolExecutor(1) as threads:
        task = threads.submit(replay, Order(declaration, tmp_path / "x.mz302.asc", DATE), store)
        assert task.result().status is Status.FULLY_GRANTED


# Several processes at once.


def _at_once(orders: list[list[str]]) -> list[subprocess.CompletedProcess[str]]:
    with ThreadPoolExecutor(len(orders)) as threads:
        return list(
            threads.map(
                lambda words: subprocess.run(
                    words, env=surroundings(), capture_output=True, text=True, timeout=100, check=False
                ),
                orders,
            )
        )


@pytest.mark.parametrize("stage", ["all", "verzekeraar"])
def test_six_processes_with_the_same_factuurnummer(stage: str, db: Path, declaration: Path, tmp_path: Path) -> None:
    targets = [tmp_path / f"retour{n}.asc" for n in range(6)]
    ended = _at_once(
        [
            order(
                *("replay", declaration, "--store", f"sqlite:///{db}", *ON_DATE, "--json"),
                *("--stage", stage, "--out", target),
            )
            for target in targets
        ]
    )
    assert [(a.returncode, a.stderr) for a in ended] == [(0, "")] * 6
    statuses = sorted(json.loads(a.stdout)["status"] for a in ended)
    assert statuses == ["afgekeurd_bestand"] * 5 + ["volledig_toegewezen"]
    codes = sorted(read(target.read_bytes())[0].codes for target in targets)
    assert codes == [("0001", "0030")] * 5 + [("8001",)]
    assert len(_question(db, "SELECT 1 FROM factuurnummers WHERE factuurnummer = 'F20110001'")) == 1
    assert _question(db, "SELECT count(*) FROM prestaties WHERE uitkomst = 'toegewezen'") == [(3,)]


def test_six_processes_each_with_a_factuurnummer_of_its_own(db: Path, tmp_path: Path) -> None:
    declaraties = [tmp_path / f"d{n}.asc" for n in range(6)]
    for n, place in enumerate(declaraties):
        place.write_bytes(bytes(simple(r0116=f"F{n}", r0432=f"R{n}", r0415=f"1{n + 1}")))
    ended = _at_once(
        [order("replay", place, "--store", f"sqlite:///{db}", *ON_DATE, "--json") for place in declaraties]
    )
    assert [(a.returncode, a.stderr) for a in ended] == [(0, "")] * 6
    assert {json.loads(a.stdout)["status"] for a in ended} == {"volledig_toegewezen"}
    assert len(_question(db, "SELECT id FROM prestaties")) == 6
    assert _question(db, "SELECT * FROM wachtende_retouren") == []


def test_six_processes_that_make_and_load_the_same_new_store(tmp_path: Path) -> None:
    """None puts an empty store over one that another has made and filled."""
    files = []
    for n in range(6):
        file = tmp_path / f"{n}.yaml"
        file.write_text(f'uzovi:\n  - {{nummer: "900{n}", naam: N, soort: zorgverzekeraar, edp: true}}\n', "utf-8")
        files.append(file)
    db = tmp_path / "nieuw.db"
    ended = _at_once([order("db", "load", file, "--store", f"sqlite:///{db}") for file in files])
    assert [(a.returncode, a.stderr) for a in ended] == [(0, "")] * 6
    assert _question(db, "SELECT nummer FROM uzovi ORDER BY nummer") == [(f"900{n}",) for n in range(6)]
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([*(b.name for b in files), "nieuw.db"])


def test_a_new_store_that_another_has_just_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other was first, and has loaded into it already."""
    db = tmp_path / "nieuw.db"
    real = session.make_empty

    def another_first(place: Path) -> None:
        monkeypatch.undo()
        assert invoke("db", "load", STORE, "--store", f"sqlite:///{db}").exit_code == 0
        real(place)

    monkeypatch.setattr(session, "make_empty", another_first)
    open_store(f"sqlite:///{db}").close()
    assert _question(db, "SELECT count(*) FROM polissen") == [(2,)]


# What leaves nothing behind.


@pytest.mark.parametrize("what", ["testbericht", "dry-run", "vecozo wijst af"])
def test_leaves_nothing_behind(what: str, db: Path, declaration: Path) -> None:
    content = declaration.read_bytes()
    options: list[str] = []
    if what == "testbericht":
        declaration.write_bytes(content[:9] + b"T" + content[10:])
    elif what == "dry-run":
        options = ["--dry-run"]
    else:
        declaration.write_bytes(content.replace(b"20110331N", b"20110332N", 1).replace(b"EUR", b"USD"))
    before = db.read_bytes()
    for _ in range(2):
        for stage in ("all", "verzekeraar", "vecozo"):
            if what == "vecozo wijst af" and stage == "verzekeraar":
                continue
            ended = invoke("replay", declaration, "--store", f"sqlite:///{db}", *ON_DATE, *options, "--stage", stage)
            assert ended.exit_code == 0
            assert "0030" not in ended.stdout
    assert db.read_bytes() == before


def test_a_test_message_gets_the_same_retour_with_a_t(db: Path, declaration: Path) -> None:
    content = declaration.read_bytes()
    declaration.write_bytes(content[:9] + b"T" + content[10:])
    invoke("replay", declaration, "--store", f"sqlite:///{db}", *ON_DATE)
    assert declaration.with_name("x.mz302.asc").read_bytes() == GOLDEN[:9] + b"T" + GOLDEN[10:]


def test_a_test_message_sees_what_is_used(db: Path, declaration: Path) -> None:
    invoke("replay", declaration, "--store", f"sqlite:///{db}", *ON_DATE)
    content = declaration.read_bytes()
    declaration.write_bytes(content[:9] + b"T" + content[10:])
    ended = invoke("replay", declaration, "--store", f"sqlite:///{db}", *ON_DATE, "--json")
    assert [m["retourcode"] for m in json.loads(ended.stdout)["meldingen"]] == ["0030"]


def test_completing_after_a_refused_place_forgets_the_message(
    store: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The retour can't get its name: the message was not received, and the number may be used again."""
    declaration = Path(shutil.copy(FOLDER / "1-volledig-toegewezen.mz301.asc", tmp_path / "x.asc"))

    def refuses(*_: object) -> None:
        raise OutputError("vol")

    with monkeypatch.context() as temporary:
        temporary.setattr(RetourFile, "put_in_place", refuses)
        with pytest.raises(OutputError):
            replay(Order(declaration, tmp_path / "x.mz302.asc", DATE), store)
    for stage in (Stage.VECOZO, Stage.INSURER):
        outcome = replay(Order(declaration, tmp_path / "x.mz302.asc", DATE, stage), store)
        assert outcome.status in (Status.FORWARDED, Status.FULLY_GRANTED)


def test_a_signal_waits_until_the_block_is_done() -> None:
    earlier = [signal.getsignal(signum) for signum in (signal.SIGINT, signal.SIGTERM)]
    done: list[str] = []

    def interrupted() -> None:
        with uninterrupted():
            os.kill(os.getpid(), signal.SIGINT)
            done.append("af")

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert done == ["af"]
    assert [signal.getsignal(signum) for signum in (signal.SIGINT, signal.SIGTERM)] == earlier


def test_remains_of_a_killed_run_become_no_store(tmp_path: Path) -> None:
    """A store that was being made under the number that this process has now is not taken for a new one."""
    rest = tmp_path / f".nieuw.db.{os.getpid()}.deel"
    assert invoke("db", "load", STORE, "--store", f"sqlite:///{rest}").exit_code == 0
    open_store(f"sqlite:///{tmp_path}/nieuw.db").close()
    assert _question(tmp_path / "nieuw.db", "SELECT count(*) FROM polissen") == [(0,)]

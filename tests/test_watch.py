"""`mzsim watch`: declarations that appear in a folder are answered once each, whatever happens meanwhile."""

from __future__ import annotations

import datetime as dt
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from mzsim.common.errors import OutputError, SilentStoreError
from mzsim.domain.findings import Outcome
from mzsim.pipeline import Order, replay
from mzsim.server.watch import Terms, Watch
from mzsim.store.loading import load_file
from mzsim.store.session import Database, open_store
from tests.commands import DATE, ON_DATE, invoke, order, require_one_line, surroundings
from tests.factories import simple
from tests.make_inv3 import FOLDER, STORE

EXAMPLE = FOLDER / "1-volledig-toegewezen.mz301.asc"
GOLDEN = (FOLDER / "1-volledig-toegewezen.alle.mz302.asc").read_bytes()


class Folders(NamedTuple):
    """IN and OUT, and how what stands in them is named."""

    coming: Path
    going: Path

    def put(self, name: str = "x.mz301.asc", content: bytes | None = None) -> Path:
        """Renames a complete declaration in, as a program does that knows how."""
        place = self.coming / name
        part = place.with_name(f"{name}.tmp")
        part.write_bytes(EXAMPLE.read_bytes() if content is None else content)
        return part.rename(place)

    @property
    def all(self) -> list[str]:
        """Every file within that is not at hand."""
        found = (place for folder in self for place in folder.rglob("*") if place.is_file())
        return sorted(str(place.relative_to(self.coming.parent)) for place in found if place.name != "slot")


class Clock:
    """A clock that stands still until it is moved."""

    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    made = Folders(tmp_path / "in", tmp_path / "uit")
    for folder in made:
        folder.mkdir()
    return made


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def watch(folders: Folders, store: Database, clock: Clock) -> Iterator[Watch]:
    with Watch(*folders, store, Terms(still=2, date=DATE), clock, clock) as watched:
        yield watched


def seen(watch: Watch) -> list[tuple[str, str]]:
    """What one look gives."""
    return [(event.name, event.what) for event in watch.look()]


def settle(clock: Clock, watch: Watch) -> list[tuple[str, str]]:
    """What is seen until nothing more happens at once."""
    found = seen(watch)
    for _ in range(2):
        clock.now += 2
        found += seen(watch)
    return found


# What is taken, and when.


def test_a_declaration_is_answered_and_delivered(folders: Folders, watch: Watch, clock: Clock) -> None:
    folders.put()
    assert settle(clock, watch) == [
        ("x.mz301.asc", "volledig_toegewezen by 0736, 660.00 of 660.00"),
        ("x.mz302.asc", "delivered as x.mz302.asc"),
    ]
    assert folders.all == ["in/verwerkt/x.mz301.asc", "uit/x.mz302.asc"]
    assert (folders.going / "x.mz302.asc").read_bytes() == GOLDEN
    assert watch.idle


def test_a_file_that_still_grows_is_left_alone(folders: Folders, watch: Watch, clock: Clock) -> None:
    content = EXAMPLE.read_bytes()
    place = folders.coming / "x.asc"
    for end in range(500, len(content) + 500, 500):
        place.write_bytes(content[:end])
        assert seen(watch) == []
        clock.now += 1.5
    assert next(what for _, what in settle(clock, watch)) == "volledig_toegewezen by 0736, 660.00 of 660.00"
    assert (folders.going / "x.mz302.asc").read_bytes() == GOLDEN


def test_a_file_stands_still_whoever_sets_the_clock(folders: Folders, store: Database) -> None:
    times, passing = Clock(), Clock()
    folders.put()
    with Watch(*folders, store, Terms(still=2, date=DATE), times, passing) as watch:
        assert seen(watch) == []
        times.now += 3600
        assert seen(watch) == []
        times.now -= 7200
        passing.now += 2
        assert [name for name, _ in seen(watch)][:1] == ["x.mz301.asc"]


@pytest.mark.parametrize("name", [".x.asc", "x.asc.tmp", "x.asc.PART", "x.asc.filepart", "x.asc.deel"])
def test_a_name_that_says_unfinished_is_left_alone(folders: Folders, watch: Watch, clock: Clock, name: str) -> None:
    shutil.copy(EXAMPLE, folders.coming / name)
    assert settle(clock, watch) == []
    assert folders.all == [f"in/{name}"]


def test_they_are_answered_in_the_order_in_which_they_came(folders: Folders, watch: Watch, clock: Clock) -> None:
    """Of two that ask for the same factuurnummer the first gets it."""
    for age, name in enumerate(["b.asc", "a.asc"]):
        os.utime(folders.put(name), (1_700_000_000 + age,) * 2)
    assert [name for name, _ in settle(clock, watch)][:2] == ["b.asc", "a.asc"]
    assert (folders.going / "b.mz302.asc").read_bytes() == GOLDEN
    assert (folders.going / "a.mz302.asc").read_bytes()[310:].startswith(b"VECOZO")


def test_a_retour_comes_when_its_time_has_come(folders: Folders, store: Database, clock: Clock) -> None:
    """Also of a watch that was started anew meanwhile."""
    folders.put()
    terms = Terms(delay=60, still=0, date=DATE)
    with Watch(*folders, store, terms, clock, clock) as watch:
        assert [name for name, _ in seen(watch)] == ["x.mz301.asc"]
        clock.now += 59
        assert seen(watch) == []
        assert not watch.idle
    with Watch(*folders, store, terms, clock, clock) as watch:
        assert seen(watch) == []
        clock.now += 1
        assert seen(watch) == [("x.mz302.asc", "delivered as x.mz302.asc")]
    assert (folders.going / "x.mz302.asc").read_bytes() == GOLDEN


def test_the_same_file_once_more_is_another_submission(folders: Folders, watch: Watch, clock: Clock) -> None:
    """As at a counter: its factuurnummer has been used by then. A retour that nobody fetched stays where it stands."""
    for _ in range(2):
        folders.put()
        settle(clock, watch)
    assert folders.all == [
        *("in/verwerkt/x.2.mz301.asc", "in/verwerkt/x.mz301.asc"),
        *("uit/x.2.mz302.asc", "uit/x.mz302.asc"),
    ]
    assert (folders.going / "x.mz302.asc").read_bytes() == GOLDEN
    assert (folders.going / "x.2.mz302.asc").read_bytes()[310:].startswith(b"VECOZO")


def test_what_no_retour_is_sent_of_is_answered_all_the_same(folders: Folders, watch: Watch, clock: Clock) -> None:
    folders.put("y.asc", bytes(simple(r0108="0000", r0109="98004567", r0113="09")))
    settle(clock, watch)
    assert [name for name in folders.all if name.startswith("in/")] == ["in/verwerkt/y.asc"]


# What can't be read.


def test_what_is_no_declaration_goes_aside_with_its_reason(folders: Folders, watch: Watch, clock: Clock) -> None:
    folders.put("x.zip", b"PK\x03\x04 and so on")
    os.mkfifo(folders.coming / "pijp.asc")
    (folders.coming / "link.asc").symlink_to("/etc/passwd")
    long = f"{'n' * 230}.asc"
    folders.put(long)
    reasons = dict(settle(clock, watch))
    assert "zip archive" in reasons["x.zip"]
    assert reasons["pijp.asc"] == reasons["link.asc"] == "is no ordinary file"
    assert reasons[long] == "its name is longer than 200 bytes"
    for name in ("x.zip", "pijp.asc", "link.asc"):
        aside = folders.coming / "fout" / name
        assert os.path.lexists(aside)
        assert aside.with_name(f"{name}.reden.txt").read_text("utf-8") == f"{reasons[name]}\n"
    assert not any(name.startswith("uit/") for name in folders.all)
    assert watch.idle


def test_a_mistake_of_the_program_holds_up_nobody_else(
    folders: Folders, watch: Watch, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoiled(order: Order, store: Database) -> Outcome:
        if isinstance(order.declaration, Path) and order.declaration.name == "a.asc":
            raise ZeroDivisionError("by nothing\nat all")
        return replay(order, store)

    monkeypatch.setattr("mzsim.server.watch.replay", spoiled)
    folders.put("a.asc")
    folders.put("b.asc")
    reasons = dict(settle(clock, watch))
    assert reasons["a.asc"] == r"a mistake of the program, please report it: ZeroDivisionError: by nothing\nat all"
    assert (folders.going / "b.mz302.asc").read_bytes() == GOLDEN
    assert (folders.coming / "fout" / "a.asc").is_file()


def test_a_store_that_can_not_answer_loses_nothing(folders: Folders, tmp_path: Path, clock: Clock) -> None:
    """It is asked again: what was taken waits."""
    store = open_store(f"sqlite:///{tmp_path / 'empty.db'}")
    folders.put()
    with Watch(*folders, store, Terms(still=0, date=DATE), clock, clock) as watch:
        with pytest.raises(SilentStoreError):
            seen(watch)
        load_file(store, STORE)
        seen(watch)
    store.close()
    assert (folders.going / "x.mz302.asc").read_bytes() == GOLDEN


def test_where_retours_can_not_be_written_nothing_is_lost(
    folders: Folders, watch: Watch, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders.put()
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        with pytest.raises(OutputError, match="No space left on device"):
            settle(clock, watch)
    settle(clock, watch)
    assert (folders.going / "x.mz302.asc").read_bytes() == GOLDEN


# Two folders, for one watch.


def test_one_watch_a_folder(folders: Folders, watch: Watch, store: Database, clock: Clock, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    for pair in (folders, (folders.coming, tmp_path / "other"), (tmp_path / "other", folders.going)):
        with (
            pytest.raises(OutputError, match="another mzsim watch works there"),
            Watch(*pair, store, Terms(), clock, clock),
        ):
            pass


def test_folders_that_do_not_do(folders: Folders, store: Database, clock: Clock, tmp_path: Path) -> None:
    (folders.coming / "verwerkt").mkdir()
    for going in (folders.coming, folders.coming / "verwerkt"):
        with pytest.raises(OutputError, match="retours can't go where declarations come in"):
            Watch(folders.coming, going, store, Terms(), clock, clock)
    with pytest.raises(OutputError, match="is no folder"):
        Watch(tmp_path / "none", folders.going, store, Terms(), clock, clock)


# Killed anywhere.


def _run(folders: Folders, url: str, prepare: Callable[[], None]) -> bool:
    """Looks in a process of its own until nothing is left; whether it was killed."""
    if (number := os.fork()) == 0:
        try:
            store = open_store(url)
            with Watch(*folders, store, Terms(still=0, date=DATE), time.time, time.monotonic) as watch:
                prepare()
                while not watch.idle:
                    list(watch.look())
        finally:
            sys.setprofile(None)
            os._exit(0)
    _, status = os.waitpid(number, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def _kill_at(wanted: int) -> Callable[[], None]:
    passes = 0

    def profile(_: object, event: str, __: object) -> None:
        nonlocal passes
        passes += event in ("call", "c_call")
        if passes == wanted:
            os.kill(os.getpid(), signal.SIGKILL)

    return lambda: sys.setprofile(profile)


_CALLS = ("rename", "mkdir", "rmdir", "commit", "fsync", "replace", "unlink", "chmod")
"""Where a kill could do harm."""


_ROUNDS = 25


def _points(folders: Folders, url: str, note: Path) -> list[int]:
    """The numbers of the calls around which a kill could do harm, in a run that answers one declaration."""

    def count() -> None:
        passes, found = 0, []

        def profile(frame: object, event: str, argument: object) -> None:
            nonlocal passes
            if event in ("call", "c_call"):
                passes += 1
                name = getattr(argument, "__name__", "") or frame.f_code.co_name  # type: ignore[attr-defined]
                if name in _CALLS:
                    found.append(passes)
                    note.write_text(" ".join(map(str, found)))

        sys.setprofile(profile)

    assert not _run(folders, url, count)
    return sorted({number + more for number in map(int, note.read_text().split()) for more in (0, 1)})


def _clear(folders: Folders) -> None:
    for folder in folders:
        shutil.rmtree(folder)
        folder.mkdir()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("kind", ["aimed", "anywhere"])
def test_killed_anywhere_it_is_answered_once(folders: Folders, inv_store: Path, tmp_path: Path, kind: str) -> None:
    """The vendor fetches a retour as soon as it is there: one that came twice would be seen."""
    place = tmp_path / "store.db"

    def begin() -> None:
        _clear(folders)
        for ending in ("", "-wal", "-shm"):
            place.with_name(place.name + ending).unlink(missing_ok=True)
        shutil.copy(inv_store, place)
        folders.put()

    def fetch() -> list[bytes]:
        return [(file.read_bytes(), file.unlink())[0] for file in folders.going.glob("*.asc")]

    begin()
    points = _points(folders, f"sqlite:///{place}", tmp_path / "note")
    assert len(points) > 10
    chance = random.Random(16)
    if kind == "anywhere":
        points = [chance.randint(1, points[-1] + 50) for _ in range(_ROUNDS)]
    killed = 0
    for point in points:
        begin()
        killed += _run(folders, f"sqlite:///{place}", _kill_at(point))
        fetched = fetch()
        if chance.random() < 1 / 3:
            _run(folders, f"sqlite:///{place}", _kill_at(chance.randint(1, points[-1])))
            fetched += fetch()
        _run(folders, f"sqlite:///{place}", lambda: None)
        assert [*fetched, *fetch()] == [GOLDEN], f"killed at call {point}"
        assert folders.all == ["in/verwerkt/x.mz301.asc"], f"killed at call {point}"
    assert killed > len(points) / 2


# The command.


def test_the_command_until_nothing_is_left(folders: Folders, inv_store: Path, tmp_path: Path) -> None:
    store = shutil.copy(inv_store, tmp_path / "store.db")
    folders.put()
    folders.put("y.txt", b"hello")
    words = ("watch", *folders, "--store", store, *ON_DATE, "--stil", "0", "--eenmaal")
    result = invoke(*words)
    assert result.exit_code == 3
    assert result.stdout == (
        "x.mz301.asc: volledig_toegewezen by 0736, 660.00 of 660.00\nx.mz302.asc: delivered as x.mz302.asc\n"
    )
    assert require_one_line(result.stderr).startswith("mzsim: y.txt: The file is empty, or its first 310 positions")
    assert invoke(*words).exit_code == 0


def test_the_command_refuses_what_can_not_be(folders: Folders, inv_store: Path) -> None:
    inside = shutil.copy(inv_store, folders.coming / "store.db")
    for store, line in ((inside, "the store stands there"), (folders.going / "none.db", "is not there")):
        result = invoke("watch", *folders, "--store", store, "--eenmaal")
        assert result.exit_code == 2
        assert line in require_one_line(result.stderr)
    assert folders.all == ["in/store.db"]


@pytest.mark.slow
@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_the_command_stops_when_it_is_told_to(folders: Folders, inv_store: Path, tmp_path: Path, signum: int) -> None:
    store = shutil.copy(inv_store, tmp_path / "store.db")
    words = order("watch", *folders, "--store", store, *ON_DATE, "--stil", "0")
    with subprocess.Popen(words, env=surroundings(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        folders.put()
        assert run.stdout.readline().startswith("x.mz301.asc: volledig_toegewezen")
        assert "delivered" in run.stdout.readline()
        run.send_signal(signum)
        _, stderr = run.communicate(timeout=20)
    assert (run.returncode, require_one_line(stderr)) == (0, "mzsim: stopped; the next watch goes on from here")
    assert (folders.going / "x.mz302.asc").read_bytes() == GOLDEN


def test_the_day_is_that_of_the_clock(folders: Folders, store: Database, clock: Clock) -> None:
    folders.put()
    with Watch(*folders, store, Terms(still=0), clock, clock) as watch:
        seen(watch)
    day = dt.date.fromtimestamp(clock.now)  # noqa: DTZ012 - the day where the user is
    assert f"{day:%Y%m%d}".encode() in (folders.going / "x.mz302.asc").read_bytes()[:370]

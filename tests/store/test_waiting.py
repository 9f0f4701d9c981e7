"""A retour that waits since a run was killed: it stays waiting until it is in its place, and holds nobody up."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mzsim.answering import delivery
from mzsim.answering.delivery import Seen, all_waiting, place_waiting, wait_no_longer
from mzsim.common.errors import OutputError, StoreError
from mzsim.common.promise import Promise, Sight, Stand
from mzsim.common.whole_file import RetourFile, clear_half_done
from mzsim.domain.findings import Stage, Status
from mzsim.pipeline import Order, replay
from mzsim.store.connection import Connection, OperationalError
from mzsim.store.session import Database, open_store
from tests.commands import ON_DATE, invoke, order, require_one_line, script, surroundings
from tests.databases import DATABASES, by_models
from tests.factories import simple
from tests.kills import playground
from tests.make_inv3 import DATE, FOLDER

GOLDEN = (FOLDER / "1-volledig-toegewezen.alle.mz302.asc").read_bytes()
OLD, NEW = b"of an earlier run", b"of a later run, by somebody else"


class _Killed(BaseException):
    pass


@pytest.fixture
def opened(inv_url: str) -> Iterator[Database]:
    """A store with the insurer of INV chapter 3."""
    store = open_store(inv_url)
    yield store
    store.close()


@pytest.fixture
def retour(tmp_path: Path) -> Path:
    """Where the retour goes: in a folder of its own, that can be away."""
    (tmp_path / "uit").mkdir()
    return tmp_path / "uit" / "x.mz302.asc"


def kill(store: Database, retour: Path, monkeypatch: pytest.MonkeyPatch, point: str = "put_in_place") -> None:
    """Answers a declaration as a run that is killed between recording and placing."""

    def killed(*_: object) -> None:
        raise _Killed

    declaration = Path(shutil.copy(FOLDER / "1-volledig-toegewezen.mz301.asc", retour.parents[1] / "x.asc"))
    with monkeypatch.context() as temporary:
        temporary.setattr(RetourFile, point, killed)
        temporary.setattr(RetourFile, "__exit__", lambda itself, *_: itself.stream.close())
        with pytest.raises(_Killed):
            replay(Order(declaration, retour, DATE), store)


@pytest.fixture
def part(opened: Database, retour: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a retour that waits."""
    kill(opened, retour, monkeypatch)
    assert not retour.exists()
    (part,) = retour.parent.glob(".*.wacht")
    return part


def _stuck(store: Database) -> str:
    """The reason why the one retour that waits can't be placed."""
    (seen,) = place_waiting(store)
    assert seen.sight.stand is Stand.STUCK
    assert [one.waiting for one in all_waiting(store)] == [seen.waiting], "it stays waiting"
    return seen.sight.reason


def _question(store: Database, question: str) -> list[tuple[object, ...]]:
    with store.read() as connection:
        return connection.rows(question)


def _is_placed(store: Database, retour: Path) -> None:
    assert [seen.sight.stand for seen in place_waiting(store)] in ([Stand.KEPT], [])
    assert retour.read_bytes() == GOLDEN
    assert [p.name for p in retour.parent.iterdir()] == [retour.name]
    assert all_waiting(store) == place_waiting(store) == []


def test_a_later_run_places_it(opened: Database, retour: Path, part: Path) -> None:
    assert part.read_bytes() == GOLDEN
    _is_placed(opened, retour)


def test_placed_while_the_store_did_not_hear_of_it(
    opened: Database, retour: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed behind the rename: the file in its place is known by its bytes."""
    with monkeypatch.context() as temporary:
        temporary.setattr("mzsim.answering.delivery.settle", lambda *_: None)
        replay(Order(FOLDER / "1-volledig-toegewezen.mz301.asc", retour, DATE), opened)
    _is_placed(opened, retour)


def _away(retour: Path) -> Callable[[], object]:
    elsewhere = retour.parent.rename(retour.parents[1] / "elders")
    return lambda: elsewhere.rename(retour.parent)


def _mounted_over(retour: Path) -> Callable[[], object]:
    """The folder is there and empty, as a mount point without its share."""
    elsewhere = retour.parent.rename(retour.parents[1] / "elders")
    retour.parent.mkdir()

    def back() -> None:
        retour.parent.rmdir()
        elsewhere.rename(retour.parent)

    return back


def _a_file_in_place_of_the_folder(retour: Path) -> Callable[[], object]:
    elsewhere = retour.parent.rename(retour.parents[1] / "elders")
    retour.parent.touch()

    def back() -> None:
        retour.parent.unlink()
        elsewhere.rename(retour.parent)

    return back


def _folder_in_its_place(retour: Path) -> Callable[[], object]:
    retour.mkdir()
    return retour.rmdir


def _newer_file(retour: Path) -> Callable[[], object]:
    retour.write_bytes(NEW)
    os.utime(retour, (1, 1))  # however old it says it is

    def back() -> None:
        assert retour.read_bytes() == NEW
        retour.unlink()

    return back


def _pipe_in_place_of_the_part(retour: Path) -> Callable[[], object]:
    (part,) = retour.parent.glob(".*.wacht")
    elsewhere = part.rename(retour.parents[1] / "elders")
    os.mkfifo(part)
    return lambda: elsewhere.replace(part)


def _damaged(retour: Path) -> Callable[[], object]:
    (part,) = retour.parent.glob(".*.wacht")
    part.write_bytes(GOLDEN[:-1] + b"?")
    return lambda: part.write_bytes(GOLDEN)


@pytest.mark.parametrize(
    ("obstacle", "reason"),
    [
        (_away, "its folder is not to be seen from here"),
        (_mounted_over, "neither stands there nor waits beside it"),
        (_a_file_in_place_of_the_folder, "its folder is not to be seen from here"),
        (_folder_in_its_place, "another file stands there, that came later"),
        (_newer_file, "another file stands there, that came later"),
        (_pipe_in_place_of_the_part, "is no ordinary file"),
        (_damaged, "is not what was recorded"),
    ],
)
def test_stays_waiting_until_it_can_be_placed(
    obstacle: Callable[[Path], Callable[[], object]], reason: str, opened: Database, retour: Path, part: Path
) -> None:
    back = obstacle(retour)
    for _ in range(2):
        assert reason in _stuck(opened)
    back()
    _is_placed(opened, retour)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="everybody may read everything here")
def test_stays_waiting_where_another_user_may_not_look(opened: Database, retour: Path, part: Path) -> None:
    for place, mode in ((retour.parent, 0o000), (part, 0o000), (retour.parent, 0o500)):
        before = place.stat().st_mode
        place.chmod(mode)
        assert "Permission denied" in _stuck(opened)
        place.chmod(before)
    _is_placed(opened, retour)


@pytest.mark.parametrize("what", ["open", "rename"])
def test_stays_waiting_whatever_the_system_says(
    what: str, opened: Database, retour: Path, part: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A share that hangs, another user's folder, a disk with errors."""

    def refuses(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as temporary:
        if what == "open":
            temporary.setattr("mzsim.common.promise.open_regular", refuses)
        else:
            temporary.setattr(os, "link", refuses)
        assert "Permission denied" in _stuck(opened)
    _is_placed(opened, retour)


def test_an_older_file_gives_way(opened: Database, retour: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stood there when the declaration was answered would have been replaced then."""
    retour.write_bytes(OLD)
    with monkeypatch.context() as temporary:
        kill(opened, retour, temporary)
    assert retour.read_bytes() == OLD
    _is_placed(opened, retour)


def test_an_older_file_that_was_written_over_stays(
    opened: Database, retour: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    retour.write_bytes(OLD)
    kill(opened, retour, monkeypatch)
    retour.write_bytes(NEW)
    assert "came later" in _stuck(opened)
    assert retour.read_bytes() == NEW


def test_a_file_that_comes_between_looking_and_placing_stays(
    opened: Database, retour: Path, part: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.link

    def just_before(*paths: Path) -> None:
        retour.write_bytes(NEW)
        real(*paths)

    monkeypatch.setattr(os, "link", just_before)
    assert "File exists" in _stuck(opened)
    assert retour.read_bytes() == NEW


def test_a_file_system_without_links(
    opened: Database, retour: Path, part: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuses)
    _is_placed(opened, retour)


def test_no_computer_is_asked_for(opened: Database, retour: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A container has another name after a restart."""
    monkeypatch.setattr("platform.node", lambda: "een")
    kill(opened, retour, monkeypatch)
    monkeypatch.setattr("platform.node", lambda: "twee")
    (seen,) = all_waiting(opened)
    assert (seen.waiting.computer, seen.sight.stand) == ("een", Stand.READY)
    _is_placed(opened, retour)


def test_what_waits_survives_a_run_with_the_same_number(opened: Database, retour: Path, part: Path) -> None:
    """In a container every run may have the same process number: what another left is not written over."""
    assert f".{os.getpid()}-0.wacht" in part.name
    dry = replay(Order(retour.parents[1] / "x.asc", retour, DATE, dry_run=True), opened)
    assert dry.status is Status.REJECTED_FILE
    assert part.read_bytes() == GOLDEN
    assert "came later" in _stuck(opened), "the dry run put another retour there"


def test_a_run_that_lives_is_left_alone(
    opened: Database, retour: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another run comes by right after the commit."""
    seen: list[Seen] = []
    real = RetourFile.put_in_place

    def another_first(itself: RetourFile) -> None:
        clear_half_done(retour.parent)
        seen.extend(place_waiting(opened))
        with pytest.raises(OutputError, match="its own run is at it"):
            wait_no_longer(opened, seen[0].waiting.message_id, forget=True)
        real(itself)

    monkeypatch.setattr(RetourFile, "put_in_place", another_first)
    assert replay(Order(FOLDER / "1-volledig-toegewezen.mz301.asc", retour, DATE), opened).has_retour
    assert [one.sight.stand for one in seen] == [Stand.AT_WORK]
    _is_placed(opened, retour)


def test_what_is_placed_and_taken_away_while_another_run_looks_does_not_wait(
    opened: Database, retour: Path, part: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = delivery.look

    def look(promise: Promise) -> Sight:
        monkeypatch.undo()
        _is_placed(opened, retour)
        retour.unlink()
        return real(promise)

    monkeypatch.setattr(delivery, "look", look)
    assert place_waiting(opened) == []


def test_where_the_file_system_knows_no_locks_another_may_place_it(
    opened: Database, retour: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That is no failure of either run, and nothing is forgotten."""

    def refuses(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    real = RetourFile.put_in_place

    def another_first(itself: RetourFile) -> None:
        assert [seen.sight.stand for seen in place_waiting(opened)] == [Stand.KEPT]
        real(itself)

    monkeypatch.setattr("fcntl.flock", refuses)
    monkeypatch.setattr(RetourFile, "put_in_place", another_first)
    replay(Order(FOLDER / "1-volledig-toegewezen.mz301.asc", retour, DATE), opened)
    _is_placed(opened, retour)
    assert len(_question(opened, "SELECT 1 FROM berichten")) == 1


# What killed runs left half done.


def test_halves_of_killed_runs_are_cleared_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    others = ["x.deel", ".x.deel", ".x.asc.12.deel", "x.asc.12-0.deel", ".x.asc.12-0.wacht"]
    for name in (".x.asc.12-0.deel", ".y.13-1.deel", *others):
        (tmp_path / name).write_bytes(b"half")
    (tmp_path / ".map.1-0.deel").mkdir()
    (tmp_path / ".link.1-0.deel").symlink_to(tmp_path / "x.deel")
    os.mkfifo(tmp_path / ".pijp.1-0.deel")
    with RetourFile(tmp_path / "z.asc") as living:
        clear_half_done(tmp_path)
        expected = {*others, ".map.1-0.deel", ".link.1-0.deel", ".pijp.1-0.deel", living.part.name}
        assert {p.name for p in tmp_path.iterdir()} == expected
    clear_half_done(tmp_path / "is er niet")


def test_halves_stay_where_nobody_can_tell_who_lives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    (tmp_path / ".x.asc.12-0.deel").touch()
    monkeypatch.setattr("fcntl.flock", refuses)
    clear_half_done(tmp_path)
    assert (tmp_path / ".x.asc.12-0.deel").exists()


def test_a_half_that_is_cleared_away_before_it_is_held_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mzsim.common import whole_file

    real = whole_file.hold
    passes: list[int] = []

    def too_late(stream: object) -> bool:
        passes.append(1)
        if len(passes) == 1:
            clear_half_done(tmp_path)
        return real(stream)  # type: ignore[arg-type]

    monkeypatch.setattr(whole_file, "hold", too_late)
    with RetourFile(tmp_path / "x.asc") as file:
        file.stream.write(b"all of it")
        file.complete()
        file.put_in_place()
    assert (tmp_path / "x.asc").read_bytes() == b"all of it"
    assert len(passes) == 2


def test_a_replay_clears_the_folder_that_it_writes_in(inv_url: str, tmp_path: Path) -> None:
    (tmp_path / ".x.mz302.asc.1-0.deel").touch()
    out = tmp_path / "y.asc"
    assert invoke("replay", FOLDER / "1-volledig-toegewezen.mz301.asc", "--store", inv_url, "--out", out).exit_code == 0
    assert [p.name for p in tmp_path.glob(".*")] == []


# Where recording itself fails.


def test_nothing_is_left_where_the_commit_fails(
    opened: Database, retour: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    def refuses(_: object) -> None:
        raise OperationalError("database or disk is full")

    with monkeypatch.context() as temporary:
        temporary.setattr(Connection, "commit", refuses)
        with pytest.raises(StoreError, match="the disk is full"):
            replay(Order(FOLDER / "1-volledig-toegewezen.mz301.asc", retour, DATE), opened)
    assert list(retour.parent.iterdir()) == []
    assert all_waiting(opened) == []


def test_what_may_have_been_recorded_waits(opened: Database, retour: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database falls silent during the commit: whether it kept the message only a later run can tell."""
    real = Connection.commit

    def falls_silent(itself: Connection) -> None:
        real(itself)
        error = OperationalError("server closed")
        error.lost = True
        raise error

    with monkeypatch.context() as temporary:
        temporary.setattr(Connection, "commit", falls_silent)
        with pytest.raises(StoreError, match="server closed"):
            replay(Order(FOLDER / "1-volledig-toegewezen.mz301.asc", retour, DATE), opened)
    assert not retour.exists()
    _is_placed(opened, retour)


def test_what_can_neither_be_placed_nor_undone_waits(
    opened: Database, retour: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object) -> None:
        raise OutputError("vol")

    def locked(*_: object) -> None:
        raise StoreError("is locked")

    with monkeypatch.context() as temporary:
        temporary.setattr(RetourFile, "put_in_place", refuses)
        temporary.setattr("mzsim.answering.delivery.undo", locked)
        with pytest.raises(StoreError):
            replay(Order(FOLDER / "1-volledig-toegewezen.mz301.asc", retour, DATE), opened)
    _is_placed(opened, retour)


@pytest.mark.parametrize("stage", [Stage.ALL, Stage.INSURER])
def test_undoing_leaves_the_number_of_another_message(
    stage: Stage, opened: Database, retour: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second message with a factuurnummer is rejected for it; undone, it doesn't set the number free."""

    def refuses(*_: object) -> None:
        raise OutputError("vol")

    order = Order(FOLDER / "1-volledig-toegewezen.mz301.asc", retour, DATE, stage)
    assert replay(order, opened).status is Status.FULLY_GRANTED
    with monkeypatch.context() as temporary:
        temporary.setattr(RetourFile, "put_in_place", refuses)
        with pytest.raises(OutputError):
            replay(order._replace(stage=Stage.INSURER), opened)
    again = replay(order, opened)
    assert [melding.retourcode for melding in again.meldingen] == ["0030"]
    assert _question(opened, "SELECT sum(toegekend_bedrag) FROM prestaties") == [(66000,)]


# The commands.


def test_a_run_that_cannot_place_it_goes_on_and_says_so(
    inv_url: str, opened: Database, retour: Path, part: Path, tmp_path: Path
) -> None:
    back = _away(retour)
    other = tmp_path / "y.asc"
    other.write_bytes(bytes(simple(r0116="ANDER", r0108="9900")))
    ended = invoke("replay", other, "--store", inv_url, *ON_DATE)
    assert ended.exit_code == 0
    line = require_one_line(ended.stderr)
    assert f"waits for its place: {retour}: its folder is not to be seen from here" in line
    assert "mzsim db waiting" in line
    back()
    ended = invoke("replay", other, "--store", inv_url, *ON_DATE)
    assert (ended.exit_code, ended.stderr) == (0, "")
    _is_placed(opened, retour)


def test_db_waiting(inv_url: str, opened: Database, retour: Path, part: Path) -> None:
    def listed() -> list[dict[str, object]]:
        return [json.loads(line) for line in invoke("db", "waiting", "--store", inv_url, "--json").stdout.splitlines()]

    (one,) = listed()
    assert (one["retour"], one["deel"], one["stand"]) == (str(retour), str(part), "klaar")
    assert (one["factuurnummer"], one["uzovi"], one["ontvangen"]) == ("F20110001", "0736", "2011-05-02")
    assert "reden" not in one
    back = _away(retour)
    (one,) = listed()
    assert (one["stand"], one["reden"]) == ("vast", "its folder is not to be seen from here")
    ended = invoke("db", "waiting", "--store", inv_url, "--place")
    assert ended.exit_code == 2
    assert "F20110001" in ended.stdout
    assert str(retour) in require_one_line(ended.stderr)
    back()
    assert part.exists(), "listing places nothing"
    ended = invoke("db", "waiting", "--store", inv_url, "--place")
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert "is in its place" in ended.stdout
    _is_placed(opened, retour)
    assert invoke("db", "waiting", "--store", inv_url).stdout == "nothing waits\n"
    assert listed() == []


def test_db_waiting_forget_and_done(inv_url: str, opened: Database, retour: Path, part: Path) -> None:
    (seen,) = all_waiting(opened)
    id = seen.waiting.message_id
    for option in ("--forget", "--done"):
        ended = invoke("db", "waiting", "--store", inv_url, option, id)
        assert ended.exit_code == 2
        assert "can be placed: mzsim db waiting --place does so" in require_one_line(ended.stderr)
    retour.write_bytes(NEW)
    ended = invoke("db", "waiting", "--store", inv_url, "--forget", id + 1)
    assert ended.exit_code == 2
    assert f"no retour with id {id + 1} waits" in require_one_line(ended.stderr)
    ended = invoke("db", "waiting", "--store", inv_url, "--forget", id)
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert [p.name for p in retour.parent.iterdir()] == [retour.name]
    for table in ("wachtende_retouren", "prestaties", "berichten"):
        assert _question(opened, f"SELECT * FROM {table}") == []
    again = replay(Order(FOLDER / "1-volledig-toegewezen.mz301.asc", retour, DATE), opened)
    assert again.status is Status.FULLY_GRANTED


def test_db_waiting_done_keeps_what_is_recorded(inv_url: str, opened: Database, retour: Path, part: Path) -> None:
    (seen,) = all_waiting(opened)
    part.rename(retour.parent / "opgehaald.asc")
    ended = invoke("db", "waiting", "--store", inv_url, "--done", seen.waiting.message_id)
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert all_waiting(opened) == []
    again = replay(Order(FOLDER / "1-volledig-toegewezen.mz301.asc", retour, DATE), opened)
    assert [melding.retourcode for melding in again.meldingen] == ["0030"]


@pytest.mark.parametrize(
    "words", [("--place", "--forget", 1), ("--done", 1, "--forget", 1), ("--place", "--done", 1), ("--forget", "x")]
)
def test_db_waiting_does_one_thing_at_a_time(inv_url: str, words: tuple[object, ...]) -> None:
    assert invoke("db", "waiting", "--store", inv_url, *words).exit_code == 2


def test_db_waiting_makes_no_store(tmp_path: Path) -> None:
    ended = invoke("db", "waiting", "--store", f"sqlite:///{tmp_path}/nieuw.db")
    assert ended.exit_code == 2
    assert "is not there" in require_one_line(ended.stderr)
    assert list(tmp_path.iterdir()) == []


# Kills at a chosen moment, and by the number.


_SLOW_COMMIT = (
    "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(2); RETURN NULL; END'",
    "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON berichten DEFERRABLE INITIALLY DEFERRED"
    " FOR EACH ROW EXECUTE FUNCTION slow()",
)
_COMMITTING = "pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query = 'COMMIT'"


@pytest.mark.slow
@pytest.mark.skipif("postgresql" not in DATABASES, reason="SQLite commits in the process that is killed")
def test_a_commit_that_comes_after_the_kill(tmp_path: Path) -> None:
    """A server carries out what a run sent before it was killed. Who sends the declaration again meanwhile waits for that and
    hears that its number was used; the first retour is placed by whoever comes next."""
    with playground("postgresql", tmp_path) as ground:
        with ground.engine.begin() as connection:
            for sql in _SLOW_COMMIT:
                connection.exec_driver_sql(sql)
        words = order(*ground.words(ground.declaration, ground.retour))
        with subprocess.Popen(words, env=surroundings(), stdout=subprocess.DEVNULL) as run:
            while not ground.count(_COMMITTING):
                assert run.poll() is None
                time.sleep(0.01)
            run.kill()
        assert (ground.count("berichten"), ground.retour.exists()) == (0, False)
        again = ground.retour.with_name("nog eens.asc")
        assert "afgekeurd_bestand" in invoke(*ground.words(ground.declaration, again)).stdout
        assert (ground.count("berichten"), ground.count("prestaties")) == (1, 3)
        invoke(*ground.words(ground.other, ground.other.with_suffix(".uit")))
        assert ground.retour.read_bytes() == GOLDEN
        assert (ground.count("wachtende_retouren"), ground.count("prestaties")) == (0, 3)


@pytest.mark.slow
def test_nothing_is_lost_or_doubled(database: str) -> None:
    """Some of what `python -m tests.kills` does by the thousand."""
    told = script("kills", "--random", 3, "--aimed", 9, "--away", 6, "--database", database)
    assert "left waiting" in told
    assert told.endswith("\n0 lost, doubled, held up or left half done\n")


# A store of an older version.


def test_what_waits_in_an_older_store_waits_in_the_new_one(opened: Database, retour: Path, part: Path) -> None:
    """Nobody took down then what the file is: it is placed where it waits, and known to be placed where it doesn't."""
    from alembic import command
    from alembic.config import Config

    from mzsim.common.shipped import shipped

    config = Config()
    config.set_main_option("script_location", str(shipped("migrations")))

    def to(revision: str) -> None:
        with by_models(opened) as connection:
            config.attributes["connection"] = connection
            (command.downgrade if revision == "0008" else command.upgrade)(config, revision)

    to("0008")
    assert _question(opened, "SELECT retour, deel FROM berichten") == [(str(retour), str(part))]
    to("head")
    retour.write_bytes(NEW)
    assert "came later" in _stuck(opened)
    retour.unlink()
    _is_placed(opened, retour)

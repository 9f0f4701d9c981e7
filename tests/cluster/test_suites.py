"""`mzsim suite run --cluster`: the same as on one machine, whatever becomes of who plays."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mzsim.cluster.database import Cluster, Connection
from mzsim.cluster.suites import client, tables
from mzsim.common.packing import packed
from tests.cluster.players import listen, player
from tests.cluster.working import until
from tests.commands import invoke, order, require_one_line, surroundings
from tests.suite_folder import make_case

pytestmark = pytest.mark.slow

KINDS = ("html", "junit", "results")
WRONG = {"steps": [{"declaration": "1.mz301.asc", "expect": {"codes": ["0001"]}}]}


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eighteen cases, of which some fail, and of some every kind of file is broken."""
    folder = tmp_path_factory.mktemp("suite") / "suite"
    for number in range(9):
        make_case(folder / f"n{number}", id=f"n-{number:02}", store=["@uzovi", "store.yaml"])
    make_case(folder / "a", id="a", title="Fails & <b>", tags=["nacht"], **WRONG)
    make_case(folder / "b", id="b", store=["../n1/./store.yaml"], **WRONG)
    make_case(folder / "c", id="no-key", titel="x")
    make_case(folder / "d", id="n-01")
    make_case(folder / "e", id="gone", store=["../../weg.yaml"])
    (make_case(folder / "f é", id="store") / "store.yaml").write_text("polisen: []\n")
    (make_case(folder / "g", id="no-message") / "1.mz301.asc").write_bytes(b"\x00" * 500)
    answer = {"steps": [{**WRONG["steps"][0], "antwoord": "../s.yaml"}]}
    make_case(folder / "h", id="script", **answer)
    (folder / "s.yaml").write_text("regels: [{}]\n")
    make_case(folder / "i", id="folder")
    (folder / "i" / "1.mz302.asc").unlink()
    (folder / "i" / "1.mz302.asc").mkdir()
    return folder


@pytest.fixture(scope="module")
def _player(made_cluster: str) -> Iterator[None]:
    with player(made_cluster):
        yield


@pytest.fixture
def playing(_player: None, cluster_url: str, cluster: Cluster) -> str:
    """A cluster with a worker."""
    listen(cluster)
    return cluster_url


def _left(cluster: Cluster) -> dict[str, int]:
    """How many rows there are of runs."""
    with cluster.connection() as connection:
        counts = {
            table: int(str(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]))  # type: ignore[index]
            for table in ("runs", "brokken", "uitslagen", "archieven", "procrastinate_jobs")
        }
    return {table: count for table, count in counts.items() if count}


def _reports(folder: Path, name: str) -> list[Path]:
    return [folder / f"{name}.{kind}" for kind in KINDS]


def test_it_is_to_the_byte_what_one_machine_gives(
    suite: Path, playing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cluster: Cluster
) -> None:
    """What is printed, every report and the exit status, for each way to choose and to show."""
    (tmp_path / "deep").mkdir()
    monkeypatch.chdir(tmp_path / "deep")
    near = os.path.relpath(suite)
    failed = tmp_path / "failed.jsonl"
    assert invoke("suite", "run", suite, "--results", failed).exit_code == 2
    for where, words in (
        (suite, ("--unmask",)),
        (near, ("--json", "-j", "1")),
        (near, ("--retry", failed)),
        (f"{near}/../suite", ("--shard", "2/3", "--json")),
        (suite, ("-k", "n-0")),
        (suite, ("--tag", "nacht", "--json")),
    ):
        one, other = _reports(tmp_path, "one"), _reports(tmp_path, "other")
        here = invoke("suite", "run", where, *words, *map("--{}={}".format, KINDS, one))
        there = invoke("suite", "run", where, *words, "--cluster", playing, *map("--{}={}".format, KINDS, other))
        assert (there.exit_code, there.stderr) == (here.exit_code, here.stderr)
        assert there.stdout == here.stdout
        assert [file.read_bytes() for file in other] == [file.read_bytes() for file in one]
    assert not _left(cluster)


def test_a_case_that_kills_three_workers_is_an_error_and_the_rest_goes_on(
    tmp_path: Path, playing: str, cluster: Cluster
) -> None:
    for number in range(12):
        make_case(tmp_path / f"{number}", id="deadly" if number == 4 else f"n-{number:02}")
    result = invoke("suite", "run", tmp_path, "--cluster", playing, "--results", tmp_path / "r")
    assert result.exit_code == 2
    assert result.stdout.endswith("11 passed, 1 error of 12 cases\n")
    (error,) = [one for one in map(json.loads, (tmp_path / "r").read_text().splitlines()) if one["error"]]
    assert error["id"] == "deadly"
    assert error["error"] == "the process that played it died 3 times, each time on another worker of the cluster"
    assert not _left(cluster)


def _begun(*words: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        order("suite", "run", *words), env=surroundings(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.fixture
def slow_suite(tmp_path: Path) -> Path:
    """Of which the last cases take a second each."""
    folder = tmp_path / "slow"
    for number in range(40):
        make_case(folder / f"{number}", id=f"n-{number:02}" if number < 15 else f"slow-{number}")
    return folder


def _wait_for(lines: int, results: Path) -> None:
    until = time.monotonic() + 30
    while not results.exists() or results.read_bytes().count(b"\n") < lines:
        assert time.monotonic() < until
        time.sleep(0.02)


def test_an_interrupt_calls_off_what_waits(slow_suite: Path, playing: str, cluster: Cluster, tmp_path: Path) -> None:
    results = tmp_path / "r.jsonl"
    run = _begun(slow_suite, "--cluster", playing, "--results", results)
    _wait_for(10, results)
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=30)
    assert run.returncode == 2
    assert "stopped" in require_one_line(said)
    time.sleep(1.2)  # what was at hand
    assert not _left(cluster)


def test_a_client_that_is_killed_leaves_nothing_for_ever(
    slow_suite: Path, playing: str, cluster: Cluster, tmp_path: Path
) -> None:
    results = tmp_path / "r.jsonl"
    run = _begun(slow_suite, "--cluster", playing, "--results", results)
    _wait_for(10, results)
    run.kill()
    run.communicate()
    assert _left(cluster)["runs"] == 1
    with cluster.connection() as connection:
        tables.delete_left_behind(connection, 3600)
        assert _left(cluster)["runs"] == 1
        tables.delete_left_behind(connection, 0)
    time.sleep(1.2)
    assert not _left(cluster)


def test_a_run_that_was_given_up_says_so(
    slow_suite: Path, playing: str, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "_KEEP", 0.0)
    monkeypatch.setattr(tables.RunTables, "begin", lambda *_: None)
    monkeypatch.setattr(tables, "_PARCEL", "SELECT %s, %s, %s, %s::int[] WHERE false")
    result = invoke("suite", "run", slow_suite, "--cluster", playing)
    assert "nothing was heard of it for an hour" in require_one_line(result.stderr)
    assert result.exit_code == 2


def test_a_job_that_is_lost_is_given_again(
    suite: Path, playing: str, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of whatever makes it so: a job that failed, or that somebody deleted."""
    monkeypatch.setattr(client, "_KEEP", 0.3)
    real, lost = tables.defer, list[Any]()

    def defer(*words: Any, **otherwise: Any) -> int | None:
        if lost:
            return real(*words, **otherwise)
        lost.append(words)
        return None

    monkeypatch.setattr(tables, "defer", defer)
    assert invoke("suite", "run", suite, "--cluster", playing).stdout.endswith("of 18 cases\n")
    assert lost


def test_what_arrives_damaged_is_played_by_who_sent_it(
    suite: Path, playing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = invoke("suite", "run", suite, "--json")
    for damaged in (b"", b"no archive", b"".join(packed([b"{}\n"]))):
        monkeypatch.setattr(client, "archive_of", lambda _, damaged=damaged: damaged)
        there = invoke("suite", "run", suite, "--json", "--cluster", playing)
        assert (there.exit_code, there.stdout) == (here.exit_code, here.stdout)


def test_what_is_too_large_is_played_where_it_is(suite: Path, playing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    here = invoke("suite", "run", suite, "--json")
    for name, size in (("_CASE_SIZE", 8_000), ("_PARCEL_SIZE", 1), ("_WAITING_SIZE", 1)):
        monkeypatch.setattr(client, name, size)
        there = invoke("suite", "run", suite, "--json", "--cluster", playing)
        assert (there.exit_code, there.stdout) == (here.exit_code, here.stdout)


def test_a_cluster_with_other_rules_is_refused(suite: Path, cluster: Cluster, cluster_url: str) -> None:
    with cluster.connection() as connection:
        connection.execute("UPDATE cluster SET regels = repeat('0', 64)")
    result = invoke("suite", "run", suite, "--cluster", cluster_url)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "the cluster runs on other rules" in require_one_line(result.stderr)


def test_a_run_whose_cluster_gets_other_rules_is_played_no_further_and_says_so(
    slow_suite: Path, playing: str, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = tables.RunTables.begin

    def begin(self: tables.RunTables, connection: Connection) -> None:
        real(self, connection)
        connection.execute("UPDATE cluster SET regels = repeat('0', 64)")

    monkeypatch.setattr(client, "_KEEP", 0.3)
    monkeypatch.setattr(tables.RunTables, "begin", begin)
    result = invoke("suite", "run", slow_suite, "--cluster", playing)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "the cluster runs on other rules" in require_one_line(result.stderr)
    until(lambda: not _left(cluster), 10)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("sqlite:///x.db", "can't be a cluster"),
        ("postgresql://x:geheim@localhost:1/x", "cluster postgresql://x:***@localhost:1/x: "),
    ],
)
def test_what_is_no_cluster_is_one_line(suite: Path, url: str, reason: str) -> None:
    result = invoke("suite", "run", suite, "--cluster", url)
    assert (result.exit_code, result.stdout) == (2, "")
    assert reason in require_one_line(result.stderr)
    assert "geheim" not in result.stderr


def test_two_runs_of_one_suite_share_its_archives(suite: Path, playing: str, cluster: Cluster) -> None:
    here = invoke("suite", "run", suite, "--json")
    runs = [_begun(suite, "--json", "--cluster", playing) for _ in range(3)]
    assert [run.communicate(timeout=60)[0] for run in runs] == [here.stdout] * 3
    assert not _left(cluster)

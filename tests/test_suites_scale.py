"""Suites at scale: shards and their merging, what failed played again, two runs compared, broken cases, killed processes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from mzsim.suites import html
from mzsim.suites.case import find_cases
from mzsim.suites.index import Shard, index, share
from mzsim.suites.workers import AHEAD, in_order
from tests.commands import invoke, order, process, require_one_line, surroundings
from tests.suite_folder import make_case

pytestmark = pytest.mark.slow

HOSTILE = "</td><script>document.title='pwned'</script>&\"'"
WRONG = {"steps": [{"declaration": "1.mz301.asc", "expect": {"codes": ["0001"]}}]}


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """Twenty-three cases: three fail, one of them with a hostile title; a case.yaml and a store file are broken."""
    folder = tmp_path / "suite"
    for number in range(18):
        make_case(folder / f"n{number}", id=f"n-{number:02}")
    for name in "abc":
        make_case(folder / name, id=name, title=HOSTILE if name == "a" else "Fails", **WRONG)
    make_case(folder / "d e", id="broken", titel="x")
    (make_case(folder / "s", id="store") / "store.yaml").write_text("polisen: []\n")
    return folder


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def _ids(file: Path) -> list[str]:
    return [line["id"] for line in _lines(file)]


def test_shards_merged_are_one_run(suite: Path, tmp_path: Path) -> None:
    """To the byte: what is printed, JSON, JUnit, page and results; and the exit status."""
    kinds = ("html", "junit", "results")
    one = [f"--{kind}={tmp_path / f'one.{kind}'}" for kind in kinds]
    many = [f"--{kind}={tmp_path / f'many.{kind}'}" for kind in kinds]
    parts = [tmp_path / f"{number}.jsonl" for number in (3, 1, 4, 2)]
    for part in parts:
        invoke("suite", "run", suite, "--shard", f"{part.stem}/4", "--results", part)
    assert sorted(len(_ids(part)) for part in parts) == [5, 6, 6, 6]
    for words in ([], ["--json"]):
        whole = process("suite", "run", suite, *one, *words)
        merged = process("suite", "merge", *parts, *many, *words)
        assert merged.stderr == whole.stderr
        assert (merged.returncode, merged.stdout) == (whole.returncode, whole.stdout)
        assert whole.returncode == 2
    for kind in kinds:
        assert (tmp_path / f"many.{kind}").read_bytes() == (tmp_path / f"one.{kind}").read_bytes()


@pytest.mark.parametrize("of", [1, 2, 7, 23, 40])
def test_each_case_is_in_one_shard_and_shards_are_alike(suite: Path, of: int) -> None:
    entries = index(suite)
    shards = [share(entries, Shard(number, of)) for number in range(1, of + 1)]
    assert sorted(entry for shard in shards for entry in shard) == sorted(entries)
    assert max(map(len, shards)) - min(map(len, shards)) <= 1


def test_a_shard_without_cases_is_no_failure(suite: Path) -> None:
    result = invoke("suite", "run", suite, "-k", "n-01", "--shard", "3/3")
    assert (result.exit_code, result.stdout) == (0, "no case was played\n")


@pytest.mark.parametrize("shard", ["0/4", "5/4", "1", "a/b", "1/0", "-1/4", "1/4/4"])
def test_a_wrong_shard_is_wrong_usage(suite: Path, shard: str) -> None:
    result = invoke("suite", "run", suite, f"--shard={shard}")
    assert result.exit_code == 2
    assert "must be I/N, as 3/16" in result.stderr


def test_what_is_not_all_of_one_run_is_not_merged(suite: Path, tmp_path: Path) -> None:
    one, two, other = (tmp_path / f"{name}.jsonl" for name in ("1", "2", "other"))
    for part in (one, two):
        invoke("suite", "run", suite, "-k", "n-0", "--shard", f"{part.stem}/2", "--results", part)
    invoke("suite", "run", suite, "-k", "n-1", "--results", other)
    cut, wrong, empty = tmp_path / "cut.jsonl", tmp_path / "wrong.jsonl", tmp_path / "empty.jsonl"
    cut.write_bytes(two.read_bytes()[:-5])
    wrong.write_text('{"id": "n-01"}\n[]\n')
    empty.touch()
    for files, reason in (
        ((one,), f"{len(_ids(two))} of 11 cases are missing, case 2 the first"),
        ((one, two, one), "out of order, or twice"),
        ((one, other), "is of another run"),
        ((one, cut), "is cut off; the run that wrote it did not end"),
        ((wrong,), "wrong.jsonl:1: suite: is missing"),
        ((empty,), "no result stands in it"),
        ((tmp_path / "gone.jsonl",), "can't be read: No such file"),
    ):
        html_ = tmp_path / "r.html"
        result = invoke("suite", "merge", *files, "--html", html_)
        assert (result.exit_code, result.stdout) == (2, "")
        assert reason in require_one_line(result.stderr)
        assert not html_.exists()


def _spoil(line: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    step = line["steps"][0]
    return {**line, "steps": [{**step, key: value}]} if key in step else {**line, key: value}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("verdict", "passed"),
        ("number", 0),
        ("of", 0),
        ("steps", {}),
        ("uitleg", []),
        ("verschillen", [{}]),
        ("status", None),
        ("error", "x"),
        ("meldingen", [{"retourcode": 1}]),
        ("title", 5),
    ],
)
def test_results_that_somebody_changed_are_no_traceback(suite: Path, tmp_path: Path, key: str, value: Any) -> None:
    file = tmp_path / "r.jsonl"
    invoke("suite", "run", suite, "-k", "script", "--results", file)
    (line,) = [line for line in _lines(file) if line["id"] == "a"]
    file.write_text(json.dumps(_spoil({**line, "number": 1, "of": 1}, key, value)) + "\n")
    result = invoke("suite", "merge", file, "--html", tmp_path / "r.html", "--junit", tmp_path / "r.xml")
    assert result.exit_code == 2
    assert "r.jsonl:1: " in require_one_line(result.stderr)


def test_a_broken_case_is_one_verdict_with_its_file_and_line(suite: Path) -> None:
    make_case(suite / "twice", id="n-03")
    make_case(suite / "z", id="NO ID")
    result = invoke("suite", "run", suite, "--json")
    assert result.exit_code == 2
    per_id = {line["id"]: line for line in map(json.loads, result.stdout.splitlines())}
    assert len(per_id) == 25
    broken = per_id["broken"]
    assert (broken["verdict"], broken["title"], broken["steps"]) == ("error", "", [])
    assert broken["error"].startswith(f"{suite / 'd e' / 'case.yaml'}:")
    assert "titel: is no key of a case" in broken["error"]
    assert per_id["twice/case.yaml"]["error"].endswith("case.yaml has the id n-03 as well; give one another")
    assert "z/case.yaml:1: id: must be small letters" in per_id["z/case.yaml"]["error"]
    assert sum(line["verdict"] == "passed" for line in per_id.values()) == 18


def test_a_broken_case_is_always_chosen(suite: Path) -> None:
    """Nobody knows what it would be, and a choice that leaves it out would say that all is well."""
    result = invoke("suite", "run", suite, "-k", "n-01")
    assert result.exit_code == 2
    assert result.stdout.endswith("1 passed, 1 error of 2 cases\n")


@pytest.mark.parametrize("id", ['"a-case"', "'a-case'", "a-case   # the first", "a-case\r"])
def test_an_id_is_found_however_it_is_written(tmp_path: Path, id: str) -> None:
    folder = make_case(tmp_path / "c")
    file = folder / "case.yaml"
    file.write_bytes(file.read_bytes().replace(b"id: a-case", f"id: {id}".encode()))
    flow = make_case(tmp_path / "flow")
    content = (
        "{id: flow, title: T, date: 2011-05-02, steps: [{declaration: 1.mz301.asc, expect: {status: onleesbaar}}]}"
    )
    (flow / "case.yaml").write_text(content)
    assert [entry.id for entry in index(tmp_path)] == [case.id for case in find_cases(tmp_path)] == ["a-case", "flow"]


def test_retry_plays_what_did_not_pass(suite: Path, tmp_path: Path) -> None:
    first, again = tmp_path / "1.jsonl", tmp_path / "2.jsonl"
    make_case(suite / "z", id="NO ID")
    invoke("suite", "run", suite, "--results", first)
    result = invoke("suite", "run", suite, "--retry", first, "--results", again)
    assert result.exit_code == 2
    assert sorted(_ids(again)) == ["a", "b", "broken", "c", "store", "z/case.yaml"]
    for folder, id in (("z", "repaired"), ("d e", "broken")):
        shutil.rmtree(suite / folder)
        make_case(suite / folder, id=id)
    assert invoke("suite", "run", suite, "--retry", again).stdout.endswith("2 passed, 3 failed, 1 error of 6 cases\n")
    shutil.rmtree(suite / "a")
    gone = invoke("suite", "run", suite, "--retry", again)
    assert "a did not pass, and is no case of the suite any more" in require_one_line(gone.stderr)
    invoke("suite", "run", suite, "-k", "n-02", "--results", first)
    shutil.rmtree(suite / "d e")
    shutil.rmtree(suite / "n2")
    first.write_text("".join(f"{json.dumps(line)}\n" for line in _lines(first) if line["verdict"] == "passed"))
    assert invoke("suite", "run", suite, "--retry", first).stdout == "no case was played\n"


def test_diff_of_two_runs(suite: Path, tmp_path: Path) -> None:
    before, after = tmp_path / "before.jsonl", tmp_path / "after.jsonl"
    process("suite", "run", suite, "--results", before)
    same = invoke("suite", "diff", before, before)
    assert (same.exit_code, same.stdout) == (0, "0 of 23 cases changed\n")
    store = suite / "n4" / "store.yaml"
    store.write_text(store.read_text().replace("1954-12-10", "1954-12-11"))
    shutil.rmtree(suite / "n5")
    make_case(suite / "new", id="new")
    process("suite", "run", suite, "--results", after)
    result = invoke("suite", "diff", before, after)
    assert result.exit_code == 1
    rows = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert "n-04 passed: deels_toegewezen 10.00 8004 failed: volledig_afgewezen 0.00 8004 8004" in rows
    assert "n-05 passed: deels_toegewezen 10.00 8004 not played" in rows
    assert "new not played passed: deels_toegewezen 10.00 8004" in rows
    assert rows[-1] == "3 of 24 cases changed"
    changed = [json.loads(line) for line in invoke("suite", "diff", before, after, "--json").stdout.splitlines()]
    assert [(c["id"], c["was"] and c["was"]["verdict"], c["now"] and c["now"]["verdict"]) for c in changed] == [
        ("n-04", "passed", "failed"),
        ("n-05", "passed", None),
        ("new", None, "passed"),
    ]


def test_no_output_is_written_over_what_is_read(suite: Path, tmp_path: Path) -> None:
    """Results, a file of a case that is not even chosen, a broken case, another output; also by another name."""
    results, other = tmp_path / "r.jsonl", tmp_path / "other.jsonl"
    invoke("suite", "run", suite, "-k", "n-0", "--results", results)
    os.link(results, other)
    (tmp_path / "link.xml").symlink_to(suite / "n4" / "1.mz302.asc")
    before = {file: file.read_bytes() for file in (results, *suite.rglob("*")) if file.is_file()}
    for words, reason in (
        (("run", suite, "--retry", results, "--results", other), "over the file of results"),
        (("merge", results, "--results", results), "over a file of results"),
        (("merge", results, "--html", other), "over a file of results"),
        (("run", suite, "--results", suite / "n1" / "1.mz301.asc"), "over a file of the case n-01"),
        (("run", suite, "-k", "n-03", "--junit", tmp_path / "link.xml"), "over a file of the case n-04"),
        (("run", suite, "--html", suite / "n2" / "store.yaml"), "over a file of the case n-02"),
        (("run", suite, "--results", suite / "d e" / "case.yaml"), "over a file of the case broken"),
        (("run", suite, "--html", tmp_path / "x", "--results", tmp_path / "." / "x"), "over the page"),
    ):
        result = invoke("suite", *words)
        assert (result.exit_code, result.stdout) == (2, "")
        assert reason in require_one_line(result.stderr)
        assert before == {file: file.read_bytes() for file in before}
    assert not (tmp_path / "x").exists()


# Processes that die, and what is ahead of what was taken out


def _kill_at(thing: int, *, deadly: int, folder: Path) -> int:
    (folder / f"{thing}.{os.getpid()}").touch()
    if thing == deadly:
        os.kill(os.getpid(), signal.SIGKILL)
    return thing * 2


def _lost(thing: int, how: str) -> tuple[int, str]:
    return thing, how


_WITH_PROCESSES = """\
import sys
from tests.test_suites_scale import {name}
{name}({arguments})
"""


def _apart(name: str, *arguments: object) -> None:
    """Runs a function of this module in a process of its own: other processes are started from a single thread."""
    code = _WITH_PROCESSES.format(name=name, arguments=", ".join(repr(str(one)) for one in arguments))
    paths = os.pathsep.join([surroundings()["PYTHONPATH"], str(Path(__file__).parents[1])])
    finished = subprocess.run(
        [sys.executable, "-c", code],
        env=surroundings(PYTHONPATH=paths),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr


def killed_workers(folder: str) -> None:
    things = list(range(100))
    do: Callable[[int], Any] = partial(_kill_at, deadly=37, folder=Path(folder))
    results = list(in_order(things, do, _lost, 3))
    expected: list[Any] = [thing * 2 for thing in things]
    expected[37] = (37, "was killed (SIGKILL; out of memory?)")
    assert results == expected
    done = [int(file.name.partition(".")[0]) for file in Path(folder).iterdir()]
    assert sorted(done) == things, "nothing is begun twice"


@pytest.mark.skipif(sys.platform == "win32", reason="a process is killed by a signal")
def test_a_process_that_dies_takes_one_thing_with_it(tmp_path: Path) -> None:
    _apart("killed_workers", tmp_path)


def _begin(thing: int, *, folder: Path) -> int:
    (folder / str(thing)).touch()
    return thing


def bounded(folder: str) -> None:
    things = list(range(1_000))
    for number, _ in enumerate(in_order(things, partial(_begin, folder=Path(folder)), _lost, 2)):
        begun = sum(1 for _ in Path(folder).iterdir())
        assert begun - number <= 2 * AHEAD, (number, begun)
    assert begun == 1_000


def test_no_more_is_begun_than_is_taken_out_soon(tmp_path: Path) -> None:
    """So memory does not grow with the number of cases, however slow the one that reports come first is."""
    _apart("bounded", tmp_path)


def deadly_case(folder: str, results: str) -> None:
    """The command, with a case that kills its process and a last one that waits until the first are written."""
    from mzsim.cli.main import main
    from mzsim.suites import running

    play = running.play_case

    def playing(case: Any, work_folder: Path) -> Any:
        if case.id == "n-07":
            os.kill(os.getpid(), signal.SIGKILL)
        if case.id == "z-last":
            until = time.monotonic() + 30
            while Path(results).read_bytes().count(b"\n") < 8:
                assert time.monotonic() < until, "results are not written as they come"
                time.sleep(0.01)
        return play(case, work_folder)

    running.play_case = playing
    with pytest.raises(SystemExit) as ended:
        main(["suite", "run", folder, "--results", results, "-j", "2"])
    assert ended.value.code == 2


@pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere a process is started anew, and knows nothing of the trap"
)
def test_a_killed_process_is_the_verdict_on_one_case_and_results_come_as_they_are_found(
    suite: Path, tmp_path: Path
) -> None:
    make_case(suite / "zz", id="z-last")
    results = tmp_path / "r.jsonl"
    _apart("deadly_case", suite, results)
    per_id = {line["id"]: line for line in _lines(results)}
    assert len(per_id) == 24
    assert per_id["n-07"]["verdict"] == "error"
    assert per_id["n-07"]["error"] == "the process that played it was killed (SIGKILL; out of memory?)"
    assert per_id["n-07"]["title"] == "A case"
    assert [id for id, line in per_id.items() if line["verdict"] == "passed"] == [
        *(f"n-{number:02}" for number in range(18) if number != 7),
        "z-last",
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_nothing_stays_behind_when_the_run_itself_is_killed(suite: Path, tmp_path: Path) -> None:
    """Not its processes; and what it found stands in its results."""
    for number in range(60):
        shutil.copytree(suite / "n0", suite / f"m{number}")
        file = suite / f"m{number}" / "case.yaml"
        file.write_text(file.read_text().replace("n-00", f"m-{number:02}"))
    results = tmp_path / "r.jsonl"
    started = subprocess.Popen(
        order("suite", "run", suite, "--results", results, "-j", "2"), env=surroundings(), stdout=subprocess.DEVNULL
    )
    until = time.monotonic() + 50
    while not results.exists() or not results.read_bytes().count(b"\n"):
        assert time.monotonic() < until
        time.sleep(0.01)
    children = Path(f"/proc/{started.pid}/task/{started.pid}/children").read_text().split()
    started.kill()
    started.wait()
    assert len(children) == 2
    while any(Path(f"/proc/{child}").exists() for child in children):
        assert time.monotonic() < until
        time.sleep(0.05)
    assert _ids(results)[0] == "a"


# Pages


def test_a_page_for_every_so_many_cases(suite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index with what did not pass, pages with all; names stay text; older pages go, other files stay."""
    monkeypatch.setattr(html, "ON_ONE_PAGE", 10)
    monkeypatch.setattr(html, "_PER_PAGE", 8)
    place = tmp_path / "a report.html"
    pages = tmp_path / "a report-pages"
    pages.mkdir()
    for name in ("page-00009.html", "notes.html"):
        (pages / name).touch()
    assert invoke("suite", "run", suite, "--html", place).exit_code == 2
    assert sorted(page.name for page in pages.iterdir()) == ["notes.html", *(f"page-0000{n}.html" for n in (1, 2, 3))]
    text = place.read_text("utf-8")
    assert "18 passed, 3 failed, 2 error of 23 cases" in text
    assert 'href="a%20report-pages/page-00001.html#a"' in text
    assert 'href="a%20report-pages/page-00003.html#store"' in text
    whole = "".join((pages / f"page-0000{n}.html").read_text("utf-8") for n in (1, 2, 3))
    assert whole.count('<details class="case"') == 23
    assert 'href="../a%20report.html"' in whole
    assert HOSTILE not in text + whole
    monkeypatch.setattr(html, "_MOST_CHARACTERS", 1)
    invoke("suite", "run", suite, "--html", place)
    assert len(list(pages.iterdir())) == 24, "a page of a large case holds no other"

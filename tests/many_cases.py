"""How suites behave at scale: `python -m tests.many_cases N` plays N cases in 16 shards, merges these, and prints figures.

The cases are copies of those that come with the program, with ids of their own. A tenth of them is also played in one run,
which must give the same results, and once more in a run of which a process is killed: that costs one case, and no other
answers otherwise. Cases a second are of all processes together; memory is the most that one process took.
"""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.commands import order, surroundings
from tests.make_suites import SUITES

_SHARDS = 16
_ID = re.compile(r"""^id: ["']?([^"'\n]*)["']?$""", re.MULTILINE)


def make(folder: Path, count: int) -> None:
    """Copies of the shipped suites until there are so many cases; what no case.yaml is is copied once, and then linked."""
    for number, (copy, file) in enumerate(_copies()):
        if number == count:
            return
        target = folder / f"{copy:04}" / file.relative_to(SUITES)
        target.parent.mkdir(parents=True)
        id = f"c{copy:04}.{file.relative_to(SUITES).parts[0]}."
        target.write_text(_ID.sub(rf"id: {id}\1", file.read_text("utf-8"), count=1), "utf-8")
        for beside in (*file.parent.iterdir(), *file.parent.parent.glob("*.yaml")):
            place = folder / f"{copy:04}" / beside.relative_to(SUITES)
            if beside != file and beside.is_file() and not place.exists():
                if copy == 0:
                    shutil.copyfile(beside, place)
                else:
                    os.link(folder / "0000" / beside.relative_to(SUITES), place)


def _copies() -> Iterator[tuple[int, Path]]:
    cases = sorted(SUITES.rglob("case.yaml"))
    copy = 0
    while True:
        yield from ((copy, case) for case in cases)
        copy += 1


def _run(*words: object) -> float:
    """Seconds that a command took; it must succeed."""
    began = time.perf_counter()
    finished = subprocess.run(
        order("suite", *words), env=surroundings(), stdout=subprocess.PIPE, text=True, check=False
    )
    if finished.returncode:
        sys.exit(f"mzsim suite {words[0]} ended with status {finished.returncode}: {finished.stdout[-2000:]}")
    return time.perf_counter() - began


def _answers(file: Path, *, of_copies: int | None = None) -> Iterator[dict[str, Any]]:
    """What came of each case; the number of a case in its run is another in a smaller run."""
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            case = json.loads(line)
            if of_copies is None or int(case["id"][1:5]) < of_copies:
                yield {name: value for name, value in case.items() if name not in ("number", "of", "suite", "folder")}


def _with_a_kill(suite: Path, results: Path) -> Path:
    """The results of a run, one of whose processes was killed as soon as a result had come."""
    with subprocess.Popen(
        order("suite", "run", suite, "--results", results), env=surroundings(), stdout=subprocess.DEVNULL
    ) as playing:
        while not (results.exists() and results.stat().st_size):
            time.sleep(0.01)
        of_it = Path(f"/proc/{playing.pid}/task/{playing.pid}/children").read_text("ascii").split()
        os.kill(int(of_it[0]), signal.SIGKILL)
        if playing.wait() != 2:
            sys.exit(f"the run of which a process was killed ended with status {playing.returncode}, where 2 is right")
    return results


def _lost(whole: Path, killed: Path) -> int:
    """How many cases could not be played; all others must have been answered as before."""
    lost = 0
    for before, after in zip(_answers(whole), _answers(killed), strict=True):
        if before != after:
            lost += 1
            if "was killed" not in str(after["error"]):
                sys.exit(f"answered otherwise where a process was killed: {after}")
    return lost


def main(count: int) -> None:
    """Plays, compares and prints."""
    with TemporaryDirectory(prefix="mzsim-many-") as work:
        suite, tenth, to = Path(work) / "suite", Path(work) / "tenth", Path(work) / "to"
        to.mkdir()
        make(suite, count)
        parts = [to / f"{number}.jsonl" for number in range(1, _SHARDS + 1)]
        playing = sum(
            _run(
                "run", suite, "--shard", f"{part.stem}/{_SHARDS}", "--results", part, "--html", to / f"{part.stem}.html"
            )
            for part in parts
        )
        merged, page = to / "merged.jsonl", to / "merged.html"
        merging = _run("merge", *parts, "--results", merged, "--html", page, "--junit", to / "merged.xml")
        copies = max(1, count // 10 // len(list(SUITES.rglob("case.yaml"))))
        make(tenth, min(count, copies * len(list(SUITES.rglob("case.yaml")))))
        results = to / "tenth.jsonl"
        one_run = _run("run", tenth, "--results", results)
        alike = sum(a == b for a, b in zip(_answers(results), _answers(merged, of_copies=copies), strict=True))
        played = sum(1 for _ in _answers(results))
        lost = _lost(results, _with_a_kill(tenth, to / "killed.jsonl"))
        pages = sorted((to / "merged-pages").glob("*.html")) or [page]
        most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        largest = max(file.stat().st_size for file in (*pages, page)) / 1e6
        print(f"{count:,} cases in {_SHARDS} shards: {count / playing:,.0f} cases a second")
        print(f"merged in {merging:,.1f} s: {len(pages):,} pages, the largest {largest:,.1f} MB")
        print(f"one run of {played:,}: {played / one_run:,.0f} cases a second; {alike:,} answered as in the shards")
        print(f"a process killed: {lost:,} case lost")
        print(f"memory: {most:,.0f} MB at most in one process")
        if alike != played:
            sys.exit("shards and one run differ")
        if lost != 1:
            sys.exit("a process that is killed must cost one case")


if __name__ == "__main__":
    main(*(int(word) for word in islice(sys.argv, 1, 2)))

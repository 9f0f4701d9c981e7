"""A run of a suite: which of its cases, and the results of playing them, as they come."""

from __future__ import annotations

import tempfile
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from mzsim.common.apart import Used, require_apart
from mzsim.common.errors import CaseError
from mzsim.suites.display import Played, relative
from mzsim.suites.index import Entry, Shard, index, share
from mzsim.suites.locations import folder_of
from mzsim.suites.results import Player, as_result, not_passed
from mzsim.suites.running import TOO_FEW
from mzsim.suites.selection import chosen_entries
from mzsim.suites.suite_file import remark_on_rules
from mzsim.suites.workers import in_order


class Choice(NamedTuple):
    """What is asked for of a suite: a text in id or title, tags, what did not pass by a file of results, a part."""

    word: str | None = None
    tags: tuple[str, ...] = ()
    retry: Path | None = None
    shard: Shard | None = None


class Run(NamedTuple):
    """The cases to play, by id; `numbers` tells which of the `of` that were chosen each is, a shard has some of them.

    `remark` is what to know of it, in a sentence: that the suite is pinned to other rules.
    """

    suite: str
    folder: Path
    entries: list[Entry]
    numbers: range
    of: int
    remark: str | None


def choose_run(name: str, choice: Choice, outputs: Sequence[Used], jobs: int) -> Run:
    """The run of a suite, by its name or folder.

    Raises CaseError where there is no case or suite.yaml is wrong, InputError for `retry`, OutputError for an output in the
    place of what is read.
    """
    require_apart([Used(choice.retry, "the file of results")] if choice.retry else [], outputs)
    folder = folder_of(name)
    remark = remark_on_rules(folder)
    entries = index(folder)
    if choice.retry is not None:
        entries = _to_retry(entries, choice.retry)
    entries = chosen_entries(folder, entries, choice.word, choice.tags, outputs, jobs)
    numbers = range(1, len(entries) + 1)
    of = len(entries)
    if choice.shard is not None:
        entries, numbers = share(entries, choice.shard), numbers[choice.shard.number - 1 :: choice.shard.of]
    return Run(relative(folder), folder, entries, numbers, of, remark)


def _to_retry(entries: list[Entry], file: Path) -> list[Entry]:
    """The cases that did not pass. One that could not be read was known by its file, and may have an id by now."""
    wanted = not_passed(file)
    again = [entry for entry in entries if entry.id in wanted or entry.file in wanted]
    if gone := wanted - {name for entry in again for name in (entry.id, entry.file)}:
        raise CaseError(f"{file}: {min(gone)} did not pass, and is no case of the suite any more")
    return again


def play(run: Run, jobs: int, *, unmask: bool, full: bool) -> Generator[Played, None, None]:
    """The results of a run, in order; `full` with what only files and pages show."""
    with tempfile.TemporaryDirectory(prefix="mzsim-") as work_folder:
        player = Player(run.folder, Path(work_folder), unmask, full)
        few = len(run.entries) <= TOO_FEW
        played: Iterator[Played] = (
            map(player.play, run.entries) if few else in_order(run.entries, player.play, player.lost, jobs)
        )
        for number, one in zip(run.numbers, played, strict=True):
            yield as_result(run.suite, number, run.of, one)

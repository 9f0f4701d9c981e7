"""Results of runs: what came of a case as plain values, and files of them, a line a case: to merge and to play again."""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from mzsim.common.errors import CaseError, InputError
from mzsim.common.strict_json import read_json
from mzsim.common.version import __version__
from mzsim.standard.retourcodes import retourcodes
from mzsim.suites.case import Case
from mzsim.suites.display import Played, report_as_dict
from mzsim.suites.index import Entry, read_entry, unread
from mzsim.suites.playing import CaseReport
from mzsim.suites.result_line import ResultLine
from mzsim.suites.running import not_played, play_safely
from mzsim.suites.worded import words_of

_OF_A_RUN = ("suite", "number", "of", "mzsim")
_OF_A_PAGE = ("sha256", "uitleg")


class Player(NamedTuple):
    """Plays cases of a suite into results; travels to other processes. `full` with what only files and pages show."""

    folder: Path
    work_folder: Path
    unmask: bool
    full: bool

    def play(self, entry: Entry) -> Played:
        """The result of a case, whatever is wrong with it."""
        try:
            case = read_entry(self.folder, entry)
        except CaseError as error:
            return self._result(CaseReport(unread(self.folder, entry), (), str(error)))
        return self.play_read(case)

    def play_read(self, case: Case) -> Played:
        """The result of a case that was read."""
        return self._result(play_safely(case, self.work_folder))

    def lost(self, entry: Entry, how: str) -> Played:
        """The result of a case whose process died."""
        try:
            case = read_entry(self.folder, entry)
        except CaseError:
            case = unread(self.folder, entry)
        return self.lost_read(case, how)

    def lost_read(self, case: Case, how: str) -> Played:
        """The same of a case that was read."""
        return self._result(not_played(case, how))

    def _result(self, case_report: CaseReport) -> Played:
        played = report_as_dict(case_report, unmask=self.unmask)
        if self.full:
            codes = {**retourcodes(), **{code.code: code for code in case_report.codes}}
            for step, shown in zip(case_report.steps, played["steps"], strict=True):
                retour = step.retour
                shown["sha256"] = None if retour is None else sha256(retour).hexdigest()
                shown["uitleg"] = None if retour is None else words_of(retour, codes, unmask=self.unmask)
        return played


def as_result(suite: str, number: int, of: int, played: Played) -> Played:
    """What came of a case as a line of a file of results has it: with the case of how many it was in its run, and by what."""
    return {"suite": suite, "number": number, "of": of, "mzsim": __version__, **played}


def as_printed(played: Played) -> Played:
    """A result as `--json` prints it: without what belongs to the run, and to files and pages."""
    steps = [{k: v for k, v in step.items() if k not in _OF_A_PAGE} for step in played["steps"]]
    return {**{k: v for k, v in played.items() if k not in _OF_A_RUN}, "steps": steps}


def read_results(file: Path) -> Iterator[Played]:
    """The lines of a file of results, read strictly. Raises InputError."""
    try:
        with file.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if not line.endswith(b"\n"):
                    raise InputError(f"{file}:{number}: is cut off; the run that wrote it did not end")
                read_json(f"{file}:{number}", line, ResultLine, "a line of suite run --results")
                played: Played = json.loads(line)
                yield played
    except OSError as error:
        raise InputError(f"{file}: can't be read: {error.strerror}") from None


class Merged(NamedTuple):
    """The results of one run, that its shards wrote: in order, each case once, and none is missing."""

    suite: str
    of: int
    results: Iterator[Played]


def merged(files: Sequence[Path]) -> Merged:
    """The run of which these are the results. Raises InputError where they are not of one run, or not all of it."""
    run: tuple[str, int, str] | None = None
    seen = bytearray()
    for file in files:
        last = 0
        for played in read_results(file):
            its_run = played["suite"], played["of"], played["mzsim"]
            if run is None:
                run, seen = its_run, bytearray(played["of"] + 1)
            number = played["number"]
            where = f"{file}: {played['id']}"
            if its_run != run:
                raise InputError(f"{where}: is of another run: {_of(its_run)}, and before it came {_of(run)}")
            if number <= last or seen[number]:
                raise InputError(f"{where}: case {number} of {played['of']} stands here out of order, or twice")
            last, seen[number] = number, 1
    if run is None:
        raise InputError(f"{', '.join(map(str, files))}: no result stands in it")
    suite, of, _ = run
    if found := of - sum(seen):
        first = seen.index(0, 1)
        raise InputError(
            f"{found} of {of} cases are missing, case {first} the first; was a shard left out, or did one not end?"
        )
    return Merged(suite, of, heapq.merge(*map(read_results, files), key=lambda played: int(played["number"])))


def _of(run: tuple[str, int, str]) -> str:
    suite, of, version = run
    return f"{suite}, {of} cases, by mzsim {version}"


def not_passed(file: Path) -> frozenset[str]:
    """The ids of the cases in a file of results that failed or could not be played. Raises InputError."""
    return frozenset(played["id"] for played in read_results(file) if played["verdict"] != "passed")

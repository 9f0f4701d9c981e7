"""A run of a suite on a cluster: cases are read here, played there, and reported here, in their order."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, suppress
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, TypeVar
from uuid import uuid4

from mzsim.cluster.app import SUITES, queue
from mzsim.cluster.database import Cluster, Connection
from mzsim.cluster.errors import AwayError, ClusterError
from mzsim.cluster.patience import pauses
from mzsim.cluster.schema import require_rules
from mzsim.cluster.suites.parcels import Traveller, archive_of, traveller
from mzsim.cluster.suites.tables import Parcel, PlayedParcel, RunTables, somebody_listens
from mzsim.common.errors import CaseError
from mzsim.common.names import typed
from mzsim.store.url import shown
from mzsim.suites.display import Played
from mzsim.suites.index import Entry, read_entry
from mzsim.suites.results import Player, as_result
from mzsim.suites.running import TOO_FEW
from mzsim.suites.runs import Run
from mzsim.suites.workers import in_order

T = TypeVar("T")

_SECONDS = 0.25
"""What a parcel should take to play: long beside what a job costs, short beside what others are willing to wait."""
_CASES = 100
"""Of a parcel, at most."""
_FIRST_CASES = 10
"""Of a parcel, as long as nobody knows how long cases take."""
_PARCEL_SIZE = 4_000_000
"""Bytes of a parcel, unpacked; a case that is larger travels alone."""
_CASE_SIZE = 64_000_000
"""Bytes of a case that travels; one that is larger is played here."""
_PARCELS, _FIRST_PARCELS = 256, 32
"""Parcels that are played or wait for it; fewer as long as nobody knows how long cases take."""
_AHEAD = 20_000
"""Cases that are read before the first of them is reported."""
_WAITING_SIZE = 256_000_000
"""Bytes of archives that wait."""
_LOOK, _LOOK_LEAST = 0.02, 0.2
"""Seconds between two looks for results; as long as none come, growing."""
_SILENCE = 2.0
"""Seconds without a result after which it is looked whether anybody listens."""
_KEEP = 10.0
"""Seconds between two signs of life."""


def play_on_cluster(
    cluster: Cluster, run: Run, jobs: int, say: Callable[[str], None], *, unmask: bool, full: bool
) -> Generator[Played, None, None]:
    """The results of a run, in order, as `suites.runs.play` gives them; `jobs` processes read its cases.

    `say` is told what to know meanwhile: that no worker listens, or that the server is away. Raises ClusterError where the
    cluster runs on other rules, also by and by, or isn't there at the beginning.
    """
    require_rules(cluster)
    return _played(cluster, run, jobs, say, unmask=unmask, full=full)


def _played(
    cluster: Cluster, run: Run, jobs: int, say: Callable[[str], None], *, unmask: bool, full: bool
) -> Generator[Played, None, None]:
    with TemporaryDirectory(prefix="mzsim-") as work_folder:
        player = Player(run.folder, Path(work_folder), unmask, full)
        tables = RunTables(uuid4(), run.suite, len(run.entries), unmask=unmask, full=full)
        with closing(_read(run.entries, _Reader(player), jobs)) as cases:
            at_work = _AtWork(cluster, tables, run, player, cases, say)
            try:
                for number, played in zip(run.numbers, at_work.results(), strict=True):
                    yield as_result(run.suite, number, run.of, played)
            finally:
                at_work.end()


class _Reader(NamedTuple):
    """Reads cases; travels to other processes."""

    player: Player

    def read(self, entry: Entry) -> Traveller | Played:
        """A case to send; the result of one that can't be read, or that is too large."""
        try:
            case = read_entry(self.player.folder, entry)
            if sum(file.stat().st_size for file in case.files) <= _CASE_SIZE:
                return traveller(case)
        except (CaseError, OSError):
            pass  # playing it tells what is wrong with it
        return self.player.play(entry)

    def lost(self, entry: Entry, how: str) -> Traveller | Played:
        """The result of a case whose reading ended its process."""
        return self.player.lost(entry, how)


def _read(entries: Sequence[Entry], reader: _Reader, jobs: int) -> Generator[Traveller | Played, None, None]:
    """The cases, in order, read in so many processes; a few are read sooner than these are started."""
    if len(entries) <= TOO_FEW:
        yield from map(reader.read, entries)
    else:
        yield from in_order(entries, reader.read, reader.lost, jobs)


class _AtWork:
    """A run that is being played: what was put in, and the results that wait for their turn."""

    def __init__(
        self,
        cluster: Cluster,
        tables: RunTables,
        run: Run,
        player: Player,
        cases: Iterator[Traveller | Played],
        say: Callable[[str], None],
    ) -> None:
        self._cluster, self._tables, self._run, self._player, self._say = cluster, tables, run, player, say
        self._cases = enumerate(cases)
        self._read = self._reported = self._parcels = 0
        """Cases that were read and reported, and parcels that were made."""
        self._open: dict[int, int] = {}
        """Bytes of the parcels that are not played yet, by their numbers."""
        self._results: dict[int, Played | bytes] = {}
        self._to_let_go: set[int] = set()
        self._pace: float | None = None
        """Seconds that a case takes."""
        self._looking = _Looking()

    def results(self) -> Iterator[Played]:
        """The results, in order."""
        self._ask(self._tables.begin)
        for number in range(len(self._run.entries)):
            while number not in self._results:
                self._further()
            self._reported = number + 1
            result = self._results.pop(number)
            yield json.loads(result) if isinstance(result, bytes) else result

    def end(self) -> None:
        """Calls off what waits; where the server is away the workers find out later that nobody waits for it."""
        with suppress(ClusterError), self._cluster.connection() as connection:
            self._tables.end(connection)

    def _further(self) -> None:
        """Puts in a parcel where there is room, and looks for results when it is time."""
        parcel = self._next_parcel() if self._has_room() else None
        if parcel is not None:
            self._ask(lambda connection: self._tables.put(connection, parcel))
            self._open[parcel.number] = len(parcel.archive)
        elif self._open:
            self._looking.wait()
        if self._open and self._looking.is_due():
            self._look()

    def _has_room(self) -> bool:
        most = _FIRST_PARCELS if self._pace is None else _PARCELS
        few = len(self._open) < most and self._read - self._reported < _AHEAD
        return few and sum(self._open.values()) < _WAITING_SIZE

    def _next_parcel(self) -> Parcel | None:
        """The next cases; None where there are no more that travel."""
        most = _FIRST_CASES if self._pace is None else min(_CASES, max(1, int(_SECONDS / self._pace)))
        numbers, travellers, size = list[int](), list[Traveller](), 0
        while len(numbers) < most and size < _PARCEL_SIZE and (found := next(self._cases, None)) is not None:
            number, case = found
            self._read = number + 1
            if isinstance(case, Traveller):
                numbers.append(number)
                travellers.append(case)
                size += case.size
            else:
                self._results[number] = case
        if not numbers:
            return None
        self._parcels += 1
        archive = archive_of(travellers)
        return Parcel(self._parcels, numbers, sha256(archive).digest(), archive)

    def _look(self) -> None:
        played = self._ask(lambda connection: list(self._tables.played(connection)))
        for parcel in played:
            self._take(parcel)
        self._looking.found(bool(played))
        done = list(self._to_let_go)
        let_go = self._ask(lambda connection: self._tables.let_go(connection, done)) if done else False
        if let_go:
            self._to_let_go.clear()
        if self._looking.has_nothing_to_see() and not self._ask(somebody_listens):
            self._looking.silent = True
            url = shown(self._cluster.url)
            self._say(f"no worker listens to {queue(SUITES)}; start one: mzsim worker --store {typed(url)}")
        if self._looking.must_be_seen():
            self._be_seen()

    def _be_seen(self) -> None:
        """Says that the run is waited for, where workers may go on with it."""
        self._ask(lambda _: require_rules(self._cluster))
        if not self._ask(self._tables.keep):
            raise ClusterError("the cluster has given this run up: nothing was heard of it for an hour; run it again")

    def _take(self, parcel: PlayedParcel) -> None:
        """Keeps the results of a parcel; one that comes again, as the server lost what it was told of it, is known."""
        self._to_let_go.add(parcel.number)
        if self._open.pop(parcel.number, None) is None:
            return
        for number, result in parcel.results.items():
            self._results[number] = self._player.play(self._run.entries[number]) if result is None else result
        pace = parcel.seconds / len(parcel.results)
        self._pace = pace if self._pace is None else 0.8 * self._pace + 0.2 * pace

    def _ask(self, what: Callable[[Connection], T]) -> T:
        """Asks something of the server; waits for one that is away, as long as it takes."""
        for number, pause in enumerate(pauses()):
            try:
                with self._cluster.connection() as connection:
                    return what(connection)
            except AwayError as error:
                if number == 1:
                    self._say(f"{error}; the run goes on when it is there again")
                time.sleep(pause)
        raise AssertionError("there is always another pause")


class _Looking:
    """When to look for results, and what to do where none come."""

    def __init__(self) -> None:
        self._last = self._seen = self._result = time.monotonic()
        self._pause = _LOOK
        self.silent = False
        """Whether it was said that nobody listens."""

    def wait(self) -> None:
        """Until the next look."""
        time.sleep(max(0.0, self._last + self._pause - time.monotonic()))

    def is_due(self) -> bool:
        """Whether it is time to look."""
        return time.monotonic() >= self._last + self._pause

    def found(self, anything: bool) -> None:
        """A look was taken."""
        self._last = time.monotonic()
        self._pause = _LOOK if anything else min(_LOOK_LEAST, 1.5 * self._pause)
        if anything:
            self._result, self.silent = self._last, False

    def has_nothing_to_see(self) -> bool:
        """Whether nothing came for so long that somebody should be told why, and was not."""
        return not self.silent and self._last - self._result > _SILENCE

    def must_be_seen(self) -> bool:
        """Whether it is time for a sign of life."""
        due = self._last - self._seen > _KEEP
        if due:
            self._seen = self._last
        return due

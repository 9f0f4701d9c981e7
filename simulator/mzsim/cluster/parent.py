"""What `mzsim worker` does: a process that has others work, and sees to it that what they leave is taken up.

It starts workers, another where one comes to an untimely end, and gives back at once what that was at. It looks after the
cluster, and asks now and then whether that still runs on the rules of this program: where not, nobody works. While the server is
away it waits.
"""

from __future__ import annotations

import json
import queue
import signal
import tempfile
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import closing, suppress
from typing import Any

from mzsim.cluster import schema
from mzsim.cluster.child import LONGEST_PAUSE, Child, Count, Place, Say
from mzsim.cluster.database import Cluster, Connection
from mzsim.cluster.errors import AwayError, ClusterError, OtherFormError
from mzsim.cluster.start import CHANGED, Start
from mzsim.cluster.stores import tenants
from mzsim.cluster.upkeep import EVERY, look_after
from mzsim.program import rules_of_this_program

_AGAIN_AFTER = 0.5
"""Seconds after which a server that was away is asked again; twice as many the next time."""
_RULES_EVERY = EVERY
"""Seconds after which it is asked again on which rules the cluster runs: just before it is looked after."""
_NO_LONG_WAITS = "lock_timeout=2s"
_GIVE_BACK = "SELECT geef_terug(%s, %s)"


Keep = Callable[[Collection[str]], None]
"""Is told which stores there are: of others nothing needs to be known any more."""


def work(
    url: str, kinds: Sequence[str], workers: int, say: Say, count: Count = lambda *_: None, keep: Keep | None = None
) -> None:
    """Has so many workers do what waits in a cluster of these kinds, until the process is told to stop: they finish what they are
    at. Told once more it stops at once. `say` is told what goes wrong, `count` what each answer took, `keep` now
    and then which stores there are.

    Nothing is taken where the cluster runs on other rules, or its tables have another form, for as long as that is so. Raises
    ClusterError where there is no cluster, or this program was changed.
    """
    with closing(Cluster(url, _NO_LONG_WAITS)) as cluster, tempfile.TemporaryDirectory(prefix="mzsim-") as folder:
        start = Start(cluster.url.text, list(kinds), folder, rules_of_this_program())
        _Parent(cluster, start, workers, say, count, keep).run()


class _Parent:
    def __init__(self, cluster: Cluster, start: Start, workers: int, say: Say, count: Count, keep: Keep | None) -> None:
        self._cluster, self._start, self._say, self._count, self._keep = cluster, start, say, count, keep
        self._places = [Place() for _ in range(workers)]
        self._lost: list[Child] = []
        self._asked = 0
        self._news: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._pause = _AGAIN_AFTER
        self._away_until = self._rules_at = self._upkeep_at = 0.0
        self._refused: str | None = None
        self._away = False

    def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._hear_signal)
        try:
            while not self._asked:
                self._look()
                self._wait()
            self._drain()
        finally:
            self._end_at_once()

    def _hear_signal(self, *_: Any) -> None:
        self._asked += 1
        self._news.put(None)

    def _wait(self) -> None:
        """Until a worker ends, a signal comes, or something is due."""
        due = [self._upkeep_at, self._rules_at, *(place.free_at for place in self._places if place.child is None)]
        until = max(min(due), self._away_until) if self._refused is None else self._rules_at
        with suppress(queue.Empty):
            self._news.get(timeout=max(0.01, until - time.monotonic()))

    def _look(self) -> None:
        """Does what is due, as far as the server lets it."""
        self._see_who_ended()
        if time.monotonic() < self._away_until:
            return
        try:
            self._compare_rules()
            if self._refused is None:
                self._look_after()
                self._fill_places()
        except AwayError as error:
            if not self._away:
                self._say(f"{error}; trying again until it is there")
            self._away, self._away_until = True, time.monotonic() + self._pause
            self._pause = min(2 * self._pause, LONGEST_PAUSE)
        else:
            if self._away:
                self._say("the server is there again")
            self._away, self._pause = False, _AGAIN_AFTER

    def _see_who_ended(self) -> None:
        ended = [child for place in self._places if (child := place.take_ended(self._say)) is not None]
        if any(child.status == CHANGED for child in ended):
            raise ClusterError("the program was changed since these workers began; start them anew")
        self._lost += [child for child in ended if child.number is not None and child.status != 0]

    def _compare_rules(self) -> None:
        """Looks now and then whether the cluster is one for this program; else its workers take nothing."""
        if time.monotonic() < self._rules_at:
            return
        refused = self._why_refused()
        self._rules_at = time.monotonic() + _RULES_EVERY
        if refused is not None and refused != self._refused:
            self._say(f"no work is taken: {refused}")
        if refused is None and self._refused is not None:
            self._say("the cluster is one for this program; work is taken")
        self._refused = refused
        if refused is not None:
            for child in self._children():
                child.stop()

    def _why_refused(self) -> str | None:
        """What to say where the cluster is none for this program; one of an older or a newer program may become so."""
        try:
            return schema.other_rules(schema.made(self._cluster))
        except OtherFormError as error:
            return str(error)

    def _look_after(self) -> None:
        due = time.monotonic() >= self._upkeep_at
        if due or self._lost:
            with self._cluster.connection() as connection:
                self._give_back(connection)
                if due:
                    look_after(connection)
                    self._upkeep_at = time.monotonic() + EVERY
            if due and self._keep is not None:
                self._keep({store.name for store in tenants(self._cluster)})

    def _give_back(self, connection: Connection) -> None:
        """What the workers that came to an untimely end were at waits again."""
        while self._lost:
            child = self._lost[-1]
            at = {} if child.at is None else {"viel": child.at[1]}
            connection.execute(_GIVE_BACK, [child.number, json.dumps(at)])
            self._lost.pop()

    def _fill_places(self) -> None:
        free = [place for place in self._places if place.child is None and time.monotonic() >= place.free_at]
        if free:
            with self._cluster.connection():  # none is started for a server that is away
                for place in free:
                    place.child = Child(self._start, self._say, self._count, lambda: self._news.put(None))

    def _children(self) -> list[Child]:
        return [place.child for place in self._places if place.child is not None]

    def _drain(self) -> None:
        """Takes no more, and waits for what is at hand."""
        for child in self._children():
            child.stop()
        while self._children():
            if self._asked > 1:
                raise ClusterError("stopped at once; what was at hand waits for another worker")
            with suppress(queue.Empty):
                self._news.get(timeout=1.0)
            self._see_who_ended()

    def _end_at_once(self) -> None:
        for child in self._children():
            child.kill()
        self._see_who_ended()
        with suppress(ClusterError), self._cluster.connection() as connection:  # else it is missed after a while
            self._give_back(connection)

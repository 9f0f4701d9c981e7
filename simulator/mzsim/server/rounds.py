"""Answering what waits in a store, one after another, for whoever does that: the process of one store, or a worker of many."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from mzsim.common.errors import MzsimError
from mzsim.server.answering import answer, waiting
from mzsim.server.done import Done
from mzsim.server.moments import Clock, now
from mzsim.store import ledger
from mzsim.store.ledger import Kept
from mzsim.store.session import Database

AGAIN_AFTER = 2.0
"""Seconds that a store that can't be used is left alone; twice as many the next time."""
LONGEST_PAUSE = 60.0
_FAILURES = 3
"""So many in a row that can't be answered either, and it is none of them that holds up the others."""

Hear = Callable[[int | None, float], None]
"""Is told of a submission, by its id, which part is done, 0 where it begins and 1 at the end; no id where it was given up."""


class Round:
    """Answers what waits in one store. `answered` is how many it did."""

    def __init__(
        self,
        store: Database,
        folder: Path,
        hear: Hear,
        done: Callable[[Done], None] = lambda _: None,
        clock: Clock = now,
    ) -> None:
        """`folder` is for what doesn't fit in memory; `done` is told of each answer what it took."""
        self._store, self._folder, self._hear, self._done = store, folder, hear, done
        self._clock = clock
        self._at: int | None = None
        self.answered = 0

    def work(self, enough: Callable[[], bool] = lambda: False) -> bool:
        """Answers what waits, in the order in which it came in, until nothing does or it is `enough`; whether nothing waits.

        Raises StoreError where the store can't be used, OutputError where there is no room for one: that still waits then.
        """
        self._at = None
        while (row := waiting(self._store)) is not None:
            self._at = row.id
            self._answer(row)
            if enough():
                return False
        return True

    def work_behind(self, seconds: float = LONGEST_PAUSE) -> None:
        """Answers what waits behind the one that could not be answered, for a while: it may be that one alone, too large for
        the disk."""
        failures, until = 0, time.monotonic() + seconds
        while self._at is not None and failures < _FAILURES and time.monotonic() < until:
            try:
                row = waiting(self._store, self._at)
                if row is None:
                    return
                self._at = row.id
                self._answer(row)
                failures = 0
            except MzsimError:
                failures += 1

    def count_crash(self, id: int | None) -> None:
        """Whoever answered that submission came to an untimely end; where it isn't known, the one that waits longest."""
        with suppress(MzsimError), self._store.change() as connection:
            if id is None and (row := ledger.first_unanswered(connection)) is not None:
                id = row.id
            if id is not None:
                ledger.count_attempt(connection, id, "the process that answered it came to an end")
                connection.commit()

    def _answer(self, row: Kept) -> None:
        self._hear(row.id, 0.0)
        try:
            done = answer(row, self._store, self._clock, self._folder, self._hear_part)
        except MzsimError:
            self._hear(None, 0.0)
            raise
        self.answered += 1
        self._hear(row.id, 1.0)
        if done is not None:
            self._done(done)

    def _hear_part(self, id: int, part: float) -> None:
        self._hear(id, min(0.999, round(part, 3)))

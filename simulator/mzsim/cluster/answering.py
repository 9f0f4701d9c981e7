"""The task of answering what waits in a store: a turn at a time, so that no store keeps a worker to itself.

The ledger of the store is the truth. A job only says that there is something to do; where there is not it does nothing.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from mzsim.cluster.app import ask_for_answers, others_wait
from mzsim.cluster.database import Cluster
from mzsim.cluster.stores import url_of
from mzsim.cluster.telling import Teller
from mzsim.common.errors import MzsimError
from mzsim.program import rules_of_this_program
from mzsim.server.rounds import AGAIN_AFTER, LONGEST_PAUSE, Round
from mzsim.store.place import Patience
from mzsim.store.session import Database, open_store

_SHORT, _LONG = 0.03, 1.0
"""Seconds that a store has its turn at the least, where others wait, and at the most; a declaration that is begun is answered."""
_BEHIND = 2.0
"""Seconds in a turn for what waits behind a declaration that can't be answered."""
_KEPT_OPEN = 8
"""Stores that a worker keeps open, mostly with one connection each: opening one takes as long as a small declaration."""
_PATIENCE = Patience(1.0)
"""A store that somebody else is changing for longer has its turn later: other stores wait too."""
_SCHEMA = """
SELECT schema FROM winkels_nu
WHERE naam = %s AND gearchiveerd IS NULL AND NOT dicht AND EXISTS (SELECT FROM cluster WHERE regels = %s)
"""
_PUT_OFF = (
    "UPDATE procrastinate_jobs SET scheduled_at = now() + make_interval(secs => %(pause)s),"
    " args = args || jsonb_build_object('pauze', %(pause)s) WHERE queueing_lock = %(store)s AND status = 'todo'"
)


class Answering:
    """Answers what waits in the stores of a cluster, for one process."""

    def __init__(self, cluster: Cluster, kinds: Sequence[str], folder: Path, teller: Teller) -> None:
        """`kinds` is what the process is for, `folder` for what doesn't fit in memory."""
        self._cluster, self._kinds, self._folder, self._teller = cluster, kinds, folder, teller
        self._open: dict[str, Database] = {}

    def answer(self, winkel: str, **told: Any) -> None:
        """Has a store have its turn; where more waits, it gets another behind the others.

        `viel` is the submission at which whoever had the last turn came to an untimely end, None where that isn't known; `pauze`
        how long the store was left alone before, as it could not be used.
        """
        round: Round | None = None
        try:
            store = self._opened(winkel)
            if store is None:
                return
            done = partial(self._teller.done, winkel)
            round = Round(store, self._folder, self._teller.of(winkel), done, self._cluster.now)
            if "viel" in told:
                round.count_crash(told["viel"])
            begun = time.monotonic()
            if not round.work(lambda: self._is_over(begun)):
                with self._cluster.connection() as connection:
                    ask_for_answers(connection, winkel)
        except MzsimError as error:
            fresh = "pauze" not in told or (round is not None and round.answered > 0)
            pause = AGAIN_AFTER if fresh else min(2 * told["pauze"], LONGEST_PAUSE)
            if fresh:
                self._teller.trouble(f"store {winkel}: {error}")
            if round is not None and pause == LONGEST_PAUSE:
                round.work_behind(_BEHIND)
            crash = {"viel": told["viel"]} if round is None and "viel" in told else {}
            self._leave_alone(winkel, pause, crash)

    def _is_over(self, begun: float) -> bool:
        """Whether another has its turn now. Where nobody waits, a new job would take time for nothing."""
        taken = time.monotonic() - begun
        if _SHORT <= taken < _LONG:
            with self._cluster.connection() as connection:
                return others_wait(connection, self._kinds)
        return taken >= _LONG

    def _leave_alone(self, winkel: str, pause: float, crash: Mapping[str, Any]) -> None:
        """The next turn of a store is not before so many seconds, also where it was asked for meanwhile."""
        with self._cluster.connection() as connection:
            ask_for_answers(connection, winkel, later=pause, pauze=pause, **crash)
            connection.execute(_PUT_OFF, {"pause": pause, "store": winkel})

    def _opened(self, winkel: str) -> Database | None:
        """A store by its name; None where there is none that is open, or the cluster runs on other rules by now: those who look
        after it by these ask again for what waits. The stores that were used last are kept open."""
        with self._cluster.connection() as connection:
            row = connection.execute(_SCHEMA, [winkel, rules_of_this_program()]).fetchone()
        if row is None:
            return None
        url = url_of(self._cluster, str(row[0])).text
        known = self._open.pop(url) if url in self._open else None
        self._open[url] = known or open_store(url, existing=True, patience=_PATIENCE)
        while len(self._open) > _KEPT_OPEN:
            self._open.pop(next(iter(self._open))).close()
        return self._open[url]

    def close(self) -> None:
        """Lets go of the stores."""
        while self._open:
            self._open.popitem()[1].close()

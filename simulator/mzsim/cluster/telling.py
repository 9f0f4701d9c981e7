"""What a worker tells: its parent as it happens, a line of JSON each, and the cluster what it is at for long."""

from __future__ import annotations

import json
import sys
import time
from contextlib import suppress
from typing import Any

from mzsim.cluster.database import Cluster
from mzsim.common.errors import MzsimError
from mzsim.server.done import Done
from mzsim.server.rounds import Hear

_EVERY = 1.0
"""Seconds after which the cluster is told how far a declaration is; most are answered before."""
_AT = "UPDATE werkers SET winkel = %s, inzending = %s, deel = %s WHERE id = %s"


class Teller:
    """Tells what one worker does."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._worker: int | None = None
        self._begun, self._told = 0.0, False

    def registered(self, worker: int) -> None:
        """By which number the cluster knows it."""
        self._worker = worker
        self._tell(werker=worker)

    def trouble(self, what: str) -> None:
        """Something goes wrong, of which people should know."""
        self._tell(fout=what)

    def of(self, winkel: str) -> Hear:
        """Hears how far the submissions of a store are."""

        def hear(id: int | None, part: float) -> None:
            if part in (0, 1):
                self._tell(winkel=winkel, id=id, deel=part)
                self._begun = time.monotonic()
                if self._told:
                    self._told = False
                    self._say(None, None, None)
            elif time.monotonic() - self._begun >= _EVERY:
                self._begun, self._told = time.monotonic(), True
                self._say(winkel, id, part)

        return hear

    def done(self, winkel: str, done: Done) -> None:
        """An answer was given in a store."""
        self._tell(winkel=winkel, klaar=done)

    def _tell(self, **what: Any) -> None:
        with suppress(OSError):  # nobody hears it any more, and then the input ends too
            sys.stdout.write(json.dumps(what) + "\n")
            sys.stdout.flush()

    def _say(self, winkel: str | None, id: int | None, part: float | None) -> None:
        with suppress(MzsimError), self._cluster.connection() as connection:
            connection.execute(_AT, [winkel, id, part, self._worker])

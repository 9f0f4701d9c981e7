"""A worker as its parent has it: a process that is started, heard, and followed by another."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from mzsim.cluster.start import AWAY, CHANGED, Start
from mzsim.server.done import Done
from mzsim.server.own_process import surroundings

AGAIN_AFTER = 0.25
"""Seconds after which a worker that came to an end is followed by another; twice as many the next time."""
LONGEST_PAUSE = 10.0
_SOUND_AFTER = 10.0
"""Seconds after which whatever brings it down is nothing that does so at once."""

Say = Callable[[str], None]
"""Is told, in a sentence, what people should know."""
Count = Callable[[str, Done], None]
"""Is told of each answer in which store it was given, and what it took."""


class Child:
    """A worker. `number` is by which the cluster knows it, `at` the store and the submission that it is at."""

    def __init__(self, start: Start, say: Say, count: Count, ended: Callable[[], None]) -> None:
        self.number: int | None = None
        self.at: tuple[str, int] | None = None
        self._say, self._count, self._ended = say, count, ended
        self._begun = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "mzsim.cluster.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=surroundings(),
        )
        assert self._process.stdin is not None
        with suppress(OSError):  # it is gone already, as will be seen
            # Not on the command line: a URL may hold a password.
            self._process.stdin.write(start.to_line())
            self._process.stdin.flush()
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def status(self) -> int | None:
        """How it ended; None while it has not."""
        return self._process.poll()

    @property
    def sound(self) -> bool:
        """Whether it lived for a while."""
        return time.monotonic() - self._begun >= _SOUND_AFTER

    def stop(self) -> None:
        """Has it finish what it is at, and end."""
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.close()

    def kill(self) -> None:
        """Ends it at once."""
        self._process.kill()
        self._process.wait()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as told:
            for line in told:
                self._hear(json.loads(line))
        self._process.wait()
        self._ended()

    def _hear(self, news: dict[str, Any]) -> None:
        if "fout" in news:
            self._say(news["fout"])
        elif "werker" in news:
            self.number = news["werker"]
        elif "klaar" in news:
            self._count(news["winkel"], Done(*news["klaar"]))
        elif "winkel" in news:
            begins = news["deel"] == 0 and news["id"] is not None
            self.at = (news["winkel"], news["id"]) if begins else None


class Place:
    """Where one worker is at a time."""

    def __init__(self) -> None:
        self.child: Child | None = None
        self._pause, self.free_at = AGAIN_AFTER, 0.0

    def take_ended(self, say: Say) -> Child | None:
        """The worker that was here, where it has come to an end; the next comes after a pause, longer each time."""
        child = self.child
        if child is None or child.status is None:
            return None
        self.child = None
        if child.status not in (0, AWAY, CHANGED):
            say(f"a worker ended with status {child.status}; another follows")
        if child.sound:
            self._pause = AGAIN_AFTER
        self.free_at = time.monotonic() + self._pause
        self._pause = min(2 * self._pause, LONGEST_PAUSE)
        return child

"""Sees to it that each store has one process that answers its submissions, while there is something to answer."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from mzsim.common.errors import StoreError
from mzsim.server.done import Done
from mzsim.server.own_process import surroundings
from mzsim.server.worker import Start

_log = logging.getLogger(__name__)
_AGAIN_AFTER = 0.25
"""Seconds after which a worker that came to an untimely end is followed by another; twice as many the next time."""
_LONGEST_PAUSE = 30.0
_IDLE = 120.0
"""Seconds without any work after which a worker ends."""


class Supervisor:
    """The worker of one store: started when it is wanted, and again when it comes to an untimely end. An `Answerer`.

    `waits` says whether there is anything to answer; `news` hears that the worker did something, and `done` what an answer took.
    """

    def __init__(
        self,
        url: str,
        folder: Path,
        waits: Callable[[], bool],
        news: Callable[[], None],
        done: Callable[[Done], None] = lambda _: None,
    ) -> None:
        self._url, self._folder, self._waits, self._news, self._done = url, folder, waits, news, done
        self._lock = threading.RLock()
        self._process: subprocess.Popen[bytes] | None = None
        self._pause = _AGAIN_AFTER
        self._stopped = False
        self._crashed_at: int | None = None
        self._part = 0, 0.0
        self.idle = _IDLE

    def wake(self) -> None:
        """There is something to answer."""
        with self._lock:
            if self._stopped:
                return
            if self._process is None:
                self._start()
            else:
                with suppress(OSError):  # it has just ended; who follows it looks whether anything waits
                    _say(self._process, b"\n")

    def stop(self) -> None:
        """Ends the worker, whatever it is at: the next begins that again. There is none until work is resumed."""
        with self._lock:
            process, self._process = self._process, None
            self._stopped, self._crashed_at = True, None
        if process is not None:
            process.kill()
            process.wait()

    def resume(self) -> None:
        """Answers again from here on, where it was stopped."""
        with self._lock:
            self._stopped = False
        threading.Thread(target=self._go_on, daemon=True).start()

    def part(self, id: int) -> float:
        """Which part of the work on a submission is done, from 0 to 1."""
        at, part = self._part
        return part if at == id else 0.0

    @property
    def process_id(self) -> int | None:
        """The number of the process, where there is one."""
        with self._lock:
            return None if self._process is None else self._process.pid

    def _start(self) -> None:
        process = subprocess.Popen(
            [sys.executable, "-m", "mzsim.server.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=surroundings(),
        )
        with suppress(OSError):  # gone already; who follows it sees that
            # Not on the command line: a URL may hold a password.
            _say(process, Start(self._url, str(self._folder), self._crashed_at, self.idle).to_line())
        self._process, self._crashed_at = process, None
        threading.Thread(target=self._follow, args=(process,), daemon=True).start()

    def _follow(self, process: subprocess.Popen[bytes]) -> None:
        """Hears a worker until it ends, and starts the next where there is still something to answer."""
        assert process.stdout is not None
        with process.stdout as told:
            was_at = self._listen(told)
        untimely = process.wait() != 0
        if untimely and self._process is process:
            _log.warning("a worker ended with status %s; another follows", process.returncode)
            self._leave_alone()
        with self._lock:
            assert process.stdin is not None
            with suppress(OSError):
                process.stdin.close()
            if self._process is not process:  # it was stopped
                return
            self._process, self._crashed_at = None, was_at if untimely else None
        self._go_on()

    def _go_on(self) -> None:
        """Starts a worker where there is something to answer, as soon as the store says whether there is."""
        told = ""
        while True:
            try:
                with self._lock:
                    if not self._stopped and self._process is None and self._waits():
                        self._start()
                    return
            except (StoreError, OSError) as error:
                if str(error) != told:
                    told = str(error)
                    _log.warning("no worker can be started yet: %s", told)
                self._leave_alone()

    def _leave_alone(self) -> None:
        time.sleep(self._pause)
        self._pause = min(2 * self._pause, _LONGEST_PAUSE)

    def _listen(self, told: IO[bytes]) -> int | None:
        """Hears what is told, to its end; the id of the submission that was being answered then."""
        at = None
        for line in told:
            news = json.loads(line)
            if "fout" in news:
                _log.warning("a worker says: %s", news["fout"])
            elif "klaar" in news:
                self._done(Done(*news["klaar"]))
                continue
            elif news["deel"] == 0:
                at = news["id"]
                continue
            elif news["deel"] == 1:
                self._pause, at = _AGAIN_AFTER, None
            else:
                self._part = news["id"], news["deel"]
            self._news()
        return at


def _say(process: subprocess.Popen[bytes], line: bytes) -> None:
    assert process.stdin is not None
    process.stdin.write(line)
    process.stdin.flush()

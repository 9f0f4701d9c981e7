"""Sees to it that each store has one process that answers its submissions, while there is something to answer."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import mzsim
from mzsim.server.worker import Start

_log = logging.getLogger(__name__)
_AGAIN_AFTER = 0.5
"""Seconds after which a worker that ended is followed by another; longer where the one before it ended soon too."""
_LONGEST_PAUSE = 30.0
_SOON = 10.0

News = Callable[[dict[str, Any]], None]
"""Hears what a worker tells, as `worker.py` says."""


class Supervisor:
    """The worker of one store: started when it is first wanted, and again when it comes to an end by itself."""

    def __init__(self, url: str, folder: Path, news: News) -> None:
        self._url, self._folder, self._news = url, folder, news
        self._lock = threading.RLock()
        self._process: subprocess.Popen[bytes] | None = None
        self._pause = _AGAIN_AFTER
        self._wanted = False

    def wake(self) -> None:
        """There is something to answer."""
        with self._lock:
            self._wanted = True
            if self._process is None:
                self._start(after_crash=False)
            else:
                with suppress(OSError):  # it has just ended; who notices starts the next
                    _say(self._process, b"\n")

    def stop(self) -> None:
        """Ends the worker, whatever it is at: the next begins that again. It stays away until there is something to answer."""
        with self._lock:
            process, self._process, self._wanted = self._process, None, False
        if process is not None:
            process.kill()
            process.wait()

    @property
    def process_id(self) -> int | None:
        """The number of the process, where there is one."""
        with self._lock:
            return None if self._process is None else self._process.pid

    def _start(self, *, after_crash: bool) -> None:
        own = {"PYTHONPATH": os.pathsep.join([str(Path(mzsim.__file__).parents[1]), *filter(None, sys.path)])}
        process = subprocess.Popen(
            [sys.executable, "-m", "mzsim.server.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **own},
        )
        with suppress(OSError):
            # Not on the command line: a URL may hold a password.
            _say(process, Start(self._url, str(self._folder), after_crash).to_line())
        self._process = process
        threading.Thread(target=self._follow, args=(process,), daemon=True).start()

    def _follow(self, process: subprocess.Popen[bytes]) -> None:
        """Hears a worker until it ends, and starts the next."""
        begun = time.monotonic()
        assert process.stdout is not None
        with process.stdout as told:
            self._listen(told)
        ended = process.wait()
        with self._lock:
            if self._process is not process or not self._wanted:
                return
            soon = time.monotonic() - begun < _SOON
            self._pause = min(2 * self._pause, _LONGEST_PAUSE) if soon else _AGAIN_AFTER
        _log.warning("the worker ended with status %s; another follows", ended)
        time.sleep(self._pause)
        with self._lock:
            if self._process is process and self._wanted:
                self._start(after_crash=True)

    def _listen(self, told: IO[bytes]) -> None:
        for line in told:
            try:
                news = json.loads(line)
            except ValueError:
                continue
            if "fout" in news:
                _log.warning("the worker says: %s", news["fout"])
            self._news(news)


def _say(process: subprocess.Popen[bytes], line: bytes) -> None:
    assert process.stdin is not None
    process.stdin.write(line)
    process.stdin.flush()

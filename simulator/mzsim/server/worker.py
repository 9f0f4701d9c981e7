"""The process that answers the submissions of one store: `python -m mzsim.server.worker`, started by `supervising.py`.

Its first line of standard input is JSON: what `Start` holds. Any further line wakes it. When the input ends, so does it, in the
middle of whatever it does: what it was at is begun again by the next. On standard output it tells what it does, a line of JSON
each: the id of a submission and which part is done, 0 where it begins and 1 at the end; no id where it gave that up. Behind the
end it tells what the answer took, as `Done`. It ends by itself where nothing came in for a while.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from mzsim.common.errors import MzsimError
from mzsim.server.done import Done
from mzsim.server.rounds import AGAIN_AFTER, LONGEST_PAUSE, Round
from mzsim.store.session import Database, open_store

_LOOK_EVERY = 1.0
"""Seconds after which it looks for work that nobody told it of."""
_TELL_EVERY = 0.2


class Start(NamedTuple):
    """What a worker is told when it starts."""

    url: str
    folder: str
    crashed_at: int | None
    """The submission at which the one before it came to an untimely end."""
    idle: float
    """Seconds without any work after which it ends."""

    def to_line(self) -> bytes:
        return json.dumps(self).encode() + b"\n"


class _Teller:
    """Tells the process above what was done."""

    def __init__(self) -> None:
        self._told = 0.0

    def tell(self, **what: Any) -> None:
        with suppress(OSError):  # nobody hears it any more, and then the input ends too
            sys.stdout.write(json.dumps(what) + "\n")
            sys.stdout.flush()

    def hear(self, id: int | None, part: float) -> None:
        if part in (0, 1) or time.monotonic() - self._told >= _TELL_EVERY:
            self._told = time.monotonic()
            self.tell(id=id, deel=part)

    def done(self, what: Done) -> None:
        self.tell(klaar=what)


class _Trouble:
    """What goes wrong around the submissions: a lock, a full disk. It says nothing of any of them, and may last."""

    def __init__(self, teller: _Teller) -> None:
        self._teller = teller
        self.over()

    def over(self) -> None:
        self._pause, self._told = AGAIN_AFTER, ""

    @property
    def lasts(self) -> bool:
        """Whether the store is left alone as long as it ever is."""
        return self._pause == LONGEST_PAUSE

    def wait(self, error: MzsimError) -> None:
        """Tells it once, and leaves the store alone, longer each time."""
        if str(error) != self._told:
            self._told = str(error)
            self._teller.tell(fout=self._told)
        time.sleep(self._pause)
        self._pause = min(2 * self._pause, LONGEST_PAUSE)


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # meant for the process above, which ends this one
    start = Start(*json.loads(sys.stdin.buffer.readline()))
    awake = threading.Event()
    threading.Thread(target=_listen, args=(awake,), daemon=True).start()
    teller = _Teller()
    trouble = _Trouble(teller)
    store = _opened(start.url, trouble)
    round = Round(store, Path(start.folder), teller.hear, teller.done)
    if start.crashed_at is not None:
        round.count_crash(start.crashed_at)
    busy = time.monotonic()
    while time.monotonic() - busy < start.idle:
        awake.clear()
        if _answer_all(round, trouble):
            busy = time.monotonic()
        awake.wait(_LOOK_EVERY)
    store.close()
    sys.stdout.flush()
    os._exit(0)  # by itself Python would wait for who still reads the input, and end by a signal


def _listen(awake: threading.Event) -> None:
    """Wakes the worker at every line, and ends it with the input: whoever started it is gone."""
    for _ in sys.stdin.buffer:
        awake.set()
    os._exit(0)


def _opened(url: str, trouble: _Trouble) -> Database:
    while True:
        try:
            return open_store(url, existing=True)
        except MzsimError as error:
            trouble.wait(error)


def _answer_all(round: Round, trouble: _Trouble) -> bool:
    """Answers all that waits, as far as it can; whether there was anything."""
    before = round.answered
    try:
        round.work()
    except MzsimError as error:
        if round.answered > before:
            trouble.over()
        if trouble.lasts:
            round.work_behind()
        trouble.wait(error)
        return True
    trouble.over()
    return round.answered > before


if __name__ == "__main__":
    main()

"""The process that answers the submissions of one store: `python -m mzsim.server.worker`, started by `supervising.py`.

Its first line of standard input is JSON: what `Start` holds. Any further line wakes it. When the input ends, so does it, in the
middle of whatever it does: what it was at is begun again by the next. On standard output it tells what it does, a line of JSON
each: the id of a submission and which part is done, 0 where it begins and 1 at the end; no id where it gave that up. It ends
by itself where nothing came in for a while.
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
from mzsim.server.answering import answer, waiting
from mzsim.server.moments import now
from mzsim.store import ledger
from mzsim.store.ledger import Kept
from mzsim.store.session import Database, open_store

_LOOK_EVERY = 1.0
"""Seconds after which it looks for work that nobody told it of."""
_AGAIN_AFTER = 2.0
"""Seconds that a store that can't be used is left alone; twice as many the next time."""
_LONGEST_PAUSE = 60.0
_FAILURES = 3
"""So many in a row that can't be answered either, and it is none of them that holds up the others."""
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

    def progress(self, id: int, part: float) -> None:
        if time.monotonic() - self._told >= _TELL_EVERY:
            self._told = time.monotonic()
            self.tell(id=id, deel=min(0.999, round(part, 3)))


class _Trouble:
    """What goes wrong around the submissions: a lock, a full disk. It says nothing of any of them, and may last."""

    def __init__(self, teller: _Teller) -> None:
        self._teller = teller
        self.over()

    def over(self) -> None:
        self._pause, self._told = _AGAIN_AFTER, ""

    @property
    def lasts(self) -> bool:
        """Whether the store is left alone as long as it ever is."""
        return self._pause == _LONGEST_PAUSE

    def wait(self, error: MzsimError) -> None:
        """Tells it once, and leaves the store alone, longer each time."""
        if str(error) != self._told:
            self._told = str(error)
            self._teller.tell(fout=self._told)
        time.sleep(self._pause)
        self._pause = min(2 * self._pause, _LONGEST_PAUSE)


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # meant for the process above, which ends this one
    start = Start(*json.loads(sys.stdin.buffer.readline()))
    awake = threading.Event()
    threading.Thread(target=_listen, args=(awake,), daemon=True).start()
    teller = _Teller()
    trouble = _Trouble(teller)
    store = _opened(start.url, trouble)
    if start.crashed_at is not None:
        _count_attempt(store, start.crashed_at)
    busy = time.monotonic()
    while time.monotonic() - busy < start.idle:
        awake.clear()
        if _answer_all(store, Path(start.folder), teller, trouble):
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


def _answer_all(store: Database, folder: Path, teller: _Teller, trouble: _Trouble) -> bool:
    """Answers all that waits, as far as it can; whether there was anything."""
    row, answered = None, False
    try:
        while (row := waiting(store)) is not None:
            _answer(row, store, folder, teller)
            answered = True
            trouble.over()
    except MzsimError as error:
        if row is not None and trouble.lasts:
            _answer_behind(row.id, store, folder, teller)
        trouble.wait(error)
        return True
    trouble.over()
    return answered


def _answer_behind(id: int, store: Database, folder: Path, teller: _Teller) -> None:
    """Answers what waits behind one that can't be answered for long, for a while: it may be that one alone, too large for the
    disk."""
    failures, until = 0, time.monotonic() + _LONGEST_PAUSE
    while failures < _FAILURES and time.monotonic() < until:
        try:
            row = waiting(store, id)
            if row is None:
                return
            id = row.id
            _answer(row, store, folder, teller)
            failures = 0
        except MzsimError:
            failures += 1


def _answer(row: Kept, store: Database, folder: Path, teller: _Teller) -> None:
    teller.tell(id=row.id, deel=0.0)
    try:
        answer(row, store, now, folder, teller.progress)
    except MzsimError:
        teller.tell(id=None, deel=0.0)
        raise
    teller.tell(id=row.id, deel=1.0)


def _count_attempt(store: Database, id: int) -> None:
    with suppress(MzsimError), store.change() as connection:
        ledger.count_attempt(connection, id, "the process that answered it came to an end")
        connection.commit()


if __name__ == "__main__":
    main()

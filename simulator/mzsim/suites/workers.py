"""Work on many things in processes: results come in order, and a process that dies takes one thing with it, not the run.

A process is told numbers of things, a few ahead, and answers one at a time: so it is known what was at hand when it died.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

AHEAD = 64
"""At most so many things for each process are begun before the first of them is taken out."""
_AT_HAND = 8
"""Things that a process knows of, so that it never waits for the next."""
if sys.platform == "linux":
    _CONTEXT = multiprocessing.get_context("fork")  # what was imported needn't be imported again
else:
    _CONTEXT = multiprocessing.get_context("spawn")  # a fork is not safe


def cores() -> int:
    """How many processors this process may use."""
    of_this_process = getattr(os, "sched_getaffinity", None)
    return len(of_this_process(0)) if of_this_process else os.cpu_count() or 1


def in_order(things: Sequence[T], do: Callable[[T], R], lost: Callable[[T, str], R], processes: int) -> Iterator[R]:
    """What `do` makes of each thing, in their order; `lost` makes it of one whose process died, and is told how.

    `do` travels to other processes, as do its results. No more than `AHEAD` for each process wait to be taken out.
    """
    pool = _Pool(things, do, lost, min(processes, len(things)))
    try:
        for number in range(len(things)):
            yield pool.result(number)
    finally:
        pool.close()


class _Worker:
    """A process and what it has been told, the thing at hand first."""

    def __init__(self, things: Sequence[T], do: Callable[[T], R], others: list[Connection]) -> None:
        self.connection, its_end = _CONTEXT.Pipe()
        self.told: deque[int] = deque()
        # What it inherits of the ends that belong to others would keep those waiting when this process is killed.
        inherited = [*others, self.connection] if _CONTEXT.get_start_method() == "fork" else []
        self.process = _CONTEXT.Process(target=_work, args=(its_end, inherited, things, do), daemon=True)
        self.process.start()
        its_end.close()

    def tell(self, number: int) -> None:
        """Gives it a thing to do."""
        self.told.append(number)
        with suppress(OSError):  # it died; that shows when it is listened to
            self.connection.send(number)

    def how_it_died(self) -> str:
        """In words, once it has."""
        self.connection.close()
        self.process.join()
        status = self.process.exitcode or 0
        if status < 0:
            with suppress(ValueError):
                return f"was killed ({signal.Signals(-status).name}; out of memory?)"
        return f"ended with status {status}"


class _Pool(Generic[T, R]):
    """The processes, and the results that wait for their turn."""

    def __init__(self, things: Sequence[T], do: Callable[[T], R], lost: Callable[[T, str], R], processes: int) -> None:
        self._things, self._do, self._lost = things, do, lost
        self._waiting: dict[int, R] = {}
        self._again: deque[int] = deque()
        """Things that a process knew of when it died, and had not begun."""
        self._next = 0
        self._ahead = AHEAD * processes
        self._workers: list[_Worker] = []
        for _ in range(processes):
            self._start()

    def result(self, number: int) -> R:
        """The result of a thing; those are asked for in order."""
        while number not in self._waiting:
            self._tell(min(len(self._things), number + self._ahead))
            self._listen()
        return self._waiting.pop(number)

    def close(self) -> None:
        """Ends the processes, whatever they are doing."""
        for worker in self._workers:
            worker.connection.close()
            worker.process.terminate()
        for worker in self._workers:
            worker.process.join()

    def _start(self) -> None:
        self._workers.append(_Worker(self._things, self._do, [w.connection for w in self._workers]))

    def _tell(self, until: int) -> None:
        # One each in turn, so that a few slow things do not wait behind one another.
        for _ in range(_AT_HAND):
            for worker in self._workers:
                if len(worker.told) < _AT_HAND:
                    if self._again:
                        worker.tell(self._again.popleft())
                    elif self._next < until:
                        worker.tell(self._next)
                        self._next += 1

    def _listen(self) -> None:
        heard = wait([worker.connection for worker in self._workers if worker.told])
        for worker in [w for w in self._workers if w.connection in heard]:
            try:
                self._waiting[worker.told[0]] = worker.connection.recv()
            except (EOFError, OSError):
                self._replace(worker)
            else:
                worker.told.popleft()

    def _replace(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        number = worker.told.popleft()
        self._waiting[number] = self._lost(self._things[number], worker.how_it_died())
        self._again.extend(worker.told)
        self._start()


def _work(connection: Connection, inherited: list[Connection], things: Sequence[T], do: Callable[[T], R]) -> None:
    for other in inherited:
        other.close()
    # An interrupt is for the process that the user started; it tells the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    gc.freeze()
    with suppress(EOFError, OSError):  # nobody listens any more
        while True:
            connection.send(do(things[connection.recv()]))

"""A process that does what waits in a cluster, one job after another: `python -m mzsim.cluster.worker`, started by `parent.py`.

Its first line of standard input is JSON: what `Start` holds. When the input ends it finishes what it is at, takes no more and
ends; SIGTERM asks the same. On standard output it tells what it does (see `telling.py`). Where the server goes away it ends too,
as soon as what it is at has failed: the next begins with new connections.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import platform
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from procrastinate.retry import RetryStrategy
from procrastinate.worker import Worker

from mzsim.cluster.answering import Answering
from mzsim.cluster.app import ANSWER, PLAY, STORES, SUITES, queue
from mzsim.cluster.database import Cluster, conninfo
from mzsim.cluster.errors import AwayError
from mzsim.cluster.start import AWAY, CHANGED, HEARTBEAT, LOST_AFTER, Start
from mzsim.cluster.suites.playing import own_folder, play_parcel
from mzsim.cluster.telling import Teller
from mzsim.common.errors import place_of
from mzsim.common.version import __version__
from mzsim.program import rules_of_this_program

_LOOK_EVERY = 1.0
"""Seconds after which it looks for work that it was not told of."""
_WAIT_FOR_SERVER = 2.0
"""Seconds that a worker waits for a connection before it takes the server to be away."""
_NOT_AT_ONCE = "synchronous_commit=off"
"""The queue may forget the last moment before the server fails: what is lost of it is put in, or given back, once more."""
_WHILE_AWAY = RetryStrategy(wait=1, retry_exceptions=[AwayError])
"""What the server was away for is done again, and has not failed."""
_REGISTER = (
    "INSERT INTO werkers (id, computer, proces, programma, regels, wachtrijen) VALUES (%s, %s, %s, %s, %s, %s)"
    " ON CONFLICT DO NOTHING"
)


class _Mistakes(logging.Handler):
    """Tells of what procrastinate logs that is wrong with the program: a job that failed. That the server went away is none."""

    def __init__(self, teller: Teller) -> None:
        super().__init__(logging.ERROR)
        self._teller = teller

    def emit(self, record: logging.LogRecord) -> None:
        self.hear(record.exc_info[1] if record.exc_info else None)

    def hear(self, error: BaseException | None) -> None:
        """Tells of an error, where it is one of the program."""
        if error is not None and not isinstance(error, (ConnectorException, psycopg.Error, AwayError)):
            self._teller.trouble(f"a mistake of the program: {type(error).__name__}{place_of(error)}")


class _Manager(JobManager):
    """That of procrastinate; it writes down more of who is at work, and says when what was done can't be written down."""

    def __init__(
        self, connector: PsycopgConnector, registered: Callable[[int], None], failed: Callable[[], None]
    ) -> None:
        super().__init__(connector)
        self._registered, self._failed = registered, failed

    async def register_worker(self) -> int:
        worker = await super().register_worker()
        self._registered(worker)
        return worker

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:
        with self._or_failed():
            await super().finish_job(job, status, delete_job)

    async def retry_job(self, job: Job, *when: Any, **how: Any) -> None:
        with self._or_failed():
            await super().retry_job(job, *when, **how)

    @contextmanager
    def _or_failed(self) -> Iterator[None]:
        try:
            yield
        except ConnectorException:
            self._failed()
            raise


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # meant for the process above, which ends this one
    logging.getLogger("psycopg.pool").addHandler(logging.NullHandler())
    start = Start(*json.loads(sys.stdin.buffer.readline()))
    status = CHANGED
    if start.rules == rules_of_this_program():
        with closing(Cluster(start.url, _NOT_AT_ONCE)) as cluster:
            teller = Teller(cluster)
            mistakes = _Mistakes(teller)
            logging.getLogger("procrastinate").addHandler(mistakes)
            status = asyncio.run(_work(start, cluster, teller, mistakes))
    sys.stdout.flush()
    os._exit(status)  # by itself Python would wait for who still reads the input


async def _work(start: Start, cluster: Cluster, teller: Teller, mistakes: _Mistakes) -> int:
    """Does what waits until it is asked to stop; the exit status."""
    connector = PsycopgConnector(
        conninfo=conninfo(cluster.url, _NOT_AT_ONCE),
        min_size=1,
        max_size=2,
        timeout=_WAIT_FOR_SERVER,
        configure=_configure,
    )
    app = App(connector=connector)
    queues = [queue(kind) for kind in start.kinds]
    asked = threading.Event()

    def registered(id: int) -> None:
        _registered(queues, cluster, teller, id)
        if asked.is_set():  # before it ran: procrastinate forgets that when it begins
            worker.stop()  # type: ignore[no-untyped-call]

    # A job that isn't known to be over is given back by whoever sees that this worker ended.
    app.job_manager = _Manager(connector, registered, lambda: worker.stop())  # type: ignore[no-untyped-call]
    for kind in start.kinds:
        name, of = _TASKS[kind]
        app.task(name=name, retry=_WHILE_AWAY)(of(start, cluster, teller))
    worker = Worker(
        app,
        queues,
        name=None,
        fetch_job_polling_interval=_LOOK_EVERY,
        delete_jobs="successful",
        install_signal_handlers=False,
        update_heartbeat_interval=HEARTBEAT,
        stalled_worker_timeout=LOST_AFTER,
    )
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, what: mistakes.hear(what.get("exception")))
    stop = _stopper(worker, asked, loop)
    loop.add_signal_handler(signal.SIGTERM, stop)
    threading.Thread(target=_listen, args=(stop,), daemon=True).start()
    try:
        async with app.open_async():
            await worker.run()  # type: ignore[no-untyped-call]
    except (ConnectorException, psycopg.Error):
        return AWAY
    return 0 if asked.is_set() else AWAY


async def _configure(connection: psycopg.AsyncConnection[Any]) -> None:
    await connection.set_autocommit(True)  # each statement is all of what there is to keep


def _stopper(worker: Worker, asked: threading.Event, loop: asyncio.AbstractEventLoop) -> Callable[[], None]:
    def stop() -> None:
        asked.set()
        loop.call_soon_threadsafe(worker.stop)

    return stop


def _listen(stop: Callable[[], None]) -> None:
    """Has the worker stop when the input ends: whoever started it asks for that, or is gone."""
    for _ in sys.stdin.buffer:
        pass
    stop()


def _registered(queues: list[str], cluster: Cluster, teller: Teller, id: int) -> None:
    with cluster.connection() as connection:
        row = [id, platform.node(), os.getpid(), __version__, rules_of_this_program(), queues]
        connection.execute(_REGISTER, row)
    teller.registered(id)


Task = Callable[..., None]


def _answering(start: Start, cluster: Cluster, teller: Teller) -> Task:
    return Answering(cluster, start.kinds, Path(start.folder), teller).answer


def _playing(start: Start, cluster: Cluster, _: Teller) -> Task:
    folder = own_folder(Path(start.folder))
    gc.freeze()  # what was imported stays

    def play(run: str, brok: int, **_: Any) -> None:
        play_parcel(cluster, folder, run, brok)

    return play


_TASKS: Mapping[str, tuple[str, Callable[[Start, Cluster, Teller], Task]]] = {
    STORES: (ANSWER, _answering),
    SUITES: (PLAY, _playing),
}
"""What is done of each kind of work: the name of the task, and how it is made."""


if __name__ == "__main__":
    main()

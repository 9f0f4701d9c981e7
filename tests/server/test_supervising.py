"""Who answers is stopped while the store becomes another, and followed by another whatever the store does meanwhile."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mzsim.common.errors import StoreError
from mzsim.server import supervising
from mzsim.server.portal_store import PortalStore
from mzsim.server.supervising import Supervisor
from mzsim.store import ledger
from mzsim.store.connection import Connection
from tests.server.conftest import submit


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Of each worker that is started, whether it follows one that came to an untimely end; none is really started."""
    found: list[bool] = []

    def start(supervisor: Supervisor) -> None:
        found.append(supervisor._crashed)

    monkeypatch.setattr(Supervisor, "_start", start)
    monkeypatch.setattr(supervising, "_AGAIN_AFTER", 0.001)
    return found


def _supervisor(folder: Path, waits: Callable[[], bool]) -> Supervisor:
    return Supervisor("sqlite://", folder, waits, lambda _: None)


def _waits_after(times: int) -> Callable[[], bool]:
    left = iter(range(times))

    def waits() -> bool:
        if next(left, None) is not None:
            raise StoreError("can't be read")
        return True

    return waits


@pytest.fixture
def ended() -> Iterator[subprocess.Popen[bytes]]:
    """A worker that came to an untimely end."""
    with subprocess.Popen(
        [sys.executable, "-S", "-c", "raise SystemExit(9)"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        yield process


def test_a_worker_is_followed_once_the_store_can_be_read(
    tmp_path: Path, started: list[bool], ended: subprocess.Popen[bytes], caplog: pytest.LogCaptureFixture
) -> None:
    """And that it came to an untimely end still counts. The log says once what is waited for."""
    supervisor = _supervisor(tmp_path, _waits_after(5))
    supervisor._process = ended
    supervisor._follow(ended)
    assert started == [True]
    assert caplog.text.count("can't be read") == 1


def test_who_comes_first_starts_the_worker_that_follows(
    tmp_path: Path, started: list[bool], ended: subprocess.Popen[bytes]
) -> None:
    """An upload, while the store can't be read yet."""

    def waits() -> bool:
        if not started:
            supervisor.wake()
            supervisor._process = ended
        raise StoreError("can't be read")

    supervisor = _supervisor(tmp_path, waits)
    supervisor._process = ended
    supervisor._follow(ended)
    assert started == [True]


def test_work_is_resumed_once_the_store_can_be_read(tmp_path: Path, started: list[bool]) -> None:
    supervisor = _supervisor(tmp_path, _waits_after(3))
    supervisor.stop()
    supervisor.resume()
    end = time.monotonic() + 20
    while not started and time.monotonic() < end:
        time.sleep(0.002)
    assert started == [False]


def test_nobody_looks_any_more_once_it_is_stopped(
    tmp_path: Path, started: list[bool], ended: subprocess.Popen[bytes]
) -> None:
    def waits() -> bool:
        supervisor.stop()
        raise StoreError("was closed")

    supervisor = _supervisor(tmp_path, waits)
    supervisor._process = ended
    supervisor._follow(ended)
    assert started == []


class _Stub(Supervisor):
    """Says whether anything may be answered, and whether somebody stopped that since."""

    def __init__(self) -> None:
        self.works, self.stopped = True, threading.Event()

    def wake(self) -> None:
        pass

    def stop(self) -> None:
        self.works = False
        self.stopped.set()

    def resume(self) -> None:
        self.works = True


def test_nothing_is_answered_while_any_reset_is_under_way(shop: PortalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that is done first doesn't start the worker within the other."""
    stub, real, works = _Stub(), ledger.empty, []
    other = threading.Thread(target=shop.reset)

    def empty(connection: Connection) -> None:
        if not works:
            stub.stopped.clear()
            other.start()
            stub.stopped.wait(0.2)
        works.append(stub.works)
        real(connection)
        time.sleep(0.05)
        works.append(stub.works)

    monkeypatch.setattr(ledger, "empty", empty)
    shop.supervised_by(stub)
    submit(shop)
    shop.reset()
    other.join(20)
    assert works == [False] * 4
    assert stub.works

"""Who answers is stopped while the store becomes another, and followed by another whatever the store does meanwhile."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from io import BytesIO
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
def started(monkeypatch: pytest.MonkeyPatch) -> list[int | None]:
    """Of each worker that is started, at what the one before it came to an untimely end; none is really started."""
    found: list[int | None] = []

    def start(supervisor: Supervisor) -> None:
        found.append(supervisor._crashed_at)

    monkeypatch.setattr(Supervisor, "_start", start)
    monkeypatch.setattr(supervising, "_AGAIN_AFTER", 0.001)
    return found


def _supervisor(folder: Path, waits: Callable[[], bool]) -> Supervisor:
    return Supervisor("sqlite://", folder, waits, lambda: None)


def _waits_after(times: int) -> Callable[[], bool]:
    left = iter(range(times))

    def waits() -> bool:
        if next(left, None) is not None:
            raise StoreError("can't be read")
        return True

    return waits


@pytest.fixture
def ended() -> Iterator[subprocess.Popen[bytes]]:
    """A worker that came to an untimely end, at submission 7."""
    program = 'print(\'{"id": 7, "deel": 0.0}\'); raise SystemExit(9)'
    with subprocess.Popen(
        [sys.executable, "-S", "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        yield process


def test_a_worker_is_followed_once_the_store_can_be_read(
    tmp_path: Path, started: list[int | None], ended: subprocess.Popen[bytes], caplog: pytest.LogCaptureFixture
) -> None:
    """And at what it came to an untimely end is still known. The log says once what is waited for."""
    supervisor = _supervisor(tmp_path, _waits_after(5))
    supervisor._process = ended
    supervisor._follow(ended)
    assert started == [7]
    assert caplog.text.count("can't be read") == 1


def test_who_comes_first_starts_the_worker_that_follows(
    tmp_path: Path, started: list[int | None], ended: subprocess.Popen[bytes]
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
    assert started == [7]


def test_work_is_resumed_once_the_store_can_be_read(tmp_path: Path, started: list[int | None]) -> None:
    supervisor = _supervisor(tmp_path, _waits_after(3))
    supervisor.stop()
    supervisor.resume()
    end = time.monotonic() + 20
    while not started and time.monotonic() < end:
        time.sleep(0.002)
    assert started == [None]


def test_nobody_looks_any_more_once_it_is_stopped(
    tmp_path: Path, started: list[int | None], ended: subprocess.Popen[bytes]
) -> None:
    def waits() -> bool:
        supervisor.stop()
        raise StoreError("was closed")

    supervisor = _supervisor(tmp_path, waits)
    supervisor._process = ended
    supervisor._follow(ended)
    assert started == []


@pytest.mark.parametrize(
    ("told", "at"),
    [
        ([], None),
        ([(7, 0)], 7),
        ([(7, 0), (7, 0.4), (7, 0.999)], 7),
        ([(7, 0), (7, 1)], None),
        ([(7, 0), (None, 0)], None),
        ([(7, 0), (None, 0), (9, 0)], 9),
        ([(7, 0), (7, 1), (8, 0), (8, 0.3)], 8),
    ],
)
def test_what_was_being_answered_is_known(told: list[tuple[int | None, float]], at: int | None, tmp_path: Path) -> None:
    lines = b"".join(json.dumps({"id": id, "deel": part}).encode() + b"\n" for id, part in told)
    supervisor = _supervisor(tmp_path, lambda: False)
    assert supervisor._listen(BytesIO(lines)) == at
    assert supervisor.part(8) == max((part for id, part in told if id == 8 and part < 1), default=0)


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
    shop.answered_by(stub)
    submit(shop)
    shop.reset()
    other.join(20)
    assert works == [False] * 4
    assert stub.works

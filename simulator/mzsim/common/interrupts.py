"""Signals that stop a run, and when they have to wait."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Lets the signals that stop a run wait until two things that belong together are both done.

    Only the main thread hears signals; in another there is nothing to hold.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    got: list[int] = []
    earlier = {
        number: signal.signal(number, lambda received, _: got.append(received))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)
    for received in got:
        signal.raise_signal(received)

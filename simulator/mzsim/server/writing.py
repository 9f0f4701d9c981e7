"""Threads to write to a store in: who waits for one that is in use holds up nobody who asks another."""

from __future__ import annotations

from asyncio import AbstractEventLoop, get_running_loop
from collections.abc import Callable
from typing import TypeVar
from weakref import WeakKeyDictionary, WeakValueDictionary

from anyio import CapacityLimiter
from anyio.to_thread import run_sync

_AT_ONCE = 4
"""Threads of one store; who comes when all of them wait, waits without one."""
_limiters: WeakKeyDictionary[AbstractEventLoop, WeakValueDictionary[str, CapacityLimiter]] = WeakKeyDictionary()
Value = TypeVar("Value")


async def writing(store: str, work: Callable[..., Value], *arguments: object) -> Value:
    """Runs what may write to a store in a thread of that store."""
    of_loop = _limiters.setdefault(get_running_loop(), WeakValueDictionary())
    limiter = of_loop.get(store)
    if limiter is None:
        limiter = of_loop[store] = CapacityLimiter(_AT_ONCE)
    return await run_sync(work, *arguments, limiter=limiter)

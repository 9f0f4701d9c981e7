"""Threads beside those that answer everybody: who waits in one of them holds up nobody who asks something else."""

from __future__ import annotations

from asyncio import AbstractEventLoop, get_running_loop
from collections.abc import Callable
from typing import TypeVar
from weakref import WeakKeyDictionary, WeakValueDictionary

from anyio import CapacityLimiter
from anyio.to_thread import run_sync

_OF_A_STORE, _WAITING = 4, 200
"""Threads to write to one store in, and to wait in for something to happen; who comes when all are taken waits without one."""
_limiters: WeakKeyDictionary[AbstractEventLoop, WeakValueDictionary[str | None, CapacityLimiter]] = WeakKeyDictionary()
Value = TypeVar("Value")


async def writing(store: str, work: Callable[..., Value], *arguments: object) -> Value:
    """Runs what may write to a store in a thread of that store."""
    return await _beside(store, _OF_A_STORE, work, *arguments)


async def lasting(work: Callable[..., Value], *arguments: object) -> Value:
    """Runs what lasts, as it waits for something to happen, in a thread for that."""
    return await _beside(None, _WAITING, work, *arguments)


async def _beside(whose: str | None, most: int, work: Callable[..., Value], *arguments: object) -> Value:
    of_loop = _limiters.setdefault(get_running_loop(), WeakValueDictionary())
    limiter = of_loop.get(whose)
    if limiter is None:
        limiter = of_loop[whose] = CapacityLimiter(most)
    return await run_sync(work, *arguments, limiter=limiter)

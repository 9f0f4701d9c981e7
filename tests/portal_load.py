"""How much the portal takes: `python -m tests.portal_load --seconds 120 --clients 50`.

So many clients hand in a declaration, poll until it has ended, fetch the retour, and begin anew, all at once. Before and after it
the same clients ask an endpoint of bare Starlette, which does nothing, in a process of its own as the portal is: the ratio says
what the portal costs, whatever else the machine does. Ends with status 1 where a request failed or a retour is not there.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import httpx

from tests.commands import invoke, surroundings
from tests.factories import simple
from tests.make_inv3 import STORE

_BARE = """
import sys, uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route
async def nothing(request):
    return JSONResponse({})
print("http://127.0.0.1:" + sys.argv[1] + "/", flush=True)
uvicorn.run(Starlette(routes=[Route("/", nothing)]), port=int(sys.argv[1]), access_log=False, log_level="error", http="h11")
"""
_PAUSE = 0.5
"""Seconds between two looks of a client that waits: as many as a real one would take at least."""

Turn = Callable[[httpx.AsyncClient, "Seen"], Awaitable[None]]


class Seen:
    """What the clients saw: how long each kind of request took, in seconds, and what went wrong."""

    def __init__(self) -> None:
        self.took: defaultdict[str, list[float]] = defaultdict(list)
        self.wrong: Counter[str] = Counter()

    async def ask(self, kind: str, request: Awaitable[httpx.Response], *statuses: int) -> httpx.Response | None:
        """Asks, and takes down how that went; None where it went wrong."""
        began = time.perf_counter()
        try:
            answer = await request
        except httpx.HTTPError as error:
            self.wrong[f"{kind}: {type(error).__name__}"] += 1
            return None
        self.took[kind].append(time.perf_counter() - began)
        if answer.status_code not in statuses:
            self.wrong[f"{kind}: {answer.status_code}"] += 1
            return None
        return answer


def turns() -> Turn:
    """What a client does once; each declaration has a factuurnummer of its own."""
    numbers = count()

    async def turn(client: httpx.AsyncClient, seen: Seen) -> None:
        content = bytes(simple(r0116=f"L{next(numbers)}"))
        sent = await seen.ask("submit", client.post("/s/proef/inzendingen?datum=2011-05-02", content=content), 202)
        if sent is None:
            return
        place = sent.headers["location"]
        while True:
            stands = await seen.ask("poll", client.get(place), 200)
            if stands is None:
                return
            if stands.json()["retour_status"]:
                break
            await asyncio.sleep(_PAUSE)
        if await seen.ask("fetch", client.get(f"{place}/retour"), 200) is not None:
            seen.took["answered"].append(0)

    return turn


async def nothing(client: httpx.AsyncClient, seen: Seen) -> None:
    """Asks what does nothing."""
    await seen.ask("bare", client.get("/"), 200)


async def play(url: str, turn: Turn, clients: int, seconds: float) -> tuple[Seen, float]:
    """Lets clients take turns for so long; what they saw, and how long it took until the last was done."""
    seen = Seen()
    limits = httpx.Limits(max_connections=clients, max_keepalive_connections=clients)
    async with httpx.AsyncClient(base_url=url, timeout=60, limits=limits) as client:
        began = time.perf_counter()

        async def one() -> None:
            while time.perf_counter() - began < seconds:
                await turn(client, seen)

        await asyncio.gather(*(one() for _ in range(clients)))
        return seen, time.perf_counter() - began


@contextmanager
def process(words: list[str]) -> Iterator[str]:
    """A server as a process of its own, from when it answers; its URL is what it prints first."""
    with subprocess.Popen(
        words, env=surroundings(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as run:
        assert run.stdout is not None
        url = run.stdout.readline().rpartition(" ")[2].strip().rstrip("/")
        try:
            for _ in range(200):
                try:
                    httpx.get(f"{url}/livez")
                    break
                except httpx.HTTPError:
                    time.sleep(0.1)
            yield url
        finally:
            run.terminate()


def p99(times: list[float]) -> float:
    """Milliseconds within which ninety-nine of a hundred were answered."""
    return statistics.quantiles(times, n=100)[-1] * 1000 if len(times) > 1 else 0.0


def bare(clients: int, seconds: float) -> float:
    """What bare Starlette answers a second."""
    port = 20_000 + os.getpid() % 20_000
    with process([sys.executable, "-c", _BARE, str(port)]) as url:
        seen, took = asyncio.run(play(url, nothing, clients, seconds))
    return len(seen.took["bare"]) / took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=120)
    asked = parser.parse_args()
    short = min(10.0, asked.seconds / 4)
    before = bare(asked.clients, short)
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, "-m", "mzsim", "serve", "--port", "0", "--map", f"{folder}/portal"]
        with process(words) as url:
            invoke("db", "load", STORE, "--store", Path(folder) / "portal" / "proef.db")
            seen, took = asyncio.run(play(url, turns(), asked.clients, asked.seconds))
    after = bare(asked.clients, short)
    requests = sum(len(times) for kind, times in seen.took.items() if kind != "answered")
    for kind in ("submit", "poll", "fetch"):
        times = seen.took[kind]
        print(f"{kind}: {len(times):,}, p50 {statistics.median(times or [0]) * 1000:.0f} ms, p99 {p99(times):.0f} ms")
    accepted, answered = len(seen.took["submit"]) / took, len(seen.took["answered"]) / took
    plain = (before + after) / 2
    print(f"accepted {accepted:.1f} and answered {answered:.1f} a second; {requests / took:.0f} requests a second")
    print(f"bare Starlette: {plain:.0f} requests a second; the portal {requests / took / plain:.2f} of that")
    for what, times_wrong in seen.wrong.items():
        print(f"WRONG: {what}: {times_wrong}")
    print(f"{sum(seen.wrong.values())} went wrong")
    raise SystemExit(bool(seen.wrong))


if __name__ == "__main__":
    main()

"""How much the portal takes, with locust: `python -m tests.portal_load --seconds 120 --clients 50`.

So many clients hand in a declaration, poll until it has ended, fetch the retour, and begin anew, all at once. Before and after it
the same clients ask an endpoint of bare Starlette, which does nothing, in a process of its own as the portal is: the ratio says
what the portal costs, whatever else the machine does. Then a few readers open pages while a large declaration is answered.

Ends with status 1 where a request failed or a retour is not there. locust is no part of the extra `test`: pip install locust.
"""

# isort: off
import locust  # it replaces what blocks by what waits, so it comes before all that may block
# isort: on

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path

import gevent
import httpx
from locust.contrib.fasthttp import FastHttpUser
from locust.env import Environment
from locust.exception import StopUser
from locust.stats import StatsEntry

from tests.commands import surroundings
from tests.factories import simple
from tests.make_inv3 import STORE

_BARE = """
import socket, uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route
async def nothing(request):
    return JSONResponse({})
free = socket.create_server(("127.0.0.1", 0))
print("http://127.0.0.1:%d" % free.getsockname()[1], flush=True)
app = Starlette(routes=[Route("/", nothing)])
uvicorn.Server(uvicorn.Config(app, access_log=False, log_level="error", http="h11")).run([free])
"""
_PAUSE = 0.5
"""Seconds between two looks of a client that waits: as many as a real one would take at least."""
_READERS = 10
_HTML = {"Accept": "text/html"}
_NUMBERS = count()


class Client(FastHttpUser):
    """Somebody who goes on until it is time, and then ends what he began."""

    abstract = True
    until = 0.0

    def go_on(self) -> None:
        """Leaves where it is time."""
        if time.monotonic() >= self.until:
            raise StopUser


class Asker(Client):
    """Asks what does nothing."""

    @locust.task
    def ask(self) -> None:
        """Asks once."""
        self.go_on()
        self.client.get("/", name="bare")


class Practice(Client):
    """Hands in declarations, each with a factuurnummer of its own, and wants the retour of each."""

    @locust.task
    def declare(self) -> None:
        """Hands one in, polls until it has ended, and fetches its retour."""
        self.go_on()
        content = bytes(simple(r0116=f"L{next(_NUMBERS)}"))
        sent = self.client.post("/s/proef/inzendingen?datum=2011-05-02", data=content, name="submit")
        if sent.status_code != 202:
            return
        place = sent.headers["location"]
        while True:
            stands = self.client.get(place, name="poll")
            if stands.status_code != 200 or stands.json()["retour_status"]:
                break
            gevent.sleep(_PAUSE)
        with self.client.get(f"{place}/retour", name="fetch", catch_response=True) as fetched:
            if not (fetched.content or b"").startswith(b"01"):
                fetched.failure("no retour")


class Reader(Client):
    """Opens one page after another, as fast as a person clicks, until the large declaration was answered."""

    wait_time = locust.between(0.25, 0.75)
    paths: tuple[str, ...] = ()
    answered: gevent.Greenlet

    def on_start(self) -> None:
        self.at = next(_NUMBERS)
        gevent.sleep(0.05 * (self.at % _READERS))  # people don't begin at the same moment

    @locust.task
    def read(self) -> None:
        """Opens a page."""
        self.go_on()
        if self.answered.ready():
            raise StopUser
        self.at += 1
        path = self.paths[self.at % len(self.paths)]
        self.client.get(path, name=path, headers=_HTML)


def play(url: str, kind: type[Client], clients: int, seconds: float) -> tuple[Environment, float]:
    """Lets so many clients go on for so long; what was counted, and how long it took until the last had ended."""
    kind.until = time.monotonic() + seconds
    environment = Environment(user_classes=[kind], host=url)
    runner = environment.create_local_runner()
    began = time.monotonic()
    runner.start(clients, spawn_rate=clients)
    gevent.sleep(min(seconds, 1))
    while runner.user_count:
        gevent.sleep(0.05)
    took = time.monotonic() - began
    runner.quit()
    return environment, took


def told(entry: StatsEntry) -> str:
    """A kind of request: how many, and how long half of them and ninety-nine of a hundred took at most, in milliseconds."""
    half, most = (entry.get_response_time_percentile(part) for part in (0.5, 0.99))
    return f"{entry.name}: {entry.num_requests:,}, p50 {half} ms, p99 {most} ms"


@contextmanager
def process(words: list[str]) -> Iterator[str]:
    """A server as a process of its own; its URL is the last word that it prints first."""
    with subprocess.Popen(
        [sys.executable, *words], env=surroundings(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().split()[-1].rstrip("/")
        finally:
            server.terminate()


def portal(store: Path) -> AbstractContextManager[str]:
    """A portal with this store."""
    return process(["-m", "mzsim", "serve", "--port", "0", "--store", str(store)])


def run(module: str, *words: object) -> None:
    """Runs a program to its end."""
    subprocess.run(
        [sys.executable, "-m", module, *map(str, words)], env=surroundings(), check=True, stdout=subprocess.DEVNULL
    )


def bare(clients: int, seconds: float) -> float:
    """What bare Starlette answers a second."""
    with process(["-c", _BARE]) as url:
        environment, took = play(url, Asker, clients, seconds)
    return environment.stats.total.num_requests / took


def practices(clients: int, seconds: float) -> int:
    """Prints what the portal takes and answers; returns how much went wrong."""
    short = min(10.0, seconds / 4)
    before = bare(clients, short)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "proef.db"
        run("mzsim", "db", "upgrade", "--store", place)
        run("mzsim", "db", "load", STORE, "--store", place)
        with portal(place) as url:
            environment, took = play(url, Practice, clients, seconds)
    plain = (before + bare(clients, short)) / 2
    of = {entry.name: entry for entry in environment.stats.entries.values()}
    for kind in ("submit", "poll", "fetch"):
        print(told(of[kind]))
    accepted, answered = (of[kind].num_requests / took for kind in ("submit", "fetch"))
    requests = environment.stats.total.num_requests / took
    print(f"accepted {accepted:.1f} and answered {answered:.1f} a second; {requests:.0f} requests a second")
    print(f"bare Starlette: {plain:.0f} requests a second; the portal {requests / plain:.2f} of that")
    return failures(environment)


def failures(environment: Environment) -> int:
    """Prints what failed; returns how often."""
    for error in environment.stats.errors.values():
        print(f"WRONG: {error.name}: {error.error}: {error.occurrences}")
    return environment.stats.total.num_failures


def submit(client: httpx.Client, content: bytes) -> str:
    """The path of a submission."""
    sent = client.post("/s/proef/inzendingen?datum=2026-04-02", content=content)
    return str(sent.raise_for_status().headers["location"])


def wait(client: httpx.Client, place: str) -> str:
    """How a submission stands once there is a retour."""
    while not (stands := client.get(place).json())["retour_status"]:
        gevent.sleep(_PAUSE)
    return str(stands["status"])


def pages(place: str) -> tuple[str, ...]:
    """What a tester looks at."""
    shop = ("/s/proef/inzendingen", place, "/s/proef/winkel")
    return "/", *shop, "/personas", "/controles", "/manual/portal"


def readers(prestaties: int) -> int:
    """Prints how long pages take while a large declaration is answered; returns how much went wrong. All have been opened once
    before, with a small one: what is done for the first time takes longer."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder)
        run("tests.benchmark_files", made, prestaties, prestaties // 12, prestaties // 12)
        with portal(made / "store.db") as url, httpx.Client(base_url=url, timeout=120) as client:
            small = submit(client, bytes(simple()))
            wait(client, small)
            for path in pages(small):
                client.get(path, headers=_HTML).raise_for_status()
            place = submit(client, (made / "declaratie.asc").read_bytes())
            Reader.paths = pages(place)
            Reader.answered = gevent.spawn(wait, client, place)
            environment, took = play(url, Reader, _READERS, 600)
            stands = Reader.answered.get()
    print(f"a declaration of {prestaties:,} prestatierecords: {stands}, in {took:.0f} s, meanwhile")
    for entry in environment.stats.entries.values():
        print(f"  {told(entry)}")
    print(f"  all {told(environment.stats.total)}")
    return failures(environment)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--prestaties", type=int, default=350_000, help="of the large declaration")
    asked = parser.parse_args()
    wrong = practices(asked.clients, asked.seconds) + readers(asked.prestaties)
    print(f"{wrong} went wrong")
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()

"""Kills the processes of a cluster by the hundred, and counts what was lost: `python -m tests.cluster_portal --rounds 200`.

Two portals and two workers share a cluster on PostgreSQL, as MZSIM_TEST_POSTGRES says. In each round declarations are submitted
over HTTP, to either portal, by somebody who tries again with the same key until he hears that they are accepted; and one process
is killed meanwhile, at any moment or aimed at an edge (`cluster_edges.py`), and started again. However it went: of every
submission that was accepted there is exactly one retour, and all of them are, to the byte and in their order, those of the
command line.

In the rounds `resets` a store is emptied while it is answered, and in the rounds `drops` dropped and made anew under its name, by
either portal: nothing of before is in it then.
"""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import httpx
import sqlalchemy as sa

from mzsim.cluster import schema
from mzsim.cluster.database import Cluster
from mzsim.store.ledger import EMPTIED
from mzsim.store.loading import load_file
from mzsim.store.session import open_store
from tests.cluster_edges import AIMED, SITE, Aim, Target
from tests.commands import DATE, ON_DATE, invoke, order, surroundings
from tests.databases import databases
from tests.factories import simple
from tests.kill_rounds import count_rounds
from tests.make_inv3 import STORE

ROOT = Path(__file__).parents[1]
_AT_A_TIME = 3
"""Declarations of a round."""
_WITHIN = 90.0
"""Seconds in which something that is killed must be made good."""
ENDED = ("afgehandeld", "afgekeurd_door_vecozo")


def declaration(number: int) -> bytes:
    """One of four kinds: granted, granted otherwise, a test message, and one that VECOZO sends back."""
    otherwise: dict[str, str] = [
        {},
        {"r0408": "20110331", "r0424": "00001100", "r0426": "00001100"},
        {"r0105": "T"},
        {"r0408": "20110230"},
    ][number % 4]
    return bytes(simple(r0116=f"K{number}", r0432=f"K{number}", **otherwise))


class Process:
    """A process that is started again when it was killed."""

    def __init__(self, words: list[object], log: Path, otherwise: dict[str, str]) -> None:
        self._words, self._log, self._otherwise = words, log, otherwise
        self._start()

    def _start(self) -> None:
        with self._log.open("ab") as log:
            self.running = subprocess.Popen(
                order(*self._words), env=surroundings(**self._otherwise), stdout=log, stderr=log
            )

    def again(self) -> bool:
        """Starts it where it is no more; whether that was so."""
        if self.running.poll() is None:
            return False
        self._start()
        return True

    def end(self) -> None:
        self.running.kill()
        self.running.wait()

    def kill(self, chance: random.Random) -> str:
        """Kills it, or in two of three cases the worker that it started, where it has one."""
        children = Path(f"/proc/{self.running.pid}/task/{self.running.pid}/children").read_text().split()
        if self._words[0] == "worker" and children and chance.random() < 2 / 3:
            with suppress(ProcessLookupError):
                os.kill(int(children[0]), signal.SIGKILL)
            return "worker killed"
        self.end()
        return "portal killed" if self._words[0] == "serve" else "parent of a worker killed"


class Accepted(NamedTuple):
    """A submission that was accepted, and the retour that came back."""

    number: int
    retour: bytes


class Ground:
    """A cluster with two portals and two workers."""

    def __init__(self, url: str, folder: Path, at_the_end: ExitStack) -> None:
        self.engine = sa.create_engine(url, poolclass=sa.NullPool)
        self.target = Target(folder)
        self.folder = folder
        (folder / "site").mkdir()
        (folder / "site" / "sitecustomize.py").write_text(SITE)
        path = os.pathsep.join(map(str, (folder / "site", ROOT, ROOT / "simulator")))
        otherwise = {"PYTHONPATH": path, **self.target.surroundings}
        ports = [_free_port() for _ in range(2)]
        serve = [["serve", "--store", url, "--port", port, "--map", folder / "werk"] for port in ports]
        work: list[object] = ["worker", "--store", url, "--concurrency", 1]
        self.processes = [
            Process(words, folder / f"{number}.log", otherwise) for number, words in enumerate([*serve, work, work])
        ]
        for process in self.processes:
            at_the_end.callback(process.end)
        self.portals = [
            at_the_end.enter_context(httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30)) for port in ports
        ]

    def ask(self, method: str, path: str, first: int = 0, **sent: object) -> httpx.Response:
        """Asks one portal and the other in turn, until one answers that isn't out of order."""
        until = time.monotonic() + _WITHIN
        while True:
            with suppress(httpx.TransportError):
                answer = self.portals[first % 2].request(method, path, **sent)  # type: ignore[arg-type]
                if answer.status_code < 500:
                    return answer
            if time.monotonic() > until:
                raise AssertionError(f"{method} {path}: no portal answered in time")
            first += 1
            self.start_again()
            time.sleep(0.05)

    def start_again(self) -> None:
        """Starts what was killed."""
        for process in self.processes:
            process.again()

    def make(self, store: str) -> None:
        """A store with the insurer of INV chapter 3."""
        assert self.ask("POST", "/winkels", json={"naam": store}).status_code == 201
        self.load(store)

    def load(self, store: str) -> None:
        self.ask("POST", f"/s/{store}/winkel", content=STORE.read_bytes()).raise_for_status()

    def count(self, store: str, table: str, where: str = "true") -> int:
        """The rows of a table."""
        with self.engine.connect() as connection:
            return int(connection.scalar(sa.text(f"SELECT count(*) FROM mzsim_{store}.{table} WHERE {where}")) or 0)

    def busy(self) -> bool:
        """Whether a worker is at something, or is told to be."""
        with self.engine.connect() as connection:
            jobs = "SELECT count(*) FROM mzsim.procrastinate_jobs WHERE status IN ('todo', 'doing')"
            return bool(connection.scalar(sa.text(jobs)))


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def ground(folder: Path) -> Iterator[Ground]:
    """All that the rounds need."""

    def prefetch(url: str) -> None:
        with closing(Cluster(url)) as cluster:
            schema.init(cluster)

    folder.mkdir(parents=True, exist_ok=True)
    with databases("postgresql", folder, prefetch) as maker, ExitStack() as at_the_end:
        yield Ground(maker(), folder, at_the_end)


class Rounds:
    """Rounds in one store, whose declarations are numbered through."""

    def __init__(self, ground: Ground, chance: random.Random) -> None:
        self._ground, self._chance = ground, chance
        self._accepted: dict[int, Accepted] = {}
        self._next = 0
        ground.make("proef")

    def play(self, aim: Aim | None) -> Iterator[str]:
        """Gives what there is to count; what is in capitals may not be."""
        ground = self._ground
        if aim is not None:
            ground.target.set(aim)
        killer = threading.Thread(target=lambda: None) if aim else self._kill_soon()
        killer.start()
        numbers = range(self._next, self._next + _AT_A_TIME)
        self._next += _AT_A_TIME
        ids = {number: self._submit(number) for number in numbers}
        for number, id in ids.items():
            yield from self._answered(number, id)
        killer.join()
        if aim is not None:
            yield "killed at an edge" if ground.target.clear() else "edge not reached"
        else:
            yield self._killed
        ground.start_again()

    def _kill_soon(self) -> threading.Thread:
        victim, pause = self._chance.choice(self._ground.processes), self._chance.uniform(0, 0.5)

        def kill() -> None:
            time.sleep(pause)
            self._killed = victim.kill(self._chance)

        return threading.Thread(target=kill)

    def _submit(self, number: int) -> int:
        answer = self._ground.ask(
            "POST",
            f"/s/proef/inzendingen?datum={DATE}&bestandsnaam=k{number}.asc",
            self._chance.randrange(2),
            content=declaration(number),
            headers={"idempotency-key": f"k{number}"},
        )
        assert answer.status_code == 202, answer.text
        return int(answer.json()[0]["id"])

    def _answered(self, number: int, id: int) -> Iterator[str]:
        until, status = time.monotonic() + _WITHIN, ""
        while status not in (*ENDED, "fout") and time.monotonic() < until:
            status = self._ground.ask("GET", f"/s/proef/inzendingen/{id}?wacht=1", id).json()["status"]
            self._ground.start_again()
        retours = {self._ground.ask("GET", f"/s/proef/inzendingen/{id}/retour", turn).content for turn in range(2)}
        yield "submissions"
        if status not in ENDED or len(retours) != 1:
            yield f"NOT ANSWERED: {status.upper()}" if status not in ENDED else "TWO RETOURS"
        if id in self._accepted:
            yield "DOUBLED"
        self._accepted[id] = Accepted(number, retours.pop())

    def look(self) -> Iterator[str]:
        """Looks at all of them together."""
        ground, number = self._ground, self._next
        retours = [one["inzending"] for one in _all(lambda after: self._page("retouren", after))]
        found = [one["id"] for one in _all(lambda after: self._page("inzendingen", after))]
        if found != sorted(self._accepted):
            yield "LOST" if len(found) < number else "DOUBLED"
        if sorted(retours) != found:
            yield "LOST" if len(retours) < number else "DOUBLED"
        if ground.count("proef", "portaalretouren") != number:
            yield "DOUBLED"
        lasting = sum(one.number % 4 != 2 for one in self._accepted.values())
        if ground.count("proef", "inzendingen") != lasting:
            yield "NOT AS RECORDED"
        for one, expected in zip(self._in_order(), self._by_command_line(), strict=True):
            yield "as the command line" if one.retour == expected else "ANOTHER RETOUR"

    def _page(self, what: str, after: int) -> list[dict[str, int]]:
        found: list[dict[str, int]] = self._ground.ask("GET", f"/s/proef/{what}?na={after}&limit=100").json()[what]
        return found

    def _in_order(self) -> list[Accepted]:
        return [self._accepted[id] for id in sorted(self._accepted)]

    def _by_command_line(self) -> Iterator[bytes]:
        """The retours of a store in which the same was replayed, in the order in which it was accepted."""
        folder = self._ground.folder
        url = f"sqlite:///{folder / 'regel.db'}"
        with closing(open_store(url)) as store:
            load_file(store, STORE)
        for one in self._in_order():
            file, out = folder / f"k{one.number}.asc", folder / "uit.asc"
            file.write_bytes(declaration(one.number))
            ended = invoke("replay", file, "--store", url, *ON_DATE, "--out", out)
            assert ended.exit_code == 0, ended.output
            yield out.read_bytes()
            out.unlink()
            file.unlink()


def _all(page: Callable[[int], list[dict[str, int]]]) -> list[dict[str, int]]:
    found: list[dict[str, int]] = []
    while more := page(found[-1]["id"] if found else 0):
        found += more
    return found


def reset(ground: Ground, first: int) -> None:
    """Empties a store, by one of the portals."""
    ground.ask("POST", "/s/leeg/winkel/reset", first).raise_for_status()


def drop(ground: Ground, first: int) -> None:
    """Drops it, and makes another of its name by the other portal."""
    ground.ask("DELETE", "/winkels/leeg", first).raise_for_status()
    ground.ask("POST", "/winkels", first + 1, json={"naam": "leeg"}).raise_for_status()


def begin_anew(ground: Ground, chance: random.Random, empty: Callable[[Ground, int], None]) -> Iterator[str]:
    """Empties a store in some way while it is answered."""
    for number in range(6):
        ground.ask("POST", f"/s/leeg/inzendingen?datum={DATE}", number, content=declaration(number)).raise_for_status()
    time.sleep(chance.uniform(0, 0.5))
    empty(ground, chance.randrange(2))
    until = time.monotonic() + _WITHIN
    while ground.busy() and time.monotonic() < until:
        time.sleep(0.05)
    left = [table for table in EMPTIED if ground.count("leeg", table)]
    yield f"LEFT OF BEFORE: {', '.join(left)}" if left else "emptied"
    ground.load("leeg")


def count_up(_: str, folder: Path, wanted: dict[str, int], seed: int) -> dict[str, Counter[str]]:
    """Plays the rounds: every edge in turn, and any moment."""
    found = {name: Counter[str]() for name in wanted}
    chance = random.Random(seed)
    with ground(folder) as place:
        rounds = Rounds(place, chance)
        for turn in range(wanted["rounds"]):
            aim = AIMED[turn // 2 % len(AIMED)] if turn % 2 else None
            found["rounds"].update(["rounds", *rounds.play(aim)])
        found["rounds"].update(rounds.look())
        place.make("leeg")
        for name, empty in {"resets": reset, "drops": drop}.items():
            for _ in range(wanted[name]):
                found[name].update(["rounds", *begin_anew(place, chance, empty)])
    return found


if __name__ == "__main__":
    count_rounds(
        __doc__,
        {"rounds": 200, "resets": 20, "drops": 20},
        count_up,
        "lost, doubled, or other than from the command line",
        ("postgresql",),
    )

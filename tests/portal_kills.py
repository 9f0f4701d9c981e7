"""Kills the portal by the hundred and counts what was lost or doubled: `python -m tests.portal_kills --rounds 500`.

Each round submits declarations through `Portal`, in a process of its own, answers them in another, and asks for the retours in a
third. One of them is killed at a named point or at any call, and a third of those that follow it too. However it went: of
every submission that was accepted there is exactly one retour, to the byte that of the command line, and the store knows its
message once. What was killed before it was accepted is there as a whole, and answered, or not at all.

The rounds `live` run a portal with its worker process, both of which are killed at any moment. On SQLite, and on PostgreSQL
where MZSIM_TEST_POSTGRES says so.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from mzsim.server.options import SubmitOptions
from mzsim.server.portal import Portal
from mzsim.server.supervising import Supervisor
from mzsim.store.ledger import PORTAL
from mzsim.store.loading import load_file
from mzsim.store.session import open_store, upgrade_store
from tests.commands import DATE, ON_DATE, invoke
from tests.databases import databases
from tests.factories import simple
from tests.kill_rounds import count_rounds
from tests.killer import set_up
from tests.make_inv3 import STORE

DECLARATIONS = {
    "goed.asc": bytes(simple(r0116="P1", r0432="R1")),
    "deels.asc": bytes(simple(r0116="P2", r0432="R2", r0408="20110331", r0424="00001100", r0426="00001100")),
    "test.asc": bytes(simple(r0105="T", r0116="P3", r0432="R3")),
    "vecozo.asc": bytes(simple(r0116="P4", r0432="R4", r0408="20110230")),
}
"""Granted, granted otherwise, a test message that the store doesn't remember, and one that VECOZO sends back."""
NAMED = {
    "accepting": [(point, 1) for point in ("commit", "na-commit")],
    "answering": [(point, turn) for turn in range(1, 8) for point in ("commit", "na-commit")],
    "releasing": [(point, 1) for point in ("commit", "na-commit")],
}
"""Around each commit: of what is accepted; of each verdict, and of what the ledger is told of it; of the ids of retours."""
_MESSAGES = ("inzendingstukken", "inzendingen", "prestaties", "berichten", "factuurnummers")


class Playground(NamedTuple):
    """A store with the insurer of INV chapter 3, a folder to write in, and the retour of each declaration."""

    url: str
    engine: sa.Engine
    folder: Path
    retours: dict[str, bytes]

    def count(self, table: str) -> int:
        """The rows of a table."""
        with self.engine.connect() as connection:
            return int(connection.scalar(sa.text(f"SELECT count(*) FROM {table}")) or 0)

    def empty(self) -> None:
        """Forgets every message and submission; ids go on."""
        with self.engine.begin() as connection:
            for table in (*(table for table in PORTAL if table != "portaal"), *_MESSAGES):
                connection.execute(sa.text(f"DELETE FROM {table}"))
        for file in self.folder.iterdir():
            file.unlink()


@contextmanager
def playground(kind: str, folder: Path) -> Iterator[Playground]:
    """All that a round needs, on a kind of database; the expected retours are those of the command line."""

    def prefetch(url: str) -> None:
        upgrade_store(url)
        store = open_store(url)
        load_file(store, STORE)
        store.close()

    (folder / "uit").mkdir(parents=True)
    with databases(kind, folder, prefetch) as maker:
        other, url = maker(), maker()
        retours = {}
        for name, content in DECLARATIONS.items():
            (folder / name).write_bytes(content)
            ended = invoke("replay", folder / name, "--store", other, *ON_DATE, "--out", folder / "uit" / name)
            assert ended.exit_code == 0, ended.output
            retours[name] = (folder / "uit" / name).read_bytes()
            (folder / "uit" / name).unlink()
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        yield Playground(url, engine, folder / "uit", retours)


def run(work: Callable[[], None], kill: tuple[str, int] | None) -> bool:
    """Does something in a process of its own, killed at a point; whether it was killed."""
    if (number := os.fork()) == 0:
        try:
            sys.stdout = sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - until the end
            if kill is not None:
                _prepare(*kill)
            work()
            os._exit(0)
        finally:
            os._exit(3)
    _, status = os.waitpid(number, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise AssertionError("a process failed by itself")
    return os.WIFSIGNALED(status)


def _prepare(point: str, times: int) -> None:
    if point != "call":
        set_up(point, times)
        return
    passes = 0

    def profile(_: object, event: str, __: object) -> None:
        nonlocal passes
        passes += event in ("call", "c_call")
        if passes == times:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(profile)


class Round:
    """One round: three kinds of work, each begun again until it is done."""

    def __init__(self, ground: Playground, chance: random.Random, most: dict[str, int]) -> None:
        self._ground, self._chance, self._most = ground, chance, most
        self._said = ground.folder / "gezegd"
        self.kills = 0

    def play(self, kills: dict[str, tuple[str, int]]) -> Iterator[str]:
        """Gives what there is to count; what is in capitals may not be."""
        accepting = self._work("accepting", kills)
        self._work("answering", kills)
        self._work("releasing", kills)
        yield "killed" if self.kills else "ended first"
        yield from self._look(accepting)
        self._ground.empty()

    def _work(self, what: str, kills: dict[str, tuple[str, int]]) -> int:
        """Does one kind of work until it is done; how often it was killed."""
        work = {"accepting": self.accept, "answering": self.answer, "releasing": self.release}[what]
        kill, killed = kills.get(what), 0
        while run(work, kill):
            killed += 1
            again = self._chance.random() < 1 / 3
            kill = ("call", self._chance.randint(1, self._most[what])) if again else None
        self.kills += killed
        return killed

    def _portal(self) -> Portal:
        return Portal(url=self._ground.url, workers=False)

    def accept(self) -> None:
        """Submits what was not accepted before, and notes each id as soon as it is told."""
        said = _said(self._said)
        with self._portal() as portal, self._said.open("a") as notes:
            for name, content in DECLARATIONS.items():
                if name not in said:
                    ((one,), _) = portal.store("proef").submit(BytesIO(content), name, options=SubmitOptions(DATE))
                    notes.write(json.dumps([name, one.id]) + "\n")
                    notes.flush()

    def answer(self) -> None:
        """Answers all that waits."""
        with self._portal() as portal:
            portal.store("proef").work()

    def release(self) -> None:
        """Asks which retours there are."""
        with self._portal() as portal:
            portal.store("proef").retours()

    def _look(self, killed: int) -> Iterator[str]:
        said = _said(self._said)
        with self._portal() as portal:
            shop = portal.store("proef")
            found = shop.submissions()
            retours = shop.retours(limit=1000)
            names = Counter(one.bestandsnaam for one in found)
            if set(said) != set(DECLARATIONS) or any(id not in {one.id for one in found} for id in said.values()):
                yield "LOST"
            if sum(names.values()) > len(DECLARATIONS) + killed:
                yield "DOUBLED"
            if sum(names.values()) > len(DECLARATIONS):
                yield "accepted, and killed before that was said"
            for one in found:
                of_it = [retour.id for retour in retours if retour.declaratie_id == one.id]
                if one.status not in ("afgehandeld", "afgekeurd_door_vecozo") or len(of_it) != 1:
                    yield "LOST" if not of_it else "DOUBLED"
                elif names[one.bestandsnaam] == 1 and (
                    b"".join(shop.retour(one.id)) != self._ground.retours[one.bestandsnaam]
                ):
                    yield "ANOTHER RETOUR"
        answered = Counter((one.resultaat or {}).get("afzender") for one in found if one.bestandsnaam != "test.asc")
        if (self._ground.count("inzendingen"), self._ground.count("berichten")) != (answered.total(), answered["0736"]):
            yield "NOT AS RECORDED"


def _said(place: Path) -> dict[str, int]:
    if not place.exists():
        return {}
    return dict(map(json.loads, place.read_text().splitlines()))


def calls(ground: Playground) -> dict[str, int]:
    """How many calls each kind of work makes."""
    found = {}
    place = ground.folder.parent / "aantal"
    one = Round(ground, random.Random(0), {})
    for what, work in {"accepting": one.accept, "answering": one.answer, "releasing": one.release}.items():

        def counted(work: Callable[[], None] = work) -> None:
            passes = 0

            def profile(_: object, event: str, __: object) -> None:
                nonlocal passes
                passes += event in ("call", "c_call")

            sys.setprofile(profile)
            work()
            sys.setprofile(None)
            place.write_text(str(passes))

        run(counted, None)
        found[what] = int(place.read_text())
    ground.empty()
    return found


def rounds(chance: random.Random, most: dict[str, int], kind: str, number: int) -> Iterator[dict[str, tuple[str, int]]]:
    """Where a process of each round is killed: every named point first, and then those and any call in turn."""
    works = ("accepting",) if kind == "accepting" else ("answering", "releasing")
    named = [(what, point) for what in works for point in NAMED[what]]
    for turn in range(number):
        what, point = named[turn % len(named)]
        anywhere = turn >= len(named) and turn % 2
        yield {what: ("call", chance.randint(1, most[what])) if anywhere else point}


def count_up(kind: str, folder: Path, wanted: dict[str, int], seed: int) -> dict[str, Counter[str]]:
    """Plays rounds on a kind of database; what there is to count of each kind of round."""
    found = {name: Counter[str]() for name in wanted}
    chance = random.Random(seed)
    with playground(kind, folder) as ground:
        most = calls(ground)
        for name, number in wanted.items():
            if name == "live":
                for _ in range(number):
                    found[name].update(["rounds", *live(ground, chance)])
                continue
            for kills in rounds(chance, most, name, number):
                found[name].update(["rounds", *Round(ground, chance, most).play(kills)])
    return found


def live(ground: Playground, chance: random.Random) -> Iterator[str]:
    """A portal with its worker process: the worker is killed at any moment, the portal as well, and both begin again."""
    notes, pids = ground.folder / "gezegd", ground.folder / "werkers"
    ids = iter(range(10_000))

    def serve() -> None:
        with Portal(url=ground.url) as portal, notes.open("a") as said:
            shop = portal.store("proef")
            while True:
                content = bytes(simple(r0105="T", r0116=f"L{next(ids)}"))
                ((one,), _) = shop.submit(BytesIO(content), "x.asc", options=SubmitOptions(DATE))
                said.write(json.dumps([f"{one.id}", one.id]) + "\n")
                said.flush()
                if isinstance(supervisor := shop._answerer, Supervisor):
                    pids.write_text(str(supervisor.process_id or ""))
                time.sleep(0.01)

    for _ in range(2):
        number = os.fork()
        if number == 0:
            try:
                serve()
            finally:
                os._exit(3)
        for _ in range(2):
            time.sleep(chance.uniform(0.3, 1.5))
            worker = pids.read_text() if pids.exists() else ""
            if worker and chance.random() < 0.7:
                try:
                    os.kill(int(worker), signal.SIGKILL)
                    yield "worker killed"
                except ProcessLookupError:
                    yield "worker gone already"
        os.kill(number, signal.SIGKILL)
        os.waitpid(number, 0)
        yield "portal killed"
    with Portal(url=ground.url) as portal:
        shop = portal.store("proef")
        until = time.monotonic() + 60
        while shop.waits() and time.monotonic() < until:
            time.sleep(0.1)
        retours = Counter(retour.declaratie_id for retour in shop.retours(limit=100_000))
        for id in _said(notes).values():
            yield {0: "LOST", 1: "answered once"}.get(retours[id], "DOUBLED")
    ground.empty()


if __name__ == "__main__":
    count_rounds(
        __doc__,
        {"rounds": 500, "accepting": 100, "live": 10},
        count_up,
        "lost, doubled, or other than from the command line",
    )

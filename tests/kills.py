"""Kills replays by the thousand and counts what was lost or doubled: `python -m tests.kills --random 1000 --aimed 200 --away 50`.

Each round answers one declaration in a run that is killed: at any call, or aimed between the commit and the retour in its
place; a third of them is killed once more in the next run, while that places what waits. In the rounds `away` the folder is
not to be seen in the next run. Then a run places what waits, and the declaration is sent in once more. However it went, its
retour stands in its place and the store knows it, once; or neither, and it is answered now.

On SQLite, and on PostgreSQL where MZSIM_TEST_POSTGRES says so.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from mzsim.cli.main import main as program
from mzsim.store.loading import load_file
from mzsim.store.session import open_store, upgrade_store
from tests.commands import ON_DATE, invoke
from tests.databases import databases
from tests.factories import simple
from tests.kill_rounds import count_rounds
from tests.killer import count_calls, set_up
from tests.make_inv3 import FOLDER, STORE

GOLDEN = (FOLDER / "1-volledig-toegewezen.alle.mz302.asc").read_bytes()
AIMED = (
    *(("rename", 1), ("na-rename", 1), ("commit", 1), ("na-commit", 1), ("put_in_place", 1)),
    *(("replace", 1), ("na-replace", 1), ("commit", 2), ("na-commit", 2)),
)
"""Around the commit and the rename; the first commit is that of the message, the second says that it is placed."""
AIMED_AT_PLACING = (("link", 1), ("na-link", 1), ("unlink", 1), ("na-unlink", 1), ("commit", 1), ("na-commit", 1))
_OTHERS = (
    "pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
_TABLES = ("wachtende_retouren", "prestaties", "berichten", "factuurnummers")


class Playground(NamedTuple):
    """A store with the insurer of INV chapter 3, a declaration, and the place of its retour."""

    url: str
    engine: sa.Engine
    declaration: Path
    other: Path
    retour: Path

    def words(self, declaration: Path, out: Path) -> list[str]:
        """A replay of a declaration."""
        return ["replay", str(declaration), "--store", self.url, *ON_DATE, "--out", str(out)]

    def count(self, table: str) -> int:
        """The rows of a table."""
        with self.engine.connect() as connection:
            return int(connection.scalar(sa.text(f"SELECT count(*) FROM {table}")) or 0)

    def settle(self) -> None:
        """Waits until the server is done with what a killed run sent last: a commit is carried out though nobody hears of it."""
        while self.engine.dialect.name == "postgresql" and self.count(_OTHERS):
            time.sleep(0.01)

    def empty(self) -> None:
        """Forgets every message, and what stands in the folder."""
        with self.engine.begin() as connection:
            for table in _TABLES:
                connection.execute(sa.text(f"DELETE FROM {table}"))
        for place in self.retour.parent.iterdir():
            place.unlink()


@contextmanager
def playground(kind: str, folder: Path) -> Iterator[Playground]:
    """All that a round needs, on a kind of database."""

    def prefetch(url: str) -> None:
        upgrade_store(url)
        store = open_store(url)
        load_file(store, STORE)
        store.close()

    (folder / "uit").mkdir(parents=True)
    declaration = Path(shutil.copy(FOLDER / "1-volledig-toegewezen.mz301.asc", folder / "x.asc"))
    other = folder / "ander.asc"
    other.write_bytes(bytes(simple(r0116="ANDER", r0108="9900")))
    with databases(kind, folder, prefetch) as maker:
        url = maker()
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        yield Playground(url, engine, declaration, other, folder / "uit" / "x.mz302.asc")


def run(words: list[str], prepare: Callable[[], None]) -> bool:
    """Runs the program in a process of its own, prepared so; whether it was killed."""
    if (number := os.fork()) == 0:
        try:
            with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
                sys.stdout = sys.stderr = nowhere
                prepare()
                program(words)
        finally:
            os._exit(0)
    _, status = os.waitpid(number, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def calls(ground: Playground) -> int:
    """How many calls a replay makes."""
    count = ground.retour.parents[1] / "aantal"

    def tell(number: int) -> None:
        if number % 50 == 0:
            count.write_text(str(number))

    invoke(*ground.words(ground.declaration, ground.retour))  # so that no module is imported any more
    ground.empty()
    run(ground.words(ground.declaration, ground.retour), lambda: count_calls(tell))
    ground.empty()
    return int(count.read_text())


def play(ground: Playground, kills: list[tuple[str, int]], *, away: bool) -> Iterator[str]:
    """One round; gives what there is to count, and `LOST` or `DOUBLED` where that is so."""
    point, *later = kills
    killed = run(ground.words(ground.declaration, ground.retour), lambda: set_up(*point))
    ground.settle()
    yield "killed" if killed else "ended first"
    if ground.count("wachtende_retouren"):
        yield "left waiting"
    if away:
        elsewhere = ground.retour.parent.rename(ground.retour.parents[1] / "elders")
        yield from _next_run(ground)
        elsewhere.rename(ground.retour.parent)
    for again in later:
        if run(ground.words(ground.other, ground.other.with_suffix(".uit")), lambda again=again: set_up(*again)):
            yield "next run killed too"
        ground.settle()
    yield from _next_run(ground)
    known = ground.count("berichten")
    if known != ground.retour.exists() or (known and ground.retour.read_bytes() != GOLDEN):
        yield "LOST"
    if ground.count("wachtende_retouren"):
        yield "LOST"
    if any(ground.retour.parent.glob(".*.wacht")):
        yield "hidden file left, of a run killed just before its commit"
    yield "answered before" if known else "answered anew"
    again_there = ground.retour.with_name("nog eens.asc")
    invoke(*ground.words(ground.declaration, again_there))
    if ground.count("prestaties") != 3 or (again_there.read_bytes() == GOLDEN) == bool(known):
        yield "DOUBLED"
    if any(ground.retour.parent.glob(".*.deel")):
        yield "LEFT HALF DONE"
    ground.empty()


def _next_run(ground: Playground) -> Iterator[str]:
    ended = invoke(*ground.words(ground.other, ground.other.with_suffix(".uit")))
    if ended.exit_code:
        yield "HELD UP"
    if ended.stderr:
        yield "line said what waits"


def rounds(chance: random.Random, most: int, wanted: dict[str, int]) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    """The kind of each round, and where its runs are killed."""
    for kind, number in wanted.items():
        for place in range(number):
            if kind == "random":
                first, second = ("call", chance.randint(1, most)), ("call", chance.randint(1, most))
            else:
                first, second = AIMED[place % len(AIMED)], chance.choice(AIMED_AT_PLACING)
            yield kind, [first, second] if chance.random() < 1 / 3 else [first]


def count_up(kind: str, folder: Path, wanted: dict[str, int], seed: int) -> dict[str, Counter[str]]:
    """Plays rounds on a kind of database; what there is to count of each kind of round."""
    found = {name: Counter[str]() for name in wanted}
    with playground(kind, folder) as ground:
        most = calls(ground)
        for name, kills in rounds(random.Random(seed), most, wanted):
            found[name].update(["rounds", *play(ground, kills, away=name == "away")])
    return found


if __name__ == "__main__":
    count_rounds(
        __doc__, {"random": 1000, "aimed": 200, "away": 50}, count_up, "lost, doubled, held up or left half done"
    )

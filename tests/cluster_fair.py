"""How long a small tenant of a cluster waits while another has ten times its work: `python -m tests.cluster_fair`.

Five stores share the workers. In every other part of the run one of four hands in a declaration at a steady pace, and is
alone. In the parts between all four do so side by side, and the fifth has a backlog ten times as large as what each of them hands
in, there at once. What is compared is the time from when a declaration came in until it was answered, by the ledger of its store.

It makes a database of its own on the server of MZSIM_TEST_POSTGRES, and drops it at the end.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from itertools import count
from pathlib import Path
from typing import NamedTuple

from mzsim.cluster import app, schema, stores
from mzsim.cluster.database import Cluster
from mzsim.server.portal import Portal
from mzsim.server.portal_store import PortalStore
from mzsim.store.session import upgrade_store
from tests.cluster.working import registered, until, working
from tests.databases import databases
from tests.factories import simple
from tests.make_inv3 import STORE
from tests.server.conftest import submit

MUCH = "much"
LITTLE = ("north", "east", "south", "west")
TIMES = 10
"""How much more work the fifth has."""
_TOOK = "SELECT id, (beantwoord - ontvangen) / 1e6 FROM portaalinzendingen WHERE beantwoord IS NOT NULL"
_numbers = count(1)


class Parts(NamedTuple):
    """How long declarations waited for their answer, in seconds: of each of the four while it was alone, and beside others."""

    alone: Mapping[str, list[float]]
    together: Mapping[str, list[float]]


class _Tenants(NamedTuple):
    cluster: Cluster
    shops: Mapping[str, PortalStore]

    def hand_in(self, name: str, declarations: int = 1) -> list[int]:
        """Hands in, and has it answered; the ids."""
        ids = [
            submit(self.shops[name], bytes(simple(r0105="P", r0116=f"F{next(_numbers)}"))) for _ in range(declarations)
        ]
        with self.cluster.connection() as connection:
            app.ask_for_answers(connection, name)
        return ids

    def paced(self, name: str, declarations: int, pace: float, later: float = 0.0) -> None:
        """Hands in so many, one each `pace` seconds, whatever becomes of them; the first so much `later`."""
        begun = time.monotonic() + later
        for number in range(declarations):
            time.sleep(max(0.0, begun + number * pace - time.monotonic()))
            self.hand_in(name)

    def answered(self) -> None:
        """Waits until nothing waits."""
        until(lambda: not any(shop.waits() for shop in self.shops.values()), 600)

    def took(self, name: str) -> list[float]:
        """How long each declaration of a tenant waited, in the order in which they came in."""
        with self.shops[name].opened().read() as connection:
            return [float(seconds) for _, seconds in sorted(connection.rows(_TOOK))]


def measure(url: str, folder: Path, *, workers: int, rounds: int, declarations: int, pace: float) -> Parts:
    """Hands in so many declarations a part of each of the four, one each `pace` seconds, and so many rounds of two parts."""
    with _tenants(url) as tenants, working(url, workers, folder / "said"):
        until(lambda: len(registered(tenants.cluster)) == workers)
        for name in tenants.shops:  # each worker has opened each store
            for _ in range(workers):
                tenants.hand_in(name, 3)
        tenants.answered()
        seen = {name: len(tenants.took(name)) for name in LITTLE}
        parts = Parts({name: [] for name in LITTLE}, {name: [] for name in LITTLE})
        for number in range(rounds):
            alone = LITTLE[number % len(LITTLE)]
            tenants.paced(alone, declarations, pace)
            tenants.answered()
            _add(parts.alone, tenants, seen)
            _side_by_side(tenants, declarations, pace)
            tenants.answered()
            _add(parts.together, tenants, seen)
    return parts


def _side_by_side(tenants: _Tenants, declarations: int, pace: float) -> None:
    tenants.hand_in(MUCH, TIMES * declarations)
    threads = [
        threading.Thread(target=tenants.paced, args=(name, declarations, pace, number * pace / len(LITTLE)))
        for number, name in enumerate(LITTLE)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _add(to: Mapping[str, list[float]], tenants: _Tenants, seen: dict[str, int]) -> None:
    for name in LITTLE:
        found = tenants.took(name)
        to[name].extend(found[seen[name] :])
        seen[name] = len(found)


@contextmanager
def _tenants(url: str) -> Iterator[_Tenants]:
    with ExitStack() as at_the_end:
        cluster = at_the_end.enter_context(closing(Cluster(url)))
        schema.init(cluster)
        shops = {}
        for name in (*LITTLE, MUCH):
            with cluster.connection() as connection:
                tenant = stores.add(connection, name, "")
            place = stores.url_of(cluster, tenant.schema).text
            upgrade_store(place)
            shops[name] = at_the_end.enter_context(Portal(url=place, workers=False)).store("proef")
            shops[name].load(STORE.read_text())
        yield _Tenants(cluster, shops)


def percentile(seconds: list[float], part: float) -> float:
    """The time within which such a part of them was over."""
    return sorted(seconds)[min(len(seconds) - 1, int(part * len(seconds)))]


def table(parts: Parts) -> Iterator[str]:
    """What was measured, in milliseconds, a line a tenant and one for all."""
    everyone = {
        "all four": [[took for each in part.values() for took in each] for part in parts],
        **{name: [part[name] for part in parts] for name in LITTLE},
    }
    yield f"{'tenant':10} {'alone: n':>9} {'p50':>7} {'p95':>7} {'beside: n':>10} {'p50':>7} {'p95':>7} {'p95 ratio':>10}"
    for name, (alone, beside) in everyone.items():
        if not alone:  # of few rounds
            continue
        mine = [1000 * percentile(alone, part) for part in (0.5, 0.95)]
        theirs = [1000 * percentile(beside, part) for part in (0.5, 0.95)]
        yield (
            f"{name:10} {len(alone):9} {mine[0]:7.1f} {mine[1]:7.1f} {len(beside):10} {theirs[0]:7.1f} {theirs[1]:7.1f}"
            f" {theirs[1] / mine[1]:10.2f}"
        )


def main() -> None:
    """Prints a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, default=2, help="processes that answer; default 2")
    parser.add_argument("--rounds", type=int, default=4, help="rounds of two parts; default 4")
    parser.add_argument("--declarations", type=int, default=20, help="of each tenant in a part; default 20")
    parser.add_argument("--pace", type=float, default=0.5, help="seconds between two of a tenant; default 0.5")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, databases("postgresql", Path(folder), lambda _: None) as make:
        parts = measure(
            make(),
            Path(folder),
            workers=given.workers,
            rounds=given.rounds,
            declarations=given.declarations,
            pace=given.pace,
        )
    for line in table(parts):
        print(line)


if __name__ == "__main__":
    main()

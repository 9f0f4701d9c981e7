"""A cluster to measure: stores in a database of their own, who submits to them, and workers as processes."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import BytesIO
from pathlib import Path

import sqlalchemy as sa

from mzsim.cluster import schema
from mzsim.cluster.database import Cluster
from mzsim.cluster.portal import opened
from mzsim.server.options import SubmitOptions
from mzsim.server.portal import Portal, Shared
from mzsim.server.portal_store import PortalStore
from tests.commands import order, surroundings
from tests.country.declarations import DAY
from tests.country.metering import children, cpu_of
from tests.databases import databases, engine_to

_LAST = "SELECT ontvangen, beantwoord FROM portaalinzendingen ORDER BY id DESC LIMIT {}"


class Workers:
    """`mzsim worker` with so many processes."""

    def __init__(self, url: str, count: int) -> None:
        words = order("worker", "--store", url, "--queue", "winkels", "--concurrency", count)
        self._process = subprocess.Popen(words, env=surroundings())

    def cpu(self) -> float:
        """The seconds of CPU that they have used."""
        return sum(map(cpu_of, (self._process.pid, *children(self._process.pid))))

    def require_alive(self) -> None:
        """Fails where they have come to an end by themselves."""
        assert self._process.poll() is None, f"mzsim worker ended with {self._process.returncode}"

    def stop(self) -> None:
        """Has them finish what they are at."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait()


class Stand:
    """Stores of a cluster, with a portal that takes in for them."""

    def __init__(self, cluster: Cluster, of_cluster: Shared, url: str, count: int) -> None:
        self.url = url
        self._cluster = cluster
        self.urls = [of_cluster.registry.add(f"winkel-{place}", "", None).url for place in range(count)]
        self._portal = Portal(shared=of_cluster)
        self._shops: dict[int, PortalStore] = {}

    def submit(self, place: int, content: bytes) -> None:
        """A declaration comes in at a store."""
        shop = self._shops.get(place) or self._shops.setdefault(place, self._portal.store(f"winkel-{place}"))
        shop.submit(BytesIO(content), "D.asc", options=SubmitOptions(DAY))

    @contextmanager
    def workers(self, count: int) -> Iterator[Workers]:
        """So many workers, from when they are at work."""
        workers = Workers(self.url, count)
        try:
            while self._at_work() < count:
                workers.require_alive()
                time.sleep(0.1)
            yield workers
        finally:
            workers.stop()

    def waits(self, count: int) -> list[float]:
        """How long the last so many declarations of each store waited, in seconds."""
        found: list[float] = []
        for url in self.urls:
            with engine_to(url).connect() as connection:
                rows = connection.execute(sa.text(_LAST.format(count)))
                found += [(answered - came) / 1e6 for came, answered in rows]
        return found

    def _at_work(self) -> int:
        return self._count("SELECT count(*) FROM werkers")

    def _count(self, sql: str) -> int:
        with self._cluster.connection() as connection:
            return int(str((connection.execute(sql.encode()).fetchone() or (0,))[0]))

    def close(self) -> None:
        """Closes the portal."""
        self._portal.close()


@contextmanager
def stand(folder: Path, count: int) -> Iterator[Stand]:
    """A cluster with so many stores, of which nothing is made yet."""
    with databases("postgresql", folder, lambda _: None) as maker:
        url = maker()
        with closing(Cluster(url)) as cluster:
            schema.init(cluster)
            with opened(url) as of_cluster:
                assert of_cluster is not None
                with closing(Stand(cluster, of_cluster, url, count)) as made:
                    yield made

"""How fast a store of a cluster is archived and restored, and with how much memory: `python -m tests.archive_speed 1000000`.

So many prestaties in a store are made by SQL, fifty a message, on the server of MZSIM_TEST_POSTGRES. Times are of the clock and
of this process alone; the server has its own.
"""

from __future__ import annotations

import argparse
import datetime as dt
import resource
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from mzsim.cluster import making, overview, schema
from mzsim.cluster.archiving import Moved, archive, restore
from mzsim.cluster.database import Cluster
from tests.databases import databases

_PER_MESSAGE = 50
_FILL = (
    "INSERT INTO mzsim_groot.uzovi (nummer, naam, soort, edp, beleid) VALUES ('0736', 'V', 'zorgverzekeraar', true, '{}')",
    "INSERT INTO mzsim_groot.berichten (agb, uzovi, factuurnummer, soort, ontvangen, uitkomst, volgorde)"
    " SELECT '12012345', '0736', 'F' || i, '176', '2026-05-02', 'volledig_toegewezen', i FROM generate_series(1, %(messages)s) i",
    "INSERT INTO mzsim_groot.prestaties (bericht_id, persoon, datum, soort, prestatiecode, gebitselement, vlak, kaak,"
    " behandelaar, referentienummer, vorig_referentienummer, aantal, berekend_bedrag, declaratiebedrag, toegekend_bedrag,"
    " uitkomst, beoordeeld, aandelen)"
    " SELECT 1 + i / %(per_message)s, (100000000 + i / 5)::text, '20260331', '01', 'C002', '00', '', '0', '12004567', 'R' || i,"
    " '', 1, 2500, 2500, 2500, 'toegewezen', true, '[[\"0736\", \"B\", \"1\", 2500, 1]]'"
    " FROM generate_series(0, %(prestaties)s - 1) i",
)


def _measure(what: str, work: Callable[[], Moved]) -> None:
    began, own = time.perf_counter(), time.process_time()
    moved = work()
    seconds, own = time.perf_counter() - began, time.process_time() - own
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(
        f"{what}: {moved.rows} rows, a file of {moved.size / 1e6:.0f} MB, {seconds:.1f} s: {moved.rows / seconds:.0f} rows a"
        f" second; {own:.1f} s of its own; peak {peak} MB",
        flush=True,
    )


def measure(url: str, folder: Path, prestaties: int) -> None:
    """Prints what it takes to archive a store of so many prestaties, and to restore it."""
    with closing(Cluster(url)) as cluster:
        schema.init(cluster)
        making.make(cluster, "groot", "")
        given = {"prestaties": prestaties, "messages": -(-prestaties // _PER_MESSAGE), "per_message": _PER_MESSAGE}
        with cluster.connection() as connection:
            for order in _FILL:
                connection.execute(order.encode(), given)
        (store,) = overview.overview(cluster)
        print(f"{prestaties} prestaties: {store.size / 1e6:.0f} MB on the server")
        file, now = folder / "groot.db", dt.datetime.now(dt.UTC)
        _measure("archived", lambda: archive(cluster, "groot", file, now, drop=True))
        _measure("restored", lambda: restore(cluster, file, "groot"))


if __name__ == "__main__":
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("prestaties", type=int, nargs="?", default=1_000_000)
    asked = reader.parse_args()
    with tempfile.TemporaryDirectory() as folder, databases("postgresql", Path(folder), lambda _: None) as make:
        measure(make(), Path(folder), asked.prestaties)

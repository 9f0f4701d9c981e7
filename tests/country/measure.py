"""What one declaration takes on this machine, measured: `python -m tests.country --measure`.

On a store in PostgreSQL whose verzekerden have years behind them, declarations of several sizes are submitted and answered one
by one, as the portal and a worker do. Seconds are fitted as a + b for each prestatierecord; bytes too.
"""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from statistics import quantiles
from typing import Any, NamedTuple

import yaml

from mzsim.server.answering import answer, waiting
from mzsim.server.moments import now
from mzsim.server.options import SubmitOptions
from mzsim.server.portal import Portal
from mzsim.server.portal_store import PortalStore
from tests.benchmark_files import _bsns, make_declaration, make_store
from tests.country import declarations
from tests.country.cluster import Stand, stand
from tests.country.declarations import DAY
from tests.country.figures import FILE
from tests.country.metering import Meter, Used, straight
from tests.country.model import Line
from tests.databases import SERVER, databases, engine_to
from tests.growth import copy_earlier

_SIZES = {50: 200, 100: 60, 1_000: 10, 10_000: 3, 50_000: 2, 100_000: 1}
"""Prestatierecords of a declaration, and how many of these are measured."""
_SENT = (50, 100, 50_000, 100_000)
"""Those near to what is sent, to which the figures are fitted: the first records of a declaration cost more than the others."""
_FIRST = 10
"""Declarations of 50 that go before, so that nothing is done for the first time."""
_COMMITS = 300
_STORES, _WORKERS, _WARM, _APART = 6, 2, 5, 15
"""Of the cluster in which jobs are measured; the declarations of each store that go before, and that are measured."""
_MADE, _COPIED = 100_000, 1_000_000
"""Prestaties of an archive that are made, and that are copied from these and weighed."""
_PAUSE = 0.4
"""Seconds between two of them, within which one is answered."""


class Measured(NamedTuple):
    """Declarations of one size: what submitting and answering one of them took."""

    records: int
    submitted: Used
    answered: Used


def write(folder: Path) -> None:
    """Measures all, and writes it down."""
    (folder / "one").mkdir()
    (folder / "many").mkdir()
    directly = _measure(folder / "one")
    (folder / "archive").mkdir()
    found = {
        "machine": _machine(),
        "date": dt.datetime.now(dt.UTC).date(),
        **directly,
        **_by_workers(folder / "many", directly),
        "archive": _archive(folder / "archive"),
    }
    FILE.write_text(yaml.safe_dump(found, sort_keys=False, width=118), "utf-8")


def _machine() -> str:
    """What all this was measured on."""
    model = re.search(r"(?m)^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text())
    with engine_to(str(SERVER)).connect() as connection:
        server = str(connection.exec_driver_sql("SHOW server_version").scalar()).partition(" ")[0]
    processor = "unknown processor" if model is None else model[1]
    return f"{os.cpu_count()} cores of {processor}, PostgreSQL {server}, CPython {platform.python_version()}"


def _measure(folder: Path) -> dict[str, Any]:
    """What is measured of one store and one process, ready for YAML: seconds, bytes."""
    with databases("postgresql", folder, lambda _: None) as maker:
        url = maker()
        sizes = [50] * _FIRST + [size for size, count in _SIZES.items() for _ in range(count)]
        files = declarations.make(folder, url, sizes)
        with Portal(url=url, workers=False) as portal, Meter(url) as meter:
            flush = _flush(meter)
            shop = portal.store("proef")
            for _ in range(_FIRST):
                _submit(shop, next(files))
                _answer(shop, folder)
            before = meter.sizes()
            small, (flushes, log) = _small(meter, shop, files, folder)
            between = meter.sizes()
            measured = [small, *_larger(meter, shop, files, folder)]
            return {
                "declarations": [_line(one) for one in measured],
                **_fitted(measured),
                "disk": {"wait": _in(flush, 1e-5), "times": flushes, "log": log},
                "bytes": {"prestaties": _of_prestatie(meter), **_bytes(before, between, meter.sizes())},
            }


def _by_workers(folder: Path, directly: dict[str, Any]) -> dict[str, Any]:
    """What a job takes beside its declaration, with real workers."""
    with stand(folder, _STORES) as made:
        files = []
        for place, url in enumerate(made.urls):
            own = folder / f"{place}"
            own.mkdir()
            files.append(list(declarations.make(own, url, [50] * (_WARM + _APART))))
        with made.workers(_WORKERS) as workers, Meter(made.url, workers.cpu) as meter:
            _one_by_one(made, files, _WARM)
            idle = meter.used(lambda: time.sleep(_PAUSE * _STORES * _APART))
            used = meter.used(lambda: _one_by_one(made, files, _APART))
            waits = made.waits(_APART)
    each = (used - idle).of_each(_STORES * _APART)
    answer, accept = directly["answer"], directly["accept"]["server"]
    worker, server = (Line(*answer[who]).of(50) for who in ("worker", "server"))
    job = (max(0.0, each.worker - worker), max(0.0, each.server - server - Line(*accept).of(50)))
    disk = directly["disk"]["wait"] * directly["disk"]["times"]
    quickest = quantiles(waits, n=10)[0]  # other programs of the machine only make it longer
    wake = max(0.0, quickest - each.worker - each.server - disk)
    return {
        "job": {"worker": _in(job[0], 1e-5), "server": _in(job[1], 1e-5), "wake": _in(wake, 1e-5)},
    }


def _archive(folder: Path) -> dict[str, int]:
    """What prestaties weigh in a store of SQLite, as an archive is one."""
    place, bsns = folder / "store.db", _bsns(_MADE // 10)
    make_declaration(folder / "d.asc", 1, bsns[:1])
    make_store(f"sqlite:///{place}", folder / "d.asc", bsns, len(bsns), _MADE)
    before = place.stat().st_size
    copy_earlier(place, _MADE + _COPIED)
    return {"rows": _COPIED, "bytes": place.stat().st_size - before}


def _one_by_one(made: Stand, files: list[list[bytes]], count: int) -> None:
    """So many to each store, to one store after another: there are more of them than a worker keeps open, as in a country."""
    for _ in range(count):
        for place, own in enumerate(files):
            made.submit(place, own.pop())
            time.sleep(_PAUSE)


def _submit(shop: PortalStore, content: bytes) -> None:
    shop.submit(BytesIO(content), "D.asc", options=SubmitOptions(DAY))


def _answer(shop: PortalStore, folder: Path) -> None:
    row = waiting(shop.opened())
    assert row is not None
    answer(row, shop.opened(), now, folder)


def _small(
    meter: Meter, shop: PortalStore, files: Iterator[bytes], folder: Path
) -> tuple[Measured, tuple[float, float]]:
    """The declarations of 50, and how often one has the server wait for its disk, and the bytes of its log."""
    found: list[Measured] = []
    size, count = next(iter(_SIZES.items()))
    syncs, log = meter.written(lambda: found.append(_of_size(size, count, meter, shop, files, folder)))
    return found[0], (round(syncs / count, 1), round(log / count))


def _larger(meter: Meter, shop: PortalStore, files: Iterator[bytes], folder: Path) -> Iterator[Measured]:
    for size, count in [*_SIZES.items()][1:]:
        yield _of_size(size, count, meter, shop, files, folder)


def _of_size(size: int, count: int, meter: Meter, shop: PortalStore, files: Iterator[bytes], folder: Path) -> Measured:
    contents = [next(files) for _ in range(count)]
    submitted = meter.used(lambda: [_submit(shop, content) for content in contents])
    answered = meter.used(lambda: [_answer(shop, folder) for _ in contents])
    return Measured(size, submitted.of_each(count), answered.of_each(count))


def _fitted(measured: list[Measured]) -> dict[str, Any]:
    """Seconds of a declaration, and of each of its records, by who spends them."""
    sent = [one for one in measured if one.records in _SENT]
    parts = {
        "accept": {
            "web": [(one.records, one.submitted.worker) for one in sent],
            "server": [(one.records, one.submitted.server) for one in sent],
        },
        "answer": {
            "worker": [(one.records, one.answered.worker) for one in sent],
            "server": [(one.records, one.answered.server) for one in sent],
            "wall": [(one.records, one.answered.wall) for one in sent],
        },
    }
    return {
        name: {
            who: [_in(figure, unit) for figure, unit in zip(straight(points), (1e-5, 1e-8), strict=True)]
            for who, points in part.items()
        }
        for name, part in parts.items()
    }


def _flush(meter: Meter) -> float:
    """Seconds that a commit waits until it is on the disk."""
    meter.do("CREATE TABLE stappen (x int)")
    took = {}
    for waits in ("off", "on"):
        meter.do(f"SET synchronous_commit = {waits}")
        began = time.perf_counter()
        for _ in range(_COMMITS):
            meter.do("INSERT INTO stappen VALUES (1)")
        took[waits] = time.perf_counter() - began
    return (took["on"] - took["off"]) / _COMMITS


def _of_prestatie(meter: Meter) -> list[float]:
    """What each adds to its table: as all of them weigh, since an index grows by leaps."""
    ((count,),) = meter.rows("SELECT count(*) FROM prestaties")
    return [0, round(meter.sizes()["prestaties"] / count, 1)]


def _bytes(before: dict[str, int], between: dict[str, int], after: dict[str, int]) -> dict[str, Any]:
    """What a declaration and each of its records add, by table: from the growth by small ones, and by those that followed."""
    (size, count), *larger = _SIZES.items()
    records, files = sum(size * count for size, count in larger), sum(count for _, count in larger)
    found = {}
    for table in sorted(set(after) - {"prestaties"}):
        first, then = between[table] - before[table], after[table] - between[table]
        # first = count·a + count·size·b and then = files·a + records·b
        record = max(0.0, (then - first * files / count) / (records - size * files))
        own = max(0.0, first / count - size * record)
        if first + then:
            found[table] = [round(own), round(record, 1)]
    return found


def _line(one: Measured) -> dict[str, Any]:
    return {
        "records": one.records,
        "worker": _in(one.answered.worker, 1e-5),
        "server": _in(one.answered.server, 1e-5),
        "wall": _in(one.answered.wall, 1e-5),
    }


def _in(figure: float, unit: float) -> float:
    """A figure in whole units, as it is written down."""
    return round(round(figure / unit) * unit, 10)
